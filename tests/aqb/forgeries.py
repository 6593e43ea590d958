"""Signed files that are not what they seem: each function changes a file as somebody with bad intentions would."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import cms
from pyhanko.pdf_utils import content, embed, generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PdfFileWriter

from aqb import paper
from tests import pki
from tests.aqb.papers import snapshot

Writer = IncrementalPdfFileWriter
RANGES = re.compile(rb"/ByteRange \[ *(\d+) +(\d+) +(\d+) +(\d+) *\] *")


@cache
def issued() -> bytes:
    """The issue that everybody signs in these tests."""
    return paper.render(snapshot())


@cache
def signed() -> bytes:
    """The issue with the signature of the landrat."""
    return pki.sign(issued())


def changed(pdf: bytes, change: Callable[[Writer], None]) -> bytes:
    """The file with a change appended; the bytes before stay."""
    writer = Writer(BytesIO(pdf))
    change(writer)
    return pki.written(writer)


def _page(writer: Writer) -> generic.DictionaryObject:
    reference, _ = writer.find_page_for_modification(0)
    page: generic.DictionaryObject = reference.get_object()
    writer.mark_update(reference)
    return page


def text(writer: Writer) -> None:
    """More words on the first page."""
    page = _page(writer)
    stream = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf 90 90 Td (mehr) Tj ET"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), stream])


def other_words(writer: Writer) -> None:
    """The object with the words of the first page is replaced by another one."""
    reference = _page(writer).raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(stream_data=b"0 0 9 9 re f")


def annotation(writer: Writer) -> None:
    """A note on the first page."""
    page = _page(writer)
    note = generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText"),
        pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (90, 90, 200, 120))),
        pdf_name("/Contents"): generic.pdf_string("gilt nur zur Hälfte"),
        pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf 0 g"),
    })  # fmt: skip
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])


def attachment(writer: Writer) -> None:
    """One more embedded file."""
    data = embed.EmbeddedFileObject.from_file_data(writer, data=b"{}")
    embed.embed_file(writer, embed.FileSpec(file_spec_string="mehr.json", embedded_data=data))


def no_attachments(writer: Writer) -> None:
    """Without the data for machines."""
    del writer.root["/Names"]
    writer.update_root()


def opening(writer: Writer) -> None:
    """Something happens when the file is opened."""
    writer.root["/OpenAction"] = generic.DictionaryObject({
        pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): generic.pdf_string("https://example.org/")
    })  # fmt: skip
    writer.update_root()


def fewer_pages(writer: Writer) -> None:
    """The last page is gone."""
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject(list(pages["/Kids"])[:-1])
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) - 1)
    writer.mark_update(writer.root.raw_get("/Pages").reference)


def odd_number(writer: Writer) -> None:
    """A new object counted as the second of its number, as poppler does."""
    reference = writer.add_object(generic.DictionaryObject())
    writer.objects[(1, reference.idnum)] = writer.objects.pop((0, reference.idnum))


def lists_apart(writer: Writer) -> None:
    """An empty field for a signature; each list that names it is an object of its own."""
    field(writer, look=b" ")
    page, form = _page(writer), writer.root["/AcroForm"]
    page["/Annots"] = writer.add_object(page["/Annots"])
    made = form["/Fields"][0].get_object()
    form["/Fields"] = writer.add_object(form["/Fields"])
    made["/AP"] = writer.add_object(made["/AP"])


def fields(pdf: bytes, change: Callable[[generic.DictionaryObject], None]) -> bytes:
    """The file with every field of its form changed."""

    def work(writer: Writer) -> None:
        for one in writer.root["/AcroForm"]["/Fields"]:
            change(one.get_object())
            writer.mark_update(one.reference)

    return changed(pdf, work)


def field(writer: Writer, *, kind: str = "/Sig", look: bytes = b"", subtype: str = "/Widget", **more: Any) -> None:
    """A form with one empty field that shows itself on the first page."""
    page = _page(writer)
    made = generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name(subtype), pdf_name("/FT"): pdf_name(kind),
        pdf_name("/T"): generic.pdf_string("Feld"), pdf_name("/F"): generic.NumberObject(4),
        pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (90, 90, 200, 120))),
    })  # fmt: skip
    made |= {pdf_name(f"/{key}"): value for key, value in more.items()}
    if look:
        resources = content.PdfResources().as_pdf_object()
        form = content.RawContent(look, box=content.BoxConstraints(110, 30)).as_form_xobject()
        form["/Resources"] = resources
        made["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    reference = writer.add_object(made)
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), reference])
    form_fields = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject([reference])})
    writer.root["/AcroForm"] = writer.add_object(form_fields)
    writer.update_root()


def another_document(*, beginning: bytes = b"") -> bytes:
    """A small PDF of somebody else, behind other bytes of which it takes no notice."""
    writer = PdfFileWriter()
    page = generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Page"),
        pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
    })  # fmt: skip
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))
    page["/Resources"] = generic.DictionaryObject()
    writer.insert_page(page)
    if not beginning:
        return pki.written(writer)
    result = BytesIO(beginning)
    result.seek(0, 2)
    writer.write(result)
    return result.getvalue()


def saved_again(pdf: bytes) -> bytes:
    """The file as another program writes it: it looks the same and has other bytes."""
    result = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(result)
    return result.getvalue()


def ranges(pdf: bytes) -> tuple[int, int, int, int]:
    """The signed ranges of the last signature: start, length, start, length."""
    found = RANGES.findall(pdf)[-1]
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


def proof(pdf: bytes) -> bytes:
    """The last signature itself (CMS), with the zeros behind it."""
    _, start, stop, _ = ranges(pdf)
    return bytes.fromhex(pdf[start + 1 : stop - 1].decode())


def with_proof(pdf: bytes, proof: bytes) -> bytes:
    """The file with another proof in the place of the last signature."""
    _, start, stop, _ = ranges(pdf)
    text = proof.hex().encode()
    return pdf[: start + 1] + text.ljust(stop - start - 2, b"0") + pdf[stop - 1 :]


def signed_partly(pdf: bytes, first: int, length: int, second: int, rest: int) -> bytes:
    """The file with its last signature made anew, truly, but over these ranges instead."""
    _, start, stop, _ = ranges(pdf)
    place = list(RANGES.finditer(pdf))[-1]
    entry = f"/ByteRange [{first} {length} {second} {rest}]".encode()
    pdf = pdf[: place.start()] + entry.ljust(place.end() - place.start()) + pdf[place.end() :]
    digest = hashlib.sha256(pdf[first : first + length] + pdf[second : second + rest]).digest()
    made = asyncio.run(pki.signer("landrat").async_sign(digest, "sha256", use_pades=True))
    text = made.dump().hex().encode()
    return pdf[: start + 1] + text.ljust(stop - start - 2, b"0") + pdf[stop - 1 :]


def stamp_of_another(pdf: bytes, other: bytes) -> bytes:
    """The file with the time stamp of another signature in its last one."""
    mine, theirs = (cms.ContentInfo.load(proof(one)) for one in (pdf, other))
    signer = mine["content"]["signer_infos"][0]
    signer["unsigned_attrs"] = theirs["content"]["signer_infos"][0]["unsigned_attrs"]
    return with_proof(pdf, mine.dump(force=True))
