"""The back office of projects: entries with their amounts, providers."""

from decimal import Decimal

import pytest
from django.test import Client

from aqb.access import Role
from projects.models import FundingShare, Project, ProjectEntry, Provider
from tests import factories as make
from tests.back_office import address, sentences, signed_in, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(make.user(Role.MINISTRY))


def test_entry_is_changed_with_its_amounts(client: Client) -> None:
    entry = make.version(entries=1).entries.get()
    make.target_group()
    data = typed(client.get(address(entry, "change")), title="Rückenwind", shares__0__amount="12.500,50")
    answer = client.post(address(entry, "change"), data)
    assert answer.status_code == 302, sentences(answer)
    entry.refresh_from_db()
    assert (entry.title, entry.shares.get().amount) == ("Rückenwind", Decimal("12500.50"))
    assert entry.version.prepared_by is not None


def test_entry_above_line_by_one_cent_is_refused_with_everything_typed(client: Client) -> None:
    entry = make.version(entries=1).entries.get()
    make.target_group()
    data = typed(client.get(address(entry, "change")), title="Rückenwind", shares__0__amount="100.000,01")
    answer = client.post(address(entry, "change"), data)
    assert answer.status_code == 200
    assert "0,01" in sentences(answer)
    assert "Rückenwind" in answer.content.decode()
    entry.refresh_from_db()
    assert (entry.title, entry.shares.get().amount) == ("Projekt 1", Decimal("10000.00"))


def test_entry_is_added_with_its_amounts(client: Client) -> None:
    version = make.version()
    line = version.lines.get().line
    data = {
        "version": version.pk, "title": "Joblinge", "implementation": "", "description": "", "places": "",
        "shares-TOTAL_FORMS": 1, "shares-INITIAL_FORMS": 0,
        "shares-0-line": line.pk, "shares-0-cash_year": line.budget_year.first_cash_year, "shares-0-amount": "500",
    }  # fmt: skip
    answer = client.post(address(ProjectEntry, "add"), data)
    assert answer.status_code == 302, sentences(answer)
    assert version.entries.get().shares.get().amount == Decimal("500.00")


def test_the_same_cell_twice_is_refused(client: Client) -> None:
    version = make.version()
    line = version.lines.get().line
    cell = {"line": line.pk, "cash_year": line.budget_year.first_cash_year, "amount": "500"}
    data = {"version": version.pk, "title": "Joblinge", "shares-TOTAL_FORMS": 2, "shares-INITIAL_FORMS": 0}
    data |= {f"shares-{number}-{name}": value for number in (0, 1) for name, value in cell.items()}
    answer = client.post(address(ProjectEntry, "add"), data)
    assert answer.status_code == 200
    assert not ProjectEntry.objects.exists()


def test_provider_of_another_district_is_refused(client: Client) -> None:
    entry = make.version(entries=1).entries.get()
    make.target_group()
    foreign = make.provider(make.district())
    data = typed(client.get(address(entry, "change")), provider=foreign.pk)
    answer = client.post(address(entry, "change"), data)
    assert answer.status_code == 200
    assert sentences(answer)
    entry.refresh_from_db()
    assert entry.provider != foreign


@pytest.mark.parametrize("status", ["issued", "published", "withdrawn"])
def test_entry_of_frozen_version_is_refused(client: Client, status: str) -> None:
    entry = make.version(status=status, entries=1).entries.get()
    assert "Diese Fassung ist " in client.get(address(entry, "change")).content.decode()
    answer = client.post(
        address(entry, "change"), {"title": "Anders", "shares-TOTAL_FORMS": 0, "shares-INITIAL_FORMS": 0}
    )
    assert (answer.status_code, "Diese Fassung ist " in answer.content.decode()) == (409, True)
    assert client.post(address(entry, "delete"), {"post": "yes"}).status_code == 403
    answer = client.post(address(entry.shares.get(), "change"), {"amount": "1"})
    assert (answer.status_code, "Beträge ändern Sie im Projektstand." in answer.content.decode()) == (409, True)
    entry.refresh_from_db()
    assert (entry.title, FundingShare.objects.get().amount) == ("Projekt 1", Decimal("10000.00"))


def test_entry_moves_to_no_other_version_by_a_forged_form(client: Client) -> None:
    entry = make.version(entries=1).entries.get()
    make.target_group()
    other = make.version()
    data = typed(client.get(address(entry, "change")), version=other.pk)
    assert client.post(address(entry, "change"), data).status_code == 302
    entry.refresh_from_db()
    assert entry.version != other


def test_entry_is_removed_with_its_project(client: Client) -> None:
    entry = make.version(entries=1).entries.get()
    assert client.post(address(entry, "delete"), {"post": "yes"}).status_code == 302
    assert not Project.objects.exists()


def test_provider_with_known_name_is_refused_in_words(client: Client) -> None:
    known = make.provider(name="Lehrbauhof gGmbH")
    data = {"district": known.district.pk, "name": "LEHRBAUHOF gGmbH", "city": ""}
    assert "gibt es in Ihrer Liste schon" in sentences(client.post(address(Provider, "add"), data))
    assert client.post(address(Provider, "add"), data | {"name": "Andere gGmbH"}).status_code == 302


def test_provider_in_use_is_not_deleted(client: Client) -> None:
    provider = make.version(entries=1).entries.get().provider
    assert provider is not None
    answer = client.post(address(provider, "delete"), {"post": "yes"})
    assert answer.status_code == 200
    assert "lässt sich nicht löschen" in answer.content.decode()
    assert Provider.objects.filter(pk=provider.pk).exists()
