"""`manage.py send_notices`: what waits in the outbox leaves, for cron every minute."""

from typing import Any

from django.core.management import BaseCommand

from aqb.notices import sending


class Command(BaseCommand):
    help = (
        "Write the digests that are due (working days from 07:00) and send every mail that is due. Harmless to run twice "
        "or side by side. A mail server that does not answer is no failure: what waits is tried again later."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        done = sending.run()
        if verbosity > 1 or (verbosity and not done.was_idle):
            self.stdout.write(
                f"{done.digests} Sammelmails geschrieben, {done.sent} E-Mails gesendet, {done.failed} nicht gesendet."
            )
