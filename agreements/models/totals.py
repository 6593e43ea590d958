"""Reads of agreements: what is current, what is in force, and every sum, each in exactly one place.

Projects hang below; their amounts are reached through the reverse relations `version.entries` and `line.shares`.
"""

from typing import Any

from django.db.models import Case, DecimalField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from aqb.access import VisibleTo
from aqb.money import ZERO

SIGNED = ("signed", "published")
EURO = DecimalField(max_digits=14, decimal_places=2)


def _sum(rows: QuerySet[Any], group: str, amount: str = "amount") -> Any:
    """Sum of `amount` over `rows` (already tied to the outer row), 0.00 where there are none."""
    totals = rows.order_by().values(group).annotate(total=Sum(amount)).values("total")
    return Coalesce(Subquery(totals, output_field=EURO), ZERO, output_field=EURO)


def counting_first(path: str = "") -> tuple[Any, str]:
    """The order in which the version of an agreement that counts comes before its others; `path` leads to the version."""
    return Case(When(Q((f"{path}status__in", SIGNED)), then=0), default=1), f"-{path}number"


class AgreementSet(VisibleTo):
    """Agreements; `with_current()` first where a list shows states and money."""

    def with_current(self) -> Any:
        """Adds `current_id`: the newest version, whatever its state."""
        versions = self.model.versions.rel.related_model.objects.filter(agreement=OuterRef("pk"))
        return self.annotate(current_id=Subquery(versions.order_by("-number").values("pk")[:1], IntegerField()))


class VersionSet(VisibleTo):
    district_path = "agreement__district"

    def current(self) -> Any:
        """The newest version of each agreement."""
        newer = self.model.objects.filter(agreement=OuterRef("agreement"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def in_force(self) -> Any:
        """The newest signed version of each agreement; what is withdrawn or terminated is not in force."""
        signed = Q(status__in=SIGNED)
        newer = self.model.objects.filter(signed, agreement=OuterRef("agreement"), number__gt=OuterRef("number"))
        return self.filter(signed).filter(~Exists(newer))

    def counting(self) -> Any:
        """The version of each agreement that counts: the one in force, else the newest."""
        versions = self.model.objects.filter(agreement=OuterRef("agreement"))
        return self.filter(pk=Subquery(versions.order_by(*counting_first()).values("pk")[:1]))

    def untouched(self) -> Any:
        """Drafts that nobody has worked on since they were opened: their lines follow the allocations."""
        return self.filter(status="draft", prepared_at__isnull=True, returned_at__isnull=True, entries__isnull=True)

    def with_totals(self, line: Any = None) -> Any:
        """Adds `allocated`, `agreed`, `entered` and `remaining` (agreed minus entered) in euro; of one line where named."""
        from agreements.models import AgreementLine, Allocation

        allocations = Allocation.objects.filter(
            line__budget_year=OuterRef("agreement__budget_year"), district=OuterRef("agreement__district")
        )
        lines = AgreementLine.objects.filter(version=OuterRef("pk"))
        entries = self.model.entries.rel.related_model.objects.filter(version=OuterRef("pk"))
        if line is not None:
            allocations, lines = allocations.filter(line=line), lines.filter(line=line)
            entries = entries.filter(shares__line=line)
        return self.annotate(
            allocated=_sum(allocations, "district"),
            agreed=_sum(lines, "version"),
            entered=_sum(entries, "version", "shares__amount"),
        ).annotate(remaining=F("agreed") - F("entered"))


class LineSet(VisibleTo):
    """Agreed amounts by budget line."""

    district_path = "version__agreement__district"

    def with_totals(self) -> Any:
        """Adds `allocated`, `entered`, `remaining` (amount minus entered) and `difference` (amount minus allocated)."""
        from agreements.models import Allocation, BudgetLine

        related: Any = BudgetLine._meta.get_field("shares")
        shares = related.related_model.objects
        allocations = Allocation.objects.filter(
            line=OuterRef("line"), district=OuterRef("version__agreement__district")
        )
        entered = shares.filter(line=OuterRef("line"), entry__version=OuterRef("version"))
        return self.annotate(
            allocated=_sum(allocations, "line"),
            entered=_sum(entered, "line"),
        ).annotate(remaining=F("amount") - F("entered"), difference=F("amount") - F("allocated"))
