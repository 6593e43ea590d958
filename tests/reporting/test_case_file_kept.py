"""What is missing in a case file is named, nothing of it stays on the server, and the log says who has it."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion, Document, Download
from aqb.access import Refused, Role
from aqb.files import address, store
from aqb.models import User
from reporting.case_file import packing, papers
from tests import factories as make
from tests.reporting.cases import issued, packed, table, unpacked, validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(folder: Path) -> AgreementVersion:
    return issued()


@pytest.fixture
def auditor() -> User:
    return make.user(Role.AUDITOR, name="Petra Prüferin")


# ---- what the store has lost ----


def spoil(document: Document, content: bytes | None) -> None:
    """Remove a stored file, or put other bytes in its place, as a broken disk does."""
    place = Path(store().path(address(document.sha256)))
    place.parent.chmod(0o755)
    place.unlink()
    if content is not None:
        place.write_bytes(content)


@pytest.mark.parametrize(("content", "why"), [(None, papers.MISSING), (b"other bytes", papers.CHANGED)])
def test_lost_file_is_named_and_the_rest_is_there(
    version: AgreementVersion, auditor: User, tmp_path: Path, content: bytes | None, why: str
) -> None:
    lost = make.document(version=version, title="Anlage 7", content=b"%PDF-1.7 will be lost")
    kept = make.document(version=version, title="Anlage 8", content=b"%PDF-1.7 stays")
    spoil(lost, content)
    found, archive = packed(version, auditor)
    bag = unpacked(archive, tmp_path / "bag")
    assert found.name.endswith("-unvollstaendig.zip")
    assert [(one.document.title, one.why) for one in found.lacking] == [(lost.title, why)]
    assert validated(bag).returncode == 0
    text = (bag / "data" / "LIESMICH.txt").read_text(encoding="utf-8")
    assert "UNVOLLSTÄNDIG" in text
    assert "Anlage 7" in text
    assert why in text
    assert lost.sha256 in text
    assert "Fehlende-Dateien: 1" in (bag / "bag-info.txt").read_text(encoding="utf-8")
    stated = {one["Titel"]: one["Datei in dieser Akte"] for one in table(bag, "dokumente")}
    assert (stated["Anlage 7"], stated["Anlage 8"]) == ("fehlt", papers.name_of(kept))
    assert not (bag / "data" / papers.name_of(lost)).exists()
    assert not Download.objects.filter(document=lost, user=auditor).exists()
    assert Download.objects.filter(document=kept, user=auditor).exists()


def test_unreadable_file_is_named(version: AgreementVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, name: str) -> Any:
        yield b"%PDF"
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(type(store()), "chunks", broken)
    found, _ = packed(version)
    assert {one.why for one in found.lacking} == {papers.DEFECT}


def test_store_that_does_not_answer_gives_no_case_file(
    version: AgreementVersion, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Any, name: str) -> Any:
        raise ConnectionError("nobody answers")

    monkeypatch.setattr(type(store()), "chunks", away)
    with pytest.raises(Refused, match="lässt sich im Archiv gerade nicht lesen"):
        packed(version, auditor)
    assert not Download.objects.filter(user=auditor).exists()


# ---- the disk ----


def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for everything temporary, in which nothing may remain."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_nothing_remains_on_disk(version: AgreementVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = around(tmp_path, monkeypatch)
    packed(version)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("step", ["_write_tables", "_bag", "_zip"])
def test_nothing_remains_after_a_failure_and_nothing_counts_as_fetched(
    version: AgreementVersion, auditor: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    place = around(tmp_path, monkeypatch)

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing, step, full)
    with pytest.raises(Refused, match="kein Platz"):
        packed(version, auditor)
    assert list(place.iterdir()) == []
    assert not Download.objects.filter(user=auditor).exists()


# ---- who gets it ----


def fetch(user: User, version: AgreementVersion) -> Any:
    client = Client()
    client.force_login(user)
    agreement = version.agreement
    return client.post(reverse("case_file", args=[agreement.budget_year.year, agreement.district.ags]))


def test_button_gives_the_file_and_the_log_names_the_person(
    version: AgreementVersion, auditor: User, tmp_path: Path
) -> None:
    answer = fetch(auditor, version)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    year, ags = version.agreement.budget_year.year, version.agreement.district.ags
    assert answer.headers["Content-Disposition"] == f'attachment; filename="fallakte-{year}-{ags}.zip"'
    bag = unpacked(b"".join(answer.streaming_content), tmp_path)
    assert validated(bag).returncode == 0
    fetched = Download.objects.filter(user=auditor).values_list("document", flat=True)
    assert set(fetched) == set(version.agreement.documents.values_list("pk", flat=True))
    assert table(bag, "abrufe")[0]["Person"] != auditor.name  # it tells what was before


@pytest.mark.parametrize("role", [Role.GRANT_OFFICE, Role.DISTRICT, Role.DISTRICT_LEAD])
def test_others_get_no_case_file_and_leave_no_trace(version: AgreementVersion, role: Role) -> None:
    district = version.agreement.district if role in (Role.DISTRICT, Role.DISTRICT_LEAD) else None
    user = make.user(role, district)
    with pytest.raises(Refused, match="Fallakten"):
        packed(version, user)
    assert fetch(user, version).status_code == 403
    assert not Download.objects.filter(user=user).exists()


@pytest.mark.parametrize(("role", "shown"), [(Role.AUDITOR, True), (Role.MINISTRY, True), (Role.GRANT_OFFICE, False)])
def test_button_stands_where_it_works(version: AgreementVersion, role: Role, shown: bool) -> None:
    client = Client()
    client.force_login(make.user(role))
    agreement = version.agreement
    page = client.get(reverse("version_detail", args=[agreement.budget_year.year, agreement.district.ags, 0]))
    assert ("Fallakte herunterladen" in page.content.decode()) is shown
