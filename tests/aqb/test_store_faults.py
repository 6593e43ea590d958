"""A store that is full, read-only or gone: a sentence, nothing half done, and doing it again works."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agreements.actions import steps
from agreements.models import AgreementVersion, Document, StatusChange
from aqb import archive
from aqb.access import Refused, Role
from aqb.files import ContentStorage, address
from tests import factories as make
from tests.factories import START

CONTENT = b"Zielvereinbarung " * 1000


@contextmanager
def full() -> Iterator[None]:
    """No file may grow beyond 4 kB: what a used-up quota does to a process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def gone(place: Path) -> Iterator[None]:
    """Where the folder was, there is something else: a mount that came back wrong."""
    aside = place.with_name("aside")
    if place.exists():
        place.rename(aside)
    place.write_text("kein Ordner")
    try:
        yield
    finally:
        place.unlink()
        if aside.exists():
            aside.rename(place)


FAULTS = {"full": (lambda place: full(), "voll"), "gone": (gone, "nicht erreichbar")}


@pytest.mark.parametrize("fault", FAULTS)
def test_store_that_fails_says_so_and_keeps_nothing(fault: str, tmp_path: Path) -> None:
    place = tmp_path / "files"
    store = ContentStorage(location=place)
    kept = store.save("x", ContentFile(b"vorher"))
    happening, word = FAULTS[fault]
    with happening(place), pytest.raises(Refused) as caught:
        store.save("x", ContentFile(CONTENT))
    assert word in caught.value.reasons[0]
    assert "Es wurde nichts gespeichert und nichts geändert." in caught.value.reasons[0]
    assert caught.value.status == 503
    assert [found.name for found in store.walk()] == [kept], "the unfinished file is gone, too"
    assert store.exists(store.save("x", ContentFile(CONTENT)))


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (errno.ENOSPC, "voll"),
        (errno.EDQUOT, "voll"),
        (errno.EROFS, "nicht beschreiben"),
        (errno.EACCES, "nicht beschreiben"),
        (errno.EIO, "nicht erreichbar"),
        (errno.ESTALE, "nicht erreichbar"),
    ],
)
def test_every_fault_of_a_disk_has_its_sentence(
    number: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(file: int) -> None:
        raise OSError(number, os.strerror(number))

    store = ContentStorage(location=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fault)
        with pytest.raises(Refused, match=word):
            store.save("x", ContentFile(CONTENT))
    assert list(store.walk()) == []


FORBIDDEN = """
import os, sys
from aqb.access import Refused
from aqb.files import ContentStorage, address
from django.conf import settings
from django.core.files.base import ContentFile
settings.configure()
if os.geteuid() == 0:  # whom nothing is forbidden
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    ContentStorage(location=sys.argv[1]).save("x", ContentFile(b"x"))
except Refused as refused:
    print(refused)
"""


def test_store_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    place = tmp_path / "files"
    place.mkdir(mode=0o555)
    command = [sys.executable, "-c", FORBIDDEN, str(place)]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    assert "lässt sich nicht beschreiben. Es wurde nichts gespeichert" in ended.stdout
    assert list(place.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_store_that_fails_in_the_middle_of_issuing_undoes_the_issue(fault: str, folder: Path) -> None:
    make.ministry()
    version = make.version(status="approved")
    by = make.user(Role.MINISTRY)
    steps.issue(version=make.version(status="approved"), by=by)  # from now on the press needs no disk of its own
    happening, word = FAULTS[fault]
    with happening(folder), pytest.raises(Refused, match=word):
        steps.issue(version=version, by=by)
    stored = AgreementVersion.objects.get(pk=version.pk)
    assert (stored.status, stored.issued_at, stored.document_number, stored.snapshot) == ("approved", None, "", None)
    assert not Document.objects.filter(version=version).exists()
    assert not StatusChange.objects.filter(version=version, to_status="issued").exists()
    assert archive.check(settled_after=archive.SETTLED_AFTER * 0).is_clean, "nothing lies around"

    steps.issue(version=version, by=by)
    assert archive.check().is_clean
    document = Document.objects.get(version=version)
    with default_storage.open(address(document.sha256)) as file:
        assert len(file.read()) == document.size > 4096
    assert document.created_at > START
