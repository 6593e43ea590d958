"""The back office of the money plan and the contract text: through the actions, read-only once released."""

from decimal import Decimal

import pytest
from django.test import Client

from agreements.models import Allocation, BudgetLine, BudgetYear, Wording, WordingSection
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.back_office import address, rows, sentences, signed_in, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db: None) -> User:
    return make.user(Role.MINISTRY, name="Jana Reinhardt")


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


# ---- plan ----


def test_vintage_is_made_with_its_lines(client: Client) -> None:
    line = {"position": 1, "key": "regel", "title": "Regelbudget", "amount": "27.700.000,00", "earmark": ""}
    data = (
        {"year": 2027, "first_cash_year": 2027, "last_cash_year": 2029, "rounding": "100"}
        | rows("lines", line)
        | rows("deadlines")
    )
    answer = client.post(address(BudgetYear, "add"), data)
    assert answer.status_code == 302, sentences(answer)
    assert BudgetLine.objects.get(budget_year__year=2027).amount == Decimal("27700000.00")


def test_vintage_with_impossible_line_is_not_half_made(client: Client) -> None:
    line = {"position": 1, "key": "regel", "title": "Regelbudget", "amount": "1e9", "earmark": ""}
    data = (
        {"year": 2027, "first_cash_year": 2027, "last_cash_year": 2029, "rounding": "100"}
        | rows("lines", line)
        | rows("deadlines")
    )
    answer = client.post(address(BudgetYear, "add"), data)
    assert "„1e9“ ist kein Betrag." in sentences(answer)
    assert not BudgetYear.objects.exists()


def test_line_below_what_is_distributed_is_refused_and_nothing_is_saved(client: Client) -> None:
    line = make.allocation(amount="100000.00").line
    shown = client.get(address(line.budget_year, "change"))
    data = typed(shown, lines__0__amount="99.999,99", application_due="01.02.2027")
    answer = client.post(address(line.budget_year, "change"), data)
    assert answer.status_code == 200
    assert "Auf die Budgetlinie sind schon 100.000,00 € verteilt." in sentences(answer)
    assert 'value="99.999,99"' in answer.content.decode(), "what was typed is still there"
    line.refresh_from_db()
    assert line.amount == Decimal("1000000.00")
    assert line.budget_year.application_due is None


def test_allocation_goes_through_the_action_and_drafts_follow(client: Client) -> None:
    share = make.allocation(amount="100000.00")
    version = make.version(make.agreement(share.line.budget_year, share.district))
    data = typed(client.get(address(share, "change")), amount="120.000", note="Nachverteilung")
    assert client.post(address(share, "change"), data).status_code == 302
    share.refresh_from_db()
    assert (share.amount, share.note) == (Decimal("120000.00"), "Nachverteilung")
    assert version.lines.get().amount == Decimal("120000.00")


def test_allocation_above_line_by_one_cent_is_refused(client: Client) -> None:
    share = make.allocation(amount="100000.00")
    data = {"line": share.line.pk, "district": make.district().pk, "amount": "900.000,01", "note": ""}
    answer = client.post(address(Allocation, "add"), data)
    assert "Die Zuweisungen überschreiten die Budgetlinie um 0,01 €." in sentences(answer)
    assert Allocation.objects.count() == 1


def test_second_allocation_of_a_district_is_refused(client: Client) -> None:
    share = make.allocation()
    data = {"line": share.line.pk, "district": share.district.pk, "amount": "1,00", "note": ""}
    answer = client.post(address(Allocation, "add"), data)
    assert "schon eine Zuweisung" in sentences(answer)
    share.refresh_from_db()
    assert share.amount == Decimal("100000.00")


def test_forged_district_of_an_allocation_changes_nothing(client: Client) -> None:
    share = make.allocation()
    data = typed(client.get(address(share, "change")), district=make.district().pk, line=make.line().pk)
    assert client.post(address(share, "change"), data).status_code == 302
    after = Allocation.objects.get()
    assert (after.district, after.line) == (share.district, share.line)


def test_list_adds_up_page_and_all_hits(client: Client) -> None:
    line = make.line(amount="100000000.00")
    for _ in range(51):
        make.allocation(line, amount="1000.10")
    page = client.get(address(Allocation, "changelist")).content.decode()
    assert "Summe dieser Seite (50)" in page
    assert "50.005,00\u00a0€" in page
    assert "Summe aller Treffer (51)" in page
    assert "51.005,10\u00a0€" in page


def test_line_of_opened_vintage_stays(client: Client, user: User) -> None:
    vintage = make.budget_year(opened_by=user, opened_at=make.START)
    line = make.line(vintage)
    assert client.post(address(line, "delete"), {"post": "yes"}).status_code == 403
    free = make.line()
    assert client.post(address(free, "delete"), {"post": "yes"}).status_code == 302
    assert list(BudgetLine.objects.all()) == [line]


# ---- wording ----


def test_wording_is_changed_with_its_sections(client: Client, user: User) -> None:
    wording = make.wording(released=False)
    data = typed(client.get(address(wording, "change")), title="Vereinbarung", sections__0__text="Neu: {Gebiet Dativ}.")
    data["sections-0-locked"] = "on"
    answer = client.post(address(wording, "change"), data)
    assert answer.status_code == 302, sentences(answer)
    wording.refresh_from_db()
    section = wording.sections.all()[0]
    assert (wording.title, wording.changed_by) == ("Vereinbarung", user)
    assert (section.text, section.locked) == ("Neu: {Gebiet Dativ}.", True)


def test_locked_section_is_changed_here(client: Client) -> None:
    wording = make.wording(released=False)
    wording.sections.update(locked=True)
    data = typed(client.get(address(wording, "change")), sections__0__text="Neu.")
    assert client.post(address(wording, "change"), data).status_code == 302
    assert list(wording.sections.values_list("locked", flat=True)) == [True, True, True]
    assert wording.sections.all()[0].text == "Neu."


def test_unknown_placeholder_is_refused_by_name(client: Client) -> None:
    wording = make.wording(released=False)
    data = typed(client.get(address(wording, "change")), title="Anders", sections__0__text="{Landkries}")
    answer = client.post(address(wording, "change"), data)
    assert "Landkries" in sentences(answer)
    wording.refresh_from_db()
    assert wording.title == "Zielvereinbarung"


def test_key_that_others_refer_to_is_kept(client: Client) -> None:
    wording = make.wording(released=False)
    data = typed(client.get(address(wording, "change")), sections__1__key="Geld")
    answer = client.post(address(wording, "change"), data)
    assert answer.status_code == 200
    assert "Mittel" in sentences(answer)
    assert wording.sections.filter(key="Mittel").exists()


def test_wording_is_copied_as_next_number(client: Client) -> None:
    source = make.wording()
    data = {"budget_year": source.budget_year.pk, "kind": "agreement", "copy_of": source.pk}
    answer = client.post(address(Wording, "add"), data)
    assert answer.status_code == 302, sentences(answer)
    assert Wording.objects.get(number=2).sections.count() == 3


def test_released_wording_says_why_and_changes_nothing(client: Client) -> None:
    wording = make.wording()
    shown = client.get(address(wording, "change"))
    assert "Dieser Vertragstext ist freigegeben und lässt sich nicht mehr ändern" in shown.content.decode()
    answer = client.post(address(wording, "change"), {"title": "Anders", "sections-TOTAL_FORMS": 0})
    assert answer.status_code == 409
    assert "Dieser Vertragstext ist freigegeben" in answer.content.decode()
    assert client.post(address(wording, "delete"), {"post": "yes"}).status_code == 403
    assert WordingSection.objects.count() == 3
    assert Wording.objects.get().title == "Zielvereinbarung"
