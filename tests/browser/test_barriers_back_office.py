"""No page of the back office has barriers: every table x every page x who enters, with rows, without, and with errors."""

import pytest
from playwright.sync_api import Browser as Chromium

from aqb.access import Role
from tests import factories as make
from tests.back_office import world
from tests.browser.shown import back_office
from tests.browser.walk import barriers, told

pytestmark = pytest.mark.django_db


def test_no_page_of_the_back_office_has_barriers(chromium: Chromium) -> None:
    world()
    people = {"ministry_lead": make.person(Role.MINISTRY_LEAD), "operator": make.operator()}
    found = barriers(chromium, back_office(people), least=80)
    assert not found, told(found)
