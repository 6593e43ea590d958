"""The code in the foot of every page is read from a scan and names document and page."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from aqb import paper, paper_codes
from tests.aqb.papers import opened, paragraph, section, snapshot

LONGEST = "https://zielvereinbarungen.soziales.hessen.example/d/ZV-2027-06438-12"


def many_pages(state: str = "issued", **changed: Any) -> bytes:
    made = snapshot(state, **changed)
    made["sections"].append(section(5, "Schluss", *[paragraph("Ein Satz, der Platz braucht. " * 20)] * 60))
    return paper.render(made)


def scanned(data: bytes, tmp_path: Path) -> list[Image.Image]:
    """Every page as a picture of 150 dpi."""
    file = tmp_path / "printed.pdf"
    file.write_bytes(data)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", str(file), str(tmp_path / "page")], check=True)
    return [Image.open(one) for one in sorted(tmp_path.glob("page-*.png"))]


def read(picture: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("state", ["issued", "signed"])
def test_code_of_every_page_is_read_and_names_the_page(state: str, tmp_path: Path) -> None:
    pictures = scanned(many_pages(state), tmp_path)

    assert len(pictures) > 9
    assert [read(one) for one in pictures] == [
        [f"https://aqb.example/d/ZV-2023-06438-0?s={number}"] for number in range(1, len(pictures) + 1)
    ]


def test_longest_address_is_read_from_a_poor_scan(tmp_path: Path) -> None:
    """Tilted, blurred, and stored with much loss."""
    for number, picture in enumerate(scanned(many_pages(check_url=LONGEST), tmp_path), start=1):
        poor = picture.rotate(1.5, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
        file = io.BytesIO()
        poor.save(file, "JPEG", quality=50)
        assert read(Image.open(file)) == [f"{LONGEST}?s={number}"]


def test_draft_has_no_code(tmp_path: Path) -> None:
    assert not any(read(one) for one in scanned(many_pages("draft"), tmp_path))


def test_code_stands_beside_the_number_and_covers_no_text(tmp_path: Path) -> None:
    file = tmp_path / "printed.pdf"
    file.write_bytes(paper.render(snapshot()))
    lines = subprocess.run(["pdftotext", "-bbox", str(file), "-"], check=True, capture_output=True, text=True).stdout
    boxes = [
        tuple(float(part.split('"')[1]) for part in line.split()[1:5])
        for line in lines.splitlines()
        if line.strip().startswith("<word")
    ]
    right, bottom = paper_codes.LEFT + paper_codes.SIDE, paper_codes.TOP + paper_codes.SIDE

    covered = [box for box in boxes if box[0] < right and box[3] > paper_codes.TOP and box[1] < bottom]

    assert not covered
    beside = [box for box in boxes if box[3] > paper_codes.TOP and box[0] >= right]
    assert min(box[0] for box in beside) - right == pytest.approx(4 * paper_codes.MM, abs=1.5)  # the quiet zone


def test_code_is_an_artifact_of_rectangles(tmp_path: Path) -> None:
    with opened(paper.render(snapshot())) as pdf:
        for page in pdf.pages:
            drawn = page.Contents.read_bytes()
            assert drawn.startswith(b"/Artifact <</Type /Pagination>> BDC\nq\n")
            assert drawn.split(b"EMC")[0].count(b" re") > 100
            assert "/XObject" not in page.Resources or not page.Resources.XObject
