"""Whether what people are told by mail also leaves, for the page /betrieb/."""

from datetime import timedelta

from django.db.models import Count, Max, Min, Q

from aqb import clock
from aqb.models import Mail
from aqb.screens import NBSP, german_date

type State = tuple[str, str, tuple[tuple[str, str], ...]]

LATE = timedelta(minutes=30)  # a sender looks every minute at the latest
REMEMBERED = timedelta(days=30)


def state() -> State:
    """State, sentence and facts, see `aqb.health.Part`."""
    waiting = Q(state=Mail.State.WAITING)
    recent = Q(created_at__gt=clock.now() - REMEMBERED)
    found = Mail.objects.aggregate(
        number=Count("pk", filter=waiting),
        retried=Count("pk", filter=waiting & Q(attempts__gt=0)),
        given_up=Count("pk", filter=recent & Q(state=Mail.State.GIVEN_UP)),
        last=Max("ended_at", filter=Q(state=Mail.State.SENT)),
        untried_since=Min("next_try_at", filter=waiting & Q(attempts=0)),
    )
    number, retried, given_up, last = found["number"], found["retried"], found["given_up"], found["last"]
    facts = (
        ("Zuletzt gesendet", f"am {german_date(last)}" if last else "noch keine"),
        ("Wartend", f"{number}, davon {retried} nach einem Fehlversuch" if retried else str(number)),
        (f"Aufgegeben in 30{NBSP}Tagen", str(given_up)),
    )
    since = found["untried_since"]
    if since is not None and clock.now() - since > LATE:
        text = "E-Mails warten, aber niemand versendet sie: Es fehlt ein Worker oder »manage.py send_notices«."
        return "bad", text, facts
    if given_up:
        return "notice", "Der Mailserver hat E-Mails auch beim letzten Versuch nicht angenommen.", facts
    if retried:
        return "notice", "Der Mailserver hat E-Mails nicht angenommen; sie werden noch einmal versucht.", facts
    return "good", "Was Menschen mitzuteilen ist, geht hinaus.", facts
