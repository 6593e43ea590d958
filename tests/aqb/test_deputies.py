"""Naming a deputy, ending it early, and when it counts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from aqb import clock
from aqb.access import VERBS, Refused, Role, represented, why_not
from aqb.accounts.staff import deputies, invitations, people
from aqb.models import Deputy, User
from tests import factories as make
from tests.back_office import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def stands_in(user: User) -> bool:
    return bool(again(user).standing_in)


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def test_lead_names_a_colleague_on_the_page_of_people() -> None:
    lead = make.user(Role.DISTRICT_LEAD, name="Aylin Demir")
    colleague = make.user(Role.DISTRICT, lead.district, name="Sabine Kröger")
    client, today = signed_in(lead), clock.today()
    assert "Vertretung auf Zeit" in client.get(reverse("person_list")).content.decode()
    data = {"deputy": colleague.pk, **parts("valid_from", today), **parts("valid_to", today + 10 * DAY)}
    page = client.post(reverse("deputy_name"), data, follow=True).content.decode()
    assert "Sabine Kröger vertritt Sie vom" in page
    row = Deputy.objects.get()
    assert (row.lead, row.deputy, row.created_by) == (lead, colleague, lead)
    home = signed_in(colleague).get(reverse("home")).content.decode()
    assert "Sie vertreten <strong>Aylin Demir</strong> bis zum" in home
    assert "Sie vertreten" not in client.get(reverse("home")).content.decode()


def test_ministry_lead_is_represented_by_its_own_people() -> None:
    lead, colleague = make.user(Role.MINISTRY_LEAD), make.user(Role.MINISTRY)
    make.user(Role.DISTRICT)
    make.user(Role.AUDITOR)
    other = make.user(Role.MINISTRY_LEAD)
    assert set(deputies.colleagues(lead)) == {colleague, other}
    deputies.name(deputy=colleague, valid_from=clock.today(), valid_to=clock.today(), by=lead)
    assert why_not(again(colleague), "version.approve") is None
    assert "Sie vertreten" in signed_in(colleague).get(reverse("home")).content.decode()


@pytest.mark.parametrize("who", ["foreign", "auditor", "closed", "oneself"])
def test_nobody_of_another_body_is_named(who: str) -> None:
    lead = make.user(Role.DISTRICT_LEAD)
    person = {
        "foreign": lambda: make.user(Role.DISTRICT),
        "auditor": lambda: make.user(Role.AUDITOR),
        "closed": lambda: make.user(Role.DISTRICT, lead.district, is_active=False),
        "oneself": lambda: lead,
    }[who]()
    with pytest.raises(
        Refused, match="Niemand vertritt sich selbst" if who == "oneself" else "nur eine Person Ihrer Stelle"
    ):
        deputies.name(deputy=person, valid_from=clock.today(), valid_to=clock.today(), by=lead)
    data = {"deputy": person.pk, **parts("valid_from", clock.today()), **parts("valid_to", clock.today())}
    assert signed_in(lead).post(reverse("deputy_name"), data).status_code == 200
    assert not Deputy.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (-1, 5, "frühestens heute"),
        (5, 4, "Der letzte Tag liegt vor dem ersten."),
        (0, None, "Bitte geben Sie ein Datum an."),
    ],
)
def test_period_lies_ahead_and_in_order(first: int, last: int | None, words: str) -> None:
    lead = make.user(Role.DISTRICT_LEAD)
    colleague = make.user(Role.DISTRICT, lead.district)
    data = {"deputy": str(colleague.pk), **parts("valid_from", clock.today() + first * DAY)}
    if last is not None:
        data |= parts("valid_to", clock.today() + last * DAY)
    page = signed_in(lead).post(reverse("deputy_name"), data).content.decode()
    assert words in page
    assert not Deputy.objects.exists()


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.DISTRICT, Role.GRANT_OFFICE, Role.AUDITOR, Role.NONE])
def test_only_leads_name_deputies(role: Role) -> None:
    by = make.operator() if role == Role.NONE else make.user(role)
    with pytest.raises(Refused) as refused:
        deputies.name(deputy=make.user(), valid_from=clock.today(), valid_to=clock.today(), by=by)
    assert refused.value.status == 403


def test_deputy_names_no_further_deputy() -> None:
    row = make.deputy()
    third = make.user(Role.DISTRICT, row.lead.district)
    by = again(row.deputy)
    with pytest.raises(Refused, match="bestimmt nur die Leitung selbst"):
        deputies.name(deputy=third, valid_from=clock.today(), valid_to=clock.today(), by=by)
    assert signed_in(by).get(reverse("deputy_name")).status_code == 403
    assert "Vertretung auf Zeit" not in signed_in(by).get(reverse("person_list")).content.decode()


def test_it_counts_from_the_first_day_to_the_last_and_not_around() -> None:
    first = date(2026, 11, 9)
    last = first + 4 * DAY
    row = make.deputy(valid_from=first, valid_to=last)
    expected = {first - DAY: False, first: True, last: True, last + DAY: False}
    for day, counts in expected.items():
        for moment in (clock.morning(day), clock.morning(day + DAY) - timedelta(seconds=1)):
            with clock.stopped(moment):
                assert stands_in(row.deputy) == counts, moment


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "lead closed": ("lead", {"is_active": False}),
    "lead no lead any more": ("lead", {"role": Role.DISTRICT}),
    "lead elsewhere": ("lead", {"district": "other"}),
    "deputy elsewhere": ("deputy", {"district": "other"}),
    "deputy an auditor": ("deputy", {"role": Role.AUDITOR, "district": None}),
    "deputy closed": ("deputy", {"is_active": False}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_ends_by_itself_when_one_of_both_is_no_longer_what_they_were(change: str) -> None:
    row = make.deputy()
    assert stands_in(row.deputy)
    assert why_not(again(row.deputy), "version.submit", row.lead.district) is None
    side, values = CHANGES[change]
    if values.get("district") == "other":
        values = {**values, "district": make.district()}
    User.objects.filter(pk=getattr(row, side).pk).update(**values)
    deputy = again(row.deputy)
    assert why_not(deputy, "version.submit", row.lead.district) is not None
    assert represented(deputy, "version.submit") is None or not deputy.is_active
    row = Deputy.objects.select_related("lead", "deputy").get()
    assert not deputies.counts(row)


def test_ended_early_by_a_lead_of_the_body_only() -> None:
    row = make.deputy()
    second = make.user(Role.DISTRICT_LEAD, row.lead.district)
    url = reverse("deputy_end", args=[row.pk])
    assert signed_in(make.user(Role.DISTRICT_LEAD)).post(url).status_code == 404
    assert signed_in(make.user(Role.MINISTRY)).post(url).status_code == 403
    assert signed_in(row.deputy).post(url).status_code == 403
    assert stands_in(row.deputy)
    assert signed_in(second).post(url).status_code == 302
    assert not stands_in(row.deputy)
    with pytest.raises(Refused, match="schon beendet"):
        deputies.end(deputy=row, by=row.lead)


def test_ended_in_the_middle_of_a_session_the_next_request_knows() -> None:
    row = make.deputy()
    client = signed_in(row.deputy)
    assert client.get(reverse("person_list")).status_code == 200
    deputies.end(deputy=row, by=row.lead)
    assert client.get(reverse("person_list")).status_code == 403


def test_deputy_of_a_lead_may_what_the_lead_may_and_no_more() -> None:
    row = make.deputy()
    lead, deputy, plain = row.lead, again(row.deputy), make.user(Role.DISTRICT, row.lead.district)
    other = make.district()
    for verb in VERBS:
        may = why_not(lead, verb, lead.district) is None and not VERBS[verb].in_person
        assert (why_not(deputy, verb, lead.district) is None) == may, verb
        assert why_not(deputy, verb, other) is not None, verb
        assert represented(plain, verb) is None
    assert represented(deputy, "version.submit") == lead
    assert represented(deputy, "project.keep") is None, "what everybody there may is nobody's place"


def test_deputy_invites_and_closes_in_the_place_of_the_lead() -> None:
    row = make.deputy()
    deputy, colleague = again(row.deputy), make.user(Role.DISTRICT, row.lead.district)
    invitation = invitations.invite(email="neu@example.org", name="Neu", role=Role.DISTRICT, by=deputy)
    assert invitation.district == row.lead.district
    people.deactivate(person=colleague, by=deputy)
    with pytest.raises(Refused):
        people.deactivate(person=row.lead, by=deputy)
    with pytest.raises(Refused):
        people.deactivate(person=deputy, by=deputy)


def test_people_see_who_stands_in_for_whom() -> None:
    row = make.deputy()
    User.objects.filter(pk=row.lead.pk).update(name="Aylin Demir")
    for by in (row.lead, make.user(Role.MINISTRY), make.operator()):
        assert "Aylin Demir" in signed_in(by).get(reverse("person_list")).content.decode()
    foreign = signed_in(make.user(Role.DISTRICT_LEAD)).get(reverse("person_list")).content.decode()
    assert "Aylin Demir" not in foreign
