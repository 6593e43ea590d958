"""The public pages with texts, and the pages on which the texts are kept."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aqb.access import require, why_not
from aqb.conflicts import hold
from aqb.models import PageText
from aqb.once import once
from aqb.page_texts import actions, texts
from aqb.page_texts.forms import PageTextForm
from aqb.pages import Request, posted, refusals_in
from aqb.text import TextError

VIDEO = "gebaerdensprache"
VIDEO_TYPES = {"webm": "video/webm", "mp4": "video/mp4"}


@login_not_required
@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """A public page that consists of its text."""
    row = texts.current(key)
    context = {
        "page_text": row, "blocks": texts.shown(row), "open_points": texts.to_complete(row), "key": key,
        "may_keep": why_not(request.user, "page_text.keep") is None,
    }  # fmt: skip
    return render(request, "public/page.html", context)


@login_not_required
@require_safe
def sign_language(request: HttpRequest) -> HttpResponse:
    """The place for the video in German sign language, with the same in words beside it."""
    row = texts.current("gebaerdensprache")
    context = {
        "page_text": row, "blocks": texts.shown(row), "open_points": texts.to_complete(row), "key": row.key,
        "may_keep": why_not(request.user, "page_text.keep") is None, "video": video(),
    }  # fmt: skip
    return render(request, "public/sign_language.html", context)


def video() -> dict[str, object] | None:
    """What the operator has put into AQB_PUBLIC_FILES under the name `gebaerdensprache`; None without a film."""
    folder = settings.PUBLIC_FILES
    if folder is None:
        return None
    films = [(f"/{VIDEO}.{end}", kind) for end, kind in VIDEO_TYPES.items() if (folder / f"{VIDEO}.{end}").is_file()]
    if not films:
        return None
    beside = {end: f"/{VIDEO}.{end}" for end in ("vtt", "jpg") if (folder / f"{VIDEO}.{end}").is_file()}
    return {"films": films, "captions": beside.get("vtt", ""), "poster": beside.get("jpg", "")}


@require_safe
def page_text_list(request: Request) -> HttpResponse:
    """Every text, who worded it, and what is still to be completed."""
    require(request.user, "page_text.keep")
    stored = {row.key: row for row in PageText.objects.select_related("changed_by")}
    rows = [
        {"key": key, "known": known, "row": stored.get(key), "points": texts.to_complete(stored.get(key) or _own(key))}
        for key, known in texts.TEXTS.items()
    ]
    context = {"rows": rows, "unset": texts.missing_settings(), "video": video()}
    return render(request, "public/page_text_list.html", context)


def _own(key: str) -> PageText:
    return PageText(key=key, title=texts.TEXTS[key].title, body=texts.default(key))


@require_http_methods(["GET", "POST"])
@once
def page_text_edit(request: Request, key: str) -> HttpResponse:
    """The text in a form with its preview; "Vorschau" shows what is not saved yet, also without script."""
    require(request.user, "page_text.keep")
    if key not in texts.TEXTS:
        raise Http404("no such text")
    hold(request, PageText.objects.filter(key=key))
    row = texts.current(key)
    form = PageTextForm(posted(request), instance=texts.current(key))
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        with refusals_in(form):
            actions.change_text(key=key, by=request.user, **form.cleaned_data)
            messages.success(request, "Der Text ist gespeichert und öffentlich.")
            return redirect(texts.TEXTS[key].address)
    context = {"form": form, "row": row, "known": texts.TEXTS[key], "placeholders": texts.PLACEHOLDERS, "key": key}
    return render(request, "public/page_text_edit.html", {**context, **_preview(form)})


@require_POST
def page_text_preview(request: Request, key: str) -> HttpResponse:
    """The preview alone, while somebody types."""
    require(request.user, "page_text.keep")
    if key not in texts.TEXTS:
        raise Http404("no such text")
    form = PageTextForm(request.POST, instance=texts.current(key))
    form.is_valid()
    return render(request, "public/page_text_preview.html", _preview(form))


def _preview(form: PageTextForm) -> dict[str, object]:
    """What the form holds as the page would show it, or why it cannot be shown."""
    row = form.instance
    if form.is_bound:
        row = PageText(key=row.key, title=form["title"].value() or "", body=form["body"].value() or "")
    try:
        return {"preview": row, "blocks": texts.shown(row), "reasons": texts.problems(row.body)}
    except (TextError, KeyError):
        return {"preview": row, "blocks": [], "reasons": texts.problems(row.body)}
