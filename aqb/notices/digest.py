"""One mail on working days at seven with everything unread since the last one, for who wants it so."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.template.loader import render_to_string

from aqb import clock
from aqb.models import Mail, Notice, User
from aqb.notices import outbox

HOUR = 7
SHOWN = 30
LOCK = 5_117_001  # one digest at a time, by whichever sender; an arbitrary number of PostgreSQL's advisory locks


def last_hour(now: datetime) -> datetime:
    """The last moment at which a digest was due: seven o'clock of today or of the last working day."""
    day = clock.day(now)
    while True:
        moment = clock.morning(day).replace(hour=HOUR)
        if day.weekday() < 5 and moment <= now:
            return moment
        day -= timedelta(days=1)


@transaction.atomic
def write_due() -> int:
    """Write the digests that are due; answers how many. What was read meanwhile is left out, and nothing comes twice.

    It needs no memory of the last run: what was told before seven o'clock and still waits, is due.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    waiting = Notice.objects.filter(awaits_digest=True, created_at__lt=last_hour(clock.now()))
    due = Notice.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))  # what is committed later waits
    by_person: dict[User, list[Notice]] = defaultdict(list)
    for notice in due.readable().unread().select_related("recipient").order_by("recipient", "-created_at", "-pk"):
        if notice.recipient.is_active:
            by_person[notice.recipient].append(notice)
    due.update(awaits_digest=False)
    for person, notices in by_person.items():
        mail = _write(person, notices)
        Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mail=mail)
    return len(by_person)


def _write(person: User, notices: list[Notice]) -> Mail:
    number = len(notices)
    shown = [(notice.said_by_mail, outbox.places(notice)["link"]) for notice in notices[:SHOWN]]
    context = {"number": number, "shown": shown, "more": number - len(shown), **outbox.places()}
    subject = f"AQB: {'1 neue Mitteilung' if number == 1 else f'{number} neue Mitteilungen'}"
    return outbox.write(person, subject=subject, body=render_to_string("notices/digest.txt", context))
