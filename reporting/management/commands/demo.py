"""Build the demo and name its accounts."""

from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agreements.models import Agreement, BudgetYear
from aqb import archive, chain
from aqb.access import Refused, Role
from reporting import demo
from reporting.demo import people


class Command(BaseCommand):
    help = "Legt Demodaten an und nennt die Zugänge; ein zweiter Lauf nennt nur die Zugänge."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Im Produktivbetrieb (AQB_MODE=production) werden keine Demodaten angelegt.")
        if people.exist():
            self.stdout.write("Die Demodaten sind schon da.")
        else:
            self._build()
        self._name_accounts()

    def _build(self) -> None:
        if Agreement.objects.exists() or BudgetYear.objects.exists():
            raise CommandError(
                "In dieser Datenbank stehen schon Budgetjahrgänge oder Zielvereinbarungen, die keine Demodaten sind. "
                "Demodaten kommen nur in eine Datenbank ohne solche."
            )
        start = monotonic()
        try:
            demo.build(say=lambda line: self.stdout.write(f"  {line}"))
        except Refused as refused:
            raise CommandError(f"Die Demodaten passen nicht zum Bestand: {' '.join(refused.reasons)}") from refused
        archive.check()
        chain.extend(settle=timedelta(0))  # nobody works yet
        self.stdout.write(f"Demodaten angelegt in {monotonic() - start:.0f} Sekunden.")

    def _name_accounts(self) -> None:
        self.stdout.write(f"\nZugänge der Demo, Kennwort für alle: {people.PASSWORD}\n")
        for person in people.SHOWN:
            role = Role(person.role).label
            place = f" ({person.district})" if person.district else ""
            self.stdout.write(f"  {person.email:<42} {person.name:<22} {role}{place}")
        self.stdout.write(
            f"Jede andere Gebietskörperschaft hat eine Leitung, zum Beispiel {people.email_of_lead('06440')} "
            "(Gemeindeschlüssel zwischen „leitung.“ und „@“)."
        )
