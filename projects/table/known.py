"""What a version states and offers, as a table is compared with it: read once, in a handful of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from agreements.models import AgreementVersion, BudgetLine, MeasureCategory
from aqb.exports import Cell
from aqb.money import ZERO
from projects.amounts import Pot, pots
from projects.models import LEGAL_CIRCLES, ProjectEntry, TargetGroup
from projects.table.columns import ALL, OF_PROJECT
from projects.table.offered import Offered

type Key = tuple[str, int]  # budget line (its id as text) and cash year


@dataclass(frozen=True)
class Stated:
    """A project as the version states it: its fields as keys (categories and providers by their id), and its money."""

    entry: ProjectEntry
    fields: dict[str, Any]
    shares: dict[Key, Decimal]

    @property
    def uid(self) -> str:
        return str(self.entry.project.uid)

    @property
    def changed(self) -> tuple[datetime, str]:
        """When it was last saved, and by whom."""
        return self.entry.changed_at, self.entry.changed_by.name if self.entry.changed_by else "Eine andere Person"


@dataclass(frozen=True)
class Known:
    """All that a table can be about."""

    version: AgreementVersion
    stated: dict[str, Stated]
    pots: dict[str, Pot]
    providers: Offered
    lines: Offered
    categories: Offered
    implementations: Offered
    groups: Offered
    circles: Offered

    @property
    def cash_years(self) -> range:
        return self.version.agreement.budget_year.cash_years

    def offered(self, key: str) -> Offered | None:
        """What the column of this key offers, where it offers something."""
        return {
            "provider": self.providers, "line": self.lines, "category": self.categories,
            "implementation": self.implementations, "target_groups": self.groups, "legal_circles": self.circles,
        }.get(key)  # fmt: skip

    def cell(self, key: str, value: Any) -> Cell:
        """A field of a project as it stands in its cell."""
        offered = self.offered(key)
        if offered is None:
            return value
        if isinstance(value, list):
            return offered.joined(value)
        return offered.text(value) if value else None

    def rows(self) -> Iterator[list[Cell]]:
        """The projects of the version as rows of the table, one for each amount; one without money has one row."""
        for project in self.stated.values():
            facts = {key: self.cell(key, project.fields[key]) for key in OF_PROJECT} | {"uid": project.uid}
            shares: list[tuple[Key, Decimal | None]] = [*sorted(project.shares.items(), key=self._order)]
            for (line, year), amount in shares or [(("", 0), None)]:
                money = {"line": self.lines.text(line) or None, "cash_year": year or None, "amount": amount}
                yield [{**facts, **money}[about.key] for about in ALL]

    def _order(self, share: tuple[Key, Decimal]) -> tuple[int, int]:
        (line, year), _ = share
        return list(self.pots).index(line) if line in self.pots else len(self.pots), year


def known(version: AgreementVersion) -> Known:
    """What the version states now."""
    agreement = version.agreement
    vintage = agreement.budget_year
    entries = version.entries.select_related("project", "category", "provider", "changed_by").prefetch_related("shares")
    stated = [_stated(entry) for entry in entries.order_by("category__position", "position", "pk")]
    categories = [(str(one.pk), one.title) for one in MeasureCategory.objects.valid_in(vintage.year)]
    still = [(str(one.entry.category_id), one.entry.category.title) for one in stated if one.entry.category]
    groups = list(TargetGroup.objects.all())
    lines = BudgetLine.objects.filter(budget_year=vintage)
    return Known(
        version=version,
        stated={one.uid: one for one in stated},
        pots={str(pot.line.pk): pot for pot in pots(version)},
        providers=Offered((str(one.pk), one.name) for one in agreement.district.providers.all()),
        lines=Offered((str(one.pk), one.title) for one in lines),
        categories=Offered(categories, still),
        implementations=Offered(ProjectEntry.Implementation.choices),
        groups=Offered(
            ((one.key, one.title) for one in groups if one.is_active),
            [*((one.key, one.title) for one in groups), *((key, key) for one in stated for key in one.fields["target_groups"])],
        ),
        circles=Offered((circle, circle) for circle in LEGAL_CIRCLES),
    )  # fmt: skip


def _stated(entry: ProjectEntry) -> Stated:
    fields = {key: getattr(entry, key) for key in OF_PROJECT}
    fields |= {"provider": str(entry.provider_id or ""), "category": str(entry.category_id or "")}
    fields |= {"target_groups": list(entry.target_groups), "legal_circles": list(entry.legal_circles)}
    shares = {(str(share.line_id), share.cash_year): share.amount for share in entry.shares.all()}
    return Stated(entry, fields, shares)


def agreed(known: Known) -> Decimal:
    """What the version may spend in all lines together."""
    return sum((pot.agreed for pot in known.pots.values()), ZERO)
