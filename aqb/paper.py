"""The paper: one function turns a snapshot into the bytes of a PDF, and nothing else does.

The same snapshot gives the same bytes, in every process and on every machine with the locked dependencies.
The PDF is PDF/A-3a and PDF/UA-1 at once and carries the snapshot as zielvereinbarung.json.
"""

import hashlib
import json
import threading
from datetime import UTC, date, datetime
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from aqb import paper_tags
from aqb.paper_fonts import FatalURLFetchingError, press, printable, weasyprint

Snapshot = dict[str, Any]

ATTACHMENT = "zielvereinbarung.json"
INK = "#131525"
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
BALANCED = 90  # characters up to which a centred line is split near its middle
ONE_LINE = 40  # characters that fit on a centred line
SHORT_LIST = 12  # projects that stay together on a page
ANNOUNCED = {"list", "projects", "changes", "amount"}

# Pango's font maps are not safe for several threads at once; processes print side by side.
_lock = threading.Lock()


class PaperError(Exception):
    """The document cannot be made; the message is a German sentence."""


def render(snapshot: Snapshot) -> bytes:
    """The PDF of a snapshot; raises PaperError when the template asks for anything but the project's own fonts."""
    html = render_to_string("agreements/document.html", {"paper": page(snapshot)})
    data = canonical(snapshot)
    try:
        with _lock:
            return _pdf(html, data, _moment(snapshot))
    except FatalURLFetchingError as error:
        raise PaperError(str(error)) from error


def canonical(snapshot: Snapshot) -> bytes:
    """The snapshot as JSON in its one spelling: sorted keys, no spaces, UTF-8. This is what the PDF carries."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _pdf(html: str, data: bytes, moment: datetime) -> bytes:
    machine = press()
    attachment = weasyprint.Attachment(
        string=data,
        name=ATTACHMENT,
        description="Die Angaben dieser Vereinbarung für Maschinen",
        relationship="Data",
        created=moment,
        modified=moment,
        url_fetcher=machine.fetcher,
    )
    document = weasyprint.HTML(string=html, url_fetcher=machine.fetcher).render(
        font_config=machine.fonts, stylesheets=[machine.stylesheet]
    )
    pdf: bytes = document.write_pdf(
        finisher=paper_tags.finish,
        pdf_variant="pdf/a-3a",
        pdf_identifier=hashlib.sha256(data).hexdigest()[:32].encode(),
        attachments=[attachment],
    )
    return pdf


def _moment(snapshot: Snapshot) -> datetime:
    """The time that the file states: when it was issued; a draft has none, so the first day of its vintage."""
    if snapshot["issued_at"]:
        return datetime.fromisoformat(snapshot["issued_at"]).astimezone(UTC).replace(microsecond=0)
    return datetime(snapshot["year"], 1, 1, tzinfo=UTC)


def page(snapshot: Snapshot) -> dict[str, Any]:
    """What the template shows: the snapshot's texts, with what only the look needs."""
    shown: dict[str, Any] = printable(snapshot)
    draft = shown["state"] == "draft"
    name = f"{shown['title']} {shown['subtitle']}".strip()
    return {
        **shown,
        "draft": draft,
        "name": name,
        "document_title": f"{name} – {shown['district']['name']}" + (" (Entwurf)" if draft else ""),
        "created": _moment(snapshot).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "parties": [balanced(shown["ministry"]["dative"]), balanced(shown["district"]["dative"])],
        "purpose_lines": balanced(shown["purpose"]),
        "sections": [_section(section) for section in shown["sections"]],
        "categories": [{**one, "short": len(one["projects"]) <= SHORT_LIST} for one in shown["categories"]],
        "signing": [_side(side, signed=shown["state"] == "signed") for side in shown["signing"]],
        "qr": qr_code(snapshot["check_url"]),
        "short_address": shown["check_url"].split("://")[-1],
    }


def _section(section: dict[str, Any]) -> dict[str, Any]:
    sign = f"§\u00a0{section['number']}" if section["number"] else ""
    blocks = [dict(block) for block in section["blocks"]]
    for block, following in zip(blocks, blocks[1:], strict=False):
        # A sentence that announces a list or an amount stays with it.
        block["announces"] = block["type"] == "paragraph" and following["type"] in ANNOUNCED
    return {**section, "sign": sign, "bookmark": " ".join([sign, *section["heading"]]).strip(), "blocks": blocks}


def _side(side: dict[str, Any], *, signed: bool) -> dict[str, Any]:
    people = [{**person, "signed": signed, "date": person["date_text"] or german_date(person["signed_on"])}
              for person in side["people"]]  # fmt: skip
    return {**side, "people": people}


def german_date(iso: str) -> str:
    """`8. August 2023` from `2023-08-08`; nothing from nothing. Does not depend on the active language."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    return f"{day.day}.\u00a0{MONTHS[day.month - 1]} {day.year}"


def balanced(text: str) -> list[str]:
    """A centred text as one line or as two of nearly the same length."""
    spaces = [at for at, char in enumerate(text) if char == " "]
    if not ONE_LINE < len(text) <= BALANCED or not spaces:
        return [text] if text else []
    middle = min(spaces, key=lambda at: abs(2 * at - len(text)))
    return [text[:middle], text[middle + 1 :]]


def qr_code(address: str) -> SafeString:
    """The address as an inline SVG in the paper's ink; nothing for no address."""
    if not address:
        return SafeString("")
    svg = segno.make_qr(address, error="m").svg_inline(border=0, dark=INK, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn by segno: the address is only in its modules
