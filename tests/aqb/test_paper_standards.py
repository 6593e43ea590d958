"""The same snapshot gives the same bytes, and they are PDF/A-3a and PDF/UA-1."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings

from aqb import paper
from tests.aqb.papers import STATES, findings, opened, project, snapshot

DRAWING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {state: paper.render(snapshot(state)) for state in STATES}


@pytest.mark.parametrize("state", STATES)
def test_same_snapshot_twice_gives_the_same_bytes(papers: dict[str, bytes], state: str) -> None:
    assert paper.render(snapshot(state)) == papers[state]


def test_same_snapshot_in_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Also with characters of every bundled font, and with keys in another order."""
    made = snapshot()
    made["categories"][0]["projects"].append(project("שלום مرحبا 😀 Ω"))
    script = tmp_path / "again.py"
    script.write_text(
        "import hashlib, json, sys, django\n"
        "django.setup()\n"
        "from aqb import paper\n"
        "print(hashlib.sha256(paper.render(json.load(sys.stdin))).hexdigest())\n"
    )
    other = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps(made, sort_keys=True),
        env={"DJANGO_SETTINGS_MODULE": "aqb.settings", "PYTHONPATH": str(settings.BASE_DIR), "PYTHONHASHSEED": "7"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert other.stdout.strip() == hashlib.sha256(paper.render(made)).hexdigest()


@pytest.mark.parametrize("state", STATES)
def test_checker_for_accessibility_finds_nothing(papers: dict[str, bytes], state: str, tmp_path: Path) -> None:
    report = findings(papers[state], tmp_path)

    assert (report.returncode, "no findings" in report.stdout) == (0, True), report.stdout


@pytest.mark.parametrize("state", STATES)
def test_metadata_declares_both_standards_in_one_rdf(papers: dict[str, bytes], state: str) -> None:
    with opened(papers[state]) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()

    assert metadata.count("<rdf:RDF") == metadata.count("</rdf:RDF>") == 1
    assert 'pdfaid:part="3"' in metadata
    assert 'pdfaid:conformance="A"' in metadata
    assert 'pdfuaid:part="1"' in metadata
    assert "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>" in metadata


@pytest.mark.parametrize("state", STATES)
def test_file_is_tagged_german_titled_and_bookmarked(papers: dict[str, bytes], state: str) -> None:
    with opened(papers[state]) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(root.Lang) == "de"
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert str(pdf.docinfo.Title) == "Zielvereinbarung 2023 – Landkreis Offenbach" + (
            " (Entwurf)" if state == "draft" else ""
        )
        with pdf.open_outline() as outline:
            assert [one.title for one in outline.root] == ["Zielvereinbarung 2023"]
            assert [one.title.replace("\u00a0", " ") for one in outline.root[0].children] == [
                "Präambel", "§ 1 Budget Ziele des Landes", "§ 2 Mittel", "§ 3 Projekte", "§ 4 Listen", "Unterschriften",
            ]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_everything_drawn_is_in_the_structure_or_an_artifact(papers: dict[str, bytes], state: str) -> None:
    with opened(papers[state]) as pdf:
        in_tree = set(_marked(pdf.Root.StructTreeRoot.K[0]))
        for number, page in enumerate(pdf.pages):
            stack: list[str] = []
            for instruction in pikepdf.parse_content_stream(page):
                operator = str(instruction.operator)
                if operator in ("BDC", "BMC"):
                    stack.append(str(instruction.operands[0]))
                    if operator == "BDC" and "/MCID" in instruction.operands[1]:
                        assert (page.objgen, int(instruction.operands[1].MCID)) in in_tree
                elif operator == "EMC":
                    stack.pop()
                assert operator not in DRAWING or stack, f"unmarked {operator} on page {number + 1}"


def _marked(element: Any, page: Any = None) -> Any:
    page = element.get("/Pg", page)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _marked(kid, page)
        else:
            yield page.objgen, int(kid)


@pytest.mark.parametrize("state", STATES)
def test_embedded_data_equal_the_snapshot(papers: dict[str, bytes], state: str) -> None:
    with opened(papers[state]) as pdf:
        (name,) = pdf.attachments
        attached = pdf.attachments[name]
        content = attached.get_file()
        assert name == "zielvereinbarung.json"
        assert content.mime_type == "application/json"
        assert json.loads(content.read_bytes()) == snapshot(state)
        assert content.read_bytes() == paper.canonical(snapshot(state))
        assert [one.AFRelationship for one in pdf.Root.AF] == ["/Data"]


@pytest.mark.parametrize("state", STATES)
def test_fonts_are_embedded_and_come_with_the_project(papers: dict[str, bytes], state: str) -> None:
    with opened(papers[state]) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        names = {str(one.BaseFont).split("+")[-1] for one in fonts}
        described = [one.FontDescriptor for one in fonts if "/FontDescriptor" in one]
        assert all("/FontFile2" in one or "/FontFile3" in one for one in described)

    assert names == {"Fira-Sans", "Fira-Sans-Medium", "Fira-Sans-Semi-Bold"}
