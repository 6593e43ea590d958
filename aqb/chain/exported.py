"""Links of the chain as a file outside the database, where its administrator cannot reach them.

One JSON object a line: what the file is, then every link with its parts and the hashes of their rows. It holds hashes
only; personal columns are in it by commitments whose salts stay in the database.
"""

import base64
import binascii
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aqb import clock
from aqb.chain.link import content_of, digest_of
from aqb.models import HistoryLink

FORMAT = "aqb-kette-1"


class Unreadable(Exception):
    """The file is not one of exported links, or not whole; the text is a German sentence."""


class Diverged(Exception):
    """The chain no longer continues the file; the text is a German sentence."""


@dataclass(frozen=True)
class ExportedLink:
    """A link as it was when it was exported; each part with the hashes of its rows."""

    number: int
    made_at: datetime
    previous: str
    digest: str
    parts: list[tuple[dict[str, Any], bytes]]


def export(file: Path) -> int:
    """Write all links to the file, as a whole or not at all; answers how many.

    A file that is there is replaced only by a chain that continues it: raises Diverged where it does not, Unreadable where
    the file is another one, OSError where it cannot be written.
    """
    if file.exists():
        _must_continue(file)
    links = HistoryLink.objects.order_by("number").iterator(chunk_size=50)
    handle, unfinished = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}-")
    number = 0
    try:
        with open(handle, "w", encoding="utf-8") as target:  # noqa: PTH123 - the open file of mkstemp
            target.write(json.dumps({"format": FORMAT, "exported_at": clock.now().isoformat()}) + "\n")
            for link in links:
                target.write(json.dumps(_line(link)) + "\n")
                number += 1
            target.write(json.dumps({"links": number}) + "\n")
            target.flush()
            os.fsync(target.fileno())
        Path(unfinished).replace(file)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return number


def _must_continue(file: Path) -> None:
    now = dict(HistoryLink.objects.values_list("number", "digest"))
    for link in read(file):
        if now.get(link.number) != link.digest:
            raise Diverged(
                f"Die Kette in der Datenbank weicht ab Kettenglied {link.number} von dieser Datei ab. Die Datei bleibt, wie "
                "sie ist; bitte mit »manage.py verify_history --against« vergleichen."
            )


def _line(link: HistoryLink) -> dict[str, Any]:
    parts = [
        {**content_of(part), "leaves": base64.b64encode(bytes(part.leaves)).decode()}
        for part in link.parts.order_by("table")
    ]
    made_at = link.made_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        "number": link.number,
        "made_at": made_at,
        "previous": link.previous,
        "digest": link.digest,
        "parts": parts,
    }


def read(file: Path) -> Iterator[ExportedLink]:
    """The links of a file, one after the other. Raises Unreadable when it is not whole, OSError when it is not there."""
    number, previous, complete = 0, "", False
    with file.open(encoding="utf-8") as lines:
        if _object(lines.readline()).get("format") != FORMAT:
            raise Unreadable("Das ist keine Datei mit ausgegebenen Kettengliedern.")
        for line in lines:
            content = _object(line)
            if "links" in content:
                complete = content["links"] == number
                break
            link = _link(content)
            number += 1
            if link.number != number or link.previous != previous:
                raise Unreadable(f"In der Datei fehlt Kettenglied {number}, oder ihre Reihenfolge ist verändert.")
            previous = link.digest
            yield link
    if not complete:
        raise Unreadable(f"Die Datei bricht nach Kettenglied {number} ab.")


def _object(line: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    raise Unreadable("Die Datei ist beschädigt oder keine mit ausgegebenen Kettengliedern.")


def _link(content: dict[str, Any]) -> ExportedLink:
    """Raises Unreadable unless the link's own digest fits everything it says."""
    try:
        parts = [(dict(part), base64.b64decode(part["leaves"], validate=True)) for part in content["parts"]]
        made_at = datetime.fromisoformat(content["made_at"])
        for part, kept in parts:
            del part["leaves"]
            if hashlib.sha256(kept).hexdigest() != part["digest"]:
                raise ValueError(part["table"])
        link = ExportedLink(content["number"], made_at, content["previous"], content["digest"], parts)
        if digest_of(link.number, made_at, link.previous, [part for part, _ in parts]) != link.digest:
            raise ValueError(link.number)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Unreadable("Die Datei ist verändert: Die Prüfwerte in ihr passen nicht zu ihrem Inhalt.") from error
    return link
