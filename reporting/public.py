"""Pages without login: what the application knows about an issued document."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aqb.access import Refused
from aqb.files import fingerprint
from reporting.verdict import issued, papers, public_file, verdict


@login_not_required
@require_safe
def document_check(request: HttpRequest, number: str) -> HttpResponse:
    """The page that the code and the short address on the paper lead to."""
    version = issued(number)
    if version is None:
        return render(request, "reporting/document_unknown.html", {"number": number}, status=404)
    context = {
        "version": version,
        "snapshot": version.snapshot,
        "ministry": (version.snapshot or {}).get("ministry", {}).get("name")
        or (version.ministry and version.ministry.name),
        "verdict": verdict(version),
        "papers": papers(version),
        "signatures": version.signatures.all(),
        "file": public_file(version),
    }
    return render(request, "reporting/document_check.html", context)


@login_not_required
@require_safe
def document_file(request: HttpRequest, number: str) -> HttpResponse:
    """The fair copy of a published agreement, exactly as it is stored. Anything else does not exist for the public."""
    version = issued(number)
    document = public_file(version) if version else None
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
