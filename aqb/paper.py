"""The paper: one function turns a snapshot into the bytes of a PDF, and nothing else does.

The same snapshot gives the same bytes, in every process and on every machine with the locked dependencies.
The PDF is PDF/A-3a and PDF/UA-1 at once and carries the snapshot as zielvereinbarung.json.
"""

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string

from aqb.text import long_date

Snapshot = dict[str, Any]

ATTACHMENT = "zielvereinbarung.json"
BALANCED = 90  # characters up to which a centred line is split near its middle
ONE_LINE = 40  # characters that fit on a centred line
SHORT_LIST = 12  # projects that stay together on a page
ANNOUNCED = {"list", "projects", "changes", "amount"}
SIGNED_AS = {"paper": "gez.", "electronic": "elektronisch unterzeichnet"}
SEALED_AS = {
    "official": "Reinschrift mit Organisationssiegel",
    "test": "Reinschrift mit Testsiegel ohne rechtliche Wirkung",
    "none": "Reinschrift ohne Siegel",
}


class PaperError(Exception):
    """The document cannot be made; the message is a German sentence."""


def render(snapshot: Snapshot) -> bytes:
    """The PDF of a snapshot; raises PaperError when the template asks for anything but the project's own fonts."""
    # WeasyPrint takes most of a second and tens of megabytes to load: only a process that prints pays for it.
    from aqb import press

    html = render_to_string("agreements/document.html", {"paper": page(press.printable(snapshot))})
    try:
        return press.write_pdf(
            html,
            name=ATTACHMENT,
            data=canonical(snapshot),
            description="Die Angaben dieser Vereinbarung für Maschinen",
            moment=_moment(snapshot),
            check_url=snapshot["check_url"],
        )
    except press.Loading as error:
        raise PaperError(str(error)) from error


def canonical(snapshot: Snapshot) -> bytes:
    """The snapshot as JSON in its one spelling: sorted keys, no spaces, UTF-8. This is what the PDF carries."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _moment(snapshot: Snapshot) -> datetime:
    """The time that the file states: when it was issued; a draft has none, so the first day of its vintage."""
    if snapshot["issued_at"]:
        return datetime.fromisoformat(snapshot["issued_at"]).astimezone(UTC).replace(microsecond=0)
    return datetime(snapshot["year"], 1, 1, tzinfo=UTC)


def page(shown: Snapshot) -> dict[str, Any]:
    """What the template shows: the texts of a snapshot, with what only the look needs."""
    draft = shown["state"] == "draft"
    name = f"{shown['title']} {shown['subtitle']}".strip()
    return {
        **shown,
        "draft": draft,
        "name": name,
        "document_title": f"{name} – {shown['district']['name']}" + (" (Entwurf)" if draft else ""),
        "created": _moment(shown).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "parties": [balanced(shown["ministry"]["dative"]), balanced(shown["district"]["dative"])],
        "purpose_lines": balanced(shown["purpose"]),
        "sections": [_section(section) for section in shown["sections"]],
        "categories": [{**one, "short": len(one["projects"]) <= SHORT_LIST} for one in shown["categories"]],
        "signing": [_side(side, signed=shown["state"] == "signed") for side in shown["signing"]],
        **_seal(shown),
        "short_address": shown["check_url"].split("://")[-1],
    }


def _section(section: dict[str, Any]) -> dict[str, Any]:
    sign = f"§\u00a0{section['number']}" if section["number"] else ""
    blocks = [dict(block) for block in section["blocks"]]
    for block, following in pairwise(blocks):
        # A sentence that announces a list or an amount stays with it.
        block["announces"] = block["type"] == "paragraph" and following["type"] in ANNOUNCED
    return {**section, "sign": sign, "bookmark": " ".join([sign, *section["heading"]]).strip(), "blocks": blocks}


def _side(side: dict[str, Any], *, signed: bool) -> dict[str, Any]:
    people = [
        {
            **person,
            "signed_as": SIGNED_AS[person.get("form", "paper")] if signed else "",
            # A contract taken over keeps its dates as they were written.
            "date": person["date_text"] or long_date(person["signed_on"]),
            "place": person.get("place") or side["place"],
        }
        for person in side["people"]
    ]
    return {**side, "people": people}


def _seal(shown: Snapshot) -> dict[str, str]:
    """What a fair copy says about its seal: in the foot of every page, and as a sentence below the signatures."""
    if shown["state"] != "signed":
        return {"seal_mark": "", "seal_note": ""}
    seal = shown.get("seal", "none")
    whose = shown["ministry"].get("genitive") or f"von: {shown['ministry']['name']}"
    sentences = {
        "official": f"Diese Reinschrift trägt das Organisationssiegel {whose}.",
        "test": "Diese Reinschrift trägt ein Testsiegel ohne rechtliche Wirkung.",
        "none": "Diese Reinschrift trägt kein Siegel.",
    }
    return {"seal_mark": SEALED_AS[seal], "seal_note": sentences[seal]}


def balanced(text: str) -> list[str]:
    """A centred text as one line or as two of nearly the same length."""
    spaces = [at for at, char in enumerate(text) if char == " "]
    if not ONE_LINE < len(text) <= BALANCED or not spaces:
        return [text] if text else []
    middle = min(spaces, key=lambda at: abs(2 * at - len(text)))
    return [text[:middle], text[middle + 1 :]]
