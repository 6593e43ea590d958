"""What PostgreSQL refuses about vintages, lines, allocations, kinds of measure, and the contract text."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from agreements.models import Allocation, BudgetLine, BudgetYear, Wording, WordingSection
from aqb.access import Role
from tests import factories as make
from tests.factories import START
from tests.truths import erase, refused, write

pytestmark = pytest.mark.django_db

MINUS = Decimal("-0.01")


def due_year() -> BudgetYear:
    return make.budget_year(
        year=2023,
        submission_due=date(2023, 3, 1),
        approval_due=date(2023, 4, 1),
        issue_due=date(2023, 5, 1),
        signing_due=date(2023, 6, 1),
        publication_due=date(2023, 7, 1),
    )


def draft_wording() -> Wording:
    return make.wording(released=False)


BROKEN: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("budgetline_amount_not_negative", make.line, {"amount": MINUS}),
    ("allocation_amount_not_negative", make.allocation, {"amount": MINUS}),
    ("budgetyear_rounding_not_negative", make.budget_year, {"rounding": MINUS}),
    ("budgetyear_cash_years_in_order", make.budget_year, {"first_cash_year": 2022}),
    ("budgetyear_cash_years_in_order", make.budget_year, {"last_cash_year": 2022}),
    ("budgetyear_cash_years_in_order", make.budget_year, {"last_cash_year": 2028}),
    ("budgetyear_dates_in_order", due_year, {"submission_due": date(2023, 4, 2)}),
    ("budgetyear_dates_in_order", due_year, {"issue_due": date(2023, 3, 31)}),
    ("budgetyear_dates_in_order", due_year, {"approval_due": None, "submission_due": date(2023, 5, 2)}),
    ("budgetyear_dates_in_order", due_year, {"publication_due": date(2023, 1, 1)}),
    ("budgetyear_opened_by_person", make.budget_year, {"opened_at": START}),
    ("measurecategory_validity_in_order", make.category, {"valid_to": date(1999, 12, 31)}),
    ("wording_status_fits_release", draft_wording, {"status": "released"}),
    ("wording_status_fits_release", draft_wording, {"released_at": START}),
    ("wording_status_fits_release", draft_wording, {"status": "printed"}),
]


@pytest.mark.parametrize(("name", "row", "values"), BROKEN, ids=[f"{name}-{values}" for name, _, values in BROKEN])
def test_wrong_value_past_the_forms_is_refused(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).update(**values)
    with refused(name):
        write(made, **values)


def test_vintage_twice_is_refused() -> None:
    make.budget_year(year=2023)
    with refused("budgetyear_year_unique"):
        make.budget_year(year=2023)


def test_line_with_the_key_of_another_is_refused() -> None:
    vintage = make.line(key="regel").budget_year
    with refused("budgetline_key_unique"):
        make.line(vintage, key="regel")


def test_line_with_the_title_of_another_is_refused() -> None:
    vintage = make.line(title="Regelbudget").budget_year
    with refused("budgetline_title_unique"):
        make.line(vintage, title="Regelbudget")


def test_line_moved_to_another_vintage_is_refused() -> None:
    line = make.line()
    with refused("budgetline_keeps_identity"):
        write(line, budget_year=make.budget_year().pk)


def test_second_allocation_of_a_district_is_refused() -> None:
    first = make.allocation()
    with refused("allocation_unique"):
        make.allocation(first.line, first.district)


def test_category_twice_from_the_same_day_is_refused() -> None:
    make.category("AV", valid_from=date(2023, 1, 1))
    with refused("measurecategory_key_unique"):
        make.category("AV", valid_from=date(2023, 1, 1))


def test_allocation_above_line_by_one_cent_is_refused() -> None:
    line = make.line(amount=Decimal("100.00"))
    make.allocation(line, amount="60.00")
    with refused("allocation_within_line", "0,01 €", "100,00 €"):
        make.allocation(line, amount="40.01")
    make.allocation(line, amount="40.00")


def test_allocation_raised_above_line_is_refused_by_every_path() -> None:
    share = make.allocation(make.line(amount=Decimal("100.00")), amount="100.00")
    share.amount = Decimal("100.01")
    with refused("allocation_within_line"):
        share.save()
    with refused("allocation_within_line"):
        Allocation.objects.update(amount=models.F("amount") + Decimal("0.01"))
    with refused("allocation_within_line"):
        Allocation.objects.bulk_update([share], ["amount"])
    with refused("allocation_within_line"):
        write(share, amount="100.01")


def test_many_allocations_in_one_statement_above_line_are_refused() -> None:
    line = make.line(amount=Decimal("100.00"))
    shares = [Allocation(line=line, district=make.district(), amount=Decimal("34.00")) for _ in range(3)]
    with refused("allocation_within_line", "2,00 €"):
        Allocation.objects.bulk_create(shares)


def test_allocation_moved_to_a_full_line_is_refused() -> None:
    full = make.allocation(make.line(amount=Decimal("100.00")), amount="100.00").line
    share = make.allocation(make.line(full.budget_year), amount="0.01")
    with refused("allocation_within_line"):
        write(share, line=full.pk)


def test_line_cut_below_its_allocations_is_refused() -> None:
    line = make.allocation(make.line(amount=Decimal("100.00")), amount="99.99").line
    with refused("budgetline_covers_allocations", "99,99 €"):
        BudgetLine.objects.filter(pk=line.pk).update(amount=Decimal("99.98"))
    BudgetLine.objects.filter(pk=line.pk).update(amount=Decimal("99.99"))


def test_wording_with_a_number_taken_is_refused() -> None:
    wording = make.wording()
    with refused("wording_number_unique"):
        make.wording(wording.budget_year, number=wording.number, released=False)


def test_second_draft_of_a_wording_is_refused() -> None:
    wording = draft_wording()
    with refused("wording_one_draft"):
        make.wording(wording.budget_year, released=False)


def test_wording_released_by_who_changed_it_is_refused() -> None:
    wording = make.wording(released=False, changed_by=make.person(Role.MINISTRY_LEAD))
    with refused("wording_released_by_second_person"):
        Wording.objects.filter(pk=wording.pk).update(
            status="released", released_at=START, released_by=wording.changed_by
        )


def test_wording_moved_to_another_vintage_is_refused() -> None:
    wording = draft_wording()
    with refused("wording_keeps_identity"):
        write(wording, budget_year=make.budget_year().pk)


def test_released_wording_is_frozen_on_every_path() -> None:
    wording = make.wording()
    wording.title = "Vertrag"
    with refused("wording_released_is_frozen"):
        wording.save()
    with refused("wording_released_is_frozen"):
        Wording.objects.filter(pk=wording.pk).update(title="Vertrag")
    with refused("wording_released_is_frozen"):
        write(wording, status="draft", released_at=None, released_by=None)
    with refused("wording_released_is_frozen"):
        Wording.objects.bulk_update([wording], ["title"])


def test_released_wording_without_sections_cannot_be_deleted() -> None:
    wording = make.wording(sections=())
    with refused("wording_released_is_frozen"):
        wording.delete()


def test_section_of_a_released_wording_is_frozen_on_every_path() -> None:
    section = make.wording().sections.get(key="Mittel")
    section.text = "Die Mittel entfallen."
    with refused("wordingsection_released_is_frozen"):
        section.save()
    with refused("wordingsection_released_is_frozen"):
        WordingSection.objects.update(position=models.F("position") + 1)
    with refused("wordingsection_released_is_frozen"):
        WordingSection.objects.bulk_update([section], ["text"])
    with refused("wordingsection_released_is_frozen"):
        write(section, text="")
    with refused("wordingsection_released_is_frozen"):
        erase(section)
    with refused("wordingsection_released_is_frozen"):
        section.delete()


def test_section_moved_into_or_out_of_a_released_wording_is_refused() -> None:
    released = make.wording(sections=[("Mittel", True, "Mittel", "Text")])
    draft = make.wording(released.budget_year, released=False, sections=[("Projekte", True, "Projekte", "Text")])
    with refused("wordingsection_released_is_frozen"):
        write(draft.sections.get(), wording=released.pk)
    with refused("wordingsection_released_is_frozen"):
        write(released.sections.get(), wording=draft.pk)
    with refused("wordingsection_released_is_frozen"):
        WordingSection.objects.create(wording=released, key="neu", position=9, heading="Neu")


def test_section_with_the_key_of_another_is_refused() -> None:
    wording = make.wording(released=False, sections=[("Mittel", True, "Mittel", "Text")])
    with refused("wordingsection_key_unique"):
        WordingSection.objects.create(wording=wording, key="Mittel", position=2, heading="Mittel")
