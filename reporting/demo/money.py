"""The demo's budgets: four vintages, their lines, and what each district gets. All amounts are multiples of 100 euro."""

from collections.abc import Mapping
from decimal import Decimal

from aqb.money import apportion
from reporting.demo.people import places

STEP = Decimal(100)
HANAU, MAIN_KINZIG, OFFENBACH, WETTERAU = "06415", "06435", "06438", "06440"
TITLES = {"regel": "Regelbudget", "teilzeit": "Teilzeitausbildung", "sprache": "Sprachförderung"}
EARMARKS = {
    "regel": "",
    "teilzeit": "Nur für Ausbildungen in Teilzeit, vorrangig für Menschen, die Kinder erziehen oder Angehörige pflegen.",
    "sprache": "Für Sprachförderung, die mit einer Qualifizierung verbunden ist.",
}
# Statewide totals of 2023 and the earmark of 2023 and 2024 are published; the others are invented.
LINES: dict[int, dict[str, int]] = {
    2023: {"regel": 26_700_000, "teilzeit": 1_000_000},
    2024: {"regel": 26_500_000, "teilzeit": 1_000_000},
    2025: {"regel": 24_900_000, "teilzeit": 1_000_000, "sprache": 1_600_000},
    2026: {"regel": 24_700_000, "teilzeit": 1_000_000, "sprache": 2_000_000},
}
# Published: Landkreis Offenbach 2023 (1.356.400 together), Wetteraukreis 2024 (1.140.300 together).
FIXED: dict[tuple[int, str], dict[str, int]] = {
    (2023, OFFENBACH): {"regel": 1_301_400, "teilzeit": 55_000},
    (2024, WETTERAU): {"regel": 1_101_300, "teilzeit": 39_000},
    (2026, OFFENBACH): {"regel": 1_201_400, "teilzeit": 55_000, "sprache": 100_000},
}


def weights(year: int) -> dict[str, Decimal]:
    """Official key -> weight. Until 2025 Hanau belongs to the Main-Kinzig-Kreis."""
    weight = {place.ags: Decimal(place.weight) for place in places().values()}
    if year < 2026:
        weight[MAIN_KINZIG] += weight.pop(HANAU)
    return weight


def shares(year: int, line: str) -> Mapping[str, Decimal]:
    """Official key -> allocation of the line in euro; they add up to the line exactly."""
    fixed = {
        ags: Decimal(amounts[line]) for (vintage, ags), amounts in FIXED.items() if vintage == year and line in amounts
    }
    free = {ags: weight for ags, weight in weights(year).items() if ags not in fixed}
    rest = Decimal(LINES[year][line]) - sum(fixed.values())
    return fixed | dict(zip(free, apportion(rest, list(free.values()), STEP), strict=True))
