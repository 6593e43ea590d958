"""The contract text against another one, and a section put back to what that one says."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import wording as actions
from agreements.models import Wording
from agreements.views.wording import section_or_404, wording_or_404
from agreements.wording_comparison import compare, predecessor
from aqb.differences import compared
from aqb.forms import Form
from aqb.once import once
from aqb.pages import Request, refusals_in


@require_safe
def wording_compare(request: Request, pk: int) -> HttpResponse:
    """Redline: what changed against last year's text, or against the one in `?mit=`."""
    wording = wording_or_404(request, pk)
    others = Wording.objects.filter(kind=wording.kind).exclude(pk=wording.pk).select_related("budget_year")
    chosen = request.GET.get("mit", "")
    before = next((other for other in others if str(other.pk) == chosen), None) if chosen else predecessor(wording)
    if chosen and before is None:
        raise Http404
    context = {
        "wording": wording, "others": others, "before": before,
        "found": compare(before, wording) if before else None,
    }  # fmt: skip
    return render(request, "agreements/wording_compare.html", context)


@require_http_methods(["GET", "POST"])
@once
def section_reset(request: Request, pk: int, section: int) -> HttpResponse:
    """The page before a section gets the words of the text before, and the step itself."""
    wording = wording_or_404(request, pk)
    found = section_or_404(wording, section)
    source = predecessor(wording)
    model = source.sections.filter(key=found.key).first() if source else None
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and source is not None and form.is_valid():
        with refusals_in(form):
            actions.reset_section(section=found, source=source, by=request.user)
            messages.success(request, f"Der Abschnitt hat wieder den Wortlaut von „{source}“.")
            return redirect("section_edit", pk=pk, section=section)
    context: dict[str, Any] = {
        "wording": wording, "section": found, "source": source, "model": model, "form": form,
        "pieces": compared(found.text, model.text) if model else [],
    }  # fmt: skip
    return render(request, "agreements/section_reset.html", context)
