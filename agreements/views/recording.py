"""The form in which the ministry records a signature: which place is open, and what is likely to stand in it."""

from typing import Any

from agreements import checks
from agreements.actions.signing import day_of
from agreements.forms.evidence import RecordForm
from agreements.models import Evidence, Party, Signature, Status
from agreements.views import matching
from agreements.views.decisions import party_name
from agreements.views.matching import At
from aqb import clock
from aqb.pages import Request


def open_places(version: Any, evidence: Evidence) -> list[At]:
    """The places that this evidence may still prove a signature for."""
    if version.status != Status.ISSUED or evidence.is_rejected:
        return []
    if evidence.form == Evidence.Form.ELECTRONIC and not matching.unmatched(evidence, version.signatures.all()):
        return []
    party = evidence.document.party
    return [place for place in checks.missing_signatures(version) if party in ("", place[0])]


def is_waiting(version: Any, evidence: Evidence) -> bool:
    """Whether a signature that this evidence probably proves is not recorded yet."""
    found = open_places(version, evidence)
    if evidence.form == Evidence.Form.PAPER:
        return bool(found)
    return bool(found and matching.expected(version, evidence))


def form_for(version: Any, evidence: Evidence, request: Request, data: Any = None) -> RecordForm | None:
    """The form for a signature that is not recorded yet; None when there is none.

    On paper the query `stelle` chooses for which place, in an electronic file `unterschrift` which signature; without
    them it is the first that is expected. In a file a person matches signature and place, on paper the place is given.
    """
    found = open_places(version, evidence)
    made = None
    if found and evidence.form == Evidence.Form.PAPER:
        wanted = request.GET.get("stelle")
        found = [one for one in found if wanted in (None, key(one))][:1]
    if found and evidence.form == Evidence.Form.ELECTRONIC:
        chosen = request.GET.get("unterschrift")
        in_file = matching.unmatched(evidence, version.signatures.all())
        fields = matching.expected(version, evidence) if chosen is None else {chosen}
        made = next((one for one in in_file if one["field"] in fields), None)
        found = found if made else []
    if not found:
        return None
    likely = matching.suggested(version, made["signer"], found) if made else found[0]
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
    person = matching.meant(version).get(place)
    return f"für {party_name(version, place[0])}{': ' + ', '.join(person) if person else ''}"


def person_words(version: Any, place: At) -> str:
    """`Holger Ahrens, Stadtrat`: who is printed at a place, or which place it is."""
    person = matching.meant(version).get(place)
    return ", ".join(person) if person else f"{place[1]}. Stelle"


def _likely(version: Any, place: At | None, made: dict[str, Any] | None) -> dict[str, Any]:
    """Name and office from the paper, the seat of the side, the name and day that an electronic signature states."""
    found: dict[str, Any] = {}
    if made:
        found["name"], found["signed_on"] = made["signer"], day_of(made)
    if place is None:
        return found
    side = version.agreement.district if place[0] == Party.DISTRICT else version.ministry
    found["place"] = side.seat if side else ""
    if place in (people := matching.meant(version)):
        found["name"], found["office"] = people[place]
    return found
