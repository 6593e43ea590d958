"""Reads of project entries: their sums, and what they lack; each defined here and nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Func, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from agreements.models import AgreementVersion
from agreements.models.totals import counting_first
from aqb.access import VisibleTo
from aqb.money import ZERO
from projects.models import facets
from projects.models.provider import TargetGroup

# What a complete entry has: field -> (condition under which it is missing, the task for the district).
REQUIRED: dict[str, tuple[Q, str]] = {
    "title": (Q(title=""), "Titel angeben"),
    "category": (Q(category__isnull=True), "Maßnahmenart wählen"),
    "implementation": (Q(implementation=""), "angeben, wer das Projekt durchführt"),
    "provider": (Q(provider__isnull=True), "Träger wählen"),
    "description": (Q(description=""), "Kurzbeschreibung ergänzen"),
    "starts_on": (Q(starts_on__isnull=True), "Beginn der Laufzeit angeben"),
    "ends_on": (Q(ends_on__isnull=True), "Ende der Laufzeit angeben"),
    "target_groups": (
        Q(target_groups__len=0) & Q(category__has_participants=True),
        "mindestens eine Zielgruppe wählen",
    ),
    "legal_circles": (
        Q(legal_circles__len=0) & Q(category__has_participants=True),
        "mindestens einen Rechtskreis wählen",
    ),
    "shares": (Q(amount=0), "mindestens einen Betrag eintragen"),
}


def _names() -> "ArrayField[Any, Any]":
    return ArrayField(models.TextField())


class EntrySet(VisibleTo):
    """Project entries; the sum of an entry and what it lacks are defined here and nowhere else."""

    district_path = "version__agreement__district"

    def _shares(self) -> Any:
        return self.model.shares.rel.related_model.objects

    def with_amount(self) -> Any:
        """Adds `amount`: the sum of the entry's shares in euro."""
        shares = self._shares().filter(entry=models.OuterRef("pk")).order_by().values("entry")
        return self.annotate(
            amount=Coalesce(models.Subquery(shares.annotate(total=Sum("amount")).values("total")), ZERO)
        )

    def with_missing(self) -> Any:
        """Adds `amount` and `missing`: the names of the fields that a complete entry needs and this one lacks."""
        lacks = [
            Case(When(condition, then=Value(field)), output_field=models.TextField())
            for field, (condition, _) in REQUIRED.items()
        ]
        array = Func(*lacks, function="ARRAY", template="%(function)s[%(expressions)s]", output_field=_names())
        missing = Func(
            array, Value(None, output_field=models.TextField()), function="array_remove", output_field=_names()
        )
        old = Value([], output_field=_names())
        return self.with_amount().annotate(missing=Case(When(amounts_unknown=True, then=old), default=missing))

    def with_origin(self) -> Any:
        """Adds `origin_year`, the vintage of the project that an entry's project continues, and `origin_id`.

        That is the entry of the version that counts there; both are None where nothing is continued.
        """
        origins = self.model.objects.filter(project=models.OuterRef("project__continued_from"))
        return self.annotate(
            origin_id=models.Subquery(origins.order_by(*counting_first("version__")).values("pk")[:1]),
            origin_year=models.F("project__continued_from__agreement__budget_year__year"),
        )

    def incomplete(self) -> Any:
        return self.with_missing().filter(missing__len__gt=0)

    def complete(self) -> Any:
        return self.with_missing().filter(missing__len=0)

    def _with_lines(self) -> Any:
        return models.Prefetch("shares", self._shares().select_related("line"))

    def stated(self, entries: Sequence[Any]) -> list[dict[str, Any]]:
        """Everything that `entries`, read with category, provider and project, state, as JSON (`projects.models.facets`)."""
        models.prefetch_related_objects(entries, self._with_lines())
        groups = dict(TargetGroup.objects.values_list("key", "title"))
        return [facets.stated(entry, groups) for entry in entries]

    def changed_since(self, before: Mapping[str, Any], entries: Sequence[Any]) -> dict[str, list[str]]:
        """What `entries`, which a page has read already, say otherwise than `before`: titles of fields by the project's `uid`.

        `before` holds stated projects by `uid`; a project that was not there then has no titles.
        """
        models.prefetch_related_objects(entries, self._with_lines())
        found = {}
        for now in (facets.stated(entry, {}) for entry in entries):
            old = before.get(now["uid"])
            titles = list(facets.differing(old, now).values()) if old else []
            if titles or old is None:
                found[now["uid"]] = titles
        return found

    def total(self) -> Decimal:
        """Sum of all shares of these entries."""
        return (
            self._shares().filter(entry__in=self.values("pk")).aggregate(total=Coalesce(Sum("amount"), ZERO))["total"]
        )

    def copy_to(self, version: AgreementVersion, *, by: Any, at: datetime) -> None:
        """The same projects as another version of the same agreement states them, with all their shares."""
        for entry in self.prefetch_related("shares"):
            shares = list(entry.shares.all())
            entry.pk, entry._state.adding = None, True
            entry.version, entry.changed_by, entry.changed_at = version, by, at
            entry.save()
            self._shares().bulk_create(
                self._shares().model(entry=entry, line_id=share.line_id, cash_year=share.cash_year, amount=share.amount)
                for share in shares
            )
