"""The issued papers that the codes of a scan name: whose they are, how many pages they have, and what stands against them."""

from collections.abc import Collection
from functools import lru_cache
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage

from agreements.models import AgreementVersion, Document, ScanBatch, Status
from agreements.scan_pages import Code, Paper, Reading, read
from aqb.access import Refused
from aqb.models import User
from aqb.screens import german_date

UNREADABLE = "Ihre Ausfertigung lässt sich im Archiv nicht lesen. Bitte wenden Sie sich an den Betrieb der Anwendung."


def codes_of(batch: ScanBatch) -> list[Code]:
    """What was read on each page when the scan came in."""
    return [Code(page["number"], page["page"]) for page in batch.pages]


def reading_of(batch: ScanBatch, by: User, chosen: Collection[str] = ()) -> tuple[Reading, dict[str, Paper]]:
    """The scan as it stands against the papers of now, and these papers by number; with them the `chosen` ones."""
    codes = codes_of(batch)
    papers = papers_of({code.number for code in codes if code.number} | set(chosen), by)
    return read(codes, papers), papers


def papers_of(numbers: Collection[str], by: User) -> dict[str, Paper]:
    """The papers with these numbers that `by` sees, with the number of their pages. Unknown numbers are left out."""
    versions = list(_versions(by).filter(document_number__in=numbers))
    issues = Document.objects.issued().filter(version__in=versions)
    files = dict(issues.values_list("version_id", "file"))
    return {version.document_number: _paper(version, files.get(version.pk, "")) for version in versions}


def assignable(by: User) -> list[AgreementVersion]:
    """The issued versions that wait for signatures: where a person may say that a page belongs."""
    return list(_versions(by).filter(status=Status.ISSUED))


def _versions(by: User) -> Any:
    """Versions as this module needs them; what is printed in them is not."""
    versions = AgreementVersion.objects.visible_to(by).select_related("agreement__district", "agreement__budget_year")
    return versions.defer("snapshot").order_by("agreement__district__sort_name", "document_number")


def _paper(version: AgreementVersion, file: str) -> Paper:
    refusal, pages = _against(version), 0
    if not refusal:
        try:
            pages = page_count(file)
        except Refused as refused:
            refusal = refused.reasons[0]
    return Paper(version.document_number, version.agreement.district.name, pages, refusal, version)


def _against(version: AgreementVersion) -> str:
    """Why nothing can be attached to this version any more, or ""."""
    if version.status == Status.ISSUED:
        return ""
    if version.status == Status.WITHDRAWN:
        return f"Diese Ausfertigung ist seit dem {german_date(version.status_changed_at)} zurückgezogen."
    return "Diese Fassung ist schon von beiden Seiten unterzeichnet."


@lru_cache(maxsize=1024)
def page_count(file: str) -> int:
    """Pages of a PDF in the content store; its name says what is in it, so it is counted once. Refuses a damaged one."""
    import pikepdf  # only here: most processes never read a PDF

    try:
        with default_storage.open(file) as stored, pikepdf.open(BytesIO(stored.read())) as pdf:
            return len(pdf.pages)
    except (FileNotFoundError, pikepdf.PdfError) as error:
        raise Refused(UNREADABLE) from error
