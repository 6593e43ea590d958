"""The policy for browsers holds on the pages as they are: a strict browser complains about nothing, whoever asks."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Route
from pytest_django.live_server_helper import LiveServer

from aqb.models import User
from tests.access import World
from tests.access_table import ACCOUNTS, KEYS, TABLE
from tests.browser.conftest import Browser

# All pages of the first; of the others what the ones before have not seen, and what looks different for them.
READERS = ("ministry_lead", "operator", "own district_lead", "auditor", "own district")
DIFFERENT = {"home", "agreement_list", "version_detail", "document_list"}


@pytest.fixture
def strict(chromium: Chromium, live_server: LiveServer) -> Iterator[Browser]:
    """Unlike the other tests' browser it obeys the policy, and says what it has refused."""
    context = chromium.new_context(locale="de-DE", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script(
        "addEventListener('securitypolicyviolation', (event) =>"
        " console.error(`refused: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"
    )
    context.set_default_timeout(30_000)
    yield Browser(context.new_page(), live_server.url)
    context.close()


def addresses(world: World, user: User | None, seen: set[str]) -> Iterator[str]:
    """Pages of the table and of the account, then the back office."""
    for row in TABLE:
        if row.read is not None and (row.name not in seen or row.name in DIFFERENT):
            yield reverse(row.name, kwargs={**world.kwargs(row.of), **dict(row.more)})
    for name in ACCOUNTS:
        if name not in seen:
            yield reverse(name, kwargs=KEYS.get(name))
    if user is None or not user.is_staff or "admin:index" in seen:
        return
    yield reverse("admin:index")
    for model in admin.site._registry:
        table = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model._default_manager.first()
        yield reverse(f"{table}_changelist")
        yield reverse(f"{table}_add")
        if first is not None:
            yield from (reverse(f"{table}_{page}", args=[first.pk]) for page in ("change", "delete", "history"))


def pages(world: World, user: User | None, seen: set[str]) -> Iterator[str]:
    """Those among them that this person gets as a page."""
    client = Client()
    if user is not None:
        client.force_login(user)
    for path in addresses(world, user, seen):
        answer = client.get(path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            seen.add(answer.resolver_match.view_name)
            yield path


@pytest.mark.django_db(transaction=True)
def test_strict_browser_complains_about_no_page_of_anybody(strict: Browser) -> None:
    world, seen = World(), set[str]()
    walked = 0
    for actor in (*READERS, "anonymous"):
        user = world.user(actor)
        strict.page.context.clear_cookies()
        if user is not None:
            strict.login(user)
        for path in pages(world, user, seen):
            strict.open(path)
            walked += 1
            # Made-up evidence has no pictures of its pages (409); that is no matter of the policy.
            slips = [line for line in strict.errors if not line.startswith("Failed to load resource")]
            assert slips == [], f"{path} by {actor}"
    assert walked > 100
    assert {"admin:index", "account_login", "home", "wording_preview", "rights"} <= seen


@pytest.mark.parametrize(
    "slip",
    [
        "<script>document.title = 'fremd'</script>",
        "<img src='https://fremd.example/x.png' onerror='document.title = 1'>",
        "<p style='color: red'>",
        "<iframe src='/'></iframe>",
        "<form action='https://fremd.example/'><button id='los'>Los</button></form>",
        "<base href='https://fremd.example/'>",
    ],
    ids=["script", "picture", "style", "frame", "form", "base"],
)
def test_what_somebody_smuggled_in_is_refused_by_the_browser(strict: Browser, slip: str) -> None:
    page = strict.open("/pruefen/")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="da")

    page.route("https://fremd.example/**", answer)
    page.evaluate("slip => document.body.append(document.createRange().createContextualFragment(slip))", slip)
    if "form" in slip:
        page.evaluate("document.getElementById('los').click()")
    for _ in range(100):  # the browser reports when it comes to it; ten seconds on a busy machine
        if any(line.startswith("refused: ") for line in strict.errors):
            break
        page.wait_for_timeout(100)
    assert any(line.startswith("refused: ") for line in strict.errors), strict.errors
    assert asked == []
    assert page.title() != "fremd"


def test_other_site_can_neither_frame_nor_hold_our_page(chromium: Chromium, strict: Browser) -> None:
    page = strict.page
    page.route("https://fremd.example/", lambda route: route.fulfill(
        body=f"<iframe src='{strict.address}/pruefen/'></iframe>", content_type="text/html",
    ))  # fmt: skip
    page.goto("https://fremd.example/")
    page.wait_for_timeout(300)
    frame = page.frames[1]
    assert "Dokument prüfen" not in frame.content()
