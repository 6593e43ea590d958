"""Work that goes on after the page has answered, done by workers (`manage.py work`) from a queue in the database.

    @work.kind("issue")                                  # in `tasks.py` of an app
    def issue(key: str, by: User, job: Job) -> str:      # each row in a transaction of its own
        ...
        return "Ausgefertigt als ZV-2027-06435-0."       # or raise Refused

    @work.whole("import")                                # one piece, one transaction
    def take_in(job: Job, by: User, advance: Advance) -> str:
        advance(200, 2000)                               # seen at once, although nothing is committed yet
        ...

    job = work.start(kind="issue", title="4 Zielvereinbarungen ausfertigen", rows=[(key, label, url), …], by=user, back=here)
    return redirect(job)                                 # the page with the progress

Whoever starts a job asks for a fresh login where the verb demands one; in the worker nobody sits at a screen. The
action itself asks `aqb.access` again when the row runs. A row whose worker dies is taken up again (`aqb/work/survivors.py`).
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.http import url_has_allowed_host_and_scheme

from aqb import clock
from aqb.access import Refused
from aqb.models import Job, JobRow, User
from aqb.work import kinds, tasks
from aqb.work.kinds import Advance, kind, whole

__all__ = ["Advance", "kind", "start", "whole"]

# Key of what is to be done (once per job), what it is called, and the address of its page ("" for none).
type Row = tuple[str, str, str]


def start(*, kind: str, title: str, rows: Iterable[Row], by: User, back: str = "", once: str = "") -> Job:
    """Have workers do `kind` to every row, or to the only row where the kind is one piece; answers the job.

    Everything is written in the caller's transaction, the queue as well: nothing is lost with this process, and nothing
    begins that is taken back. `back` is the address of the page it came from. The same `once` by the same person answers
    the job that is already there: a form posted twice starts nothing twice. Refuses: no row. Raises KeyError for a kind
    that nobody has registered, ValueError for several rows of one piece.
    """
    wanted = list(rows)
    if not wanted:
        raise Refused("Es ist nichts ausgewählt. Bitte wählen Sie mindestens eine Zeile aus.")
    is_whole = kinds.find(kind).is_whole
    if is_whole and len(wanted) > 1:
        raise ValueError(f"»{kind}« is done in one piece and has one row")
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, title=title, is_whole=is_whole, created_by=by, created_at=clock.now(), total=len(wanted),
                back=back if url_has_allowed_host_and_scheme(back, None) else "", once=once,
            )  # fmt: skip
            JobRow.objects.bulk_create(
                JobRow(job=job, position=position, key=key, label=label, url=url)
                for position, (key, label, url) in enumerate(wanted, start=1)
            )
            tasks.begin.enqueue(job.pk)
    except IntegrityError:
        if once and (started := Job.objects.filter(created_by=by, once=once).first()):
            return started
        raise
    return job
