"""The parts of a workbook: a zip archive from which nothing is unpacked that was not asked for, and nothing endlessly."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from aqb.inspection.reasons import Unacceptable

MOST_PARTS = 2_000
LARGEST_PART = 64 * 1024 * 1024  # bytes unpacked; 5,000 rows of 60 columns have 45 at most
PIECE = 64 * 1024


class Parcel:
    """A zip archive; its parts are asked for by their names in lower case, as Excel takes them."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(content))
            infos = self._zip.infolist()
        except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError, UnicodeDecodeError) as error:
            raise Unacceptable("broken") from error
        if len(infos) > MOST_PARTS:
            raise Unacceptable("much")
        self._infos = {info.filename.lower(): info for info in infos}
        if len(self._infos) != len(infos):
            raise Unacceptable("broken")  # two parts of one name: every program takes another one
        if any(info.flag_bits & 1 for info in infos):
            raise Unacceptable("password")

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._infos)

    def stream(self, name: str) -> Iterator[bytes]:
        """A part piece by piece; refuses one that is missing, broken, or larger than any honest one."""
        info = self._infos.get(name.lower())
        if info is None:
            raise Unacceptable("broken")
        if info.file_size > LARGEST_PART:
            raise Unacceptable("much")
        try:
            with self._zip.open(info) as part:
                while piece := part.read(PIECE):  # never more than it says to hold
                    yield piece
        except (BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError, ValueError) as error:
            raise Unacceptable("broken") from error

    def part(self, name: str, most: int = 1024 * 1024) -> bytes:
        """A small part as a whole."""
        whole = b""
        for piece in self.stream(name):
            whole += piece
            if len(whole) > most:
                raise Unacceptable("much")
        return whole
