"""The steps of a version, what the ministry sets in it, and its preview."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import checks, documents
from agreements.actions import drafting, steps
from agreements.actions.steps import changeable_by
from agreements.filling import Unprintable
from agreements.forms.versions import LinesForm, PartyForm, ReasonForm, StepForm, WordingChoiceForm
from agreements.models import Party, Status, Wording
from agreements.views.agreements import crumbs
from agreements.views.fetching import address, agreement_or_404, version_or_404, version_to_change
from agreements.views.step_words import WORDS
from agreements.views.unfinished import place_of_amendment, place_of_step
from aqb import paper
from aqb.access import Refused, represented, require
from aqb.drafts import begun_in, keeps_draft
from aqb.once import once
from aqb.pages import Request, posted, refusals_in

NOT_WITHDRAWN = "Nur nach einer zurückgezogenen Fassung geht es mit einer Kopie weiter."
ACTIONS: dict[str, Any] = {
    "submit": steps.submit,
    "approve": steps.approve,
    "issue": steps.issue,
    "publish": steps.publish,
    "withdraw": steps.withdraw,
    "terminate": steps.terminate,
}


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_step)
@once
def version_step(request: Request, year: int, ags: str, number: int, step: str) -> HttpResponse:
    """The page before a step: what happens, what cannot be undone, a reason where one is needed."""
    if step not in ACTIONS:
        raise Http404
    version = version_or_404(request, year, ags, number)
    require(request.user, f"version.{step}", version.agreement.district)
    words = WORDS[step]
    needs_reason = step in checks.NEEDS_REASON
    form: Any = (
        ReasonForm(posted(request), label=words.label, hint=words.hint) if needs_reason else StepForm(posted(request))
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            ACTIONS[step](version=version, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, words.done)
            return redirect("version_detail", **address(version))
    refusals = checks.refusals(version, step, request.user) if request.method == "GET" else []
    lead = represented(request.user, f"version.{step}")
    context = {
        "version": version, "form": form, "words": words, "refusals": refusals, "represented": lead,
        "begun": begun_in(version.begun, request.user) if step == "submit" else [], **crumbs(version),
    }  # fmt: skip
    return render(request, "agreements/version_step.html", context)


@require_http_methods(["GET", "POST"])
@once
def version_lines(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """The agreed amount of each budget line, and which released wording is used."""
    version = version_to_change(request, year, ags, number)
    require(request.user, "lines.keep", version.agreement.district)
    reason = changeable_by(version, request.user)
    if reason and request.method != "POST":
        raise Refused(reason)
    lines = version.lines.with_totals().select_related("line").order_by("line__position", "line__pk")
    form = LinesForm(posted(request), version=version, lines=lines)
    form.refusal = reason or ""
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            drafting.set_lines(version=version, amounts=form.amounts, by=request.user)
        if form.is_valid():
            messages.success(request, "Die Ansätze sind gespeichert.")
            return redirect("version_detail", **address(version))
    wordings = _wordings(version)
    choice = WordingChoiceForm(wordings=wordings, initial={"wording": version.wording_id})
    context = {
        "version": version,
        "form": form,
        "difference": version.agreed - version.allocated,
        "choice": choice if len(wordings) > 1 else None,
        **crumbs(version),
    }
    return render(request, "agreements/version_lines.html", context)


def _wordings(version: Any) -> Any:
    kind = Wording.Kind.AMENDMENT if version.base_id else Wording.Kind.AGREEMENT
    return (
        Wording.objects.released()
        .filter(budget_year=version.agreement.budget_year, kind=kind)
        .select_related("budget_year")
    )


@require_POST
@once
def version_wording(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Use another released wording of the vintage."""
    version = version_to_change(request, year, ags, number)
    choice = WordingChoiceForm(request.POST, wordings=_wordings(version), initial={"wording": version.wording_id})
    if not choice.is_valid():
        raise Refused("Bitte wählen Sie einen freigegebenen Vertragstext dieses Jahrgangs.")
    drafting.choose_wording(version=version, wording=choice.cleaned_data["wording"], by=request.user)
    messages.success(request, "Der Vertragstext ist gewählt.")
    return redirect("version_lines", **address(version))


@require_http_methods(["GET", "POST"])
@once
def version_signatories(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Who is meant to sign: one or two people per side; a district names its own side."""
    version = version_to_change(request, year, ags, number)
    require(request.user, "signatory.keep", version.agreement.district)
    parties = [Party.DISTRICT] if request.user.is_district else [Party.LAND, Party.DISTRICT]
    named = list(version.signatories.all())
    forms = [
        PartyForm(posted(request), party=party, people=[one for one in named if one.party == party])
        for party in parties
    ]
    valid = [form.is_valid() for form in forms]  # each one, so that every error is shown
    if request.method == "POST" and all(valid):
        for form in forms:
            with refusals_in(form):
                drafting.choose_signatories(version=version, party=form.party, people=form.people, by=request.user)
        if all(form.is_valid() for form in forms):
            messages.success(request, "Die Unterzeichnenden sind gespeichert.")
            return redirect("version_detail", **address(version))
    context = {"version": version, "forms": forms, **crumbs(version)}
    return render(request, "agreements/version_signatories.html", context)


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_amendment)
@once
def agreement_amend(request: Request, year: int, ags: str) -> HttpResponse:
    """Begin an amendment of the version in force."""
    agreement = agreement_or_404(request, year, ags)
    require(request.user, "version.amend", agreement.district)
    words = WORDS["amend"]
    form = ReasonForm(posted(request), label=words.label, hint=words.hint)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            version = drafting.amend(agreement=agreement, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, words.done)
            return redirect("version_detail", year=year, ags=ags, number=version.number)
    base = agreement.versions.in_force().first() or agreement.versions.latest("number")
    context: dict[str, Any] = {
        "version": base, "form": form, "words": words, "refusals": [],
        "represented": represented(request.user, "version.amend"), **crumbs(base),
    }  # fmt: skip
    return render(request, "agreements/version_step.html", context)


@require_http_methods(["GET", "POST"])
@once
def version_follow_up(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Go on after a withdrawn version with a copy as the next one."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "version.withdraw", version.agreement.district)
    form = StepForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            copy = drafting.follow_up(version=version, by=request.user)
            messages.success(request, WORDS["follow_up"].done)
            return redirect("version_detail", year=year, ags=ags, number=copy.number)
    refusals = (
        []
        if version.status == Status.WITHDRAWN
        else ["Nur nach einer zurückgezogenen Fassung geht es mit einer Kopie weiter."]
    )
    context = {
        "version": version, "form": form, "words": WORDS["follow_up"], "refusals": refusals, "represented": None,
        **crumbs(version),
    }  # fmt: skip
    return render(request, "agreements/version_step.html", context)


@require_safe
def version_preview(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """The paper of a version as it would be printed now, marked as a draft."""
    version = version_or_404(request, year, ags, number)
    try:
        content = paper.render(documents.snapshot(version, state="draft"))
    except Unprintable as error:
        raise Refused(*error.reasons) from error
    return pdf(content, f"entwurf-{year}-{ags}-{number}.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF for reading in the browser; it is not kept there, because the next one may differ."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"},
    )
