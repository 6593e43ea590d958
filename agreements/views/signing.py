"""Signatures: recorded from a piece of evidence, confirmed by a second person, taken back."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from agreements.actions import signing
from agreements.forms.evidence import RecordForm
from agreements.models import Document, Evidence, Signature
from agreements.views import evidence_page, recording
from agreements.views.fetching import address, version_or_404, version_to_change
from aqb.access import Refused, require
from aqb.once import once
from aqb.pages import Question, Request, ask, posted, refusals_in

FIELDS = ("name", "office", "place", "signed_on")
SEALED = {
    Document.Seal.OFFICIAL: "und mit dem Organisationssiegel versehen",
    Document.Seal.TEST: "und mit einem Testsiegel ohne Rechtswirkung versehen",
    "": "und trägt kein Siegel, weil keines eingerichtet ist",
}


@require_http_methods(["GET", "POST"])
@once
def evidence_record(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """Record who has signed; with `berichtigen` in the query, correct a signature that is recorded already."""
    version = version_to_change(request, year, ags, number)
    require(request.user, "version.sign", version.agreement.district)
    evidence = evidence_page.evidence_or_404(version, pk)
    corrected = _to_correct(request, version, evidence)
    if corrected:
        form: RecordForm | None = recording.correction(version, corrected, posted(request))
    else:
        form = recording.form_for(version, evidence, request, posted(request))
    if form is None:
        messages.info(request, "Diese Unterschrift ist schon erfasst. Es wurde nichts noch einmal gespeichert.")
        return redirect("evidence_detail", **address(version), pk=pk)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            signature = _record(form, version, evidence, corrected, request)
            messages.success(
                request, f"Die Unterschrift von {signature.name} ist erfasst. Nun bestätigt sie eine zweite Person."
            )
            return redirect("evidence_detail", **address(version), pk=pk)
    page = evidence_page.page(request, version, evidence, record=form, corrected=corrected)
    return render(request, "agreements/evidence_detail.html", page)


def _to_correct(request: Request, version: Any, evidence: Evidence) -> Signature | None:
    """A fresh row: the form writes into it, and the page still shows what is recorded."""
    chosen = request.GET.get("berichtigen", "")
    if not chosen:
        return None
    rows = Signature.objects.visible_to(request.user).filter(version=version, evidence=evidence.document)
    return get_object_or_404(rows, pk=chosen if chosen.isascii() and chosen.isdigit() else 0)


def _record(
    form: RecordForm, version: Any, evidence: Evidence, corrected: Signature | None, request: Request
) -> Signature:
    row = form.instance
    with transaction.atomic():
        if corrected:
            signing.remove_signature(signature=corrected, by=request.user)
        return signing.record_signature(
            version=version, party=row.party, position=row.position, evidence=evidence.document,
            field_name=row.field_name, **{name: form.cleaned_data[name] for name in FIELDS}, by=request.user,
        )  # fmt: skip


@require_POST
@once
def signature_confirm(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """The second person has compared; the last one completes the version."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "version.sign", version.agreement.district)
    signature = get_object_or_404(
        Signature.objects.visible_to(request.user).select_related("evidence__proof"), version=version, pk=pk
    )
    if signature.evidence is None:
        raise Refused("Zu dieser Unterschrift gibt es keinen Beleg.")
    if signature.is_confirmed:  # a form that comes twice
        messages.info(request, f"Die Unterschrift von {signature.name} ist schon bestätigt.")
        return redirect("version_detail", **address(version))
    evidence = evidence_page.evidence_or_404(version, signature.evidence.proof.pk)
    form = evidence_page.confirm_form(version, evidence, signature, posted(request))
    if form.is_valid():
        with refusals_in(form):
            messages.success(
                request, _confirmed(signing.confirm_signature(signature=signature, by=request.user), signature)
            )
            return redirect("version_detail", **address(version))
    page = evidence_page.page(request, version, evidence, confirm=(pk, form))
    return render(request, "agreements/evidence_detail.html", page)


def _confirmed(version: Any, signature: Signature) -> str:
    if version.status != "signed":
        return f"Die Unterschrift von {signature.name} ist bestätigt."
    fair_copy = version.documents.get(kind=Document.Kind.SIGNED)
    return f"Alle Unterschriften sind bestätigt. Die Reinschrift ist hergestellt {SEALED[fair_copy.seal]}."


@require_http_methods(["GET", "POST"])
@once
def signature_remove(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """Take back a signature recorded by mistake, while the version is not complete; after a question."""
    version = version_or_404(request, year, ags, number)
    signature = get_object_or_404(Signature.objects.visible_to(request.user), version=version, pk=pk)
    if request.method == "GET":
        require(request.user, "version.sign", version.agreement.district)
        sentences = (
            "Seite, Name, Amt, Ort und Datum sind dann nicht mehr erfasst; im Verlauf bleiben sie stehen.",
            "Der Beleg bleibt. Die Unterschrift lässt sich daraus neu erfassen.",
        )
        title = f"Erfasste Unterschrift von {signature.name} entfernen?"
        return ask(
            request, Question(title, sentences, "Eintrag entfernen", reverse("version_detail", kwargs=address(version)))
        )
    signing.remove_signature(signature=signature, by=request.user)
    messages.success(request, f"Die Unterschrift von {signature.name} ist nicht mehr erfasst. Der Beleg bleibt.")
    return redirect("version_detail", **address(version))
