"""`manage.py verify FILE`: the public check at the shell."""

import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from aqb.access import Refused
from reporting.check.examination import Examination, examine


class Command(BaseCommand):
    help = (
        "Say whether a PDF is a document of this application, unchanged, and still in force. "
        "Exit code 0: exactly a document that we vouch for, whether or not it still holds (read the verdict); "
        "1: changed, unknown, evidence that nobody has confirmed, or not readable."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF to check; it is only read")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} lässt sich nicht lesen: {error.strerror}.") from error
        try:
            found = examine(content, everything=True)
        except Refused as error:
            raise CommandError(" ".join(error.reasons)) from error
        self.print(found)
        if not found.genuine:
            sys.exit(1)

    def print(self, found: Examination) -> None:
        """Title, explanation, places and facts; names in one column."""
        self.stdout.write(f"{found.verdict.title}\n\n{found.verdict.text}")
        for place in found.places:
            self.stdout.write(f"  • {place}")
        self.stdout.write("")
        width = max((len(fact.name) for fact in found.facts), default=0)
        for fact in found.facts:
            for number, line in enumerate(fact.lines):
                name = "" if number else f"{fact.name}:"
                self.stdout.write(f"{name:<{width + 1}} {line}")
