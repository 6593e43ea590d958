"""Which events belong to an agreement, to a project, or to everything, and which of them a reader may see."""

from typing import Any

from django.db import connection

from agreements.models import Agreement
from aqb.access import why_not
from aqb.models import User
from projects.models import Project
from reporting.timeline.reading import Scope

# Rows are looked for in the recorded states, so that what has been removed is found, too.
_PARTS_OF_AGREEMENT = """
    SELECT
        ARRAY(SELECT DISTINCT id FROM agreements_agreementversionevent WHERE agreement_id = %(agreement)s),
        ARRAY(SELECT DISTINCT entry.id FROM projects_projectentryevent entry
              JOIN projects_projectevent project ON project.id = entry.project_id
              WHERE project.agreement_id = %(agreement)s),
        ARRAY(SELECT DISTINCT id FROM agreements_documentevent WHERE agreement_id = %(agreement)s),
        ARRAY(SELECT DISTINCT id FROM agreements_budgetlineevent WHERE budget_year_id = %(budget_year)s)
"""
_REMARKS = "SELECT id FROM agreements_remarkevent WHERE"
_OF_VERSION = ("AgreementLine", "StatusChange", "Signatory", "Signature", "Remark")


def everything() -> Scope:
    """All that is recorded; only for whoever may `history.read`."""
    return Scope(downloads=True)


def of_agreement(agreement: Agreement, user: User) -> Scope:
    """All about an agreement. How its money was planned and who fetched its documents only who reads the whole history."""
    with connection.cursor() as cursor:
        place = {"agreement": agreement.pk, "budget_year": agreement.budget_year_id}
        cursor.execute(_PARTS_OF_AGREEMENT, place)
        versions, entries, documents, lines = cursor.fetchone()
    conditions: dict[str, tuple[str, list[Any]]] = {
        "agreements.Agreement": ("e.id = %s", [agreement.pk]),
        "agreements.AgreementVersion": ("e.agreement_id = %s", [agreement.pk]),
        **{f"agreements.{name}": ("e.version_id = ANY(%s)", [versions]) for name in _OF_VERSION},
        "agreements.RemarkReply": (f"e.remark_id IN ({_REMARKS} version_id = ANY(%s))", [versions]),
        "agreements.Document": ("e.agreement_id = %s", [agreement.pk]),
        "agreements.Evidence": ("e.document_id = ANY(%s)", [documents]),
        "agreements.Download": ("e.document_id = ANY(%s)", [documents]),
        "agreements.SteeringDialogue": ("e.agreement_id = %s", [agreement.pk]),
        "projects.Project": ("e.agreement_id = %s", [agreement.pk]),
        "projects.ProjectEntry": ("e.id = ANY(%s)", [entries]),
        "projects.FundingShare": ("e.entry_id = ANY(%s)", [entries]),
    }
    if why_not(user, "history.read") is None:
        allocated = "e.line_id = ANY(%s) AND e.district_id = %s"
        conditions["agreements.Allocation"] = (allocated, [lines, agreement.district_id])
    return Scope(conditions, downloads=why_not(user, "downloads.read") is None)


def of_project(project: Project) -> Scope:
    """All about a project over all versions: what each states, its money, and what was said about it."""
    entries = "SELECT id FROM projects_projectentryevent WHERE project_id = %s"
    return Scope({
        "projects.Project": ("e.id = %s", [project.pk]),
        "projects.ProjectEntry": ("e.project_id = %s", [project.pk]),
        "projects.FundingShare": (f"e.entry_id IN ({entries})", [project.pk]),
        "agreements.Remark": ("e.project_key = %s", [project.uid]),
        "agreements.RemarkReply": (f"e.remark_id IN ({_REMARKS} project_key = %s)", [project.uid]),
    })  # fmt: skip
