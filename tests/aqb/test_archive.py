"""The whole store against the database: what is missing, changed or herrenlos is named, whatever happens meanwhile."""

import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from agreements.models import Document
from aqb import archive
from aqb.files import address, fingerprint, store
from aqb.stored import ArchiveCheck, StoredFile
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

AT_ONCE = timedelta(0)


def found(**options: Any) -> dict[str, list[str]]:
    """What a check tells: kind -> names of files."""
    told: dict[str, list[str]] = {}
    archive.check(tell=lambda finding: told.setdefault(finding.kind, []).append(finding.file), **options)
    return told


def overwrite(path: Path, content: bytes) -> None:
    """Write past the store, as a failing disk or a foreign hand would."""
    path.unlink()
    path.write_bytes(content)


def path_of(document: Document) -> Path:
    return Path(default_storage.path(address(document.sha256)))


def make_old(path: Path, hours: int = 2) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then), follow_symlinks=False)


def test_empty_archive_is_clean() -> None:
    check = archive.check()
    assert check.is_clean
    assert (check.files, check.bytes, check.findings) == (0, 0, {})


def test_sound_archive_is_clean() -> None:
    agreement = make.agreement()
    stored = [make.document(agreement, content=b"Inhalt %d" % number) for number in range(20)]
    check = archive.check(settled_after=AT_ONCE)
    assert check.is_clean
    assert (check.files, check.bytes) == (20, sum(document.size for document in stored))
    assert ArchiveCheck.objects.get() == check


def test_same_content_in_several_rows_is_one_file() -> None:
    agreement = make.agreement()
    for _ in range(5):
        make.document(agreement, content=b"gleich")
    check = archive.check(settled_after=AT_ONCE)
    assert check.is_clean
    assert check.files == 1


def test_missing_file_is_named_with_its_rows() -> None:
    agreement = make.agreement()
    rows = [make.document(agreement, content=b"weg") for _ in range(5)]
    path_of(rows[0]).unlink()
    check = archive.check()
    assert (check.missing, check.changed, check.orphaned) == (1, 0, 0)
    (finding,) = check.findings["missing"]
    assert finding["file"] == rows[0].file.name
    numbers = [row.pk for row in rows]
    assert finding["text"] == (
        f"genannt von Dokument {numbers[0]}, Dokument {numbers[1]}, Dokument {numbers[2]} und 2 weiteren"
    )


def test_file_of_another_length_is_changed() -> None:
    document = make.document(content=b"zehn Bytes")
    overwrite(path_of(document), b"neun Byte")
    check = archive.check()
    assert (check.missing, check.changed, check.orphaned) == (0, 1, 0)
    assert check.findings["changed"][0]["text"] == f"9 Byte statt 10; genannt von Dokument {document.pk}"


def test_file_with_one_bit_turned_is_changed() -> None:
    document = make.document(content=b"Betrag: 100.000 Euro")
    overwrite(path_of(document), b"Betrag: 100.001 Euro")
    check = archive.check()
    assert check.changed == 1
    assert check.findings["changed"][0]["text"].startswith("anderer Inhalt, SHA-256 jetzt ")


def test_file_that_cannot_be_read_is_named_and_the_others_are_read() -> None:
    agreement = make.agreement()
    rows = [make.document(agreement, content=b"Inhalt %d" % number) for number in range(3)]
    path_of(rows[0]).unlink()
    path_of(rows[0]).symlink_to(path_of(rows[0]).parent)  # root may read everything, but no folder as a file
    check = archive.check()
    assert (check.changed, check.files) == (1, 2)
    assert "lässt sich nicht lesen" in check.findings["changed"][0]["text"]


def test_file_that_no_row_names_is_an_orphan(folder: Path) -> None:
    make.document()
    name = default_storage.save("x", ContentFile(b"herrenlos"))
    make_old(folder / name)
    check = archive.check()
    assert (check.missing, check.changed, check.orphaned) == (0, 0, 1)
    assert check.findings["orphaned"][0]["file"] == name
    assert check.findings["orphaned"][0]["text"].startswith("kein Eintrag nennt sie; vom ")


def test_orphan_under_a_wrong_name_is_named_as_such(folder: Path) -> None:
    name = address(fingerprint(b"anders"))
    (folder / name).parent.mkdir(parents=True)
    for place in (folder / name, folder / "notiz.txt"):
        place.write_bytes(b"hier stimmt etwas nicht")
        make_old(place)
    texts = {one["file"]: one["text"] for one in archive.check().findings["orphaned"]}
    assert set(texts) == {name, "notiz.txt"}
    assert all("der Inhalt passt nicht zum Namen" in text for text in texts.values())


def test_unfinished_file_is_an_orphan_once_it_is_old(folder: Path) -> None:
    place = folder / "ab" / ".unfinished-x1y2"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"ha")
    assert found() == {"recent": ["ab/.unfinished-x1y2"]}, "somebody may be writing it right now"
    make_old(place)
    assert found() == {"orphaned": ["ab/.unfinished-x1y2"]}


def test_file_that_waits_for_its_row_is_no_orphan_yet() -> None:
    name = default_storage.save("x", ContentFile(b"gleich kommt die Zeile"))
    check = archive.check()
    assert check.is_clean
    assert check.findings["recent"][0]["file"] == name
    assert found(settled_after=AT_ONCE) == {"orphaned": [name]}


@pytest.mark.parametrize("name", ["zeile\nbruch", "kein\udcffutf8"], ids=["line break", "bytes"])
def test_foreign_names_do_not_stop_the_check(name: str, folder: Path) -> None:
    make.document()
    (folder / name).write_bytes(b"x")
    make_old(folder / name)
    check = archive.check()
    assert (check.orphaned, check.files) == (1, 1)
    assert check.findings["orphaned"][0]["file"] == ascii(name)


def test_all_at_once_is_counted_and_the_first_hundred_are_kept(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(archive, "BATCH", 50)  # orphans are looked for once more in several goes
    agreement = make.agreement()
    rows = [make.document(agreement, content=b"Inhalt %d" % number) for number in range(30)]
    for row in rows[:10]:
        path_of(row).unlink()
    for row in rows[10:15]:
        overwrite(path_of(row), b"anders")
    for number in range(130):
        make_old(folder / default_storage.save("x", ContentFile(b"herrenlos %d" % number)))
    check = archive.check()
    assert (check.missing, check.changed, check.orphaned) == (10, 5, 130)
    assert {kind: len(kept) for kind, kept in check.findings.items()} == {
        "missing": 10, "changed": 5, "orphaned": archive.KEPT,
    }  # fmt: skip
    assert check.files == 20 + 130


def test_every_model_with_a_file_is_compared() -> None:
    """A file field outside StoredFile would escape the check."""
    fields = {
        model
        for model in apps.get_models()
        if not issubclass(model, pghistory.models.Event)  # the history repeats what the rows said
        and any(isinstance(field, models.FileField) for field in model._meta.get_fields())
    }
    assert fields == set(archive.stored_models())
    assert len(fields) >= 2
    assert all(issubclass(model, StoredFile) for model in fields)


def test_rows_of_all_models_are_read() -> None:
    """A scan of several contracts names its file as a document does."""
    batch = make.scan_batch()
    assert archive.check(settled_after=AT_ONCE).is_clean
    Path(default_storage.path(address(batch.sha256))).unlink()
    assert found() == {"missing": [batch.file.name]}


def run(*arguments: str, verbosity: int = 1) -> str:
    out = StringIO()
    call_command("verify_archive", *arguments, stdout=out, verbosity=verbosity)
    return out.getvalue()


def test_command_says_that_all_is_well() -> None:
    make.document(content=b"x" * 2048)
    said = run()
    assert said.startswith("Das Archiv ist in Ordnung. 1 Dateien gelesen (2,0\xa0KB in ")
    assert run(verbosity=0) == "", "cron sends no mail when there is nothing to say"


def test_command_lists_what_is_wrong_and_fails() -> None:
    agreement = make.agreement()
    gone, changed = (make.document(agreement, content=content) for content in (b"weg", b"anders"))
    path_of(gone).unlink()
    overwrite(path_of(changed), b"ANDERS")
    orphan = default_storage.save("x", ContentFile(b"herrenlos"))
    out = StringIO()
    with pytest.raises(CommandError, match="1 fehlen, 1 verändert, 1 herrenlos"):
        call_command("verify_archive", "--settled-after", "0", stdout=out, verbosity=0)
    lines = out.getvalue().splitlines()
    assert {line.split()[0]: line.split()[1] for line in lines} == {
        "fehlt": gone.file.name, "verändert": changed.file.name, "herrenlos": orphan,
    }  # fmt: skip
    assert ArchiveCheck.objects.get().missing == 1, "the health page shows it"


def test_command_says_when_the_store_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*args: Any) -> None:
        raise ConnectionError("no route to host")

    make.document()
    monkeypatch.setattr(type(store()), "chunks", silent)
    with pytest.raises(CommandError, match="nicht erreichbar"):
        run()
    assert not ArchiveCheck.objects.exists(), "what was not read is not called missing"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_cursors")
        assert cursor.fetchall() == [], "nothing is left open in the database"


def test_check_asks_the_database_as_often_for_many_files_as_for_few() -> None:
    agreement = make.agreement()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            archive.check()
        return len(queries)

    for number in range(2):
        make.document(agreement, content=b"Inhalt %d" % number)
    few = asked()
    for number in range(2, 60):
        make.document(agreement, content=b"Inhalt %d" % number)
    assert asked() == few
