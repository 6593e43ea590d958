"""The form in which the ministry records a signature: which place is open, and what is likely to stand in it."""

from typing import Any

from agreements import checks
from agreements.actions.signing import day_of
from agreements.forms.evidence import RecordForm
from agreements.models import Evidence, Party, Signature, Status
from agreements.views import places
from agreements.views.decisions import party_name
from agreements.views.fetching import Request
from aqb import clock

type At = tuple[str, int]  # party and position: a place for a signature


def open_places(version: Any, evidence: Evidence) -> list[At]:
    """The places that this evidence may still prove a signature for."""
    if version.status != Status.ISSUED or evidence.is_rejected:
        return []
    if evidence.form == Evidence.Form.ELECTRONIC and not places.unmatched(evidence, version.signatures.all()):
        return []
    party = evidence.document.party
    return [place for place in checks.missing_signatures(version) if party in ("", place[0])]


def form_for(version: Any, evidence: Evidence, request: Request, data: Any = None) -> RecordForm | None:
    """The form for a signature that is not recorded yet; None when there is none.

    In an electronic file the query `unterschrift` chooses which one; without it the first that is not matched.
    """
    found = open_places(version, evidence)
    made = None
    if found and evidence.form == Evidence.Form.ELECTRONIC:
        chosen = request.GET.get("unterschrift")
        in_file = places.unmatched(evidence, version.signatures.all())
        made = next((one for one in in_file if chosen in (None, one["field"])), None)
        found = found if made else []
    if not found:
        return None
    likely = suggested(version, made["signer"], found) if made else found[0]
    at = likely or found[0]
    blank = Signature(
        version=version, party=at[0], position=at[1], evidence=evidence.document, field_name=made["field"] if made else "",
        recorded_by=request.user, recorded_at=clock.now(),
    )  # fmt: skip
    return RecordForm(
        data, instance=blank, places=[(key(one), words(version, one)) for one in found], made=made,
        initial={"stands_for": key(likely) if likely else None, **_likely(version, likely, made)},
    )  # fmt: skip


def correction(version: Any, signature: Signature, data: Any) -> RecordForm:
    """The form with what is recorded, for whoever corrects it; the place stays."""
    at = (signature.party, signature.position)
    return RecordForm(data, instance=signature, places=[(key(at), words(version, at))], initial={"stands_for": key(at)})


def key(place: At) -> str:
    """`district-1`: a place as the form names it."""
    return f"{place[0]}-{place[1]}"


def words(version: Any, place: At) -> str:
    """`für das Land Hessen: Dr. Katharina Wendt, Staatssekretärin`."""
    person = _meant(version).get(place)
    return f"für {party_name(version, place[0])}{': ' + ', '.join(person) if person else ''}"


def suggested(version: Any, signer: str, found: list[At]) -> At | None:
    """The one of these places whose planned person bears the signer's name, titles aside; None without a likely one."""
    names = _names(signer)
    meant = {place: _names(person[0]) for place, person in _meant(version).items() if place in found}
    return next((place for place, planned in meant.items() if names and (names <= planned or planned <= names)), None)


def _names(name: str) -> set[str]:
    """The parts of a name without titles: `Dr. Katharina Wendt` and `Katharina Wendt` are the same person."""
    return {part.strip(",").casefold() for part in name.split() if not part.endswith(".")}


def _meant(version: Any) -> dict[At, tuple[str, str]]:
    """Name and office on the paper by place; where nobody was named for the Land, its minister is printed."""
    people = {(one.party, one.position): (one.name, one.office) for one in version.signatories.all()}
    ministry = version.ministry
    if ministry and not any(party == Party.LAND for party, _ in people):
        people[Party.LAND.value, 1] = (ministry.minister, ministry.minister_office)
    return people


def _likely(version: Any, place: At | None, made: dict[str, Any] | None) -> dict[str, Any]:
    """Name and office from the paper, the seat of the side, the name and day that an electronic signature states."""
    found: dict[str, Any] = {}
    if made:
        found["name"], found["signed_on"] = made["signer"], day_of(made)
    if place is None:
        return found
    side = version.agreement.district if place[0] == Party.DISTRICT else version.ministry
    found["place"] = side.seat if side else ""
    if place in (people := _meant(version)):
        found["name"], found["office"] = people[place]
    return found
