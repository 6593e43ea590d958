"""The content store: written once, named by what is in it, never half there."""

import hashlib
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


KILLED = """
import os, signal, sys
from pathlib import Path
from aqb.files import ContentStorage
from django.conf import settings
from django.core.files.base import ContentFile
settings.configure()
os.{moment} = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
ContentStorage(location=sys.argv[1]).save("x", ContentFile(Path(sys.argv[2]).read_bytes()))
"""


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_process_killed_while_writing_leaves_no_half_file(moment: str, store: ContentStorage, tmp_path: Path) -> None:
    source = tmp_path.parent / f"{tmp_path.name}-source"
    source.write_bytes(CONTENT * 1000)
    script = KILLED.replace("{moment}", moment)
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(source)], cwd=settings.BASE_DIR, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    name = address(fingerprint(source.read_bytes()))
    assert not store.exists(name), "what is half there must not be found"
    assert [path.name.startswith(".unfinished-") for path in files(store)] == [True]
    assert store.save("x", ContentFile(source.read_bytes())) == name
    assert Path(store.path(name)).read_bytes() == source.read_bytes()


FULL = """
import resource, sys
from aqb.files import ContentStorage
from django.conf import settings
from django.core.files.base import ContentFile
settings.configure()
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
ContentStorage(location=sys.argv[1]).save("x", ContentFile(b"x" * 5000))
"""


def test_disk_that_is_full_leaves_nothing(store: ContentStorage, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], cwd=settings.BASE_DIR, check=False, capture_output=True, text=True
    )
    assert "File too large" in ended.stderr
    assert files(store) == []


def test_default_storage_is_the_content_store() -> None:
    assert isinstance(storages["default"], ContentStorage)
