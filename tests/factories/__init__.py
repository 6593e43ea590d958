"""Rows for tests: plain functions with the smallest defaults that the database accepts.

    from tests import factories as make
    version = make.version(status="published")

Names and numbers count the rows that are there already, so every test starts with the same ones. Keywords override
any field. Rows are saved without forms and actions, but never past a constraint or trigger.
"""

from tests.factories.contract import WAY, agreement, agreement_line, go, version
from tests.factories.distribution import calculation, distribution, indicators, scenario
from tests.factories.kept import (
    document,
    evidence,
    note,
    remark,
    reply,
    report,
    scan_batch,
    signatory,
    signature,
    strategy,
    submission,
)
from tests.factories.plan import START, allocation, budget_year, category, deadline, line, wording
from tests.factories.projects import entry, project, provider, share, table_import, target_group
from tests.factories.public import barrier, page_text
from tests.factories.told import mail, notice
from tests.factories.who import PASSWORD, deputy, district, draft, invitation, ministry, operator, person, user

__all__ = [
    "PASSWORD",
    "START",
    "WAY",
    "agreement",
    "agreement_line",
    "allocation",
    "barrier",
    "budget_year",
    "calculation",
    "category",
    "deadline",
    "deputy",
    "distribution",
    "district",
    "document",
    "draft",
    "entry",
    "evidence",
    "go",
    "indicators",
    "invitation",
    "line",
    "mail",
    "ministry",
    "note",
    "notice",
    "operator",
    "page_text",
    "person",
    "project",
    "provider",
    "remark",
    "reply",
    "report",
    "scan_batch",
    "scenario",
    "share",
    "signatory",
    "signature",
    "strategy",
    "submission",
    "table_import",
    "target_group",
    "user",
    "version",
    "wording",
]
