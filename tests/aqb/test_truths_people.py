"""What PostgreSQL refuses about accounts that are closed, invitations and deputies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models

from aqb import clock
from aqb.access import Role
from aqb.models import Deputy, Invitation, User
from tests import factories as make
from tests.truths import at_once, refusal, refused, write

pytestmark = pytest.mark.django_db


def closed() -> User:
    return make.user(is_active=False)


def accepted() -> Invitation:
    place = make.district()
    account = make.user(Role.DISTRICT, place)
    by = make.user(Role.DISTRICT_LEAD, place)
    return make.invitation(invited_by=by, accepted_at=clock.now(), account=account)


BROKEN: list[tuple[str, Callable[[], Any], Callable[[], dict[str, Any]]]] = [
    ("user_anonymised_is_closed", make.user, lambda: {"anonymised_at": clock.now()}),
    ("deputy_validity_in_order", make.deputy, lambda: {"valid_to": clock.today() - timedelta(days=1)}),
    ("invitation_district_fits_role", make.invitation, lambda: {"district_id": None}),
    ("invitation_district_fits_role", make.invitation, lambda: {"role": Role.MINISTRY}),
    ("invitation_district_fits_role", make.invitation, lambda: {"role": "", "district_id": None}),
    ("invitation_accepted_with_account", make.invitation, lambda: {"accepted_at": clock.now()}),
    ("invitation_accepted_with_account", accepted, lambda: {"account_id": None}),
    ("invitation_accepted_with_account", accepted, lambda: {"revoked_at": clock.now()}),
    ("invitation_moments_in_order", make.invitation, lambda: {"expires_at": clock.now() - timedelta(days=1)}),
]


@pytest.mark.parametrize(("name", "row", "values"), BROKEN, ids=[f"{at}-{one[0]}" for at, one in enumerate(BROKEN)])
def test_wrong_value_past_the_forms_is_refused(
    name: str, row: Callable[[], models.Model], values: Callable[[], dict[str, Any]]
) -> None:
    made, wrong = row(), values()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).update(**wrong)
    with refused(name):
        write(made, **{field.removesuffix("_id"): value for field, value in wrong.items()})


def test_nobody_stands_in_for_themselves() -> None:
    lead = make.user(Role.DISTRICT_LEAD)
    with refused("deputy_is_somebody_else", "Niemand vertritt sich selbst"):
        make.deputy(lead, lead)


def test_deputy_is_named_once_for_a_beginning_and_again_when_ended() -> None:
    first = make.deputy()
    with refused("deputy_named_once"):
        make.deputy(first.lead, first.deputy)
    write(first, ended_at=clock.now())
    make.deputy(first.lead, first.deputy)


def test_two_invitations_with_one_link_are_refused() -> None:
    make.invitation("gleich")
    with refused("invitation_token_unique"):
        make.invitation("gleich")


def test_address_has_one_open_invitation_however_it_is_written() -> None:
    first = make.invitation("eins", email="lena@example.org")
    with refused("invitation_open_once", "An diese Adresse ist schon eine Einladung unterwegs."):
        make.invitation("zwei", email="Lena@Example.org")
    write(first, revoked_at=clock.now())
    make.invitation("zwei", email="Lena@Example.org")


@pytest.mark.django_db(transaction=True)
def test_two_people_who_invite_one_address_at_once_make_one_invitation() -> None:
    one, other = make.user(Role.MINISTRY), make.user(Role.MINISTRY)
    place = make.district()
    fields = {"email": "lena@example.org", "role": Role.DISTRICT_LEAD, "district": place}
    results = at_once(
        lambda: make.invitation("eins", invited_by=one, **fields),
        lambda: make.invitation("zwei", invited_by=other, **fields),
    )
    lost = [result for result in results if not isinstance(result, Invitation)]
    assert len(lost) == 1
    assert refusal(lost[0])[0] == "invitation_open_once"


def test_database_keeps_since_when_an_account_is_closed_by_whatever_way() -> None:
    """The trigger user_deactivated_since, by raw SQL, bulk update and save."""
    assert "user_deactivated_since" in {str(one.name) for one in User._meta.triggers}  # type: ignore[attr-defined]
    user = make.user()
    write(user, is_active=False)
    assert User.objects.get(pk=user.pk).deactivated_at is not None
    User.objects.filter(pk=user.pk).update(name="Neu", deactivated_at=None)
    assert User.objects.get(pk=user.pk).deactivated_at is not None, "a closed account always says since when"
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert User.objects.get(pk=user.pk).deactivated_at is None
    closed()
    assert User.objects.filter(is_active=False).latest("pk").deactivated_at is not None


def test_of_the_link_only_its_fingerprint_is_stored_and_none_of_it_in_the_history() -> None:
    invitation = make.invitation("geheim")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(kept)::text FROM aqb_invitation kept")
        assert "geheim" not in cursor.fetchone()[0]
        cursor.execute("SELECT to_jsonb(kept)::text FROM aqb_invitationevent kept")
        (event,) = cursor.fetchone()
    assert invitation.token_digest not in event
    assert "token" not in event


def test_changes_of_deputies_and_invitations_are_recorded() -> None:
    from django.apps import apps

    row = make.deputy()
    Deputy.objects.filter(pk=row.pk).update(ended_at=clock.now())
    assert [one.pgh_label for one in apps.get_model("aqb", "DeputyEvent").objects.order_by("pgh_id")] == [
        "insert",
        "update",
    ]
    make.invitation()
    assert apps.get_model("aqb", "InvitationEvent").objects.get().pgh_label == "insert"
