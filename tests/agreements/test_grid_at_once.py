"""Two people in the grid at the same moment, each in a thread and a transaction of their own."""

from decimal import Decimal

import pytest

from agreements.actions import plan
from agreements.models import Allocation
from aqb.access import Refused, Role
from tests import factories as make
from tests.agreements.pages import client_of, text
from tests.agreements.test_allocation_pages import URL, cell, loaded
from tests.truths import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_take_the_last_euros_of_a_line_do_not_both_get_them() -> None:
    line = make.line(make.budget_year(year=2023), amount=Decimal("100.00"))
    districts = [make.district(), make.district()]
    people = [make.user(Role.MINISTRY), make.user(Role.MINISTRY)]
    results = at_once(*(
        lambda district=district, by=by: plan.save_allocations(
            budget_year=line.budget_year, amounts={(line.pk, district.pk): Decimal("60.00")}, by=by
        )
        for district, by in zip(districts, people, strict=True)
    ))  # fmt: skip
    (refusal,) = [one for one in results if one != 1]
    assert isinstance(refusal, Refused)
    assert "überschreiten die Budgetlinie um 20,00 €" in str(refusal)
    assert Allocation.objects.get().amount == 60


def test_second_of_two_pages_that_change_a_cell_is_asked_before_it_overwrites() -> None:
    line = make.line(make.budget_year(year=2023), amount=Decimal("100000.00"))
    district = make.district()
    make.allocation(line, district, "40000.00")
    clients = [client_of(make.user(Role.MINISTRY)) for _ in range(2)]
    pages = [
        loaded(client) | {cell(line, district): amount} for client, amount in zip(clients, ("1", "2"), strict=True)
    ]
    answers = at_once(*(
        lambda client=client, page=page: client.post(URL, page) for client, page in zip(clients, pages, strict=True)
    ))  # fmt: skip
    asked = next(answer for answer in answers if answer.status_code == 200)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert "Inzwischen hat jemand anders" in text(asked)
    assert "(vorher 40.000,00 €)" in text(asked)
    assert Allocation.objects.get().amount in (1, 2)
