"""The button on the page of an agreement."""

import tempfile

from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from agreements.views.fetching import agreement_or_404
from aqb.access import require
from aqb.pages import Request
from reporting.case_file.packing import pack


@require_POST
def case_file(request: Request, year: int, ags: str) -> HttpResponseBase:
    """The case file; made anew each time, and gone from the server's disk as soon as it is sent."""
    agreement = agreement_or_404(request, year, ags)
    require(request.user, "case_file.fetch")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it, and with that it is gone
    try:
        packed = pack(agreement=agreement, by=request.user, target=file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=packed.name, content_type="application/zip")
