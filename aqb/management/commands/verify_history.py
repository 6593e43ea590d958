"""`manage.py verify_history`: is the history still what was recorded?"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils.formats import localize

from aqb import chain
from aqb.templatetags.aqb import count, figure

TELL_EVERY = 2.0  # seconds between two lines about the progress


class Command(BaseCommand):
    help = (
        "Recompute the chain over the history and compare every row with its last recorded change. Names the first "
        "broken link and the rows concerned. Exits with 1 if there is anything. Changes nothing; people may go on working."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against", type=Path, metavar="FILE",
            help="compare also with links exported earlier, so that a chain that was recomputed shows",
        )  # fmt: skip

    def handle(self, *args: Any, against: Path | None, verbosity: int, **options: Any) -> None:
        began = time.monotonic()
        report = chain.Report(tell=self._tell)
        chain.verify(report, against=self._links(against), progress=self._progress(verbosity, began))
        self._rest(report)
        seconds = localize(round(time.monotonic() - began, 1))
        summary = (
            f"{count(report.links, 'Kettenglied,Kettenglieder')} mit {count(report.rows, 'Eintrag,Einträgen')} geprüft "
            f"({seconds} s); {count(report.unlinked, 'Eintrag ist,Einträge sind')} noch nicht verkettet."
        )
        if not report.is_clean:
            first = f" Das erste Kettenglied, das nicht hält, ist {report.first_broken}." if report.broken else ""
            raise CommandError(f"Der Verlauf ist nicht unversehrt.{first} {summary}")
        if verbosity:
            self.stdout.write(f"Der Verlauf ist unversehrt. {summary}")

    def _tell(self, finding: chain.Finding) -> None:
        place = f"{finding.link:>5}" if finding.link is not None else "     "
        self.stdout.write(f"{place}  {chain.KINDS[finding.kind]:<12} {finding.text}")

    def _rest(self, report: chain.Report) -> None:
        for kind, number in report.counts.items():
            if number > chain.NAMED:
                self.stdout.write(f"       {chain.KINDS[kind]:<12} … und {number - chain.NAMED} weitere")

    def _links(self, file: Path | None) -> Iterator[chain.ExportedLink]:
        if file is None:
            return
        try:
            yield from chain.read(file)
        except OSError as error:
            raise CommandError(f"{file} lässt sich nicht lesen: {error.strerror}.") from error
        except chain.Unreadable as error:
            raise CommandError(f"{file}: {error}") from error

    def _progress(self, verbosity: int, began: float) -> Any:
        """A line every few seconds, so that nobody takes a long run for a stuck one."""
        told = [began]

        def progress(done: int, total: int) -> None:
            if verbosity and time.monotonic() - told[0] > TELL_EVERY:
                told[0] = time.monotonic()
                self.stdout.write(f"… {figure(done)} von {figure(total)} Kettengliedern geprüft")

        return progress
