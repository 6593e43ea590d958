"""What stands on the paper: snapshots of versions, previews of wordings, and the fair copy.

A snapshot is plain JSON and everything that `aqb.paper.render` needs; two calls on the same data give the same.
Whatever is missing for printing is collected and raised as `Unprintable` with German sentences.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone

from agreements import amendments
from agreements.facts import Facts, of_version, without_version
from agreements.filling import Filling, Unprintable, filling
from agreements.models import AgreementVersion, Party, Signature, Wording, WordingSection
from aqb.models import District
from aqb.money import euro_words
from aqb.text import TextError, parse

Snapshot = dict[str, Any]
State = Literal["draft", "issued", "signed"]
Seal = Literal["official", "test", "none"]

SCHEMA = "aqb-zielvereinbarung/1"
FORMS_OF_MINISTRY = ("short_name", "name", "nominative", "genitive", "dative", "accusative", "seat")
FORMS_OF_DISTRICT = ("ags", "name", "nominative", "genitive", "dative", "accusative", "locative", "seat")


def snapshot(version: AgreementVersion, *, state: State) -> Snapshot:
    """Everything printed of a version, as JSON: a draft bears no number, a signed one is the fair copy.

    Raises Unprintable when a grammatical form, a ministry or a signature is missing, or when the wording is wrong.
    """
    printed = of_facts(of_version(version, version.wording), state="draft" if state == "draft" else "issued")
    if state != "draft":
        printed["number"] = version.document_number
        printed["check_url"] = check_address(version.document_number)
        printed["issued_at"] = _iso(version.issued_at)
    return fair_copy(printed, version.signatures.select_related("evidence")) if state == "signed" else printed


def preview(
    wording: Wording,
    district: District,
    *,
    version: AgreementVersion | None = None,
    sections: Sequence[WordingSection] | None = None,
) -> Snapshot:
    """A draft of this wording for a district: with the version's projects, or from the allocations without one.

    `sections` stand in place of the stored ones, so that an editor sees what is not saved yet.
    """
    facts = of_version(version, wording) if version else without_version(wording, district)
    return of_facts(facts, state="draft", sections=sections)


def fair_copy(issued: Snapshot, signatures: Iterable[Signature], seal: Seal = "none") -> Snapshot:
    """The issued text with the names and dates of those who signed, and how; nothing else changes.

    `seal` is what the file will carry (`aqb.seal.kind`): the paper says so, and says it too when there is none. Each
    person comes with the form of the signature and the fingerprint of the file that proves it, empty without one.
    Raises Unprintable when a side has not signed.
    """
    copy = deepcopy(issued)
    copy |= {"state": "signed", "seal": seal}
    rows = sorted(signatures, key=lambda one: (one.party, one.position))
    for side in copy["signing"]:
        body = side["people"][0]["body"] if side["people"] else ""
        side["people"] = [_signed_by(one, body) for one in rows if one.party == side["party"]]
        if not side["people"]:
            raise Unprintable([f"Für die Seite „{Party(side['party']).label}“ ist noch keine Unterzeichnung erfasst."])
        side["place"] = side["people"][0]["place"]
    return copy


def document_number(version: AgreementVersion) -> str:
    """`ZV-2023-06438-0`: vintage, official key of the district, version."""
    agreement = version.agreement
    return f"ZV-{agreement.budget_year.year}-{agreement.district.ags}-{version.number}"


def check_address(number: str) -> str:
    """The short address at which anyone can check the document; empty without a number."""
    return f"{settings.BASE_URL}/d/{number}" if number else ""


def of_facts(facts: Facts, *, state: State, sections: Sequence[WordingSection] | None = None) -> Snapshot:
    """What facts look like on paper; asks the database only for the sections, when none are given."""
    wording, year = facts.wording, facts.wording.budget_year.year
    sections = list(wording.sections.order_by("position", "pk")) if sections is None else sections
    numbers = _numbers(sections)
    reference = _reference(facts)
    filler = _filler(facts, numbers, reference)
    printed: Snapshot = {
        "schema": SCHEMA,
        "state": state,
        "kind": str(wording.kind),
        "number": "",
        "check_url": "",
        "title": filler.text(wording.title),
        "subtitle": f"zur {reference}" if reference else str(year),
        "year": year,
        "version": facts.version,
        "issued_at": "",
        "language": "de",
        "ministry": {form: getattr(facts.ministry, form) for form in FORMS_OF_MINISTRY},
        "district": {form: getattr(facts.district, form) for form in FORMS_OF_DISTRICT},
        "purpose": filler.text(wording.purpose),
        "amount": f"{facts.amount:.2f}",
        "amount_text": euro_words(facts.amount),
        "lines": facts.lines,
        "sections": [_section(section, numbers[section.key], filler) for section in sections],
        "categories": facts.categories,
        "signing": _signing(facts, filler),
        "changes": list(facts.changes),
    }
    # The names of the two sides stand on every paper, whether or not the wording uses the placeholder.
    filler.text("{Ressort Dativ}{Gebiet Dativ}")
    filler.require()
    return printed


def _reference(facts: Facts) -> str:
    """What an amendment changes; a preview of its wording without a version names only the vintage."""
    if facts.wording.kind != Wording.Kind.AMENDMENT:
        return ""
    year = facts.wording.budget_year.year
    return amendments.designation(list(facts.base), year) or f"Zielvereinbarung {year}"


def _filler(facts: Facts, numbers: dict[str, int | None], reference: str) -> Filling:
    return filling(
        district=facts.district,
        ministry=facts.ministry,
        year=facts.wording.budget_year.year,
        amount=facts.amount,
        lines=[(line["title"], Decimal(line["amount"])) for line in facts.lines],
        sections=numbers,
        number=max(amendments.running_number(list(facts.base)), 1),
        reference=reference,
    )


def _numbers(sections: Sequence[Any]) -> dict[str, int | None]:
    """The printed number of each section by key; sections without a paragraph sign have none."""
    numbers: dict[str, int | None] = {}
    counted = 0
    for section in sections:
        counted += section.numbered
        numbers[section.key] = counted if section.numbered else None
    return numbers


def _section(section: Any, number: int | None, filler: Filling) -> dict[str, Any]:
    try:
        blocks = filler.blocks(parse(section.text))
    except TextError as error:
        filler.reasons += [f"Abschnitt „{section.key}“: {reason}" for reason in error.reasons]
        blocks = []
    heading = [filler.text(line.strip()) for line in section.heading.splitlines() if line.strip()]
    return {"key": section.key, "number": number, "heading": heading, "blocks": blocks}


def _signing(facts: Facts, filler: Filling) -> list[dict[str, Any]]:
    ministry, district = facts.ministry, facts.district
    minister = [{"name": ministry.minister, "office": ministry.minister_office}]
    unknown = [{"name": "", "office": ""}]
    sides = (
        (Party.LAND, facts.wording.land_label, ministry.seat, ministry.name, minister),
        (Party.DISTRICT, facts.wording.district_label, district.seat, district.genitive, unknown),
    )
    return [
        {
            "party": party.value,
            "label": filler.text(label),
            "place": place,
            "people": [
                {**person, "body": body, "place": place, "signed_on": "", "date_text": ""}
                for person in facts.people.get(party, default)
            ],
        }
        for party, label, place, body, default in sides
    ]


def _signed_by(signature: Signature, body: str) -> dict[str, str]:
    return {
        "name": signature.name,
        "office": signature.office,
        "body": body,
        "place": signature.place,
        "signed_on": signature.signed_on.isoformat(),
        "date_text": signature.date_as_written,
        "form": "electronic" if signature.is_electronic else "paper",
        "evidence": signature.evidence.sha256 if signature.evidence else "",
    }


def _iso(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
