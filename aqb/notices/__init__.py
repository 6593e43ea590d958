"""Telling people something: in the application, and by mail as each of them wishes. Called inside actions.

What is told here stands or falls with the step that it is about: both are rows of the same transaction. Who is told
what is decided by whoever calls; `agreements/news.py` does for the life of an agreement.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from aqb import clock
from aqb.access import SEES_ALL
from aqb.models import District, Mail, Notice, Subscription, User
from aqb.notices import outbox

DEADLINE = "deadline"  # the kind of notices that also go to who wants nothing but deadlines
MAILS_AFTER = timedelta(days=90)  # long enough to ask whether one has left
Mails = Subscription.Mails


def tell(
    people: Iterable[User], *, kind: str, title: str, text: str = "", url: str = "", mail: str = "",
    by: User | None = None, about: str = "", district: District | None = None, key: str = "",
) -> list[Notice]:  # fmt: skip
    """Tell these people; answers the notices that were made.

    `title` says what happened, `text` what helps to judge it, `url` (a path of ours) leads to the place. `mail` replaces
    the title in mails, where it holds an amount. `by` is who did it: named beside the notice, and never told. `about`
    names the thing ("version:17"): an unread notice of the same kind about it is replaced. With `key` a person is told
    once only. `district` is whose business it is: only who sees that district is told, and reads it later.
    Nobody with a closed account is told.
    """
    readers = {person.pk: person for person in people if person != by and _may_read(person, district)}
    if key:
        for pk in Notice.objects.filter(recipient__in=readers, key=key).values_list("recipient", flat=True):
            del readers[pk]
    if not readers:
        return []
    if about:
        Notice.objects.unread().filter(recipient__in=readers, kind=kind, about=about).delete()
    wishes = dict(Subscription.objects.filter(person__in=readers).values_list("person", "mails"))
    told = Notice.objects.bulk_create(
        Notice(
            recipient=person, kind=kind, about=about, key=key, title=title, text=shortened(text), mail_title=mail,
            url=url, actor=by, district=district, created_at=clock.now(),
            awaits_digest=wishes.get(pk, Mails.DAILY) == Mails.DAILY,
        )
        for pk, person in readers.items()
    )  # fmt: skip
    outbox.write_about([one for one in told if _at_once(one, wishes)])
    return told


def _may_read(person: User, district: District | None) -> bool:
    """The same as `visible_to` answers for rows of the district, without asking the database."""
    own = district is None or person.role in SEES_ALL or person.district_id == district.pk
    return own and person.is_active


def _at_once(notice: Notice, wishes: dict[int, str]) -> bool:
    wish = wishes.get(notice.recipient_id, Mails.DAILY)
    return wish == Mails.AT_ONCE or (wish == Mails.DEADLINES and notice.kind == DEADLINE)


def shortened(text: str, longest: int = 300) -> str:
    """The text in one line, cut at a word with "…" where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 2].rsplit(' ', 1)[0]} …"


def settled(*about: str) -> None:
    """What was told about these things is old: everybody's unread notices about them count as read."""
    Notice.objects.unread().filter(about__in=about).update(read_at=clock.now(), awaits_digest=False)


def read(notices: Any) -> int:
    """Note that the person has read these notices; answers how many were unread."""
    return int(notices.unread().update(read_at=clock.now(), awaits_digest=False))


def forget() -> tuple[int, int]:
    """Delete notices after the term of the setting and ended mails after MAILS_AFTER; answers how many of each."""
    told = Notice.objects.filter(created_at__lt=clock.now() - timedelta(days=settings.NOTICE_DAYS))
    mails = Mail.objects.exclude(state=Mail.State.WAITING).filter(created_at__lt=clock.now() - MAILS_AFTER)
    numbers = told.count(), mails.count()
    told.delete()
    mails.delete()
    return numbers


def forget_person(person: User) -> None:
    """Nothing remains of what the person was told and wished. What others were told names them by reference only."""
    person.notices.all().delete()
    person.mails.all().delete()
    Subscription.objects.filter(person=person).delete()


def number_unread() -> Any:
    """For a query of people: how many unread notices each has."""
    found = Notice.objects.readable().unread().filter(recipient=OuterRef("pk")).order_by().values("recipient")
    return Coalesce(Subquery(found.annotate(number=Count("pk")).values("number")), 0)
