"""Who sees and keeps whose account: the list, closing and opening, a link for a new password, unused accounts."""

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse

from aqb import clock
from aqb.access import Refused, Role
from aqb.accounts.staff import people
from aqb.models import User
from tests import factories as make
from tests.back_office import signed_in
from tests.truths import at_once

pytestmark = pytest.mark.django_db


class Staff:
    """A district with lead and two colleagues, another district, ministry and operator."""

    def __init__(self) -> None:
        self.place, self.other = make.district(), make.district()
        self.lead = make.user(Role.DISTRICT_LEAD, self.place, name="Aylin Demir")
        self.second_lead = make.user(Role.DISTRICT_LEAD, self.place, name="Zweite Leitung")
        self.colleague = make.user(Role.DISTRICT, self.place, name="Sabine Kröger")
        self.foreign = make.user(Role.DISTRICT, self.other, name="Fremde Kraft")
        self.foreign_lead = make.user(Role.DISTRICT_LEAD, self.other, name="Fremde Leitung")
        self.ministry = make.user(Role.MINISTRY, name="Jana Reinhardt")
        self.ministry_lead = make.user(Role.MINISTRY_LEAD, name="Tobias Heinemann")
        self.auditor = make.user(Role.AUDITOR, name="Petra Lindner")
        self.operator = make.operator(name="Nils Oppermann")

    def everybody(self) -> list[User]:
        return [row for row in vars(self).values() if isinstance(row, User)]


@pytest.fixture
def staff() -> Staff:
    return Staff()


def names(user: User) -> set[str]:
    return set(people.visible_to(user).values_list("name", flat=True))


def test_each_role_sees_its_own_people(staff: Staff) -> None:
    own = {"Aylin Demir", "Zweite Leitung", "Sabine Kröger"}
    both = own | {"Fremde Kraft", "Fremde Leitung", "Jana Reinhardt", "Tobias Heinemann"}
    assert names(staff.lead) == own
    assert names(staff.ministry) == names(staff.ministry_lead) == both
    assert names(staff.operator) == both | {"Petra Lindner", "Nils Oppermann"}
    assert names(staff.colleague) == names(staff.auditor) == set()


def test_list_shows_role_state_factor_and_what_can_be_done(staff: Staff) -> None:
    closed = make.user(Role.DISTRICT, staff.place, name="Klaus Albrecht", is_active=False)
    make.invitation(invited_by=staff.lead, name="Lena Hartmann")
    page = signed_in(staff.lead).get(reverse("person_list")).content.decode()
    for words in ("Aylin Demir", "(Sie)", "Stillgelegt", "Lena Hartmann", "keiner", "noch nie", "Offene Einladungen"):
        assert words in page
    assert reverse("person_close", args=[staff.colleague.pk]) in page
    assert reverse("person_reopen", args=[closed.pk]) in page
    assert reverse("person_close", args=[staff.second_lead.pk]) not in page, "leads are kept by the ministry"
    assert "Fremde Kraft" not in page


def test_ministry_reads_its_own_people_and_keeps_leads_of_districts(staff: Staff) -> None:
    page = signed_in(staff.ministry).get(reverse("person_list")).content.decode()
    assert reverse("person_close", args=[staff.lead.pk]) in page
    for person in (staff.ministry_lead, staff.colleague, staff.ministry):
        assert person.name in page
        assert reverse("person_close", args=[person.pk]) not in page


def test_list_is_filtered_by_words_district_and_state(staff: Staff) -> None:
    make.user(Role.DISTRICT, staff.place, name="Klaus Albrecht", is_active=False)
    client = signed_in(staff.operator)

    def found(**asked: str) -> set[str]:
        return {person.name for person, _ in client.get(reverse("person_list"), asked).context["rows"]}

    assert found(q="kröger") == {"Sabine Kröger"}
    assert found(state="stillgelegt") == {"Klaus Albrecht"}
    assert found(district=staff.other.ags) == {"Fremde Kraft", "Fremde Leitung"}


# ---- close and open ----

MAY = {
    "lead": {"colleague"}, "second_lead": {"colleague"}, "foreign_lead": {"foreign"}, "colleague": set(), "foreign": set(),
    "auditor": set(), "ministry": {"lead", "second_lead", "foreign_lead"},
    "ministry_lead": {"lead", "second_lead", "foreign_lead"},
    "operator": {
        "lead", "second_lead", "foreign_lead", "colleague", "foreign", "auditor", "ministry", "ministry_lead",
    },
}  # fmt: skip


@pytest.mark.parametrize("actor", MAY)
def test_accounts_are_closed_and_opened_by_those_who_may_invite_to_them(staff: Staff, actor: str) -> None:
    by = getattr(staff, actor)
    for name in MAY:
        person = getattr(staff, name)
        if name in MAY[actor]:
            people.deactivate(person=person, by=by, reason="Wechsel der Dienststelle")
            assert not User.objects.get(pk=person.pk).is_active
            people.reactivate(person=person, by=by)
            assert User.objects.get(pk=person.pk).is_active
        else:
            with pytest.raises(Refused) as refused:
                people.deactivate(person=person, by=by)
            assert refused.value.status == 403
            with pytest.raises(Refused):
                people.reactivate(person=person, by=by)
            assert User.objects.get(pk=person.pk).is_active


def test_closing_asks_first_ends_every_session_and_keeps_the_reason(staff: Staff) -> None:
    theirs, ours = Client(), signed_in(staff.lead)
    theirs.post(reverse("account_login"), {"login": staff.colleague.email, "password": make.PASSWORD})
    url = reverse("person_close", args=[staff.colleague.pk])
    assert "Die Anmeldung endet sofort" in ours.get(url).content.decode()
    assert theirs.get(reverse("home")).status_code == 200
    assert ours.post(url, {"reason": "Wechsel der Dienststelle"}).status_code == 302
    assert theirs.get(reverse("home")).status_code == 302
    staff.colleague.refresh_from_db()
    assert staff.colleague.deactivated_at is not None
    event = apps.get_model("aqb", "UserEvent").objects.filter(pgh_obj=staff.colleague).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "Wechsel der Dienststelle"
    assert event.pgh_context.metadata["user"] == staff.lead.pk
    people.reactivate(person=staff.colleague, by=staff.lead)
    assert theirs.get(reverse("home")).status_code == 302, "an old session is not alive again"


def test_last_lead_of_a_body_is_closed_with_a_warning(staff: Staff) -> None:
    client = signed_in(staff.ministry)
    warning = "Danach hat diese Stelle keine Leitung mehr."
    assert warning not in client.get(reverse("person_close", args=[staff.lead.pk])).content.decode()
    assert warning in client.get(reverse("person_close", args=[staff.foreign_lead.pk])).content.decode()


def test_what_is_done_already_is_said(staff: Staff) -> None:
    client = signed_in(staff.lead)
    people.deactivate(person=staff.colleague, by=staff.lead)
    page = client.post(reverse("person_close", args=[staff.colleague.pk]), {}).content.decode()
    assert "Dieses Konto ist schon stillgelegt." in page
    assert client.post(reverse("person_reopen", args=[staff.colleague.pk])).status_code == 302
    page = client.post(reverse("person_reopen", args=[staff.colleague.pk])).content.decode()
    assert "Dieses Konto ist nicht stillgelegt." in page


def test_anonymised_account_is_not_opened_again(staff: Staff) -> None:
    User.objects.filter(pk=staff.colleague.pk).update(is_active=False, anonymised_at=clock.now())
    with pytest.raises(Refused, match="anonymisiert"):
        people.reactivate(person=staff.colleague, by=staff.operator)
    assert signed_in(staff.operator).get(reverse("person_reopen", args=[staff.colleague.pk])).status_code == 404


def test_rights_are_those_of_the_moment_not_of_the_page(staff: Staff) -> None:
    """The lead's role changed, and the lead's account closed, after the page was shown."""
    User.objects.filter(pk=staff.lead.pk).update(role=Role.DISTRICT)
    with pytest.raises(Refused, match="laden nur die Leitung"):
        people.deactivate(person=staff.colleague, by=staff.lead)
    User.objects.filter(pk=staff.second_lead.pk).update(is_active=False)
    with pytest.raises(Refused, match="Bitte melden Sie sich an"):
        people.deactivate(person=staff.colleague, by=staff.second_lead)
    assert User.objects.get(pk=staff.colleague.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_operators_who_close_each_other_leave_one() -> None:
    one, other = make.operator(), make.operator()
    results = at_once(
        lambda: people.deactivate(person=other, by=one),
        lambda: people.deactivate(person=one, by=other),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_last_operator_is_closed_by_nobody() -> None:
    operator = make.operator()
    with pytest.raises(Refused, match="Das eigene Konto"):
        people.deactivate(person=operator, by=operator)
    for role in (Role.MINISTRY, Role.MINISTRY_LEAD):
        with pytest.raises(Refused):
            people.deactivate(person=operator, by=make.user(role))
    assert User.objects.get(pk=operator.pk).is_active


# ---- a link for a new password ----


def test_operator_sends_a_link_and_sets_no_password(staff: Staff) -> None:
    client = signed_in(staff.operator)
    url = reverse("person_reset", args=[staff.colleague.pk])
    assert "wählt das Passwort selbst" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    [letter] = mail.outbox
    assert letter.to == [staff.colleague.email]
    assert "/konto/password/reset/key/" in str(letter.body)
    assert User.objects.get(pk=staff.colleague.pk).check_password(make.PASSWORD)


def test_closed_account_gets_no_link(staff: Staff) -> None:
    people.deactivate(person=staff.colleague, by=staff.operator)
    page = signed_in(staff.operator).post(reverse("person_reset", args=[staff.colleague.pk])).content.decode()
    assert "Bitte holen Sie es zuerst zurück." in page
    assert not mail.outbox


def test_nobody_else_sends_such_a_link(staff: Staff) -> None:
    for by in (staff.lead, staff.ministry_lead):
        assert signed_in(by).post(reverse("person_reset", args=[staff.colleague.pk])).status_code == 403
    assert not mail.outbox


# ---- what the operator changes ----


def test_another_address_is_the_only_way_in(staff: Staff) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=staff.colleague, email=staff.colleague.email, verified=True, primary=True)
    old = staff.colleague.email
    staff.colleague.email = "neu@kreis.example"
    people.change(person=staff.colleague, by=staff.operator)
    assert not EmailAddress.objects.exists()
    for address, goes_in in ((old, False), ("neu@kreis.example", True)):
        client = Client()
        client.post(reverse("account_login"), {"login": address, "password": make.PASSWORD})
        assert ("_auth_user_id" in client.session) == goes_in


def test_nobody_changes_rights_but_the_operator_and_not_the_own(staff: Staff) -> None:
    staff.colleague.role = Role.DISTRICT_LEAD
    for by in (staff.lead, staff.ministry_lead, staff.auditor):
        with pytest.raises(Refused):
            people.change(person=staff.colleague, by=by)
    staff.operator.role, staff.operator.is_superuser = Role.MINISTRY_LEAD, False
    with pytest.raises(Refused, match="eigenen Rechte"):
        people.change(person=staff.operator, by=User.objects.get(pk=staff.operator.pk))
    assert User.objects.get(pk=staff.operator.pk).is_superuser
