"""What becomes of an earlier project in the new vintage: what is taken along, what is adjusted, what is not possible."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from agreements.models import AgreementVersion, MeasureCategory
from aqb import clock
from aqb.money import ZERO, format_euro
from aqb.screens import NBSP
from projects.amounts import Pot, in_line, pots
from projects.models import ProjectEntry, TargetGroup
from projects.table.preview import Total

AS_THEY_ARE = (
    "title", "provider", "implementation", "places", "description", "legal_circles", "part_time", "language",
    "inclusive",
)  # fmt: skip
NO_AMOUNTS = "Die früheren Beträge sind nicht bekannt."
SAME_DAY = "Das Ende fiele auf den Beginn; bitte tragen Sie es nach."


@dataclass
class Proposal:
    """A project as it would be taken over: `fields` and `shares` as actions take them, `notes` say what is not possible."""

    entry: ProjectEntry
    fields: dict[str, Any]
    shares: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """The money that comes along, in euro."""
        return sum(self.shares.values(), ZERO)


class NewVintage:
    """The draft that projects are taken into: its categories by key, its lines by key, and what is left of each."""

    def __init__(self, version: AgreementVersion) -> None:
        self.version, self.vintage = version, version.agreement.budget_year
        valid = MeasureCategory.objects.valid_in(self.vintage.year).order_by("valid_from")
        self.categories = {one.key: one for one in valid}  # of two with the same key the later one
        self.groups = set(TargetGroup.objects.values_list("key", flat=True))
        self.pots: dict[str, Pot] = {pot.line.key: pot for pot in pots(version)}
        self.left = {key: pot.available for key, pot in self.pots.items()}

    def propose(self, entries: Iterable[ProjectEntry], years: int, *, with_amounts: bool) -> list[Proposal]:
        """These projects some years on, in this order: who comes first takes what is left of the lines."""
        found = []
        for entry in entries:
            one = Proposal(entry, {name: getattr(entry, name) for name in AS_THEY_ARE})
            self._choose_category(one)
            self._choose_groups(one)
            _move_days(one, years)
            if with_amounts:
                self._take_money(one, years)
            found.append(one)
        return found

    def totals(self, proposals: Sequence[Proposal]) -> list[Total]:
        """What each line would hold afterwards."""
        found = []
        for pot in self.pots.values():
            before = pot.agreed - pot.available
            after = before + sum((in_line(one.shares, pot.line.pk) for one in proposals), ZERO)
            found.append(Total(pot.line.title, pot.agreed, before, after, max(after - pot.agreed, ZERO)))
        return found

    def _choose_category(self, one: Proposal) -> None:
        before = one.entry.category
        one.fields["category"] = found = self.categories.get(before.key) if before else None
        if before and not found:
            one.notes.append(
                f"Die Maßnahmenart „{before}“ gibt es im {self.vintage.title} nicht; bitte wählen Sie eine andere."
            )

    def _choose_groups(self, one: Proposal) -> None:
        """A target group that is gone cannot be named any more."""
        named = one.entry.target_groups
        one.fields["target_groups"] = [key for key in named if key in self.groups]
        if gone := [key for key in named if key not in self.groups]:
            one.notes.append(f"Diese Zielgruppen gibt es nicht mehr: {', '.join(gone)}.")

    def _take_money(self, one: Proposal, years: int) -> None:
        """All that a line pays for the project, or nothing of it; what is not taken is said."""
        if one.entry.amounts_unknown:
            one.notes.append(NO_AMOUNTS)
        wanted: dict[str, dict[int, Decimal]] = {}
        titles = {}
        for share in one.entry.shares.all():
            titles[share.line.key] = share.line.title
            wanted.setdefault(share.line.key, {})[share.cash_year + years] = share.amount
        for key, amounts in wanted.items():
            one.notes += self._take_line(one, key, titles[key], amounts)

    def _take_line(self, one: Proposal, key: str, title: str, amounts: dict[int, Decimal]) -> list[str]:
        total = sum(amounts.values(), ZERO)
        pot = self.pots.get(key)
        if pot is None:
            return [
                f"{title}: Im {self.vintage.title} ist dafür kein Ansatz vereinbart; {_euro(total)} kommen nicht mit."
            ]
        if other := sorted(set(amounts) - set(self.vintage.cash_years)):
            return [
                f"{title}: {other[0]} ist kein Kassenjahr des {self.vintage.title}; {_euro(total)} kommen nicht mit."
            ]
        if total > self.left[key]:
            left = max(self.left[key], ZERO)
            return [f"{title}: Frei sind noch {_euro(left)}; {_euro(total)} passen nicht und kommen nicht mit."]
        self.left[key] -= total
        one.shares |= {(pot.line.pk, year): amount for year, amount in amounts.items() if amount}
        return []


def _move_days(one: Proposal, years: int) -> None:
    start, end = (clock.years_later(day, years) for day in (one.entry.starts_on, one.entry.ends_on))
    if start and end and end <= start:  # a term from 28 to 29 February
        one.notes.append(SAME_DAY)
        end = None
    one.fields["starts_on"], one.fields["ends_on"] = start, end


def _euro(amount: Decimal) -> str:
    return f"{format_euro(amount)}{NBSP}€"
