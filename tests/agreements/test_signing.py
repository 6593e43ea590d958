"""Signatures: recorded from evidence, confirmed by a second person, taken back; the last confirmation completes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agreements import checks
from agreements.actions import drafting, evidence, signing
from agreements.models import AgreementVersion, Document, Party, Signatory, Signature, StatusChange
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import User
from tests import factories as make
from tests.agreements.actors import ACTORS, NOW, STEPS, proof, sign, sign_and_confirm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def issued(**named: int) -> AgreementVersion:
    """An issued version with that many named people per side."""
    version = make.version(status="approved")
    for party, count in named.items():
        for position in range(1, count + 1):
            make.signatory(version, party, position=position)
    make.go(version, "issued")
    return version


def status(version: AgreementVersion) -> str:
    return AgreementVersion.objects.get(pk=version.pk).status


def confirm(signature: Signature, by: User | None = None) -> AgreementVersion:
    return signing.confirm_signature(signature=signature, by=by or make.user(Role.MINISTRY_LEAD))


class TestRecord:
    def test_keeps_what_the_paper_shows_and_waits_for_the_second_person(self) -> None:
        version, by = issued(), make.user()
        signature = sign(version, by, "district", name=" Thea Beispiel ", office="Landrätin", place="Gießen")
        signature.refresh_from_db()
        assert (signature.name, signature.office, signature.place) == ("Thea Beispiel", "Landrätin", "Gießen")
        assert (signature.recorded_by, signature.recorded_at, signature.is_confirmed) == (by, NOW, False)
        assert signature.evidence is not None
        assert signature.evidence.version == version
        assert checks.unconfirmed_signatures(version) == [signature]
        assert checks.missing_signatures(version) == [("land", 1)]

    def test_without_evidence_is_refused(self) -> None:
        with pytest.raises(Refused, match="Beleg fehlt"):
            sign(issued(), make.user(), evidence=None)

    @pytest.mark.parametrize(("days", "word"), [(1, "Zukunft"), (-1000, "vor der Ausfertigung")])
    def test_on_an_impossible_day_is_refused(self, days: int, word: str) -> None:
        with pytest.raises(Refused, match=word):
            sign(issued(), make.user(), signed_on=NOW.date() + timedelta(days=days))

    def test_twice_at_the_same_place_is_refused(self) -> None:
        version = issued()
        sign(version, make.user())
        with pytest.raises(Refused, match="schon erfasst"):
            sign(version, make.user())

    @pytest.mark.parametrize("field", ["name", "office", "place"])
    def test_without_name_office_or_place_is_refused(self, field: str) -> None:
        with pytest.raises(Refused, match="leer"):
            sign(issued(), make.user(), **{field: "  "})

    @pytest.mark.parametrize("place", [{"party": "district", "position": 2}, {"party": "land", "position": 3}])
    def test_where_nobody_is_to_sign_is_refused(self, place: dict[str, Any]) -> None:
        version = issued(district=1)
        paper = proof(version, place["party"])
        with pytest.raises(Refused, match="nicht vorgesehen"):
            sign(version, make.user(), **place, evidence=paper)

    def test_from_evidence_of_the_other_side_is_refused(self) -> None:
        version = issued()
        with pytest.raises(Refused, match="Gebietskörperschaft"):
            sign(version, make.user(), "land", evidence=proof(version, "district"))

    def test_from_evidence_of_another_version_is_refused_naming_both(self) -> None:
        version, other = issued(), issued()
        with pytest.raises(Refused, match=f"gehört zu {other.document_number}, nicht zu {version.document_number}"):
            sign(version, make.user(), evidence=proof(other, "land"))

    def test_from_rejected_evidence_is_refused(self) -> None:
        version = issued()
        scan = make.evidence(version)
        evidence.reject(evidence=scan, reason="unleserlich", by=make.user())
        with pytest.raises(Refused, match="zurückgewiesen"):
            sign(version, make.user(), evidence=scan.document)

    def test_from_a_document_that_is_no_evidence_is_refused(self) -> None:
        version = issued()
        with pytest.raises(Refused, match="kein Beleg"):
            sign(version, make.user(), evidence=version.documents.get(kind="issued"))

    def test_of_paper_names_no_field(self) -> None:
        with pytest.raises(Refused, match="keinem Feld"):
            sign(issued(), make.user(), field_name="Unterschrift1")

    def test_named_signatories_stay_after_the_issue(self) -> None:
        version = issued(land=1)
        with pytest.raises(Refused, match="Ausfertigung"):
            drafting.choose_signatories(version=version, party=Party.LAND, people=[("A", "B")], by=make.user())
        assert Signatory.objects.count() == 1


class TestMatch:
    """One signature of an electronically signed file is matched to a party by a person."""

    def file(self, version: AgreementVersion, *names: str, **when: str) -> Document:
        findings = {"report": make.report(*names, **when)}
        return make.evidence(version, form="electronic", findings=findings).document

    def test_several_signatures_of_one_file_are_matched_to_their_sides(self) -> None:
        version, by = issued(), make.user()
        file = self.file(version, "Claudia Neumann", "Erika Muster")
        sign(version, by, "district", evidence=file, field_name="Unterschrift1")
        signature = sign(version, by, "land", evidence=file, field_name="Unterschrift2")
        assert signature.is_electronic
        assert checks.missing_signatures(version) == []

    @pytest.mark.parametrize("field", ["", "Unterschrift2"])
    def test_signature_that_is_not_in_the_file_is_refused(self, field: str) -> None:
        version = issued()
        with pytest.raises(Refused, match="eine der Unterschriften"):
            sign(version, make.user(), evidence=self.file(version, "Erika Muster"), field_name=field)

    def test_seal_or_time_stamp_is_nobodys_signature(self) -> None:
        version = issued()
        report = make.report("Amtssiegel")
        report["signatures"][0]["kind"] = "seal"
        file = make.evidence(version, form="electronic", findings={"report": report}).document
        with pytest.raises(Refused, match="eine der Unterschriften"):
            sign(version, make.user(), evidence=file, field_name="Unterschrift1")

    def test_same_signature_for_both_sides_is_refused(self) -> None:
        version, by = issued(), make.user()
        file = self.file(version, "Erika Muster")
        sign(version, by, "land", evidence=file, field_name="Unterschrift1")
        with pytest.raises(Refused, match="schon zugeordnet"):
            sign(version, by, "district", evidence=file, field_name="Unterschrift1")

    def test_time_stamp_decides_the_day(self) -> None:
        version = issued()
        late = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)  # past midnight in Hesse
        file = self.file(version, "Erika Muster", signed_at=late.isoformat(), time_source="timestamp")
        with pytest.raises(Refused, match=r"Zeitstempel vom 01\.05\.2026"):
            sign(version, make.user(), evidence=file, field_name="Unterschrift1", signed_on=date(2026, 4, 30))
        sign(version, make.user(), evidence=file, field_name="Unterschrift1", signed_on=date(2026, 5, 1))

    def test_clock_of_a_strangers_machine_does_not(self) -> None:
        version = issued()
        file = self.file(version, "Erika Muster", signed_at="2019-01-01T00:00:00+00:00", time_source="claimed")
        assert sign(version, make.user(), evidence=file, field_name="Unterschrift1").signed_on == clock.today()


class TestConfirm:
    def test_last_one_completes_the_version_with_the_fair_copy(self) -> None:
        make.ministry()
        version = STEPS["issue"](make.version(status="approved"), make.user())
        by, second = make.user(), make.user(Role.MINISTRY_LEAD)
        confirm(sign(version, by, "land"), second)
        last = sign(version, by, "district", name="Oliver Quilling", office="Landrat", place="Dietzenbach")
        assert status(version) == "issued"
        done = confirm(last, second)
        assert (done.status, done.signed_at, done.status_changed_at) == ("signed", NOW, NOW)
        assert sorted(Document.objects.values_list("kind", flat=True)) == ["evidence", "evidence", "issued", "signed"]
        trace = StatusChange.objects.order_by("pk").last()
        assert trace is not None
        assert (trace.from_status, trace.to_status, trace.by) == ("issued", "signed", second)
        last.refresh_from_db()
        assert (last.confirmed_by, last.confirmed_at) == (second, NOW)

    def test_order_of_the_confirmations_does_not_matter(self) -> None:
        version, by = issued(district=2), make.user()
        places = [("land", 1), ("district", 1), ("district", 2)]
        recorded = [sign(version, by, party, position=position) for party, position in places]
        for signature in recorded[::-1]:
            assert status(version) == "issued"
            confirm(signature)
        assert status(version) == "signed"

    def test_two_people_of_a_side_are_waited_for(self) -> None:
        version, by = issued(land=1, district=2), make.user()
        assert checks.missing_signatures(version) == [("land", 1), ("district", 1), ("district", 2)]
        sign_and_confirm(version, by, "land")
        sign_and_confirm(version, by, "district", position=1)
        assert status(version) == "issued"
        sign_and_confirm(version, by, "district", position=2)
        assert status(version) == "signed"

    def test_by_whoever_recorded_it_is_refused(self) -> None:
        version, by = issued(), make.user(Role.MINISTRY_LEAD)
        with pytest.raises(Refused, match="Vier-Augen-Prinzip: Sie haben die Unterschrift erfasst"):
            confirm(sign(version, by), by)

    def test_by_whoever_uploaded_the_scan_is_refused(self) -> None:
        version, by = issued(), make.user()
        scan = make.evidence(version, created_by=by).document
        with pytest.raises(Refused, match="Vier-Augen-Prinzip: Sie haben den Beleg hochgeladen"):
            confirm(sign(version, make.user(), evidence=scan), by)

    def test_by_whoever_uploaded_the_batch_is_refused(self) -> None:
        version, by = issued(), make.user()
        scan = make.evidence(version, batch=make.scan_batch(created_by=by)).document
        with pytest.raises(Refused, match="hochgeladen"):
            confirm(sign(version, make.user(), evidence=scan), by)

    def test_twice_is_refused(self) -> None:
        signature = sign(issued(), make.user())
        confirm(signature)
        with pytest.raises(Refused, match="schon bestätigt"):
            confirm(signature)

    def test_of_a_signature_that_was_removed_is_refused(self) -> None:
        signature = sign(issued(), make.user())
        signing.remove_signature(signature=Signature.objects.get(pk=signature.pk), by=make.user())
        with pytest.raises(Refused, match="nicht mehr erfasst"):
            confirm(signature)

    def test_corrected_signature_is_confirmed_by_somebody_else_than_who_corrected_it(self) -> None:
        version, first, second = issued(), make.user(), make.user()
        wrong = sign(version, first, name="Erika Muser")
        signing.remove_signature(signature=wrong, by=second)
        right = sign(version, second, evidence=wrong.evidence)
        with pytest.raises(Refused, match="Vier-Augen"):
            confirm(right, second)
        confirm(right, first)

    @pytest.mark.parametrize("actor", ACTORS)
    def test_by_everybody(self, actor: str) -> None:
        version = issued()
        signature = sign(version, make.user())
        by = ACTORS[actor](version.agreement.district, make.district())
        offered = checks.confirmation_refusals(signature, by)
        if actor in ("ministry", "ministry_lead"):
            assert not offered
            confirm(signature, by)
            return
        with pytest.raises(Refused) as caught:
            confirm(signature, by)
        assert (caught.value.status, caught.value.reasons) == (403, offered)


class TestRemove:
    def test_takes_back_a_confirmed_signature_until_all_have_signed(self) -> None:
        version, by = issued(), make.user()
        sign_and_confirm(version, by)
        first = version.signatures.get()
        with pytest.raises(Refused):
            signing.remove_signature(signature=first, by=make.user(Role.AUDITOR))
        signing.remove_signature(signature=first, by=by)
        assert not Signature.objects.exists()
        sign_and_confirm(version, by)
        sign_and_confirm(version, by, "district")
        with pytest.raises(Refused):
            signing.remove_signature(signature=version.signatures.all()[0], by=by)

    def test_twice_is_refused(self) -> None:
        signature, by = sign(issued(), make.user()), make.user()
        again = Signature.objects.get(pk=signature.pk)
        signing.remove_signature(signature=signature, by=by)
        with pytest.raises(Refused, match="nicht mehr erfasst"):
            signing.remove_signature(signature=again, by=by)
