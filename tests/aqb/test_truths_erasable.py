"""The history of people and invitations forgets one thing only: who somebody was, once the row itself says so."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from aqb.access import Role
from aqb.models import Invitation, User
from tests import factories as make
from tests.factories import START
from tests.truths import empty, refused

pytestmark = pytest.mark.django_db

SINCE = datetime(2040, 3, 1, tzinfo=UTC)
EMPTY = {"aqb_userevent": ("email", "name", "office", "phone"), "aqb_invitationevent": ("email", "name", "office")}
TABLES = list(EMPTY)
OTHER = (
    "pgh_label = 'x'", "pgh_created_at = pgh_created_at + interval '1 day'", "role = 'district'", "pgh_obj_id = 1",
    "pgh_context_id = gen_random_uuid()", "anonymised_at = NULL",
)  # fmt: skip


def write(table: str, what: str, values: list[Any]) -> None:
    """Change the entries of a history by raw SQL, past every way of the application."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET {what}', values)
        assert cursor.rowcount >= 1


def entry_of(table: str, *, anonymised: bool) -> None:
    """One row with its history; with `anonymised` the row says that it was anonymised."""
    if table == "aqb_userevent":
        person = make.user(Role.MINISTRY, is_active=False)
        if anonymised:
            User.objects.filter(pk=person.pk).update(anonymised_at=SINCE)
        return
    row = Invitation.objects.create(
        email="neu@example.org", name="Neu", office="Amt", role=Role.AUDITOR, invited_by=make.user(),
        invited_at=START, expires_at=SINCE, token_digest="a" * 64,
    )  # fmt: skip
    if anonymised:
        Invitation.objects.filter(pk=row.pk).update(anonymised_at=SINCE, revoked_at=SINCE)


def erase(table: str) -> None:
    """Empty all personal columns of the newest row's entries."""
    what = ", ".join(f"{column} = ''" for column in EMPTY[table])
    write(table, f"{what} WHERE pgh_obj_id = (SELECT max(pgh_obj_id) FROM {table})", [])


@pytest.mark.parametrize("table", TABLES)
def test_history_of_a_row_that_is_not_anonymised_is_kept(table: str) -> None:
    entry_of(table, anonymised=False)
    with refused("history_append_only", "weder geändert noch gelöscht"):
        erase(table)


@pytest.mark.parametrize("table", TABLES)
def test_personal_columns_of_an_anonymised_row_become_empty_and_stay_so(table: str) -> None:
    entry_of(table, anonymised=True)
    erase(table)
    with refused("history_append_only"):
        write(table, "name = %s WHERE name = ''", ["Erika Muster"])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("what", OTHER)
def test_nothing_else_of_an_anonymised_row_changes_even_together_with_them(table: str, what: str) -> None:
    entry_of(table, anonymised=True)
    emptied = ", ".join(f"{column} = ''" for column in EMPTY[table])
    with refused("history_append_only"):
        write(table, f"{what}, {emptied} WHERE anonymised_at IS NOT NULL", [])


@pytest.mark.parametrize("table", TABLES)
def test_only_all_personal_columns_together_are_emptied(table: str) -> None:
    entry_of(table, anonymised=True)
    with refused("history_append_only"):
        write(table, "name = '' WHERE anonymised_at IS NOT NULL", [])


@pytest.mark.parametrize("table", TABLES)
def test_entries_are_not_deleted_though_they_are_empty(table: str) -> None:
    entry_of(table, anonymised=True)
    erase(table)
    with connection.cursor() as cursor, refused("history_append_only"):
        cursor.execute(f'DELETE FROM "{table}" WHERE anonymised_at IS NOT NULL')
    with refused("history_never_emptied"):
        empty(table)


@pytest.mark.parametrize("model", ["Deputy", "SecondFactor", "SingleSignOn", "District"])
def test_every_other_history_is_never_changed(model: str) -> None:
    """Nothing personal stands in them, so nothing of them is ever emptied."""
    from aqb.history import PERSONAL

    assert f"aqb.{model}Event" not in PERSONAL
    assert apps.get_model(f"aqb.{model}Event")
