"""Who has to have a second factor, what happens until there is one, and who is only asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aqb.access import Role
from aqb.accounts.factor import second_factor
from aqb.accounts.sign_on import single_sign_on
from aqb.models import User
from tests import factories as make
from tests.access import World, ask
from tests.access_table import TABLE
from tests.aqb.factors import code, passkey

pytestmark = pytest.mark.django_db
INDEX = "/konto/zweiter-faktor/"


@pytest.fixture
def everybody_obliged(settings: Any) -> None:
    settings.SECOND_FACTOR = frozenset(role.value or "operator" for role in Role)


# ---- who has to have one ----


@pytest.mark.parametrize("actor", ["ministry", "own district_lead", "auditor", "operator"])
def test_obliged_person_without_one_gets_to_no_page_of_the_application(actor: str, settings: Any) -> None:
    """Every address that asks for a login: reading leads to setting one up, sending is refused and does nothing."""
    settings.SECOND_FACTOR = frozenset({"ministry", "district_lead", "auditor", "operator"})
    world = World()
    user = world.user(actor)
    for row in TABLE:
        if row.read and "anonymous" in row.read:
            continue
        url = reverse(row.name, kwargs={**world.kwargs(row.of), **dict(row.more)})
        if url.startswith("/konto/"):
            continue
        led = ask(user, "GET", url)
        assert (led.status_code, led.headers.get("Location")) == (302, INDEX), row.name
        refused = ask(user, "POST", url)
        assert refused.status_code == 403, row.name
        assert "Bitte richten Sie zuerst einen ein" in refused.content.decode()


def test_pages_of_the_account_and_public_ones_stay_open(client: Client, everybody_obliged: None) -> None:
    client.force_login(make.user(Role.AUDITOR))
    for name in ("account", "mfa_index", "mfa_activate_totp", "account_change_password", "account_logout"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get(reverse("document_verify")).status_code == 200
    page = client.get(INDEX).content.decode()
    assert "Bitte richten Sie jetzt einen zweiten Faktor ein" in page


def test_back_office_is_no_way_around(client: Client, everybody_obliged: None) -> None:
    client.force_login(make.operator())
    assert client.get("/verwaltung/").headers["Location"] == INDEX
    assert client.get("/verwaltung/aqb/user/").headers["Location"] == INDEX


def test_part_of_a_page_makes_the_browser_leave_it(client: Client, everybody_obliged: None) -> None:
    client.force_login(make.user(Role.AUDITOR))
    assert client.get("/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == INDEX


def test_set_up_leads_on_to_the_page_that_was_wanted(client: Client, everybody_obliged: None) -> None:
    client.force_login(make.user(Role.AUDITOR))
    client.get("/dokumente/?seite=2")
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    codes = client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, follow=True)
    assert codes.redirect_chain[-1][0] == "/konto/zweiter-faktor/recovery-codes/"
    assert 'href="/dokumente/?seite=2"' in codes.content.decode()
    assert client.get("/").status_code == 200


def test_role_changed_in_the_middle_of_a_session_obliges_from_the_next_request(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR = frozenset({"ministry_lead"})
    user = make.user(Role.MINISTRY)
    client.force_login(user)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=user.pk).update(role=Role.MINISTRY_LEAD)
    assert client.get("/").headers["Location"] == INDEX


def test_login_of_the_sign_on_service_counts_where_the_operator_says_so(
    client: Client, everybody_obliged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make.user(Role.AUDITOR))
    monkeypatch.setattr(single_sign_on, "counts_as_second_factor", lambda request: True)
    assert client.get("/").status_code == 200


# ---- who is asked ----


def test_district_is_asked_on_the_overview_and_not_again_for_a_month(client: Client) -> None:
    user = make.user(Role.DISTRICT)
    client.force_login(user)
    offer = "Sichern Sie Ihren Zugang"
    assert offer in client.get("/").content.decode()
    later = client.post(reverse("second_factor_later"))
    assert later.headers["Location"] == "/"
    assert later.cookies[second_factor.LATER]["max-age"] == timedelta(days=30).total_seconds()
    assert offer not in client.get("/").content.decode()
    client.force_login(make.user(Role.AUDITOR))  # somebody else at the same machine
    assert offer in client.get("/").content.decode()


def test_who_has_one_is_not_asked(client: Client) -> None:
    user = make.user(Role.DISTRICT)
    passkey(user)
    client.force_login(user)
    assert "Sichern Sie Ihren Zugang" not in client.get("/").content.decode()
