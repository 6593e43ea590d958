"""The content store: written once, named by what is in it, never half there."""

import hashlib
import logging
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from aqb.access import Refused
from aqb.files import ContentStorage, address, fingerprint

CONTENT = "Zielvereinbarung mit Maßnahmen\n".encode()


@pytest.fixture
def store(tmp_path: Path) -> ContentStorage:
    return ContentStorage(location=tmp_path)


def files(store: ContentStorage) -> list[Path]:
    return sorted(path for path in Path(store.location).rglob("*") if path.is_file())


def test_file_is_named_by_its_content(store: ContentStorage) -> None:
    name = store.save("vertrag.pdf", ContentFile(CONTENT))
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert name == f"{digest[:2]}/{digest}" == address(fingerprint(CONTENT))
    assert Path(store.path(name)).read_bytes() == CONTENT


def test_file_that_exists_is_not_written_again(store: ContentStorage) -> None:
    name = store.save("eins", ContentFile(CONTENT))
    before = Path(store.path(name)).stat()
    assert store.save("zwei", ContentFile(CONTENT)) == name
    after = Path(store.path(name)).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(files(store)) == 1


def test_other_content_gets_another_name(store: ContentStorage) -> None:
    assert store.save("x", ContentFile(CONTENT)) != store.save("x", ContentFile(CONTENT + b" "))


def test_file_read_half_before_is_stored_whole(store: ContentStorage) -> None:
    content = ContentFile(CONTENT)
    content.read(10)
    assert Path(store.path(store.save("x", content))).read_bytes() == CONTENT


def test_stored_file_is_read_only(store: ContentStorage) -> None:
    path = Path(store.path(store.save("x", ContentFile(CONTENT))))
    assert path.stat().st_mode & 0o777 == 0o440


def test_name_that_leads_out_of_the_store_is_refused(store: ContentStorage) -> None:
    with pytest.raises(SuspiciousFileOperation):
        store.save("../../etc/passwd", ContentFile(CONTENT))
    assert files(store) == []


def test_deleting_is_refused(store: ContentStorage) -> None:
    name = store.save("x", ContentFile(CONTENT))
    with pytest.raises(Refused, match="nicht gelöscht"):
        store.delete(name)
    assert store.exists(name)


def test_many_writers_of_the_same_content_leave_one_whole_file(store: ContentStorage) -> None:
    data = CONTENT * 20_000
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: store.save("x", ContentFile(data)), range(16)))
    assert len(names) == 1
    assert [path.read_bytes() == data for path in files(store)] == [True]


def test_damaged_file_is_not_trusted_when_its_content_comes_again(
    store: ContentStorage, caplog: pytest.LogCaptureFixture
) -> None:
    name = store.save("x", ContentFile(CONTENT))
    path = Path(store.path(name))
    path.unlink()
    path.write_bytes(CONTENT.replace(b"Z", b"z"))
    with caplog.at_level(logging.ERROR), pytest.raises(Refused, match="aus der Sicherung") as caught:
        store.save("x", ContentFile(CONTENT))
    assert caught.value.status == 503
    assert name in caplog.text
    assert path.read_bytes() != CONTENT, "what is there is not written again, and nothing wipes out its trace"
    path.write_bytes(CONTENT)  # from the backup
    assert store.save("x", ContentFile(CONTENT)) == name


def test_stored_file_is_read_as_a_whole(store: ContentStorage) -> None:
    name = store.save("x", ContentFile(CONTENT * 100_000))
    with store.open(name) as file:
        assert file.read() == CONTENT * 100_000
    assert b"".join(store.chunks(name)) == CONTENT * 100_000


def test_file_that_is_not_there_is_not_found(store: ContentStorage) -> None:
    with pytest.raises(FileNotFoundError):
        store.open(address(fingerprint(CONTENT)))


def test_file_that_cannot_be_read_is_refused(store: ContentStorage) -> None:
    name = address(fingerprint(CONTENT))
    Path(store.path(name)).mkdir(parents=True)  # root may read everything, but no folder as a file
    with pytest.raises(Refused, match="lässt sich im Archiv gerade nicht lesen"):
        store.open(name)


def test_files_have_no_address_for_browsers(store: ContentStorage) -> None:
    with pytest.raises(NotImplementedError):
        store.url(store.save("x", ContentFile(CONTENT)))


def test_store_lists_what_lies_in_it_in_the_order_of_names(store: ContentStorage) -> None:
    for folder, name in (("ab", "ab2"), ("ab", "ab1"), ("ab-c", "x"), ("a", "z")):
        (Path(store.location) / folder).mkdir(exist_ok=True)
        (Path(store.location) / folder / name).touch()
    (Path(store.location) / "ab.txt").touch()
    names = [found.name for found in store.walk()]
    assert names == sorted(names)
    assert set(names) == {"ab/ab1", "ab/ab2", "ab-c/x", "a/z", "ab.txt"}


def test_store_without_a_folder_yet_is_empty(tmp_path: Path) -> None:
    assert list(ContentStorage(location=tmp_path / "later").walk()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from aqb.files import ContentStorage
from django.conf import settings
from django.core.files.base import ContentFile
settings.configure()
left = [int(sys.argv[3])]
def deadly(act):
    def done(*args, **options):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return act(*args, **options)
    return done
os.fsync, os.replace, os.chmod = deadly(os.fsync), deadly(os.replace), deadly(os.chmod)
ContentStorage(location=sys.argv[1]).save("x", ContentFile(Path(sys.argv[2]).read_bytes()))
"""
# What lies in the store when the process is killed instead of its first, second, ... call of the system.
LEFT = ["nothing", "unfinished", "unfinished", "unfinished", "whole"]


@pytest.mark.parametrize(("calls", "left"), list(enumerate(LEFT)), ids=["folder", "fsync", "chmod", "rename", "flush"])
def test_process_killed_while_writing_leaves_no_half_file(
    calls: int, left: str, store: ContentStorage, tmp_path: Path
) -> None:
    source = tmp_path.parent / f"{tmp_path.name}-source"
    source.write_bytes(CONTENT * 1000)
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(source), str(calls)]
    assert subprocess.run(command, cwd=settings.BASE_DIR, check=False).returncode == -signal.SIGKILL
    name = address(fingerprint(source.read_bytes()))
    assert store.exists(name) == (left == "whole"), "what is half there must not be found"
    assert [found.is_unfinished for found in store.walk()] == {"nothing": [], "unfinished": [True]}.get(left, [False])
    assert store.save("x", ContentFile(source.read_bytes())) == name
    assert Path(store.path(name)).read_bytes() == source.read_bytes()


def test_default_storage_is_the_content_store() -> None:
    assert isinstance(storages["default"], ContentStorage)
