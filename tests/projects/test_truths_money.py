"""What PostgreSQL refuses about projects and their money: more than agreed, foreign rows, moved rows."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from agreements.models import AgreementLine, BudgetYear
from projects.models import FundingShare
from tests import factories as make
from tests.truths import erase, refused, write

pytestmark = pytest.mark.django_db

MINUS = Decimal("-0.01")


def share() -> FundingShare:
    return make.share(make.entry())


def agreed() -> AgreementLine:
    return make.version().lines.get()


BROKEN: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("agreementline_amount_not_negative", agreed, {"amount": MINUS}),
    ("fundingshare_amount_not_negative", share, {"amount": MINUS}),
    ("projectentry_dates_in_order", make.entry, {"starts_on": date(2024, 1, 1)}),
    ("projectentry_dates_in_order", make.entry, {"ends_on": date(2023, 1, 1)}),
    ("projectentry_legal_circles_known", make.entry, {"legal_circles": ["SGB II", "SGB I"]}),
    ("projectentry_implementation_known", make.entry, {"implementation": "somebody"}),
]


@pytest.mark.parametrize(("name", "row", "values"), BROKEN, ids=[f"{name}-{values}" for name, _, values in BROKEN])
def test_wrong_value_past_the_forms_is_refused(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).update(**values)
    with refused(name):
        write(made, **values)


def test_third_decimal_place_is_rounded_away_by_the_column() -> None:
    row = share()
    write(row, amount="10.005")
    row.refresh_from_db()
    assert row.amount == Decimal("10.01")


def test_shares_above_the_agreed_amount_by_one_cent_are_refused() -> None:
    version = make.version(entries=9)
    entry = make.entry(version)
    with refused("fundingshare_within_agreed", "Regelbudget", "0,01 €", "100.000,00 €"):
        make.share(entry, amount="10000.01")
    make.share(entry, amount="10000.00")


def test_share_raised_above_the_agreed_amount_is_refused_on_every_path() -> None:
    row = make.share(make.entry(), amount="100000.00")
    row.amount = Decimal("100000.01")
    with refused("fundingshare_within_agreed"):
        row.save()
    with refused("fundingshare_within_agreed"):
        FundingShare.objects.update(amount=models.F("amount") + Decimal("0.01"))
    with refused("fundingshare_within_agreed"):
        FundingShare.objects.bulk_update([row], ["amount"])
    with refused("fundingshare_within_agreed"):
        write(row, amount="100000.01")


def test_shares_of_several_years_in_one_statement_above_the_agreed_amount_are_refused() -> None:
    entry = make.entry()
    line = entry.version.lines.get().line
    rows = [
        FundingShare(entry=entry, line=line, cash_year=year, amount=Decimal("33333.34")) for year in (2023, 2024, 2025)
    ]
    with refused("fundingshare_within_agreed", "0,02 €"):
        FundingShare.objects.bulk_create(rows)


def test_share_of_a_line_that_is_not_agreed_is_refused() -> None:
    entry = make.entry()
    with refused("fundingshare_within_agreed", "kein Ansatz"):
        make.share(entry, make.line(entry.version.agreement.budget_year), amount="0.01")


def test_share_moved_to_an_exhausted_line_is_refused() -> None:
    entry = make.entry(amount="100000.00")
    other = make.agreement_line(entry.version, amount="1.00").line
    row = make.share(entry, other, amount="1.00", cash_year=2024)
    with refused("fundingshare_within_agreed"):
        write(row, line=entry.version.lines.first().line_id)  # type: ignore[union-attr]


def test_share_twice_for_line_and_year_is_refused() -> None:
    row = share()
    with refused("fundingshare_unique"):
        make.share(row.entry, row.line, row.cash_year, "1.00")


@pytest.mark.parametrize("year", [2022, 2026])
def test_share_outside_the_cash_years_is_refused(year: int) -> None:
    row = share()
    with refused("fundingshare_in_cash_year", str(year)):
        write(row, cash_year=year)


@pytest.mark.parametrize("values", [{"first_cash_year": 2024}, {"last_cash_year": 2024}])
def test_cash_year_that_holds_money_is_not_taken_away(values: dict[str, int]) -> None:
    row = share()
    make.share(row.entry, cash_year=2025, amount="1.00")
    year = row.line.budget_year
    with refused("budgetyear_covers_cash_years", "Kassenjahr"):
        BudgetYear.objects.filter(pk=year.pk).update(**values)
    FundingShare.objects.all().delete()
    BudgetYear.objects.filter(pk=year.pk).update(**values)


def test_agreed_amount_cut_below_its_shares_is_refused() -> None:
    row = make.share(make.entry(), amount="60000.00")
    line = row.entry.version.lines.get()
    with refused("agreementline_covers_shares", "60.000,00 €", "59.999,99 €"):
        AgreementLine.objects.filter(pk=line.pk).update(amount=Decimal("59999.99"))
    AgreementLine.objects.filter(pk=line.pk).update(amount=Decimal("60000.00"))


def test_agreed_line_with_shares_is_not_deleted() -> None:
    line = share().entry.version.lines.get()
    with refused("agreementline_covers_shares"):
        erase(line)
    with refused("agreementline_covers_shares"):
        line.delete()


def test_agreed_line_keeps_its_version_and_budget_line() -> None:
    line = share().entry.version.lines.get()
    with refused("agreementline_keeps_identity"):
        write(line, line=make.line(line.line.budget_year).pk)
    with refused("agreementline_keeps_identity"):
        write(line, version=make.version(make.agreement(line.line.budget_year)).pk)


def test_agreed_line_of_another_vintage_is_refused() -> None:
    version = make.version()
    with refused("agreementline_of_vintage"):
        make.agreement_line(version, make.line(make.budget_year()), "1.00")


def test_agreed_line_twice_is_refused() -> None:
    line = agreed()
    with refused("agreementline_unique"):
        make.agreement_line(line.version, line.line, "1.00")


def test_project_in_another_districts_agreement_is_refused() -> None:
    foreign = make.project()
    with refused("projectentry_of_agreement", "anderen Zielvereinbarung"):
        make.entry(make.version(), project=foreign)


def test_provider_of_another_district_is_refused() -> None:
    entry = make.entry()
    foreign = make.provider()
    with refused("projectentry_of_agreement", "anderen Gebietskörperschaft"):
        write(entry, provider=foreign.pk)
    with refused("projectentry_of_agreement"):
        make.entry(make.version(), provider=foreign)


def test_entry_moved_to_another_version_or_project_is_refused() -> None:
    entry = make.entry()
    with refused("projectentry_of_agreement"):
        write(entry, version=make.version().pk)
    with refused("projectentry_of_agreement"):
        write(entry, project=make.project(entry.version.agreement).pk)


def test_project_twice_in_a_version_is_refused() -> None:
    entry = make.entry()
    with refused("projectentry_unique"):
        make.entry(entry.version, project=entry.project)


def test_project_moved_to_another_agreement_is_refused() -> None:
    project = make.entry().project
    with refused("project_keeps_identity"):
        write(project, agreement=make.agreement().pk)


def test_key_of_another_project_is_refused() -> None:
    project = make.project()
    with refused("project_uid_unique"):
        make.project(uid=project.uid)
    with refused("project_keeps_identity"):
        write(make.project(), uid=project.uid)


def test_second_table_that_waits_for_the_same_person_is_refused() -> None:
    version, person = make.version(), make.user()
    kept = make.table_import(version, person)
    with refused("tableimport_one_at_a_time"):
        make.table_import(version, person)
    with refused("tableimport_one_at_a_time"):
        write(make.table_import(version, make.user()), created_by=kept.created_by_id)


def test_project_is_continued_once_in_an_agreement() -> None:
    earlier = make.project()
    agreement = make.agreement(make.budget_year(), earlier.agreement.district)
    make.project(agreement, continued_from=earlier)
    other = make.project(agreement)
    with refused("project_continued_once"):
        make.project(agreement, continued_from=earlier)
    with refused("project_continued_once"):
        write(other, continued_from=earlier.pk)
    make.project(make.agreement(make.budget_year(), earlier.agreement.district), continued_from=earlier)


def test_only_an_own_earlier_project_is_continued() -> None:
    project = make.project()
    later = make.project(make.agreement(make.budget_year(), project.agreement.district))
    foreign = make.project(make.agreement(later.agreement.budget_year, make.district()))
    for wrong, earlier in ((project, later), (project, project), (foreign, project)):
        with refused("project_continues_own", "früheren Jahrgang"):
            write(wrong, continued_from=earlier.pk)
    with refused("project_continues_own"):
        make.project(foreign.agreement, continued_from=project)


def test_provider_moved_to_another_district_is_refused() -> None:
    with refused("provider_keeps_identity"):
        write(make.provider(), district=make.district().pk)


def test_provider_twice_in_other_letters_is_refused() -> None:
    provider = make.provider(name="Joblinge gAG")
    with refused("provider_name_unique"):
        make.provider(provider.district, name="JOBLINGE GAG")
    make.provider(make.district(), name="Joblinge gAG")


def test_target_group_twice_is_refused() -> None:
    make.target_group("u27")
    with refused("targetgroup_key_unique"):
        make.target_group("u27")
