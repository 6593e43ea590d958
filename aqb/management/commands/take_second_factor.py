"""`manage.py take_second_factor ADDRESS`: for the operator who has lost the own factor and has no colleague to ask."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aqb.access import Refused
from aqb.accounts.factor import second_factor
from aqb.models import User


class Command(BaseCommand):
    help = "Take all second factors and recovery codes from an account and end its sessions; the person hears of it by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="e-mail address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError("Mit dieser E-Mail-Adresse gibt es kein Konto.")
        try:
            second_factor.remove(person)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person} hat jetzt keinen zweiten Faktor mehr und wurde überall abgemeldet.")
