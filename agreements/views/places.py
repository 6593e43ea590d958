"""The places for signatures under a version: who is meant, what has come in, and what the reader can do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from agreements import checks
from agreements.models import AgreementVersion, Document, Evidence, Party, Signature, Status
from agreements.views.fetching import address
from agreements.views.matching import expected
from agreements.views.rows import is_yours, short_kind
from aqb import access
from aqb.models import User
from aqb.screens import Badge

STATES = {
    "planned": Badge("Vorgesehen"),
    "missing": Badge("Unterschrift fehlt", "warning", "warning"),
    "rejected": Badge("Beleg zurückgewiesen", "warning", "arrow-back"),
    "uploaded": Badge("Beleg liegt vor", "info", "drive-folder-upload"),
    "recorded": Badge("Erfasst, zweite Person fehlt", "info", "edit"),
    "confirmed": Badge("Bestätigt", "success", "success"),
    "taken_over": Badge("Unterzeichnet", "success", "success"),
    "ended": Badge("Nicht unterzeichnet"),
}
LAND = "Land Hessen"
# What comes first when several things can be done: the order of the primary button.
ORDER = ("confirm", "record", "upload")


@dataclass(frozen=True)
class Action:
    """What the reader can do for a place now: a key of ORDER or "look", the words of link and button, the address."""

    key: str
    label: str
    button: str
    url: str


@dataclass(frozen=True)
class Place:
    """One place for a signature. `state` is a key of STATES; `reason` says why a piece of evidence was rejected."""

    party: str
    position: int
    side: str
    meant: Any
    signature: Any
    evidence: Any
    state: str
    reason: str
    action: Action | None

    @property
    def badge(self) -> Badge:
        return STATES[self.state]


def read_at_once(versions: Iterable[AgreementVersion]) -> None:
    """Read signatures, signatories and evidence of these versions with three queries, however many there are.

    A version that is not issued has neither evidence nor signatures, and nothing is asked for it.
    """
    files = Document.objects.filter(kind=Document.Kind.EVIDENCE).select_related(
        "proof__rejected_by__district", "created_by__district"
    )
    signatures = Signature.objects.select_related(
        "evidence__proof__batch__created_by", "evidence__created_by", "recorded_by__district", "confirmed_by__district"
    )
    every = list(versions)
    prefetch_related_objects(every, "signatories")
    for some, exist in (
        ([one for one in every if one.is_frozen], True),
        ([one for one in every if not one.is_frozen], False),
    ):
        prefetch_related_objects(
            some, Prefetch("signatures", signatures if exist else signatures.none()),
            Prefetch("documents", files if exist else files.none(), to_attr="evidence_files"),
        )  # fmt: skip


def evidence_of(version: Any) -> list[Evidence]:
    """Every piece of evidence of a version that was read at once, the newest first, the rejected ones too."""
    return [file.proof for file in version.evidence_files if hasattr(file, "proof")]


def signatures_of(version: Any, evidence: Evidence) -> list[Signature]:
    """The signatures that rest on this evidence, the Land's first."""
    return [one for one in version.signatures.all() if one.evidence_id == evidence.document_id]


def places(version: Any, user: User) -> list[Place]:
    """Every place of a version that was read at once, the Land first."""
    meant = {(one.party, one.position): one for one in version.signatories.all()}
    signed = {(one.party, one.position): one for one in version.signatures.all()}
    found = {(party.value, 1) for party in Party} | set(meant) | set(signed)
    order = sorted(found, key=lambda place: (place[0] != Party.LAND, place[1]))
    return [_place(version, user, place, meant.get(place), signed.get(place)) for place in order]


def _place(version: Any, user: User, place: tuple[str, int], meant: Any, signature: Any) -> Place:
    party, position = place
    evidence = _supporting(version, party, position, signature)
    rejected = None if signature or evidence else _rejected(version, party)
    state = _state(version, signature, evidence, rejected)
    side = LAND if party == Party.LAND else str(version.agreement.district)
    proof = evidence or rejected
    reason = rejected.rejected_reason if rejected and position == 1 else ""  # once for a side
    action = _action(version, user, party, state, signature, proof)
    return Place(party, position, side, meant, signature, proof, state, reason, action)


def _supporting(version: Any, party: str, position: int, signature: Any) -> Evidence | None:
    """What the signature rests on; without one, the newest evidence that may still prove one for this side."""
    standing = [one for one in evidence_of(version) if not one.is_rejected]
    if signature:
        return next((one for one in standing if one.document_id == signature.evidence_id), None)
    place = (party, position)
    for one in standing:
        if one.document.party == party or (not one.document.party and place in expected(version, one).values()):
            return one
    return None


def _rejected(version: Any, party: str) -> Evidence | None:
    return next((one for one in evidence_of(version) if one.is_rejected and one.document.party in ("", party)), None)


def _state(version: Any, signature: Any, evidence: Any, rejected: Any) -> str:
    if signature:
        if version.taken_over:
            return "taken_over"
        return "confirmed" if signature.is_confirmed else "recorded"
    if version.status != Status.ISSUED:
        return "planned" if version.is_open else "ended"
    return "uploaded" if evidence else "rejected" if rejected else "missing"


def _action(version: Any, user: User, party: str, state: str, signature: Any, proof: Any) -> Action | None:
    look = _look(version, proof)
    district = version.agreement.district
    if version.status != Status.ISSUED:
        return look
    if state in ("missing", "rejected"):
        return _upload(version, user, party) or look
    if access.why_not(user, "version.sign", district) or look is None:
        return look
    of = whose(version, party)
    if state == "uploaded":
        return Action("record", "Unterschrift erfassen", f"Unterschrift {of} erfassen", look.url)
    if state == "recorded" and not checks.confirmation_refusals(signature, user):
        return Action("confirm", "Unterschrift bestätigen", f"Unterschrift {of} bestätigen", look.url)
    return look


def _look(version: Any, proof: Any) -> Action | None:
    if proof is None:
        return None
    url = reverse("evidence_detail", kwargs=address(version) | {"pk": proof.pk})
    return Action("look", "Beleg ansehen", "Beleg ansehen", url)


def _upload(version: Any, user: User, party: str) -> Action | None:
    """Districts bring their own side's paper; the ministry brings either."""
    district = version.agreement.district
    if access.why_not(user, "evidence.upload", district) or (user.is_district and party != Party.DISTRICT):
        return None
    url = reverse("evidence_upload", kwargs=address(version))
    if user.is_district:
        words = "Unterschriebenes Papier hochladen"
        return Action("upload", words, words, url)
    return Action("upload", "Beleg hochladen", f"Beleg {whose(version, party)} hochladen", f"{url}?seite={party}")


def whose(version: Any, party: str) -> str:
    """`des Landes`, `des Landkreises Offenbach`: whose signature or evidence."""
    return "des Landes" if party == Party.LAND else version.agreement.district.genitive or "der Gebietskörperschaft"


def whose_long(version: Any, party: str) -> str:
    """`des Landes Hessen`, `des Landkreises Offenbach`: whose evidence it is."""
    return "des Landes Hessen" if party == Party.LAND else whose(version, party)


def next_action(found: Iterable[Place]) -> Action | None:
    """What the reader should do first: confirm before recording, recording before uploading."""
    actions = [place.action for place in found if place.action and place.action.key in ORDER]
    return min(actions, key=lambda one: ORDER.index(one.key), default=None)


def turn(version: Any, user: User, found: Iterable[Place]) -> tuple[bool, str]:
    """Whether the reader is to act, and who is: in the time of signing both sides and two people of the ministry."""
    ball = checks.whose_turn(version)
    if version.status != Status.ISSUED:
        who = {"district": short_kind(version.agreement.district), "ministry": "Ministerium"}.get(ball, "")
        return is_yours(ball, user), who
    own = Party.DISTRICT if user.is_district else Party.LAND
    open_places = [place for place in found if place.state != "confirmed"]
    for place in open_places:
        if place.action and (
            place.action.key in ("confirm", "record") or (place.action.key == "upload" and place.party == own)
        ):
            return True, ""
    states = {(place.state, place.party) for place in open_places}
    if user.is_ministry and any(state == "recorded" for state, _ in states):
        return False, "Eine zweite Person des Ministeriums"
    only_district = all(state in ("missing", "rejected") and party == Party.DISTRICT for state, party in states)
    return False, short_kind(version.agreement.district) if states and only_district else "Ministerium"
