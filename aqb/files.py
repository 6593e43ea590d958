"""Where the bytes of documents lie: named by their SHA-256, written once, never half."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from aqb.access import Refused


def fingerprint(content: bytes) -> str:
    """SHA-256 of the content as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def address(sha256: str) -> str:
    """Path of a file in the store: the first two digits are a folder, so that no folder grows without bound."""
    return f"{sha256[:2]}/{sha256}"


class ContentStorage(FileSystemStorage):
    """Folder of files that are named by what is in them.

    A file that exists is never written again; a half-written one never becomes visible, because it is written under
    a temporary name, flushed to disk and then renamed.
    """

    def _save(self, name: str, content: "File[Any]") -> str:
        content.seek(0)
        data = content.read()
        name = address(fingerprint(data))
        target = Path(self.path(name))
        if not target.exists():
            self._write(target, data)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def delete(self, name: str) -> None:
        raise Refused("Gespeicherte Dokumente werden nicht gelöscht.")

    @staticmethod
    def _write(target: Path, data: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".unfinished-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o440)
            Path(temporary).replace(target)
            ContentStorage._flush(target.parent)
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
