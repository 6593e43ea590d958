"""Signing by the forms: evidence comes in, one person records, a second one confirms, and nothing happens twice."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from agreements.models import Document, Evidence
from aqb import clock
from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, day, district_lead, lead, ministry, path, text
from tests.forms import fill_in
from tests.scans import photographs, scan

pytestmark = pytest.mark.django_db


def district(version: Any) -> Client:
    return client_of(make.person(Role.DISTRICT, version.agreement.district))


def really_issued() -> Any:
    """A version that went through its pages up to the issue, with a true paper."""
    version = make.version(entries=1)
    make.ministry()
    district_lead(version.agreement.district).post(path(version, "schritt/submit/"))
    lead().post(path(version, "schritt/approve/"))
    ministry().post(path(version, "schritt/issue/"))
    version.refresh_from_db()
    assert version.status == "issued"
    return version


def paper(version: Any) -> bytes:
    with version.documents.get(kind="issued").file.open() as file:
        return bytes(file.read())


def sent(content: bytes, **more: str) -> dict[str, Any]:
    """A file as the browser sends it."""
    return {"file": SimpleUploadedFile("Scan vom Kopierer.pdf", content, "application/pdf"), **more}


def details(**changes: Any) -> dict[str, Any]:
    """The form that records a signature, filled in."""
    return {
        "stands_for": "district-1", "name": "Erika Muster", "office": "Landrätin", "place": "Musterstadt",
        **day("signed_on", clock.today()), **changes,
    }  # fmt: skip


def confirmation(signature: Any) -> dict[str, str]:
    return {f"unterschrift-{signature.pk}-compared": "on"}


def recorded(version: Any, **fields: Any) -> Any:
    """A signature of the district that waits for its second person."""
    evidence = make.evidence(version, "district")
    unconfirmed = {"confirmed_at": None, "confirmed_by": None, **fields}
    return make.signature(version, "district", evidence=evidence.document, **unconfirmed)


def test_the_way_from_issue_to_publication() -> None:
    version = really_issued()
    sheets = scan(paper(version))
    answer = district(version).post(path(version, "belege/neu/"), sent(sheets))
    of_district = Evidence.objects.get()
    assert answer.headers["Location"] == path(version, f"belege/{of_district.pk}/")
    ministry().post(path(version, "belege/neu/"), sent(sheets, party="land"))
    of_land = Evidence.objects.latest("pk")
    for evidence, party in ((of_district, "district"), (of_land, "land")):
        place = details(stands_for=f"{party}-1")
        answer = ministry().post(path(version, f"belege/{evidence.pk}/erfassen/"), place)
        assert answer.headers["Location"] == path(version, f"belege/{evidence.pk}/")
    for signature in version.signatures.all():
        answer = lead().post(path(version, f"unterschrift/{signature.pk}/bestaetigen/"), confirmation(signature))
        assert answer.headers["Location"] == path(version)
    version.refresh_from_db()
    assert version.status == "signed"
    ministry().post(path(version, "schritt/publish/"))
    version.refresh_from_db()
    assert version.status == "published"
    assert {document.kind for document in version.documents.all()} == {"issued", "evidence", "signed"}


def test_last_confirmation_says_what_was_made_and_how_it_is_sealed() -> None:
    version = really_issued()
    make.signature(version, "land")
    signature = recorded(version, signed_on=clock.today())
    address = path(version, f"unterschrift/{signature.pk}/bestaetigen/")
    page = text(lead().post(address, confirmation(signature), follow=True))
    assert version.documents.get(kind="signed").seal == "test"
    message = "Die Reinschrift ist hergestellt und mit einem Testsiegel ohne Rechtswirkung versehen."
    assert f"Alle Unterschriften sind bestätigt. {message}" in page
    assert "Siegel: " in page
    assert page.count("Testsiegel ohne Rechtswirkung") == 2  # in the message and beside the document


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("demo", "Eingerichtet ist ein Testsiegel ohne Rechtswirkung."),
        ("production", "Es ist kein Siegel eingerichtet."),
    ],
)
def test_ministry_reads_before_which_seal_there_will_be(settings: str, sentence: str) -> None:
    version = make.version(status="issued")
    with override_settings(PRODUCTION=settings == "production"):
        assert sentence in text(ministry().get(path(version)))
        assert sentence not in text(district(version).get(path(version)))


def test_scan_with_both_signatures_is_evidence_for_both_sides() -> None:
    version = really_issued()
    ministry().post(path(version, "belege/neu/"), sent(scan(paper(version)), party="both"))
    assert {one.document.party for one in Evidence.objects.all()} == {"land", "district"}


def test_photograph_becomes_a_pdf() -> None:
    version = really_issued()
    picture = photographs(paper(version), pages=[1])[0]
    district(version).post(path(version, "belege/neu/"), sent(picture))
    assert Evidence.objects.get().document.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Die Datei fehlt."),
        (sent(b"kein PDF"), "weder ein PDF noch ein Bild"),
        (sent(b"%PDF-1.7\n" + b"x" * 25 * 1024 * 1024), "Die Datei ist größer als 25 MB."),
    ],
    ids=["no file", "no pdf", "too large"],
)
def test_bad_upload_is_a_sentence_in_the_form(data: dict[str, Any], sentence: str) -> None:
    version = make.version(status="issued")
    assert sentence in text(district(version).post(path(version, "belege/neu/"), data))
    assert not Evidence.objects.exists()


def test_upload_that_comes_twice_is_kept_once() -> None:
    version = really_issued()
    sheets = scan(paper(version))
    client = district(version)
    client.post(path(version, "belege/neu/"), sent(sheets))
    assert "schon vor" in text(client.post(path(version, "belege/neu/"), sent(sheets)))
    assert Evidence.objects.count() == 1


def test_evidence_is_not_brought_to_a_version_that_is_not_issued() -> None:
    version = make.version()
    assert district(version).get(path(version, "belege/neu/")).status_code == 409


def test_form_is_filled_from_the_paper() -> None:
    version = make.version(status="draft", entries=1)
    make.signatory(version, "district", name="Thea Vorgesehen", office="Landrätin")
    for step in ("submitted", "approved", "issued"):
        make.go(version, step)
    evidence = make.evidence(version, "district")
    page = text(ministry().get(path(version, f"belege/{evidence.pk}/")))
    assert 'value="Thea Vorgesehen"' in page
    assert 'value="Musterstadt"' in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Bitte machen Sie hier eine Angabe."),
        (day("signed_on", date(2999, 1, 1)), "liegt in der Zukunft"),
        (day("signed_on", date(2001, 1, 1)), "kann nicht vor der Ausfertigung"),
        ({"signed_on_day": "31", "signed_on_month": "2"}, "gibt es nicht im Kalender"),
        ({"stands_for": "land-1"}, "ist schon erfasst"),
    ],
    ids=["no name", "future", "before issue", "no day", "other side"],
)
def test_bad_details_are_a_sentence_and_nothing_is_lost(changes: dict[str, Any], sentence: str) -> None:
    version = make.version(status="issued")
    evidence = make.evidence(version, "district")
    answer = ministry().post(
        path(version, f"belege/{evidence.pk}/erfassen/"), details(place="Bad Ort am Fluß", **changes)
    )
    assert sentence in text(answer)
    assert 'value="Bad Ort am Fluß"' in text(answer)
    assert not version.signatures.exists()


def test_details_that_come_twice_never_fill_the_second_place() -> None:
    version = make.version(entries=1)
    for position in (1, 2):
        make.signatory(version, "district", position=position, name=f"Person {position}")
    for step in ("submitted", "approved", "issued"):
        make.go(version, step)
    evidence = make.evidence(version, "district")
    address = path(version, f"belege/{evidence.pk}/erfassen/?stelle=district-1")
    assert "district-2" in text(ministry().get(address))  # the way to the other place
    for _ in range(2):
        answer = ministry().post(address, details(), follow=True)
    assert "ist schon erfasst. Es wurde nichts noch einmal gespeichert." in text(answer)
    assert 'value="Person 2"' in text(answer)
    assert [one.position for one in version.signatures.all()] == [1]


def test_details_that_come_after_everything_is_recorded_change_nothing() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    proof = signature.evidence.proof
    answer = ministry().post(path(version, f"belege/{proof.pk}/erfassen/"), details(name="Jemand anders"), follow=True)
    assert "ist schon erfasst" in text(answer)
    assert version.signatures.get().name == signature.name


def test_recorder_and_uploader_read_why_they_do_not_confirm() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    address = path(version, f"belege/{signature.evidence.proof.pk}/")
    assert "Sie haben die Unterschrift erfasst" in text(ministry().get(address))
    assert "bestaetigen/" not in text(ministry().get(address))
    assert "bestaetigen/" in text(lead().get(address))

    other = make.version(status="issued")
    uploader = make.user(Role.MINISTRY)
    evidence = make.evidence(other, "district", created_by=uploader)
    make.signature(other, "district", evidence=evidence.document, confirmed_at=None, confirmed_by=None)
    assert "Sie haben den Beleg hochgeladen" in text(client_of(uploader).get(path(other, f"belege/{evidence.pk}/")))


def test_recorder_who_confirms_by_hand_is_refused_in_words() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    answer = ministry().post(path(version, f"unterschrift/{signature.pk}/bestaetigen/"), confirmation(signature))
    assert "Vier-Augen-Prinzip: Sie haben die Unterschrift erfasst." in text(answer)
    signature.refresh_from_db()
    assert not signature.is_confirmed


def test_confirmation_needs_the_comparison_and_comes_once() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    address = path(version, f"unterschrift/{signature.pk}/bestaetigen/")
    assert "Bitte bestätigen Sie, dass Sie verglichen haben" in text(lead().post(address))
    assert "ist bestätigt" in text(lead().post(address, confirmation(signature), follow=True))
    signature.refresh_from_db()
    before = signature.confirmed_at
    assert "ist schon bestätigt" in text(lead().post(address, confirmation(signature), follow=True))
    signature.refresh_from_db()
    assert signature.confirmed_at == before


def test_whoever_corrects_becomes_the_recorder() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    proof = signature.evidence.proof
    address = path(version, f"belege/{proof.pk}/erfassen/?berichtigen={signature.pk}")
    corrector = make.user(Role.MINISTRY_LEAD)
    assert f'value="{signature.office}"' in text(client_of(corrector).get(address))
    fill_in(client_of(corrector), address, details(office="Erste Kreisbeigeordnete"))
    corrected = version.signatures.get()
    assert (corrected.office, corrected.recorded_by) == ("Erste Kreisbeigeordnete", corrector)
    ministry().post(path(version, f"unterschrift/{corrected.pk}/bestaetigen/"), confirmation(corrected))
    corrected.refresh_from_db()
    assert corrected.is_confirmed


def test_entry_is_taken_back_and_its_evidence_stays() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    ministry().post(path(version, f"unterschrift/{signature.pk}/entfernen/"))
    assert not version.signatures.exists()
    assert Evidence.objects.standing().count() == 1


def test_rejected_evidence_tells_the_district_why_and_makes_room() -> None:
    version = make.version(status="issued")
    signature = recorded(version)
    proof = signature.evidence.proof
    address = path(version, f"belege/{proof.pk}/zurueckweisen/")
    assert "Die erfasste Unterschrift von Erika Muster wird entfernt." in text(ministry().get(address))
    assert "Bitte nennen Sie den Grund." in text(ministry().post(address))
    ministry().post(address, {"reason": "Seite 2 fehlt."})
    assert "schon zurückgewiesen" in text(ministry().get(address))
    assert not version.signatures.exists()
    for page in (path(version), path(version, f"belege/{proof.pk}/"), "/"):
        assert "Seite 2 fehlt." in text(district(version).get(page)), page
    assert path(version, "belege/neu/") in text(district(version).get(path(version)))


def test_fair_copy_is_the_only_document_that_speaks_of_a_seal() -> None:
    version = make.version(status="signed")
    page = text(ministry().get(path(version)))
    assert page.count("Siegel: ") == 1
    assert Document.objects.filter(version=version, kind="signed").count() == 1
