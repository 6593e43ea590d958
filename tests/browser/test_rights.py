"""The page of rights can be read by everybody, light and dark, on a desk and on a telephone, and on paper."""

import pytest

from aqb.access import Role
from tests import factories as make
from tests.browser.conftest import Browser


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_page_of_rights_has_no_barriers(browser: Browser, scheme: str, width: int) -> None:
    browser.login(make.user(Role.MINISTRY))
    browser.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    browser.page.set_viewport_size({"width": width, "height": 900})
    assert browser.barriers_of(["/rechte/"]) == []
    inner = browser.page.evaluate("document.documentElement.scrollWidth")
    assert inner <= width, "the page itself must not scroll sideways, only its table"


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
