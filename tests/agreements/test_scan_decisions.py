"""What the form of a scan makes of a person's decisions, and what it refuses."""

from collections.abc import Iterator

import pytest

from agreements.models import Evidence
from aqb import clock
from tests import factories as make
from tests.agreements.actors import NOW
from tests.agreements.batches import assigned, batch, code, issued, page, post, refused
from tests.agreements.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


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
