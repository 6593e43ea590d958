"""What the reading process can do, each with only the library that it needs."""

import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime

from aqb.inspection import messages
from aqb.inspection.messages import Message
from aqb.inspection.reasons import Unacceptable


def received(request: Message) -> Message:
    """What an upload is: media type, signed or not, and for each page what its code says."""
    content = request.files[0]
    from aqb.inspection import codes

    if request.values["media_type"] != "application/pdf":
        return Message({"signed": False, "pages": [codes.of_picture(content)]})
    from aqb.inspection import structure

    found = structure.checked(content)
    return Message({"signed": found.signed, "pages": codes.of_pdf(content, count=found.pages)})


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


# Our documents have ten pages at most; every page of a stranger's file would only take time.
LOOKED_AT = 10


def signature_report(request: Message) -> Message:
    """What the electronic signatures of a file are worth."""
    from aqb.inspection import signatures

    content, *others = request.files
    original = others.pop(0) if request.values["original"] else None
    at = request.values["at"]
    moment = datetime.fromisoformat(at) if at else None
    return Message({"report": signatures.report(content, original=original, roots=others, at=moment)})


TASKS: dict[str, Callable[[Message], Message]] = {
    task.__name__: task for task in (received, picture, as_pdf, excerpt, contents, signature_report)
}


def answered(task: str, request: Message) -> Message:
    """The answer to one request; whatever a file brings about is an answer too.

    Raises ImportError and the errors of missing files: then the installation is not complete.
    """
    try:
        return TASKS[task](request)
    except Unacceptable as error:
        return Message({"refused": error.reason})
    except MemoryError:
        return Message({"refused": "too_much"})
    except (ImportError, FileNotFoundError, PermissionError):
        raise
    except Exception:  # a library stumbles over a file in more ways than it lists; the words go into our log
        traceback.print_exc()
        return Message({"refused": "unreadable"})


def serve(task: str) -> None:
    """Answer the request on standard input; nothing that a library prints gets into the answer."""
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        messages.write(output, answered(task, messages.read(sys.stdin.buffer)))
