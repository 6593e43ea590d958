"""Remarks between ministry and district, and the strategy that the funding presupposes."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from agreements.actions import returned, talk
from agreements.forms.talk import StrategyForm
from agreements.forms.versions import AnswerForm, FurtherForm, RemarkForm
from agreements.models import AgreementVersion, NotedRemark, RegionalStrategy, Remark
from agreements.views.agreements import crumbs
from agreements.views.fetching import address, version_or_404
from agreements.views.unfinished import place_of_remark, place_of_strategy
from aqb import clock
from aqb.access import require
from aqb.conflicts import hold
from aqb.drafts import keeps_draft
from aqb.models import District
from aqb.once import once
from aqb.pages import Question, Request, ask, page_of_ours, posted, refusals_in

SENT = "Die Anmerkung ist gesendet. Die Gebietskörperschaft sieht sie."
NOTED = "Die Anmerkung ist vorgemerkt. Die Gebietskörperschaft sieht sie, sobald Sie die Zielvereinbarung zurückgeben."
SENDS = (
    "Die Gebietskörperschaft sieht die Anmerkungen sofort und bekommt Bescheid.",
    "Zurückholen lassen sie sich danach nicht.",
)
CONFIRMS = (
    "Sie bestätigen, dass die Strategie aktuell und mit den Akteuren vor Ort abgestimmt ist.",
    "Ihr Name und der heutige Tag stehen danach dabei; zurücknehmen lässt sich die Bestätigung nicht.",
)


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_remark)
@once
def remark_create(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Ask or request something; `?projekt=` and `?feld=` choose what it is about."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "remark.write", version.agreement.district)
    entries = list(version.entries.select_related("project", "category"))
    blank = Remark(version=version, author=request.user, created_at=clock.now())
    form = RemarkForm(
        posted(request), instance=blank, entries=entries, fields=version.entries.model.remarkable().items(),
        initial={"about": request.GET.get("projekt", "agreement"), "field": request.GET.get("feld", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            said = talk.write_remark(version=version, text=form.cleaned_data["text"], by=request.user, **form.place)
            messages.success(request, SENT if isinstance(said, Remark) else NOTED)
            return redirect(f"{reverse('version_detail', kwargs=address(version))}#anmerkungen")
    return render(request, "agreements/remark_form.html", {"version": version, "form": form, **crumbs(version)})


@require_http_methods(["GET", "POST"])
@once
def notes_send(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Let the district see what is noted, while the version is with it; after a question."""
    version = version_or_404(request, year, ags, number)
    if request.method == "GET":
        require(request.user, "remark.write", version.agreement.district)
        noted = [str(note) for note in version.noted_remarks.order_by("pk")]
        back = reverse("version_detail", kwargs=address(version))
        return ask(request, Question("Vorgemerkte Anmerkungen senden?", (*noted, *SENDS), "Jetzt senden", back))
    sent = returned.send_notes(version=version, by=request.user)
    messages.success(
        request, "Die Anmerkung ist gesendet." if len(sent) == 1 else f"{len(sent)} Anmerkungen sind gesendet."
    )
    return redirect(f"{reverse('version_detail', kwargs=address(version))}#anmerkungen")


@require_http_methods(["GET", "POST"])
@once
def remark_further(request: Request, pk: int) -> HttpResponse:
    """The ministry asks once more, or opens a closed remark again and says why."""
    remark = remark_or_404(request, pk)
    require(request.user, "remark.write", remark.version.agreement.district)
    form = FurtherForm(posted(request), initial={"seen": remark.seen}, reopens=remark.done_at is not None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_in(form):
            said = talk.ask_further(remark=remark, text=given["text"], seen=given["seen"] or None, by=request.user)
            messages.success(request, NOTED if isinstance(said, NotedRemark) else SENT)
            return redirect(f"{reverse('version_detail', kwargs=address(remark.version))}#anmerkung-{remark.pk}")
    if request.method == "POST":
        form.go_on_from(remark.seen)
    context = {"remark": remark, "version": remark.version, "form": form, **crumbs(remark.version)}
    return render(request, "agreements/remark_further.html", context)


def remark_or_404(request: Request, pk: int) -> Any:
    """The remark with its thread, as far as the person may see it."""
    remarks = Remark.objects.visible_to(request.user).with_threads()
    place = ("version__agreement__district", "version__agreement__budget_year")
    return get_object_or_404(remarks.select_related("author", "done_by", *place), pk=pk)


@require_http_methods(["GET", "POST"])
@once
def remark_answer(request: Request, pk: int) -> HttpResponse:
    """The district answers; after that the way leads back to where the remark stood."""
    remark = remark_or_404(request, pk)
    require(request.user, "remark.answer", remark.version.agreement.district)
    form = AnswerForm(posted(request), initial={"seen": remark.seen})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_in(form):
            talk.answer_remark(remark=remark, answer=given["answer"], seen=given["seen"] or None, by=request.user)
            messages.success(request, "Ihre Antwort ist gesendet.")
            return redirect(f"{back_to(remark, given['back'])}#anmerkung-{remark.pk}")
    if request.method == "POST":
        form.go_on_from(remark.seen)
    context = {"remark": remark, "version": remark.version, "form": form, **crumbs(remark.version)}
    return render(request, "agreements/remark_answer.html", context)


@require_POST
@once
def remark_close(request: Request, pk: int) -> HttpResponse:
    """The ministry marks a remark as done."""
    remark = remark_or_404(request, pk)
    talk.close_remark(remark=remark, seen=request.POST.get("seen") or None, by=request.user)
    messages.success(request, "Die Anmerkung ist erledigt.")
    return redirect(f"{back_to(remark, request.POST.get('back', ''))}#anmerkung-{remark.pk}")


def remarks_of(version: AgreementVersion) -> list[Any]:
    """All remarks of a version with their threads, kept with the version: in two queries, however many and how often asked."""
    prefetch_related_objects([version], Prefetch("remarks", Remark.objects.with_threads()))
    return list(version.remarks.all())


def back_to(remark: Remark, back: str) -> str:
    """The page on which the remark stood."""
    return page_of_ours(back) or reverse("version_detail", kwargs=address(remark.version))


@require_http_methods(["GET", "POST"])
@keeps_draft(place_of_strategy)
@once
def strategy_edit(request: Request, ags: str) -> HttpResponse:
    """A district's strategies: those that are entered, and a form for the next one, which also confirms it."""
    districts = District.objects.all() if not request.user.is_district else District.objects.filter(users=request.user)
    district = get_object_or_404(districts, ags=ags)
    require(request.user, "strategy.keep", district)
    strategies = list(
        RegionalStrategy.objects.visible_to(request.user).filter(district=district).select_related("confirmed_by")
    )
    form = StrategyForm(posted(request), instance=RegionalStrategy(district=district))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            _save_strategy(form, district, request)
            return redirect("strategy_edit", ags=ags)
    context = {"district": district, "strategies": strategies, "form": form, "today": clock.today()}
    return render(request, "agreements/strategy_form.html", context)


def _save_strategy(form: StrategyForm, district: District, request: Request) -> None:
    given = {name: form.cleaned_data[name] for name in ("title", "valid_from", "valid_to")}
    strategy = talk.save_strategy(district=district, by=request.user, **given)
    talk.confirm_strategy(strategy=strategy, by=request.user)
    messages.success(request, "Die Strategie ist eingetragen und bestätigt.")


@require_http_methods(["GET", "POST"])
@once
def strategy_confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm a strategy that is only entered so far, after a question."""
    hold(request, RegionalStrategy.objects.filter(pk=pk))
    strategies = RegionalStrategy.objects.visible_to(request.user).select_related("district")
    strategy: Any = get_object_or_404(strategies, pk=pk)
    if request.method == "GET":
        require(request.user, "strategy.keep", strategy.district)
        back = reverse("strategy_edit", args=[strategy.district.ags])
        return ask(request, Question(f"Strategie „{strategy}“ bestätigen?", CONFIRMS, "Strategie bestätigen", back))
    talk.confirm_strategy(strategy=strategy, by=request.user)
    messages.success(request, "Die Strategie ist bestätigt.")
    return redirect("strategy_edit", ags=strategy.district.ags)
