"""The table of the back office: who may do what with each table, for `test_access_back_office.py`.

A new table gets its row here. Who is in none of the sets meets a closed door at every page.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.access_table import MINISTRY

OPERATOR = {"operator"}
STAFF = MINISTRY | OPERATOR
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Keeping:
    """Who sees a table, who adds, changes and deletes rows by its forms.

    `fixed`: nobody changes rows here, whoever they are; the refusal is a conflict (409), not a lack of rights.
    `elsewhere`: rows are added on another page, to which the form leads.
    """

    table: str
    view: set[str]
    add: set[str]
    change: set[str]
    delete: set[str]
    fixed: bool = False
    elsewhere: bool = False


def kept_by(keepers: set[str], *tables: str, add: bool = True, delete: bool = False) -> Iterator[Keeping]:
    """Tables that all see who enter, and that some keep."""
    for table in tables:
        yield Keeping(table, STAFF, keepers if add else NOBODY, keepers, keepers if delete else NOBODY)


def fixed(*tables: str, view: set[str] = STAFF) -> Iterator[Keeping]:
    """Tables that are made and changed by actions only, or by nobody for good."""
    for table in tables:
        yield Keeping(table, view, NOBODY, NOBODY, NOBODY, fixed=True)


TABLES = [
    *kept_by(STAFF, "aqb.District", "aqb.Ministry", "agreements.MeasureCategory", "projects.TargetGroup"),
    Keeping("aqb.User", STAFF, OPERATOR, OPERATOR, NOBODY, elsewhere=True),
    Keeping("aqb.PageText", STAFF, STAFF, STAFF, NOBODY, elsewhere=True),
    *fixed("aqb.BarrierReport", "aqb.ArchiveCheck", "aqb.HistoryLink", "aqb.Invitation", "aqb.Deputy", "aqb.Mail"),
    *fixed(
        "agreements.Document", "agreements.StatusChange", "agreements.Submission", "agreements.Evidence", "agreements.ScanBatch",
        "agreements.IndicatorSet", "agreements.Indicator", "agreements.IndicatorValue",
        "agreements.DistributionScenario", "agreements.AppliedDistribution",
        "agreements.Signatory", "agreements.Signature", "projects.Project", "projects.FundingShare",
    ),
    *fixed("agreements.Download", view=MINISTRY),
    *kept_by(MINISTRY, "agreements.Agreement", "agreements.AgreementVersion", "agreements.AgreementLine", add=False),
    *kept_by(MINISTRY, "agreements.BudgetYear", "agreements.Allocation", "agreements.RegionalStrategy"),
    *kept_by(
        MINISTRY, "agreements.BudgetLine", "agreements.SteeringDialogue", "agreements.Wording", "projects.Provider",
        "projects.ProjectEntry", delete=True,
    ),
    # Written once: the ministry adds a remark, but what it said is not changed afterwards.
    Keeping("agreements.Remark", STAFF, MINISTRY, NOBODY, NOBODY),
]  # fmt: skip
