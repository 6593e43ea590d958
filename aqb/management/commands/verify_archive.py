"""`manage.py verify_archive`: the whole store against the database, for a person or for cron."""

from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.formats import localize

from aqb import archive
from aqb.templatetags.aqb import figure

KINDS = {"missing": "fehlt", "changed": "verändert", "orphaned": "herrenlos", "recent": "noch ohne Eintrag"}


class Command(BaseCommand):
    help = (
        "Read every stored file, compare it with the database, list missing, changed and orphaned files, and keep the "
        "result for the health page. Exits with 1 if there are any. Changes nothing; people may go on working."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        minutes = int(archive.SETTLED_AFTER.total_seconds() // 60)
        parser.add_argument(
            "--settled-after", type=int, default=minutes, metavar="MINUTES",
            help=f"a file without a row counts as orphaned once it is this old (default: {minutes})",
        )  # fmt: skip

    def handle(self, *args: Any, settled_after: int, verbosity: int, **options: Any) -> None:
        try:
            check = archive.check(settled_after=timedelta(minutes=settled_after), tell=self._tell(verbosity))
        except OSError as error:
            raise CommandError(f"Der Speicher für Dokumente ist nicht erreichbar ({error}).") from error
        seconds = (check.finished_at - check.started_at).total_seconds()
        summary = (
            f"{figure(check.files)} Dateien gelesen ({filesizeformat(check.bytes)} in {localize(round(seconds, 1))} s): "
            f"{check.missing} fehlen, {check.changed} verändert, {check.orphaned} herrenlos."
        )
        if not check.is_clean:
            raise CommandError(f"Das Archiv ist nicht in Ordnung. {summary}")
        if verbosity:
            self.stdout.write(f"Das Archiv ist in Ordnung. {summary}")

    def _tell(self, verbosity: int) -> Any:
        """Every finding as a line; what may still get its row is worth one only when somebody looks."""

        def tell(finding: archive.Finding) -> None:
            if verbosity or finding.kind != "recent":
                self.stdout.write(f"{KINDS[finding.kind]:<17} {finding.file}  {finding.text}")

        return tell
