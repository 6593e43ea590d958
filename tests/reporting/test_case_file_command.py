"""`manage.py case_file` writes a whole file or none, and says what it could not."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreements.models import AgreementVersion, Document, Download
from aqb.access import Role
from tests import factories as make
from tests.reporting.cases import issued, unpacked, validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(folder: Path) -> AgreementVersion:
    return issued()


def command(version: AgreementVersion, *arguments: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    agreement = version.agreement
    place = (agreement.budget_year.year, agreement.district.ags)
    call_command("case_file", *map(str, (*place, *arguments)), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_writes_a_valid_bag_for_its_owner_only(version: AgreementVersion, tmp_path: Path) -> None:
    target = tmp_path / "akte.zip"
    auditor = make.user(Role.AUDITOR, email="pruefung@example.org")
    said, warned = command(version, "--out", target, "--by", "Pruefung@example.org")
    assert said.startswith(f"3 Dokumente in {target} (")
    assert warned == ""
    assert target.stat().st_mode & 0o777 == 0o600
    assert validated(unpacked(target.read_bytes(), tmp_path / "bag")).returncode == 0
    assert Download.objects.filter(user=auditor).count() == 3


def test_without_a_person_the_log_stays_as_it_is_and_the_command_says_so(
    version: AgreementVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Download.objects.count()
    _, warned = command(version)
    assert "Ohne --by steht im Abrufprotokoll nicht" in warned
    assert Download.objects.count() == before
    (name,) = [one.name for one in tmp_path.glob("*.zip")]
    assert name == f"fallakte-{version.agreement.budget_year.year}-{version.agreement.district.ags}.zip"


def test_existing_file_is_never_overwritten(version: AgreementVersion, tmp_path: Path) -> None:
    target = tmp_path / "akte.zip"
    target.write_text("earlier")
    with pytest.raises(CommandError, match="gibt es schon"):
        command(version, "--out", target)
    assert target.read_text() == "earlier"


def test_nothing_remains_of_what_was_refused(version: AgreementVersion, tmp_path: Path) -> None:
    target = tmp_path / "akte.zip"
    district = make.user(Role.DISTRICT, version.agreement.district, email="kreis@example.org")
    with pytest.raises(CommandError, match="Fallakten rufen nur Ministerium und Prüfung ab"):
        command(version, "--out", target, "--by", district.email)
    with pytest.raises(CommandError, match="gibt es nicht"):
        command(version, "--out", target, "--by", "niemand@example.org")
    assert not target.exists()


def test_closed_account_gets_nothing(version: AgreementVersion, tmp_path: Path) -> None:
    gone = make.user(Role.AUDITOR, is_active=False)
    with pytest.raises(CommandError, match="melden Sie sich an"):
        command(version, "--out", tmp_path / "akte.zip", "--by", gone.email)


def test_folder_that_is_not_there_is_named(version: AgreementVersion, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="lässt sich nicht schreiben"):
        command(version, "--out", tmp_path / "nirgends" / "akte.zip")


def test_unknown_agreement_is_named() -> None:
    with pytest.raises(CommandError, match="2026 mit dem Gemeindeschlüssel „06999“ gibt es nicht"):
        call_command("case_file", "2026", "06999")


def test_incomplete_case_is_written_and_ends_with_an_error(
    version: AgreementVersion, tmp_path: Path, folder: Path
) -> None:
    target = tmp_path / "akte.zip"
    lost = Document.objects.filter(kind="issued").get()
    (folder / str(lost.file)).unlink()
    with pytest.raises(CommandError, match=f"unvollständig. {lost.title}".replace("(", r"\(").replace(")", r"\)")):
        command(version, "--out", target)
    assert zipfile.is_zipfile(target)
