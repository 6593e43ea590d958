"""What the page of a piece of evidence shows: who has signed, what is next, and which forms are there for it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from agreements import checks
from agreements.forms.evidence import ConfirmForm, RecordForm
from agreements.models import Evidence, Party, Signature, Status
from agreements.views import comparison, places, recording
from agreements.views.agreements import crumbs
from agreements.views.decisions import party_name
from agreements.views.fetching import address
from aqb import access
from aqb.models import User
from aqb.pages import Request
from aqb.screens import Badge


@dataclass(frozen=True)
class Recorded:
    """A signature that rests on the evidence: the form to confirm it, or what keeps the reader from doing so."""

    signature: Signature
    side: str
    refusals: list[str]
    form: ConfirmForm | None
    is_primary: bool


def evidence_or_404(version: Any, pk: int) -> Evidence:
    """The evidence of a version that the person sees; its signatures and all other evidence are read with it."""
    places.read_at_once([version])
    for evidence in places.evidence_of(version):
        if evidence.pk == pk:
            return evidence
    raise Http404


def page(
    request: Request, version: Any, evidence: Evidence, *,
    record: RecordForm | None = None, corrected: Signature | None = None,
    confirm: tuple[int, ConfirmForm] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything that templates/agreements/evidence_detail.html needs; forms that were sent with mistakes come back."""
    user = request.user
    may_sign = version.status == Status.ISSUED and not access.why_not(user, "version.sign", version.agreement.district)
    open_for = may_sign and not evidence.is_rejected
    if record is None and open_for:
        record = recording.form_for(version, evidence, request)
    signatures = [one for one in places.signatures_of(version, evidence) if corrected is None or one.pk != corrected.pk]
    recorded = _recorded(version, evidence, signatures, user, confirm, form_above=record is not None)
    show = comparison.of_scan if evidence.form == Evidence.Form.PAPER else comparison.of_file
    confirms = [one for one in recorded if one.form]
    left = len(checks.unconfirmed_signatures(version)) + len(checks.missing_signatures(version))
    return {
        "version": version, "agreement": version.agreement, "evidence": evidence, "document": evidence.document,
        "title": "Unterschrift berichtigen" if corrected else _title(record, recorded), "corrected": corrected,
        "badge": _badge(version, evidence), "recorded": recorded, "record": record,
        "evidence_url": reverse("evidence_detail", kwargs=address(version) | {"pk": evidence.pk}),
        "sent": next((form for form in (record, *(one.form for one in recorded)) if form and form.is_bound), None),
        "you": record is not None or bool(confirms), "may_sign": open_for, "is_last": left == 1,
        "reject_alone": open_for and record is None and not confirms, **_asked(version, evidence, record, corrected),
        **show(request, version, evidence), **crumbs(version),
    }  # fmt: skip


def _asked(version: Any, evidence: Evidence, record: RecordForm | None, corrected: Signature | None) -> dict[str, Any]:
    """Which signature the form is about, for the address that it is sent to; and which others it could be about."""
    if corrected:
        return {"record_query": f"?berichtigen={corrected.pk}", "record_for": "", "others": []}
    if record is None or record.made:
        query = f"?{urlencode({'unterschrift': record.made['field']})}" if record and record.made else ""
        return {"record_query": query, "record_for": "", "others": []}
    here = (record.instance.party, record.instance.position)
    place = reverse("evidence_record", kwargs=address(version) | {"pk": evidence.pk})
    others = [
        {"words": recording.person_words(version, one), "url": f"{place}?stelle={recording.key(one)}#angaben"}
        for one in recording.open_places(version, evidence)
        if one != here
    ]
    words = f"für {party_name(version, here[0])}"
    return {"record_query": f"?stelle={recording.key(here)}", "record_for": words, "others": others}


def _title(record: RecordForm | None, recorded: list[Recorded]) -> str:
    if record is not None:
        return "Unterschrift erfassen"
    return "Unterschrift bestätigen" if any(one.form for one in recorded) else "Beleg"


def _badge(version: Any, evidence: Evidence) -> Badge:
    """The evidence as a whole: what still has to be done with it."""
    if evidence.is_rejected:
        return places.STATES["rejected"]
    signatures = places.signatures_of(version, evidence)
    if not all(one.is_confirmed for one in signatures):
        return places.STATES["recorded"]
    waiting = recording.is_waiting(version, evidence)
    return places.STATES["uploaded" if waiting or not signatures else "confirmed"]


def _recorded(
    version: Any, evidence: Evidence, signatures: list[Signature], user: User,
    sent: tuple[int, ConfirmForm] | None, *, form_above: bool,
) -> list[Recorded]:  # fmt: skip
    rows: list[Recorded] = []
    for signature in signatures:
        side = places.LAND if signature.party == Party.LAND else str(version.agreement.district)
        refusals = [] if signature.is_confirmed else checks.confirmation_refusals(signature, user)
        form = None
        if sent and sent[0] == signature.pk:
            form = sent[1]
        elif not signature.is_confirmed and not refusals:
            form = confirm_form(version, evidence, signature)
        is_primary = form is not None and not form_above and not any(row.is_primary for row in rows)
        rows.append(Recorded(signature, side, refusals, form, is_primary))
    return rows


def confirm_form(version: Any, evidence: Evidence, signature: Signature, data: Any = None) -> ConfirmForm:
    """The form of the second person, in the words of paper or of an electronic file."""
    prefix = f"unterschrift-{signature.pk}"
    if evidence.form == Evidence.Form.PAPER:
        hint = f"Alle Seiten gehören zu {version.document_number}, nichts ist von Hand geändert, die Angaben unter 1. stimmen."
        return ConfirmForm(data, prefix=prefix, label="Beleg passt zu dieser Ausfertigung", hint=hint)
    hint = f"Sie haben den Prüfbericht gelesen, und die Angaben unter 1. stimmen für {signature.name}."
    return ConfirmForm(data, prefix=prefix, label="Die Unterschrift in der Datei stammt von dieser Person", hint=hint)
