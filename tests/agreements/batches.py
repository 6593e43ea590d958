"""Scans of several contracts for tests: issued papers with so many pages, batches whose codes say what is written, and acts."""

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from agreements.actions import scans
from agreements.models import AgreementVersion, BudgetYear, Evidence, Party, ScanBatch
from agreements.scan_pages import Place
from aqb.access import Refused, Role
from tests import factories as make
from tests.agreements.pages import ministry, text

DISTRICT = [Party.DISTRICT]


def blank(pages: int, mark: str = "") -> bytes:
    """A PDF with so many empty pages; `mark` makes its bytes differ from others."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.docinfo["/Title"] = mark or "leer"
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def issued(pages: int = 3, name: str = "", **fields: Any) -> AgreementVersion:
    """An issued version of a district of its own, with so many pages."""
    vintage = BudgetYear.objects.first() or make.budget_year()
    district = make.district(**({"sort_name": name} if name else {}))
    line = vintage.lines.first() or make.line(vintage, amount=Decimal("100000000.00"))
    make.allocation(line, district)
    paper = blank(pages, district.ags)
    return make.version(make.agreement(vintage, district), "issued", paper=paper, **fields)


def code(version: AgreementVersion | str | None, page: int | None = None) -> dict[str, Any]:
    """What the code of a page says; None for an unread one."""
    number = version.document_number if isinstance(version, AgreementVersion) else version or ""
    return {"number": number, "page": page if number else None}


def batch(*pages: dict[str, Any], **fields: Any) -> ScanBatch:
    """An open batch whose pages say this."""
    return make.scan_batch(blank(len(pages), str(ScanBatch.objects.count())), pages=list(pages), **fields)


def place(version: AgreementVersion, page: int) -> Place:
    return Place(version.document_number, page)


def whole(version: AgreementVersion, start: int = 1, pages: int = 3) -> dict[int, Place | None]:
    """All pages of a version, beginning at a page of the scan."""
    return {start + at: place(version, at + 1) for at in range(pages)}


def assign(
    row: ScanBatch, pages: Mapping[int, Place | None], parties: Any = DISTRICT, by: Any = None
) -> list[Evidence]:
    return scans.assign(batch=row, parties=parties, pages=pages, by=by or make.person(Role.MINISTRY))


def said(row: ScanBatch, pages: Mapping[int, Place | None], **more: Any) -> str:
    """What refuses the assignment; afterwards nothing is attached and the batch is still open."""
    with pytest.raises(Refused) as caught:
        assign(row, pages, **more)
    assert not Evidence.objects.exists()
    row.refresh_from_db()
    assert row.outcome == ""
    return " ".join(caught.value.reasons)


def page(row: ScanBatch, rest: str = "") -> str:
    return text(ministry().get(f"/sammelscans/{row.pk}/{rest}"))


def post(row: ScanBatch, *take: AgreementVersion | str, **data: Any) -> Any:
    """Send the page of a batch with these papers ticked."""
    numbers = [one if isinstance(one, str) else one.document_number for one in take]
    return ministry().post(f"/sammelscans/{row.pk}/", {"take": numbers, "party": "district", **data})


def refused(answer: Any) -> str:
    """The page that came back with its errors; nothing is attached."""
    assert answer.status_code == 200
    assert not Evidence.objects.exists()
    return text(answer)


def assigned(answer: Any) -> dict[str, list[int]]:
    """Document number -> pages of the scan, in the order of the evidence; the batch is closed."""
    assert answer.status_code == 302, text(answer)
    assert ScanBatch.objects.get().outcome == "assigned"
    return {
        one.document.number: [found["scan"] for found in one.findings["pages"]]
        for one in Evidence.objects.select_related("document")
    }
