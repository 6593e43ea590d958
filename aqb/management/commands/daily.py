"""`manage.py daily`: what is due every day, for cron."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from aqb import jobs


class Command(BaseCommand):
    help = (
        "Run what is due every day: close unused accounts, clear ended sessions, anonymise, chain the history. "
        "A job that fails does not stop the others; exits with 1 if any did. Harmless to run twice."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        failed = []
        for result in jobs.run_due(jobs.JOBS):
            if result.failed:
                failed.append(result.job.title)
                self.stderr.write(f"{result.job.title}: {result.text}.")
            elif verbosity:
                self.stdout.write(f"{result.job.title}: {result.text}.")
        if failed:
            raise CommandError(f"Nicht alles ist gelungen: {', '.join(failed)}.")
