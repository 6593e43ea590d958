"""The kinds of places in a sealed PDF, found by reading it: where a flipped byte may hide."""

import re
from collections.abc import Iterator

OBJECT = re.compile(rb"(?m)^\d+ 0 obj(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
KINDS = (  # how an object begins, the most telling first
    ("signature", rb"/Type\s*/Sig\b"),
    ("data", rb"/EmbeddedFile"),
    ("metadata", rb"/Type\s*/Metadata"),
    ("objects and structure tree", rb"/Type\s*/ObjStm"),
    ("cross references", rb"/Type\s*/XRef"),
    ("font", rb"/Length1"),
    ("colour profile", rb"/N 3\b"),
    ("catalog", rb"/Type\s*/Catalog"),
    ("page", rb"/Type\s*/Page\b"),
    ("form", rb"/SigFlags"),
    ("field", rb"/FT\s*/Sig"),
    ("title", rb"/Producer"),
    ("drawing or character map", rb"stream\r?\n"),
)


def regions(pdf: bytes) -> Iterator[tuple[str, int, int]]:
    """Name, first byte and end of each region, in the order of the file."""
    yield "header", 0, 8
    yield "mark of binary content", 9, pdf.index(b"\n", 9)
    for match in OBJECT.finditer(pdf):
        kind = next((name for name, sign in KINDS if re.search(sign, match[1])), "other object")
        stream = STREAM.search(pdf, match.start(1), match.end(1))
        if stream:
            yield f"{kind}, dictionary", match.start(1), stream.start()
            yield f"{kind}, stream", stream.start(1), stream.end(1)
        elif kind == "signature":
            yield from _signature(pdf, match.start(1), match.end(1))
        else:
            yield kind, match.start(1), match.end(1)
    for match in re.finditer(rb"startxref\s+(\d+)\s+(%%EOF)", pdf):
        yield "place of the cross references", match.start(1), match.end(1)
        yield "end mark", match.start(2), match.end(2)


def _signature(pdf: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The signature itself, the filling behind it that nothing covers, and what says which bytes are covered."""
    contents = re.compile(rb"/Contents\s*<([0-9a-fA-F]*?)(0*)>").search(pdf, start, end)
    covered = re.compile(rb"/ByteRange\s*\[([^\]]*)\](\s*)").search(pdf, start, end)
    assert contents, "no signature found"
    assert covered, "no byte range found"
    yield "signature value", contents.start(1), contents.end(1)
    yield "filling of the signature", contents.start(2), contents.end(2)
    yield "byte range", covered.start(1), covered.end(1)
    yield "gap behind the byte range", covered.start(2), covered.end(2)
    yield "dictionary of the signature", covered.end(2), end
