"""The main path by the keyboard alone: from the login of the district to the issued contract, the focus always seen."""

import pytest

from agreements.models import AgreementVersion
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.agreements.pages import path
from tests.browser.conftest import Browser
from tests.browser.keyboard import Keyboard, heading


@pytest.fixture
def version(transactional_db: None) -> AgreementVersion:
    """The draft of a district that has entered nothing yet, and everybody who has to do with it."""
    make.ministry()
    district, vintage = make.district(), make.budget_year()
    make.allocation(make.line(vintage), district, "50000.00")
    make.category()
    make.target_group()
    make.provider(district)
    for role in (Role.DISTRICT, Role.DISTRICT_LEAD):
        make.user(role, district)
    make.user(Role.MINISTRY_LEAD)
    return make.version(make.agreement(vintage, district))


def sign_in(keys: Keyboard, browser: Browser, user: User) -> None:
    """Log in by keys; the mouse never comes into it."""
    keys.page.context.clear_cookies()
    browser.open("/konto/login/")
    keys.write("E-Mail-Adresse", user.email)
    keys.write("Passwort", make.PASSWORD)
    keys.sent("Enter")
    assert heading(keys.page)


def enter_a_project(keys: Keyboard, year: int) -> None:
    """From the overview by the next task to the form; one cent too much first, then what there is."""
    keys.skip()
    keys.follow("Projekt")
    keys.skip()
    keys.write("Titel", "Sprungbrett")
    keys.write("Maßnahmenart", "Ausb")
    keys.write("Träger", "Bild")
    keys.to("der Landkreis selbst")
    keys.press("ArrowDown")  # the next of the group: a provider
    keys.date("Beginn", "1", "1", str(year))
    keys.date("Ende", "31", "12", str(year))
    keys.write("Plätze", "12")
    keys.write("Kurzbeschreibung", "Junge Menschen erproben sich.")
    keys.check("junge Menschen")
    keys.check("SGB II")
    keys.write("Regelbudget, Kassenjahr", "50.000,01")
    keys.follow("Angaben prüfen und übernehmen")
    assert keys.page.evaluate("document.activeElement.id") == "fehlerliste", "what is wrong is read first"
    keys.jump("Regelbudget")
    keys.replace("50.000,00")
    keys.follow("Angaben prüfen und übernehmen")


def take(keys: Keyboard, step: str) -> None:
    """A step of the agreement: from its page to the question, and from there to what has happened."""
    keys.skip()
    keys.follow(step)
    keys.skip()
    keys.follow(step)


def test_main_path_is_walked_by_keyboard_alone(browser: Browser, version: AgreementVersion) -> None:
    keys = Keyboard(browser.page)
    district = version.agreement.district
    here = path(version)
    sign_in(keys, browser, make.person(Role.DISTRICT, district))
    enter_a_project(keys, version.agreement.budget_year.year)
    assert version.entries.get().title == "Sprungbrett"
    for user, step, status in (
        (make.person(Role.DISTRICT_LEAD, district), "Einreichen", "submitted"),
        (make.person(Role.MINISTRY_LEAD), "Freigeben", "approved"),
        (make.person(Role.MINISTRY), "Ausfertigen", "issued"),
    ):
        sign_in(keys, browser, user)
        browser.open(here)
        take(keys, step)
        version.refresh_from_db()
        assert version.status == status, step
    assert keys.stops > 100
    assert not browser.errors
