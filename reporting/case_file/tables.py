"""What the database says about an agreement, as tables: one for each model, one column for each field.

A field that is added to a model comes by itself; a new model that hangs on an agreement is asked for by a test.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from agreements.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Allocation,
    Document,
    Download,
    Evidence,
    RegionalStrategy,
    Remark,
    RemarkReply,
    Signatory,
    Signature,
    StatusChange,
    SteeringDialogue,
    Submission,
)
from aqb.exports import Cell
from projects.models import FundingShare, ProjectEntry, TargetGroup

type Row = Any

# How a row that another one points to is named; by default as everywhere in the application.
NAMES: dict[str, tuple[tuple[str, ...], Callable[[Row], Cell]]] = {
    "version": ((), lambda one: one.number),
    "base": ((), lambda one: one.number),
    "entry": (("version",), lambda one: f"{one.title} (Fassung {one.version.number})"),
    "project": ((), lambda one: str(one.uid)),
    "line": ((), lambda one: one.title),
    "wording": (("budget_year",), str),
    "document": ((), lambda one: one.pk),
    "evidence": ((), lambda one: one.pk),
    "remark": ((), lambda one: one.pk),
    "batch": ((), lambda one: f"{one.name} (SHA-256 {one.sha256})"),
}


@dataclass(frozen=True)
class Table:
    """A table of the case file: where its rows are, and what else stands beside their fields."""

    name: str
    title: str
    model: type[models.Model]
    path: str  # from the model to the agreement
    more: tuple[tuple[str, Callable[[Row], Cell]], ...] = ()
    rows: Callable[[Any], Any] = field(default=lambda rows: rows)

    @property
    def file_name(self) -> str:
        return f"{self.name}.csv"

    def fields(self) -> list[Any]:
        """Every column but the agreement itself, data for machines and places in the store."""
        machine = (models.JSONField, models.FileField)
        return [
            one for one in self.model._meta.concrete_fields if one.name != "agreement" and not isinstance(one, machine)
        ]

    def columns(self) -> list[str]:
        names = ["Schlüssel" if one.primary_key else str(one.verbose_name) for one in self.fields()]
        return [*(name[:1].upper() + name[1:] for name in names), *(name for name, _ in self.more)]

    def cells(self, agreement: Agreement) -> Iterator[Sequence[Cell]]:
        """The rows that belong to the agreement, in the order in which they came to be; one query for any number."""
        fields = self.fields()
        related = [one.name for one in fields if one.many_to_one or one.one_to_one]
        related += [f"{name}__{part}" for name in related for part in NAMES.get(name, ((), str))[0]]
        rows = self.rows(self.model._default_manager.filter(**_belongs(self.path, agreement))).order_by("pk")
        groups = _target_groups()
        for row in rows.select_related(*related) if related else rows:
            yield [*(_value(row, one, groups) for one in fields), *(value(row) for _, value in self.more)]


def _belongs(path: str, agreement: Agreement) -> dict[str, Any]:
    """The condition that ties a model to the agreement; some rows belong to its district or its vintage."""
    if path == "district":
        return {"district": agreement.district}
    if path == "allocation":
        return {"district": agreement.district, "line__budget_year": agreement.budget_year}
    return {path: agreement}


def _target_groups() -> dict[str, str]:
    return dict(TargetGroup.objects.values_list("key", "title"))


def _value(row: Row, one: Any, groups: dict[str, str]) -> Cell:
    if one.many_to_one or one.one_to_one:
        related = getattr(row, one.name)
        return None if related is None else NAMES.get(one.name, ((), str))[1](related)
    value = getattr(row, one.attname)
    if isinstance(one, ArrayField):
        return ", ".join(groups.get(part, part) for part in value)
    if one.choices:
        return str(getattr(row, f"get_{one.name}_display")())
    return str(value) if isinstance(one, models.UUIDField) and value is not None else value


def tables(files: dict[int, str]) -> Iterable[Table]:
    """Every table, in the order of the read-me; `files` says where in the case file a document lies."""
    return (
        Table("fassungen", "die Fassungen mit Stand, Schritten und Beteiligten", AgreementVersion, "agreement"),
        Table("ansaetze", "vereinbarte Beträge je Budgetlinie", AgreementLine, "version__agreement"),
        Table("zuweisungen", "geplante Beträge der Gebietskörperschaft im Jahrgang", Allocation, "allocation"),
        Table(
            "projekte", "die Projekte, wie jede Fassung sie nennt", ProjectEntry, "version__agreement",
            (("Betrag", lambda row: None if row.amounts_unknown else row.amount),), lambda rows: rows.with_amount(),
        ),
        Table(
            "finanzierung", "Beträge der Projekte je Budgetlinie und Kassenjahr", FundingShare,
            "entry__version__agreement",
        ),
        Table("unterzeichnende", "wer unterzeichnen soll", Signatory, "version__agreement"),
        Table("unterschriften", "wer unterzeichnet hat, mit Beleg", Signature, "version__agreement"),
        Table("statuswechsel", "jeder Schritt einer Fassung", StatusChange, "version__agreement"),
        Table("anmerkungen", "Anmerkungen des Ministeriums", Remark, "version__agreement"),
        Table("anmerkungen-beitraege", "Antworten und weitere Fragen", RemarkReply, "remark__version__agreement"),
        Table(
            "einreichungen", "wann was eingereicht wurde", Submission, "version__agreement",
            (("Projekte", lambda row: len(row.content["projects"])),),
        ),
        Table(
            "dokumente", "alle Dokumente mit Prüfsumme und Ort in dieser Akte", Document, "agreement",
            (("Datei in dieser Akte", lambda row: files.get(row.pk, "fehlt")),),
        ),
        Table("belege", "Belege der Unterzeichnung", Evidence, "document__agreement"),
        Table("abrufe", "wer welches Dokument abgerufen hat", Download, "document__agreement"),
        Table("strategien", "Ausbildungs- und Arbeitsmarktstrategien der Gebietskörperschaft", RegionalStrategy, "district"),
        Table("zielsteuerungsdialoge", "Zielsteuerungsdialoge", SteeringDialogue, "agreement"),
    )  # fmt: skip
