"""Everybody who may ask for a step, and how each step is done by its action."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from agreements.actions import drafting, evidence, signing, steps
from agreements.models import AgreementVersion, Document, Evidence, Signature
from aqb import clock
from aqb.access import Role
from aqb.models import District, User
from tests import factories as make
from tests.factories import START

NOW = START + timedelta(days=60)
REASON = "Bitte ergänzen Sie die Zahl der Plätze."


ACTORS: dict[str, Callable[[District, District], User]] = {
    "ministry": lambda own, foreign: make.user(Role.MINISTRY),
    "ministry_lead": lambda own, foreign: make.user(Role.MINISTRY_LEAD),
    "own district": lambda own, foreign: make.user(Role.DISTRICT, own),
    "own district_lead": lambda own, foreign: make.user(Role.DISTRICT_LEAD, own),
    "foreign district": lambda own, foreign: make.user(Role.DISTRICT, foreign),
    "foreign district_lead": lambda own, foreign: make.user(Role.DISTRICT_LEAD, foreign),
    "grant_office": lambda own, foreign: make.user(Role.GRANT_OFFICE),
    "auditor": lambda own, foreign: make.user(Role.AUDITOR),
    "operator": lambda own, foreign: make.operator(),
    "closed account": lambda own, foreign: make.user(Role.MINISTRY_LEAD, is_active=False),
}


def sign(version: AgreementVersion, by: User, party: str = "land", **fields: Any) -> Signature:
    """Record a signature, from evidence of its own unless some is given or the version is not issued."""
    if "evidence" not in fields:
        fields["evidence"] = proof(version, party)
    values = {"name": "Erika Muster", "office": "Staatsministerin", "place": "Wiesbaden", "signed_on": clock.today()}
    return signing.record_signature(version=version, party=party, by=by, **{**values, **fields})


def proof(version: AgreementVersion, party: str) -> Document | None:
    """A scan of the party's signature as the district uploaded it."""
    return make.evidence(version, party).document if version.status == "issued" else None


def sign_and_confirm(version: AgreementVersion, by: User, party: str = "land", **fields: Any) -> AgreementVersion:
    """Record a signature by one person, and confirm it by another one."""
    second = User.objects.filter(role=Role.MINISTRY_LEAD).exclude(pk=by.pk).first() or make.user(Role.MINISTRY_LEAD)
    return signing.confirm_signature(signature=sign(version, by, party, **fields), by=second)


def upload(version: AgreementVersion, by: User) -> Evidence:
    """What remains to be done with a scan after it was read."""
    return evidence.attach(
        version=version, party="district", content=b"%PDF-1.7 scan", form=Evidence.Form.PAPER, findings={}, by=by
    )


STEPS: dict[str, Callable[[AgreementVersion, User], Any]] = {
    "submit": lambda version, by: steps.submit(version=version, by=by),
    "return": lambda version, by: steps.return_to_draft(version=version, reason=REASON, by=by),
    "approve": lambda version, by: steps.approve(version=version, by=by),
    "issue": lambda version, by: steps.issue(version=version, by=by),
    "upload": upload,
    "sign": sign,
    "publish": lambda version, by: steps.publish(version=version, by=by),
    "withdraw": lambda version, by: steps.withdraw(version=version, reason=REASON, by=by),
    "terminate": lambda version, by: steps.terminate(version=version, reason=REASON, by=by),
    "amend": lambda version, by: drafting.amend(agreement=version.agreement, reason=REASON, by=by),
    "follow_up": lambda version, by: drafting.follow_up(version=version, by=by),
}
