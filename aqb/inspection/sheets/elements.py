"""The XML of a workbook, element by element and without a tree: no document type, so no entities and nothing external.

What defusedxml does for openpyxl, on the parser itself.
"""

from collections.abc import Iterable
from typing import Any, NoReturn
from xml.parsers import expat

from aqb.inspection.reasons import Unacceptable

DEEPEST = 200  # elements within each other
# Whose elements and attributes count; what programs add beside them may say something else under the same name.
SPACES = (
    "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/",
    "urn:oasis:names:tc:opendocument:xmlns:", "http://www.w3.org/1999/xlink",
)  # fmt: skip
FOREIGN = ""


class Done(Exception):
    """The listener has heard enough."""


class Listener:
    """Hears what stands in a part; names come without their namespaces, foreign ones as FOREIGN."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text within the innermost element, possibly one of several pieces."""


def read(pieces: Iterable[bytes], listener: Listener) -> None:
    """Let the listener hear the XML in these bytes; refuses what is no sound XML or declares a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse  # before anything that it declares
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    _attach(parser, listener)
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except Done:
        return
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise Unacceptable("broken") from error


def _attach(parser: Any, listener: Listener) -> None:
    depth = 0
    names: dict[str, str] = {}

    def local(name: str) -> str:
        """Without its namespace; remembered, for a table has few names and many cells."""
        if (known := names.get(name)) is None:
            space, _, last = name.rpartition(" ")
            known = last if not space or space.startswith(SPACES) else FOREIGN
            if len(names) < 1_000:
                names[name] = known
        return known

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unacceptable("much")
        listener.start(local(name), {key: value for found, value in attributes.items() if (key := local(found))})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(local(name))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = listener.text


def _refuse(*_: Any) -> NoReturn:
    raise Unacceptable("entities")
