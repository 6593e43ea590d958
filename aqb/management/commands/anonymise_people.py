"""`manage.py anonymise_people`: who has been gone for longer than the term becomes a number."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from aqb import anonymise
from aqb.models import User
from aqb.screens import german_date


class Command(BaseCommand):
    help = (
        "Take name, address, office, phone and logins out of accounts that are closed for longer than the term "
        "(AQB_ANONYMISE_AFTER_YEARS), and out of their history. What they did stays. Cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list whom it would concern; change nothing")

    def handle(self, *args: Any, dry_run: bool, verbosity: int, **options: Any) -> None:
        years = settings.ANONYMISE_AFTER_YEARS
        if not years:
            self.stdout.write("Die Frist ist abgeschaltet (AQB_ANONYMISE_AFTER_YEARS=0): Niemand wird anonymisiert.")
        elif dry_run:
            people = list(anonymise.due())
            for person in people:
                self.stdout.write(f"{_line(person)}  {person.name}, {person.email}")
            self.stdout.write(
                f"{_people(len(people))} seit mehr als {years} Jahren stillgelegt. Nichts wurde geändert."
            )
        else:
            number = anonymise.run(tell=lambda person: self.stdout.write(_line(person)) if verbosity else None)
            if verbosity:
                self.stdout.write(f"{_people(number)} anonymisiert.")


def _line(person: User) -> str:
    """Number of the account and when it was closed; who it was is nobody's business afterwards."""
    return f"Konto {person.pk:<6} stillgelegt am {german_date(person.deactivated_at) if person.deactivated_at else '?'}"


def _people(number: int) -> str:
    return "1 Konto" if number == 1 else f"{number} Konten"
