"""What the projects of a version may name: only what belongs to its district and its vintage."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agreements.models import Agreement, AgreementVersion, BudgetLine, MeasureCategory
from aqb.access import Refused
from projects.amounts import Shares
from projects.models import TargetGroup


@dataclass(frozen=True)
class Belonging:
    """Read once, however many projects are asked about. Categories and lines by their id, target groups by their key."""

    agreement: Agreement
    categories: frozenset[int]
    groups: frozenset[str]
    lines: frozenset[int]

    def refuse_foreign(self, fields: Mapping[str, Any], shares: Shares) -> None:
        """Refuse whatever a form names that does not belong to this agreement and its vintage."""
        vintage = self.agreement.budget_year
        provider, category = fields.get("provider"), fields.get("category")
        if provider is not None and provider.district_id != self.agreement.district_id:
            raise Refused("Der Träger gehört zu einer anderen Gebietskörperschaft.")
        if category is not None and category.pk not in self.categories:
            raise Refused(f"Die Maßnahmenart „{category}“ gibt es im {vintage.title} nicht.")
        if set(fields.get("target_groups", ())) - self.groups:
            raise Refused("Bitte wählen Sie nur die angebotenen Zielgruppen.")
        if {line for line, _ in shares} - self.lines:
            raise Refused("Die Budgetlinie gehört zu einem anderen Jahrgang.")
        if other := sorted({year for _, year in shares} - set(vintage.cash_years)):
            raise Refused(f"Das Jahr {other[0]} ist kein Kassenjahr dieses Jahrgangs.")


def of(version: AgreementVersion) -> Belonging:
    """What the projects of this version may name now."""
    vintage = version.agreement.budget_year
    return Belonging(
        version.agreement,
        frozenset(MeasureCategory.objects.valid_in(vintage.year).values_list("pk", flat=True)),
        frozenset(TargetGroup.objects.values_list("key", flat=True)),
        frozenset(BudgetLine.objects.filter(budget_year=vintage).values_list("pk", flat=True)),
    )
