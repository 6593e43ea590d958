"""Who has been gone for longer than the term becomes a number; everybody else stays as they are."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pghistory.models
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, models
from django.test import Client

from aqb import anonymise, clock
from aqb.access import Role
from aqb.models import Invitation, PersonalProof, Subscription, User
from aqb.notices import calendar_address
from tests import factories as make

pytestmark = pytest.mark.django_db

NOW = datetime(2040, 3, 1, 3, 0, tzinfo=UTC)
LAST_DAY = datetime(2030, 3, 1, 12, 0, tzinfo=UTC)  # closed at noon ten years ago: the term ends with this day
LONG_AGO = datetime(2030, 2, 27, 12, 0, tzinfo=UTC)
SECRETS = ("Erika", "erika", "Landrätin", "06131")


def closed(at: datetime = LONG_AGO, **fields: Any) -> User:
    """A person who has left; the database notes the moment by itself, so it is set afterwards."""
    who = {"email": "erika.muster@example.org", "name": "Erika Muster", "office": "Landrätin", "phone": "06131 4711"}
    person = make.user(Role.DISTRICT_LEAD, **{**who, **fields})
    person.office = "Erika hieß hier anders: Landrätin a. D."  # a second entry in the history
    person.save()
    User.objects.filter(pk=person.pk).update(is_active=False)
    User.objects.filter(pk=person.pk).update(deactivated_at=at)
    person.refresh_from_db()
    return person


def events(model: str, pk: int) -> Any:
    return apps.get_model(f"aqb.{model}Event")._base_manager.filter(pgh_obj_id=pk).order_by("pgh_id")


def everything_stored() -> str:
    """All texts in all tables of the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT to_jsonb(one)::text FROM "{table}" one')
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


def run() -> int:
    with clock.stopped(NOW):
        return anonymise.run()


def command(*arguments: str) -> str:
    out = io.StringIO()
    with clock.stopped(NOW):
        call_command("anonymise_people", *arguments, stdout=out)
    return out.getvalue()


def test_nothing_anywhere_names_the_person_any_more() -> None:
    person = closed()
    make.remark(author=person)
    EmailAddress.objects.create(user=person, email=person.email)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "Erika"})
    SocialAccount.objects.create(user=person, provider="land", uid="4711", extra_data={"name": "Erika Muster"})
    make.notice(person, title="Für Erika", mail=make.mail(person, body="Guten Tag, Erika"))
    kept = make.notice(actor=person)
    calendar_address.renew(person)
    assert all(secret in everything_stored() for secret in SECRETS)

    assert run() == 1

    left = everything_stored()
    assert [line for line in left.splitlines() for secret in SECRETS if secret in line] == []
    person.refresh_from_db()
    assert (person.name, person.email) == (
        f"Anonymisierte Person {person.pk}",
        f"person-{person.pk}@anonym.invalid",
    )
    assert (person.office, person.phone, person.last_login, person.has_usable_password()) == ("", "", None, False)
    assert person.anonymised_at == NOW
    assert [person.notices.count(), person.mails.count(), Subscription.objects.count()] == [0, 0, 0]
    kept.refresh_from_db()
    assert str(kept.actor) == person.name
    assert person.role == Role.DISTRICT_LEAD  # what kind of person decided remains readable


def test_what_the_person_did_stays() -> None:
    person = closed()
    remark = make.remark(author=person)
    before = events("User", person.pk).count()
    run()
    remark.refresh_from_db()
    assert remark.author == person
    entries = list(events("User", person.pk))
    assert len(entries) == before + 1  # every entry is there, and the anonymising itself
    assert {entry.name for entry in entries[:-1]} == {""}
    assert entries[-1].name == f"Anonymisierte Person {person.pk}"
    assert entries[-1].pgh_context.metadata["reason"] == anonymise.REASON


def test_person_can_be_reached_and_signed_in_by_nothing() -> None:
    person = closed(is_active=True)
    User.objects.filter(pk=person.pk).update(is_active=True)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    key = client.session.session_key
    UserSession.objects.get_or_create(user=person, session_key=key, defaults={"ip": "192.0.2.7", "user_agent": "x"})
    Authenticator.objects.create(user=person, type="totp", data={})
    SocialAccount.objects.create(user=person, provider="land", uid="1")
    EmailAddress.objects.create(user=person, email=person.email)
    User.objects.filter(pk=person.pk).update(is_active=False)
    User.objects.filter(pk=person.pk).update(deactivated_at=LONG_AGO)

    assert run() == 1

    for model in (UserSession, Authenticator, SocialAccount, EmailAddress):
        assert not model.objects.filter(user=person).exists()
    assert not Session.objects.filter(session_key=key).exists()


def other(**fields: Any) -> User:
    return closed(email="other@example.org", name="Olga Bleibt", **fields)


KEPT: list[tuple[str, Callable[[], User]]] = [
    ("works here", lambda: make.user(email="other@example.org", name="Olga Bleibt")),
    ("closed yesterday", lambda: other(at=NOW - timedelta(days=1))),
    ("term ends today", lambda: other(at=LAST_DAY)),
]


@pytest.mark.parametrize("who", [who for _, who in KEPT], ids=[name for name, _ in KEPT])
def test_everybody_else_stays_as_they_are(who: Callable[[], User]) -> None:
    closed()
    person = who()
    entries = events("User", person.pk).count()
    assert run() == 1
    person.refresh_from_db()
    assert (person.name, person.email, person.anonymised_at) == ("Olga Bleibt", "other@example.org", None)
    assert events("User", person.pk).count() == entries
    assert not events("User", person.pk).filter(email="").exists()


def test_person_who_came_back_in_the_meantime_is_left_alone() -> None:
    person = closed()
    with clock.stopped(NOW):
        assert [one.pk for one in anonymise.due()] == [person.pk]
        User.objects.filter(pk=person.pk).update(is_active=True)
        assert anonymise.anonymise(person.pk) is None
    person.refresh_from_db()
    assert person.name == "Erika Muster"


def test_running_again_changes_nothing() -> None:
    person = closed()
    assert run() == 1
    entries = list(events("User", person.pk).values())
    assert run() == 0
    assert list(events("User", person.pk).values()) == entries


def test_account_that_is_used_again_before_the_term_starts_it_anew() -> None:
    person = closed()
    User.objects.filter(pk=person.pk).update(is_active=True)
    User.objects.filter(pk=person.pk).update(is_active=False)  # the database notes the new moment
    with clock.stopped(clock.now() + timedelta(days=9 * 365)):
        assert not anonymise.due().exists()


def test_term_of_zero_years_means_never(settings: Any) -> None:
    settings.ANONYMISE_AFTER_YEARS = 0
    closed(at=datetime(1990, 1, 1, tzinfo=UTC))
    assert run() == 0
    assert "abgeschaltet" in command()


def test_term_that_begins_on_a_29_february_ends_in_a_year_without_one() -> None:
    with clock.stopped(datetime(2040, 2, 29, 12, 0, tzinfo=UTC)):
        closed(at=datetime(2030, 2, 28, 12, 0, tzinfo=UTC))
        assert not anonymise.due().exists()
        User.objects.update(deactivated_at=datetime(2030, 2, 27, 12, 0, tzinfo=UTC))
        assert anonymise.due().count() == 1


def test_failure_leaves_the_person_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    person = closed()

    def broken(label: str, pk: int, **anonymous: str) -> None:
        raise OSError("the power is gone")

    monkeypatch.setattr(anonymise, "_forget", broken)
    with pytest.raises(OSError, match="power"):
        run()
    person.refresh_from_db()
    assert (person.name, person.anonymised_at) == ("Erika Muster", None)
    assert person.has_usable_password()


def proof(event: models.Model) -> PersonalProof:
    return PersonalProof.objects.create(table="aqb_userevent", row=event.pk, salt=b"s" * 32, commitment="a" * 64)


def test_salts_of_the_person_are_forgotten_and_those_of_others_kept() -> None:
    person, colleague = closed(), make.user(name="Olga Bleibt")
    theirs = [proof(event) for event in events("User", person.pk)]
    kept = proof(events("User", colleague.pk).get())
    run()
    for one in [*theirs, kept]:
        one.refresh_from_db()
    assert [one.salt for one in theirs] == [None] * len(theirs)
    assert kept.salt is not None
    assert {one.commitment for one in theirs} == {"a" * 64}


# ---- invitations ----


def invitation(**fields: Any) -> Invitation:
    moments = {"invited_at": LONG_AGO - timedelta(days=900), "expires_at": LONG_AGO - timedelta(days=880)}
    values = {
        "email": "erika.muster@example.org",
        "name": "Erika Muster",
        "office": "Landrätin",
        "role": Role.DISTRICT,
        "district": make.district(),
        "invited_by": make.person(Role.MINISTRY),
        "token_digest": f"{Invitation.objects.count():064}",
        **moments,
    }
    return Invitation.objects.create(**{**values, **fields})


def test_invitation_that_the_person_accepted_names_nobody_any_more() -> None:
    person = closed()
    row = invitation(account=person, accepted_at=LONG_AGO - timedelta(days=890))
    run()
    row.refresh_from_db()
    assert (row.name, row.email, row.office) == ("Anonymisierte Person", f"einladung-{row.pk}@anonym.invalid", "")
    assert row.account == person
    assert row.revoked_at is None
    assert [entry.email for entry in events("Invitation", row.pk)] == ["", row.email]


def test_open_invitation_to_the_persons_address_is_withdrawn_and_erased() -> None:
    closed()
    row = invitation(email="Erika.Muster@example.org", expires_at=NOW + timedelta(days=7))
    run()
    row.refresh_from_db()
    assert (row.name, row.revoked_at, row.anonymised_at) == ("Anonymisierte Person", NOW, NOW)


def test_invitation_that_nobody_used_names_nobody_after_a_year() -> None:
    used_up = invitation(email="a@example.org", expires_at=NOW - timedelta(days=366))
    withdrawn = invitation(
        email="b@example.org", expires_at=NOW + timedelta(days=9), revoked_at=NOW - timedelta(days=366)
    )
    fresh = invitation(email="c@example.org", expires_at=NOW - timedelta(days=364))
    assert run() == 0  # no account was concerned
    for row in (used_up, withdrawn, fresh):
        row.refresh_from_db()
    assert [row.anonymised_at for row in (used_up, withdrawn, fresh)] == [NOW, NOW, None]
    assert fresh.email == "c@example.org"
    run()
    assert events("Invitation", used_up.pk).count() == 2


def test_every_personal_column_of_an_event_is_known_to_the_anonymising() -> None:
    """A model that gets personal columns in its history must be emptied here, too."""
    from aqb.history import PERSONAL

    assert set(PERSONAL) == {"aqb.UserEvent", "aqb.InvitationEvent", "aqb.BarrierReportEvent"}
    for label, columns in PERSONAL.items():
        assert issubclass(apps.get_model(label), pghistory.models.Event)
        assert set(columns) <= {field.name for field in apps.get_model(label)._meta.fields}
