"""The wording editor: list of texts, the workbench with one part open, release and new drafts."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements import wording_check
from agreements.actions import wording as actions
from agreements.forms.wording import FrameForm, NewSectionForm, NewWordingForm, SectionForm
from agreements.models import BudgetYear, Wording, WordingSection
from agreements.views.unfinished import place_of_frame, place_of_section
from agreements.views.workbench import workbench
from aqb.access import represented, require
from aqb.conflicts import hold
from aqb.drafts import keeps_draft
from aqb.forms import Form
from aqb.once import once
from aqb.pages import Request, posted, refusals_in


@require_safe
def wording_list(request: Request) -> HttpResponse:
    """Every text by vintage, newest first."""
    require(request.user, "wording.keep")
    wordings = (
        Wording.objects.select_related("budget_year", "changed_by", "released_by")
        .annotate(number_of_versions=Count("versions"))
        .order_by("-budget_year__year", "kind", "-number")
    )
    return render(request, "agreements/wording_list.html", {"wordings": wordings})


def wording_or_404(request: Request, pk: int) -> Wording:
    """The text, for those who keep it; refuses everybody else."""
    require(request.user, "wording.keep")
    return get_object_or_404(Wording.objects.select_related("budget_year", "changed_by", "released_by"), pk=pk)


def wording_to_change(request: Request, pk: int) -> Wording:
    """The same for a form about the text: while something is sent, the text is locked before it is read."""
    require(request.user, "wording.keep")
    hold(request, Wording.objects.filter(pk=pk))
    return wording_or_404(request, pk)


def section_or_404(wording: Wording, section: int) -> WordingSection:
    found = get_object_or_404(WordingSection, wording=wording, pk=section)
    found.wording = wording
    return found


@require_http_methods(["GET", "POST"])
@once
def wording_create(request: Request) -> HttpResponse:
    """A new draft, empty or from another text."""
    require(request.user, "wording.keep")
    form = NewWordingForm(posted(request), initial=_suggested(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            wording = actions.create_wording(by=request.user, **form.cleaned_data)
            messages.success(request, "Der Entwurf ist angelegt.")
            return redirect("wording_detail", pk=wording.pk)
    return render(request, "agreements/wording_create.html", {"form": form})


def _suggested(request: Request) -> dict[str, Any]:
    """`?jahrgang=2027` and `?vorlage=3` fill the form in."""
    year, copy_of = request.GET.get("jahrgang", ""), request.GET.get("vorlage", "")
    source = Wording.objects.filter(pk=copy_of).first() if copy_of.isdigit() else None
    budget_year = BudgetYear.objects.filter(year=year).first() if year.isdigit() else source and source.budget_year
    kind = source.kind if source else Wording.Kind.AGREEMENT
    return {"budget_year": budget_year, "kind": kind, "copy_of": source}


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_frame)
@once
def wording_detail(request: Request, pk: int) -> HttpResponse:
    """The workbench with title and parties open."""
    wording = wording_to_change(request, pk)
    edited = copy(wording)  # a form writes into its instance before anything is saved
    form = FrameForm(posted(request), instance=edited)
    form.refusal = actions.RELEASED if wording.is_released else ""
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        with refusals_in(form):
            actions.change_wording(wording=wording, by=request.user, **form.cleaned_data)
            messages.success(request, "Titel und Beteiligte sind gespeichert.")
            return redirect("wording_detail", pk=pk)
    return render(request, "agreements/wording_detail.html", workbench(request, edited, form))


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_section)
@once
def section_edit(request: Request, pk: int, section: int) -> HttpResponse:
    """The workbench with a section open. The button "Vorschau aktualisieren" shows what is not saved yet."""
    wording = wording_to_change(request, pk)
    stored = section_or_404(wording, section)
    form = SectionForm(posted(request), instance=section_or_404(wording, section))
    form.refusal = actions.RELEASED if wording.is_released else ""
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        with refusals_in(form):
            actions.save_section(section=stored, by=request.user, **form.cleaned_data)
            messages.success(request, "Der Abschnitt ist gespeichert.")
            return redirect("section_edit", pk=pk, section=section)
    if not form.is_bound:  # a draft stands in the fields: the preview shows the same
        form.instance.heading, form.instance.text = form["heading"].value(), form["text"].value()
    context = workbench(request, wording, form, opened=form.instance)
    return render(request, "agreements/wording_detail.html", context)


@require_http_methods(["GET", "POST"])
@once
def section_add(request: Request, pk: int) -> HttpResponse:
    """A new section at the end of the text."""
    wording = wording_or_404(request, pk)
    position = wording.sections.count() + 1
    form = NewSectionForm(posted(request), instance=WordingSection(wording=wording, position=position))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            section = actions.add_section(wording=wording, by=request.user, **form.cleaned_data)
            messages.success(request, "Der Abschnitt steht am Ende des Textes.")
            return redirect("section_edit", pk=pk, section=section.pk)
    return render(request, "agreements/section_add.html", {"wording": wording, "form": form})


@require_POST
@once
def section_move(request: Request, pk: int, section: int) -> HttpResponse:
    """One place up or down; the numbers follow."""
    found = section_or_404(wording_or_404(request, pk), section)
    actions.move_section(section=found, up=request.POST.get("direction") == "up", by=request.user)
    return redirect("section_edit", pk=pk, section=section)


@require_POST
@once
def section_place(request: Request, pk: int, section: int) -> HttpResponse:
    """Where somebody has dragged a section: behind the one in `behind`, or to the beginning."""
    wording = wording_or_404(request, pk)
    found, behind = section_or_404(wording, section), request.POST.get("behind", "")
    other = section_or_404(wording, int(behind)) if behind.isdecimal() else None
    actions.place_section(section=found, behind=other, by=request.user)
    return redirect("section_edit", pk=pk, section=section)


@require_http_methods(["GET", "POST"])
@once
def section_remove(request: Request, pk: int, section: int) -> HttpResponse:
    """The page before removing a section, and the removal."""
    wording = wording_or_404(request, pk)
    found = section_or_404(wording, section)
    if request.method == "POST":
        actions.remove_section(section=found, by=request.user)
        messages.success(request, f"Der Abschnitt „{found}“ ist entfernt.")
        return redirect("wording_detail", pk=pk)
    return render(request, "agreements/section_remove.html", {"wording": wording, "section": found})


@require_http_methods(["GET", "POST"])
@once
def wording_release(request: Request, pk: int) -> HttpResponse:
    """The page before the release, and the release: a second person of the ministry's lead."""
    wording = wording_or_404(request, pk)
    require(request.user, "wording.release")
    form = Form(posted(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            actions.release_wording(wording=wording, by=request.user)
            messages.success(request, "Der Vertragstext ist freigegeben. Er ändert sich nicht mehr.")
            return redirect("wording_detail", pk=pk)
    return render(request, "agreements/wording_release.html", {
        "wording": wording, "form": form, "result": wording_check.check(wording, list(wording.sections.all())),
        "represented": represented(request.user, "wording.release"),
    })  # fmt: skip
