"""What the page of a scan says in words: the summary, a row for each paper, a part for each unread page, thumbnails."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.urls import reverse

from agreements.forms.scans import AssignForm
from agreements.models import Evidence, Party, ScanBatch
from agreements.scan_pages import Group, OpenPage, Reading, in_words
from agreements.views.fetching import address

PICTURED = 8  # unread pages that are shown as pictures; the others have a link, so that a page stays quick to load
THUMBNAILS = 12
AROUND = 2  # pages before and after an unread one that help to recognise it
FEW = 5  # unread codes that can happen with a good scanner


@dataclass(frozen=True)
class Summary:
    """What was recognised; `tone` as in components/alert.html."""

    tone: str
    title: str
    text: str


@dataclass(frozen=True)
class GroupRow:
    """A paper of the scan: whose, where in the scan, what was found, and whether its evidence is to be made."""

    number: str
    name: str
    url: str
    scans: str
    badges: Sequence[tuple[str, str]]
    complete: str
    notes: Sequence[str]
    is_ticked: bool = False


@dataclass(frozen=True)
class OpenRow:
    """An unread page with its three fields."""

    page: OpenPage
    choice: BoundField
    other: BoundField
    sheet: BoundField
    has_picture: bool


@dataclass(frozen=True)
class Thumbnail:
    """A small picture of a page; `state` says what is the matter with it, "" for a recognised one."""

    scan: int
    state: str


def summary(reading: Reading) -> Summary:
    """How many pages were recognised, and how many need a person."""
    whole = f"{reading.recognised} von {_pages(reading.total)} erkannt"
    parts = [f"{_pages(len(reading.open))} müssen Sie zuordnen"] if reading.open else []
    if reading.stray_pages:
        parts.append(f"{_pages(reading.stray_pages)} {_verb(reading.stray_pages)} sich nicht zuordnen")
    text = "Der QR-Code jeder Seite nennt die Ausfertigung. Nichts wird zugeordnet, bevor Sie es bestätigen."
    if len(reading.open) > max(FEW, reading.total // 2):
        text += (
            " Viele Codes sind nicht lesbar. Oft hilft es, diesen Sammelscan zu verwerfen und das Papier mit 300 dpi "
            "neu zu scannen."
        )
    if not parts:
        all_pages = "Die Seite ist" if reading.total == 1 else f"Alle {reading.total} Seiten sind"
        return Summary("success", f"{all_pages} erkannt", text)
    return Summary("warning", ", ".join([whole, *parts]), text)


def _pages(number: int) -> str:
    return "1 Seite" if number == 1 else f"{number} Seiten"


def _verb(number: int) -> str:
    return "lässt" if number == 1 else "lassen"


def group_rows(reading: Reading, form: AssignForm) -> list[GroupRow]:
    """The papers whose pages were recognised, in the order of the scan."""
    ticked = set(form["take"].value() or ())
    known = _sides_with_evidence(group.paper.version.pk for group in reading.groups)
    return [
        GroupRow(
            group.paper.number, group.paper.name, _version_url(group), _where(group), _badges(group),
            f"{group.present} von {_pages(group.paper.pages)}", _notes(known.get(group.paper.version.pk, ())),
            group.paper.number in ticked,
        )
        for group in reading.groups
    ]  # fmt: skip


def stray_rows(reading: Reading) -> list[GroupRow]:
    """The papers to which nothing can be attached, with the reason."""
    return [
        GroupRow(
            group.paper.number, group.paper.name or "unbekannte Nummer", _version_url(group) if group.paper.version else "",
            in_words(group.scans), [("Nicht zuordenbar", "danger")], "", [group.refusal],
        )
        for group in reading.strays
    ]  # fmt: skip


def _version_url(group: Group) -> str:
    return reverse("version_detail", kwargs=address(group.paper.version))


def _where(group: Group) -> str:
    return in_words(group.pages) if group.pages else "noch keine Seite"


def _badges(group: Group) -> list[tuple[str, str]]:
    found = []
    if group.missing:
        one = len(group.missing) == 1
        found.append((f"{in_words(group.missing)} {'fehlt' if one else 'fehlen'}", "warning"))
    if group.double:
        found.append((f"{in_words(group.double)} mehrfach", "warning"))
    if group.is_shuffled:
        found.append(("Andere Reihenfolge", "info"))
    return found or [("Erkannt", "success")]


def _notes(parties: Collection[str]) -> list[str]:
    whose = {Party.LAND: "des Landes Hessen", Party.DISTRICT: "der Gebietskörperschaft"}
    return [f"Ein Beleg {whose[party]} liegt schon vor." for party in Party if party in parties]


def _sides_with_evidence(versions: Iterable[int]) -> Mapping[int, set[str]]:
    """Version -> sides of which evidence has come already and was not rejected."""
    found: dict[int, set[str]] = {}
    standing = Evidence.objects.standing().filter(document__version__in=list(versions))
    for version, party in standing.order_by().values_list("document__version", "document__party"):
        found.setdefault(version, set()).add(party)
    return found


def open_rows(reading: Reading, form: AssignForm) -> list[OpenRow]:
    """The pages that a person must assign, in the order of the scan."""
    return [
        OpenRow(page, form[f"page_{page.scan}"], form[f"other_{page.scan}"], form[f"sheet_{page.scan}"], at < PICTURED)
        for at, page in enumerate(reading.open)
    ]


def states(reading: Reading) -> dict[int, str]:
    """Page of the scan -> what is the matter with it; recognised pages are left out."""
    found = {scan: "nicht zuordenbar" for group in reading.strays for scan in group.scans}
    return found | {page.scan: "nicht erkannt" for page in reading.open}


def thumbnails(reading: Reading) -> list[Thumbnail]:
    """The pages around the unread ones, or the first pages when all were read; never more than THUMBNAILS."""
    said = states(reading)
    near = {
        scan
        for page in reading.open
        for scan in range(page.scan - AROUND, page.scan + AROUND + 1)
        if 1 <= scan <= reading.total
    }
    chosen = sorted(near or range(1, reading.total + 1))[:THUMBNAILS]
    return [Thumbnail(scan, said.get(scan, "")) for scan in chosen]


def left_in_batch(batch: ScanBatch, attached: Iterable[Any]) -> list[int]:
    """Pages of a closed batch that became evidence of no version."""
    used = {page["scan"] for evidence in attached for page in evidence.findings["pages"]}
    return [scan for scan in range(1, len(batch.pages) + 1) if scan not in used]
