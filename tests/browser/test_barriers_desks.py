"""No page has barriers for anybody: every page of the table of addresses x everybody who gets another one there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from aqb import clock
from tests.access import World
from tests.agreements.actors import NOW
from tests.browser.shown import readable
from tests.browser.walk import barriers, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def test_no_page_of_the_ministry_and_the_operator_has_barriers(chromium: Chromium) -> None:
    found = barriers(chromium, readable(World(), ("ministry_lead", "ministry", "operator")), least=70)
    assert not found, told(found)


def test_no_page_of_districts_readers_and_visitors_has_barriers(chromium: Chromium) -> None:
    actors = (
        "own district_lead", "own district", "foreign district_lead", "foreign district", "auditor", "grant_office", "anonymous",
    )  # fmt: skip
    found = barriers(chromium, readable(World(), actors), least=70)
    assert not found, told(found)
