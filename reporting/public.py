"""Pages without login: what the application knows about a document, by its number or by a file of somebody's own."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from aqb import clock
from aqb.access import Refused
from aqb.files import fingerprint
from reporting.check import verdict
from reporting.check.examination import examine
from reporting.check.particulars import about, of_paper, seal_of
from reporting.forms import FileForm, NumberForm

PAUSE = 5 * 60  # seconds, as ACCOUNT_RATE_LIMITS says


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def document_verify(request: HttpRequest) -> HttpResponse:
    """A form for a file and one for a number; a file is answered at once and not kept, a number leads to its page."""
    if request.method == "POST":
        return _examined(request)
    asked = NumberForm(request.GET) if "nummer" in request.GET else NumberForm()
    if asked.is_bound and asked.is_valid():
        return redirect("document_check", number=asked.cleaned_data["nummer"])
    return render(request, "reporting/document_verify.html", {"form": FileForm(), "asked": asked})


def _examined(request: HttpRequest) -> HttpResponse:
    if request.FILES and not ratelimit.consume(request, action="document_check"):
        answer = render(request, "reporting/document_too_often.html", {"minutes": PAUSE // 60}, status=429)
        answer["Retry-After"] = str(PAUSE)
        return answer
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = examine(file.read(), by=request.user)
        except Refused as refusal:
            form.add_error("file", refusal.reasons)
        else:
            current = verdict.current_file(found.version) if found.version else None
            context = {"examination": found, "name": file.name, "at": clock.now(), "file": current}
            return render(request, "reporting/document_examined.html", context)
    return render(request, "reporting/document_verify.html", {"form": form, "asked": NumberForm()})


@login_not_required
@require_safe
def document_check(request: HttpRequest, number: str) -> HttpResponse:
    """The page that the code and the short address on the paper lead to; the page of the paper (`?s=`) does not matter."""
    version = verdict.issued(number)
    if version is None:
        return render(request, "reporting/document_unknown.html", {"number": number}, status=404)
    now, stored = verdict.standing(version), verdict.papers(version)
    context = {
        "version": version,
        "verdict": verdict.of_number(now),
        "facts": [*about(version, now), seal_of(stored), *(of_paper(one) for one in stored)],
        "file": verdict.public_file(version),
    }
    return render(request, "reporting/document_check.html", context)


@login_not_required
@require_safe
def document_file(request: HttpRequest, number: str) -> HttpResponse:
    """The fair copy of a published agreement, exactly as it is stored. Anything else does not exist for the public."""
    version = verdict.issued(number)
    document = verdict.public_file(version) if version else None
    if document is None:
        raise Http404("not published")
    with document.file.open("rb") as file:
        content = file.read()
    if fingerprint(content) != document.sha256:
        raise Refused(
            "Die Datei im Archiv stimmt nicht mit ihrem Fingerabdruck überein und wird deshalb nicht ausgegeben."
        )
    response = HttpResponse(content, content_type=document.media_type)
    response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    return response
