"""Stored documents: the bytes as they were put away, and never without a trace."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from agreements.actions import files
from agreements.models import Document
from agreements.views.fetching import Request


@require_safe
def document_download(request: Request, pk: int) -> HttpResponse:
    """The file; whoever has these very bytes already is told so instead."""
    document: Any = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    etag = f'"{document.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    content = files.fetch(document=document, by=request.user)
    headers |= {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    return HttpResponse(content, content_type=document.media_type, headers=headers)
