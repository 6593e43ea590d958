"""Two people sign, confirm, reject and withdraw at the same moment: real threads, connections and transactions."""

from collections.abc import Callable
from typing import Any

import pytest

from agreements.actions import evidence, signing, steps
from agreements.models import AgreementVersion, Document, Evidence, Signature
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import User
from tests import factories as make
from tests.agreements.actors import NOW, REASON, sign, upload
from tests.truths import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def now(act: Callable[[], Any]) -> Callable[[], Any]:
    """The act at the stopped time, which every thread has to be told."""

    def acting() -> Any:
        with clock.stopped(NOW):
            return act()

    return acting


def together(*acts: Callable[[], Any]) -> list[str]:
    """What each of the acts at once came to: done, or the sentences of the refusal."""
    results = at_once(*map(now, acts))
    return [" ".join(one.reasons) if isinstance(one, Refused) else "done" for one in results]


def recorded(version: AgreementVersion, party: str) -> Signature:
    with clock.stopped(NOW):
        return sign(version, make.person(Role.MINISTRY), party)


def two() -> tuple[User, User]:
    """Two people who may confirm."""
    return make.user(Role.MINISTRY_LEAD), make.user(Role.MINISTRY_LEAD)


def confirming(signature: Signature, by: User) -> Callable[[], Any]:
    return lambda: signing.confirm_signature(signature=signature, by=by)


def fair_copies(version: AgreementVersion) -> int:
    return version.documents.filter(kind=Document.Kind.SIGNED).count()


@pytest.fixture
def version() -> AgreementVersion:
    made = make.version(status="issued")
    make.person(Role.MINISTRY)
    make.person(Role.DISTRICT, made.agreement.district)
    return made


def test_same_signature_confirmed_by_two_people_counts_once(version: AgreementVersion) -> None:
    recorded(version, "land")
    signature = recorded(version, "district")
    first, second = two()
    outcome = together(confirming(signature, first), confirming(signature, second))
    assert sorted(outcome) == ["Diese Unterschrift ist schon bestätigt.", "done"]


def test_button_pressed_twice_completes_once(version: AgreementVersion) -> None:
    first, second = two()
    with clock.stopped(NOW):
        signing.confirm_signature(signature=recorded(version, "land"), by=second)
    signature = recorded(version, "district")
    outcome = together(confirming(signature, first), confirming(signature, first))
    assert outcome.count("done") == 1
    assert fair_copies(version) == 1


def test_both_last_signatures_confirmed_at_once_complete_once(version: AgreementVersion) -> None:
    """Neither may believe that the other one is still missing."""
    signatures = [recorded(version, "land"), recorded(version, "district")]
    outcome = together(*(confirming(one, by) for one, by in zip(signatures, two(), strict=True)))
    assert outcome == ["done", "done"]
    version.refresh_from_db()
    assert (version.status, fair_copies(version)) == ("signed", 1)


def completing(version: AgreementVersion) -> Callable[[], Any]:
    first, second = two()
    with clock.stopped(NOW):
        signing.confirm_signature(signature=recorded(version, "land"), by=second)
    return confirming(recorded(version, "district"), first)


def test_completed_or_withdrawn_but_never_both(version: AgreementVersion) -> None:
    by = make.person(Role.MINISTRY)
    outcome = together(completing(version), lambda: steps.withdraw(version=version, reason=REASON, by=by))
    assert outcome.count("done") == 1
    version.refresh_from_db()
    assert (version.status, fair_copies(version)) == (("signed", 1) if outcome[0] == "done" else ("withdrawn", 0))


def test_completed_or_its_evidence_rejected_but_never_both(version: AgreementVersion) -> None:
    by = make.person(Role.MINISTRY)
    confirm = completing(version)
    proof = Evidence.objects.get(document__party="district")
    outcome = together(confirm, lambda: evidence.reject(evidence=proof, reason=REASON, by=by))
    assert outcome.count("done") == 1
    version.refresh_from_db()
    proof.refresh_from_db()
    assert (version.status == "signed") == (outcome[0] == "done") == (not proof.is_rejected)
    assert version.signatures.count() == (1 if proof.is_rejected else 2)


def test_completed_or_the_signature_removed_but_never_both(version: AgreementVersion) -> None:
    by = make.person(Role.MINISTRY)
    confirm = completing(version)
    signature = version.signatures.get(party="district")
    outcome = together(confirm, lambda: signing.remove_signature(signature=signature, by=by))
    assert outcome.count("done") == 1
    version.refresh_from_db()
    assert (version.status == "signed") == (version.signatures.count() == 2)


def test_signature_recorded_from_evidence_that_is_being_rejected_does_not_stay(version: AgreementVersion) -> None:
    by, proof = make.person(Role.MINISTRY), make.evidence(version)
    outcome = together(
        lambda: sign(version, by, evidence=proof.document),
        lambda: evidence.reject(evidence=proof, reason=REASON, by=by),
    )
    assert outcome[1] == "done"
    assert not version.signatures.exists()


def test_same_place_recorded_twice_at_once_is_refused_once(version: AgreementVersion) -> None:
    by, proof = make.person(Role.MINISTRY), make.evidence(version)
    outcome = together(*[lambda: sign(version, by, evidence=proof.document)] * 2)
    assert sorted(outcome) == ["Diese Unterschrift ist schon erfasst.", "done"]


def test_same_file_uploaded_twice_at_once_is_kept_once(version: AgreementVersion) -> None:
    by = make.person(Role.DISTRICT, version.agreement.district)
    outcome = together(*[lambda: upload(version, by)] * 2)
    assert outcome.count("done") == 1
    assert Evidence.objects.count() == 1
