"""The programme's money plan, the contract text, the agreements, and what people say and keep about them."""

from agreements.models.agreement import (
    TRANSITIONS,
    Agreement,
    AgreementLine,
    AgreementVersion,
    Party,
    Signatory,
    Signature,
    Status,
    StatusChange,
)
from agreements.models.document import Document, Download
from agreements.models.plan import Allocation, BudgetLine, BudgetYear, MeasureCategory
from agreements.models.talk import RegionalStrategy, Remark, SteeringDialogue
from agreements.models.wording import Wording, WordingSection

__all__ = [
    "TRANSITIONS",
    "Agreement",
    "AgreementLine",
    "AgreementVersion",
    "Allocation",
    "BudgetLine",
    "BudgetYear",
    "Document",
    "Download",
    "MeasureCategory",
    "Party",
    "RegionalStrategy",
    "Remark",
    "Signatory",
    "Signature",
    "Status",
    "StatusChange",
    "SteeringDialogue",
    "Wording",
    "WordingSection",
]
