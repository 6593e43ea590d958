"""The page on which the ministry opens more of a version that came back with locks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agreements import unlocking
from agreements.actions import returned
from agreements.views.agreements import crumbs
from agreements.views.fetching import address, version_or_404
from aqb.access import Refused, require
from aqb.once import once
from aqb.pages import Request, posted, refusals_in
from projects.review.forms import UnlockForm


@require_http_methods(["GET", "POST"])
@once
def version_unlock(request: Request, year: int, ags: str, number: int) -> HttpResponse:
    """Open whole projects or everything, and perhaps set another day."""
    version = version_or_404(request, year, ags, number)
    require(request.user, "version.unlock", version.agreement.district)
    if not version.is_returned:
        raise Refused(
            "Freigeben lässt sich etwas nur, solange die Fassung zur Überarbeitung bei der Gebietskörperschaft liegt."
        )
    opened = unlocking.of_version(version)
    entries = list(version.entries.select_related("project"))
    closed = [
        (str(one.project.uid), one.title) for one in entries if opened and str(one.project.uid) not in opened.projects
    ]
    form = UnlockForm(
        posted(request), projects=closed, is_locked=opened is not None, initial={"resubmit_due": version.resubmit_due}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            returned.unlock_more(version=version, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Die Freigabe ist gespeichert. Die Gebietskörperschaft sieht sie sofort.")
            return redirect("version_detail", **address(version))
    words = unlocking.in_words(version, version.remarks.all(), entries) or ["die ganze Zielvereinbarung"]
    return render(
        request, "projects/review/unlock.html", {"version": version, "form": form, "opened": words, **crumbs(version)}
    )
