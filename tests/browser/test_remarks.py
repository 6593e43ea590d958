"""From the remark to what has changed, as ministry and district walk it: by keyboard, and the same without JavaScript."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from agreements.models import AgreementVersion
from aqb.access import Role
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.agreements.pages import path
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walker(request: pytest.FixtureRequest, chromium: Chromium, live_server: LiveServer) -> Iterator[Browser]:
    context = chromium.new_context(locale="de-DE", java_script_enabled=request.param, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield Browser(context.new_page(), live_server.url)
    context.close()


def press(page: Page, name: str) -> None:
    """Put the focus on the button or link of that name and press the key, as somebody without a mouse does."""
    found = (
        page.locator("main").get_by_role("button", name=name).or_(page.locator("main").get_by_role("link", name=name))
    )
    found.first.press("Enter")


def written(place: Locator, text: str) -> None:
    place.focus()
    place.page.keyboard.insert_text(text)


def remark(page: Page, field: str, text: str) -> None:
    press(page, f"Anmerken zu {field}, Rückenwind")
    written(page.get_by_label("Ihre Anmerkung"), text)
    press(page, "Anmerkung merken")
    expect(page.locator("main")).to_contain_text(text)
    expect(page.locator("#note_text")).to_have_count(0)


def give_back(walker: Browser, version: AgreementVersion, ministry: User) -> None:
    """Two remarks, a reason typed before the second one, and only the remarked fields unlocked."""
    walker.login(ministry)
    page = walker.open(path(version))
    press(page, "Zurückgeben …")
    page.locator("summary", has_text="2 Projekte ohne Anmerkung").press("Enter")
    press(page, "Felder anzeigen von Rückenwind")
    remark(page, "Plätze", "Wie viele gleichzeitig?")
    written(page.get_by_label("Begründung"), "Bitte zwei Fragen klären.")
    press(page, "Alle 11 Felder anzeigen von Rückenwind")
    remark(page, "Kurzbeschreibung", "Welche Gewerke?")
    expect(page.get_by_label("Begründung")).to_have_value("Bitte zwei Fragen klären.")
    expect(page.get_by_label("nur die angemerkten Felder zur Bearbeitung freigeben")).to_be_checked()
    press(page, "Mit 2 Anmerkungen zurückgeben")
    expect(page.locator("main")).to_contain_text("Die Zielvereinbarung ist zurückgegeben.")


def revise(walker: Browser, version: AgreementVersion, entry: ProjectEntry, lead: User) -> None:
    """Locked fields are text; two answers beside their fields, a change, and the way back to the ministry."""
    walker.login(lead)
    page = walker.open(f"/projekte/{entry.pk}/bearbeiten/")
    expect(page.locator("main")).to_contain_text("abgestimmt, gesperrt seit der Rückgabe vom")
    expect(page.locator("[name=title], [name=category], [name=starts_on_day]")).to_have_count(0)
    for number, answer in enumerate(("Es sind 26.", "Metall und Holz.")):
        written(page.get_by_label("Ihre Antwort").first, answer)
        press(page, "Antwort senden")
        expect(page.get_by_text("Beantwortet", exact=True)).to_have_count(number + 1)
    for name, text in (("places", "26"), ("description", "Erproben sich in Metall und Holz.")):
        page.locator(f"[name={name}]").press("Control+a")
        written(page.locator(f"[name={name}]"), text)
    press(page, "Angaben prüfen und übernehmen")
    expect(page.locator("main")).to_contain_text("geändert seit der Rückgabe: Plätze, Kurzbeschreibung")
    press(page, "Zielvereinbarung einreichen")
    expect(page.get_by_role("heading", level=1, name="Zielvereinbarung einreichen")).to_be_visible()
    press(page, "Zielvereinbarung einreichen")
    expect(page.locator("main")).to_contain_text("Die Zielvereinbarung ist eingereicht.")


def review(walker: Browser, version: AgreementVersion, lead: User) -> None:
    """The ministry sees what has changed, and approves from there."""
    walker.login(lead)
    page = walker.open(path(version))
    press(page, "Änderungen prüfen")
    main = page.locator("main")
    expect(main).to_contain_text("1 von 2 Projekten wurde seit der Rückgabe vom")
    expect(main).to_contain_text("Beide Anmerkungen sind beantwortet.")
    expect(main.locator("ins", has_text="26")).to_be_visible()
    expect(main).to_contain_text("1 unverändertes Projekt")
    expect(main.get_by_role("link", name="Freigeben")).to_be_visible()


def test_remarks_partial_return_answers_and_review(walker: Browser) -> None:
    version = make.version(entries=1)
    entry = make.entry(version, title="Rückenwind", amount="20000.00")
    lead, ministry = make.person(Role.DISTRICT_LEAD, version.agreement.district), make.user(Role.MINISTRY)
    make.target_group()
    make.go(version, "submitted", {"submitted_by": lead, "submitted_at": version.created_at + timedelta(days=1)})
    give_back(walker, version, ministry)
    revise(walker, version, entry, lead)
    review(walker, version, make.user(Role.MINISTRY_LEAD))
    assert walker.errors == []


def test_pages_of_remarks_have_no_barriers(browser: Browser) -> None:
    version = make.version(status="submitted", entries=2)
    entry = version.entries.order_by("pk")[0]
    note = make.note(version, project_key=entry.project.uid, project_title=entry.title, field="places")
    make.reply(make.remark(version, project_key=entry.project.uid, project_title=entry.title, field="description"))
    browser.login(make.user(Role.MINISTRY_LEAD))
    shown = ("zurueckgeben/", f"zurueckgeben/?bearbeiten={note.pk}", f"zurueckgeben/?anmerken={entry.project.uid}:title",
             "pruefung/", "pruefung/?zeigen=alle")  # fmt: skip
    assert browser.barriers_of(path(version, rest) for rest in shown) == []
