"""The pages of a scan: what they show, what the form makes of a person's decisions, and what it refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.actions import scans
from agreements.models import AgreementVersion, Evidence, ScanBatch
from aqb import clock
from aqb.access import Role
from tests import factories as make
from tests.agreements.actors import NOW
from tests.agreements.batches import batch, blank, code, issued
from tests.agreements.pages import ministry, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def page(row: ScanBatch, rest: str = "") -> str:
    return text(ministry().get(f"/sammelscans/{row.pk}/{rest}"))


def post(row: ScanBatch, *take: AgreementVersion | str, **data: Any) -> Any:
    """Send the page of a batch with these papers ticked."""
    numbers = [one if isinstance(one, str) else one.document_number for one in take]
    return ministry().post(f"/sammelscans/{row.pk}/", {"take": numbers, "party": "district", **data})


def refused(answer: Any) -> str:
    """The page that came back with its errors; nothing is attached."""
    assert answer.status_code == 200
    assert not Evidence.objects.exists()
    return text(answer)


def assigned(answer: Any) -> dict[str, list[int]]:
    """Document number -> pages of the scan, in the order of the evidence; the batch is closed."""
    assert answer.status_code == 302, text(answer)
    assert ScanBatch.objects.get().outcome == "assigned"
    return {
        one.document.number: [found["scan"] for found in one.findings["pages"]]
        for one in Evidence.objects.select_related("document")
    }


# ---- upload and list ----


def test_upload_leads_to_the_page_of_the_scan() -> None:
    scan = SimpleUploadedFile("maerz.pdf", blank(2), "application/pdf")
    answer = ministry().post("/sammelscans/neu/", {"scan": scan})
    row = ScanBatch.objects.get()
    assert answer.url == f"/sammelscans/{row.pk}/"
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


# ---- deciding ----


def test_proposal_is_taken_and_the_page_tells_what_became_of_the_scan() -> None:
    version = issued(3, "Gießen")
    row = batch(code(version, 1), code(version, 2), code(None), code(None))
    number = version.document_number
    answer = post(row, version, page_3=f"{number}/3", page_4="none")
    assert assigned(answer) == {number: [1, 2, 3]}
    found = page(row)
    assert "1 Beleg" in found
    assert "Landkreis Gießen" in found
    assert "Im Sammelscan geblieben und keiner Ausfertigung zugeordnet: Seite 4." in found
    assert "Gebietskörperschaft" in found


def test_both_sides_make_two_pieces_of_evidence() -> None:
    version = issued(1)
    post(batch(code(version, 1)), version, party="both")
    assert {one.document.party for one in Evidence.objects.all()} == {"land", "district"}


def test_other_paper_is_chosen_by_its_name_and_page() -> None:
    version, other = issued(1), issued(2)
    row = batch(code(version, 1), code(None), code(None))
    number = other.document_number
    data = {"page_2": "other", "other_2": number, "sheet_2": "2", "page_3": "other", "other_3": number, "sheet_3": "1"}
    assert assigned(post(row, version, **data)) == {version.document_number: [1], number: [3, 2]}


def test_unticked_paper_stays_in_the_batch() -> None:
    one, other = issued(1), issued(1)
    row = batch(code(one, 1), code(other, 1))
    assert assigned(post(row, other)) == {other.document_number: [2]}
    assert "Im Sammelscan geblieben und keiner Ausfertigung zugeordnet: Seite 1." in page(row)


def test_rest_without_decision_belongs_to_none_when_somebody_says_so() -> None:
    version = issued(1)
    row = batch(code(version, 1), *(code(None) for _ in range(4)))
    assert "Wohin gehört Seite 5?" in refused(post(row, version, page_2="none"))
    assert assigned(post(row, version, page_2="none", rest="on")) == {version.document_number: [1]}


def test_incomplete_scan_needs_a_tick() -> None:
    version = issued(3, "Gießen")
    row = batch(code(version, 1), code(version, 3))
    found = refused(post(row, version))
    assert f"Landkreis Gießen ({version.document_number}): Seite 2 fehlt." in found
    assert assigned(post(row, version, incomplete="on")) == {version.document_number: [1, 2]}


def test_page_without_decision_and_without_side_is_asked_for() -> None:
    version = issued(2)
    row = batch(code(version, 1), code(None))
    found = refused(post(row, version, party=""))
    assert "Bitte entscheiden Sie, wohin diese Seite gehört." in found
    assert "Bitte geben Sie an, wessen Unterschriften die Seiten tragen." in found
    assert "Ihre Entscheidungen stehen noch auf dieser Seite." in found


@pytest.mark.parametrize(
    ("other", "sheet", "sentence"),
    [
        ("", "1", "Bitte wählen Sie die Ausfertigung aus."),
        ("NUMBER", "", "Bitte nennen Sie die Seite der Ausfertigung; sie hat 2 Seiten."),
        ("NUMBER", "3", "Bitte nennen Sie die Seite der Ausfertigung; sie hat 2 Seiten."),
        ("NUMBER", "0", "Bitte nennen Sie die Seite als Zahl"),
        ("NUMBER", "zwei", "Bitte nennen Sie die Seite als Zahl"),
        ("ZV-2020-06999-0", "1", "steht nicht zur Verfügung"),
    ],
)
def test_other_paper_needs_its_name_and_a_page_that_it_has(other: str, sheet: str, sentence: str) -> None:
    version, second = issued(1), issued(2)
    row = batch(code(version, 1), code(None))
    number = second.document_number if other == "NUMBER" else other
    assert sentence in refused(post(row, version, page_2="other", other_2=number, sheet_2=sheet))


def test_other_paper_whose_issue_cannot_be_read_is_refused() -> None:
    version = issued(1)
    damaged = make.version(make.agreement(version.agreement.budget_year), "issued", lines={}, entries=0)
    row = batch(code(version, 1), code(None))
    data = {"page_2": "other", "other_2": damaged.document_number, "sheet_2": "1"}
    assert "lässt sich im Archiv nicht lesen" in refused(post(row, version, **data))


def test_choice_that_contradicts_the_list_below_is_asked_again() -> None:
    version = issued(2)
    row = batch(code(version, 1), code(None))
    data = {"page_2": f"{version.document_number}/2", "other_2": version.document_number}
    assert "Darunter ist eine andere Ausfertigung gewählt." in refused(post(row, version, **data))


def test_place_that_is_taken_is_refused() -> None:
    version = issued(2, "Gießen")
    row = batch(code(version, 1), code(None), code(None))
    number = version.document_number
    data = {"page_2": f"{number}/2", "page_3": "other", "other_3": number, "sheet_3": "2"}
    assert f"Seite 2 von Landkreis Gießen ({number}) ist schon da: im Scan Seite 2." in refused(
        post(row, version, **data)
    )


def test_page_whose_code_names_its_paper_goes_to_no_other() -> None:
    version, other = issued(2), issued(1)
    row = batch(code(version, 1), code(version))
    data = {"page_2": "other", "other_2": other.document_number, "sheet_2": "1"}
    assert f"Der Code dieser Seite nennt {version.document_number}." in refused(post(row, version, **data))


def test_page_for_a_paper_that_is_left_out_is_asked_again() -> None:
    version = issued(2)
    row = batch(code(version, 1), code(None))
    found = refused(post(row, page_2=f"{version.document_number}/2"))
    assert "Sie ordnen Seite 2 zu, legen aber keinen Beleg an." in found


def test_nothing_left_to_attach_is_said() -> None:
    version = issued(1)
    assert "So entsteht kein Beleg." in refused(post(batch(code(version, 1))))


def test_paper_withdrawn_since_the_page_was_shown_is_named() -> None:
    good, gone = issued(1), issued(1, "Gießen")
    row = batch(code(good, 1), code(gone, 1))
    make.go(gone, "withdrawn")
    found = refused(post(row, good, gone))
    assert f"Landkreis Gießen ({gone.document_number}): Diese Ausfertigung ist seit dem" in found


def test_forged_numbers_and_places_are_refused() -> None:
    version = issued(2)
    row = batch(code(version, 1), code(None))
    assert "ZV-2020-06999-0 kommt in diesem Scan nicht vor." in refused(post(row, "ZV-2020-06999-0", page_2="none"))
    assert "steht nicht zur Verfügung" in refused(post(row, version, page_2=f"{version.document_number}/7"))
    assert "steht nicht zur Verfügung" in refused(post(row, version, page_2="quatsch"))


def test_pages_outside_the_scan_are_not_even_asked() -> None:
    version = issued(1)
    number = version.document_number
    assert assigned(post(batch(code(version, 1)), version, page_99=f"{number}/1")) == {number: [1]}


def test_what_the_action_refuses_stands_above_the_form() -> None:
    version = issued(1, "Gießen")
    first = batch(code(version, 1))
    content = first.file.read()
    post(first, version)
    again = make.scan_batch(content, pages=first.pages)
    found = text(post(again, version))
    assert f"Landkreis Gießen ({version.document_number}): Dieser Beleg liegt für" in found
    assert "Es ist nichts zugeordnet." in found


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
    assert answer.url == "/sammelscans/"
    found = page(row)
    assert "Kein Beleg ist daraus entstanden" in found
    assert "Verworfen" in found
    assert "schon abgeschlossen" in page(row, "verwerfen/")
    assert "nicht erkannt" not in page(row, "seiten/")
