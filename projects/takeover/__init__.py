"""Taking over an old contract from its plain text: by command, and from what people paste in the back office."""

from dataclasses import dataclass, field

from django.db import transaction

from agreements.filling import Unprintable
from agreements.models import AgreementVersion, MeasureCategory
from aqb import paper
from aqb.access import Refused, require
from aqb.models import District, Ministry, User
from aqb.money import format_euro
from aqb.refusals import database_refusals
from projects.takeover import storing
from projects.takeover.contract import Contract, read


@dataclass
class Taken:
    """What taking over found, made, mended and could not place; German sentences."""

    found: list[str]
    made: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    version: AgreementVersion | None = None


def take_over(*, original: bytes, year: int, district: District, by: User | None, dry_run: bool = False) -> Taken:
    """Create the agreement of a contract that is already signed, with everything that it needs.

    `by` is None only for the command. Amounts per project stay unknown. With `dry_run` nothing is stored, neither rows
    nor files. Refuses whatever `read` refuses, everything stored that contradicts the contract, and a text that would
    not come out as it went in.
    """
    if by is not None:
        require(by, "version.issue", district)
    _require_reference(year, district)
    contract = read(original, year=year, district=district)
    if reasons := storing.contradictions(contract):
        raise Refused(*reasons)
    taken = Taken(_found(contract), mended=list(contract.repairs), unplaced=list(contract.doubts))
    try:
        with database_refusals(), transaction.atomic():
            vintage = storing.plan(contract, taken.made)
            texts = storing.wording(contract, vintage, by, taken.made)
            version = storing.draft(contract, vintage, texts, by)
            taken.made.append(
                f"Zielvereinbarung mit {_counted(contract.projects, dative=True)}, Beträge je Projekt nicht bekannt."
            )
            if dry_run:
                transaction.set_rollback(True)
            else:
                taken.version = storing.conclude(contract, version, original, by)
    except Unprintable as error:
        raise Refused(*error.reasons) from error
    except paper.PaperError as error:
        raise Refused(str(error)) from error
    return taken


def _require_reference(year: int, district: District) -> None:
    if not Ministry.objects.exists() or not MeasureCategory.objects.exists():
        raise Refused("Es fehlen Stammdaten. Bitte laden Sie sie zuerst mit „manage.py load_reference“.")
    if not District.objects.valid_in(year).filter(pk=district.pk).exists():
        raise Refused(f"{district} ist im Jahr {year} nicht gültig.")


def _found(contract: Contract) -> list[str]:
    return [
        f"Beteiligte: {contract.ministry.name} und {contract.district}.",
        f"Betrag: {format_euro(contract.amount)} €.",
        *(
            f"{kind.category.title}: {_counted(len(kind.projects))} ({', '.join(kind.projects)})."
            for kind in contract.kinds
        ),
        *(
            f"Unterschrift: {one.name}, {one.office}, {one.place}, {one.day:%d.%m.%Y} (geschrieben „{one.written}“)."
            for one in contract.signing.people
        ),
    ]


def _counted(count: int, *, dative: bool = False) -> str:
    if count == 1:
        return "1 Projekt"
    return f"{count} Projekten" if dative else f"{count} Projekte"
