"""Write the PDF of an agreement to a file: the same bytes that the browser gets."""

import errno
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements import documents
from agreements.actions import files
from agreements.filling import Unprintable
from agreements.models import AgreementVersion, BudgetYear, Document, Wording
from aqb import paper
from aqb.access import Refused
from aqb.models import District

WHY_NOT = {
    errno.ENOENT: "den Ordner gibt es nicht",
    errno.ENOTDIR: "den Ordner gibt es nicht",
    errno.EISDIR: "das ist ein Ordner",
    errno.EACCES: "die Berechtigung fehlt",
    errno.ENOSPC: "der Datenträger ist voll",
}


def whole_number(text: str) -> int:
    """An argument that counts: a year or a version."""
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise ArgumentTypeError(f"„{text}“ ist keine Zahl, die hier möglich ist.")
    return int(text)


class Command(BaseCommand):
    help = "Schreibt die Zielvereinbarung als PDF: die gespeicherte Reinschrift oder Ausfertigung, sonst die Vorschau."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=whole_number, required=True, help="Budgetjahrgang, zum Beispiel 2023")
        parser.add_argument("--district", required=True, help="Gemeindeschlüssel, zum Beispiel 06438")
        parser.add_argument("--version", type=whole_number, dest="number", help="Fassung; ohne Angabe die neueste")
        parser.add_argument("--preview", action="store_true", help="Vorschau, auch vor Eröffnung der Zielvereinbarung")
        parser.add_argument("--out", required=True, type=Path, help="Datei, in die geschrieben wird")

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        # Django's own --version would clash with the version of the agreement.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            district = district_of(options["district"], options["year"])
            content, what = self.content(district, options["year"], options["number"], preview=options["preview"])
        except (Refused, Unprintable) as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        except paper.PaperError as error:
            raise CommandError(str(error)) from error
        try:
            options["out"].write_bytes(content)
        except OSError as error:
            why = WHY_NOT.get(error.errno or 0, "das System lehnt es ab")
            raise CommandError(f"„{options['out']}“ lässt sich nicht schreiben: {why}.") from error
        self.stdout.write(f"{what}: {options['out']} ({len(content)} Byte)")

    @staticmethod
    def content(district: District, year: int, number: int | None, *, preview: bool) -> tuple[bytes, str]:
        """The PDF and what it is called."""
        version = version_of(district, year, number, required=not preview)
        if version and not preview and (document := stored(version)):
            return files.read(document), document.title
        snapshot = (
            documents.snapshot(version, state="draft") if version else documents.preview(wording_of(year), district)
        )
        return paper.render(snapshot), f"Vorschau {year} {district}"


def district_of(ags: str, year: int) -> District:
    """The district of that key, valid in the year. Refuses: no such vintage, no such district, not valid then."""
    if not BudgetYear.objects.filter(year=year).exists():
        raise Refused(f"Den Budgetjahrgang {year} gibt es nicht.")
    district = District.objects.filter(ags=ags).first()
    if district is None:
        raise Refused(f"Eine Gebietskörperschaft mit dem Gemeindeschlüssel „{ags}“ gibt es nicht.")
    if not District.objects.valid_in(year).filter(pk=district.pk).exists():
        since = f"ab {district.valid_from:%d.%m.%Y}" + (
            f" bis {district.valid_to:%d.%m.%Y}" if district.valid_to else ""
        )
        raise Refused(f"{district} ist im Jahr {year} nicht gültig, sondern {since}.")
    return district


def version_of(district: District, year: int, number: int | None, *, required: bool) -> AgreementVersion | None:
    """The version asked for, else the newest; None where the agreement is not opened and need not be."""
    versions = AgreementVersion.objects.filter(agreement__budget_year__year=year, agreement__district=district)
    versions = versions.select_related("agreement__district", "agreement__budget_year", "wording", "ministry")
    if number is not None:
        if version := versions.filter(number=number).first():
            return version
        raise Refused(f"Eine Fassung {number} der Zielvereinbarung {year} für {district.accusative} gibt es nicht.")
    version = versions.order_by("-number").first()
    if version is None and required:
        raise Refused(
            f"Die Zielvereinbarung {year} mit {district.dative} ist noch nicht eröffnet. "
            "Mit --preview entsteht eine Vorschau aus dem Vertragstext des Jahrgangs."
        )
    return version


def wording_of(year: int) -> Wording:
    """The vintage's released wording, else its draft. Refuses: no wording."""
    kind = Wording.Kind.AGREEMENT
    newest = Wording.objects.filter(budget_year__year=year, kind=kind).order_by("-number")
    if wording := Wording.objects.current(year, kind) or newest.first():
        return wording
    raise Refused(f"Für den AQB {year} gibt es noch keinen Vertragstext.")


def stored(version: AgreementVersion) -> Document | None:
    """The fair copy where all have signed, else the issued paper, else nothing."""
    for kind in (Document.Kind.SIGNED, Document.Kind.ISSUED):
        if document := version.documents.filter(kind=kind).first():
            return document
    return None
