"""Scans of several contracts in a real browser: no barriers, room on a phone, and a person who assigns a page."""

from io import BytesIO

import pikepdf
import pytest

from agreements.actions import files, scans, steps
from agreements.models import AgreementVersion, Evidence, ScanBatch
from aqb import clock
from aqb.access import Role
from tests import factories as make
from tests import scans as scanner
from tests.agreements.actors import NOW
from tests.agreements.batches import batch, code, issued
from tests.browser.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


def true_paper(name: str) -> AgreementVersion:
    """A version of two pages that the application itself has issued."""
    with clock.stopped(NOW):
        version = issued_of(name)
        return steps.issue(version=version, by=make.person(Role.MINISTRY))


def issued_of(name: str) -> AgreementVersion:
    make.ministry()
    return make.version(make.agreement(None, make.district(sort_name=name)), "approved", entries=3)


def together(*versions: AgreementVersion) -> bytes:
    """The papers of all versions in one file."""
    target = BytesIO()
    with pikepdf.new() as whole:
        for version in versions:
            with pikepdf.open(BytesIO(files.read(version.documents.get(kind="issued")))) as paper:
                whole.pages.extend(paper.pages)
        whole.save(target)
    return target.getvalue()


@pytest.fixture
def scan() -> ScanBatch:
    """Two contracts; the code on the last page of the first is hidden, and a page of a third one lies between."""
    first, second = true_paper("Gießen"), true_paper("Rheingau-Taunus")
    content = scanner.scan(together(first, second), cover=[4])
    return scans.receive(content=content, name="unterschriften-maerz.pdf", by=make.person(Role.MINISTRY))


def pages(scan: ScanBatch) -> list[str]:
    closed = scans.discard(batch=batch(code(None)), by=make.person(Role.MINISTRY))
    at = f"/sammelscans/{scan.pk}/"
    return [
        "/sammelscans/", "/sammelscans/neu/", at, f"{at}seiten/", f"{at}verwerfen/", f"/sammelscans/{closed.pk}/",
    ]  # fmt: skip


def test_pages_of_a_scan_have_no_barriers(browser: Browser, scan: ScanBatch) -> None:
    browser.login(make.user(Role.MINISTRY))
    found = browser.barriers_of(pages(scan))
    assert not found, "\n".join(found)


def test_errors_of_the_assignment_have_no_barriers(browser: Browser) -> None:
    version, gone = issued(2), issued(1)
    row = batch(code(version, 1), *(code(None) for _ in range(5)), code(gone, 1), code(version))
    make.go(gone, "withdrawn")
    browser.login(make.user(Role.MINISTRY))
    page = browser.open(f"/sammelscans/{row.pk}/")
    page.get_by_role("button", name="Belege für 1 Ausfertigung zuordnen").click()
    page.get_by_role("link", name="Wohin gehört Seite 2?").click()
    assert page.url.endswith("#id_page_2_0")
    assert not browser.barriers()


def test_pages_of_a_scan_fit_a_phone(browser: Browser, scan: ScanBatch) -> None:
    browser.login(make.user(Role.MINISTRY))
    browser.page.set_viewport_size({"width": 390, "height": 844})
    wide = {}
    for address in pages(scan):
        browser.open(address)
        over = browser.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over
    assert not wide


def test_person_assigns_a_page_whose_code_is_hidden(browser: Browser, scan: ScanBatch) -> None:
    browser.login(make.user(Role.MINISTRY))
    page = browser.open(f"/sammelscans/{scan.pk}/")
    assert page.locator("h2", has_text="3 von 4 Seiten erkannt, 1 Seite müssen Sie zuordnen").is_visible()
    shown = page.locator("figure img").evaluate("async image => { await image.decode(); return image.naturalWidth }")
    assert shown == 500
    assert page.get_by_label("Landkreis Rheingau-Taunus, Seite 2").is_checked()
    page.get_by_label("nur die der Gebietskörperschaft").check()
    page.get_by_role("button", name="Belege für 2 Ausfertigungen zuordnen").click()
    page.wait_for_selector("text=2 Belege sind zugeordnet.")
    assert not browser.barriers()
    assert {one.findings["pages"][-1].get("assigned") for one in Evidence.objects.all()} == {None, 2}
    assert not browser.errors
