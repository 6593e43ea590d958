"""What the page of a version shows: money, projects by category, documents, signatures, history."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.urls import reverse

from agreements import checks
from agreements.actions.steps import changeable_by
from agreements.models import AgreementVersion, Document, Party, Status
from agreements.views.fetching import address
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


def money_rows(version: Any) -> list[Money]:
    """The budget lines of a version with what is allocated, agreed, entered and left."""
    return [
        Money(line.line.title, line.allocated, line.amount, line.entered, line.remaining, line.difference)
        for line in checks.rows(version, "lines")
    ]


def categories(version: Any, user: User, remarks: list[Any]) -> list[Category]:
    """The projects of a version by kind of measure, each with its address, its gaps and its open remarks."""
    page = "project_edit" if may_edit_projects(version, user) else "project_detail"
    waiting: dict[Any, int] = {}
    for remark in remarks:
        if remark.is_open and remark.project_key:
            waiting[remark.project_key] = waiting.get(remark.project_key, 0) + 1
    entries = checks.rows(version, "entries")
    ordered = sorted(entries, key=lambda one: (one.category is None, (one.category and one.category.position) or 0,
                                               one.category_id or 0, one.position, one.pk))  # fmt: skip
    for entry in ordered:
        entry.url = reverse(page, args=[entry.pk])
        entry.waiting = waiting.get(entry.project.uid, 0)
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


def history(version: AgreementVersion) -> list[Event]:
    """The steps of the version and who recorded which signature, newest first."""
    changes = version.status_changes.select_related("by__district").order_by("-at", "-pk")
    signed = sorted(version.signatures.all(), key=lambda one: (one.recorded_at, one.pk), reverse=True)
    events = [_event(change) for change in changes] + [_recorded(signature) for signature in signed]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _recorded(signature: Any) -> Event:
    by = signature.recorded_by
    if by is None:
        return Event(signature.recorded_at, "", "", f"Die Unterschrift von {signature.name} wurde erfasst.", "")
    return Event(
        signature.recorded_at, by.name, organisation(by), f"hat die Unterschrift von {signature.name} erfasst.", ""
    )


def _event(change: Any) -> Event:
    if not change.from_status:
        what = "hat die Fassung angelegt." if change.by else "Die Fassung wurde angelegt."
    elif change.to_status == Status.DRAFT:
        what = "hat die Fassung zur Überarbeitung zurückgegeben."
    else:
        what = DEEDS[change.to_status]
    if change.by is None:
        return Event(change.at, "", "", what[0].upper() + what[1:], change.reason)
    return Event(change.at, change.by.name, organisation(change.by), what, change.reason)


def since(version: AgreementVersion, events: list[Event]) -> str:
    """`zurückgegeben am 17.03.2027 von Jana Reinhardt`: how the version came to its status."""
    last = next((event for event in events if event.at == version.status_changed_at), None)
    if version.status == Status.DRAFT:
        word = "zurückgegeben" if version.is_returned else "angelegt"
    else:
        word = DONE[Status(version.status)]
    by = f" von {last.who}" if last and last.who else ""
    return f"{word} am{NBSP}{german_date(version.status_changed_at)}{by}"


@dataclass(frozen=True)
class Signing:
    """One place for a signature: who is meant to sign or has signed."""

    party: str
    party_name: str
    position: int
    meant: Any
    signature: Any


def signing(version: AgreementVersion) -> list[Signing]:
    """Every place for a signature of a version, the Land first."""
    meant = {(one.party, one.position): one for one in version.signatories.all()}
    signed = {(one.party, one.position): one for one in version.signatures.all()}
    places = {(party.value, 1) for party in Party} | set(meant) | set(signed)
    order = sorted(places, key=lambda place: (place[0] != Party.LAND, place[1]))
    return [
        Signing(party, Party(party).label, position, meant.get((party, position)), signed.get((party, position)))
        for party, position in order
    ]
