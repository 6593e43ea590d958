"""The pages of people in a real browser: no barriers, and a link from a mail opens an account."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser as Chromium

from aqb import clock
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.browser.conftest import Browser
from tests.browser.shown import shown_to
from tests.browser.walk import barriers, told
from tests.factories.who import TOKEN

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "Apfelwein-und-Handkäs-27"


@pytest.fixture
def lead() -> User:
    """A lead with colleagues, open and expired invitations, and deputies."""
    row: User = make.user(
        Role.DISTRICT_LEAD, name="Aylin Demir", email="aylin.demir@kreis-offenbach.example", last_login=clock.now()
    )
    sabine = make.user(
        Role.DISTRICT, row.district, name="Sabine Kröger", email="sabine.kroeger@kreis-offenbach.example"
    )
    make.user(Role.DISTRICT, row.district, name="Klaus Albrecht", is_active=False)
    make.deputy(row, sabine)
    make.invitation(invited_by=row, name="Lena Hartmann", email="lena.hartmann@kreis-offenbach.example")
    then = clock.now() - timedelta(days=30)
    make.invitation("alt", invited_by=row, invited_at=then, expires_at=then + timedelta(days=14))
    return row


def pages_of(lead: User) -> list[str]:
    colleague = lead.district.users.get(name="Sabine Kröger") if lead.district else lead
    closed = lead.district.users.get(name="Klaus Albrecht") if lead.district else lead
    return [
        "/personen/", "/personen/?q=niemand", "/personen/einladen/", "/personen/vertretung/",
        f"/personen/{colleague.pk}/stilllegen/", f"/personen/{closed.pk}/zurueckholen/", f"/einladung/{TOKEN}/",
    ]  # fmt: skip


def test_pages_of_people_have_no_barriers(chromium: Chromium, lead: User) -> None:
    found = barriers(chromium, shown_to(None, [f"/einladung/{TOKEN}/"]), least=1)
    found += barriers(chromium, shown_to(lead, pages_of(lead)), least=7)
    of_operator = ["/personen/", "/personen/einladen/", f"/personen/{lead.pk}/neues-passwort/"]
    found += barriers(chromium, shown_to(make.operator(), of_operator), least=3)
    found += barriers(chromium, shown_to(User.objects.get(name="Sabine Kröger"), ["/"]), least=1)
    assert not found, told(found)


def test_invited_person_opens_an_account_and_works(browser: Browser, lead: User) -> None:
    page = browser.open(f"/einladung/{TOKEN}/")
    assert "Aylin Demir" in page.inner_text("main")
    page.fill("#id_phone", "06074 1234")
    page.fill("#id_password", NEW)
    page.fill("#id_again", "vertippt")
    page.get_by_role("button", name="Zugang anlegen und anmelden").click()
    assert "Die beiden Passwörter stimmen nicht überein." in page.inner_text(".kern-alert--danger, [role=alert]")
    assert page.input_value("#id_phone") == "06074 1234"
    assert page.input_value("#id_password") == "", "no password comes back"
    page.fill("#id_password", NEW)
    page.fill("#id_again", NEW)
    page.get_by_role("button", name="Zugang anlegen und anmelden").click()
    page.wait_for_url("**/")
    assert "Lena Hartmann" in page.inner_text("main")
    assert User.objects.get(name="Lena Hartmann").check_password(NEW)


def test_lead_ends_a_deputyship_and_names_another_by_keyboard(browser: Browser, lead: User) -> None:
    browser.login(lead)
    page = browser.open("/personen/")
    page.get_by_role("link", name="Beenden: Sabine Kröger für Aylin Demir").press("Enter")
    page.get_by_role("button", name="Vertretung beenden").press("Enter")
    page.get_by_text("Die Vertretung durch Sabine Kröger ist beendet.").wait_for()
    last = clock.today() + timedelta(days=5)
    page.select_option("#id_deputy", label="Sabine Kröger")
    for part, value in (("day", last.day), ("month", last.month), ("year", last.year)):
        page.fill(f"[name=valid_to_{part}]", str(value))
    page.get_by_role("button", name="Vertretung bestimmen").press("Enter")
    page.get_by_text("Sabine Kröger vertritt Sie vom").wait_for()
    assert not browser.errors
