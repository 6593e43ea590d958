"""The main path, as people walk it: from the budget to the signed agreement in the auditor's hands."""

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.management import call_command
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from agreements import default_wording
from agreements.actions import plan, wording
from agreements.models import AgreementVersion, BudgetLine, BudgetYear, Document, Download, Wording
from aqb import clock
from aqb.access import Role
from aqb.files import fingerprint
from aqb.models import District, User
from tests import factories as make
from tests import scans
from tests.browser.conftest import Browser

YEAR = 2027
ADDRESS = f"/vereinbarungen/{YEAR}/06438/0/"


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """The districts and texts that the application brings along, last year's vintage, and one person per role."""
    call_command("load_reference", verbosity=0)
    offenbach = District.objects.get(ags="06438")
    found: dict[str, User] = {
        role: make.user(role, offenbach if role.startswith("district") else None)
        for role in (Role.MINISTRY, Role.MINISTRY_LEAD, Role.DISTRICT, Role.DISTRICT_LEAD, Role.AUDITOR)
    }
    last_year = plan.create_budget_year(
        year=YEAR - 1, first_cash_year=YEAR - 1, last_cash_year=YEAR + 1, by=found[Role.MINISTRY],
        lines=[{"key": "regel", "title": "Regelbudget", "amount": 20_000_000}],
    )  # fmt: skip
    default_wording.write(budget_year=last_year, by=found[Role.MINISTRY])
    return found


def sign_in(browser: Browser, user: User) -> Page:
    """Log in by the form, as a person does."""
    browser.page.context.clear_cookies()
    page = browser.open("/konto/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", make.PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("heading", level=1).wait_for()
    return page


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow the button or link of that name, until the next page is there."""
    main = page.locator("main")
    found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
    with page.expect_navigation():
        found.first.click()


def fill_date(page: Page, field: str, day: int, month: int, year: int) -> None:
    for part, value in (("day", day), ("month", month), ("year", year)):
        page.fill(f"input[name={field}_{part}]", str(value))


def plan_the_money(browser: Browser, people: dict[str, User]) -> None:
    """The ministry copies last year's vintage, sets the line and Offenbach's share; the lead releases the text."""
    page = sign_in(browser, people[Role.MINISTRY])
    browser.open(f"/jahrgaenge/{YEAR - 1}/kopieren/")
    page.fill("input[name=year]", str(YEAR))
    press(page, "Jahrgang kopieren")
    browser.open(f"/jahrgaenge/{YEAR}/bearbeiten/")
    page.fill("input[name=lines-0-amount]", "27.700.000,00")
    press(page, "Jahrgang speichern")
    assert BudgetLine.objects.get(budget_year__year=YEAR).amount == 27_700_000
    browser.open(f"/jahrgaenge/{YEAR}/zuweisungen/")
    row = page.locator("tr", has_text=re.compile("Landkreis\\s+Offenbach"))
    row.locator("input").first.fill("1.356.400")
    press(page, "Zuweisungen speichern")

    page = sign_in(browser, people[Role.MINISTRY_LEAD])
    text = Wording.objects.get(budget_year__year=YEAR)
    browser.open(f"/vertragstexte/{text.pk}/")
    press(page, "Vertragstext freigeben")
    if page.get_by_role("heading", level=1).inner_text() != text.title and not _released(text):
        press(page, "Vertragstext freigeben")
    assert _released(text)

    page = sign_in(browser, people[Role.MINISTRY])
    browser.open(f"/jahrgaenge/{YEAR}/eroeffnen/")
    press(page, re.compile("Zielvereinbarungen anlegen"))


def _released(text: Wording) -> bool:
    return Wording.objects.get(pk=text.pk).is_released


def enter_a_project(browser: Browser, people: dict[str, User], address: str) -> None:
    """The district enters a provider and a project, one cent too much first."""
    page = sign_in(browser, people[Role.DISTRICT])
    browser.open("/traeger/neu/")
    page.fill("input[name=name]", "Lernwerk Süd & Söhne gGmbH")
    press(page, "Träger speichern")
    browser.open(f"{address}projekte/neu/")
    page.fill("input[name=title]", "Joblinge „Straße“ & <b>mehr</b>")
    page.select_option("select[name=category]", label="Ausbildungsvorbereitung")
    page.select_option("select[name=provider]", label="Lernwerk Süd & Söhne gGmbH")
    page.get_by_label("ein Träger, an den die Mittel weitergeleitet werden").check()
    fill_date(page, "starts_on", 1, 1, YEAR)
    fill_date(page, "ends_on", 31, 12, YEAR)
    page.fill("textarea[name=description]", "Junge Menschen erproben sich in vier Gewerken.")
    page.locator("input[name=target_groups]").first.check()
    page.get_by_label("SGB II", exact=True).check()
    amounts = page.locator("input[name^=amount_]")
    amounts.nth(0).fill("1.356.400,01")
    press(page, "Angaben prüfen und übernehmen")
    assert "0,01" in page.locator("main").inner_text()
    assert page.input_value("input[name=title]") == "Joblinge „Straße“ & <b>mehr</b>"
    page.locator("input[name^=amount_]").nth(0).fill("1.356.400")
    press(page, "Angaben prüfen und übernehmen")


def decide(browser: Browser, user: User, address: str, button: str) -> None:
    """Take one step from the agreement's page and confirm it."""
    page = sign_in(browser, user)
    browser.open(address)
    press(page, button)
    press(page, button)


def upload(browser: Browser, user: User, address: str, scan: Path, party: str = "") -> Page:
    """Bring the scan by the agreement's page; the ministry says whose signature it shows."""
    page = sign_in(browser, user)
    browser.open(address)
    press(page, re.compile("hochladen"))
    if party:
        page.get_by_label(party).check()
    page.set_input_files("input[name=file]", scan)
    press(page, "Beleg hochladen")
    return page


def record(browser: Browser, user: User, address: str) -> None:
    """Record the next signature that a piece of evidence is there for."""
    page = sign_in(browser, user)
    browser.open(address)
    press(page, re.compile("^Unterschrift .* erfassen$"))
    today = clock.today()
    page.fill("input[name=name]", "Alex Straße-Süd")
    page.fill("input[name=office]", "Amt mit ß")
    page.fill("input[name=place]", "Wiesbaden")
    fill_date(page, "signed_on", today.day, today.month, today.year)
    assert browser.barriers() == []
    press(page, "Unterschrift erfassen")
    assert "Noch nicht bestätigt. Vier-Augen-Prinzip" in page.locator("main").inner_text()


def confirm(browser: Browser, user: User, address: str) -> Page:
    """Look at both pages and confirm as second person; what was not compared is not confirmed."""
    page = sign_in(browser, user)
    browser.open(address)
    press(page, re.compile("^Unterschrift .* bestätigen$"))
    pictures = page.locator(".aqb-sheets img")
    assert pictures.count() == 2
    for at in range(2):
        pictures.nth(at).scroll_into_view_if_needed()
        page.wait_for_function("at => document.images[at].naturalWidth > 100", arg=at)
    assert browser.barriers() == []
    press(page, "Unterschrift bestätigen")
    assert "Bitte bestätigen Sie, dass Sie verglichen haben" in page.locator("main").inner_text()
    page.get_by_label("Beleg passt zu dieser Ausfertigung").check()
    press(page, "Unterschrift bestätigen")
    return page


def agree(browser: Browser, people: dict[str, User]) -> AgreementVersion:
    """From the budget to the issued contract."""
    plan_the_money(browser, people)
    enter_a_project(browser, people, ADDRESS)
    decide(browser, people[Role.DISTRICT_LEAD], ADDRESS, "Einreichen")
    decide(browser, people[Role.MINISTRY_LEAD], ADDRESS, "Freigeben")
    decide(browser, people[Role.MINISTRY], ADDRESS, "Ausfertigen")
    version = AgreementVersion.objects.get(agreement__district__ags="06438", agreement__budget_year__year=YEAR)
    assert version.status == "issued"
    return version


def test_contract_is_agreed_and_issued_without_any_script(
    chromium: Chromium, live_server: LiveServer, people: dict[str, User]
) -> None:
    context = chromium.new_context(locale="de-DE", java_script_enabled=False)
    context.set_default_timeout(30_000)
    version = agree(Browser(context.new_page(), live_server.url), people)
    assert version.entries.get().title == "Joblinge „Straße“ & <b>mehr</b>"
    assert Document.objects.filter(version=version, kind="issued").exists()
    context.close()


def test_main_path_from_budget_to_download(browser: Browser, people: dict[str, User], tmp_path: Path) -> None:
    version = agree(browser, people)
    scan = tmp_path / "scan.pdf"
    with Document.objects.get(version=version, kind="issued").file.open() as issued:
        scan.write_bytes(scans.scan(issued.read()))
    upload(browser, people[Role.DISTRICT], ADDRESS, scan)
    upload(browser, people[Role.MINISTRY], ADDRESS, scan, "die Unterschrift für das Land Hessen")
    for _ in range(2):
        record(browser, people[Role.MINISTRY], ADDRESS)
    confirm(browser, people[Role.MINISTRY_LEAD], ADDRESS)
    page = confirm(browser, people[Role.MINISTRY_LEAD], ADDRESS)
    assert "Alle Unterschriften sind bestätigt. Die Reinschrift ist hergestellt" in page.locator("main").inner_text()
    decide(browser, people[Role.MINISTRY], ADDRESS, "Veröffentlichen")
    version.refresh_from_db()
    assert version.status == "published"

    page = sign_in(browser, people[Role.AUDITOR])
    browser.open("/dokumente/?art=signed")
    with page.expect_download() as download:
        page.locator("main").get_by_role("link", name=re.compile("Reinschrift")).first.click()
    content = Path(download.value.path()).read_bytes()
    signed = Document.objects.get(version=version, kind="signed")
    assert fingerprint(content) == signed.sha256
    assert Download.objects.filter(document=signed, user=people[Role.AUDITOR]).count() == 1
    with pikepdf.open(BytesIO(content)) as pdf:
        assert "zielvereinbarung.json" in pdf.attachments
    assert not browser.errors


def test_wording_of_last_year_is_kept_when_copied(people: dict[str, User]) -> None:
    source = BudgetYear.objects.get(year=YEAR - 1)
    copy = plan.copy_budget_year(source=source, year=YEAR, by=people[Role.MINISTRY])
    assert copy.lines.get().amount == 0
    wording.release_wording(wording=copy.wordings.get(), by=people[Role.MINISTRY_LEAD])
    assert [one.text for one in copy.wordings.get().sections.all()] == [
        one.text for one in source.wordings.get().sections.all()
    ]
