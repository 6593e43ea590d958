"""Scans of several contracts for tests: issued papers with so many pages, and batches whose codes say what is written."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf

from agreements.models import AgreementVersion, BudgetYear, ScanBatch
from tests import factories as make


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
