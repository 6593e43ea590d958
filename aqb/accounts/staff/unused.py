"""Accounts that nobody uses: their people are warned by mail, once, and closed some days later if they still do not come.

Counted from the last login, from the making of the account, or from the day it was opened again, whichever is last. The
operator who signed in last stays, so that somebody can still open the others.
"""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.template.loader import render_to_string
from django.urls import reverse

from aqb import clock
from aqb.circumstances import because
from aqb.models import Mail, User
from aqb.notices import outbox
from aqb.screens import german_date

REASON = "seit {} Tagen nicht angemeldet"
OFF = "abgeschaltet (AQB_UNUSED_DAYS ist 0)"
WARNING = 14  # days between the mail and the closing; half of the period where that is shorter


def warn() -> str:
    """Write to those whose accounts are to be closed in two weeks; says in German how many. Each is warned once."""
    if not settings.UNUSED_DAYS:
        return OFF
    known = set(Mail.objects.filter(key__startswith="unused:").values_list("key", flat=True))
    found = [person for person in _unused_since(_term() - _warning()) if _key(person) not in known]
    for person in found:
        _write(person)
    return f"{len(found)} Personen gewarnt"


@transaction.atomic
def close() -> str:
    """Close accounts that nobody has signed in to for the period of the setting; says in German how many.

    Nobody's before the warning is as old as it should be: where the daily job has not run for a while, it comes first.
    """
    if not settings.UNUSED_DAYS:
        return OFF
    warned = Mail.objects.filter(key__startswith="unused:", created_at__lte=clock.now() - _warning())
    keys = set(warned.values_list("key", flat=True))
    due = [person.pk for person in _unused_since(_term()) if _key(person) in keys]
    because(REASON.format(settings.UNUSED_DAYS))
    for person in User.objects.select_for_update(no_key=True).filter(pk__in=due).order_by("pk"):
        person.is_active = False
        person.save(update_fields=["is_active"])
    return f"{len(due)} Konten stillgelegt"


def _term() -> timedelta:
    return timedelta(days=settings.UNUSED_DAYS)


def _warning() -> timedelta:
    return timedelta(days=min(WARNING, settings.UNUSED_DAYS // 2))


def _unused_since(period: timedelta) -> list[Any]:
    """Open accounts whose last use is longer ago than that, with `last_use`; never the last operator."""
    found = _with_last_use(User.objects.filter(is_active=True)).filter(last_use__lt=clock.now() - period)
    return list(found.exclude(pk=_last_operator()).order_by("pk"))


def _key(person: Any) -> str:
    """Whoever signs in after the warning and stays away again is warned again."""
    return f"unused:{person.pk}:{person.last_use:%Y-%m-%d}"


def _write(person: Any) -> None:
    closed_at: datetime = max(person.last_use + _term(), clock.now() + _warning())
    context = {"day": german_date(closed_at), "link": f"{settings.BASE_URL}{reverse('account_login')}"}
    body = render_to_string("people/mail/unused.txt", context)
    outbox.write(person, subject="AQB: Ihr Konto wird bald stillgelegt", body=body, key=_key(person))


def _last_operator() -> int | None:
    """The operator who is to stay when all of them are unused: the one who signed in last."""
    operators = User.objects.filter(is_active=True, is_superuser=True)
    newest = operators.order_by(F("last_login").desc(nulls_last=True), "-joined_at", "pk").first()
    return newest.pk if newest else None


def _with_last_use(people: QuerySet[User]) -> QuerySet[Any]:
    """Adds `last_use`: the last login, the making of the account, or its being opened again."""
    events = apps.get_model("aqb", "UserEvent").objects
    closed = events.filter(pgh_obj=OuterRef("pgh_obj"), is_active=False).order_by("-pgh_id").values("pgh_id")[:1]
    after = events.filter(pgh_obj=OuterRef("pk"), is_active=True, pgh_id__gt=Subquery(closed)).order_by("pgh_id")
    opened = Subquery(after.values("pgh_created_at")[:1])
    return people.annotate(
        last_use=Greatest("joined_at", Coalesce("last_login", "joined_at"), Coalesce(opened, "joined_at"))
    )
