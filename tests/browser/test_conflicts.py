"""Two people in one form, as a person at the keyboard meets it, and a button that is pressed twice."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from aqb.access import Role
from projects.models import ProjectEntry, Provider
from tests import factories as make
from tests.browser.conftest import Browser
from tests.forms import send

pytestmark = pytest.mark.django_db(transaction=True)


def test_conflict_is_decided_by_keyboard(browser: Browser) -> None:
    version = make.version()
    district = version.agreement.district
    entry = make.entry(version, title="Rückenwind", description="Junge Menschen lernen ein Handwerk.", places=24)
    sabine, aylin = (make.user(Role.DISTRICT, district, name=name) for name in ("Sabine Kröger", "Aylin Demir"))
    browser.login(sabine)
    url = reverse("project_edit", args=[entry.pk])
    page = browser.open(url)
    page.get_by_role("textbox", name="Plätze").fill("26")
    page.get_by_role("textbox", name="Kurzbeschreibung").fill("Junge Menschen lernen zwei Gewerke.")
    colleague = Client()
    colleague.force_login(aylin)
    wanted = {"places": "22", "description": "Junge Menschen lernen ein Gewerk.", "title": "Aufwind"}
    assert send(colleague, url, **wanted).status_code == 302
    page.get_by_role("button", name="Angaben prüfen und übernehmen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Zwei Stände von „Aufwind“")
    expect(page.locator("#fehlerliste")).to_be_focused()
    assert browser.barriers() == []
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from "Ihr Stand" to that of the colleague
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("group", name="Plätze").get_by_label("Ihr Stand")).to_be_checked()
    page.keyboard.press("Tab")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    text = page.get_by_role("group", name="Kurzbeschreibung")
    expect(text.get_by_label("beide zusammenführen")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Junge Menschen lernen ein Gewerk oder zwei.")
    button = page.get_by_role("button", name="Auswahl übernehmen")
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?pruefen=ja")
    stored = ProjectEntry.objects.get()
    assert (stored.title, stored.places) == ("Aufwind", 26)
    assert stored.description == "Junge Menschen lernen ein Gewerk oder zwei."
    assert [error for error in browser.errors if "409" not in error] == []


def test_double_click_and_the_way_back_do_nothing_twice(browser: Browser) -> None:
    browser.login(make.user(Role.DISTRICT, make.district()))
    page = browser.page
    requests: list[str] = []
    page.on("request", lambda one: requests.append(one.url) if one.method == "POST" else None)
    browser.open(reverse("provider_create"))
    page.get_by_label("Name").fill("Bildungswerk Süd e. V.")
    page.get_by_role("button", name="Träger speichern").dblclick()
    expect(page.get_by_text("Träger „Bildungswerk Süd e. V.“ gespeichert.")).to_be_visible()
    assert len(requests) == 1
    page.go_back()
    page.get_by_role("button", name="Träger speichern").click()
    expect(page.get_by_text("Es ist nichts doppelt geschehen.")).to_be_visible()
    assert Provider.objects.filter(name__startswith="Bildungswerk").count() == 1
    assert [error for error in browser.errors if "409" not in error] == []
