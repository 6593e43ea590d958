"""Planning the money: vintages, their lines, and what each district is to get."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from agreements import news
from agreements.actions.distribution import Origin, record_origin
from agreements.actions.drafting import fill_lines, open_agreement, released_wording
from agreements.models import (
    Agreement,
    AgreementVersion,
    Allocation,
    BudgetLine,
    BudgetYear,
    Deadline,
    Wording,
    WordingSection,
)
from agreements.models.plan import DUE_DATES
from aqb import clock
from aqb.access import Refused, require
from aqb.models import District, User
from aqb.money import ZERO
from aqb.refusals import validation_refusals

RULES = ("strategy_required", "rounding")
FOREIGN = "Budgetlinie oder Gebietskörperschaft gehört nicht zu diesem Jahrgang. Es wurde nichts gespeichert."


def _save(row: Any) -> None:
    with validation_refusals(row):
        row.full_clean()
        row.save()


@transaction.atomic
def create_budget_year(
    *, year: int, first_cash_year: int, last_cash_year: int, by: User,
    lines: Iterable[Mapping[str, Any]] = (), **fields: Any,
) -> BudgetYear:  # fmt: skip
    """A new vintage with its lines (key, title, amount, earmark each). Refuses: not the ministry, the year exists."""
    require(by, "vintage.keep")
    budget_year = BudgetYear(year=year, first_cash_year=first_cash_year, last_cash_year=last_cash_year, **fields)
    _save(budget_year)
    for position, line in enumerate(lines, start=1):
        _save(BudgetLine(budget_year=budget_year, position=position, **line))
    return budget_year


@transaction.atomic
def change_budget_year(*, budget_year: BudgetYear, by: User, **fields: Any) -> BudgetYear:
    """Change dates and rules. Refuses: another year for a vintage that is already opened."""
    require(by, "vintage.keep")
    budget_year = BudgetYear.objects.select_for_update(no_key=True).get(pk=budget_year.pk)
    if budget_year.opened_at and fields.get("year", budget_year.year) != budget_year.year:
        raise Refused("Der Jahrgang ist schon eröffnet; sein Jahr steht in den Zielvereinbarungen und bleibt.")
    for name, value in fields.items():
        setattr(budget_year, name, value)
    _save(budget_year)
    return budget_year


@transaction.atomic
def save_line(*, budget_year: BudgetYear, by: User, line: BudgetLine | None = None, **fields: Any) -> BudgetLine:
    """Add or change a line. Refuses: a total below what is already allocated (the database says so)."""
    require(by, "vintage.keep")
    line = line or BudgetLine(budget_year=budget_year)
    for name, value in fields.items():
        setattr(line, name, value)
    _save(line)
    for version in _untouched(line.budget_year):
        fill_lines(version)
    return line


@transaction.atomic
def copy_budget_year(*, source: BudgetYear, year: int, by: User, with_amounts: bool = False) -> BudgetYear:
    """A new vintage with the lines, dates and wordings of another; dates move by the years between.

    Amounts of lines and allocations come along only when asked, and then only for districts valid in the new year.
    The wordings come as drafts. Refuses: the year exists.
    """
    require(by, "vintage.keep")
    shift = year - source.year
    dues = {name: clock.years_later(getattr(source, name), shift) for name in (*DUE_DATES, "application_due")}
    target = create_budget_year(
        year=year, first_cash_year=source.first_cash_year + shift, last_cash_year=source.last_cash_year + shift,
        copied_from=source, by=by, **dues, **{name: getattr(source, name) for name in RULES},
    )  # fmt: skip
    districts = set(District.objects.valid_in(year).values_list("pk", flat=True))
    for line in source.lines.prefetch_related("allocations"):
        amount = line.amount if with_amounts else ZERO
        copy = BudgetLine(
            budget_year=target,
            key=line.key,
            title=line.title,
            position=line.position,
            earmark=line.earmark,
            amount=amount,
        )
        _save(copy)
        if with_amounts:
            for share in line.allocations.all():
                if share.district_id in districts:
                    _save(Allocation(line=copy, district_id=share.district_id, amount=share.amount, note=share.note))
    for day in source.deadlines.all():
        _save(
            Deadline(budget_year=target, title=day.title, day=clock.years_later(day.day, shift), audience=day.audience)
        )
    for kind in Wording.Kind:
        if wording := Wording.objects.filter(budget_year=source, kind=kind).order_by("-number").first():
            copy_wording(wording, target, 1, by)
    return target


def copy_wording(source: Wording, budget_year: BudgetYear, number: int, by: User) -> Wording:
    """A draft with the sections of another wording."""
    copy = Wording(
        budget_year=budget_year, kind=source.kind, number=number, title=source.title, purpose=source.purpose,
        land_label=source.land_label, district_label=source.district_label, changed_by=by, changed_at=clock.now(),
    )  # fmt: skip
    _save(copy)
    WordingSection.objects.bulk_create(
        WordingSection(
            wording=copy, key=section.key, position=section.position, numbered=section.numbered,
            heading=section.heading, text=section.text, locked=section.locked,
        )
        for section in source.sections.all()
    )  # fmt: skip
    return copy


@transaction.atomic
def open_budget_year(*, budget_year: BudgetYear, by: User) -> list[Agreement]:
    """One draft agreement for each district valid in the year that has none yet.

    Doing it again opens what is missing, such as a district entered later. Refuses: no released wording, no lines.
    """
    require(by, "vintage.open")
    budget_year = BudgetYear.objects.select_for_update(no_key=True).get(pk=budget_year.pk)
    wording = released_wording(budget_year, Wording.Kind.AGREEMENT)
    if not budget_year.lines.exists():
        raise Refused(f"Der {budget_year.title} hat noch keine Budgetlinie. Bitte legen Sie zuerst eine an.")
    missing = District.objects.valid_in(budget_year.year).exclude(agreements__budget_year=budget_year)
    opened = [
        open_agreement(budget_year=budget_year, district=district, wording=wording, by=by).agreement
        for district in missing
    ]
    if budget_year.opened_at is None:
        budget_year.opened_at, budget_year.opened_by = clock.now(), by
        _save(budget_year)
    news.opened(budget_year, opened, by)
    return opened


@transaction.atomic
def save_allocations(
    *, budget_year: BudgetYear, amounts: Mapping[tuple[int, int], Decimal], by: User,
    origins: Mapping[int, Origin] | None = None,
) -> int:  # fmt: skip
    """Set allocations: (line, district) -> euro; answers how many changed.

    `origins` names the lines whose amounts come from a formula: it is kept with the allocations, and what was set to
    another amount counts as changed by hand. Decreases are saved first, so that money can move within a line. Lines of
    untouched drafts follow. Refuses: a line of another vintage, a district not valid in the year, a line that is
    exceeded, a formula that cannot be met; then nothing is saved.
    """
    require(by, "vintage.keep")
    lines = {line.pk: line for line in budget_year.lines.select_for_update(no_key=True).order_by("pk")}
    districts = {district.pk: district for district in District.objects.valid_in(budget_year.year)}
    stored = {(share.line_id, share.district_id): share for share in Allocation.objects.filter(line__in=lines)}
    if not set(origins or ()) <= lines.keys() or any(
        line not in lines or district not in districts for line, district in amounts
    ):
        raise Refused(FOREIGN)
    changes = []
    for (line, district), amount in amounts.items():
        share = stored.get((line, district)) or Allocation(line=lines[line], district=districts[district], amount=ZERO)
        if share.pk is None or share.amount != amount:
            changes.append((amount - share.amount, share, amount))
    for _, share, amount in sorted(changes, key=lambda change: change[0]):
        share.amount = amount
        _save(share)
    for line, origin in (origins or {}).items():
        _keep_origin(lines[line], origin, by)
    touched = {share.district_id for _, share, _ in changes}
    for version in _untouched(budget_year).filter(agreement__district__in=touched):
        fill_lines(version)
    return len(changes)


def _keep_origin(line: BudgetLine, origin: Origin, by: User) -> None:
    """Tie the line's allocations to the formula that they came from; who was given nothing gets a row that says so."""
    applied, calculated = record_origin(line, origin, by)
    shares = {share.district_id: share for share in line.allocations.order_by("pk")}
    for district in District.objects.filter(ags__in=calculated).order_by("ags"):
        share = shares.get(district.pk) or Allocation(line=line, district=district, amount=ZERO)
        share.distribution, share.calculated = applied, calculated[district.ags]
        _save(share)


def _untouched(budget_year: BudgetYear) -> Any:
    return AgreementVersion.objects.untouched().filter(agreement__budget_year=budget_year).select_related("agreement")
