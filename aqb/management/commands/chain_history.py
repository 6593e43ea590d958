"""`manage.py chain_history`: the history since the last link goes into a new link of the chain."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from aqb import chain
from aqb.chain.link import SETTLE
from aqb.templatetags.aqb import count


class Command(BaseCommand):
    help = (
        "Hash everything recorded since the last link of the chain into a new link, and write all links to a file if "
        "asked. Waits for changes that are being made at this moment; people may go on working."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--export", type=Path, metavar="FILE",
            help="write all links to this file afterwards, for »verify_history --against«",
        )  # fmt: skip
        parser.add_argument(
            "--settle", type=int, default=int(SETTLE.total_seconds()), metavar="SECONDS",
            help="how long a request may say more about its changes (default: %(default)s)",
        )  # fmt: skip

    def handle(self, *args: Any, export: Path | None, settle: int, verbosity: int, **options: Any) -> None:
        try:
            links = chain.extend(settle=timedelta(seconds=settle))
        except chain.Busy as busy:
            raise CommandError(str(busy)) from busy
        if verbosity:
            for link in links:
                self.stdout.write(
                    f"Kettenglied {link.number}: {count(link.rows, 'Eintrag,Einträge')}, Prüfwert {link.digest}"
                )
        if export:
            self._export(export, verbosity)

    def _export(self, file: Path, verbosity: int) -> None:
        try:
            number = chain.export(file)
        except OSError as error:
            raise CommandError(f"{file} lässt sich nicht schreiben: {error.strerror}.") from error
        except (chain.Diverged, chain.Unreadable) as error:
            raise CommandError(f"{file}: {error}") from error
        if verbosity:
            self.stdout.write(f"{count(number, 'Kettenglied steht,Kettenglieder stehen')} jetzt in {file}.")
