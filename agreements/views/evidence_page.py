"""What the page of a piece of evidence shows: its pages beside the issue, what was read, who has signed, what is next."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from agreements import checks
from agreements.forms.evidence import ConfirmForm, RecordForm
from agreements.models import Document, Evidence, Party, Signature, Status
from agreements.scan_papers import page_count
from agreements.views import places, reading, recording
from agreements.views.agreements import crumbs
from agreements.views.decisions import party_name
from agreements.views.fetching import Request, address
from aqb import access
from aqb.access import Refused
from aqb.models import User
from aqb.screens import Badge, german_date

LARGE = "gross"  # value of the query that asks for both pages in full size


@dataclass(frozen=True)
class Sheet:
    """A page of paper on the screen: whose it is, which page, and its picture."""

    title: str
    note: str
    alt: str
    url: str


@dataclass(frozen=True)
class PageLink:
    """The way to another page of the evidence."""

    number: int
    url: str
    is_current: bool


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
    signatures = [one for one in signatures_of(version, evidence) if corrected is None or one.pk != corrected.pk]
    recorded = _recorded(version, evidence, signatures, user, confirm, form_above=record is not None)
    shown = (
        _compared(request, version, evidence) if evidence.form == Evidence.Form.PAPER else _report(version, evidence)
    )
    confirms = [one for one in recorded if one.form]
    left = len(checks.unconfirmed_signatures(version)) + len(checks.missing_signatures(version))
    return {
        "version": version, "agreement": version.agreement, "evidence": evidence, "document": evidence.document,
        "title": "Unterschrift berichtigen" if corrected else _title(record, recorded), "corrected": corrected,
        "badge": _badge(version, evidence), "recorded": recorded, "record": record,
        "sent": next((form for form in (record, *(one.form for one in recorded)) if form and form.is_bound), None),
        "you": record is not None or bool(confirms), "may_sign": open_for, "is_last": left == 1,
        "reject_alone": open_for and record is None and not confirms, **_asked(version, evidence, record, corrected),
        **shown, **crumbs(version),
    }  # fmt: skip


def _asked(version: Any, evidence: Evidence, record: RecordForm | None, corrected: Signature | None) -> dict[str, str]:
    """Which signature the form is about, in words and for the address that it is sent to."""
    query = ""
    if corrected:
        query = f"?berichtigen={corrected.pk}"
    elif record is not None and record.made:
        query = f"?{urlencode({'unterschrift': record.made['field']})}"
    party = evidence.document.party
    return {"record_query": query, "record_for": f"für {party_name(version, party)}" if party else ""}


def _title(record: RecordForm | None, recorded: list[Recorded]) -> str:
    if record is not None:
        return "Unterschrift erfassen"
    return "Unterschrift bestätigen" if any(one.form for one in recorded) else "Beleg"


def signatures_of(version: Any, evidence: Evidence) -> list[Signature]:
    """The signatures that rest on this evidence, the Land's first."""
    return [one for one in version.signatures.all() if one.evidence_id == evidence.document_id]


def _badge(version: Any, evidence: Evidence) -> Badge:
    """The evidence as a whole: what still has to be done with it."""
    if evidence.is_rejected:
        return places.STATES["rejected"]
    signatures = signatures_of(version, evidence)
    if not all(one.is_confirmed for one in signatures):
        return places.STATES["recorded"]
    waiting = version.status == Status.ISSUED and recording.open_places(version, evidence)
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


def _compared(request: Request, version: Any, evidence: Evidence) -> dict[str, Any]:
    """A page of the scan beside the same page of the issue; without a wish the last one, where people sign."""
    issue = version.documents.get(kind=Document.Kind.ISSUED)
    total, trouble = _pages_of(issue)
    pages = evidence.findings["pages"]
    here = _wanted(request.GET.get("seite", ""), len(pages))
    large = request.GET.get("ansicht") == LARGE
    place = reverse("evidence_detail", kwargs=address(version) | {"pk": evidence.pk})
    links = [PageLink(at, _link(place, at, large=large), at == here) for at in range(1, len(pages) + 1)]
    return {
        "sheets": _sheets(version, evidence, issue, here, total), "page_links": links, "large": large,
        "other_view": _link(place, here, large=not large),
        "read": trouble or reading.of_scan(evidence, version.document_number, total),
        "not_read": [reading.NO_WORDING, *_still_missing(version, evidence)],
    }  # fmt: skip


def _pages_of(issue: Document) -> tuple[int, list[reading.Sentence]]:
    """How many pages the issue has; 0 with the reason when the archive cannot say, which stops nobody from looking."""
    try:
        return page_count(issue.file.name), []
    except Refused as refused:
        return 0, [reading.Sentence(reason, "warning") for reason in refused.reasons]


def _wanted(text: str, last: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= last else last


def _link(place: str, page: int, *, large: bool) -> str:
    query: dict[str, Any] = {"seite": page} | ({"ansicht": LARGE} if large else {})
    return f"{place}?{urlencode(query)}#vergleich"


def _sheets(version: Any, evidence: Evidence, issue: Document, here: int, total: int) -> list[Sheet]:
    pages = evidence.findings["pages"]
    known = pages[here - 1]["page"]
    beside = known if known and known <= (total or known) else min(here, total or here)
    document, number = evidence.document, version.document_number
    owner = whose_long(version, document.party)
    of_issue = f"Seite {beside} von {total}" if total else f"Seite {beside}"
    return [
        Sheet(
            f"Beleg {owner}", f"Scan, Seite {here} von {len(pages)}, Eingang {german_date(document.created_at)}",
            f"Seite {here} des Belegs {owner}", _picture(document, here),
        ),
        Sheet(
            f"Ausfertigung {number}", f"PDF, {of_issue}, vom {german_date(issue.created_at)}",
            f"Seite {beside} der Ausfertigung {number}", _picture(issue, beside),
        ),
    ]  # fmt: skip


def _picture(document: Document, page: int) -> str:
    return reverse("document_page", kwargs={"pk": document.pk, "page": page})


def whose_long(version: Any, party: str) -> str:
    """`des Landes Hessen`, `des Landkreises Offenbach`: whose evidence it is."""
    return "des Landes Hessen" if party == Party.LAND else places.whose(version, party)


def _still_missing(version: Any, evidence: Evidence) -> list[str]:
    """For whom nobody has signed yet, beside those whose evidence this is."""
    if version.status != Status.ISSUED:
        return []
    parties = dict.fromkeys(
        party for party, _ in checks.missing_signatures(version) if party != evidence.document.party
    )
    return [f"Die Unterschrift {whose_long(version, party)} ist noch nicht erfasst." for party in parties]


def _report(version: Any, evidence: Evidence) -> dict[str, Any]:
    """What the application found in an electronically signed file, signature by signature."""
    matched = {one.field_name: one for one in signatures_of(version, evidence)}
    found = recording.open_places(version, evidence)
    rows = reading.rows_of_file(evidence)
    for row in rows:
        signature = matched.get(row["field"])
        likely = recording.suggested(version, row["signer"], found) if row["is_signature"] else None
        row["matched"] = f"für {party_name(version, signature.party)}" if signature else ""
        row["suggestion"] = f"für {party_name(version, likely[0])}" if likely and not signature else ""
    name = evidence.findings.get("name") or evidence.document.title
    return {
        "name": name,
        "alert": reading.of_file(evidence),
        "rows": rows,
        "not_read": _still_missing(version, evidence),
    }
