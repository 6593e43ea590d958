"""The pages of a scan: upload and list, what is recognised, pictures, and what a closed one tells."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.actions import scans
from agreements.models import ScanBatch
from aqb import clock
from aqb.access import Role
from tests import factories as make
from tests.agreements.actors import NOW
from tests.agreements.batches import batch, blank, code, issued, page, post
from tests.agreements.pages import ministry, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


# ---- upload and list ----


def test_upload_leads_to_the_page_of_the_scan() -> None:
    scan = SimpleUploadedFile("maerz.pdf", blank(2), "application/pdf")
    answer = ministry().post("/sammelscans/neu/", {"scan": scan})
    row = ScanBatch.objects.get()
    assert answer["Location"] == f"/sammelscans/{row.pk}/"
    assert "0 von 2 Seiten erkannt, 2 Seiten müssen Sie zuordnen" in page(row)


def test_upload_without_file_and_of_no_pdf_comes_back_with_the_reason() -> None:
    assert "Bitte wählen Sie den Scan der unterschriebenen Zielvereinbarungen aus." in text(
        ministry().post("/sammelscans/neu/")
    )
    scan = SimpleUploadedFile("liste.xlsx", b"PK\x03\x04", "application/pdf")
    assert "ihrem Inhalt nach weder ein PDF noch ein Bild" in text(ministry().post("/sammelscans/neu/", {"scan": scan}))
    assert not ScanBatch.objects.exists()


def test_same_file_again_points_to_the_open_scan() -> None:
    row = make.scan_batch(blank(1), name="maerz.pdf")
    answer = ministry().post("/sammelscans/neu/", {"scan": SimpleUploadedFile("noch.pdf", blank(1))})
    assert "Diese Datei liegt schon als offener Sammelscan vor: „maerz.pdf“" in text(answer)
    assert f'href="/sammelscans/{row.pk}/"' in text(answer)


def test_list_has_the_open_scans_first() -> None:
    closed = batch(code(None), name="neu.pdf", created_at=NOW)
    scans.discard(batch=closed, by=make.person(Role.MINISTRY))
    batch(code(None), name="alt.pdf")
    found = text(ministry().get("/sammelscans/"))
    assert found.index("alt.pdf") < found.index("neu.pdf")
    assert "Verworfen" in found
    assert "Zuzuordnen" in found


def test_list_without_scans_says_what_they_are_for() -> None:
    assert "Noch kein Sammelscan" in text(ministry().get("/sammelscans/"))


def test_vintage_leads_to_the_scans_once_signed_paper_may_come_back() -> None:
    version = make.version(status="approved")
    address = f"/jahrgaenge/{version.agreement.budget_year.year}/"
    assert "/sammelscans/" not in text(ministry().get(address))
    make.go(version, "issued")
    assert 'href="/sammelscans/"' in text(ministry().get(address))


# ---- what is shown ----


def test_page_says_what_was_recognised_and_proposes_the_missing_page() -> None:
    first, second = issued(3, "Gießen"), issued(3, "Rheingau-Taunus")
    pages = [code(version, number) for version in (first, second) for number in (1, 2, 3)]
    found = page(batch(*pages[:5], code(None)))
    assert "5 von 6 Seiten erkannt, 1 Seite müssen Sie zuordnen" in found
    assert "Seite 6: nicht erkannt" in found
    assert "Landkreis Rheingau-Taunus, Seite 3" in found
    assert "Dort fehlt genau diese Seite, und sie liegt im Scan direkt dahinter." in found
    assert f'value="{second.document_number}/3" checked' in found
    assert "Seite 3 fehlt" in found
    assert "2 von 3 Seiten" in found
    assert "Seiten 1 bis 3" in found


def test_page_of_a_scan_without_doubts_asks_only_whose_signatures_it_bears() -> None:
    version = issued(2)
    found = page(batch(code(version, 1), code(version, 2)))
    assert "Alle 2 Seiten sind erkannt" in found
    assert "Auch unvollständige Scans" not in found
    assert "Wessen Unterschriften tragen diese Seiten?" in found
    assert 'name="party" value="land" checked' not in found


def test_one_page_is_said_in_the_singular() -> None:
    version = issued(1)
    found = page(batch(code(version, 1)))
    assert "Die Seite ist erkannt" in found
    assert "1 Ausfertigung erhält ihren Beleg." in found


def test_double_and_shuffled_pages_and_earlier_evidence_are_named() -> None:
    version = issued(2)
    make.evidence(version, "district")
    make.evidence(version, "land", rejected_at=NOW, rejected_by=make.person(Role.MINISTRY), rejected_reason="verwischt")
    found = page(batch(code(version, 2), code(version, 1), code(version, 1)))
    assert "Seite 1 mehrfach" in found
    assert "Andere Reihenfolge" in found
    assert "Ein Beleg der Gebietskörperschaft liegt schon vor." in found
    assert "Ein Beleg des Landes Hessen" not in found


def test_what_cannot_be_attached_stands_with_its_reason_and_without_a_box() -> None:
    good, withdrawn, signed, short = issued(1), issued(1), issued(1), issued(1)
    row = batch(
        code(good, 1), code(withdrawn, 1), code(signed, 1), code(short, 1), code(short, 2), code("ZV-2020-06999-0", 1)
    )
    make.go(withdrawn, "withdrawn")
    make.go(signed, "signed")
    found = page(row)
    assert "1 von 6 Seiten erkannt, 5 Seiten lassen sich nicht zuordnen" in found
    assert "zurückgezogen." in found
    assert "schon von beiden Seiten unterzeichnet." in found
    assert "Der Code nennt Seite 2, die Ausfertigung hat aber nur 1 Seite." in found
    assert "Diese Nummer gibt es hier nicht." in found
    assert found.count('name="take"') == 1


def test_code_without_page_is_said_and_proposed() -> None:
    version = issued(2)
    found = page(batch(code(version, 1), code(version)))
    assert "Seite 2: ohne Seitenzahl" in found
    assert f"Der QR-Code nennt {version.document_number}, aber nicht die Seite." in found


def test_big_scan_shows_few_pictures_and_one_answer_for_the_rest() -> None:
    version = issued(1)
    row = batch(code(version, 1), *(code(None) for _ in range(199)))
    found = page(row)
    assert found.count("bild=mittel") == 8
    assert found.count("bild=klein") == 12
    assert "Oft hilft es, diesen Sammelscan zu verwerfen" in found
    assert "Alle Seiten ohne Entscheidung gehören zu keiner Ausfertigung" in found
    gallery = page(row, "seiten/")
    assert gallery.count("<img") == 24
    assert "1 bis 24 von 200 Seiten" in gallery


# ---- pictures ----


def test_page_is_shown_as_picture_and_known_ones_are_not_drawn_again() -> None:
    row = batch(code(None), code(None))
    address = f"/sammelscans/{row.pk}/seite/2.png"
    answer = ministry().get(f"{address}?bild=klein")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert answer["Cache-Control"] == "private, no-cache"
    again = ministry().get(f"{address}?bild=klein", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    larger = ministry().get(address, headers={"If-None-Match": answer["ETag"]})
    assert larger.status_code == 200


@pytest.mark.parametrize("rest", ["seite/0.png", "seite/3.png", "seite/1.png?bild=riesig"])
def test_picture_that_does_not_exist_is_not_found(rest: str) -> None:
    row = batch(code(None), code(None))
    assert ministry().get(f"/sammelscans/{row.pk}/{rest}").status_code == 404


# ---- closed ----


def test_closed_scan_refuses_what_is_sent_to_it() -> None:
    version = issued(1)
    row = batch(code(version, 1))
    ministry().post(f"/sammelscans/{row.pk}/verwerfen/")
    answer = post(row, version)
    assert answer.status_code == 409
    assert "Dieser Sammelscan ist schon verworfen" in text(answer)
    assert ministry().post(f"/sammelscans/{row.pk}/verwerfen/").status_code == 409


def test_discarding_asks_first_and_keeps_the_file() -> None:
    row = batch(code(None), name="maerz.pdf")
    assert "Die Datei und ihre Seiten bleiben im Archiv" in page(row, "verwerfen/")
    answer = ministry().post(f"/sammelscans/{row.pk}/verwerfen/")
    assert answer["Location"] == "/sammelscans/"
    found = page(row)
    assert "Kein Beleg ist daraus entstanden" in found
    assert "Verworfen" in found
    assert "schon abgeschlossen" in page(row, "verwerfen/")
    assert "nicht erkannt" not in page(row, "seiten/")
