"""Evidence of signatures: brought by district or ministry, shown beside the issue, rejected with a reason."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agreements import checks
from agreements.actions import evidence as actions
from agreements.forms.evidence import UploadForm
from agreements.forms.versions import ReasonForm
from agreements.models import Document, Evidence, Party
from agreements.views import evidence_page, places
from agreements.views.agreements import crumbs
from agreements.views.decisions import party_name
from agreements.views.fetching import address, version_or_404
from aqb.access import Refused, require
from aqb.once import once
from aqb.pages import Request, posted, refusals_in

BOTH = "both"
REASON_HINT = "Was stimmt nicht, und was ist zu tun? Wer den Beleg hochgeladen hat, liest diesen Text."


@require_http_methods(["GET", "POST"])
@once
def evidence_upload(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Bring a scan of the signed paper, or the file that was signed electronically."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "evidence.upload", version.agreement.district)
    if reasons := checks.upload_refusals(version, request.user, ""):
        raise Refused(*reasons)
    form = UploadForm(
        posted(request), request.FILES or None, parties=_parties(request, version),
        initial={"party": request.GET.get("seite", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            evidence = _uploaded(form, version, request)
            messages.success(request, _received(evidence, request))
            return redirect("evidence_detail", **address(version), pk=evidence.pk)
    issue = version.documents.filter(kind=Document.Kind.ISSUED).first()
    context = {"version": version, "form": form, "issue": issue, **crumbs(version)}
    return render(request, "agreements/evidence_form.html", context)


def _parties(request: Request, version: Any) -> list[tuple[str, str]]:
    """What the ministry chooses from; a district brings its own side's paper only."""
    if request.user.is_district:
        return []
    sides = [
        (party.value, f"die Unterschrift für {party_name(version, party)}") for party in (Party.LAND, Party.DISTRICT)
    ]
    return [*sides, (BOTH, "die Unterschriften beider Seiten")]


def _uploaded(form: UploadForm, version: Any, request: Request) -> Evidence:
    """A scan with the signatures of both sides becomes evidence for each; all or nothing."""
    file = form.cleaned_data["file"]
    content = file.read()
    chosen = form.cleaned_data.get("party", Party.DISTRICT)
    parties = [Party.LAND, Party.DISTRICT] if chosen == BOTH else [chosen]
    with transaction.atomic():
        for party in parties:
            evidence = actions.upload(version=version, party=party, content=content, name=file.name, by=request.user)
            if evidence.form == Evidence.Form.ELECTRONIC:
                break  # it stands for whoever signed in it
    return evidence


def _received(evidence: Evidence, request: Request) -> str:
    kind = "Der Scan" if evidence.form == Evidence.Form.PAPER else "Die elektronisch unterzeichnete Datei"
    after = (
        "Das Ministerium erfasst die Unterschrift, eine zweite Person bestätigt sie."
        if request.user.is_district
        else "Bitte erfassen Sie nun, wer unterzeichnet hat."
    )
    return f"{kind} ist als Beleg abgelegt. {after}"


@require_safe
def evidence_detail(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """A piece of evidence beside the issue, what the application read in it, and what is next."""
    version = version_or_404(request, year, ags, number)
    evidence = evidence_page.evidence_or_404(version, pk)
    return render(request, "agreements/evidence_detail.html", evidence_page.page(request, version, evidence))


@require_safe
def evidence_report(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """The whole validation report of an electronically signed file, as it was when the file came in."""
    version = version_or_404(request, year, ags, number)
    evidence = evidence_page.evidence_or_404(version, pk)
    if evidence.form != Evidence.Form.ELECTRONIC:
        raise Http404
    content = json.dumps(evidence.findings["report"], ensure_ascii=False, indent=2)
    name = f"{version.document_number}-pruefbericht-{evidence.pk}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(content, content_type="application/json", headers=headers)


@require_http_methods(["GET", "POST"])
@once
def evidence_reject(request: Request, year: int, ags: str, number: int, pk: int) -> HttpResponse:
    """Set a piece of evidence aside, with a reason."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "version.sign", version.agreement.district)
    evidence = evidence_page.evidence_or_404(version, pk)
    form = ReasonForm(posted(request), label="Grund der Zurückweisung", hint=REASON_HINT)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.reject(evidence=evidence, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, "Der Beleg ist zurückgewiesen. Er bleibt mit dem Grund erhalten.")
            return redirect("version_detail", **address(version))
    refusals = checks.refusals(version, "sign", request.user) if request.method == "GET" else []
    context = {
        "version": version, "evidence": evidence, "form": form, "refusals": refusals,
        "signatures": places.signatures_of(version, evidence),
        "evidence_url": reverse("evidence_detail", kwargs=address(version) | {"pk": pk}), **crumbs(version),
    }  # fmt: skip
    return render(request, "agreements/evidence_reject.html", context)
