"""What the reading process can do, each with only the library that it needs."""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from io import BytesIO

from aqb.inspection import cage, messages
from aqb.inspection.limits import LARGEST_ANSWER
from aqb.inspection.messages import Message
from aqb.inspection.reasons import Unacceptable

# What the language itself loads only when it comes to need it.
ALWAYS = (
    "encodings.utf_16", "encodings.utf_16_be", "encodings.utf_16_le", "encodings.utf_32_be", "encodings.latin_1",
    "encodings.cp1252", "encodings.idna", "encodings.punycode", "_strptime", "tokenize",
)  # fmt: skip
PICTURES = tuple(f"PIL.{one}ImagePlugin" for one in ("Bmp", "Gif", "Jpeg", "Mpo", "Png", "Ppm"))
# Our documents have ten pages at most; every page of a stranger's file would only take time.
LOOKED_AT = 10


def received_pdf(request: Message) -> Message:
    """What an uploaded PDF is: signed or not, and for each page what its code says."""
    from aqb.inspection import codes, structure

    content = request.files[0]
    found = structure.checked(content)
    return Message({"signed": found.signed, "pages": codes.of_pdf(content, count=found.pages)})


def received_picture(request: Message) -> Message:
    """What an uploaded JPEG or PNG is: never signed, one page."""
    from aqb.inspection import codes

    return Message({"signed": False, "pages": [codes.of_picture(request.files[0])]})


def picture(request: Message) -> Message:
    """A page as PNG."""
    from aqb.inspection import pages

    return Message({}, [pages.picture(request.files[0], request.values["page"], request.values["width"])])


def as_pdf(request: Message) -> Message:
    """A picture as PDF/A."""
    from aqb.inspection import pictures

    return Message({}, [pictures.as_pdf(request.files[0], request.values["title"])])


def excerpt(request: Message) -> Message:
    """Some pages as a PDF of their own."""
    from aqb.inspection import structure

    return Message({}, [structure.excerpt(request.files[0], request.values["pages"])])


def contents(request: Message) -> Message:
    """What can be read: text of each page, the data carried along, what the codes say, and how the pages look."""
    from aqb.inspection import codes, pages, structure

    content = request.files[0]
    data = structure.data(content)
    texts = pages.texts(content)
    read = codes.of_pdf(content, count=len(texts), most=LOOKED_AT)
    looks = pages.looks(content, most=LOOKED_AT)
    return Message({"texts": texts, "codes": read, "looks": looks}, [data] if data else [])


def signature_report(request: Message) -> Message:
    """What the electronic signatures of a file are worth."""
    from aqb.inspection import signatures

    content, *others = request.files
    original = others.pop(0) if request.values["original"] else None
    at = request.values["at"]
    moment = datetime.fromisoformat(at) if at else None
    return Message({"report": signatures.report(content, original=original, roots=others, at=moment)})


def table(request: Message) -> Message:
    """The cells of a table, each with its kind; numbers as the digits that stand in the file."""
    from aqb.inspection import sheets
    from aqb.inspection.sheets.grid import Grid

    wishes = request.values
    grid = Grid(wishes["rows"], wishes["columns"])
    kind, name = sheets.read(request.files[0], wishes["name"], wishes["wanted"], wishes["chosen"], grid)
    return Message({"kind": kind, "sheet": name}, [json.dumps(grid.rows).encode()])


TASKS: dict[str, Callable[[Message], Message]] = {
    task.__name__: task
    for task in (received_pdf, received_picture, picture, as_pdf, excerpt, contents, signature_report, table)
}
# What each needs, loaded while files can still be opened: also what libraries load only when they come to need it.
NEEDED = {
    "received_pdf": ("aqb.inspection.structure", "aqb.inspection.codes"),
    "received_picture": ("aqb.inspection.codes", "aqb.inspection.pictures", *PICTURES),
    "picture": ("aqb.inspection.pages", *PICTURES),
    "as_pdf": ("aqb.inspection.pictures", "lxml.etree", *PICTURES),
    "excerpt": ("aqb.inspection.structure",),
    "contents": ("aqb.inspection.structure", "aqb.inspection.codes"),
    "signature_report": (
        "aqb.inspection.signatures", "pyhanko.pdf_utils.crypt.pdfmac", "pyhanko.pdf_utils.filters",
        "pyhanko.pdf_utils.metadata.xmp_xml", "pyhanko.sign.validation", "lxml.etree",
        "cryptography.hazmat.backends.openssl.backend",
    ),
    "table": ("aqb.inspection.sheets", "encodings.cp437"),
}  # fmt: skip


def prepare(task: str) -> None:
    """Load everything for this task, before the process closes itself off; raises ImportError when a part is missing."""
    for name in (*ALWAYS, *NEEDED[task]):
        import_module(name)


def answered(task: str, request: Message) -> Message:
    """The answer to one request; whatever a file brings about is an answer too."""
    try:
        return TASKS[task](request)
    except Unacceptable as error:
        return Message({"refused": error.reason, "place": error.place})
    except MemoryError:
        return Message({"refused": "too_much"})
    except Exception:  # a library stumbles over a file in more ways than it lists; the words go into our log
        traceback.print_exc()
        return Message({"refused": "unreadable"})


def serve(task: str) -> None:
    """Answer the request on standard input; nothing that a library prints gets into the answer."""
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        answer = answered(task, messages.read(sys.stdin.buffer))
        if cage.missed:
            print("Not loaded in time:", *cage.missed, file=sys.stderr)
            answer = Message({"refused": "unreadable"})
        written = BytesIO()
        messages.write(written, answer)
        if written.tell() > LARGEST_ANSWER:
            messages.write(output, Message({"refused": "too_much"}))
        else:
            output.write(written.getbuffer())
