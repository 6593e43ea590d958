"""The wording editor of the ministry in a real browser: the preview follows what is typed."""

from typing import Any

import pytest

from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def version() -> Any:
    """A submitted version with a remark, beside a draft wording of its vintage."""
    make.ministry()
    row = make.version(status="submitted", entries=2)
    make.remark(row, project_title="Projekt 1", field="places")
    make.wording(row.agreement.budget_year, released=False)
    return row


def test_preview_follows_what_is_typed(browser: Browser, version: Any) -> None:
    draft = version.agreement.budget_year.wordings.get(status="draft")
    section = draft.sections.get(key="Mittel")
    browser.login(make.user(Role.MINISTRY))
    page = browser.open(f"/vertragstexte/{draft.pk}/abschnitt/{section.pk}/")
    page.fill("#id_text", "Das ist neu ")
    page.get_by_role("button", name="{im Gebiet}").click()
    page.wait_for_selector("#vorschau mark:text('im Landkreis Musterland 1')")
    assert "Das ist neu im Landkreis Musterland 1" in page.inner_text("#vorschau")
    section.refresh_from_db()
    assert "neu" not in section.text
    assert not browser.errors
