"""The page of rights on paper."""

import pytest

from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser


@pytest.mark.django_db(transaction=True)
def test_printed_page_shows_all_columns(browser: Browser) -> None:
    browser.login(make.user(Role.MINISTRY))
    page = browser.open("/rechte/")
    page.set_viewport_size({"width": 690, "height": 1000})  # A4 with its margins, in CSS pixels
    page.emulate_media(media="print")
    right = "cell => { const text = document.createRange(); text.selectNodeContents(cell);"
    right += " return text.getBoundingClientRect().right }"
    for heading in page.locator(".aqb-matrix thead th").all():  # no word reaches into the next column
        assert heading.evaluate(right) <= heading.evaluate("cell => cell.getBoundingClientRect().right") <= 690
    assert not page.locator(".aqb-nav").is_visible()
