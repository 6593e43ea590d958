"""Sorting the pages of a scan: what is recognised, what is missing, what cannot be attached, what is proposed and why."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.scan_pages import Code, Paper, Reading, bundles, in_words, read
from agreements.scan_proposals import BEFORE, BEHIND, BETWEEN, NAMED, ONE_OF_THESE, ONLY_GAP, Place

A, B, C = "ZV-2027-06531-0", "ZV-2027-06434-0", "ZV-2027-06439-0"
NOTHING = Code("", None)


def papers(pages: int = 3) -> dict[str, Paper]:
    return {number: Paper(number, f"Kreis {number[8:13]}", pages) for number in (A, B, C)}


def codes(*pages: str) -> list[Code]:
    """`A1` is page 1 of A, `A` a page whose code names only A, `-` an unread page."""
    names = {"A": A, "B": B, "C": C}
    return [NOTHING if said == "-" else Code(names[said[0]], int(said[1:]) if said[1:] else None) for said in pages]


def reading(*pages: str, known: dict[str, Paper] | None = None) -> Reading:
    return read(codes(*pages), papers() if known is None else known)


def proposed(*pages: str) -> dict[int, list[tuple[str, str]]]:
    """Unread page -> its proposals as (`A3`, reason)."""
    names = {A: "A", B: "B", C: "C"}
    return {
        page.scan: [(f"{names[one.place.number]}{one.place.page}", one.reason) for one in page.proposals]
        for page in reading(*pages).open
    }


def likely(*pages: str) -> list[str | None]:
    """What is chosen beforehand for each unread page, None where the person must choose."""
    names = {A: "A", B: "B", C: "C"}
    return [f"{names[page.likely.number]}{page.likely.page}" if page.likely else None for page in reading(*pages).open]


# ---- what is recognised ----


def test_pages_are_grouped_by_paper_in_the_order_of_the_scan() -> None:
    found = reading("B1", "B2", "B3", "A1", "A2", "A3")
    assert [group.paper.number for group in found.groups] == [B, A]
    assert [group.scans for group in found.groups] == [[1, 2, 3], [4, 5, 6]]
    assert (found.recognised, found.total, found.open, found.strays) == (6, 6, [], [])
    assert found.places[5] == Place(A, 2)


def test_group_says_what_is_missing_double_and_in_another_order() -> None:
    found = {
        group.paper.number: group for group in reading("A1", "A3", "B2", "B2", "B1", "B3", "C1", "C2", "C3").groups
    }
    assert (found[A].missing, found[A].present, found[A].double, found[A].is_shuffled) == ([2], 2, [], False)
    assert (found[B].missing, found[B].present, found[B].double, found[B].is_shuffled) == ([], 3, [2], True)
    assert (found[C].missing, found[C].double, found[C].is_shuffled) == ([], [], False)


def test_unknown_number_is_set_apart_with_its_reason() -> None:
    found = reading("A1", "A2", "A3", "B1", known={A: papers()[A]})
    assert [group.paper.number for group in found.groups] == [A]
    assert [(group.paper.number, group.scans, group.refusal) for group in found.strays] == [
        (B, [4], "Diese Nummer gibt es hier nicht.")
    ]
    assert (found.recognised, found.stray_pages) == (3, 1)
    assert 4 not in found.places


def test_refused_paper_takes_its_pages_along_also_those_without_a_page() -> None:
    known = papers() | {B: Paper(B, "Kreis", 3, refusal="Sie ist zurückgezogen.")}
    found = reading("A1", "B1", "B", "A2", known=known)
    assert [(group.scans, group.refusal) for group in found.strays] == [([2, 3], "Sie ist zurückgezogen.")]
    assert found.open == []


@pytest.mark.parametrize(("pages", "word"), [(1, "1 Seite"), (2, "2 Seiten")])
def test_page_beyond_the_issue_means_another_paper(pages: int, word: str) -> None:
    found = reading("A1", "A3", known=papers(pages))
    assert found.groups == []
    assert found.strays[0].refusal == f"Der Code nennt Seite 3, die Ausfertigung hat aber nur {word}."


# ---- proposals ----


def test_page_between_two_of_the_same_paper_is_the_one_between() -> None:
    assert proposed("A1", "-", "A3") == {2: [("A2", BETWEEN)]}


def test_page_between_two_of_a_stack_scanned_backwards() -> None:
    assert proposed("A3", "-", "A1") == {2: [("A2", BETWEEN)]}


def test_last_page_is_proposed_behind_its_paper() -> None:
    assert proposed("A1", "A2", "-", "B1", "B2", "B3") == {3: [("A3", BEHIND)]}


def test_first_page_is_proposed_before_its_paper() -> None:
    assert proposed("A1", "A2", "A3", "-", "B2", "B3") == {4: [("B1", BEFORE)]}


def test_first_page_of_the_whole_scan_is_proposed_before_its_paper() -> None:
    assert proposed("-", "A2", "A3") == {1: [("A1", BEFORE)]}


def test_page_between_two_papers_that_both_miss_one_leaves_the_choice() -> None:
    found = reading("A1", "A2", "-", "B2", "B3")
    assert proposed("A1", "A2", "-", "B2", "B3") == {3: [("A3", BEHIND), ("B1", BEFORE)]}
    assert found.open[0].likely is None


def test_unread_pages_in_a_row_follow_each_other() -> None:
    assert likely("A1", "-", "-", "B1", "B2", "B3") == ["A2", "A3"]
    assert likely("A1", "A2", "-", "-", "B2", "B3") == ["A3", "B1"]
    assert likely("-", "-", "A3") == ["A1", "A2"]


def test_fewer_pages_than_places_are_counted_from_both_sides() -> None:
    assert likely("A1", "-", "B1", "B2", "B3") == ["A2"]
    assert likely("A1", "A2", "A3", "-", "B3") == ["B2"]
    assert [place for place, _ in proposed("A1", "-", "-", "B3")[2]] == ["A2", "B1"]
    assert [place for place, _ in proposed("A1", "-", "-", "B3")[3]] == ["A3", "B2"]


def test_more_pages_than_places_leave_the_choice_between_the_pages() -> None:
    """A scanner that takes both sides puts an empty page behind every other one."""
    assert proposed("A1", "-", "-", "-", "A3", "B1", "B2", "B3") == {scan: [("A2", ONE_OF_THESE)] for scan in (2, 3, 4)}
    assert likely("A1", "-", "-", "-", "A3", "B1", "B2", "B3") == [None, None, None]
    assert likely("A1", "A2", "-", "-", "B1", "B2", "B3") == [None, None]


def test_empty_backs_of_a_complete_paper_get_no_proposal() -> None:
    assert proposed("A1", "-", "A2", "-", "A3", "-") == {2: [], 4: [], 6: []}


def test_fewer_pages_between_than_missing_leave_the_choice() -> None:
    found = read(codes("A1", "-", "A4"), papers(4))
    assert [one.place.page for one in found.open[0].proposals] == [2, 3]
    assert found.open[0].likely is None


def test_neighbour_that_is_complete_proposes_nothing() -> None:
    assert likely("A1", "A2", "A3", "-", "B1", "B2", "B3") == [None]


def test_page_far_from_the_only_gap_of_the_scan_is_proposed_for_it() -> None:
    found = proposed("A1", "A2", "B1", "B2", "B3", "-")
    assert found == {6: [("A3", ONLY_GAP)]}


def test_page_far_from_two_gaps_gets_no_proposal() -> None:
    assert likely("A1", "A2", "B1", "B3", "C1", "C2", "C3", "-") == [None]


def test_page_beside_a_paper_that_cannot_be_attached_gets_no_proposal_from_it() -> None:
    found = reading("A1", "A2", "-", known={})
    assert found.open[0].proposals == []


def test_code_without_page_proposes_the_only_missing_one() -> None:
    found = proposed("A1", "A3", "B1", "B2", "B3", "A")
    assert found == {6: [("A2", f"{NAMED}; dort fehlt genau diese Seite.")]}


def test_code_without_page_beside_its_paper_follows_the_neighbours() -> None:
    found = proposed("A1", "A", "-", "B1", "B2", "B3")
    assert found[2][0][0] == "A2"
    assert found[2][0][1].startswith(f"{NAMED}. Dort fehlt diese Seite")
    assert found[3][0][0] == "A3"


def test_paper_without_any_page_number_is_proposed_in_the_order_of_the_scan() -> None:
    assert likely("A", "A", "A") == ["A1", "A2", "A3"]
    assert reading("A", "A", "A").groups[0].missing == [1, 2, 3]


def test_place_taken_by_a_code_without_page_is_not_proposed_again_in_the_same_run() -> None:
    assert likely("B3", "B1", "A", "-", "A3", "A1") == ["A2", "B2"]


def test_code_without_page_leaves_the_choice_among_several_missing_ones() -> None:
    assert [place for place, _ in proposed("A1", "B1", "B2", "B3", "A")[5]] == ["A2", "A3"]


def test_code_without_page_of_a_complete_paper_gets_no_proposal_of_another_paper() -> None:
    assert likely("A1", "A2", "A3", "A", "B1", "B2") == [None]


@given(st.lists(st.sampled_from(["A", "B", "A1", "A2", "A3", "B1", "B2", "B3", "C4", "-"]), max_size=12))
def test_every_page_stands_in_exactly_one_place(pages: Sequence[str]) -> None:
    found = reading(*pages)
    sorted_in = [scan for group in found.groups for scan in group.pages]
    sorted_in += [scan for group in found.strays for scan in group.scans]
    sorted_in += [page.scan for page in found.open]
    assert sorted(sorted_in) == list(range(1, len(pages) + 1))


@given(st.lists(st.sampled_from(["A", "B", "A1", "A2", "A3", "B1", "B2", "B3", "C4", "-"]), max_size=12))
def test_likely_places_are_missing_ones_and_never_the_same_twice(pages: Sequence[str]) -> None:
    found = reading(*pages)
    places = [page.likely for page in found.open if page.likely]
    lacking = {(group.paper.number, page) for group in found.groups for page in group.missing}
    assert len(set(places)) == len(places)
    assert set(places) <= lacking


# ---- what is attached ----


def test_bundles_follow_the_order_of_the_paper_with_double_pages_side_by_side() -> None:
    pages = {1: Place(A, 3), 2: Place(A, 1), 3: None, 4: Place(B, 1), 5: Place(A, 1)}
    assert bundles(pages) == {A: [2, 5, 1], B: [4]}


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([4], "Seite 4"),
        ([8, 7], "Seiten 7 und 8"),
        ([1, 2, 3], "Seiten 1 bis 3"),
        ([1, 2, 3, 7, 9, 10, 11], "Seiten 1 bis 3, 7 und 9 bis 11"),
        ([1, 3, 3], "Seiten 1 und 3"),
    ],
)
def test_pages_in_words(pages: Sequence[int], words: str) -> None:
    assert in_words(pages) == words
