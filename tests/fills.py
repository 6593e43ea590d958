"""Rows in numbers, for the pages of `test_pages.py` that need more than one kind of them."""

from aqb import clock
from aqb.access import Role
from aqb.models import District, PageText
from tests import factories as make
from tests.factories import START


def told(number: int) -> None:
    """That many notices of one person who has as many drafts to work on."""
    place = District.objects.first() or make.district()
    person = make.person(Role.DISTRICT, place)
    for _ in range(number):
        version = make.version(make.agreement(make.budget_year(), place))
        make.entry(version, ends_on=None, amount="10.00")
        make.notice(person, actor=make.user())


def barriers(number: int) -> None:
    """That many reports with and without an answer."""
    by = make.person(Role.MINISTRY)
    for at in range(number):
        answered = {"answered_at": clock.now(), "answered_by": by, "answer": "Behoben."} if at % 2 else {}
        make.barrier(reported_at=START, **answered)
    if not PageText.objects.exists():
        make.page_text()
