"""The paper: the same snapshot gives the same bytes, and they are PDF/A-3a and PDF/UA-1."""

import hashlib
import io
import json
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from aqb import paper, press

MINISTRY = "Hessisches Ministerium für Soziales und Integration"
DRAWING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}
STATES = ("draft", "issued", "signed")


def paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "runs": [{"text": text, "bold": False, "filled": False}]}


def section(number: int | None, heading: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"key": heading, "number": number, "heading": heading.split("\n"), "blocks": list(blocks)}


def project(title: str) -> dict[str, Any]:
    return {
        "uid": f"uid-{title[:20]}", "title": title, "provider": "", "starts_on": "", "ends_on": "", "places": None,
        "amounts": None,
    }  # fmt: skip


def side(party: str, label: str, place: str, name: str, office: str, body: str) -> dict[str, Any]:
    person = {"name": name, "office": office, "body": body, "place": place, "signed_on": "", "date_text": ""}
    return {"party": party, "label": label, "place": place, "people": [person]}


def snapshot(state: str = "issued", **changed: Any) -> dict[str, Any]:
    """An agreement of Landkreis Offenbach as agreements.documents makes it."""
    number = "" if state == "draft" else "ZV-2023-06438-0"
    made: dict[str, Any] = {
        "schema": "aqb-zielvereinbarung/1",
        "state": state,
        "kind": "agreement",
        "number": number,
        "check_url": f"https://aqb.example/d/{number}" if number else "",
        "title": "Zielvereinbarung",
        "subtitle": "2023",
        "year": 2023,
        "version": 0,
        "issued_at": "" if state == "draft" else "2023-07-03T09:30:00+02:00",
        "language": "de",
        "ministry": {"name": MINISTRY, "dative": "dem Hessischen Ministerium für Soziales und Integration"},
        "district": {"name": "Landkreis Offenbach", "dative": "dem Landkreis Offenbach"},
        "purpose": "zur Umsetzung des hessischen Ausbildungs- und Qualifizierungsbudgets",
        "amount": "1356400.00",
        "amount_text": "1.356.400 Euro",
        "lines": [{"key": "regel", "title": "Regelbudget", "amount": "1356400.00"}],
        "sections": [
            section(None, "Präambel", paragraph("Arbeitsmarktpolitik gelingt dort, wo die Menschen leben. " * 8)),
            section(1, "Budget\nZiele des Landes", paragraph("Wer vom eigenen Einkommen leben will, lernt. " * 20)),
            section(2, "Mittel", paragraph("Bereit stehen"), {"type": "amount", "text": "1.356.400 Euro"}),
            section(3, "Projekte", paragraph("Finanziert werden:"), {"type": "projects"}, {"type": "changes"}),
            section(4, "Listen", {"type": "list", "ordered": True, "start": 3, "items": [paragraph("drei")["runs"]]}),
        ],
        "categories": [
            {"number": 1, "key": "AV", "title": "Ausbildungsvorbereitung", "projects": [project("Joblinge")]},
            {"number": 2, "key": "WB", "title": "Weiterbildung", "projects": [project("BASS 2023")]},
        ],
        "signing": [
            side("land", "Für das Land Hessen", "Wiesbaden", "Kai Klose", "Staatsminister", MINISTRY),
            side("district", "Für den Landkreis Offenbach", "Dietzenbach", "Carsten Müller", "Kreisbeigeordneter",
                 "des Landkreises Offenbach"),
        ],
        "changes": [],
    }  # fmt: skip
    if state == "signed":
        made["signing"][0]["people"][0] |= {"signed_on": "2023-08-08", "date_text": "8.8.23"}
        made["signing"][1]["people"][0] |= {"signed_on": "2023-09-06"}
    return {**made, **changed}


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def text_of(data: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "paper.pdf"
    file.write_bytes(data)
    return subprocess.run(["pdftotext", *options, str(file), "-"], check=True, capture_output=True, text=True).stdout


def words(text: str) -> str:
    return " ".join(text.split())


def findings(data: bytes, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "checked.pdf"
    file.write_bytes(data)
    tool = Path(sys.executable).parent / "pdfua"
    return subprocess.run([str(tool), "check", str(file)], capture_output=True, text=True, check=False)


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


def test_draft_says_so_on_every_page_and_has_no_number(papers: dict[str, bytes], tmp_path: Path) -> None:
    with opened(papers["draft"]) as pdf:
        pages = len(pdf.pages)
    for number in range(1, pages + 1):
        text = text_of(papers["draft"], tmp_path, "-f", str(number), "-l", str(number))
        assert "Entwurf\n" in text
        assert "Entwurf – nicht zur Unterschrift" in text
        assert f"Seite {number} von {pages}" in text
        assert "ZV-2023" not in text


def test_issued_paper_bears_number_address_and_empty_signature_lines(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(text_of(papers["issued"], tmp_path, "-raw"))

    assert "ZV-2023-06438-0 Echtheit prüfen: aqb.example/d/ZV-2023-06438-0" in text
    assert "Entwurf" not in text
    assert "gez." not in text
    assert "Wiesbaden, den Kai Klose Staatsminister" in text


def test_fair_copy_reads_party_by_party_with_dates_as_given(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(text_of(papers["signed"], tmp_path, "-raw"))

    assert "Wiesbaden, den 8.8.23 gez. Kai Klose Staatsminister" in text
    assert "Dietzenbach, den 6. September 2023 gez. Carsten Müller Kreisbeigeordneter" in text


def test_text_stands_in_the_order_of_the_contract(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(text_of(papers["issued"], tmp_path))

    expected = (
        "Zielvereinbarung 2023 zwischen dem Hessischen Ministerium für Soziales und Integration und "
        "dem Landkreis Offenbach zur Umsetzung des hessischen Ausbildungs- und Qualifizierungsbudgets Präambel"
    )
    assert expected in text
    assert "Bereit stehen 1.356.400 Euro" in text
    assert re.search(r"1\. Ausbildungsvorbereitung – Joblinge 2\. Weiterbildung – BASS 2023", text)
    assert "3. drei" in text


def test_blank_label_leaves_no_line(tmp_path: Path) -> None:
    made = snapshot()
    for one in made["signing"]:
        one["label"] = ""

    assert "Für das Land" not in text_of(paper.render(made), tmp_path)


def test_two_people_sign_below_each_other(tmp_path: Path) -> None:
    made = snapshot("signed")
    second = {**made["signing"][1]["people"][0], "name": "Erika Muster", "office": "Landrätin"}
    made["signing"][1]["people"].append(second)

    text = words(text_of(paper.render(made), tmp_path, "-raw"))

    assert text.index("Carsten Müller") < text.index("Erika Muster")
    assert text.count("gez.") == 3


@pytest.mark.parametrize("filler", range(0, 40, 3))
def test_signatures_stay_together_and_never_stand_alone(filler: int, tmp_path: Path) -> None:
    made = snapshot()
    made["sections"].append(section(5, "Schluss", *[paragraph("Ein Satz, der Platz braucht. " * 4)] * filler))
    made["sections"].append(section(6, "Ende", paragraph("Der letzte Satz vor den Unterschriften.")))
    data = paper.render(made)
    with opened(data) as pdf:
        last = text_of(data, tmp_path, "-f", str(len(pdf.pages)), "-l", str(len(pdf.pages)))

    assert all(part in last for part in ("Für das Land Hessen", "Kai Klose", "Carsten Müller", "Der letzte Satz"))


def test_amendment_prints_what_changes(tmp_path: Path) -> None:
    made = snapshot(
        kind="amendment", title="1. Änderungsvereinbarung", subtitle="zur Zielvereinbarung 2023 vom 6. September 2023",
        changes=[{"text": "Das Projekt „Rückenwind“ (Ausbildungsvorbereitung) entfällt."}],
    )  # fmt: skip

    text = words(text_of(paper.render(made), tmp_path))

    assert text.startswith("1. Änderungsvereinbarung zur Zielvereinbarung 2023 vom 6. September 2023 zwischen")
    assert "– Das Projekt „Rückenwind“ (Ausbildungsvorbereitung) entfällt." in text


@pytest.mark.parametrize(
    "name",
    [
        "Straße & Söhne „Weiß“ <b>fett</b>",
        "{{ settings.SECRET_KEY }} {% load x %}",
        "שלום עולם",
        "مرحبا بالعالم",
        "Team 😀 👩🏽‍🚀 🇩🇪 1️⃣",
        "Ω Ж ẞ ǆ",
    ],
)
def test_odd_name_is_printed_as_data(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = snapshot()
    made["categories"][0]["projects"][0]["title"] = name
    made["signing"][0]["people"][0]["name"] = name

    data = paper.render(made)

    assert "notdef" not in caplog.text
    assert findings(data, tmp_path).returncode == 0
    with opened(data) as pdf:
        assert json.loads(pdf.attachments["zielvereinbarung.json"].get_file().read_bytes()) == made
    if name.isascii():
        assert name in words(text_of(data, tmp_path))


def test_character_without_font_is_shown_as_replacement(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = snapshot()
    made["categories"][0]["projects"][0]["title"] = "vor 漢 \x07 \ue000 \u202e nach"

    data = paper.render(made)

    assert "vor \ufffd \ufffd \ufffd \ufffd nach" in text_of(data, tmp_path)
    assert "notdef" not in caplog.text


@pytest.mark.parametrize("name", ["W" * 300, "Donaudampfschifffahrtsgesellschaft" * 9, "kurz lang " * 30])
def test_name_of_300_characters_stays_on_the_page(name: str, tmp_path: Path) -> None:
    made = snapshot("signed")
    made["district"] = {"name": name, "dative": name}
    made["sections"][1]["heading"] = [name]
    made["categories"][0]["title"] = name
    made["categories"][0]["projects"][0]["title"] = name
    for one in made["signing"]:
        one["people"][0] |= {"name": name, "office": name, "body": name}

    boxes = re.findall(
        r'xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.]+)"', text_of(paper.render(made), tmp_path, "-bbox")
    )

    assert boxes
    assert min(float(left) for left, _ in boxes) >= 70  # margins of 30 mm, less than an em beside them
    assert max(float(right) for _, right in boxes) <= 525


@given_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_any_text_comes_out_as_data_in_a_valid_file(text: str, tmp_path: Path) -> None:
    made = deepcopy(snapshot())
    made["title"] = made["purpose"] = text
    made["district"]["name"] = text
    made["categories"][0]["projects"][0]["title"] = text
    made["signing"][0]["people"][0]["name"] = text

    data = paper.render(made)

    assert findings(data, tmp_path).returncode == 0
    with opened(data) as pdf:
        assert json.loads(pdf.attachments["zielvereinbarung.json"].get_file().read_bytes()) == made
        assert not pdf.check_pdf_syntax()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.css",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        (Path(settings.BASE_DIR) / "pyproject.toml").as_uri(),
        (press.FIRA / "../../../package.json").as_uri(),
        "data:text/css,body{}",
        "ftp://example.org/",
    ],
)
def test_press_refuses_every_other_address(address: str) -> None:
    with pytest.raises(press.Loading, match="nicht laden"):
        press.OwnFilesOnly().fetch(address)


@pytest.mark.parametrize(
    "tag", ['<img src="https://example.org/a.png" alt="a">', '<link rel="stylesheet" href="file:///etc/passwd">']
)
def test_template_that_loads_something_fails_instead_of_printing(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "render_to_string", lambda *_: f'<!doctype html><html lang="de"><title>x</title>{tag}')

    with pytest.raises(paper.PaperError, match="nicht laden"):
        paper.render(snapshot())


def test_missing_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "Fehlt.woff2"
    monkeypatch.setattr(press, "FONTS", frozenset({gone}))

    with pytest.raises(press.Loading, match=r"Die Schrift Fehlt\.woff2 fehlt"):
        press.OwnFilesOnly().fetch(gone.as_uri())


def test_stylesheet_names_exactly_the_fonts_of_the_press() -> None:
    named = re.findall(r'url\("\.\./([^"]+)"\)', press.STYLESHEET.read_text())

    assert {press.BASE / one for one in named} == press.FONTS


def test_printing_logs_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    for state in STATES:
        paper.render(snapshot(state))

    assert caplog.text == ""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("dem Landkreis Offenbach", ["dem Landkreis Offenbach"]),
        ("zur Umsetzung des hessischen Ausbildungs- und Qualifizierungsbudgets",
         ["zur Umsetzung des hessischen", "Ausbildungs- und Qualifizierungsbudgets"]),
        ("x" * 60, ["x" * 60]),
    ],
)  # fmt: skip
def test_centred_line_is_balanced(text: str, lines: list[str]) -> None:
    assert paper.balanced(text) == lines
