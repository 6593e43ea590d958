"""The demo's vintages: lines, allocations and wording, each planned and released by different people."""

from datetime import date, timedelta

from agreements import default_wording
from agreements.actions import drafting, plan
from agreements.actions import wording as wordings
from agreements.models import BudgetYear, Wording
from aqb import clock
from aqb.models import District
from reporting.demo import distribution, money
from reporting.demo.cast import Cast, acting, working

OPENED_DAYS_AGO = 75  # the current vintage
# Of the years before, only these districts are here; the others' contracts are on paper and could be taken over.
CURRENT = 2026
KEPT = ("06411", "06412", "06435", "06438", "06440", "06531", "06535", "06611", "06631", "06633")
LINES_IN_TEXT = (
    "Darin enthalten sind {Betrag Teilzeitausbildung} für Ausbildungen in Teilzeit und {Betrag Sprachförderung} für "
    "die Sprachförderung."
)
DUES_2023 = {
    "application_due": date(2023, 3, 31),
    "submission_due": date(2023, 3, 31),
    "approval_due": date(2023, 4, 30),
    "issue_due": date(2023, 7, 31),
    "signing_due": date(2023, 9, 30),
    "publication_due": date(2023, 10, 31),
}


def opened_on(year: int, today: date) -> date:
    """The day on which the vintage was opened; the current one follows today, so that its deadlines are ahead."""
    return today - timedelta(days=OPENED_DAYS_AGO) if year == CURRENT else date(year - 1, 11, 14)


def dues(year: int, today: date) -> dict[str, date]:
    """The deadlines of a vintage."""
    if year == 2023:
        return DUES_2023
    if year == CURRENT:
        after = {"submission": 12, "approval": 26, "issue": 33, "signing": 54, "publication": 61}
        return {f"{step}_due": today + timedelta(days=days) for step, days in after.items()}
    days = {"submission": (3, 31), "approval": (4, 15), "issue": (4, 30), "signing": (5, 31), "publication": (6, 15)}
    return {f"{step}_due": date(year, month, day) for step, (month, day) in days.items()}


def make(year: int, today: date, cast: Cast) -> BudgetYear:
    """Plan the vintage, release its wording, and open it: one draft agreement for each district of that year."""
    day = opened_on(year, today)
    with acting(cast.ministry, working(day - timedelta(days=30), 9)) as by:
        vintage = _first(year, cast) if year == 2023 else _copied(year, cast)
        plan.change_budget_year(budget_year=vintage, by=by, **dues(year, today), strategy_required=year == CURRENT)
        _lines(vintage, cast)
        if year == CURRENT:
            distribution.share(vintage, cast)
        else:
            _allocate(vintage, cast)
        if year == CURRENT:
            _name_lines(vintage, cast)
    with acting(cast.lead, working(day - timedelta(days=7), 14)) as by:
        for wording in Wording.objects.filter(budget_year=vintage):
            wordings.release_wording(wording=wording, by=by)
    with acting(cast.ministry, working(day, 8)) as by:
        if year < CURRENT:
            _open_kept(vintage, cast)
        else:
            plan.open_budget_year(budget_year=vintage, by=by)
    return vintage


def _open_kept(vintage: BudgetYear, cast: Cast) -> None:
    """Open the vintage for a few districts only, which no page offers."""
    wording = drafting.released_wording(vintage, Wording.Kind.AGREEMENT)
    for district in District.objects.filter(ags__in=KEPT):
        drafting.open_agreement(budget_year=vintage, district=district, wording=wording, by=cast.ministry)
    vintage.refresh_from_db()
    vintage.opened_at, vintage.opened_by = clock.now(), cast.ministry
    vintage.save()


def _first(year: int, cast: Cast) -> BudgetYear:
    vintage = plan.create_budget_year(year=year, first_cash_year=year, last_cash_year=year + 2, by=cast.ministry)
    for kind in Wording.Kind:
        default_wording.write(budget_year=vintage, kind=kind, by=cast.ministry)
    return vintage


def _copied(year: int, cast: Cast) -> BudgetYear:
    before = BudgetYear.objects.get(year=year - 1)
    return plan.copy_budget_year(source=before, year=year, by=cast.ministry)


def _lines(vintage: BudgetYear, cast: Cast) -> None:
    known = {line.key: line for line in vintage.lines.all()}
    for position, (key, amount) in enumerate(money.LINES[vintage.year].items(), start=1):
        plan.save_line(
            budget_year=vintage,
            line=known.get(key),
            key=key,
            title=money.TITLES[key],
            amount=amount,
            position=position,
            earmark=money.EARMARKS[key],
            by=cast.ministry,
        )


def _allocate(vintage: BudgetYear, cast: Cast) -> None:
    districts = dict(District.objects.values_list("ags", "pk"))
    amounts = {
        (line.pk, districts[ags]): amount
        for line in vintage.lines.all()
        for ags, amount in money.shares(vintage.year, line.key).items()
    }
    plan.save_allocations(budget_year=vintage, amounts=amounts, by=cast.ministry)


def _name_lines(vintage: BudgetYear, cast: Cast) -> None:
    """The current text also names the amounts of the earmarked lines."""
    section = vintage.wordings.get(kind=Wording.Kind.AGREEMENT).sections.get(key="Mittel")
    wordings.save_section(
        section=section, heading=section.heading, text=f"{section.text}\n\n{LINES_IN_TEXT}", by=cast.ministry
    )
