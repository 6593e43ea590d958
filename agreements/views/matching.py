"""Which signature in an electronically signed file probably stands for which place; a person decides."""

from collections.abc import Iterable
from typing import Any

from agreements import checks
from agreements.models import Evidence, Party, Signature

type At = tuple[str, int]  # party and position: a place for a signature


def made_in_file(evidence: Evidence) -> list[dict[str, Any]]:
    """The signatures of people in an electronically signed file, as its report names them; seals and time stamps not."""
    report = evidence.findings.get("report") or {}
    return [one for one in report.get("signatures", []) if one["kind"] == "signature"]


def unmatched(evidence: Evidence, signatures: Iterable[Signature]) -> list[dict[str, Any]]:
    """The signatures in an electronically signed file that nobody has matched to a place yet."""
    matched = {one.field_name for one in signatures if one.evidence_id == evidence.document_id}
    return [one for one in made_in_file(evidence) if one["field"] not in matched]


def meant(version: Any) -> dict[At, tuple[str, str]]:
    """Name and office on the paper by place; where nobody was named for the Land, its minister is printed."""
    people = {(one.party, one.position): (one.name, one.office) for one in version.signatories.all()}
    ministry = version.ministry
    if ministry and not any(party == Party.LAND for party, _ in people):
        people[Party.LAND.value, 1] = (ministry.minister, ministry.minister_office)
    return people


def suggested(version: Any, signer: str, found: list[At]) -> At | None:
    """The one of these places whose planned person bears the signer's name, titles aside; None without a likely one."""
    names = _names(signer)
    planned = {place: _names(person[0]) for place, person in meant(version).items() if place in found}
    return next((place for place, known in planned.items() if names and (names <= known or known <= names)), None)


def _names(name: str) -> set[str]:
    """The parts of a name without titles: `Dr. Katharina Wendt` and `Katharina Wendt` are the same person."""
    return {part.strip(",").casefold() for part in name.split() if not part.endswith(".")}


def expected(version: Any, evidence: Evidence) -> dict[str, At]:
    """Field of the file -> place it probably stands for, one signature for each place that is still open.

    Names decide first; the rest goes to the side that brought the file, or to any side when the ministry did.
    """
    waiting = unmatched(evidence, version.signatures.all())
    left = checks.missing_signatures(version)
    likely: dict[str, At] = {}
    for one in waiting:
        if place := suggested(version, one["signer"], left):
            likely[one["field"]] = place
            left.remove(place)
    by = evidence.document.created_by
    if by is not None and by.is_district:
        left = [place for place in left if place[0] == Party.DISTRICT]
    rest = [one["field"] for one in waiting if one["field"] not in likely]
    return likely | dict(zip(rest, left, strict=False))
