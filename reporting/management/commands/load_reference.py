"""Load districts, ministries, kinds of measure and target groups."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aqb.access import Refused
from reporting import reference


class Command(BaseCommand):
    help = "Lädt Gebietskörperschaften, Ressorts, Maßnahmenarten und Zielgruppen; ein zweiter Lauf ändert nichts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--update",
            action="store_true",
            help="auch Zeilen, die inzwischen geändert wurden, auf den Stand der Dateien bringen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = reference.load(update=options["update"])
        except Refused as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        for table in loaded:
            self.stdout.write(table.sentence())
        if any(table.different for table in loaded):
            self.stdout.write("Abweichendes bleibt, wie es ist; mit --update gilt wieder der Stand der Dateien.")
