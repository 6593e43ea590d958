"""What a district pays from its budget: projects, how each version states them, and their money."""

from projects.models.entry import LEGAL_CIRCLES, Project, ProjectEntry
from projects.models.provider import Provider, TargetGroup
from projects.models.reads import REQUIRED
from projects.models.share import AgreedLine, FundingShare, PaidYear
from projects.models.table_import import TableImport

__all__ = [
    "LEGAL_CIRCLES",
    "REQUIRED",
    "AgreedLine",
    "FundingShare",
    "PaidYear",
    "Project",
    "ProjectEntry",
    "Provider",
    "TableImport",
    "TargetGroup",
]
