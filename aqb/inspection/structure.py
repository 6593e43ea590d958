"""The inside of a PDF: whether it is whole, and whether anything in it would act by itself."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from aqb.inspection import contraband
from aqb.inspection.reasons import LARGEST_DATA, MOST_PAGES, Unacceptable

ATTACHMENT = "zielvereinbarung.json"  # the name that aqb.paper gives to the data it embeds
LARGEST_STREAM = 128 * 1024 * 1024  # bytes that one compressed part may have unpacked
LEADING_ELSEWHERE = ("/Annots", "/StructParents", "/B", "/AA", "/PieceInfo")
END = b"%%EOF"
LARGEST_REST = 1000  # bytes of blanks behind the end mark; readers look for it in the last kilobyte

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=LARGEST_STREAM, run_length_max_memory=LARGEST_STREAM, png_max_memory=LARGEST_STREAM,
    tiff_max_memory=LARGEST_STREAM, dct_max_memory=LARGEST_STREAM, parser_max_container_size=1_000_000,
)  # fmt: skip


@dataclass(frozen=True)
class Structure:
    """A PDF that may come in."""

    pages: int
    signed: bool


def checked(content: bytes) -> Structure:
    """What kind of PDF this is; raises Unacceptable when it is not whole or carries what may not come in."""
    _require_end(content)
    with opened(content, mend=False) as pdf:
        if pdf.is_encrypted:
            raise Unacceptable("encrypted")
    # Again, with mending: writers of scanners state the length of a picture wrongly, which every reader forgives. A
    # table of contents that has to be guessed, on the other hand, is read differently by different readers.
    with opened(content) as pdf:
        signed = contraband.search(pdf)
        pages = len(pdf.pages)
        if not pages:
            raise Unacceptable("no_pages")
        if pages > MOST_PAGES:
            raise Unacceptable("too_many_pages")
        return Structure(pages, signed)


def opened(content: bytes, *, mend: bool = True) -> Any:
    """The PDF, to be closed after use; raises Unacceptable when it is damaged or asks for a password."""
    try:
        return pikepdf.open(BytesIO(content), attempt_recovery=mend, suppress_warnings=True)
    except (pikepdf.PasswordError, pikepdf.QpdfRuntimeError) as error:
        # For the newest way of encrypting, qpdf wants random numbers from a device that this process cannot open.
        raise Unacceptable("encrypted") from error
    except pikepdf.PdfError as error:
        raise Unacceptable("damaged") from error


def _require_end(content: bytes) -> None:
    """A file that was cut off has lost its end; one that goes on behind it is two files in one."""
    at = content.rfind(END)
    rest = content[at + len(END) :] if at >= 0 else content
    if at < 0 or re.search(rb"\d\s+obj\b", rest):  # a version of the file begins and never ends
        raise Unacceptable("incomplete")
    if len(rest) > LARGEST_REST or rest.strip(b"\0\t\n\f\r \x1a"):
        raise Unacceptable("appended")


def data(content: bytes) -> bytes | None:
    """The data that our paper carries along, as they lie in the file; None in any other file."""
    try:
        with opened(content) as pdf:
            if ATTACHMENT not in pdf.attachments:
                return None
            found: bytes = pdf.attachments[ATTACHMENT].get_file().read_bytes()
            return found if len(found) <= LARGEST_DATA else None
    except (Unacceptable, pikepdf.PikepdfError, ValueError, LookupError, TypeError):
        return None  # a changed file may have lost them; its pages can still be read


def excerpt(content: bytes, numbers: list[int]) -> bytes:
    """A PDF of these pages (from 1, in this order), their pictures untouched; the same request gives the same bytes.

    Stamps and notes are drawn into the page; links, fields and structure, which lead to other pages, stay behind.
    """
    with opened(content) as pdf, pikepdf.new() as made:
        count = len(pdf.pages)
        if not numbers or not all(1 <= one <= count for one in numbers):
            raise Unacceptable("page_missing")
        pdf.flatten_annotations("screen")
        for one in numbers:
            made.pages.append(pdf.pages[one - 1])
            page = made.pages[-1].obj
            for key in LEADING_ELSEWHERE:
                if key in page:
                    del page[key]
        written = BytesIO()
        made.save(written, deterministic_id=True)
        return written.getvalue()
