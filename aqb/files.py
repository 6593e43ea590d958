"""Where the bytes of documents lie: named by their SHA-256, written once, never half.

`ContentStorage` is a folder, `aqb.bucket.BucketStorage` an S3 store; both give a file the same name.
"""

import errno
import hashlib
import logging
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from aqb.access import Refused

logger = logging.getLogger(__name__)

UNFINISHED = ".unfinished-"  # how the names of files begin that are being written
CHUNK = 1024 * 1024  # bytes read at once
LITTLE_SPACE = 1024**3  # bytes: less than this on the disk deserves a look

NOTHING_HAPPENED = (
    "Es wurde nichts gespeichert und nichts geändert. Bitte wenden Sie sich an den Betrieb der Anwendung und "
    "wiederholen Sie den Schritt danach."
)
FULL = "Der Speicher für Dokumente ist voll."
READ_ONLY = "Der Speicher für Dokumente lässt sich nicht beschreiben."
OUT_OF_REACH = "Der Speicher für Dokumente ist nicht erreichbar."
UNREADABLE = (
    "Die Datei lässt sich im Archiv gerade nicht lesen. Bitte versuchen Sie es später noch einmal und wenden Sie sich "
    "sonst an den Betrieb der Anwendung."
)
DAMAGED = (
    "Dieselbe Datei liegt schon im Archiv, ist dort aber beschädigt. Eine vorhandene Datei wird nie überschrieben; "
    "der Betrieb der Anwendung muss sie aus der Sicherung wiederherstellen."
)
_REASONS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), READ_ONLY),
}


def fingerprint(content: bytes) -> str:
    """SHA-256 of the content as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def address(sha256: str) -> str:
    """Path of a file in the store: the first two digits are a folder, so that no folder grows without bound."""
    return f"{sha256[:2]}/{sha256}"


@dataclass(frozen=True)
class Found:
    """A file as the store lists it: its name, and when it was written."""

    name: str
    written_at: datetime

    @property
    def is_unfinished(self) -> bool:
        """Being written, or left behind by a process that was killed."""
        return self.name.rpartition("/")[2].startswith(UNFINISHED)


@dataclass(frozen=True)
class StoreState:
    """Where the files lie and whether they can be put there; `problem` is a German sentence or empty."""

    place: str
    facts: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    warning: str = ""


class WriteOnce(Storage, ABC):
    """What every store of documents keeps: a name follows from the content, and what is there stays as it is."""

    @abstractmethod
    def walk(self) -> Generator[Found]:
        """Everything that lies in the store, in the order of the names (as strings); memory stays small.

        Raises OSError where the store does not answer.
        """

    @abstractmethod
    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece.

        Raises FileNotFoundError, ConnectionError when the store does not answer, OSError when this file is unreadable.
        """

    @abstractmethod
    def state(self) -> StoreState:
        """What the health page says; costs a second at most, and never raises."""

    @abstractmethod
    def _put(self, name: str, data: bytes) -> None:
        """Write a file that is not there yet. Raises OSError; then nothing is to be seen of it."""

    def _save(self, name: str, content: "File[Any]") -> str:
        """Put the content under its own name. Refuses when it cannot be written, or lies there in other bytes."""
        content.seek(0)
        data = content.read()
        name = address(fingerprint(data))
        try:
            if not self._keeps(name):
                self._put(name, data)
        except OSError as error:
            logger.error("The store cannot take %s: %s", name, error)
            reason = _REASONS.get(error.errno or 0, OUT_OF_REACH)
            raise Refused(f"{reason} {NOTHING_HAPPENED}", status=503) from error
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        """The file, read as a whole. Raises FileNotFoundError; refuses when the store cannot read it now."""
        try:
            return ContentFile(b"".join(self.chunks(name)), name=name)
        except FileNotFoundError:
            raise
        except OSError as error:
            logger.error("The store cannot read %s: %s", name, error)
            raise Refused(UNREADABLE, status=503) from error

    def _keeps(self, name: str) -> bool:
        """Whether the file is there, whole. Refuses to rely on one whose bytes have changed since they were written.

        Trusting it would record a document that nobody can ever fetch; replacing it would break the rule that nothing
        is written twice and wipe out the trace of what happened to it.
        """
        digest = hashlib.sha256()
        try:
            for chunk in self.chunks(name):
                digest.update(chunk)
        except FileNotFoundError:
            return False
        if address(digest.hexdigest()) == name:
            return True
        logger.error("The stored file %s no longer has the content that its name says", name)
        raise Refused(f"{DAMAGED} {NOTHING_HAPPENED}", status=503)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def delete(self, name: str) -> None:
        raise Refused("Gespeicherte Dokumente werden nicht gelöscht.")

    def url(self, name: str | None) -> str:
        """None: people get documents from a view that asks who they are and keeps a trace."""
        raise NotImplementedError("Stored files have no address of their own; see agreements.actions.files.fetch.")


def store() -> WriteOnce:
    """The store that the settings name."""
    return cast("WriteOnce", storages["default"])


class ContentStorage(WriteOnce, FileSystemStorage):
    """Folder of files that are named by what is in them.

    A file that exists is never written again; a half-written one never becomes visible, because it is written under
    a temporary name, flushed to disk and then renamed.
    """

    def _put(self, name: str, data: bytes) -> None:
        target = Path(self.path(name))
        if not target.parent.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._flush(target.parent.parent)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o440)
            Path(temporary).replace(target)
            self._flush(target.parent)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    @staticmethod
    def _flush(folder: Path) -> None:
        """The new name, too, survives a power cut: the row that names the file is committed only after this."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def chunks(self, name: str) -> Iterator[bytes]:
        with Path(self.path(name)).open("rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def walk(self) -> Generator[Found]:
        root = Path(self.location)
        if root.exists():  # else nothing has been stored yet, or everything is missing: the rows know
            yield from _below(root, "")

    def state(self) -> StoreState:
        root = Path(self.location)
        there = next(folder for folder in (root, *root.parents) if folder.exists())
        if not there.is_dir() or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
            return StoreState(f"Ordner {root}", problem=READ_ONLY)
        free = shutil.disk_usage(there).free
        facts = (("Freier Platz", f"{free / 1024**3:.1f} GB".replace(".", ",")),)
        warning = "Auf dem Datenträger der Dokumente ist nur noch wenig Platz." if free < LITTLE_SPACE else ""
        return StoreState(f"Ordner {root}", facts, warning=warning)


def _below(folder: Path, prefix: str) -> Iterator[Found]:
    """Files below a folder. Folders are put in order with their slash, so that the names come as sorted strings."""
    with os.scandir(folder) as entries:
        found = sorted((f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name) for entry in entries)
    for name in found:
        if name.endswith("/"):
            yield from _below(folder / name, prefix + name)
            continue
        try:
            written = (folder / name).lstat().st_mtime
        except FileNotFoundError:  # an unfinished file that has got its name meanwhile
            continue
        yield Found(prefix + name, datetime.fromtimestamp(written, UTC))
