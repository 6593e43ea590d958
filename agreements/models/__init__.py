"""The programme's money plan, the contract text, the agreements, and what people say and keep about them."""

from agreements.models.agreement import (
    TRANSITIONS,
    Agreement,
    AgreementLine,
    AgreementVersion,
    Party,
    Status,
    StatusChange,
)
from agreements.models.deadlines import Deadline
from agreements.models.distribution import (
    AppliedDistribution,
    DistributionScenario,
    Indicator,
    IndicatorSet,
    IndicatorValue,
)
from agreements.models.document import Document, Download
from agreements.models.evidence import Evidence, ScanBatch
from agreements.models.plan import Allocation, BudgetLine, BudgetYear, MeasureCategory
from agreements.models.remarks import NotedRemark, Remark, RemarkReply
from agreements.models.signing import Signatory, Signature
from agreements.models.submission import Submission
from agreements.models.talk import RegionalStrategy, SteeringDialogue
from agreements.models.wording import Wording, WordingSection

__all__ = [
    "TRANSITIONS",
    "Agreement",
    "AgreementLine",
    "AgreementVersion",
    "Allocation",
    "AppliedDistribution",
    "BudgetLine",
    "BudgetYear",
    "Deadline",
    "DistributionScenario",
    "Document",
    "Download",
    "Evidence",
    "Indicator",
    "IndicatorSet",
    "IndicatorValue",
    "MeasureCategory",
    "NotedRemark",
    "Party",
    "RegionalStrategy",
    "Remark",
    "RemarkReply",
    "ScanBatch",
    "Signatory",
    "Signature",
    "Status",
    "StatusChange",
    "SteeringDialogue",
    "Submission",
    "Wording",
    "WordingSection",
]
