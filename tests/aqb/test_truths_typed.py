"""What PostgreSQL refuses about what is typed and sent: drafts, and forms that have come through."""

from datetime import timedelta
from typing import Any

import pytest

from aqb import clock
from aqb.models import Draft, SentForm
from aqb.models.draft import MOST
from tests import factories as make
from tests.truths import refused, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("draft_not_too_long", {"fields": "x" * (MOST + 1)}),
        ("draft_closed_is_empty", {"closed_at": clock.now()}),
        ("draft_moments_in_order", {"saved_at": clock.now() - timedelta(days=400)}),
        ("draft_unique", {"page": "/eins/"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_draft_is_refused(name: str, wrong: dict[str, Any]) -> None:
    person = make.user()
    make.draft(person, "/eins/")
    row = make.draft(person, "/zwei/")
    with refused(name):
        Draft.objects.filter(pk=row.pk).update(**wrong)
    with refused(name):
        write(row, **wrong)
    write(row, fields="x" * MOST)  # the most that fits


def test_form_comes_through_once() -> None:
    SentForm.objects.create(key="1" * 64, sent_at=clock.now())
    with refused("sentform_once", "schon angekommen"):
        SentForm.objects.create(key="1" * 64, sent_at=clock.now())
