"""What the page of a version shows: money, projects by category, documents, history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.urls import reverse

from agreements import checks, version_rows
from agreements.actions.steps import changeable_by
from agreements.models import AgreementVersion, Document, Status
from agreements.views.fetching import address
from agreements.views.places import evidence_of
from aqb import access
from aqb.models import User
from aqb.money import ZERO
from aqb.screens import NBSP, german_date
from aqb.templatetags.aqb import organisation

NO_CATEGORY = "Noch ohne Maßnahmenart"
# What somebody has done, in the history: status reached -> sentence after the name.
DEEDS = {
    Status.SUBMITTED: "hat die Fassung eingereicht.",
    Status.APPROVED: "hat die Fassung freigegeben.",
    Status.ISSUED: "hat die Fassung ausgefertigt.",
    Status.SIGNED: "hat die Unterzeichnung abgeschlossen.",
    Status.PUBLISHED: "hat die Fassung veröffentlicht.",
    Status.WITHDRAWN: "hat die Fassung zurückgezogen.",
    Status.TERMINATED: "hat die Zielvereinbarung beendet.",
}
DONE = {
    Status.SUBMITTED: "eingereicht",
    Status.APPROVED: "freigegeben",
    Status.ISSUED: "ausgefertigt",
    Status.SIGNED: "unterzeichnet",
    Status.PUBLISHED: "veröffentlicht",
    Status.WITHDRAWN: "zurückgezogen",
    Status.TERMINATED: "beendet",
}
SEAL_NOTES = {
    "none": "Es ist kein Siegel eingerichtet. Die Reinschrift dieser Fassung wird kein Siegel tragen; einrichten kann es "
    "der Betrieb der Anwendung.",
    "test": "Eingerichtet ist ein Testsiegel ohne Rechtswirkung. Die Reinschrift dieser Fassung wird das sagen.",
}


@dataclass(frozen=True)
class Money:
    """A row of the money table."""

    title: str
    allocated: Decimal
    agreed: Decimal
    entered: Decimal
    remaining: Decimal
    difference: Decimal


@dataclass(frozen=True)
class Category:
    """Projects of one kind of measure; `number` counts only kinds in use and is 0 where none is chosen yet."""

    number: int
    title: str
    entries: list[Any]
    amount: Decimal | None


@dataclass(frozen=True)
class Event:
    """A line of the history."""

    at: Any
    who: str
    organisation: str
    what: str
    reason: str
    on_behalf_of: str = ""  # the lead in whose place that person acted


def money_rows(version: Any) -> list[Money]:
    """The budget lines of a version with what is allocated, agreed, entered and left."""
    return [
        Money(line.line.title, line.allocated, line.amount, line.entered, line.remaining, line.difference)
        for line in version_rows.rows(version, "lines")
    ]


def categories(
    version: Any, user: User, remarks: list[Any], changed: Mapping[str, list[str]] | None = None
) -> list[Category]:
    """The projects of a version by kind of measure, each with its address, its gaps and its open remarks.

    `changed` holds what differs from the last submission that came back: titles of fields by the project's `uid`.
    """
    page = "project_edit" if may_edit_projects(version, user) else "project_detail"
    waiting: dict[Any, int] = {}
    for remark in remarks:
        if remark.is_open and remark.project_key:
            waiting[remark.project_key] = waiting.get(remark.project_key, 0) + 1
    entries = version_rows.rows(version, "entries")
    ordered = sorted(entries, key=lambda one: (one.category is None, (one.category and one.category.position) or 0,
                                               one.category_id or 0, one.position, one.pk))  # fmt: skip
    for entry in ordered:
        entry.url = reverse(page, args=[entry.pk])
        entry.waiting = waiting.get(entry.project.uid, 0)
        entry.changes = (changed or {}).get(str(entry.project.uid))
        entry.shown_amount = None if entry.amounts_unknown else entry.amount
    groups = []
    for number, (category, members) in enumerate(groupby(ordered, key=lambda one: one.category), start=1):
        listed = list(members)
        groups.append(
            Category(number if category else 0, category.title if category else NO_CATEGORY, listed, _sum(listed))
        )
    return groups


def _sum(entries: list[Any]) -> Decimal | None:
    """Sum of the entries' amounts; unknown when none of them is known."""
    known = [entry.shown_amount for entry in entries if entry.shown_amount is not None]
    return sum(known, ZERO) if known else None


def may_edit_projects(version: AgreementVersion, user: User) -> bool:
    """Whether the projects of the version can be changed by this person now."""
    forbidden = access.why_not(user, "project.keep", version.agreement.district)
    return forbidden is None and changeable_by(version, user) is None


def check_links(
    version: AgreementVersion, found: list[checks.Check], entries: list[Any], *, to_projects: bool
) -> list[Any]:
    """The checks with the address where each can be met."""
    urls = {entry.pk: entry.url for entry in entries}
    linked = []
    for check in found:
        url = ""
        if check.about is not None:
            url = urls.get(check.about.pk, "")
        elif check.key == "projects" and to_projects:
            url = reverse("project_create", kwargs=address(version))
        elif check.key == "remarks":
            url = "#anmerkungen"
        elif check.key == "strategy":
            url = reverse("strategy_edit", args=[version.agreement.district.ags])
        elif check.key in {"sums", "allocations"}:
            url = "#mittel"
        linked.append({"text": check.label, "done": check.met, "url": url, "hint": check.hint})
    return linked


def documents(version: AgreementVersion, user: User) -> list[Document]:
    """The documents of this version and those that belong to the agreement as a whole, newest first."""
    found = Document.objects.visible_to(user).filter(agreement=version.agreement)
    return [document for document in found if document.version_id in (version.pk, None)]


def seal_note(version: AgreementVersion, user: User) -> str:
    """What the ministry must know while it can still do something about it: the fair copy will carry no real seal."""
    if version.status != Status.ISSUED or not user.is_ministry:
        return ""
    from aqb import seal

    return SEAL_NOTES.get(seal.kind(), "")


def history(version: AgreementVersion) -> list[Event]:
    """The steps of the version, what came in as evidence and who recorded and confirmed which signature, newest first."""
    changes = version.status_changes.select_related("by__district", "on_behalf_of").order_by("-at", "-pk")
    events = [_event(change) for change in changes]
    for signature in sorted(version.signatures.all(), key=lambda one: one.pk, reverse=True):
        events += _of_signature(signature)
    for evidence in evidence_of(version):
        events += _of_evidence(evidence)
    return sorted(events, key=lambda event: event.at, reverse=True)


def _of_signature(signature: Any) -> Iterator[Event]:
    if signature.confirmed_at:
        yield _deed(
            signature.confirmed_at, signature.confirmed_by, f"hat die Unterschrift von {signature.name} bestätigt."
        )
    if signature.recorded_by is None:
        yield Event(signature.recorded_at, "", "", f"Die Unterschrift von {signature.name} wurde erfasst.", "")
    else:
        yield _deed(signature.recorded_at, signature.recorded_by, f"hat die Unterschrift von {signature.name} erfasst.")


def _of_evidence(evidence: Any) -> Iterator[Event]:
    document = evidence.document
    if evidence.is_rejected:
        what = f"hat „{document.title}“ zurückgewiesen."
        yield _deed(evidence.rejected_at, evidence.rejected_by, what, evidence.rejected_reason)
    how = "aus einem Sammelscan zugeordnet" if evidence.batch_id else "hochgeladen"
    yield _deed(document.created_at, document.created_by, f"hat „{document.title}“ {how}.")


def _deed(at: Any, by: Any, what: str, reason: str = "") -> Event:
    return Event(at, by.name, organisation(by), what, reason)


def _event(change: Any) -> Event:
    if not change.from_status:
        what = "hat die Fassung angelegt." if change.by else "Die Fassung wurde angelegt."
    elif change.to_status == Status.DRAFT:
        what = "hat die Fassung zur Überarbeitung zurückgegeben."
    else:
        what = DEEDS[change.to_status]
    if change.by is None:
        return Event(change.at, "", "", what[0].upper() + what[1:], change.reason)
    lead = change.on_behalf_of.name if change.on_behalf_of else ""
    return Event(change.at, change.by.name, organisation(change.by), what, change.reason, lead)


def since(version: AgreementVersion, events: list[Event]) -> str:
    """`zurückgegeben am 17.03.2027 von Jana Reinhardt`: how the version came to its status."""
    last = next((event for event in events if event.at == version.status_changed_at), None)
    if version.status == Status.DRAFT:
        word = "zurückgegeben" if version.is_returned else "angelegt"
    else:
        word = DONE[Status(version.status)]
    by = f" von {last.who}" if last and last.who else ""
    by += f" in Vertretung von {last.on_behalf_of}" if last and last.on_behalf_of else ""
    return f"{word} am{NBSP}{german_date(version.status_changed_at)}{by}"
