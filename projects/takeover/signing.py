"""Who has signed an old contract: places, dates, names and offices from the lines below its text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agreements.models import Party
from aqb.access import Refused
from aqb.models import District, Ministry
from aqb.text import MONTHS

DATED = re.compile(
    r"^(?P<place>[^,\d]{2,80}), ?(?:den |am )?(?P<written>\d{1,2}\. ?(?:\d{1,2}\. ?|[^\W\d]{3,9} )(?:\d{4}|\d{2}))$"
)
DAY = re.compile(r"(\d{1,2})\. ?(?:(\d{1,2})\.|([^\W\d]+)) ?(\d{2,4})")
NOISE = re.compile(r"^(?:gez\.?|[_.…\s]+|\(?Unterschrift\)?|\(?Siegel\)?)$", re.IGNORECASE)
LABEL = re.compile(r"^Für (?:das|den|die) .+$")


@dataclass(frozen=True)
class Dated:
    """Place and date of one side, as written."""

    place: str
    day: date
    written: str


@dataclass(frozen=True)
class Signed:
    """One person who has signed."""

    party: Party
    position: int
    name: str
    office: str
    place: str
    day: date
    written: str


@dataclass(frozen=True)
class Signing:
    """All signatures, the labels above them as written, and the lines that could not be placed."""

    people: tuple[Signed, ...]
    labels: dict[Party, str]
    unplaced: tuple[str, ...]


def read(lines: Sequence[str], district: District, ministry: Ministry) -> Signing:
    """The signatures below a contract. Refuses: a date that does not exist, a side without name or date."""
    dates: list[Dated] = []
    labels: dict[Party, str] = {}
    rest: list[str] = []
    for line in lines:
        if found := DATED.match(line):
            dates.append(Dated(found["place"].strip(), _day(found["written"]), found["written"]))
        elif LABEL.match(line):
            labels[Party.LAND if "Hessen" in line else Party.DISTRICT] = line
        elif line and not NOISE.match(line):
            rest.append(line)
    people, unplaced = _people(rest, {Party.LAND: ministry.name, Party.DISTRICT: district.genitive})
    sides = _sides(dates, {Party.LAND: ministry.seat, Party.DISTRICT: district.seat})
    signed = [
        Signed(party, position, name, office, side.place, side.day, side.written)
        for party in (Party.LAND, Party.DISTRICT)
        for position, (name, office) in enumerate(people[party], start=1)
        if (side := sides.get(party))
    ]
    for party, who in ((Party.LAND, ministry.name), (Party.DISTRICT, district.name)):
        count = sum(one.party == party for one in signed)
        if count not in (1, 2):
            raise Refused(
                f"Die Unterschrift für „{who}“ ist nicht zu erkennen: Erwartet werden Ort und Datum und darunter Name, "
                "Amt und Stelle."
            )
    return Signing(tuple(signed), labels, tuple(unplaced))


def _day(written: str) -> date:
    found = DAY.fullmatch(written.strip())
    if found is None:
        raise Refused(f"Das Datum „{written}“ ist nicht zu lesen.")
    months = [month.casefold() for month in MONTHS]
    name = (found[3] or "").casefold()
    month = int(found[2]) if found[2] else next((at for at, one in enumerate(months, 1) if one.startswith(name)), 0)
    year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    try:
        return date(year, month, int(found[1]))
    except ValueError as error:
        raise Refused(f"Das Datum „{written}“ unter dem Vertrag gibt es nicht.") from error


def _people(lines: Sequence[str], bodies: dict[Party, str]) -> tuple[dict[Party, list[tuple[str, str]]], list[str]]:
    """Name and office of each side: they stand above the body that they sign for, which may run over lines."""
    people: dict[Party, list[tuple[str, str]]] = {party: [] for party in bodies}
    collected: list[str] = []
    for line in lines:
        collected.append(line)
        for party, body in bodies.items():
            kept = _above(collected, body)
            if kept is not None:
                people[party].append((kept[0], " ".join(kept[1:])) if kept else ("", ""))
                collected = []
                break
    for party in bodies:
        people[party] = [pair for pair in people[party] if all(pair)]
    return people, collected


def _above(lines: list[str], body: str) -> list[str] | None:
    """The lines above `body`, where the last lines together are it; None where they are not."""
    for at in range(len(lines)):
        if " ".join(lines[at:]).casefold() == body.casefold():
            return lines[:at]
    last = lines[-1]
    if last.casefold().endswith(" " + body.casefold()):
        return [*lines[:-1], last[: -len(body)].strip()]
    return None


def _sides(dates: Sequence[Dated], seats: dict[Party, str]) -> dict[Party, Dated]:
    """Which date belongs to which side: by its seat, else in the order in which the sides stand."""
    sides: dict[Party, Dated] = {}
    left = list(dates)
    if seats[Party.LAND] != seats[Party.DISTRICT]:
        for party, seat in seats.items():
            for one in dates:
                if one.place == seat and party not in sides:
                    sides[party] = one
                    left.remove(one)
    for party in seats:
        if party not in sides and left:
            sides[party] = left.pop(0)
    return sides
