"""No file gets in as signed issue that was changed, cut, wrapped or signed over something else."""

import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import MDPPerm

from aqb.inspection import signature, signatures
from tests import pki
from tests.aqb import forgeries
from tests.aqb.forgeries import changed, issued, signed
from tests.aqb.test_signature_report import report

CHANGES = [
    forgeries.text, forgeries.other_words, forgeries.annotation, forgeries.attachment, forgeries.no_attachments,
    forgeries.opening, forgeries.fewer_pages,
]  # fmt: skip
MORE_IN_FIELD = "Das Unterschriftsfeld „Feld“ enthält mehr als eine Unterschrift."


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What libraries stumble over goes into the log; here it is meant."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def refusals(content: bytes, **options: Any) -> list[str]:
    made = report(content, **options)
    found: list[str] = made["refusals"]
    assert all(re.match(r"[A-ZÄÖÜ].*[.“”]$", sentence) for sentence in found)
    return found


def about(sentence: str, name: str = "Thomas Bergmann", what: str = "Die Unterschrift von") -> str:
    return sentence.format(what=f"{what} {name}")


def test_the_issue_itself_is_not_signed() -> None:
    made = report(issued())
    assert made["refusals"] == [signatures.NO_SIGNATURE]
    assert made["intact"] is False


@pytest.mark.parametrize(
    "pdf",
    [lambda: forgeries.saved_again(issued()), forgeries.another_document],
    ids=["saved again by another program", "somebody else's document"],
)
def test_signed_over_other_bytes(pdf: Callable[[], bytes]) -> None:
    made = report(pki.sign(pdf()))
    assert made["begins_with_issue"] is False
    assert made["only_signatures_added"] is False
    assert made["refusals"] == [signatures.OTHER_BYTES]
    assert made["signatures"][0]["intact"]  # the signature is true, but it stands under something else


def test_other_document_behind_the_issue() -> None:
    """The file begins with the issue, but no reader ever looks there."""
    made = report(pki.sign(forgeries.another_document(beginning=issued())))
    assert made["begins_with_issue"] is True
    assert made["signatures"][0]["intact"]
    assert made["refusals"] == [signatures.MORE_THAN_SIGNATURES]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_changed_after_signing(change: Callable[[forgeries.Writer], None]) -> None:
    made = report(changed(signed(), change))
    assert made["refusals"] == [
        signatures.MORE_THAN_SIGNATURES, about(signature.CHANGED), signatures.APPENDED,
    ]  # fmt: skip
    assert made["signatures"][0]["unchanged_since"] is False
    assert made["only_signatures_added"] is False


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_changed_before_the_first_signature(change: Callable[[forgeries.Writer], None]) -> None:
    """Every signature in the file is in order, but it stands under more than the issue."""
    made = report(pki.sign(changed(issued(), change)))
    assert made["intact"]
    assert made["begins_with_issue"]
    assert made["signatures"][0]["unchanged_since"]
    assert made["refusals"] == [signatures.MORE_THAN_SIGNATURES]


def test_changed_between_two_signatures() -> None:
    found = refusals(pki.sign(changed(signed(), forgeries.text), "minister", "Unterschrift2"))
    assert found == [signatures.MORE_THAN_SIGNATURES, about(signature.CHANGED)]


def test_removed_signature() -> None:
    emptied = forgeries.fields(signed(), lambda field: field.pop(generic.pdf_name("/V"), None))
    assert signatures.NO_SIGNATURE in refusals(emptied)


def test_removed_first_signature_of_two() -> None:
    def remove(field: generic.DictionaryObject) -> None:
        if field["/T"] == "Unterschrift1":
            del field["/V"]

    found = refusals(forgeries.fields(pki.sign(signed(), "minister", "Unterschrift2"), remove))
    assert about(signature.CHANGED, "Dr. Katharina Wendt") in found


@pytest.mark.parametrize("more", [b"\n", b"\nmehr", b"\n%%EOF\n", b"\nstartxref\n0\n%%EOF\n"])
def test_bytes_after_the_last_signature(more: bytes) -> None:
    assert refusals(signed() + more) in ([signatures.APPENDED], [signatures.UNREADABLE])


def test_bytes_after_the_data_for_checking() -> None:
    assert refusals(pki.with_revocations(signed(), "people") + b"\nmehr") == [signatures.APPENDED]


def test_cut_off() -> None:
    for kept in (len(issued()) + 100, len(signed()) - 7, len(signed()) - 300):
        assert refusals(signed()[:kept])


def test_field_that_is_more_than_a_signature() -> None:
    action = generic.DictionaryObject({
        generic.pdf_name("/S"): generic.pdf_name("/URI"), generic.pdf_name("/URI"): generic.pdf_string("https://example.org/")
    })  # fmt: skip
    for more in ({"A": action}, {"subtype": "/Stamp"}):
        content = pki.sign(changed(issued(), partial(forgeries.field, **more)), field="Feld")
        assert refusals(content) == [MORE_IN_FIELD]


def test_empty_field_that_shows_words() -> None:
    content = pki.sign(changed(issued(), lambda writer: forgeries.field(writer, look=b"0 0 99 20 re f")))
    assert refusals(content) == ["Das leere Unterschriftsfeld „Feld“ zeigt einen Text oder ein Bild."]


def test_field_for_text() -> None:
    def fill(writer: forgeries.Writer) -> None:
        forgeries.field(writer, kind="/Tx", V=generic.pdf_string("2.356.400 Euro"))

    assert refusals(pki.sign(changed(issued(), fill))) == [signatures.MORE_THAN_SIGNATURES]


def test_signature_that_forbids_others() -> None:
    locked = pki.sign(issued(), certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    assert refusals(locked) == []
    assert refusals(pki.sign(locked, "minister", "Unterschrift2")) == [about(signature.FORBIDDEN)]
    assert refusals(pki.sign(pki.sign(issued(), certify=True), "minister", "Unterschrift2")) == []


@pytest.mark.parametrize(("method", "name"), [("sha1", "SHA-1"), ("md5", "MD5")])
def test_methods_that_are_not_safe(method: str, name: str) -> None:
    (found,) = refusals(pki.sign(issued(), "minister", md_algorithm=method))
    assert found == (
        "Die Unterschrift von Dr. Katharina Wendt benutzt ein Verfahren, das nicht mehr sicher ist: "
        f"RSA (2048 Bit) mit {name}."
    )


def test_form_of_signature_that_nobody_checks() -> None:
    content = signed().replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ")
    assert refusals(content) == [signature.UNKNOWN_FORM.format(field="Unterschrift1")]


@pytest.mark.parametrize(
    "moved",
    [
        lambda a, b, c: (0, a, b, c - 6),  # the end is not signed
        lambda a, b, c: (0, a, b - 10, c),  # neither; the lengths add up to the whole file
        lambda a, b, c: (0, a - 40, b, c),  # something before the signature is not signed
        lambda a, b, c: (9, a - 9, b, c),  # the beginning is not signed
        lambda a, b, c: (0, a, b + 20, c - 20),  # something after the signature is not signed
    ],
)
def test_signature_over_a_part_of_the_file(moved: Callable[[int, int, int], tuple[int, int, int, int]]) -> None:
    _, *parts = forgeries.ranges(signed())
    made = report(forgeries.signed_partly(signed(), *moved(*parts)))
    assert made["intact"]
    assert made["signatures"][0]["covers"] == "nur einen Teil der Datei"
    assert about(signature.PARTLY) in made["refusals"]


def test_true_signature_of_these_ranges_passes() -> None:
    """The forgery above is made as well as it can be: only the ranges give it away."""
    assert refusals(forgeries.signed_partly(signed(), *forgeries.ranges(signed()))) == []


def test_signature_of_another_file() -> None:
    other = forgeries.proof(pki.sign(forgeries.another_document()))
    assert refusals(forgeries.with_proof(signed(), other.rstrip(b"\0"))) == [about(signature.BROKEN)]


def test_something_behind_the_signature_in_its_place() -> None:
    proof = forgeries.proof(signed()).rstrip(b"\0")
    assert refusals(forgeries.with_proof(signed(), proof + b"\0\0mehr")) == [about(signature.BROKEN)]


def test_time_stamp_of_another_signature() -> None:
    mine, other = (pki.sign(issued(), "minister", stamped=True) for _ in range(2))
    found = refusals(forgeries.stamp_of_another(mine, other))
    assert found == [about(signature.BROKEN_STAMP, "Dr. Katharina Wendt")]


def test_two_fields_with_one_signature() -> None:
    def copy(writer: forgeries.Writer) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        twin = generic.DictionaryObject(fields[0].get_object())
        twin["/T"] = generic.pdf_string("Unterschrift2")
        fields.append(writer.add_object(twin))
        writer.update_container(fields)

    assert about(signature.CHANGED) in refusals(changed(signed(), copy))


MARKS = {
    "catalogue": b"/Catalog", "page": b"/Page\n", "form": b"/Fields", "field": b"/FT /Sig", "time": b"/M (D",
    "ranges": b"/ByteRange [0", "table": b"/Type /XRef", "start of table": b"startxref", "end": b"%%EOF",
}  # fmt: skip
PLACES = {
    "header": lambda begin, end, issue: 6,
    "words of the issue": lambda begin, end, issue: 300,
    "end of the issue": lambda begin, end, issue: issue - 3,
    "beginning of the signature": lambda begin, end, issue: begin,
    "signed attributes": lambda begin, end, issue: end - 300,
    "end of the signature": lambda begin, end, issue: end - 20,
    "zeros behind the signature": lambda begin, end, issue: end + 20,
}


@pytest.mark.parametrize("region", [*MARKS, *PLACES])
def test_one_byte_flipped(region: str) -> None:
    content = bytearray(signed())
    begin = forgeries.ranges(signed())[1] + 1
    end = begin + 2 * len(forgeries.proof(signed()).rstrip(b"\0"))
    if region in PLACES:
        position = PLACES[region](begin, end, len(issued()))
    else:
        position = content.rindex(MARKS[region]) + len(MARKS[region]) - 1
    assert position > len(issued()) or region in PLACES
    content[position] ^= 1
    assert refusals(bytes(content))


def test_one_byte_flipped_anywhere_around_the_signature() -> None:
    content = signed()
    _, begin, end, _ = forgeries.ranges(content)
    for position in (*range(len(issued()) + 11, begin, 149), *range(end, len(content), 149)):
        flipped = bytearray(content)
        flipped[position] ^= 1
        assert refusals(bytes(flipped)), position
