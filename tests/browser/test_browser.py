"""The browser of the tests itself: it must see what it is there to see."""

import pytest

from tests.browser.conftest import Browser


def test_barrier_on_a_page_is_found(browser: Browser) -> None:
    browser.open("/konto/login/")
    assert browser.barriers() == []
    browser.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    assert [line.split(":")[0] for line in browser.barriers()] == ["image-alt"]


def test_error_page_fails_the_test(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="answers 404"):
        browser.open("/gibt-es-nicht/")
