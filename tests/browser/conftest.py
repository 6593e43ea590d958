"""A real browser on a real server: the fixture `browser` has a page, the way to log in, and axe."""

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browser:
    """A page of the running application, as one person sees it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def login(self, user: Any) -> None:
        """Be `user` from now on, without going through the login page."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])

    def open(self, path: str) -> Page:
        """Go to `path` and wait until the page is there. A page that answers with an error fails the test."""
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None, f"{path} was not opened"
        assert answer.ok, f"{path} answers {answer.status}"
        return self.page

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands now: rule, explanation and place, one line each."""
        self.page.evaluate(AXE.read_text())
        options = {"runOnly": {"type": "tag", "values": STANDARDS}}
        found = self.page.evaluate("options => axe.run(document, options)", options)["violations"]
        return [f"{rule['id']}: {rule['help']} – {place['html'][:160]}" for rule in found for place in rule["nodes"]]

    def barriers_of(self, paths: Iterable[str]) -> list[str]:
        """What axe finds on each of these pages, with its path, and what the browser complained about."""
        found: list[str] = []
        for path in paths:
            self.open(path)
            found += [f"{path} {barrier}" for barrier in self.barriers()]
        return found + self.errors


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium, started once; a test without it fails instead of being skipped."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.fail("Chromium is missing: run the tests with »make test«, which says how to get it.", pytrace=False)
    arguments = [
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    # The press of the paper points Fontconfig to no fonts at all, with which Chromium ends at its first letter.
    surroundings: dict[str, str | float | bool] = {**os.environ}
    surroundings.pop("FONTCONFIG_FILE", None)
    # Playwright keeps an event loop in this thread until the end, and Django would take every test for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=program, args=arguments, env=surroundings)
        yield started
        started.close()


class Answering:
    """The requests that the server is answering now. Emptying the tables under one of them would be a deadlock."""

    def __init__(self) -> None:
        self.number, self.changed = 0, threading.Condition()

    def begin(self, **_: object) -> None:
        with self.changed:
            self.number += 1

    def end(self, **_: object) -> None:
        with self.changed:
            self.number -= 1
            self.changed.notify_all()

    def wait_for_none(self) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.number <= 0, timeout=30), f"{self.number} requests have no end"


@pytest.fixture
def answering() -> Iterator[Answering]:
    one = Answering()
    request_started.connect(one.begin)
    request_finished.connect(one.end)
    yield one
    one.wait_for_none()
    request_started.disconnect(one.begin)
    request_finished.disconnect(one.end)


@pytest.fixture
def live_server(live_server: LiveServer, answering: Answering) -> LiveServer:
    """The server, which has no request left when a test is over."""
    return live_server


@pytest.fixture
def browser(chromium: Chromium, live_server: LiveServer) -> Iterator[Browser]:
    context = chromium.new_context(
        locale="de-DE", timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 900},
        bypass_csp=True, reduced_motion="reduce",  # axe is put into the page, which our CSP forbids rightly
    )  # fmt: skip
    context.set_default_timeout(30_000)
    yield Browser(context.new_page(), live_server.url)
    context.close()
