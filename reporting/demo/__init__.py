"""An invented past to try the application with: people, four vintages, agreements in every status.

Everything goes through the same actions as in the browser, at stopped times, so that states, history, documents and
PDFs are real ones. Facts of the programme are real where they are published; people, providers and amounts are not.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pghistory
from django.db import transaction
from django.db.models import F

from agreements.actions import talk
from agreements.actions import wording as wordings
from agreements.models import AgreementVersion, BudgetYear, Wording
from aqb import clock, notices
from aqb.models import Notice
from projects.models import Provider
from reporting import reference
from reporting.demo import colleagues, current, money, offenbach, past, people, projects, vintages
from reporting.demo.cast import Cast, acting, working
from reporting.demo.life import Life

RECENT = 10  # days; what somebody was told since is unread
YEARS = (2023, 2024, 2025, 2026)
WITHOUT_STRATEGY = "06535"  # Vogelsbergkreis: its agreement has not been touched yet


@transaction.atomic
def build(say: Callable[[str], None]) -> None:
    """Make the whole demo in one transaction: either everything is there, or nothing. `say` gets one line per part."""
    today = clock.today()
    with pghistory.context(command="demo"):
        reference.load()
        people.create()
    cast = Cast.gathered()
    providers = _providers(cast)
    _strategies(cast, today)
    say(f"{len(people.everybody())} Konten, {sum(map(len, providers.values()))} Träger")
    for year in YEARS:
        vintage = vintages.make(year, today, cast)
        for life in _lives(vintage, cast, providers):
            if year == YEARS[-1]:
                current.live(life, today)
            else:
                past.live(life)
        say(f"{vintage.title}: {vintage.agreements.count()} Zielvereinbarungen")
    past.look_back(cast)
    _next_text(cast, today)
    colleagues.arrange(cast, today)
    _read_the_past(today)


def _read_the_past(today: date) -> None:
    """What people were told long ago is read or gone, and nobody gets a mail about the invented past."""
    Notice.objects.update(awaits_digest=False)
    told = Notice.objects.exclude(created_at__gte=working(today - timedelta(days=RECENT), 0))
    told.update(read_at=F("created_at"))
    notices.forget()


def _providers(cast: Cast) -> dict[str, list[Provider]]:
    made: dict[str, list[Provider]] = {}
    for ags, lead in cast.leads.items():
        with acting(lead, working(date(2022, 12, 5), 9)) as by:
            assert by.district is not None  # noqa: S101 - leads of districts have one
            made[ags] = offenbach.provide(by) if ags == money.OFFENBACH else projects.provide(by.district, by)
    return made


def _strategies(cast: Cast, today: date) -> None:
    """Each district's strategy, confirmed by its lead; it lasts at least as long as somebody tries the demo."""
    last = max(2028, today.year + 1)
    for ags, lead in cast.leads.items():
        if ags == WITHOUT_STRATEGY:
            continue
        with acting(lead, working(date(2025, 2, 4), 10)) as by:
            assert by.district is not None  # noqa: S101 - leads of districts have one
            strategy = talk.save_strategy(
                district=by.district,
                title=f"Ausbildungs- und Arbeitsmarktstrategie 2025–{last}",
                valid_from=date(2025, 1, 1),
                valid_to=date(last, 12, 31),
                by=by,
            )
            talk.confirm_strategy(strategy=strategy, by=by)


def _lives(vintage: BudgetYear, cast: Cast, providers: dict[str, list[Provider]]) -> list[Life]:
    """One life for each agreement of the vintage, in the order of the official keys."""
    places = people.places()
    versions = AgreementVersion.objects.filter(agreement__budget_year=vintage).select_related(
        "agreement__district", "agreement__budget_year", "wording"
    )
    return [
        Life(
            cast=cast,
            version=version,
            providers=providers[version.agreement.district.ags],
            people=places[version.agreement.district.ags].signatories,
            days={},
            number=number,
            count=4 if vintage.year == YEARS[-1] else 3,
        )
        for number, version in enumerate(versions.order_by("agreement__district__ags"))
    ]


def _next_text(cast: Cast, today: date) -> None:
    """A draft of the current text, so that the editor has something to edit."""
    wording = Wording.objects.current(YEARS[-1], Wording.Kind.AGREEMENT)
    assert wording is not None  # noqa: S101 - the vintage was opened with it
    with acting(cast.second, working(today, 0)) as by:
        wordings.create_wording(budget_year=wording.budget_year, copy_of=wording, by=by)
