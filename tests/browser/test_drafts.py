"""Nothing that is typed gets lost: network cut, session over, double click, back; in a real browser."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from aqb.models import Draft, User
from projects.models import ProjectEntry
from tests import factories as make
from tests.browser.conftest import Browser
from tests.browser.idle import TITLE, district_lead, new_project, save, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = re.compile(r"Entwurf gespeichert um\s\d\d:\d\d")
NAME = "(at => at.tagName === 'BUTTON' ? at.textContent.trim() : at.name ?? '')(document.activeElement)"
CUT = "Keine Verbindung. Ihre Eingaben sind in diesem Fenster noch da"


@pytest.fixture
def person() -> User:
    return district_lead()


def asks_before_leaving(page: Page) -> bool:
    return bool(
        page.evaluate(
            "() => { const leaving = new Event('beforeunload', { cancelable: true });"
            " dispatchEvent(leaving); return leaving.defaultPrevented; }"
        )
    )


def kept() -> str:
    return "".join(Draft.objects.open().values_list("fields", flat=True))


def test_network_that_is_cut_in_the_middle_loses_nothing(browser: Browser, person: User) -> None:
    browser.login(person)
    page = browser.open(new_project(person))
    page.locator("input[name=title]").fill(TITLE)
    expect(page.locator("#entwurf-stand")).to_have_text(KEPT)
    assert not asks_before_leaving(page)

    page.context.set_offline(True)
    page.locator("#id_description").fill("Ohne Netz geschrieben")
    expect(page.locator("#entwurf-stand")).to_contain_text(CUT)
    assert asks_before_leaving(page)
    save(page)  # the form stays where it is
    expect(page.locator("#entwurf-stand")).to_contain_text(CUT)
    expect(page.locator("#id_description")).to_have_value("Ohne Netz geschrieben")
    assert "Ohne+Netz" not in kept()

    page.context.set_offline(False)
    expect(page.locator("#entwurf-stand")).to_have_text(KEPT)
    assert "Ohne+Netz+geschrieben" in kept()
    assert not asks_before_leaving(page)
    browser.open(new_project(person))  # as after a crash
    expect(page.locator("#id_description")).to_have_value("Ohne Netz geschrieben")
    save(page)
    page.wait_for_url(re.compile(r"/projekte/\d+/bearbeiten/"))
    assert ProjectEntry.objects.get().description == "Ohne Netz geschrieben"
    assert all("ERR_INTERNET_DISCONNECTED" in error for error in browser.errors), browser.errors


def test_session_that_ends_in_the_middle_goes_on_in_the_same_window(browser: Browser, person: User) -> None:
    browser.login(person)
    page = browser.open(new_project(person))
    page.locator("input[name=title]").fill(TITLE)
    expect(page.locator("#entwurf-stand")).to_have_text(KEPT)
    Session.objects.all().delete()
    page.locator("#id_description").fill("Nach dem Ende geschrieben")
    expect(page.locator("#entwurf-stand")).to_contain_text("Ihre Sitzung ist beendet. Ihre Eingaben sind aufgehoben")
    expect(page.locator("input[name=title]")).to_have_value(TITLE)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Neu anmelden (neuer Tab)").click()
    sign_in(opened.value, person)
    expect(page.locator("#entwurf-stand")).to_have_text(KEPT)
    assert "Nach+dem+Ende+geschrieben" in kept()
    save(page)
    page.wait_for_url(re.compile(r"/projekte/\d+/bearbeiten/"))
    assert ProjectEntry.objects.get().description == "Nach dem Ende geschrieben"


def test_sums_come_while_typing_and_a_double_click_or_back_makes_no_second_project(
    browser: Browser, person: User
) -> None:
    browser.login(person)
    page = browser.open(new_project(person))
    page.locator("input[name=title]").fill(TITLE)
    amount = page.locator("input[name^=amount_]").first
    amount.fill("250.000,00")
    expect(page.locator("#betraege-pruefen")).to_contain_text("Im Regelbudget fehlen 150.000,00")
    amount.fill("25.000,00")
    expect(page.locator("#betraege-pruefen")).to_be_empty()
    expect(page.locator("[id^=frei-]").first).to_have_text("Regelbudget: noch 75.000,00\u00a0€ verfügbar")
    expect(page.locator("#summe-gesamt")).to_have_text("25.000,00")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("25.000,00")
    page.get_by_role("button", name="Zwischenspeichern", exact=True).dblclick()
    page.wait_for_url(re.compile(r"/projekte/\d+/bearbeiten/"))
    expect(page.get_by_role("button", name="Zwischenspeichern", exact=True)).to_be_focused()
    expect(page.locator("#entwurf-stand")).to_contain_text("Zwischengespeichert am")
    page.go_back()
    expect(page.get_by_text("Dieses Formular ist leer")).to_be_visible()
    expect(page.locator("input[name=title]")).to_have_value("")
    assert ProjectEntry.objects.count() == 1
    assert browser.errors == []


def test_form_is_filled_in_by_keyboard_alone(browser: Browser, person: User) -> None:
    make.target_group()
    make.category()
    browser.login(person)
    page = browser.open(new_project(person))
    page.locator("#hauptinhalt").focus()
    order: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(NAME)
        order.append(name)
        if name == "title":
            page.keyboard.type(TITLE)
        if name == "implementation":
            page.keyboard.press("Space")
        if name == "Angaben prüfen und übernehmen":
            break
    names = [name for name in dict.fromkeys(order) if re.fullmatch(r"[a-z_]+", name)]
    assert names == ["title", "category", "provider", "implementation", "starts_on_day", "starts_on_month", "starts_on_year",
                     "ends_on_day", "ends_on_month", "ends_on_year", "places", "description", "target_groups", "legal_circles",
                     "part_time", "language", "inclusive"]  # fmt: skip
    page.keyboard.press("Enter")
    expect(page.locator("#fehlerliste")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.id")
    assert focused == "id_category", "the first line of the summary leads to its field"
    assert ProjectEntry.objects.get().title == TITLE
    assert browser.barriers() == []
