"""The list of a vintage: filters kept in the address, columns kept with the person, and the way back from each row."""

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest

from agreements.models import AgreementVersion, BudgetYear, StatusChange
from aqb.access import Role
from aqb.models import ChosenColumns
from tests import factories as make
from tests.agreements.pages import client_of, ministry, path, text
from tests.factories import START

pytestmark = pytest.mark.django_db
LIST = "/jahrgaenge/2023/"
NAMES = ("Bergstraße", "Fulda", "Kassel")
STATES = ("approved", "submitted", "draft")
DAYS = {"approved": 2, "submitted": 9, "draft": 5}


def vintage() -> tuple[BudgetYear, list[AgreementVersion]]:
    """Three districts in three states, with different amounts of two lines."""
    year = make.budget_year(year=2023)
    lines = [make.line(year), make.line(year, title="Teilzeit")]
    versions = []
    for at, (name, status) in enumerate(zip(NAMES, STATES, strict=True), start=1):
        place = make.district(sort_name=name, region="Kassel" if name != "Bergstraße" else "Darmstadt")
        for line in lines:
            make.allocation(line, place, amount=1000 * at + line.position)
        version = make.version(make.agreement(year, place), status, entries=0)
        AgreementVersion.objects.filter(pk=version.pk).update(status_changed_at=START - timedelta(days=DAYS[status]))
        versions.append(version)
    return year, versions


def names(page: str) -> list[str]:
    return re.findall(r'aria-label="Landkreis (\w+) auswählen"', page)


def headings(page: str) -> list[str]:
    """The headings of the table as people read them."""
    head = page[page.index('<table class="kern-table kern-table--small aqb-dense">') :]
    cells = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", head[: head.index("</thead>")])
    return [re.sub(r"<[^>]*>", "", cell) for cell in cells]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", NAMES),
        ("name", NAMES),
        ("-name", NAMES[::-1]),
        ("status", ("Kassel", "Fulda", "Bergstraße")),
        ("days", ("Bergstraße", "Kassel", "Fulda")),
        ("-days", ("Fulda", "Kassel", "Bergstraße")),
        ("-allocated", NAMES[::-1]),
        ("region", NAMES),
        ("step", NAMES),
        ("'; DROP", NAMES),
    ],
)
def test_list_sorts_by_its_columns(sort: str, order: tuple[str, ...]) -> None:
    vintage()
    page = text(ministry().get(LIST, {"sort": sort}))
    assert tuple(names(page)) == order


def test_heading_says_how_the_list_is_sorted_and_turns_it() -> None:
    vintage()
    client = ministry()
    page = text(client.get(LIST, {"sort": "agreed", "region": "Kassel"}))
    assert re.search(
        r'aria-sort="ascending"><a class="aqb-sort" href="\?sort=-agreed&amp;region=Kassel">vereinbart', page
    )
    assert page.count("aria-sort") == 1
    page = text(client.get(LIST, {"sort": "-agreed"}))
    assert re.search(r'aria-sort="descending"><a class="aqb-sort" href="\?sort=agreed">vereinbart', page)
    assert '<input type="hidden" name="sort" value="-agreed"' in page, "other filters keep the order"


def test_filters_that_are_set_stand_as_links_that_take_each_away() -> None:
    vintage()
    page = text(ministry().get(LIST, {"q": "Berg", "status": "approved", "region": "Darmstadt", "sort": "-days"}))
    assert names(page) == ["Bergstraße"]
    chips = re.findall(
        r'x-small" href="(\?[^"]*)" aria-label="Filter entfernen: ([^"]*)"',
        page,
    )
    assert [label for _, label in chips] == ["Suche: Berg", "Stand: Freigegeben", "Regierungsbezirk: Darmstadt"]
    assert chips[1][0] == "?q=Berg&amp;region=Darmstadt&amp;sort=-days"


def test_budget_line_shows_its_amounts_and_leaves_out_no_row() -> None:
    year, _ = vintage()
    line = year.lines.get(title="Teilzeit")
    page = text(ministry().get(LIST, {"line": line.pk}))
    assert names(page) == list(NAMES)
    assert "Beträge der Budgetlinie <strong>Teilzeit</strong>" in page
    assert "Budgetlinie: Teilzeit" in page, "as a filter that can be taken away"
    totals = AgreementVersion.objects.with_totals(line).order_by("pk").values_list("allocated", "agreed", "entered")
    assert list(totals) == [(Decimal(amount), Decimal(amount), 0) for amount in (1002, 2002, 3002)]
    assert "6.006<small>,00</small>" in page, "the sum, too"


def test_amount_of_a_line_counts_only_its_shares() -> None:
    year = make.budget_year(year=2031)
    agreement, lines = make.agreement(year), [make.line(year), make.line(year)]
    for line in lines:
        make.allocation(line, agreement.district)
    entry = make.entry(make.version(agreement, entries=0), amount="300.00")
    make.share(entry, lines[1], amount="40.00")
    entered = [AgreementVersion.objects.with_totals(line).get().entered for line in (None, *lines)]
    assert entered == [Decimal("340.00"), Decimal("300.00"), Decimal("40.00")]


def test_columns_are_chosen_and_kept_with_the_person() -> None:
    vintage()
    client, other = ministry(), client_of(make.user(Role.MINISTRY_LEAD))
    usual = ["Auswahl", "Gebietskörperschaft", "Stand", "Tage im Stand", "zugewiesen", "vereinbart", "erfasst", "frei"]
    assert headings(text(client.get(LIST))) == [*usual, "Nächster Schritt"]
    wanted = {"column": ["number", "agreed", "unknown"], "query": "status=draft"}
    assert client.post(f"{LIST}spalten/", wanted).headers["Location"] == f"{LIST}?status=draft"
    page = text(client.get(LIST))
    assert headings(page) == ["Auswahl", "Gebietskörperschaft", "vereinbart", "Dokumentnummer"]
    assert 'value="number" checked' in page
    assert headings(text(other.get(LIST))) == [*usual, "Nächster Schritt"], "nobody else's"
    client.post(f"{LIST}spalten/", {"column": []})
    assert headings(text(client.get(LIST))) == ["Auswahl", "Gebietskörperschaft"]
    assert ChosenColumns.objects.count() == 1


@pytest.mark.parametrize("role", [Role.DISTRICT_LEAD, Role.AUDITOR])
def test_others_choose_no_columns(role: Role) -> None:
    vintage()
    assert client_of(make.user(role)).post(f"{LIST}spalten/", {"column": "agreed"}).status_code == 403
    assert not ChosenColumns.objects.exists()


def test_page_of_a_row_leads_back_to_the_list_as_it_was() -> None:
    _, (version, *_) = vintage()
    client, filtered = ministry(), f"{LIST}?status=approved&sort=-days"
    page = text(client.get(filtered))
    link = f"{path(version)}?von={quote(filtered, safe='/?=,')}"
    assert f'href="{link}"' in page
    back = 'href="/jahrgaenge/2023/?status=approved&amp;sort=-days"'
    assert back in text(client.get(link))
    assert back in text(client.get(path(version))), "also after the steps taken between"
    assert back not in text(ministry().get(path(version)))


@pytest.mark.parametrize(
    "way", ["https://fremd.example/?a", "//fremd.example/?a", "/jahrgaenge/2024/?a", "/konto/?a", "?a"]
)
def test_way_back_leads_nowhere_else(way: str) -> None:
    _, (version, *_) = vintage()
    page = text(ministry().get(path(version), {"von": way}))
    assert f'href="{LIST}"' in page
    assert "fremd.example" not in page


def test_readers_come_back_to_their_list() -> None:
    _, (version, *_) = vintage()
    client, filtered = client_of(make.user(Role.AUDITOR)), "/vereinbarungen/?status=approved"
    link = f"{path(version)}?von={quote(filtered, safe='/?=,')}"
    assert f'href="{link}"' in text(client.get(filtered))
    assert f'href="{filtered}"' in text(client.get(link))


def moved(version: AgreementVersion, *steps: tuple[str, str, int]) -> None:
    """Steps with the day on which each was taken, counted from the version's beginning."""
    for begins, ends, days in steps:
        StatusChange.objects.create(
            version=version, from_status=begins, to_status=ends, at=version.created_at + timedelta(days=days)
        )


def test_lead_times_are_medians_of_the_vintage_against_the_one_before() -> None:
    before, year = (
        make.budget_year(year=2022),
        make.budget_year(
            year=2023, submission_due=date(2023, 3, 31), approval_due=date(2023, 4, 10), issue_due=date(2023, 4, 20)
        ),
    )
    place = make.district()
    for days in (4, 5, 30):
        moved(make.version(make.agreement(year)), ("draft", "submitted", 1), ("submitted", "approved", 1 + days))
    moved(make.version(make.agreement(before, place)), ("draft", "submitted", 3), ("submitted", "approved", 12))
    returned = make.version(make.agreement(before))
    moved(
        returned,
        ("draft", "submitted", 2),
        ("submitted", "draft", 50),
        ("draft", "submitted", 60),
        ("submitted", "approved", 71),
    )
    moved(make.version(make.agreement(year), "draft", taken_over=True), ("submitted", "approved", 900))
    found = {(year, to): (median.days, number) for year, _, to, median, number in StatusChange.objects.lead_times()}
    assert found == {
        (2023, "submitted"): (1, 3),
        (2023, "approved"): (5, 3),
        (2022, "submitted"): (3, 3),
        (2022, "approved"): (10, 2),
    }
    page = " ".join(text(ministry().get(LIST)).split())
    assert "<dt>Bis zur Freigabe</dt><dd> 5 Tage<small>Median, Ziel: 10 Tage, Vorjahr: 10 Tage</small>" in page
    assert "<dt>Bis zur Unterschrift</dt><dd> –<small>Median</small>" in page
    assert "5 Tage kürzer" in page
    assert "2 Tage kürzer" in page
