"""One byte of a sealed document is changed, anywhere: it is never called genuine, and the check never breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.check.examination import Examination, examine
from tests.reporting import held
from tests.reporting.regions import regions

pytestmark = pytest.mark.django_db

EXPECTED = {  # kinds of places that every sealed document has
    "header", "mark of binary content", "drawing or character map, stream", "data, stream", "font, stream",
    "metadata, stream", "metadata, dictionary", "objects and structure tree, stream", "cross references, stream",
    "colour profile, stream", "page", "form", "field", "signature value", "filling of the signature",
    "byte range", "gap behind the byte range", "place of the cross references", "end mark",
}  # fmt: skip


def flipped(pdf: bytes, at: int, mask: int = 1) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ mask]) + pdf[at + 1 :]


def slip(found: Examination) -> str:
    """What is wrong with this verdict on a changed document, or nothing."""
    if found.genuine or found.verdict.tone != "danger":
        return f"{found.verdict.tone}: {found.verdict.title}"
    return "" if found.places and found.verdict.title.startswith("Verändert") else f"no place: {found.verdict.title}"


def test_flipped_byte_is_found_in_every_kind_of_place() -> None:
    pdf = held.paper_of(held.signed(sealed=True))
    places = {name: (start + end) // 2 for name, start, end in regions(pdf) if end > start}
    assert set(places) >= EXPECTED  # the last place of each kind; any other is a matter of chance below
    slips = {name: slip(examine(flipped(pdf, at))) for name, at in places.items()}
    assert not {name: found for name, found in slips.items() if found}
    assert examine(pdf).genuine


def test_flipped_byte_is_found_at_any_offset() -> None:
    pdf = held.paper_of(held.signed(sealed=True))

    @settings(max_examples=12)
    @given(st.integers(0, len(pdf) - 1), st.integers(1, 255))
    def anywhere(at: int, mask: int) -> None:
        assert not slip(examine(flipped(pdf, at, mask)))

    anywhere()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("data, stream", "mitgeführten Daten"),
        ("drawing or character map, stream", "auf Seite 1"),
    ],
)
def test_place_of_a_flipped_byte_is_told_where_it_can_be(kind: str, sentence: str) -> None:
    pdf = held.paper_of(held.signed(sealed=True))
    start, end = next((start, end) for name, start, end in regions(pdf) if name == kind)
    found = examine(flipped(pdf, (start + end) // 2))
    assert any(sentence in place for place in found.places), found.places


def test_flipped_figure_of_the_signature_breaks_the_seal() -> None:
    pdf = held.paper_of(held.signed(sealed=True))
    start, end = next((start, end) for name, start, end in regions(pdf) if name == "signature value")
    last_figure = max(at for at in range(start, end - 16) if pdf[at : at + 1].isdigit())
    assert "Das Siegel ist verletzt." in examine(flipped(pdf, last_figure)).places
