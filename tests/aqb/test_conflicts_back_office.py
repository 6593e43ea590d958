"""Two people in one record of the back office, with the rows inside it."""

import pytest
from django.test import Client
from django.urls import reverse

from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.forms import form_of, send

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestBackOffice:
    def test_row_and_the_rows_inside_it(self) -> None:
        line = make.line(amount="500.00")
        url = reverse("admin:agreements_budgetyear_change", args=[line.budget_year.pk])
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), "lines-0-amount")
        assert send(other, url, **{"lines-0-amount": "700,00", "rounding": "100"}).status_code == 302
        page = one.post(url, form | {"lines-0-amount": "800,00"})
        assert page.status_code == 409
        assert "Stand von Jana Roth" in page.text
        one.post(url, form_of(page, "lines-0-amount") | {"entscheidung-lines-0-amount": "mine"})
        line.refresh_from_db()
        assert (str(line.amount), str(line.budget_year.rounding)) == ("800.00", "100.00")

    def test_row_to_delete_that_somebody_has_changed_is_asked_about(self) -> None:
        version = make.version()
        entry = make.entry(version, amount="100.00")
        url = reverse("admin:projects_projectentry_change", args=[entry.pk])
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), "shares-0-amount")
        assert send(other, url, **{"shares-0-amount": "300,00"}).status_code == 302
        page = one.post(url, form | {"shares-0-DELETE": "on"})
        assert page.status_code == 409
        assert "löschen" in page.text
        assert entry.shares.count() == 1
        chosen = form_of(page, "shares-0-amount")
        assert one.post(url, chosen | {"entscheidung-shares-0-DELETE": "mine"}).status_code == 302
        assert entry.shares.count() == 0

    def test_amount_that_somebody_has_added_stays(self) -> None:
        version = make.version()
        entry = make.entry(version, amount="100.00")
        url = reverse("admin:projects_projectentry_change", args=[entry.pk])
        one = browser(make.person(Role.MINISTRY))
        form = form_of(one.get(url), "shares-0-amount")
        share = entry.shares.get()
        make.share(entry, line=share.line, cash_year=share.cash_year + 1, amount="50.00")
        assert one.post(url, form | {"title": "Anders"}).status_code == 302
        assert entry.shares.count() == 2

    def test_row_that_is_deleted_meanwhile_loses_nothing(self) -> None:
        provider = make.provider()
        url = reverse("admin:projects_provider_change", args=[provider.pk])
        client = browser(make.person(Role.MINISTRY))
        form = form_of(client.get(url), "name")
        provider.delete()
        page = client.post(url, form | {"name": "Nicht verloren"})
        assert (page.status_code, "Nicht verloren" in page.text) == (410, True)
