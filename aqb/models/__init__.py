"""What the application stores about places, people and itself; agreements and projects have apps of their own."""

from aqb.models.chain import HistoryLink, HistoryPart, PersonalProof
from aqb.models.chosen import ChosenColumns
from aqb.models.draft import Draft
from aqb.models.jobs import Job, JobRow
from aqb.models.notices import Mail, Notice, Subscription
from aqb.models.people import Deputy, Invitation, SecondFactor, SingleSignOn, User
from aqb.models.places import District, DistrictSet, Ministry, MinistrySet, Validity, valid_in_order
from aqb.models.public import BarrierReport, PageText
from aqb.models.sent import SentForm
from aqb.stored import ArchiveCheck

__all__ = [
    "ArchiveCheck", "BarrierReport", "ChosenColumns", "Deputy", "District", "DistrictSet", "Draft", "HistoryLink",
    "HistoryPart", "Invitation", "Job", "JobRow", "Mail", "Ministry", "MinistrySet", "Notice", "PageText", "PersonalProof",
    "SecondFactor", "SentForm", "SingleSignOn", "Subscription", "User", "Validity", "valid_in_order",
]  # fmt: skip
