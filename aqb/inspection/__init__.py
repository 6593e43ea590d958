"""Reading files of strangers, in a process of their own that has neither secrets nor the database.

Everything here answers or raises `Refused` with German sentences that say what is wrong with the file and what to do;
only when the reading process itself does not work, `InspectionError` is raised.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TypeGuard

from aqb.inspection import addresses
from aqb.inspection.messages import Message
from aqb.inspection.process import InspectionError, ask
from aqb.inspection.reasons import LARGEST_DATA, LARGEST_UPLOAD, MOST_PAGES, SENTENCES, Unacceptable

__all__ = [
    "LARGEST_UPLOAD", "MOST_PAGES", "Contents", "InspectionError", "Page", "Received",
    "as_pdf", "contents", "excerpt", "picture", "received", "signature_report",
]  # fmt: skip

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
BEGINNINGS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
WIDEST = 3_000  # pixels of a picture of a page
LONGEST_TITLE = 300
LARGEST_ROOT = 1024 * 1024  # bytes of one file with certificates
SECONDS_FOR_SIGNATURES = 50


@dataclass(frozen=True)
class Page:
    """What the code on a page says: number of the document and page of it; "" and None when it cannot be read."""

    number: str
    page: int | None


@dataclass(frozen=True)
class Received:
    """An upload that may come in: what it is by its content, its pages, and whether it carries signatures."""

    media_type: str
    pages: list[Page]
    signed: bool


@dataclass(frozen=True)
class Contents:
    """What can be read in a PDF: text by page, the data carried along, and our numbers, the most reliable first.

    `codes` are the numbers that a code on a page names; `looks` are fingerprints of the first pages as they are drawn:
    equal ones look the same.
    """

    pages: list[str]
    data: dict[str, Any] | None
    numbers: list[str]
    codes: list[str]
    looks: list[str]


def received(content: bytes) -> Received:
    """What an upload is by its content; refuses what may not come in (see `reasons.SENTENCES`)."""
    media_type = _media_type(content)
    answer = _asked("received_pdf" if media_type == PDF else "received_picture", content)
    signed, pages = answer.values.get("signed"), answer.values.get("pages")
    if type(signed) is not bool or not isinstance(pages, list) or not 0 < len(pages) <= MOST_PAGES:
        _refuse("unreadable")
    return Received(media_type, [_page(one) for one in pages], signed)


def picture(content: bytes, page: int, *, width: int) -> bytes:
    """Page `page` (from 1) of a PDF as PNG, `width` pixels wide; refuses a page that does not exist, with status 404."""
    _require_pdf(content)
    answer = _asked("picture", content, page=page, width=max(1, min(width, WIDEST)))
    return _file(answer, PNG)


def as_pdf(image: bytes, *, title: str) -> bytes:
    """A JPEG or PNG as PDF/A with one page of A4; its pixels stay as they are, notes of the camera go."""
    if _media_type(image) == PDF:
        _refuse("not_picture")
    return _file(_asked("as_pdf", image, title=title[:LONGEST_TITLE]), PDF)


def excerpt(content: bytes, pages: list[int]) -> bytes:
    """A PDF of just these pages (from 1, in this order); the same pages give the same bytes."""
    _require_pdf(content)
    if len(pages) > MOST_PAGES:
        _refuse("too_many_pages")
    return _file(_asked("excerpt", content, pages=pages), PDF)


def contents(content: bytes) -> Contents:
    """What can be read in a PDF, also in one that was changed; refuses what is no PDF or cannot be opened at all."""
    _require_pdf(content)
    answer = _asked("contents", content)
    texts, codes, looks = (answer.values.get(name) for name in ("texts", "codes", "looks"))
    if not _are_texts(texts) or not isinstance(codes, list) or not _are_texts(looks):
        _refuse("unreadable")
    data = _data(answer.files[0]) if answer.files else None
    named = [number for one in codes if (number := _page(one).number)]
    return Contents(texts, data, _numbers(data, named, texts), named, looks)


def signature_report(
    content: bytes, *, original: bytes | None = None, roots: Path | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """What the electronic signatures of a PDF are worth; see aqb/inspection/signatures.py.

    `original` is the issued file it should begin with, `roots` the folder of trusted certificates, `at` the moment
    for which trust is asked (now, when there is none).
    """
    _require_pdf(content)
    files = [content, *([original] if original is not None else []), *_certificates(roots)]
    moment = at.isoformat() if at else ""
    answer = _asked(
        "signature_report", *files, seconds=SECONDS_FOR_SIGNATURES, original=original is not None, at=moment
    )
    report = answer.values.get("report")
    if not isinstance(report, dict):
        _refuse("unreadable")
    return report


def _asked(task: str, *files: bytes, **values: Any) -> Message:
    try:
        return ask(task, *files, **values)
    except Unacceptable as error:
        _refuse(error.reason, error)


def _refuse(reason: str, cause: Exception | None = None) -> NoReturn:
    # Only here: the reading process imports this package, too, and does without Django.
    from aqb.access import Refused

    raise Refused(SENTENCES[reason], status=404 if reason == "page_missing" else 409) from cause


def _media_type(content: bytes) -> str:
    """What the content says it is; what it is called does not matter."""
    if not content:
        _refuse("empty")
    if len(content) > LARGEST_UPLOAD:
        _refuse("too_big")
    for beginning, media_type in BEGINNINGS.items():
        if content.startswith(beginning):
            return media_type
    _refuse("other_type")


def _require_pdf(content: bytes) -> None:
    if _media_type(content) != PDF:
        _refuse("not_pdf")


def _file(answer: Message, media_type: str) -> bytes:
    """The one file of the answer, which must begin like what was asked for."""
    if len(answer.files) != 1 or not any(
        answer.files[0].startswith(beginning) for beginning, known in BEGINNINGS.items() if known == media_type
    ):
        _refuse("unreadable")
    return answer.files[0]


def _page(said: Any) -> Page:
    match said:
        case ["", None]:
            return Page("", None)
        case [str(number), None] if addresses.NUMBER.fullmatch(number):
            return Page(number, None)
        case [str(number), int(page)] if (
            addresses.NUMBER.fullmatch(number) and page is not True and 0 < page <= addresses.LAST_PAGE
        ):
            return Page(number, page)
    _refuse("unreadable")


def _are_texts(said: Any) -> TypeGuard[list[str]]:
    return isinstance(said, list) and len(said) <= MOST_PAGES and all(isinstance(one, str) for one in said)


def _data(embedded: bytes) -> dict[str, Any] | None:
    """The embedded data if they are JSON that the application could have written."""
    if len(embedded) > LARGEST_DATA:
        return None
    try:
        data = json.loads(embedded)
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):  # ValueError: also halves of characters, which no text may have
        return None
    return data if isinstance(data, dict) else None


def _numbers(data: dict[str, Any] | None, codes: list[str], texts: list[str]) -> list[str]:
    """Document numbers by how reliably they were read: from the data, the codes, the text; each once."""
    carried = str((data or {}).get("number", ""))
    found = [carried] if addresses.NUMBER.fullmatch(carried) else []
    found += codes
    found += [one for text in texts for one in addresses.IN_TEXT.findall(text)]
    return list(dict.fromkeys(found))


def _certificates(folder: Path | None) -> list[bytes]:
    """The files of the folder, read here so that the reading process needs no folder; hidden ones do not count."""
    if folder is None:
        return []
    files = sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith("."))
    return [content for one in files if len(content := one.read_bytes()) <= LARGEST_ROOT]
