"""Finding the stored paper that a file is, begins with, or was."""

from pathlib import Path

import pytest

from agreements.models import Document
from reporting.check import origin
from tests import factories as make

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7\n" + b"".join(b"Zeile %d\n" % number for number in range(2_000)) + b"%%EOF\n"


@pytest.fixture
def document() -> Document:
    version = make.version(status="approved")
    version.issued_at = version.approved_at
    return make.document(version=version, kind="issued", content=PAPER, number="ZV-2023-06438-0")


@pytest.mark.parametrize("more", [b"x", b"\n", b"\r\n", b"%%EOF", b"1 0 obj endobj %%EOF\n" * 40])
def test_paper_with_something_behind_it(document: Document, more: bytes) -> None:
    assert origin.copied(PAPER + more) == document
    assert origin.begins_with(PAPER + more, document)


def test_longest_beginning_is_found(document: Document) -> None:
    longer = make.document(version=document.version, kind="signed", content=PAPER + b"Siegel %%EOF\r\n")
    assert origin.copied(PAPER + b"Siegel %%EOF\r\nmehr") == longer


def test_many_end_marks_are_not_read_forever(document: Document) -> None:
    assert len(list(origin._revisions(b"%%EOF\r\n" * 1_000))) <= 3 * origin.MOST_REVISIONS
    assert origin.copied(b"%%EOF " * 1_000 + PAPER) is None


def test_few_changed_bytes_do_not_hide_the_paper(document: Document) -> None:
    assert origin.copied(PAPER.replace(b"Zeile 7\n", b"Zeile 8\n")) == document
    assert origin.copied(bytes(len(PAPER))) is None  # the same size alone says nothing


def test_large_files_are_not_compared_byte_by_byte(document: Document) -> None:
    assert origin.copied(bytes(origin.COMPARED + 1)) is None


def test_lost_paper_is_no_reason_to_fail(document: Document) -> None:
    Path(document.file.path).unlink()
    assert origin.copied(PAPER.replace(b"Zeile 7\n", b"Zeile 8\n")) is None
