"""A snapshot to print and the tools to look at what comes out; it needs no database."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf

MINISTRY = "Hessisches Ministerium für Soziales und Integration"
FORMS = {
    "name": MINISTRY,
    "genitive": "des Hessischen Ministeriums für Soziales und Integration",
    "dative": "dem Hessischen Ministerium für Soziales und Integration",
}
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


def sections() -> list[dict[str, Any]]:
    """One of each kind: without number, two lines of heading, an amount, the projects, a list that starts at 3."""
    return [
        section(None, "Präambel", paragraph("Arbeitsmarktpolitik gelingt dort, wo die Menschen leben. " * 8)),
        section(1, "Budget\nZiele des Landes", paragraph("Wer vom eigenen Einkommen leben will, lernt. " * 20)),
        section(2, "Mittel", paragraph("Bereit stehen"), {"type": "amount", "text": "1.356.400 Euro"}),
        section(3, "Projekte", paragraph("Finanziert werden:"), {"type": "projects"}, {"type": "changes"}),
        section(4, "Listen", {"type": "list", "ordered": True, "start": 3, "items": [paragraph("drei")["runs"]]}),
    ]


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
        "ministry": dict(FORMS),
        "district": {"name": "Landkreis Offenbach", "dative": "dem Landkreis Offenbach"},
        "purpose": "zur Umsetzung des hessischen Ausbildungs- und Qualifizierungsbudgets",
        "amount": "1356400.00",
        "amount_text": "1.356.400 Euro",
        "lines": [{"key": "regel", "title": "Regelbudget", "amount": "1356400.00"}],
        "sections": sections(),
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
        made["seal"] = "none"
        proof = {"form": "paper", "evidence": "a" * 64}
        made["signing"][0]["people"][0] |= {**proof, "signed_on": "2023-08-08", "date_text": "8.8.23"}
        made["signing"][1]["people"][0] |= {**proof, "form": "electronic", "signed_on": "2023-09-06"}
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
