"""The page on which the ministry remarks field by field and gives a version back."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from agreements import checks
from agreements.actions import steps, talk
from agreements.models import AgreementVersion, NotedRemark, Remark, Status
from agreements.models.remarks import Place
from agreements.views.agreements import crumbs
from agreements.views.fetching import address, version_or_404
from agreements.views.step_words import WORDS
from agreements.views.talk import remarks_of
from aqb import clock
from aqb.access import DISTRICT, Refused, require
from aqb.models import User
from aqb.once import once_keeping
from aqb.pages import Request, posted, refusals_in
from projects.review.forms import ReturnForm
from projects.review.sheet import Sheet, sheet, unfold

# The page is one form, so that nothing typed is lost: each button sends everything, and these keep it until the return.
NOTED_MEANWHILE = (
    "Inzwischen hat jemand aus dem Ministerium eine Anmerkung vorgemerkt, geändert oder gelöscht. Zurückgegeben ist noch nichts. "
    "Bitte lesen Sie die Anmerkungen noch einmal."
)
KEPT = ("reason", "unlock", "resubmit_due_day", "resubmit_due_month", "resubmit_due_year")


@dataclass
class Note:
    """The note that is open for writing: its field or itself, what is typed, and why it was not kept."""

    place: str = ""
    pk: str = ""
    text: str = ""
    seen: str = ""
    problems: list[str] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@once_keeping
def version_return(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Remark on fields, word the reason, choose what is unlocked, give back. Every step works by a plain button."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "version.return", version.agreement.district)
    if request.method == "GET" and (refusals := checks.refusals(version, "return", request.user)):
        context = {"version": version, "words": WORDS["return"], "refusals": refusals, **crumbs(version)}
        return render(request, "agreements/version_step.html", {**context, "form": None, "represented": None})
    notes, remarks = _talk(version)
    places = [*notes, *(one for one in remarks if one.is_open)]
    if request.method == "POST":
        _keep_typed(request, version, places)
    found = sheet(version, notes, remarks)
    form = _form(request, version, found, places)
    if request.method != "POST":
        return _page(request, version, found, form, _opened(request, notes))
    place, pk, text, seen = (request.POST.get(name, "") for name in ("note_place", "note_pk", "note_text", "note_seen"))
    note = Note(place, pk, text, seen)
    then, _, what = request.POST.get("then", "keep").partition(" ")
    if then != "discard" and not _keep(request, version, found, notes, note, must=then == "keep"):
        return _page(request, version, found, form, note)
    if then == "return":
        return _give_back(request, version, notes, form)
    if then == "drop" and (stored := _among(notes, what)):
        talk.drop_note(note=stored, by=request.user)
    return _go_on(request, version, then, what, note)


def _talk(version: AgreementVersion) -> tuple[list[NotedRemark], list[Remark]]:
    return list(version.noted_remarks.select_related("author")), remarks_of(version)


def _key(version: AgreementVersion) -> str:
    return f"return-{version.pk}"


def _keep_typed(request: Request, version: AgreementVersion, places: Sequence[Place]) -> None:
    """What is typed waits in the session. A choice that nobody could make is none: without a remark there is only one."""
    typed = {name: request.POST.get(name, "") for name in KEPT}
    request.session[_key(version)] = typed | {"at": clock.now().isoformat()} | ({} if places else {"unlock": ""})


def _among(notes: Sequence[NotedRemark], pk: str) -> NotedRemark | None:
    return next((note for note in notes if str(note.pk) == pk), None)


def _form(request: Request, version: AgreementVersion, found: Sheet, places: Sequence[Place]) -> ReturnForm:
    """The form with what was typed before; only the button that gives back asks it for errors."""
    due = version.submission_due
    initial: dict[str, Any] = {
        "unlock": "fields" if places else "all",
        "resubmit_due": due if due and due >= clock.today() else None,
    }
    if kept := request.session.get(_key(version)):
        initial |= {"reason": kept["reason"], "resubmit_due": [kept[name] for name in KEPT[2:]]}
        initial |= {"unlock": kept["unlock"]} if kept["unlock"] and places else {}
    data = posted(request) if request.POST.get("then") == "return" else None
    return ReturnForm(data, initial=initial, sheet=found, places=places, readers=_readers(version))


def _readers(version: AgreementVersion) -> list[str]:
    people = version.agreement.district.users.filter(role__in=DISTRICT, is_active=True)
    return list(people.order_by("name").values_list("name", flat=True))


def _opened(request: Request, notes: list[NotedRemark]) -> Note:
    """The note that the address asks for: a field without one, or one that is there."""
    if note := _among(notes, request.GET.get("bearbeiten", "")):
        return Note(pk=str(note.pk), text=note.text, seen=note.written_at.isoformat())
    return Note(place=request.GET.get("anmerken", ""))


def _keep(
    request: Request, version: AgreementVersion, found: Sheet, notes: Sequence[NotedRemark], note: Note, *, must: bool
) -> bool:
    """Keep the note that is being written, whatever button was pressed; False when that is refused."""
    if not (note.place or note.pk) or not (note.text.strip() or must):
        return True
    try:
        if note.pk:
            _reword(_among(notes, note.pk) or NotedRemark(version=version), note, request.user)
        else:
            _note(version, found, note, request.user)
    except Refused as refused:
        if refused.status == 403:
            raise
        note.problems = refused.reasons
        if stored := _among(notes, note.pk):
            note.seen = stored.written_at.isoformat()  # the page now says what a colleague wrote
        return False
    return True


def _reword(stored: NotedRemark, note: Note, by: User) -> None:
    seen = None
    with suppress(ValueError):
        seen = datetime.fromisoformat(note.seen)
    talk.change_note(note=stored, text=note.text, seen=seen, by=by)


def _note(version: AgreementVersion, found: Sheet, note: Note, by: User) -> None:
    line = found.line(note.place)
    if line is None:
        raise Refused("Das Feld gibt es nicht mehr; das Projekt ist inzwischen entfernt. Ihr Text steht noch im Feld.")
    block = next(block for block in found.blocks if line in block.lines)
    talk.note_remark(
        version=version, text=note.text, by=by, project_key=line.uid or None,
        project_title=block.title if line.uid else "", field=line.name, field_title=line.title if line.name else "",
    )  # fmt: skip


def _give_back(
    request: Request, version: AgreementVersion, notes: Sequence[NotedRemark], form: ReturnForm
) -> HttpResponse:
    if form.is_valid() and request.POST.get("noted", "") != _state(notes):
        form.add_error(None, NOTED_MEANWHILE)  # whoever gives back answers for what is sent with it
    if form.is_valid():
        with refusals_in(form):
            steps.return_to_draft(version=version, by=request.user, **form.cleaned_data)
        if form.is_valid():
            request.session.pop(_key(version), None)
            messages.success(request, WORDS["return"].done)
            return redirect("version_detail", **address(version))
    notes, remarks = _talk(version)
    return _page(request, version, sheet(version, notes, remarks), form, Note())


def _state(notes: Sequence[NotedRemark]) -> str:
    """Which notes a page shows, in their wording."""
    return " ".join(f"{note.pk}@{note.written_at.isoformat()}" for note in notes)


def _go_on(request: Request, version: AgreementVersion, then: str, what: str, note: Note) -> HttpResponse:
    """Where a button leads after everything that was typed is kept."""
    own = reverse("version_return", kwargs=address(version))
    if then == "later":
        return redirect("version_detail", **address(version))
    queries = {"note": "anmerken", "edit": "bearbeiten", "open": "offen", "doubt": "loeschen"}
    if then in queries:
        anchor = "" if then in ("edit", "doubt") else f"#{_anchor(what)}" if then == "note" else f"#block-{what}"
        return redirect(f"{own}?{urlencode({queries[then]: what})}{anchor or '#notiz'}")
    if version.status == Status.DRAFT:
        messages.warning(
            request, "Die Fassung ist inzwischen zurückgegeben. Ihre Anmerkung ist vorgemerkt, aber nicht gesendet."
        )
        return redirect("version_detail", **address(version))
    return redirect(f"{own}#{_anchor(note.place)}" if note.place else own)


def _anchor(place: str) -> str:
    uid, _, name = place.partition(":")
    return f"feld-{uid or 'zv'}-{name or 'ganz'}"


def _page(request: Request, version: AgreementVersion, found: Sheet, form: ReturnForm, note: Note) -> HttpResponse:
    editing = note.place
    if note.pk:
        lines = (line for block in found.blocks for line in block.lines)
        editing = next((line.place for line in lines if any(str(one.pk) == note.pk for one in line.notes)), "")
    is_there = found.line(editing) is not None or any(str(one.pk) == note.pk for one in found.gone)
    unfolded, folded = unfold(found, request.GET.get("offen", ""), editing)
    kept = request.session.get(_key(version))
    context = {
        "version": version, "form": form, "sheet": found, "unfolded": unfolded, "folded": folded, "note": note,
        "kept_at": datetime.fromisoformat(kept["at"]) if kept else None,
        "is_stray": bool(note.problems) and not is_there,  # what was typed about a field that is gone is not lost
        "noted_state": _state(found.notes), "noted_projects": sum(bool(block.notes) for block in found.projects),
        "own": request.path, "dropping": request.GET.get("loeschen", ""), **crumbs(version),
    }  # fmt: skip
    return render(request, "projects/review/return.html", context)
