"""Which dates of a vintage are still to be kept, by a district and by the ministry; and the further ones."""

from datetime import date
from typing import Any

import pytest

from agreements import dates
from agreements.actions import deadlines, plan, steps
from agreements.models import AgreementVersion, Deadline
from aqb.access import Refused, Role
from tests import factories as make
from tests.agreements.pages import client_of, day, ministry, text
from tests.back_office import address, rows, signed_in, typed
from tests.forms import fill_in

pytestmark = pytest.mark.django_db

DUES = {
    "submission_due": date(2027, 3, 31), "application_due": date(2027, 3, 31), "approval_due": date(2027, 4, 30),
    "issue_due": date(2027, 5, 10), "signing_due": date(2027, 6, 30), "publication_due": date(2027, 7, 15),
}  # fmt: skip


def version(status: str = "draft", **fields: Any) -> AgreementVersion:
    return make.version(make.agreement(make.budget_year(year=2027, **DUES)), status, **fields)


def said(found: list[dates.Due]) -> list[str]:
    return [f"{due.day:%d.%m.} {due.said}" for due in found]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("draft", ["31.03. Antrag", "31.03. Zielvereinbarung 2027 einreichen", "30.06. Zielvereinbarung"]),
        ("submitted", ["31.03. Antrag", "30.06. Zielvereinbarung 2027 unterzeichnen"]),
        ("issued", ["31.03. Antrag", "30.06. Zielvereinbarung 2027 unterzeichnen"]),
        ("signed", ["31.03. Antrag"]),
        ("published", ["31.03. Antrag"]),
        ("withdrawn", []),
        ("terminated", []),
    ],
)
def test_date_of_a_step_stays_until_the_step_is_taken(status: str, expected: list[str]) -> None:
    found = said(dates.of_district(version(status)))
    assert len(found) == len(expected)
    assert all(line.startswith(words) for line, words in zip(found, expected, strict=True))


def test_amendment_has_no_dates_of_the_vintage() -> None:
    first = version("published")
    amendment = make.version(first.agreement, base=first)
    assert said(dates.of_district(amendment)) == ["31.03. Antrag 2027 beim Regierungspräsidium Kassel stellen"]


@pytest.mark.parametrize("amends", [False, True])
def test_what_was_given_back_is_due_on_the_day_that_the_return_named(amends: bool) -> None:
    row = version("published" if amends else "draft")
    if amends:
        row = make.version(row.agreement, base=row)
        assert row.submission_due is None, "the vintage names no day for an amendment"
    make.go(row, "submitted")
    steps.return_to_draft(version=row, reason="Die Plätze fehlen.", by=make.user(), resubmit_due=date(2027, 5, 20))
    row.refresh_from_db()
    (found,) = [due for due in dates.of_district(row) if due.key == "submission_due"]
    assert found.day == row.submission_due == date(2027, 5, 20)


def test_further_deadlines_go_to_whom_they_are_for() -> None:
    row = version("published")
    vintage = row.agreement.budget_year
    for audience in ("district", "ministry", "all"):
        make.deadline(vintage, title=f"Termin {audience}", day=date(2027, 9, 1), audience=audience)
    assert said(dates.of_district(row))[1:] == ["01.09. AQB 2027: Termin all", "01.09. AQB 2027: Termin district"]
    assert said(dates.of_ministry(vintage, {})) == ["01.09. AQB 2027: Termin all", "01.09. AQB 2027: Termin ministry"]


def test_ministry_reads_how_many_have_not_come_so_far() -> None:
    vintage = version().agreement.budget_year
    assert said(dates.of_ministry(vintage, {"draft": 2, "returned": 1, "issued": 4, "published": 9})) == [
        "31.03. Einreichung AQB 2027: 3 offen",
        "30.04. Freigabe AQB 2027: 3 offen",
        "10.05. Ausfertigung AQB 2027: 3 offen",
        "30.06. Unterzeichnung AQB 2027: 7 offen",
        "15.07. Veröffentlichung AQB 2027: 7 offen",
    ]


# ---- further deadlines: form, back office, copy, truths ----


def form(*days: dict[str, str], initial: int = 0) -> dict[str, str]:
    """A vintage with its further deadlines as the page posts them."""
    data = {
        "year": "2027", "first_cash_year": "2027", "last_cash_year": "2029", "rounding": "100,00",
        "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0",
        "fristen-TOTAL_FORMS": str(len(days)), "fristen-INITIAL_FORMS": str(initial),
    }  # fmt: skip
    for number, one in enumerate(days):
        data |= {f"fristen-{number}-{name}": value for name, value in one.items()}
    return data


def on(value: date) -> dict[str, str]:
    return day("day", value)


def test_ministry_sets_changes_and_takes_back_a_deadline_on_the_form_of_the_vintage() -> None:
    client = ministry()
    new = {"title": "Zwischennachweis vorlegen", "audience": "district", **on(date(2027, 4, 30))}
    empty = {"title": "", "audience": "district"}
    assert client.post("/jahrgaenge/neu/", form(new, empty)).headers["Location"] == "/jahrgaenge/2027/"
    row = Deadline.objects.get()
    assert (row.title, row.day, row.audience) == ("Zwischennachweis vorlegen", date(2027, 4, 30), "district")
    page = text(client.get("/jahrgaenge/2027/bearbeiten/"))
    assert "Frist „Zwischennachweis vorlegen“" in page
    assert "Diese Frist beim Speichern entfernen" in page
    moved = {"id": str(row.pk), **new, **on(date(2027, 5, 31))}
    fill_in(client, "/jahrgaenge/2027/bearbeiten/", form(moved, initial=1))
    assert Deadline.objects.get().day == date(2027, 5, 31)
    fill_in(client, "/jahrgaenge/2027/bearbeiten/", form({**moved, "DELETE": "on"}, initial=1))
    assert not Deadline.objects.exists()


def test_wrong_deadline_comes_back_with_its_sentence_and_nothing_is_saved() -> None:
    wrong = {"title": "Abruf von 5.000 €", "audience": "district", **on(date(2027, 4, 30))}
    answer = ministry().post("/jahrgaenge/neu/", form(wrong))
    assert "Bitte nennen Sie hier keinen Betrag." in text(answer)
    assert not Deadline.objects.exists()
    again = {"title": "Bericht", "audience": "all", **on(date(2027, 4, 30))}
    answer = ministry().post("/jahrgaenge/neu/", form(again, again))
    assert "Diese Frist gibt es in diesem Jahrgang schon." in text(answer)
    assert not Deadline.objects.exists(), "all or nothing"


def test_deadline_of_another_vintage_is_not_reached_by_a_forged_key() -> None:
    foreign = make.deadline(make.budget_year(year=2026))
    make.budget_year(year=2027)
    forged = {"id": str(foreign.pk), "title": "Gekapert", "audience": "all", **on(date(2027, 4, 30))}
    fill_in(ministry(), "/jahrgaenge/2027/bearbeiten/", form(forged, initial=1))
    foreign.refresh_from_db()
    assert foreign.title != "Gekapert"


def test_copied_vintage_brings_its_deadlines_a_year_later() -> None:
    source = make.budget_year(year=2027)
    make.deadline(source, day=date(2028, 2, 29))
    copy = plan.copy_budget_year(source=source, year=2028, by=make.user())
    assert [row.day for row in copy.deadlines.all()] == [date(2029, 2, 28)]


def test_only_the_ministry_sets_deadlines() -> None:
    vintage = make.budget_year()
    with pytest.raises(Refused, match="nur das Ministerium"):
        deadlines.save_deadline(
            budget_year=vintage, title="X", day=date(2027, 1, 1), audience="all", by=make.user(Role.DISTRICT_LEAD)
        )
    assert client_of(make.user(Role.DISTRICT)).get(f"/jahrgaenge/{vintage.year}/bearbeiten/").status_code == 403


def test_back_office_keeps_deadlines_with_their_vintage() -> None:
    vintage = make.budget_year(year=2027)
    kept, gone = make.deadline(vintage), make.deadline(vintage, title="Fällt weg")
    client = signed_in(make.user())
    url = address(vintage, "change")
    shown = typed(client.get(url))
    given = rows(
        "deadlines",
        {"id": kept.pk, "budget_year": vintage.pk, "title": "Bericht", "day": "01.08.2027", "audience": "all"},
        {
            "id": gone.pk,
            "budget_year": vintage.pk,
            "title": "Fällt weg",
            "day": "02.03.2026",
            "audience": "all",
            "DELETE": "on",
        },
        {"budget_year": vintage.pk, "title": "Neu", "day": "01.09.2027", "audience": "ministry"},
        initial=2,
    )
    assert client.post(url, {**shown, **given}).status_code == 302
    assert {(row.title, row.audience) for row in vintage.deadlines.all()} == {("Bericht", "all"), ("Neu", "ministry")}
