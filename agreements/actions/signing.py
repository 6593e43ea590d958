"""Signatures: recorded from evidence, confirmed by a second person; the last one completes and seals the version."""

from datetime import date, datetime
from typing import Any, cast

from django.db import transaction

from agreements import checks, documents, news
from agreements.actions import files
from agreements.actions.steps import ask, locked, move, paper_title
from agreements.models import AgreementVersion, Document, Evidence, Party, Signature
from aqb import clock, paper
from aqb.access import Refused, require
from aqb.models import User
from aqb.refusals import validation_refusals

NO_EVIDENCE = "Der Beleg fehlt. Bitte laden Sie zuerst den Scan oder die elektronisch unterzeichnete Datei hoch."
REMOVED = "Diese Unterschrift ist nicht mehr erfasst. Jemand hat sie inzwischen entfernt oder den Beleg zurückgewiesen."


@transaction.atomic
def record_signature(
    *, version: AgreementVersion, party: str, position: int = 1, name: str, office: str, place: str, signed_on: date,
    by: User | None, evidence: Document | None = None, field_name: str = "", date_as_written: str = "",
) -> Signature:  # fmt: skip
    """Record from the evidence that a person has signed for a party; it counts once a second person has confirmed it.

    `field_name` names the signature in an electronically signed file. `by` is None only for what a command takes over;
    an old contract has its original text beside it instead of evidence, and is complete with its last signature.
    Refuses: not the ministry, not issued, no evidence or one that is rejected or proves something else, a signature
    that is not in the file or matched already, a date before the issue, in the future or against the time stamp, a
    place that is not planned or taken.
    """
    version = locked(version)
    if by is not None:
        ask(version, "sign", by)
    if evidence is None and not version.taken_over:
        raise Refused(NO_EVIDENCE)
    proof = _standing(evidence) if evidence is not None else None
    _refuse_wrong(version, party, position, signed_on, proof, field_name)
    signature = Signature(
        version=version, party=party, position=position, name=name.strip(), office=office.strip(), place=place.strip(),
        signed_on=signed_on, date_as_written=date_as_written, evidence=evidence, field_name=field_name,
        recorded_at=clock.now(), recorded_by=by,
    )  # fmt: skip
    with validation_refusals(signature):
        signature.full_clean()
        signature.save()
    if by is not None and not version.taken_over:
        news.recorded(signature, by)
    if version.taken_over and not checks.missing_signatures(version):
        _complete(version, by)
    return signature


def _standing(document: Document) -> Evidence:
    """The evidence of a document as it stands now, under the version's lock."""
    proof: Evidence | None = Evidence.objects.select_related("document").filter(document=document).first()
    if proof is None:
        raise Refused("Dieses Dokument ist kein Beleg. Bitte laden Sie den Beleg hoch.")
    if proof.is_rejected:
        raise Refused("Dieser Beleg ist zurückgewiesen. Bitte verwenden Sie einen anderen.")
    return proof


def _refuse_wrong(
    version: AgreementVersion, party: str, position: int, signed_on: date, proof: Evidence | None, field_name: str
) -> None:
    reasons = [_place_refusal(version, party, position), _date_refusal(version, signed_on)]
    if proof is not None:
        reasons.append(_evidence_refusal(version, party, proof))
        reasons.append(_match_refusal(proof, field_name, signed_on))
    if found := [reason for reason in reasons if reason]:
        raise Refused(*found)


def _place_refusal(version: AgreementVersion, party: str, position: int) -> str | None:
    """A signature nobody waits for could be the one that is never confirmed, and the version would never be complete."""
    if (party, position) in checks.expected_signatures(version):
        return None
    return "Diese Unterschrift ist auf der Ausfertigung nicht vorgesehen. Bitte wählen Sie eine vorgesehene Stelle."


def _date_refusal(version: AgreementVersion, signed_on: date) -> str | None:
    if signed_on > clock.today():
        return f"Das Datum der Unterschrift ({signed_on:%d.%m.%Y}) liegt in der Zukunft."
    issued_on = clock.day(version.issued_at)
    if signed_on < issued_on:
        return f"Die Unterschrift kann nicht vor der Ausfertigung ({issued_on:%d.%m.%Y}) liegen."
    return None


def _evidence_refusal(version: AgreementVersion, party: str, proof: Evidence) -> str | None:
    document = proof.document
    if document.version_id != version.pk:
        return f"Der Beleg gehört zu {document.number}, nicht zu {version.document_number}."
    if document.party not in ("", party):
        return f"Der Beleg ist für die Seite „{Party(document.party).label}“ hochgeladen, nicht für diese."
    return None


def _match_refusal(proof: Evidence, field_name: str, signed_on: date) -> str | None:
    """Why the signature cannot be this one of the file; on paper there is none to choose."""
    if proof.form == Evidence.Form.PAPER:
        return "Eine Unterschrift auf Papier steht in keinem Feld der Datei." if field_name else None
    found = signature_of_file(proof, field_name)
    if found is None:
        return "Bitte wählen Sie eine der Unterschriften, die in der Datei stehen."
    if proof.document.signatures.filter(field_name=field_name).exists():
        return "Diese Unterschrift aus der Datei ist schon zugeordnet."
    stamped = day_of(found)
    if stamped and found["time_source"] == "timestamp" and stamped != signed_on:
        return (
            f"Die Unterschrift in der Datei trägt den Zeitstempel vom {stamped:%d.%m.%Y}. "
            "Bitte übernehmen Sie diesen Tag."
        )
    return None


def signature_of_file(proof: Evidence, field_name: str) -> dict[str, Any] | None:
    """The person's signature of that field in the report of an electronically signed file; None when there is none."""
    signatures: list[dict[str, Any]] = proof.findings.get("report", {}).get("signatures", [])
    matching = (one for one in signatures if one["kind"] == "signature" and one["field"] == field_name)
    return next(matching, None)


def day_of(found: dict[str, Any]) -> date | None:
    """The day in Hesse on which a signature of a report was made, as far as the file says it."""
    return clock.day(datetime.fromisoformat(found["signed_at"])) if found["signed_at"] else None


@transaction.atomic
def confirm_signature(*, signature: Signature, by: User) -> AgreementVersion:
    """State as a second person that the evidence shows this signature; the last one completes and seals the version.

    All or nothing: when the seal, its time stamp or the store fails, the confirmation is undone, too, and can be
    repeated. Refuses: not the ministry, not issued, confirmed or removed already, whoever recorded the signature or
    uploaded its evidence.
    """
    version = locked(signature.version)
    ask(version, "sign", by)
    require(by, "version.seal", version.agreement.district)
    current = (
        Signature.objects.select_related("recorded_by", "evidence__created_by", "evidence__proof__batch__created_by")
        .filter(pk=signature.pk)
        .first()
    )
    if current is None:
        raise Refused(REMOVED)
    current.version = version
    if reasons := checks.confirmation_refusals(current, by):
        raise Refused(*reasons)
    current.confirmed_at, current.confirmed_by = clock.now(), by
    with validation_refusals(current):
        current.full_clean()
        current.save()
    news.decided(current)
    if not checks.missing_signatures(version) and not checks.unconfirmed_signatures(version):
        _complete(version, by)
    return version


def _complete(version: AgreementVersion, by: User | None) -> None:
    """All parties have signed: make the fair copy from the frozen snapshot and the signatures, seal and store it."""
    from aqb import seal  # loads the library for signatures: only where something is sealed

    signatures = list(version.signatures.select_related("evidence"))
    # What was signed before the application saw it carries no seal: nobody here has confirmed its signatures.
    kind = "none" if version.taken_over else seal.kind()
    snapshot = documents.fair_copy(cast("documents.Snapshot", version.snapshot), signatures, seal=kind)
    move(version, "sign", by, signed_at=_signed_at(version, signatures))
    content = paper.render(snapshot)
    if kind != "none":
        content = seal.seal(content, at=clock.now())
    files.store(
        agreement=version.agreement, version=version, kind=Document.Kind.SIGNED,
        title=f"{paper_title(snapshot)} – Reinschrift", content=content,
        media_type="application/pdf", number=version.document_number, seal="" if kind == "none" else kind, by=by,
    )  # fmt: skip


def _signed_at(version: AgreementVersion, signatures: list[Signature]) -> datetime:
    """Now; an old contract was complete when the last side signed it, not when it was taken over."""
    if not version.taken_over:
        return clock.now()
    return clock.morning(max(one.signed_on for one in signatures))


@transaction.atomic
def remove_signature(*, signature: Signature, by: User) -> None:
    """Take back a signature recorded by mistake, confirmed or not, while the version is not complete.

    Its evidence stays. Whoever corrects records it anew, and somebody else confirms. Refuses: not the ministry, all have
    signed, removed already.
    """
    version = locked(signature.version)
    ask(version, "sign", by)
    with validation_refusals():
        removed, _ = Signature.objects.filter(pk=signature.pk).delete()
    if not removed:
        raise Refused(REMOVED)
    news.decided(signature)
