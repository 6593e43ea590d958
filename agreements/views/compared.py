"""Trials side by side: what each gives every district, and how far that lies from the year before, also as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agreements.distribution import Distribution, distribute, thaw
from agreements.distribution.sharing import CEILING, FLOOR
from agreements.models import DistributionScenario
from agreements.proposals import Ground
from agreements.views.percents import is_remarkable, signed_percent
from aqb.models import District
from aqb.money import ZERO

MOST = 6  # as many marks can be told apart
LETTERS = "ABCDEF"
LIMITS = {FLOOR: "Mindestwert", CEILING: "Höchstwert"}
WIDTH, ROW, NAMES, TOP = 1000, 24, 260, 40  # of the drawing, in its own units


@dataclass(frozen=True)
class Column:
    """A trial: its letter stands for it in table and chart. `changed` says what is different now from when it was made."""

    letter: str
    scenario: DistributionScenario
    found: Distribution
    least: str
    most: str
    changed: list[str]


@dataclass(frozen=True)
class Cell:
    """What a trial gives a district, and how far that is from the amount that the trial compares it with."""

    amount: Decimal
    change: Decimal | None
    percent: Decimal | None
    in_percent: str
    is_remarkable: bool
    limit: str


@dataclass(frozen=True)
class Row:
    district: District
    previous: Decimal | None
    cells: list[Cell]


@dataclass(frozen=True)
class Mark:
    """A trial's mark in the chart: letter and place."""

    letter: str
    x: int
    y: int


@dataclass(frozen=True)
class Bar:
    """A district in the chart: its name, the line between its smallest and largest change, and the marks on it."""

    name: str
    y: int
    left: int
    right: int
    marks: list[Mark]


@dataclass(frozen=True)
class Tick:
    label: str
    x: int


@dataclass(frozen=True)
class Chart:
    """Changes to the year before in percent, a row for each district that has one."""

    bars: list[Bar]
    ticks: list[Tick]
    zero: int
    height: int
    in_words: str


@dataclass(frozen=True)
class Compared:
    """The whole comparison; `before` is what the same line had a year earlier.

    `otherwise` names the districts that some trial compares with another amount than that of the year before.
    """

    columns: list[Column]
    rows: list[Row]
    before: Decimal
    chart: Chart | None
    otherwise: str


def compare(ground: Ground, scenarios: Sequence[DistributionScenario]) -> Compared:
    """Calculate each trial again from what it keeps, and set the results beside each other."""
    columns = [_column(letter, one, ground) for letter, one in zip(LETTERS, scenarios, strict=False)]
    rows = [_row(district, ground, columns) for district in ground.districts]
    before = sum(ground.previous.values(), ZERO)
    adjusted = {ags for one in scenarios for ags in ground.choice_of(one.calculation).comparisons}
    otherwise = ", ".join(one.name for one in ground.districts if one.ags in adjusted)
    return Compared(columns, rows, before, _chart(rows, columns), otherwise)


def _column(letter: str, scenario: DistributionScenario, ground: Ground) -> Column:
    found = distribute(*thaw(scenario.calculation))
    least, most = map(signed_percent, found.span or (None, None))
    return Column(letter, scenario, found, least, most, ground.changes_since(scenario.calculation))


def _row(district: District, ground: Ground, columns: list[Column]) -> Row:
    previous = ground.previous.get(district.ags)
    return Row(district, previous, [_cell(district, column.found) for column in columns])


def _cell(district: District, found: Distribution) -> Cell:
    share = next((one for one in found.shares if one.party.key == district.ags), None)
    if share is None:  # a district that came later than the trial
        return Cell(ZERO, None, None, "", False, "")
    percent = share.percent
    limit = LIMITS.get(share.limit, "")
    return Cell(share.amount, share.change, percent, signed_percent(percent), is_remarkable(percent), limit)


def _chart(rows: list[Row], columns: list[Column]) -> Chart | None:
    """None where no district has a year before, or there is nothing to compare."""
    known = [row for row in rows if any(one.percent is not None for one in row.cells)]
    percents = [one.percent for row in known for one in row.cells if one.percent is not None]
    if not percents:
        return None
    low, high = _ends(percents)
    bars = [_bar(row, TOP + ROW * at + ROW // 2, columns, low, high) for at, row in enumerate(known)]
    step = max(1, (high - low) // 8)
    ticks = [
        Tick(signed_percent(Decimal(at), places=0), _x(Decimal(at), low, high))
        for at in range(low - low % -step, high + 1, step)
    ]
    said = "; ".join(f"{column.scenario.name}: {column.least} bis {column.most}" for column in columns)
    return Chart(bars, ticks, _x(ZERO, low, high), TOP + ROW * len(bars) + ROW, said)


def _bar(row: Row, y: int, columns: list[Column], low: int, high: int) -> Bar:
    marks = [
        Mark(column.letter, _x(one.percent, low, high), y)
        for column, one in zip(columns, row.cells, strict=True)
        if one.percent is not None
    ]
    return Bar(row.district.name, y, min(one.x for one in marks), max(one.x for one in marks), marks)


def _ends(percents: list[Decimal]) -> tuple[int, int]:
    """Whole percents around all changes, 0 among them."""
    low, high = min(*percents, ZERO), max(*percents, ZERO)
    return int(low) - 1, int(high) + 1


def _x(percent: Decimal, low: int, high: int) -> int:
    room = WIDTH - NAMES - ROW
    return NAMES + int((percent - low) * room / (high - low))
