"""Who is told what about the life of an agreement: all of it, in one place.

The side that has to act next is told, and the side that waits for it; whoever did it never. The ministry looks after
all districts: it hears what comes in and what asks for a second person, not what it has done itself. Whatever step
follows, what was told about the version before is old.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from agreements import checks, dates
from agreements.models import (
    Agreement,
    AgreementVersion,
    Allocation,
    BudgetYear,
    Document,
    Evidence,
    Party,
    Remark,
    Signature,
)
from aqb import access, notices
from aqb.access import Role
from aqb.models import District, User
from aqb.money import format_euro
from aqb.screens import NBSP


def of_district(district: District) -> Any:
    """Everybody who works for the district."""
    return User.objects.filter(is_active=True, role__in=access.DISTRICT, district=district)


def of_ministry(*roles: Role) -> Any:
    """Everybody of the ministry, or those with these roles."""
    return User.objects.filter(is_active=True, role__in=roles or access.MINISTRY)


def named(version: AgreementVersion) -> str:
    """`Zielvereinbarung 2027`, `Änderungsvereinbarung (Fassung 1) zu 2026`."""
    year = version.agreement.budget_year.year
    return f"{version.designation} {year}" if version.base_id is None else f"{version.designation} zu {year}"


def place(version: AgreementVersion, anchor: str = "") -> str:
    agreement = version.agreement
    where = {"year": agreement.budget_year.year, "ags": agreement.district.ags, "number": version.number}
    return reverse("version_detail", kwargs=where) + anchor


def about(version: AgreementVersion) -> str:
    return f"version:{version.pk}"


@dataclass(frozen=True)
class News:
    """What a step means for others: the people, the words after the version's name, and what helps to judge it."""

    people: Callable[[AgreementVersion], Iterable[User]]
    words: str
    text: Callable[[AgreementVersion, str], str] = lambda version, reason: ""


def _district(version: AgreementVersion) -> Any:
    return of_district(version.agreement.district)


def _clerks(version: AgreementVersion) -> Any:
    return of_ministry(Role.MINISTRY)


def _both(version: AgreementVersion) -> list[User]:
    """The ministry, which reviews, and the colleagues of whoever submitted it."""
    return [*of_ministry(), *_district(version)]


def _quoted(version: AgreementVersion, reason: str) -> str:
    return f"„{notices.shortened(reason, 280)}“" if reason else ""


# Step -> who hears of it. After an approval the clerks issue; publishing and the rest concern the district.
STEPS = {
    "submit": News(_both, "eingereicht"),
    "return": News(_district, "zur Überarbeitung zurückgegeben", _quoted),
    "approve": News(_clerks, "freigegeben", lambda version, reason: "Sie kann ausgefertigt werden."),
    "issue": News(
        _district, "ausgefertigt", lambda version, reason: f"{version.document_number} steht zum Unterzeichnen bereit."
    ),
    "sign": News(
        _district, "von allen unterzeichnet", lambda version, reason: "Die Reinschrift liegt bei den Dokumenten."
    ),
    "publish": News(_district, "veröffentlicht"),
    "withdraw": News(_district, "zurückgezogen", _quoted),
    "terminate": News(_district, "beendet", _quoted),
    "amend": News(_district, "begonnen", _quoted),
    "follow_up": News(
        _district, "liegt zur Bearbeitung bei Ihnen", lambda version, reason: "Sie setzt die zurückgezogene Fassung fort."
    ),
}  # fmt: skip


# Step -> the vintage's dates that the district has kept by it.
SETTLES = {"submit": ("submission_due",), "sign": ("signing_due",)}


def step(version: AgreementVersion, name: str, by: User | None, reason: str = "") -> None:
    """Tell whom a step concerns. Contracts taken over from before the application concern nobody."""
    if by is None or version.taken_over:
        return
    notices.settled(about(version), *(dates.about(version.agreement_id, key) for key in SETTLES.get(name, ())))
    news = STEPS[name]
    people, district = list(news.people(version)), version.agreement.district
    title, text = f"{named(version)} {news.words}", news.text(version, reason)
    common: dict[str, Any] = {
        "kind": name, "text": text, "url": place(version), "by": by, "about": about(version), "district": district,
    }  # fmt: skip
    # The ministry has many districts before it, a district only itself.
    notices.tell([one for one in people if one.is_ministry], title=f"{title}: {district}", **common)
    notices.tell([one for one in people if not one.is_ministry], title=title, **common)


def opened(budget_year: BudgetYear, agreements: Iterable[Agreement], by: User) -> None:
    """Each district hears what it is to get; the amount stands in the application only."""
    for agreement in agreements:
        district = agreement.district
        amount = Allocation.objects.filter(line__budget_year=budget_year, district=district).total()
        notices.tell(
            of_district(district), kind="opened", title=f"Zuweisung {budget_year.year}: {format_euro(amount)}{NBSP}€",
            text=f"{budget_year.title} ist eröffnet.", mail=f"{budget_year.title} ist eröffnet",
            url=reverse("agreement_detail", args=[budget_year.year, district.ags]), by=by,
            about=f"agreement:{agreement.pk}", district=district,
        )  # fmt: skip


def answered(remark: Remark, by: User) -> None:
    """Whoever asked hears how many of their remarks about the version are answered by now."""
    version, author = remark.version, remark.author
    number = version.remarks.filter(author=author).answered().count()
    count = "1 Anmerkung" if number == 1 else f"{number} Anmerkungen"
    notices.tell(
        [author], kind="answered", title=f"{count} beantwortet: {version.agreement.district}", text=named(version),
        url=place(version, "#anmerkungen"), by=by, about=about(version), district=version.agreement.district,
    )  # fmt: skip


def remarked(version: AgreementVersion, number: int, by: User) -> None:
    """The district hears of remarks and further questions that reach it while it works; a return tells of its own."""
    notices.tell(
        of_district(version.agreement.district), kind="remarked",
        title="Neue Anmerkung des Ministeriums" if number == 1 else f"{number} neue Anmerkungen des Ministeriums",
        text=named(version), url=place(version, "#anmerkungen"), by=by, about=about(version),
        district=version.agreement.district,
    )  # fmt: skip


def proof_of(evidence: Evidence | Document | None) -> str:
    """What notices about a piece of evidence are about."""
    document = evidence.document if isinstance(evidence, Evidence) else evidence
    return f"evidence:{document.pk}" if document else ""


def proven(evidence: Evidence, by: User) -> None:
    """A scan or signed file has come in: the ministry records from it, and a district knows that its own arrived."""
    version, party = evidence.version, evidence.document.party
    district = version.agreement.district
    if by.is_district:
        people, title = of_ministry(Role.MINISTRY), f"Beleg eingegangen: {district}"
    elif party != Party.LAND:
        people, title = of_district(district), "Beleg erhalten"
    else:
        return
    notices.tell(
        people, kind="proven", title=title, text=f"{named(version)}, {version.document_number}",
        url=_page(evidence), by=by, about=proof_of(evidence), district=district,
    )  # fmt: skip


def rejected(evidence: Evidence, signatures: Iterable[Signature], by: User) -> None:
    """Whose proof it was has to bring another one: the district, or the colleague who uploaded it."""
    version, uploader = evidence.version, evidence.document.created_by
    notices.settled(proof_of(evidence), *map(signed, signatures))
    people = of_district(version.agreement.district) if uploader is None or uploader.is_district else [uploader]
    notices.tell(
        people, kind="rejected", title=f"Beleg zurückgewiesen: {named(version)}",
        text=_quoted(version, evidence.rejected_reason), url=_page(evidence), by=by, about=proof_of(evidence),
        district=version.agreement.district,
    )  # fmt: skip


def signed(signature: Signature) -> str:
    """What notices about a recorded signature are about."""
    return f"signature:{signature.pk}"


def recorded(signature: Signature, by: User) -> None:
    """A second person of the ministry confirms: neither who recorded the signature nor who brought its proof."""
    version, proof = signature.version, signature.evidence
    notices.settled(proof_of(proof))
    people = [one for one in of_ministry() if not checks.confirmation_refusals(signature, one)]
    district = version.agreement.district
    notices.tell(
        people, kind="to_confirm", title=f"Unterschrift zu bestätigen: {district}",
        text=f"{named(version)}, {version.document_number}", url=place(version, "#unterschriften"), by=by,
        about=signed(signature), district=district,
    )  # fmt: skip


def decided(signature: Signature) -> None:
    """The signature is confirmed or removed: nobody else has to confirm it any more."""
    notices.settled(signed(signature))


def _page(evidence: Evidence) -> str:
    version = evidence.version
    agreement = version.agreement
    return reverse("evidence_detail", args=[
        agreement.budget_year.year, agreement.district.ags, version.number, evidence.pk,
    ])  # fmt: skip
