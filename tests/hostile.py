"""Files as an attacker, a broken scanner or a hasty person uploads them. Every builder gives the bytes of one file."""

import zlib
from collections.abc import Callable
from io import BytesIO
from struct import pack
from typing import Any
from zipfile import ZipFile

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

ALERT = "app.alert('Guten Tag');"
PROGRAM = b"MZ" + bytes(62)  # how a program for Windows begins


A4 = (595, 842)  # points


def plain(
    pages: int = 1, change: Callable[[Pdf], None] | None = None, *, size: tuple[int, int] = A4, **options: Any
) -> bytes:
    """A good PDF of empty pages, after `change`; `options` go to the writer."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=size)
        if change:
            change(pdf)
        written = BytesIO()
        pdf.save(written, deterministic_id="encryption" not in options, **options)
        return written.getvalue()


def empty() -> bytes:
    return b""


def not_pdf() -> bytes:
    """A word processor's file, whatever it is called."""
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return written.getvalue()


def truncated(pdf: bytes | None = None, keep: float = 0.7) -> bytes:
    """The first part of a file, as after a broken upload."""
    pdf = pdf or plain(3)
    return pdf[: int(len(pdf) * keep)]


def damaged(pdf: bytes | None = None) -> bytes:
    """Beginning and end are there, the table of contents points nowhere."""
    pdf = pdf or plain()
    head, _, _ = pdf.rpartition(b"startxref")
    return head + b"startxref\n7\n%%EOF\n"


def appended(pdf: bytes | None = None) -> bytes:
    """A PDF for one program, an archive for another."""
    return (pdf or plain()) + not_pdf()


def encrypted(word: str = "geheim") -> bytes:
    """Asks for this word; with an empty one it opens, but forbids things."""
    return plain(encryption=pikepdf.Encryption(owner="niemand", user=word))


def many_pages(pages: int = 500) -> bytes:
    return plain(pages)


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(ALERT))


def with_javascript(place: str = "open", **options: Any) -> bytes:
    """JavaScript in one of the PLACES where readers look for it."""
    return plain(change=PLACES[place], **options)


def _annotate(pdf: Pdf, annotation: Dictionary) -> None:
    annotation.Type, annotation.Rect = Name.Annot, Array([10, 10, 90, 30])
    pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(annotation)]))


def _in_field(pdf: Pdf) -> None:
    field = Dictionary(Subtype=Name.Widget, FT=Name.Tx, T=String("a"), AA=Dictionary(K=_script()))
    _annotate(pdf, field)
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].Annots[0]]))


def _in_names(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(_script())])))


def _in_outline(pdf: Pdf) -> None:
    entry = pdf.make_indirect(Dictionary(Title=String("a"), A=_script()))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=entry, Last=entry, Count=1))


def _next_to_a_link(pdf: Pdf) -> None:
    first = Dictionary(S=Name.URI, URI=String("https://aqb.example"), Next=Array([_script()]))
    _annotate(pdf, Dictionary(Subtype=Name.Link, A=first))


def _as_stream(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(ALERT.encode()))


def _without_kind(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(JS=String(ALERT))


PLACES: dict[str, Callable[[Pdf], None]] = {
    "open": lambda pdf: setattr(pdf.Root, "OpenAction", _script()),
    "document event": lambda pdf: setattr(pdf.Root, "AA", Dictionary(WC=_script())),
    "page event": lambda pdf: setattr(pdf.pages[0].obj, "AA", Dictionary(O=_script())),
    "names": _in_names,
    "link": lambda pdf: _annotate(pdf, Dictionary(Subtype=Name.Link, A=_script())),
    "field": _in_field,
    "outline": _in_outline,
    "after another action": _next_to_a_link,
    "stream": _as_stream,
    "without its kind": _without_kind,
}


def written_out(catalog: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """A PDF of one page, written by hand; `catalog` and `page` stand in those two, `more` are objects from number 4."""
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R %s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842] %s>>" % page,
        *more,
    )
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(bodies) + 1, table, end)


def disguised_javascript() -> bytes:
    """The name is written with escapes, which readers undo."""
    return written_out(b"/OpenAction<</S/J#61vaScrip#74/J#53(app.alert\\(1\\))>>")


def with_form() -> bytes:
    """A form of the kind that is a program of its own (XFA)."""
    return plain(change=lambda pdf: setattr(pdf.Root, "AcroForm", Dictionary(XFA=pdf.make_stream(b"<xdp/>"))))


def with_launch(kind: str = "/Launch") -> bytes:
    """A link that starts a program, opens another file or sends data."""
    action = Dictionary(S=Name(kind), F=String("\\\\server\\share\\calc.exe"))
    return plain(change=lambda pdf: _annotate(pdf, Dictionary(Subtype=Name.Link, A=action)))


def with_address(address: str) -> bytes:
    """A link to an address."""
    action = Dictionary(S=Name.URI, URI=String(address))
    return plain(change=lambda pdf: _annotate(pdf, Dictionary(Subtype=Name.Link, A=action)))


def with_film() -> bytes:
    return plain(change=lambda pdf: _annotate(pdf, Dictionary(Subtype=Name.RichMedia)))


def with_outside_stream() -> bytes:
    """A page whose content lies in another file."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"", F=String("/etc/passwd"))

    return plain(change=change)


def with_attachment(name: str, content: bytes) -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.attachments[name] = content

    return plain(change=change)


def with_executable() -> bytes:
    return with_attachment("rechnung.exe", PROGRAM)


def _packed(pdf: Pdf, megabytes: int) -> pikepdf.Stream:
    """A stream that unpacks to that many megabytes of zeros, from a thousandth of them."""
    size = megabytes * 1_000_000
    packer = zlib.compressobj(9, wbits=-15)  # blocks without head and checksum can be repeated without packing again
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.flush() + pack(">HH", size % 65521, 1)
    stream = pdf.make_stream(b"")
    stream.write(b"\x78\xda" + block * megabytes + end, filter=Name.FlateDecode)
    return stream


def bomb(megabytes: int = 4_000) -> bytes:
    """A page whose drawing unpacks to gigabytes."""
    return plain(
        change=lambda pdf: setattr(pdf.pages[0].obj, "Contents", _packed(pdf, megabytes)),
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )


def picture_bomb(side: int = 50_000) -> bytes:
    """A page with a picture of `side` x `side` pixels in a few bytes."""

    def change(pdf: Pdf) -> None:
        image = _packed(pdf, 1)
        image.Type, image.Subtype, image.ColorSpace, image.BitsPerComponent = (
            Name.XObject, Name.Image, Name.DeviceGray, 8,
        )  # fmt: skip
        image.Width = image.Height = side
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(I=image))
        pdf.pages[0].Contents = pdf.make_stream(b"500 0 0 500 0 0 cm /I Do")

    return plain(change=change, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def png_bomb(side: int = 50_000) -> bytes:
    """A PNG of a few kilobytes that says it has billions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9)) + chunk(b"IEND", b"")


def many_objects(count: int = 200_000) -> bytes:
    def change(pdf: Pdf) -> None:
        pdf.Root.All = Array([pdf.make_indirect(Dictionary(A=one)) for one in range(count)])

    return plain(change=change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def page_cycle() -> bytes:
    """The tree of pages contains itself."""

    def change(pdf: Pdf) -> None:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)

    return plain(change=change)


def deep_nesting(depth: int = 100_000) -> bytes:
    """Brackets in brackets, as deep as a stack can fall."""
    return written_out(b"/X" + b"[" * depth + b"]" * depth)


def packed_objects_bomb(megabytes: int = 4_000) -> bytes:
    """Objects that lie packed in a stream of gigabytes, and that every reader needs."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = b"\x78\xda" + block * megabytes + packer.flush()
    pages = b"<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    bodies = (b"<</Type/Catalog/Pages 3 0 R>>", pages)
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = pack(">BIH", 0, 0, 65535) + b"".join(pack(">BIH", 1, place, 0) for place in places)
    rows += pack(">BIH", 2, 2, 0) + pack(">BIH", 1, len(made), 0)
    table = b"<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    return made + b"4 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))


def disputed_pages() -> bytes:
    """The tree says two pages and has one: readers differ in what they count."""
    return plain(2).replace(b"/Kids [ 3 0 R 4 0 R ]", b"/Kids [ 3 0 R 3 0 R ]").replace(b"/Count 2", b"/Count 7")


def endless_drawing() -> bytes:
    """Forms that draw each other ten times, nine levels deep: a billion drawings in three kilobytes."""

    def change(pdf: Pdf) -> None:
        inner = pdf.make_stream(
            b"0 0 m 500 800 l S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842])
        )
        for _ in range(9):
            inner = pdf.make_stream(
                b"/F Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]),
                Resources=Dictionary(XObject=Dictionary(F=inner)),
            )  # fmt: skip
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=inner))
        pdf.pages[0].Contents = pdf.make_stream(b"/F Do")

    return plain(change=change)
