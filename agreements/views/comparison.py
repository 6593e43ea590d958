"""Evidence beside what was issued: a scan page by page, an electronic file signature by signature."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from agreements import checks
from agreements.models import Document, Evidence, Status
from agreements.scan_papers import page_count
from agreements.views import matching, places, reading, recording
from agreements.views.decisions import party_name
from agreements.views.fetching import address
from aqb.access import Refused
from aqb.pages import Request
from aqb.screens import german_date

LARGE = "gross"  # value of the query that asks for both pages in full size


@dataclass(frozen=True)
class Sheet:
    """A page of paper on the screen: whose it is, which page, and its picture."""

    title: str
    note: str
    alt: str
    url: str


@dataclass(frozen=True)
class PageLink:
    """The way to another page of the evidence."""

    number: int
    url: str
    is_current: bool


def of_scan(request: Request, version: Any, evidence: Evidence) -> dict[str, Any]:
    """A page of the scan beside the same page of the issue; without a wish the last one, where people sign."""
    issue = version.documents.get(kind=Document.Kind.ISSUED)
    total, trouble = _pages_of(issue)
    pages = evidence.findings["pages"]
    here = _wanted(request.GET.get("seite", ""), len(pages))
    large = request.GET.get("ansicht") == LARGE
    place = reverse("evidence_detail", kwargs=address(version) | {"pk": evidence.pk})
    links = [PageLink(at, _link(place, at, large=large), at == here) for at in range(1, len(pages) + 1)]
    return {
        "sheets": _sheets(version, evidence, issue, here, total), "page_links": links, "large": large,
        "other_view": _link(place, here, large=not large),
        "read": trouble or reading.of_scan(evidence, version.document_number, total),
        "not_read": [reading.NO_WORDING, *_still_missing(version, evidence)],
    }  # fmt: skip


def _pages_of(issue: Document) -> tuple[int, list[reading.Sentence]]:
    """How many pages the issue has; 0 with the reason when the archive cannot say, which stops nobody from looking."""
    try:
        return page_count(issue.file.name), []
    except Refused as refused:
        return 0, [reading.Sentence(reason, "warning") for reason in refused.reasons]


def _wanted(text: str, last: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= last else last


def _link(place: str, page: int, *, large: bool) -> str:
    query: dict[str, Any] = {"seite": page} | ({"ansicht": LARGE} if large else {})
    return f"{place}?{urlencode(query)}#vergleich"


def _sheets(version: Any, evidence: Evidence, issue: Document, here: int, total: int) -> list[Sheet]:
    pages = evidence.findings["pages"]
    known = pages[here - 1]["page"]
    beside = known if known and known <= (total or known) else min(here, total or here)
    document, number = evidence.document, version.document_number
    owner = places.whose_long(version, document.party)
    of_issue = f"Seite {beside} von {total}" if total else f"Seite {beside}"
    return [
        Sheet(
            f"Beleg {owner}", f"Scan, Seite {here} von {len(pages)}, Eingang {german_date(document.created_at)}",
            f"Seite {here} des Belegs {owner}", _picture(document, here),
        ),
        Sheet(
            f"Ausfertigung {number}", f"PDF, {of_issue}, vom {german_date(issue.created_at)}",
            f"Seite {beside} der Ausfertigung {number}", _picture(issue, beside),
        ),
    ]  # fmt: skip


def _picture(document: Document, page: int) -> str:
    return reverse("document_page", kwargs={"pk": document.pk, "page": page})


def _still_missing(version: Any, evidence: Evidence) -> list[str]:
    """For whom nobody has signed yet, beside those whose evidence this is."""
    if version.status != Status.ISSUED:
        return []
    parties = dict.fromkeys(
        party for party, _ in checks.missing_signatures(version) if party != evidence.document.party
    )
    return [f"Die Unterschrift {places.whose_long(version, party)} ist noch nicht erfasst." for party in parties]


def of_file(request: Request, version: Any, evidence: Evidence) -> dict[str, Any]:
    """What the application found in an electronically signed file, signature by signature."""
    matched = {one.field_name: one for one in places.signatures_of(version, evidence)}
    found = recording.open_places(version, evidence)
    rows = reading.rows_of_file(evidence)
    for row in rows:
        signature = matched.get(row["field"])
        likely = matching.suggested(version, row["signer"], found) if row["is_signature"] else None
        row["matched"] = f"für {party_name(version, signature.party)}" if signature else ""
        row["suggestion"] = f"für {party_name(version, likely[0])}" if likely and not signature else ""
    name = evidence.findings.get("name") or evidence.document.title
    return {
        "name": name, "alert": reading.of_file(evidence, request.user), "rows": rows,
        "remarks": evidence.findings["report"].get("remarks", []), "not_read": _still_missing(version, evidence),
    }  # fmt: skip
