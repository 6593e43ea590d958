"""The history of a row in the back office: who or what changed it, for whom, and why."""

from typing import Any

import pytest

from aqb.access import Role
from aqb.back_office.history import changes_of
from aqb.models import District
from tests import factories as make
from tests.back_office import address, signed_in
from tests.reporting.told import acting, forget, raw

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    row = make.district(seat="Dietzenbach")
    forget()
    return row


def told(row: District) -> Any:
    return changes_of(row)[0]


def test_change_by_a_deputy_names_both_and_the_reason(district: District) -> None:
    by, lead = make.user(Role.MINISTRY, name="Jana Reinhardt"), make.user(Role.MINISTRY_LEAD, name="Tobias Heinemann")
    with acting(by, on_behalf_of=lead.pk, reason="Der Sitz ist umgezogen."):
        District.objects.filter(pk=district.pk).update(seat="Offenbach am Main")
    assert told(district).by == "Jana Reinhardt, in Vertretung von Tobias Heinemann"
    page = signed_in(by).get(address(district, "history")).content.decode()
    assert "„Der Sitz ist umgezogen.“" in page


def test_command_and_job_are_named(district: District) -> None:
    with acting(None, command="load_reference"):
        District.objects.filter(pk=district.pk).update(seat="Offenbach am Main")
    assert told(district).by == "Befehl »load_reference«"


def test_change_past_the_application_is_no_command_of_the_operator(district: District) -> None:
    raw("UPDATE aqb_district SET seat = 'Neu-Isenburg' WHERE id = %s", district.pk)
    assert told(district).by == "außerhalb der Anwendung"
    assert told(district).fields == [("Sitz", "Dietzenbach", "Neu-Isenburg")]
