"""What workers do with tables of projects: long ones are checked and taken over behind a page with progress."""

from aqb import work
from aqb.access import Refused
from aqb.models import Job, User
from aqb.templatetags.aqb import count
from aqb.work import Advance
from projects.models import TableImport
from projects.table import keeping, taking

CHECK, TAKE = "projects.check_table", "projects.take_table"


@work.whole(CHECK)
def check_table(job: Job, by: User, advance: Advance) -> str:
    """What would happen to each row of a table that was read."""
    kept = keeping.check_table(kept=_table(job, by), by=by, advance=advance)
    rows = count(len(kept.rows or []), "Zeile,Zeilen")
    return f"{rows} geprüft. Gespeichert ist noch nichts; bitte sehen Sie sich das Ergebnis an."


@work.whole(TAKE)
def take_table(job: Job, by: User, advance: Advance) -> str:
    """All projects of a table, or none; what has changed meanwhile is checked anew for the person to see."""
    kept = _table(job, by)
    try:
        return taking.take_table(kept=kept, by=by, advance=advance).sentence
    except taking.Stale as stale:
        keeping.check_table(kept=kept, by=by)
        return " ".join(stale.reasons)


def _table(job: Job, by: User) -> TableImport:
    found: TableImport | None = TableImport.objects.of(by).filter(pk=int(job.key)).first()
    if found is None:
        raise Refused(keeping.GONE)
    return found
