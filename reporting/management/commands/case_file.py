"""`manage.py case_file JAHR AGS`: everything about one agreement in one archive."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from agreements.models import Agreement
from aqb.access import Refused
from aqb.models import User
from aqb.templatetags.aqb import file_size
from reporting.case_file.packing import Packed, pack


class Command(BaseCommand):
    help = (
        "Write the case file of an agreement: a zip file with a bag (RFC 8493) of all documents, data and the whole "
        "history. Exits with 1 if the store does not have a document any more; the file is written nevertheless."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, metavar="JAHR", help="budget year, such as 2026")
        parser.add_argument("ags", metavar="AGS", help="official key of the district, such as 06438")
        parser.add_argument("--out", type=Path, help="the zip file; default: fallakte-JAHR-AGS.zip in this folder")
        parser.add_argument(
            "--by",
            metavar="E-MAIL",
            help="for whom it is made: the log of downloads names this person (ministry, auditor)",
        )

    def handle(self, *args: Any, year: int, ags: str, out: Path | None, by: str | None, **options: Any) -> None:
        agreement = Agreement.objects.filter(budget_year__year=year, district__ags=ags).first()
        if agreement is None:
            raise CommandError(f"Eine Zielvereinbarung {year} mit dem Gemeindeschlüssel „{ags}“ gibt es nicht.")
        out = out or Path(f"fallakte-{year}-{ags}.zip")
        try:
            packed = _written(agreement, _person(by), out)
        except Refused as refused:
            raise CommandError(" ".join(refused.reasons)) from refused
        except FileExistsError as error:
            raise CommandError(f"„{out}“ gibt es schon; eine Fallakte wird nie überschrieben.") from error
        except OSError as error:
            raise CommandError(f"„{out}“ lässt sich nicht schreiben ({error.strerror}).") from error
        self.stdout.write(f"{packed.documents} Dokumente in {out} ({file_size(out.stat().st_size)})")
        if by is None:
            self.stderr.write("Ohne --by steht im Abrufprotokoll nicht, wer die Dokumente bekommen hat.")
        if packed.lacking:
            reasons = " ".join(f"{one.document.title}: {one.why}" for one in packed.lacking)
            raise CommandError(f"Die Fallakte ist unvollständig. {reasons}")


def _person(address: str | None) -> User | None:
    if address is None:
        return None
    if person := User.objects.filter(email__iexact=address).first():
        return person
    raise CommandError(f"Ein Konto mit der E-Mail-Adresse „{address}“ gibt es nicht.")


def _written(agreement: Agreement, by: User | None, out: Path) -> Packed:
    """Write the file as a whole or not at all, readable for its owner only. Raises OSError, FileExistsError."""
    with out.open("xb") as target:
        try:
            out.chmod(0o600)
            return pack(agreement=agreement, by=by, target=target)
        except BaseException:
            out.unlink()
            raise
