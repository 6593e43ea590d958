"""The next step of a version as its page offers it: what can be done, what cannot and why, and who is next."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from agreements import checks, dates
from agreements.models import AgreementVersion, Party, Status
from agreements.models.agreement import IN_FORCE
from agreements.views.fetching import address
from agreements.views.places import Place, next_action
from aqb import access
from aqb.access import Role
from aqb.models import User

PRIMARY = ("approve", "issue", "publish")
AT_SIGNING = {
    "missing": (
        "Bitte unterzeichnen",
        "Die Ausfertigung steht unten bei den Unterschriften, mit beiden Wegen: auf Papier oder elektronisch.",
    ),
    "rejected": ("Ihr Beleg ist zurückgewiesen", ""),
    "uploaded": ("Ihr Beleg liegt vor", "Das Ministerium erfasst die Unterschrift, eine zweite Person bestätigt sie."),
    "recorded": (
        "Ihr Beleg liegt vor",
        "Die Unterschrift ist erfasst; eine zweite Person im Ministerium bestätigt sie.",
    ),
    "confirmed": ("Ihre Unterschrift ist bestätigt", "Es fehlt noch die Unterschrift des Landes."),
}
# What a district reads while the ministry works: title and text of the card.
WAITING = {
    Status.SUBMITTED: (
        "Das Ministerium prüft",
        "Sie können Projekte ansehen, aber nicht ändern. Fragen des Ministeriums stehen unter Anmerkungen.",
    ),
    Status.APPROVED: (
        "Die Fassung ist freigegeben",
        "Das Ministerium fertigt die Zielvereinbarung als PDF aus.",
    ),
    Status.SIGNED: (
        "Alle Seiten haben unterzeichnet",
        "Die Reinschrift steht unter Dokumente. Das Ministerium veröffentlicht die Zielvereinbarung.",
    ),
    Status.PUBLISHED: (
        "Die Zielvereinbarung ist veröffentlicht",
        "Sie ist in Kraft. Für Sie ist nichts zu tun.",
    ),
    Status.WITHDRAWN: (
        "Die Fassung ist zurückgezogen",
        "Sie gilt nicht mehr. Das Ministerium kann mit einer Kopie fortfahren.",
    ),
    Status.TERMINATED: ("Die Zielvereinbarung ist beendet", "Sie gilt nicht mehr."),
}


@dataclass(frozen=True)
class Button:
    """A step that can be taken now; exactly one of a page is the primary one."""

    label: str
    url: str
    css: str = "secondary"


@dataclass
class Decisions:
    """The bar of decisions: what can be done, and in words what cannot."""

    buttons: list[Button] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.buttons or self.reasons)


def decisions(version: AgreementVersion, user: User, found: list[Place]) -> Decisions:
    """What the ministry can decide on this version now. Empty for everybody else but the begin of an amendment."""
    bar = Decisions()
    if user.is_ministry:
        for step in checks.steps_for(version, user):
            if step.name == "sign":
                _add_signing(bar, found)
            elif step.name != "submit":
                _add(bar, step, version)
    _add_amendment(bar, version, user)
    _add_follow_up(bar, version, user)
    if version.status == Status.SUBMITTED and any(one.css == "primary" for one in bar.buttons):
        prepared = (
            version.prepared_by.name if version.prepared_by else version.submitted_by and version.submitted_by.name
        )
        bar.note = f"Vier-Augen-Prinzip: Vorbereitet hat {prepared}. Sie waren nicht beteiligt und dürfen freigeben."
        if lead := access.represented(user, "version.approve"):
            bar.note += f" Sie handeln in Vertretung von {lead}."
    bar.buttons.sort(key=lambda one: ("tertiary", "secondary", "primary").index(one.css))
    return bar


def _add(bar: Decisions, step: checks.Step, version: AgreementVersion) -> None:
    if not step.is_possible:
        if step.name in PRIMARY:
            bar.reasons += [_worded(step.label, reason) for reason in step.refusals]
        return
    css = "primary" if step.name in PRIMARY else "tertiary" if step.name in {"withdraw", "terminate"} else "secondary"
    url = (
        reverse("version_return", kwargs=address(version))  # remarks field by field come first
        if step.name == "return"
        else reverse("version_step", kwargs=address(version) | {"step": step.name})
    )
    bar.buttons.append(Button(f"{step.label} …" if step.needs_reason else step.label, url, css))


def _add_signing(bar: Decisions, found: list[Place]) -> None:
    """The next thing that this person can do for a signature, and in words what only a second person can."""
    if action := next_action(found):
        bar.buttons.append(Button(action.button, action.url, "primary"))
    waiting = [place for place in found if place.state == "recorded" and place.action and place.action.key == "look"]
    for place in waiting:
        bar.reasons.append(
            f"Die Unterschrift von {place.signature.name} ist erfasst und wartet auf die Bestätigung durch eine andere Person."
        )


def _worded(label: str, reason: str) -> str:
    """A reason that names the step itself stands alone; any other says which step it keeps from being taken."""
    names_it = reason.startswith((label, "Vier-Augen-Prinzip"))
    return reason if names_it else f"{label} ist noch nicht möglich: {reason}"


def _add_amendment(bar: Decisions, version: AgreementVersion, user: User) -> None:
    agreement = version.agreement
    if version.status not in IN_FORCE:
        return
    if access.why_not(user, "version.amend", agreement.district) or is_replaced(version) or has_open(version):
        return
    url = reverse("agreement_amend", args=[agreement.budget_year.year, agreement.district.ags])
    bar.buttons.append(Button("Änderung beginnen …", url, "secondary"))


def _add_follow_up(bar: Decisions, version: AgreementVersion, user: User) -> None:
    if version.status != Status.WITHDRAWN or has_newer(version):
        return
    if access.why_not(user, "version.withdraw", version.agreement.district) is None:
        url = reverse("version_follow_up", kwargs=address(version))
        bar.buttons.append(Button("Mit einer Kopie fortfahren", url, "primary"))


def newer(version: AgreementVersion) -> list[Any]:
    """The other versions of the agreement with a higher number; the page has them at hand."""
    found: list[Any] = [one for one in siblings(version) if one.number > version.number]
    return found


def siblings(version: AgreementVersion) -> list[Any]:
    """All versions of the agreement, read once per page."""
    if not hasattr(version, "_siblings"):
        version._siblings = list(version.agreement.versions.order_by("number"))  # type: ignore[attr-defined]
    found: list[Any] = version._siblings  # type: ignore[attr-defined]
    return found


def has_newer(version: AgreementVersion) -> bool:
    return bool(newer(version))


def has_open(version: AgreementVersion) -> bool:
    return any(one.is_open for one in siblings(version))


def mark_replaced(version: AgreementVersion) -> list[Any]:
    """All versions of the agreement, each with `replaced`: whether a later one is in force instead of it."""
    versions = siblings(version)
    for index, one in enumerate(versions):
        later = any(other.status in IN_FORCE for other in versions[index + 1 :])
        one.replaced = later and one.status in IN_FORCE
    return versions


def is_replaced(version: AgreementVersion) -> bool:
    """Whether a later version is in force instead of this one."""
    return any(one.status in IN_FORCE for one in newer(version))


@dataclass(frozen=True)
class Card:
    """The card beside the work: what is missing or what happens next. At most one button."""

    title: str
    checks: list[Any] = field(default_factory=list)
    button: Button | None = None
    text: str = ""
    due: Any = None


def next_card(version: AgreementVersion, user: User, found: list[Any], signing: list[Place]) -> Card | None:
    """What the reader reads first: the way to submission and the signature for the district, the checks for the ministry."""
    if version.status == Status.DRAFT and user.is_district:
        return _district_card(version, user, found)
    if version.status == Status.ISSUED and user.is_district:
        return _signing_card(version, signing)
    if user.is_district:
        title, text = WAITING[Status(version.status)]
        return Card(title, text=text)
    if version.status in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED):
        url = reverse("version_review", kwargs=address(version))
        at_ministry = user.is_ministry and version.status != Status.DRAFT
        label = "Änderungen prüfen" if version.returned_at else "Projekte prüfen"
        return Card("Prüfungen der Anwendung", checks=found, button=Button(label, url) if at_ministry else None)
    return None


def _district_card(version: AgreementVersion, user: User, found: list[Any]) -> Card:
    due = version.submission_due
    missing = [check for check in found if not check["done"]]
    leads = ", ".join(_leads(version))
    if missing:
        first = next((check for check in missing if check["url"]), None)
        label = first["text"][:1].upper() + first["text"][1:] if first else ""
        button = Button(label, first["url"], "primary") if first else None
        title = (
            f"Bis zum Einreichen {'fehlt eine Angabe' if len(missing) == 1 else f'fehlen {len(missing)}\u00a0Angaben'}"
        )
        return Card(title, found, button, _afterwards(version, user, leads), due)
    if reason := access.why_not(user, "version.submit", version.agreement.district):
        return Card(
            "Alle Angaben sind vollständig", found, None, f"{reason} Das ist hier: {leads}." if leads else reason, due
        )
    url = reverse("version_step", kwargs=address(version) | {"step": "submit"})
    lead = access.represented(user, "version.submit")
    button = Button(f"{version.designation} einreichen", url, "primary")
    text = f"Sie reichen in Vertretung von {lead} ein." if lead else ""
    return Card("Alle Angaben sind vollständig", found, button, text, due)


def _signing_card(version: AgreementVersion, signing: list[Place]) -> Card:
    """What the district's own side still lacks; the first of its places that is not done speaks for it."""
    own = [place for place in signing if place.party == Party.DISTRICT]
    place = next((one for one in own if one.state != "confirmed"), own[0])
    title, text = AT_SIGNING[place.state]
    if place.reason:
        text = f"Grund: {place.reason}"
    upload = place.action if place.action and place.action.key == "upload" else None
    button = Button(upload.button, upload.url, "primary") if upload else None
    return Card(title, [], button, text, dates.day_of(version, Status.ISSUED) if upload else None)


def _afterwards(version: AgreementVersion, user: User, leads: str) -> str:
    if access.why_not(user, "version.submit", version.agreement.district) is None:
        return "Danach können Sie die Zielvereinbarung einreichen."
    return f"Danach kann {leads} die Zielvereinbarung einreichen." if leads else ""


def _leads(version: AgreementVersion) -> list[str]:
    people = version.agreement.district.users.filter(role=Role.DISTRICT_LEAD, is_active=True)
    return [f"{one.name} ({one.office})" if one.office else one.name for one in people]


def party_name(version: AgreementVersion, party: str) -> str:
    """`das Land Hessen`, or the district in the accusative: for whom somebody signs."""
    district = version.agreement.district
    return "das Land Hessen" if party == Party.LAND else district.accusative or district.name
