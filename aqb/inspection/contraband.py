"""What may not come in with a PDF: everything that acts, loads, plays or carries programs.

Every object of the file is looked at, whether or not a page leads to it, because readers differ in where they look.
"""

import re
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, PdfError, Stream, String

from aqb.inspection.reasons import MOST_PIXELS, Unacceptable

MOST_OBJECTS = 150_000  # a scan of 200 pages has under 2,000
# Kinds of actions (ISO 32000-2, 12.6.4). What only moves within the document, or opens a web page, may stay.
ACTIONS = {
    "/JavaScript": "javascript", "/Launch": "launch", "/ImportData": "launch", "/SubmitForm": "launch",
    "/GoToR": "launch", "/GoToE": "launch", "/Thread": "launch", "/Rendition": "media", "/Movie": "media",
    "/Sound": "media", "/RichMediaExecute": "media", "/GoTo3DView": "media", "/SetState": "launch",
}  # fmt: skip
ANNOTATIONS = {"/RichMedia": "media", "/Movie": "media", "/Sound": "media", "/3D": "media", "/Screen": "media"}
HARMLESS_ADDRESS = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
# Whatever else is attached may be a program in a form that nobody here thought of.
HARMLESS_NAMES = (".json", ".xml", ".txt", ".csv")
PROGRAM_NAME = re.compile(
    r"\.(?:apk|app|bat|bin|cmd|com|cpl|deb|dll|dmg|docm|dotm|elf|exe|hta|jar|jse?|lnk|msi|msp|pif|potm|pptm|ps1|py|reg"
    r"|rpm|scr|sh|so|sys|vb|vbe|vbs|wsf|xlam|xlsm|xltm)[. ]*$",
    re.IGNORECASE,
)
PROGRAM_BEGINNINGS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
)  # fmt: skip
# Only objects whose text has one of these words are taken apart; qpdf has already undone every disguise of a name.
WORTH_A_LOOK = re.compile(
    rb"/(?:%s|JS|URI|XFA|EF|EmbeddedFile|ByteRange|Image|Subtype|F)(?![0-9A-Za-z_.-])"
    % b"|".join(one[1:].encode() for one in ACTIONS)
)


def search(pdf: Pdf) -> bool:
    """Whether the file carries electronic signatures; raises Unacceptable for the first thing that may not come in."""
    signed = False
    for dictionary, stream in _dictionaries(pdf):
        _require_no_action(dictionary)
        _require_no_media(dictionary)
        if stream is not None:
            _require_tame_stream(stream)
        if "/EF" in dictionary:
            _require_tame_attachment(dictionary)
        signed = signed or _is_signature(dictionary)
    return signed


def _dictionaries(pdf: Pdf) -> Iterator[tuple[Any, Any]]:
    """Every dictionary of the file, also those within others, and the stream that it belongs to, if any."""
    if int(pdf.trailer.get("/Size", 0)) > MOST_OBJECTS or len(pdf.objects) > MOST_OBJECTS:
        raise Unacceptable("too_many_parts")
    for one in [pdf.trailer, *pdf.objects]:
        stream = one if isinstance(one, Stream) else None
        start = stream.stream_dict if stream is not None else one
        if not isinstance(start, Dictionary | Array) or not WORTH_A_LOOK.search(start.unparse(resolved=True)):
            continue
        yield from ((found, stream if found is start else None) for found in _within(start))


def _within(start: Any) -> Iterator[Any]:
    """The dictionaries that are written out in one object, which cannot contain itself; references are not followed."""
    waiting = [start]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Dictionary):
            yield one
        inner = one.values() if isinstance(one, Dictionary) else one
        waiting += [
            each
            for each in inner
            if isinstance(each, Dictionary | Array) and not isinstance(each, Stream) and not each.is_indirect
        ]


def _require_no_action(dictionary: Any) -> None:
    if (reason := ACTIONS.get(_name(dictionary, "/S"))) is not None:
        raise Unacceptable(reason)
    if isinstance(dictionary.get("/JS"), String | Stream):
        raise Unacceptable("javascript")
    if "/XFA" in dictionary:
        raise Unacceptable("form")
    address = dictionary.get("/URI")
    if isinstance(address, String) and not HARMLESS_ADDRESS.match(str(address).strip()):
        raise Unacceptable("launch")


def _require_no_media(dictionary: Any) -> None:
    if (reason := ANNOTATIONS.get(_name(dictionary, "/Subtype"))) is not None:
        raise Unacceptable(reason)


def _require_tame_stream(stream: Any) -> None:
    if "/F" in stream:  # its content lies in another file, on this machine or elsewhere
        raise Unacceptable("launch")
    if _name(stream, "/Type") == "/EmbeddedFile":
        _require_no_program(_beginning(stream))
    if _name(stream, "/Subtype") == "/Image" and _number(stream, "/Width") * _number(stream, "/Height") > MOST_PIXELS:
        raise Unacceptable("too_many_pixels")


def _require_tame_attachment(specification: Any) -> None:
    """Nothing but text comes in beside the pages: data such as our own, and tables."""
    names = [str(value) for key in ("/UF", "/F") if isinstance(value := specification.get(key), String)]
    if any(PROGRAM_NAME.search(name) for name in names):
        raise Unacceptable("executable")
    contents = specification["/EF"]
    for stream in contents.values() if isinstance(contents, Dictionary) else [contents]:
        content = _beginning(stream)
        _require_no_program(content)
        if b"\0" in content:
            raise Unacceptable("attachment")
    if not names or not all(name.lower().endswith(HARMLESS_NAMES) for name in names):
        raise Unacceptable("attachment")


def _beginning(stream: Any) -> bytes:
    """What an attachment begins with; raises Unacceptable when it cannot be unpacked."""
    if not isinstance(stream, Stream):
        raise Unacceptable("attachment")
    try:
        content: bytes = stream.read_bytes()[:4096]
    except PdfError as error:
        raise Unacceptable("attachment") from error
    return content


def _require_no_program(content: bytes) -> None:
    if content.startswith(PROGRAM_BEGINNINGS):
        raise Unacceptable("executable")


def _is_signature(dictionary: Any) -> bool:
    return "/ByteRange" in dictionary and "/Contents" in dictionary


def _name(holder: Any, key: str) -> str:
    value = holder.get(key)
    return str(value) if isinstance(value, Name) else ""


def _number(holder: Any, key: str) -> int:
    value = holder.get(key)
    return value if isinstance(value, int) else 0
