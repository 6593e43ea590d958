"""What PostgreSQL itself refuses about further deadlines: writing past the forms."""

import pytest

from tests import factories as make
from tests.truths import refused, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "name"),
    [({"audience": "public"}, "deadline_audience_known"), ({"title": "Abruf: 5 €"}, "deadline_without_amount")],
)
def test_deadline_that_makes_no_sense_is_refused(values: dict[str, str], name: str) -> None:
    row = make.deadline()
    with refused(name):
        write(row, **values)


def test_same_deadline_twice_is_refused() -> None:
    row = make.deadline()
    with refused("deadline_named_once"):
        make.deadline(row.budget_year)
