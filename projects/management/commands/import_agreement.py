"""Take over an old contract from a plain text file."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aqb.access import Refused
from aqb.models import District
from projects.takeover import Taken, take_over


def year(text: str) -> int:
    """A vintage."""
    if not text.isascii() or not text.isdigit() or not 2000 <= int(text) <= 2100:
        raise ArgumentTypeError(f"„{text}“ ist kein Jahrgang; möglich sind 2000 bis 2100.")
    return int(text)


class Command(BaseCommand):
    help = "Übernimmt eine unterzeichnete Zielvereinbarung aus einer Textdatei, mit Vertragstext und Originaltext."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="Vertrag als reiner Text")
        parser.add_argument("--year", type=year, required=True, help="Budgetjahrgang, zum Beispiel 2023")
        parser.add_argument("--district", required=True, help="Gemeindeschlüssel, zum Beispiel 06438")
        parser.add_argument("--dry-run", action="store_true", help="nur prüfen und berichten, nichts ändern")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(ags=options["district"]).first()
        if district is None:
            known = "" if District.objects.exists() else " Bitte laden Sie zuerst „manage.py load_reference“."
            raise CommandError(
                f"Eine Gebietskörperschaft mit dem Gemeindeschlüssel „{options['district']}“ gibt es nicht.{known}"
            )
        dry_run = options["dry_run"]
        try:
            taken = take_over(
                original=content(options["file"]), year=options["year"], district=district, by=None, dry_run=dry_run
            )
        except Refused as refused:
            raise CommandError(f"{' '.join(refused.reasons)} Es wurde nichts geändert.") from refused
        self._report(taken, dry_run=dry_run)

    def _report(self, taken: Taken, *, dry_run: bool) -> None:
        parts = (
            ("Gefunden:", taken.found),
            ("Repariert:", taken.mended),
            ("Nicht zugeordnet:", taken.unplaced or ["nichts."]),
            ("Anzulegen:" if dry_run else "Angelegt:", taken.made),
        )
        for title, sentences in parts:
            if sentences:
                self.stdout.write(title)
            for sentence in sentences:
                self.stdout.write(f"  {sentence}")
        if taken.version:
            self.stdout.write(f"Übernommen als {taken.version.document_number}, unterzeichnet.")
        else:
            self.stdout.write("Probelauf: Es wurde nichts geändert.")


def content(file: Path) -> bytes:
    """The bytes of the file. Refuses what cannot be read."""
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise Refused(f"Die Datei „{file}“ gibt es nicht.") from error
    except IsADirectoryError as error:
        raise Refused(f"„{file}“ ist ein Ordner, keine Datei.") from error
    except OSError as error:
        raise Refused(f"Die Datei „{file}“ lässt sich nicht lesen.") from error
