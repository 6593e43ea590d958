"""`manage.py daily`: what is due every day, for cron."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from aqb import daily


class Command(BaseCommand):
    help = (
        "Run what is due every day: warn of and close unused accounts, remind of deadlines, clear ended sessions, jobs "
        "and notices, anonymise, chain the history. "
        "One that fails does not stop the others; exits with 1 if any did. Harmless to run twice."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        failed = []
        for result in daily.run_due(daily.DUTIES):
            if result.failed:
                failed.append(result.duty.title)
                self.stderr.write(f"{result.duty.title}: {result.text}.")
            elif verbosity:
                self.stdout.write(f"{result.duty.title}: {result.text}.")
        if failed:
            raise CommandError(f"Nicht alles ist gelungen: {', '.join(failed)}.")
