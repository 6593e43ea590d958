"""Whether what people are told by mail also leaves, for the page /betrieb/."""

from datetime import timedelta

from aqb import clock
from aqb.models import Mail
from aqb.notices import outbox
from aqb.screens import NBSP, german_date

type State = tuple[str, str, tuple[tuple[str, str], ...]]

LATE = timedelta(minutes=30)  # a sender looks every minute at the latest
REMEMBERED = timedelta(days=30)


def state() -> State:
    """State, sentence and facts, see `aqb.health.Part`."""
    recent = Mail.objects.filter(created_at__gt=clock.now() - REMEMBERED)
    waiting = Mail.objects.filter(state=Mail.State.WAITING)
    number, retried = waiting.count(), waiting.filter(attempts__gt=0).count()
    given_up = recent.filter(state=Mail.State.GIVEN_UP).count()
    last = Mail.objects.filter(state=Mail.State.SENT).order_by("-ended_at").values_list("ended_at", flat=True).first()
    facts = (
        ("Zuletzt gesendet", f"am {german_date(last)}" if last else "noch keine"),
        ("Wartend", f"{number}, davon {retried} nach einem Fehlversuch" if retried else str(number)),
        (f"Aufgegeben in 30{NBSP}Tagen", str(given_up)),
    )
    since = outbox.waiting_since()
    if since is not None and clock.now() - since > LATE:
        text = "E-Mails warten, aber niemand versendet sie: Es fehlt ein Worker oder »manage.py send_notices«."
        return "bad", text, facts
    if given_up:
        return "notice", "Der Mailserver hat E-Mails auch beim letzten Versuch nicht angenommen.", facts
    if retried:
        return "notice", "Der Mailserver hat E-Mails nicht angenommen; sie werden noch einmal versucht.", facts
    return "good", "Was Menschen mitzuteilen ist, geht hinaus.", facts
