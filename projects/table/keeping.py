"""A table that was read waits for its person: what would happen is computed and kept, nothing else."""

from typing import Any

from django.db import transaction

from agreements import unlocking
from agreements.models import AgreementVersion
from aqb import clock
from aqb.access import Refused, require
from aqb.models import User
from aqb.tables import Record
from aqb.tables.kept import as_json, from_json
from projects.locks import changeable, refuse_locked
from projects.models import TableImport
from projects.table.known import Known, known
from projects.table.plan import Advance, Plan, Taking, allowed, plan, silent

GONE = "Diese Tabelle ist schon übernommen oder verworfen. Bitte lesen Sie sie neu ein, wenn Sie sie noch brauchen."


@transaction.atomic
def keep_table(*, version: AgreementVersion, records: list[Record], name: str, sheet: str, by: User) -> TableImport:
    """Keep the rows of a table that was read; what the person has read before for this version is forgotten.

    Refuses: a status or person that may not change projects; a table without a row below its heading.
    """
    version = changeable(version, by)
    if not records:
        raise Refused("Unter den Überschriften steht keine Zeile. Es gibt nichts einzulesen.")
    TableImport.objects.filter(version=version, created_by=by).delete()
    TableImport.objects.expired().delete()  # whosever: nobody sees them any more
    return TableImport.objects.create(
        version=version, created_by=by, created_at=clock.now(), file_name=name[:200], sheet=sheet[:31],
        records=as_json(records),
    )  # fmt: skip


@transaction.atomic
def check_table(*, kept: TableImport, by: User, advance: Advance = silent) -> TableImport:
    """Compute what would happen to each row as things stand now. Refuses a table that is gone."""
    kept = of_person(kept, by)
    found = planned(kept, known(kept.version), by, advance)
    kept.rows, kept.totals = found.rows(), found.totals()
    kept.save(update_fields=["rows", "totals"])
    return kept


@transaction.atomic
def discard_table(*, kept: TableImport, by: User) -> None:
    """Forget a table that was read. Refuses one that is gone."""
    of_person(kept, by).delete()


def planned(kept: TableImport, state: Known, by: User, advance: Advance = silent) -> Plan:
    """What would happen now if this person took the table over, what is locked since a return left out."""
    version = state.version

    def locked(taking: Taking) -> str:
        try:
            stated = taking.wish.stated
            refuse_locked(version, stated.entry if stated else None, taking.fields, taking.by_line, by)
        except Refused as refused:
            return " ".join(refused.reasons)
        return ""

    records = from_json(kept.records)
    free = unlocking.for_person(version, by) is None
    return plan(records, state, kept.seed, allowed if free else locked, advance)


def of_person(kept: TableImport, by: User) -> Any:
    """The table as it is kept, locked; refuses one that is gone or belongs to somebody else, who may not know of it."""
    rows = TableImport.objects.of(by).select_related("version__agreement__district", "version__agreement__budget_year")
    found = rows.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if found is None:
        raise Refused(GONE)
    require(by, "project.keep", found.version.agreement.district)
    return found
