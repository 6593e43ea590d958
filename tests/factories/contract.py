"""Agreements and their versions, in every status that the database allows."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agreements import documents
from agreements.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Allocation,
    BudgetLine,
    BudgetYear,
    StatusChange,
    Wording,
)
from aqb.access import Role
from aqb.models import District
from tests import factories as make
from tests.factories.plan import START

WAY = ("submitted", "approved", "issued", "signed", "published")  # each step comes a day after the one before


def agreement(budget_year: BudgetYear | None = None, district: District | None = None, **fields: Any) -> Agreement:
    return Agreement.objects.create(
        budget_year=budget_year or make.budget_year(), district=district or make.district(), **fields
    )


def version(
    agreement: Agreement | None = None,
    status: str = "draft",
    *,
    lines: Mapping[BudgetLine, Any] | None = None,
    entries: int | None = None,
    paper: bytes | None = None,
    **fields: Any,
) -> AgreementVersion:
    """The agreement's next version, brought to `status` step by step.

    `lines` default to the allocations (made when the vintage has none: one line, 100,000 euro). `entries` complete
    projects of 10,000 euro each stand in it: none in a draft, else one, unless said otherwise. An issued version has
    its document, a signed one also two signatures and the fair copy; their bytes are invented unless `paper` gives those
    of the issue. `fields` may override stamps and everything else, as they are at the end.
    """
    contract = agreement or make.agreement()
    kind = "amendment" if fields.get("base") else "agreement"
    text = fields.pop("wording", None) or Wording.objects.current(contract.budget_year.year, kind)
    taken_over = fields.pop("taken_over", False)
    row = AgreementVersion.objects.create(
        agreement=contract,
        number=contract.versions.count(),
        base=fields.pop("base", None),
        wording=text or make.wording(contract.budget_year, kind=kind),
        taken_over=taken_over,
        status_changed_at=START,
        created_at=START,
        created_by=make.person(Role.MINISTRY),
    )
    for pot, amount in (_planned(contract) if lines is None else lines).items():
        agreement_line(row, pot, amount)
    for number in range((0 if status == "draft" else 1) if entries is None else entries):
        make.entry(row, title=f"Projekt {number + 1}", amount="10000.00")
    way = _way(status, "issued" if taken_over else "submitted")
    for step in way:
        go(row, step, fields if step == status else {}, paper if step == "issued" else None)
    if not way:
        _set(row, fields)
    return row


def _way(status: str, first: str) -> tuple[str, ...]:
    """The steps from the draft to a status; an old contract begins with its issue."""
    if status in ("draft", "withdrawn"):
        return (status,) if status == "withdrawn" else ()
    last = "signed" if status == "terminated" else status
    way = WAY[WAY.index(first) : WAY.index(last) + 1]
    return (*way, status) if status == "terminated" else way


def _planned(contract: Agreement) -> dict[BudgetLine, Decimal]:
    if not contract.budget_year.lines.exists():
        make.allocation(make.line(contract.budget_year), contract.district)
    shares = Allocation.objects.filter(line__budget_year=contract.budget_year, district=contract.district)
    return {share.line: share.amount for share in shares.order_by("line__position")}


def _set(row: AgreementVersion, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def go(
    row: AgreementVersion, step: str, overrides: Mapping[str, Any] | None = None, paper: bytes | None = None
) -> None:
    """One step in the life of a version, with its stamps, its row of history and its papers."""
    at = START + timedelta(days=1 + (*WAY, "withdrawn", "terminated").index(step))
    who = {"submitted": (Role.DISTRICT_LEAD, row.agreement.district), "approved": (Role.MINISTRY_LEAD, None)}
    by = make.person(*who.get(step, (Role.MINISTRY, None)))
    fields: dict[str, Any] = {"status": step, "status_changed_at": at, f"{step}_at": at}
    if step != "signed":
        fields[f"{step}_by"] = by
    if step in ("withdrawn", "terminated"):
        fields["ended_reason"] = "Ein Betrag war falsch."
    if step == "issued":
        number = f"ZV-{row.agreement.budget_year.year}-{row.agreement.district.ags}-{row.number}"
        row.ministry, row.issued_at, row.document_number = make.ministry(), at, number
        fields["snapshot"] = documents.snapshot(row, state="issued")
    before = row.status
    if step == "signed":
        make.signature(row, "land")
        make.signature(row, "district")
    _set(row, {**fields, **(overrides or {})})
    if step in ("issued", "signed"):
        make.document(row.agreement, row, paper, kind=step, number=row.document_number)
    StatusChange.objects.create(version=row, from_status=before, to_status=step, at=at, by=by)


def agreement_line(
    version: AgreementVersion, line: BudgetLine | None = None, amount: Any = "100000.00", **fields: Any
) -> AgreementLine:
    pot = line or make.line(version.agreement.budget_year)
    return AgreementLine.objects.create(version=version, line=pot, amount=Decimal(amount), **fields)
