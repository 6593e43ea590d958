"""Drafts are kept, closed and forgotten here, nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.forms import BaseForm
from django.http import QueryDict
from django.utils import timezone

from aqb import clock
from aqb.accounts.session import typed
from aqb.models import Draft
from aqb.models.draft import MOST
from aqb.once import FIELD as ONCE
from aqb.screens import NBSP

WINDOW, AFTER, ANYWAY, SAME = "entwurf", "entwurf_nach", "entwurf_trotzdem", "entwurf_gleich"
CONTROLS = (WINDOW, AFTER, ANYWAY, SAME, ONCE, "then")  # what the page sends for itself, not for its form
MOST_DRAFTS = 200  # of one person
LATE = timedelta(days=1)  # so long a closed draft stands in the way of what comes late from its window


@dataclass(frozen=True)
class Place:
    """What the form of a page is about, as `place_of` says it.

    `title` names it in lists; `about` and `within` as in Draft; `part` tells two new things of one page apart. `form`
    makes the unbound form (the page that throws a draft away compares it with what is stored); `answer` makes what a
    saved draft changes on the page, such as sums: HTML whose elements have the ids of those that they replace.
    """

    title: str
    about: str = ""
    within: str = ""
    part: str = ""
    form: Callable[[], BaseForm] | None = None
    answer: Callable[[], str] | None = None


class NotKept(Exception):
    """What was typed is not kept: `why` is too_long, too_many, elsewhere or closed; its text the German sentence."""

    def __init__(self, why: str, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


def written(sent: QueryDict) -> QueryDict:
    """The fields of the form as they were typed."""
    fields = typed.without_secrets(sent)
    for control in CONTROLS:
        fields.pop(control, None)
    return fields


@transaction.atomic
def keep(
    person: Any, page: str, place: Place, sent: QueryDict, *, anyway: bool = False, at: datetime | None = None
) -> Draft:
    """Keep what was sent as the person's draft of this page; `at` is when it was sent.

    Raises NotKept when it is too long, when the person has too many, when another window has gone on with it meanwhile,
    or when the form of this very window was sent or thrown away. The last two count not for `anyway`, the form itself.
    """
    fields = written(sent).urlencode()
    if len(fields) > MOST:
        raise NotKept(
            "too_long", f"Für einen Entwurf ist das zu umfangreich (mehr als {MOST // 1000}.000{NBSP}Zeichen)."
        )
    at = at or clock.now()
    stated = {
        "title": place.title.replace("\0", "")[:200], "about": place.about, "within": place.within, "fields": fields,
        "window": sent.get(WINDOW, "").replace("\0", "")[:40], "saved_at": at,
    }  # fmt: skip
    rows = Draft.objects.select_for_update()
    draft, made = rows.get_or_create(
        person=person, page=page[:300], part=place.part, defaults={**stated, "begun_at": at}
    )
    if made:
        if Draft.objects.open().filter(person=person).count() > MOST_DRAFTS:
            raise NotKept("too_many", f"Sie haben mehr als {MOST_DRAFTS}{NBSP}Entwürfe. Bitte verwerfen Sie alte.")
        return draft
    if not anyway:
        _refuse_other_window(draft, sent, fields)
    if draft.closed_at:
        stated |= {"closed_at": None, "led_to": "", "begun_at": at}
    for name, value in stated.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(stated))
    return draft


def _refuse_other_window(draft: Draft, sent: QueryDict, fields: str) -> None:
    own = {sent.get(WINDOW, ""), sent.get(AFTER, "")}
    if draft.closed_at and draft.window == sent.get(WINDOW, ""):
        raise NotKept("closed", "Dieses Formular ist schon abgesendet, oder sein Entwurf wurde verworfen.")
    if draft.closed_at is None and draft.window not in own and draft.fields != fields:
        at = timezone.localtime(draft.saved_at)
        raise NotKept(
            "elsewhere",
            f"In einem anderen Fenster haben Sie hier um {at:%H:%M}{NBSP}Uhr weitergeschrieben. "
            "Was in diesem Fenster steht, ist nicht gespeichert.",
        )


def close(person: Any, page: str, part: str = "", *, led_to: str = "") -> None:
    """The form went through, or its draft is thrown away: nothing of the content is left."""
    rows = Draft.objects.open().filter(person=person, page=page, part=part)
    rows.update(fields="", closed_at=clock.now(), led_to=led_to[:300])


def close_all(person: Any, page: str) -> None:
    """Whatever the person has typed on this page is thrown away."""
    Draft.objects.open().filter(person=person, page=page).update(fields="", closed_at=clock.now())


def forget() -> int:
    """Delete what is older than the term, and what is closed; for the daily job. Their number."""
    now = clock.now()
    old = Q(saved_at__lt=now - timedelta(days=settings.DRAFT_DAYS)) | Q(closed_at__lt=now - LATE)
    return int(Draft.objects.filter(old).delete()[0])


def forget_person(person: Any) -> None:
    """Delete everything that a person has typed and not sent."""
    Draft.objects.filter(person=person).delete()
