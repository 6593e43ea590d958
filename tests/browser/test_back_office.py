"""The back office in a real browser: nothing that the content security policy has to stop."""

import pytest
from playwright.sync_api import Browser as Chromium
from pytest_django.live_server_helper import LiveServer

from agreements.models import AgreementVersion, Allocation, BudgetYear, Remark
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.back_office import address, world
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


def pages() -> list[str]:
    """A list with sums, one with actions, a form with rows, one that is read-only, an empty one, a history."""
    draft, issued = AgreementVersion.objects.get(status="draft"), AgreementVersion.objects.get(status="issued")
    return [
        "/verwaltung/", address(Allocation, "changelist"), address(Remark, "changelist"), address(draft, "change"),
        address(issued, "change"), address(issued, "history"), address(BudgetYear, "add"),
        address(ProjectEntry, "add"), address(User, "changelist"),
    ]  # fmt: skip


def test_policy_stops_nothing_of_ours(chromium: Chromium, live_server: LiveServer) -> None:
    world()
    context = chromium.new_context(locale="de-DE")
    browser = Browser(context.new_page(), live_server.url)
    browser.login(make.user("ministry_lead"))
    for page in pages():
        browser.open(page).wait_for_load_state("networkidle")
    assert not browser.errors
    context.close()
