"""How the application is doing: every part says good, look, faulty or not set up, and the page shows it."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

from aqb import archive, clock, files, health
from aqb.access import Role
from aqb.files import StoreState, address
from aqb.seal import SealState
from aqb.work import survivors
from tests import factories as make
from tests import pki
from tests.chains import link
from tests.factories import START
from tests.servers import scanner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture(autouse=True)
def bare(settings: Any) -> None:
    """No scanner and no trusted certificates."""
    settings.CLAMD, settings.TRUST_ROOTS = "", None


def test_database_tells_its_version() -> None:
    part = health.database()
    assert part.state == "good"
    assert dict(part.facts)["Version"].startswith("PostgreSQL 1")


def test_database_of_another_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example")
    assert dict(health.database().facts)["Ort"] == "db.example"


def test_store_that_can_be_written_is_good(folder: Path) -> None:
    part = health.storage()
    assert part.state == "good"
    assert dict(part.facts)["Ort"] == f"Ordner {folder}"
    assert dict(part.facts)["Freier Platz"].endswith(" GB")


def test_store_that_is_no_folder_is_bad(folder: Path) -> None:
    folder.write_text("kein Ordner")
    part = health.storage()
    assert (part.state, part.text) == ("bad", "Der Speicher für Dokumente lässt sich nicht beschreiben.")


def test_store_with_little_space_is_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LITTLE_SPACE", shutil.disk_usage("/").total * 1000)
    assert health.storage().state == "notice"


def test_archive_never_checked_is_to_be_looked_at() -> None:
    part = health.archive()
    assert part.state == "notice"
    assert "verify_archive" in part.text
    assert health.findings() == []


def test_archive_checked_lately_is_good() -> None:
    make.document()
    archive.check(settled_after=timedelta(0))
    part = health.archive()
    assert part.state == "good"
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr, in \d,\d Sekunden", dict(part.facts)["Zuletzt geprüft"])
    assert dict(part.facts)["Abweichungen"] == "0 fehlend, 0 verändert, 0 herrenlos"
    assert dict(part.facts)["Gelesen"].startswith("1 Dateien, ")
    assert health.findings() == []


def test_archive_checked_long_ago_is_to_be_looked_at() -> None:
    with clock.stopped(START):
        archive.check()
    with clock.stopped(START + timedelta(days=7)):
        assert health.archive().state == "good"
    with clock.stopped(START + timedelta(days=9)):
        assert health.archive().state == "notice"


def test_archive_with_a_missing_file_is_bad() -> None:
    document = make.document()
    Path(default_storage.path(address(document.sha256))).unlink()
    archive.check()
    assert health.archive().state == "bad"
    ((label, tone, rows, more),) = health.findings()
    assert (label, tone, more) == ("Fehlt", "danger", 0)
    assert rows[0]["file"] == document.file.name


def test_orphans_are_to_be_looked_at_and_the_first_ten_shown() -> None:
    for number in range(13):
        default_storage.save("x", ContentFile(b"herrenlos %d" % number))
    archive.check(settled_after=timedelta(0))
    assert health.archive().state == "notice"
    ((label, _, rows, more),) = health.findings()
    assert (label, len(rows), more) == ("Herrenlos", 10, 3)


def test_no_scanner_is_no_fault() -> None:
    assert health.scanner().state == "off"


def test_scanner_that_answers_is_good(settings: Any) -> None:
    with scanner() as running:
        settings.CLAMD = running.path
        part = health.scanner()
    assert part.state == "good"
    assert dict(part.facts)["Version"].startswith("ClamAV ")
    assert health.scanner().state == "bad", "it has ended"


SEALS = {
    "none": (SealState("none", problems=["Es ist kein Siegel eingerichtet."]), "off"),
    "address": (SealState("none", problems=["Es ist kein Siegel eingerichtet.", "AQB_TSA_URL ist „x“."]), "notice"),
    "test": (SealState("test", "Testsiegel"), "good"),
    "official": (SealState("official", "HMSI", "D-Trust", valid_until=START), "good"),
    "runs out": (SealState("official", "HMSI", problems=["Das Siegelzertifikat läuft am 01.04.2026 ab."]), "notice"),
    "unusable": (SealState("official", problems=["Die Passphrase stimmt nicht."]), "bad"),
}


@pytest.mark.parametrize("case", SEALS)
def test_seal_is_shown_as_it_describes_itself(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state, expected = SEALS[case]
    monkeypatch.setattr("aqb.seal.describe", lambda: state)
    part = health.official_seal()
    assert part.state == expected
    assert all(problem in part.text for problem in state.problems)
    if state.valid_until:
        assert dict(part.facts)["Gültig bis"] == "02.03.2026"


def test_no_trusted_certificates_are_no_fault() -> None:
    assert health.trust_roots().state == "off"


@pytest.fixture
def roots(tmp_path: Path, settings: Any) -> Path:
    place = tmp_path / "roots"
    place.mkdir()
    settings.TRUST_ROOTS = pki.roots(place)
    return place


def test_trusted_certificates_are_counted(roots: Path) -> None:
    part = health.trust_roots()
    assert part.state == "good"
    assert dict(part.facts)["Zertifikate"].startswith("1, das erste läuft am ")


def test_trusted_certificate_that_runs_out_is_to_be_looked_at(roots: Path) -> None:
    (roots / "alt.der").write_bytes(pki.certificate("expired").dump())
    part = health.trust_roots()
    assert part.state == "notice"
    assert dict(part.facts)["Zertifikate"].startswith("2, ")


def test_file_that_is_no_certificate_is_named(roots: Path) -> None:
    (roots / "notiz.txt").write_text("Die Zertifikate kommen noch.")
    (roots / ".versteckt").write_text("zählt nicht")
    part = health.trust_roots()
    assert part.state == "bad"
    assert "notiz.txt" in part.text
    assert "versteckt" not in part.text


def test_folder_without_certificates_is_bad(tmp_path: Path, settings: Any) -> None:
    settings.TRUST_ROOTS = tmp_path / "nirgends"
    assert health.trust_roots().state == "bad"
    settings.TRUST_ROOTS.mkdir()
    assert health.trust_roots().state == "bad"


def found() -> list[tuple[str | None, int]]:
    messages = checks.run_checks(include_deployment_checks=True)
    return [(one.id, one.level) for one in messages if str(one.id).startswith("aqb.")]


def test_checks_before_the_start_find_what_the_page_would_show(folder: Path, settings: Any) -> None:
    assert found() == []
    folder.write_text("kein Ordner")
    settings.CLAMD, settings.TRUST_ROOTS = "/nirgends/clamd", folder.parent / "nirgends"
    assert found() == [("aqb.E001", checks.ERROR), ("aqb.E002", checks.ERROR), ("aqb.E003", checks.ERROR)]
    assert not [one for one in checks.run_checks() if str(one.id).startswith("aqb.")], "ordinary commands ask nobody"


def test_little_space_is_a_warning_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    state = StoreState("Ordner", warning="Es ist nur noch wenig Platz.")
    monkeypatch.setattr(files.ContentStorage, "state", lambda store: state)
    assert found() == [("aqb.W001", checks.WARNING)]


@pytest.fixture
def auditor() -> Client:
    client = Client()
    client.force_login(make.user(Role.AUDITOR))
    return client


def test_page_says_that_all_is_well(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.check()
    link()
    monkeypatch.setattr(survivors, "living", lambda: {"a"})
    answer = auditor.get(reverse("health"))
    assert answer.status_code == 200
    assert "Alles arbeitet" in answer.text
    assert "no-store" in answer["Cache-Control"]
    for part in health.parts():
        assert part.title in answer.text
        assert part.text in answer.text


def test_page_names_what_needs_care(auditor: Client) -> None:
    assert "3 Teile brauchen Aufmerksamkeit" in auditor.get(reverse("health")).text.replace("\xa0", " ")


def test_page_shows_faults_and_findings(auditor: Client, settings: Any) -> None:
    document = make.document()
    Path(default_storage.path(address(document.sha256))).unlink()
    for number in range(12):
        default_storage.save("x", ContentFile(b"herrenlos %d" % number))
    archive.check(settled_after=timedelta(0))
    settings.CLAMD = "/nirgends/clamd"
    page = auditor.get(reverse("health")).text.replace("\xa0", " ")
    assert "2 Teile sind gestört" in page
    assert address(document.sha256) in page
    assert f"genannt von Dokument {document.pk}" in page
    assert "2 weitere Dateien" in page


@pytest.mark.parametrize("role", Role)
def test_who_may_open_the_page_finds_it_in_the_menu(role: Role) -> None:
    client = Client()
    user = make.operator() if role == Role.NONE else make.user(role)
    client.force_login(user)
    may = role in (Role.MINISTRY, Role.MINISTRY_LEAD, Role.AUDITOR, Role.NONE)
    assert (f'href="{reverse("health")}"' in client.get(reverse("home")).text) == may
