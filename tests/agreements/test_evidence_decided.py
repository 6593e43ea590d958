"""What becomes of evidence: it is rejected with a reason, seen by its own people, and never carried over."""

from collections.abc import Iterator

import pytest

from agreements.actions import evidence, files, signing
from agreements.models import AgreementVersion, Evidence, Party, Signature
from aqb import clock
from aqb.access import Refused, Role
from tests import factories as make
from tests.agreements.actors import ACTORS, NOW, STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


class TestReject:
    def test_takes_back_what_stands_on_it_and_says_why(self) -> None:
        version, by = make.version(status="issued"), make.user()
        proof = make.evidence(version, "district")
        make.signature(version, "district", evidence=proof.document)
        other = make.signature(version, "land")
        evidence.reject(evidence=proof, reason=" Die zweite Seite fehlt. ", by=by)
        proof.refresh_from_db()
        assert (proof.rejected_by, proof.rejected_at, proof.rejected_reason) == (by, NOW, "Die zweite Seite fehlt.")
        assert list(Signature.objects.all()) == [other]
        assert files.read(proof.document), "the file stays"
        assert list(Evidence.objects.standing()) == []

    def test_without_a_reason_is_refused(self) -> None:
        proof = make.evidence(make.version(status="issued"))
        with pytest.raises(Refused, match="Grund"):
            evidence.reject(evidence=proof, reason="  ", by=make.user())

    def test_twice_is_refused(self) -> None:
        proof = make.evidence(make.version(status="issued"))
        evidence.reject(evidence=proof, reason="unleserlich", by=make.user())
        with pytest.raises(Refused, match="schon zurückgewiesen"):
            evidence.reject(evidence=proof, reason="unleserlich", by=make.user())

    @pytest.mark.parametrize("step", ["signed", "withdrawn"])
    def test_once_signing_is_over_is_refused(self, step: str) -> None:
        version = make.version(status="issued")
        proof = make.evidence(version)
        make.go(version, step)
        with pytest.raises(Refused):
            evidence.reject(evidence=proof, reason="unleserlich", by=make.user())

    @pytest.mark.parametrize("actor", ACTORS)
    def test_by_everybody(self, actor: str) -> None:
        version = make.version(status="issued")
        proof = make.evidence(version)
        by = ACTORS[actor](version.agreement.district, make.district())
        if actor in ("ministry", "ministry_lead"):
            assert evidence.reject(evidence=proof, reason="unleserlich", by=by).is_rejected
            return
        with pytest.raises(Refused) as caught:
            evidence.reject(evidence=proof, reason="unleserlich", by=by)
        assert caught.value.status == 403


def test_evidence_is_seen_by_its_own_district_only() -> None:
    here, there = make.version(status="issued"), make.version(status="issued")
    proof = make.evidence(here)
    make.evidence(there)
    assert list(Evidence.objects.visible_to(make.person(Role.DISTRICT, here.agreement.district))) == [proof]
    assert Evidence.objects.visible_to(make.user(Role.AUDITOR)).count() == 2


class TestCarriedOver:
    """Returning, withdrawing and amending never carry evidence or signatures over to another version."""

    def test_copy_after_a_withdrawn_version_begins_without_proofs(self) -> None:
        version = make.version(status="issued")
        proof = make.evidence(version, "district")
        make.signature(version, "district", evidence=proof.document)
        STEPS["withdraw"](version, make.user())
        copy = STEPS["follow_up"](version, make.user())
        self.begins_without(copy)
        assert proof.document.version == version
        assert version.signatures.count() == 1, "what was signed stays with the withdrawn version"

    def test_amendment_begins_without_proofs(self) -> None:
        version = make.version(status="issued")
        make.evidence(version, "district")
        make.go(version, "signed")
        make.wording(version.agreement.budget_year, kind="amendment")
        self.begins_without(STEPS["amend"](version, make.user()))

    def test_evidence_of_a_withdrawn_version_signs_nothing_any_more(self) -> None:
        version = make.version(status="issued")
        proof = make.evidence(version, "district")
        STEPS["withdraw"](version, make.user())
        copy = STEPS["follow_up"](version, make.user())
        make.go(copy, "submitted")
        make.go(copy, "approved")
        make.go(copy, "issued")
        with pytest.raises(Refused, match=f"gehört zu {version.document_number}, nicht zu {copy.document_number}"):
            signing.record_signature(
                version=copy, party=Party.DISTRICT, name="Erika Muster", office="Landrätin", place="Musterstadt",
                signed_on=clock.today(), evidence=proof.document, by=make.user(),
            )  # fmt: skip

    @staticmethod
    def begins_without(version: AgreementVersion) -> None:
        assert not version.signatures.exists()
        assert not version.documents.exists()
        assert not Evidence.objects.filter(document__version=version).exists()
