"""The demo's projects: invented titles, providers and amounts, entered by the districts through the real action."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agreements.models import AgreementVersion, MeasureCategory
from aqb.models import District, User
from aqb.money import apportion, round_half_up
from projects.actions import save_project, save_provider
from projects.models import ProjectEntry, Provider

FOLDER = Path(__file__).parent
CONTRACTED = {("AV", "Praxisklasse"), ("QP", "Digital im Beruf")}
SPREAD = {"AA": (50, 30, 20), "QP": (80, 20)}  # how the money of a kind flows over the cash years, in percent
PAYS = {"teilzeit": "AA", "sprache": "QP"}  # earmarked line -> kind of measure that it pays


@dataclass(frozen=True)
class Idea:
    """A project that a district may run; `provider` counts in the district's list, 3 is the district itself."""

    category: str
    title: str
    provider: int
    weight: int
    places: int
    language: bool
    part_time: bool
    circles: tuple[str, ...]
    groups: tuple[str, ...]
    description: str


def ideas() -> list[Idea]:
    """The catalogue beside this file."""
    with (FOLDER / "projects.csv").open(encoding="utf-8", newline="") as file:
        return [_idea(row) for row in csv.DictReader(file)]


def _idea(row: Mapping[str, str]) -> Idea:
    return Idea(
        category=row["category"],
        title=row["title"],
        provider=int(row["provider"]),
        weight=int(row["weight"]),
        places=int(row["places"]),
        language=row["language"] == "ja",
        part_time=row["part_time"] == "ja",
        circles=tuple(filter(None, row["circles"].split("|"))),
        groups=tuple(filter(None, row["groups"].split("|"))),
        description=row["description"],
    )


def provide(district: District, by: User) -> list[Provider]:
    """The district's list of providers: three invented ones, and the district itself."""
    place = district.sort_name
    names = (
        (f"Bildungswerk {place} gGmbH", False),
        (f"Lernwerk {place} e. V.", False),
        (f"Jugendwerkstatt {place} gGmbH", False),
        (f"{district.self_name} (eigene Durchführung)", True),
    )
    return [save_provider(district=district, name=name, city=district.seat, own=own, by=by) for name, own in names]


def chosen(number: int, count: int) -> list[Idea]:
    """The ideas of the district with that running number; a kind that an earmarked line pays is always among them."""
    catalogue = ideas()
    start = catalogue[number % 4 : number % 4 + count]
    missing = [
        next(idea for idea in catalogue if idea.category == kind)
        for kind in PAYS.values()
        if kind not in {idea.category for idea in start}
    ]
    return [*start, *missing]


def enter(
    version: AgreementVersion, found: Iterable[Idea], providers: list[Provider], by: User, part: int = 100
) -> list[ProjectEntry]:
    """Enter the ideas as complete projects; together they take `part` percent of each agreed amount."""
    found = list(found)
    money = _money(version, found, part)
    return [_enter(version, idea, providers, by, money[at]) for at, idea in enumerate(found)]


def _money(version: AgreementVersion, found: list[Idea], part: int) -> list[dict[int, Decimal]]:
    """For each idea: budget line's id -> its whole amount in euro."""
    amounts: list[dict[int, Decimal]] = [{} for _ in found]
    for agreed in version.lines.select_related("line"):
        total = round_half_up(agreed.amount * part / 100, Decimal(100))
        kind = PAYS.get(agreed.line.key)
        takers = [at for at, idea in enumerate(found) if kind is None or idea.category == kind]
        weights = [Decimal(found[at].weight) for at in takers]
        for at, amount in zip(takers, apportion(total, weights, Decimal(50)), strict=True):
            amounts[at][agreed.line_id] = amount
    return amounts


def _enter(
    version: AgreementVersion, idea: Idea, providers: list[Provider], by: User, money: Mapping[int, Decimal]
) -> ProjectEntry:
    vintage = version.agreement.budget_year
    spread = [Decimal(percent) for percent in SPREAD.get(idea.category, (100,))]
    shares = {
        (line, vintage.first_cash_year + step): amount
        for line, total in money.items()
        for step, amount in enumerate(apportion(total, spread, Decimal(50)))
    }
    return save_project(version=version, fields=fields(idea, vintage.year, providers), shares=shares, by=by)


def fields(idea: Idea, year: int, providers: list[Provider]) -> dict[str, Any]:
    """What the district states about the idea in a vintage."""
    provider = providers[idea.provider]
    how = ProjectEntry.Implementation
    paid = how.CONTRACTED if (idea.category, idea.title) in CONTRACTED else how.FORWARDED
    training = idea.category == "AA"
    return {
        "title": idea.title if idea.category != "WB" else f"{idea.title} {year}",
        "category": MeasureCategory.objects.valid_in(year).get(key=idea.category),
        "provider": provider,
        "implementation": how.OWN if provider.own else paid,
        "description": idea.description,
        "starts_on": date(year, 8, 1) if training else date(year, 1, 1),
        "ends_on": date(year + 2, 7, 31) if training else date(year, 12, 31),
        "places": idea.places,
        "target_groups": list(idea.groups),
        "legal_circles": list(idea.circles),
        "part_time": idea.part_time,
        "language": idea.language,
        "inclusive": True,
    }
