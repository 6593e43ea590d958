"""Stored documents: the bytes as they were put away, never without a trace, and pictures of their pages."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from agreements.actions import files
from agreements.models import Document
from aqb.pages import Request

# Pixels of a picture of a page: side by side on a desk, and in full size. Others would only make work for a stranger.
WIDTHS = {"720": 720, "1440": 1440}


@require_safe
def document_download(request: Request, pk: int) -> HttpResponse:
    """The file; whoever has these very bytes already is told so instead."""
    document: Any = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    headers = _kept_by_browser(document.sha256)
    if _has_already(request, headers):
        return HttpResponseNotModified(headers=headers)
    content = files.fetch(document=document, by=request.user)
    headers |= {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    return HttpResponse(content, content_type=document.media_type, headers=headers)


@require_safe
def document_page(request: Request, pk: int, page: int) -> HttpResponse:
    """A page of a stored PDF as picture, for looking at it beside another. A look is no download and leaves no row.

    It is drawn at each first look (about 0.3 seconds) and kept by the browser only, so that no copy of a page lies
    anywhere but in the archive.
    """
    from aqb import inspection  # only where a file is read

    document: Any = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    width = WIDTHS.get(request.GET.get("breite", "720"))
    if width is None or document.media_type != "application/pdf":
        raise Http404
    headers = _kept_by_browser(f"{document.sha256}-{page}-{width}")
    if _has_already(request, headers):
        return HttpResponseNotModified(headers=headers)
    content = inspection.picture(files.read(document), page, width=width)
    return HttpResponse(content, content_type="image/png", headers=headers)


def _kept_by_browser(name: str) -> dict[str, str]:
    """The browser keeps what has this name, but asks each time whether the person may still see it."""
    return {"ETag": f'"{name}"', "Cache-Control": "private, no-cache"}


def _has_already(request: Request, headers: dict[str, str]) -> bool:
    return headers["ETag"] in parse_etags(request.headers.get("If-None-Match", ""))
