"""What people are told, and the mails about it."""

from typing import Any

from aqb import clock
from aqb.models import Mail, Notice, User
from tests import factories as make


def notice(recipient: User | None = None, **fields: Any) -> Notice:
    """An unread notice that leads to the overview: "Mitteilung 1", then numbered ones."""
    defaults = {"kind": "return", "title": f"Mitteilung {Notice.objects.count() + 1}", "url": "/"}
    recipient = recipient or make.user()
    return Notice.objects.create(recipient=recipient, **{"created_at": clock.now(), **defaults, **fields})


def mail(recipient: User | None = None, **fields: Any) -> Mail:
    """A mail that waits and is due now."""
    now = clock.now()
    waiting = fields.get("state", "waiting") == "waiting"
    moments = {"next_try_at": now if waiting else None, "ended_at": None if waiting else now}
    defaults = {"subject": "AQB: Mitteilung", "body": "Guten Tag,\n", "created_at": now, **moments}
    return Mail.objects.create(recipient=recipient or make.user(), **{**defaults, **fields})
