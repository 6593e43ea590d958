"""Vintages, their pots of money, the districts' shares, kinds of measure, and the text of the contract."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from agreements.models import Allocation, BudgetLine, BudgetYear, Deadline, MeasureCategory, Wording, WordingSection
from aqb.access import Role
from aqb.models import District
from tests import factories as make

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # everything begins here
SECTIONS = (
    ("Präambel", False, "Präambel", "Zwischen {Ressort Dativ} und {Gebiet Dativ}."),
    ("Mittel", True, "Mittel", "{Gebiet Nominativ groß} erhält im Jahr {Jahrgang}\n\n{Betrag abgesetzt}"),
    ("Projekte", True, "Projekte", "Nach {§ Mittel} werden finanziert:\n\n{Projektliste}"),
)


def budget_year(**fields: Any) -> BudgetYear:
    """A vintage with three cash years and no lines: 2023, then the years after it."""
    year = fields.setdefault("year", 2023 + BudgetYear.objects.count())
    return BudgetYear.objects.create(**{"first_cash_year": year, "last_cash_year": year + 2, **fields})


def line(budget_year: BudgetYear | None = None, **fields: Any) -> BudgetLine:
    """A pot of a million euro: Regelbudget, then numbered ones."""
    vintage = budget_year or make.budget_year()
    number = vintage.lines.count() + 1
    mark = "" if number == 1 else f" {number}"
    defaults = {
        "key": f"regel{mark.replace(' ', '-')}",
        "title": f"Regelbudget{mark}",
        "amount": Decimal("1000000.00"),
        "position": number,
    }
    return BudgetLine.objects.create(budget_year=vintage, **{**defaults, **fields})


def deadline(budget_year: BudgetYear | None = None, **fields: Any) -> Deadline:
    """A further day of a vintage that its districts must keep."""
    defaults = {"title": "Zwischennachweis vorlegen", "day": START.date(), "audience": "district"}
    return Deadline.objects.create(budget_year=budget_year or make.budget_year(), **{**defaults, **fields})


def allocation(
    line: BudgetLine | None = None, district: District | None = None, amount: Any = "100000.00", **fields: Any
) -> Allocation:
    return Allocation.objects.create(
        line=line or make.line(), district=district or make.district(), amount=Decimal(amount), **fields
    )


def category(key: str = "AV", **fields: Any) -> MeasureCategory:
    """The measure category of that key; made when there is none."""
    if not fields and (known := MeasureCategory.objects.filter(key=key).first()):
        return known
    titles = {"AV": "Ausbildungsvorbereitung", "AB": "Ausbildung und Ausbildungsbegleitung", "BQ": "Qualifizierung"}
    number = MeasureCategory.objects.count() + 1
    defaults = {"title": titles.get(key, f"Maßnahmenart {number}"), "position": number, "valid_from": date(2000, 1, 1)}
    return MeasureCategory.objects.create(key=key, **{**defaults, **fields})


def wording(
    budget_year: BudgetYear | None = None,
    *,
    sections: Sequence[tuple[str, bool, str, str]] = SECTIONS,
    released: bool = True,
    **fields: Any,
) -> Wording:
    """A text with sections (key, numbered, heading, text), released unless said otherwise."""
    vintage = budget_year or make.budget_year()
    kind = fields.setdefault("kind", Wording.Kind.AGREEMENT)
    defaults = {
        "number": vintage.wordings.filter(kind=kind).count() + 1,
        "title": "Zielvereinbarung" if kind == "agreement" else "{Nummer}. Änderungsvereinbarung",
        "purpose": "zur Umsetzung des Ausbildungs- und Qualifizierungsbudgets",
        "land_label": "Für das Land Hessen",
        "district_label": "Für {Gebiet Akkusativ}",
        "changed_at": START,
        "changed_by": make.person(Role.MINISTRY),
    }
    row = Wording.objects.create(budget_year=vintage, **{**defaults, **fields})
    for position, (key, numbered, heading, text) in enumerate(sections, start=1):
        WordingSection.objects.create(
            wording=row, key=key, position=position, numbered=numbered, heading=heading, text=text
        )
    if released:
        row.status = Wording.Status.RELEASED
        row.released_at, row.released_by = START, make.person(Role.MINISTRY_LEAD)
        row.save()
    return row
