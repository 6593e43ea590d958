"""The calendar at its private address: sound, without amounts, for its owner only, and over when it is renewed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from agreements.actions import returned, steps
from agreements.models import AgreementVersion, StatusChange
from aqb import clock
from aqb.access import Role
from aqb.models import Subscription, User
from aqb.notices import calendar_address, wishes
from tests import factories as make
from tests.agreements.pages import client_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]

YEAR = clock.today().year
SUBMIT = date(YEAR, 12, 30)


@pytest.fixture
def version() -> AgreementVersion:
    vintage = make.budget_year(
        year=YEAR, submission_due=SUBMIT, application_due=SUBMIT, approval_due=SUBMIT + timedelta(days=1),
        opened_at=make.START, opened_by=make.person(Role.MINISTRY),
    )  # fmt: skip
    make.deadline(vintage, title="Zwischennachweis vorlegen", day=date(YEAR, 4, 30))
    return make.version(make.agreement(vintage))


@pytest.fixture
def person(version: AgreementVersion) -> User:
    return make.user(Role.DISTRICT, version.agreement.district)


def token_of(person: User) -> str | None:
    return calendar_address.token_of(wishes.of(person))


def fetch(person: User, headers: dict[str, str] | None = None, client: Client | None = None) -> Any:
    token = token_of(person) or calendar_address.renew(person)
    return (client or Client()).get(reverse("calendar", args=[token]), headers=headers)


def events(person: User) -> dict[str, Any]:
    """The entries by their words, as the library reads them."""
    calendar = Calendar.from_ical(fetch(person).content)
    assert not calendar.errors
    found = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    assert not [error for event in found.values() for error in event.errors]
    return found


def test_district_reads_its_dates_as_whole_days(person: User) -> None:
    found = events(person)
    assert list(found) == [
        f"AQB {YEAR}: Zwischennachweis vorlegen",
        f"Antrag {YEAR} beim Regierungspräsidium Kassel stellen",
        f"Zielvereinbarung {YEAR} einreichen",
    ]
    event = found[f"Zielvereinbarung {YEAR} einreichen"]
    assert (event.start, event.end) == (SUBMIT, SUBMIT + timedelta(days=1))
    assert event["transp"] == "TRANSPARENT"
    assert "/vereinbarungen/" in event["url"]


def test_ministry_reads_how_many_are_open_and_the_grant_office_when_applications_end(version: AgreementVersion) -> None:
    assert f"Einreichung AQB {YEAR}: 1 offen" in events(make.person(Role.MINISTRY))
    assert list(events(make.user(Role.GRANT_OFFICE))) == [f"AQB {YEAR}: Ende der Antragsfrist"]


def test_calendar_belongs_to_nobody_who_has_no_deadlines(version: AgreementVersion) -> None:
    for user in (make.user(Role.AUDITOR), make.operator()):
        assert fetch(user).status_code == 404
        client = client_of(user)
        assert client.get(reverse("calendar_address")).status_code == 403
        assert "Fristen im Kalender" not in text(client.get(reverse("notice_list")))


def test_answer_is_a_private_calendar_without_cookies_or_amounts(person: User) -> None:
    answer = fetch(person)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert not answer.cookies
    assert "€" not in answer.content.decode()
    assert b"BEGIN:VALARM" not in answer.content
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75


def test_same_state_gives_the_same_bytes_and_is_not_sent_again(person: User) -> None:
    first, second = fetch(person), fetch(person)
    assert first.content == second.content
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        answer = fetch(person, headers)
        assert (answer.status_code, answer.content) == (304, b"")
    assert fetch(person, {"If-None-Match": '"other"'}).status_code == 200


def test_moved_date_keeps_its_uid_and_counts_up(person: User, version: AgreementVersion) -> None:
    before = events(person)[f"Zielvereinbarung {YEAR} einreichen"]
    tag = fetch(person).headers["ETag"]
    vintage = version.agreement.budget_year
    vintage.submission_due = date(YEAR, 12, 24)
    vintage.save()
    after = events(person)[f"Zielvereinbarung {YEAR} einreichen"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.DTSTAMP >= before.DTSTAMP
    assert after.start == date(YEAR, 12, 24)
    assert fetch(person, {"If-None-Match": tag}).status_code == 200


def test_day_that_a_return_named_stands_in_it_and_another_one_counts_up(
    person: User, version: AgreementVersion
) -> None:
    by, words = make.person(Role.MINISTRY), f"Zielvereinbarung {YEAR} einreichen"
    entry = make.entry(version, amount="10.00")
    make.go(version, "submitted")
    soon, later = clock.today() + timedelta(days=5), clock.today() + timedelta(days=9)
    note = {"project_key": entry.project.uid, "project_title": entry.title, "field": "title"}
    make.note(version, **note)
    steps.return_to_draft(version=version, reason="Es fehlt etwas.", by=by, unlock="fields", resubmit_due=soon)
    before = events(person)[words]
    assert before.start == soon
    tag = fetch(person).headers["ETag"]
    returned.unlock_more(version=version, by=by, projects=[str(entry.project.uid)], resubmit_due=later)
    after = events(person)[words]
    assert (after.start, after["uid"]) == (later, before["uid"])
    assert after["sequence"] > before["sequence"]
    assert fetch(person, {"If-None-Match": tag}).status_code == 200


def test_date_that_is_kept_disappears_and_the_moment_of_change_moves_on(
    person: User, version: AgreementVersion
) -> None:
    before = fetch(person)
    make.entry(version, amount="10.00")
    with clock.stopped(clock.now() + timedelta(hours=1)):
        make.go(version, "submitted")
        StatusChange.objects.create(version=version, from_status="draft", to_status="submitted", at=clock.now())
        assert f"Zielvereinbarung {YEAR} einreichen" not in events(person)
        assert fetch(person, {"If-Modified-Since": before.headers["Last-Modified"]}).status_code == 200


def test_other_districts_are_not_in_it(person: User, version: AgreementVersion) -> None:
    other = make.version(make.agreement(version.agreement.budget_year))
    assert other.agreement.district.ags not in fetch(person).content.decode()


def test_address_that_was_renewed_or_ended_does_not_exist(person: User) -> None:
    old = calendar_address.renew(person)
    client = client_of(person)
    answer = client.post(reverse("calendar_address"), follow=True)
    new = token_of(person)
    assert new
    assert f"/k/{new}.ics" in text(answer)
    assert Client().get(reverse("calendar", args=[old])).status_code == 404
    assert Client().get(reverse("calendar", args=[new])).status_code == 200
    client.post(reverse("calendar_address"), {"ende": "ja"})
    assert Client().get(reverse("calendar", args=[new])).status_code == 404
    assert token_of(person) is None


def test_closed_account_has_no_calendar(person: User) -> None:
    token = calendar_address.renew(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(reverse("calendar", args=[token])).status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 24, "..", "7Qm4TzR9dWx2"])
def test_wrong_address_does_not_exist(person: User, token: str) -> None:
    calendar_address.renew(person)
    assert Client().get(f"/k/{token}.ics").status_code == 404


def test_whoever_tries_many_addresses_has_to_wait_and_owners_do_not(person: User) -> None:
    client = Client()
    codes = [client.get(f"/k/{number:024}.ics").status_code for number in range(21)]
    assert codes == [404] * 20 + [429]
    assert fetch(person, client=client).status_code == 200


def test_page_asks_before_an_address_ends_and_offers_the_first_one(person: User) -> None:
    client = client_of(person)
    assert "Kalenderadresse erzeugen …" in text(client.get(reverse("notice_list")))
    assert "gilt sofort nicht mehr" not in text(client.get(reverse("calendar_address")))
    client.post(reverse("calendar_address"))
    assert "Neue Adresse erzeugen …" in text(client.get(reverse("notice_list")))
    assert "gilt sofort nicht mehr" in text(client.get(reverse("calendar_address")))
    assert Subscription.objects.get().mails == "daily", "nothing else was chosen by that"


def test_table_does_not_hold_the_address(person: User) -> None:
    token = calendar_address.renew(person)
    kept = Subscription.objects.get()
    assert token not in (kept.calendar_nonce, kept.calendar_digest)


def test_address_works_under_another_key_and_is_shown_while_the_former_one_is_kept(person: User, settings: Any) -> None:
    token = calendar_address.renew(person)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 50
    assert token_of(person) == ""
    assert "lässt sich aber nicht mehr anzeigen" in text(client_of(person).get(reverse("notice_list")))
    assert Client().get(reverse("calendar", args=[token])).status_code == 200
    settings.SECRET_KEY_FALLBACKS = [former]
    assert token_of(person) == token


def test_number_of_queries_does_not_grow_with_vintages(person: User, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 8):
        vintage = make.budget_year(year=YEAR + number, submission_due=SUBMIT + timedelta(days=366 * number))
        make.version(make.agreement(vintage, person.district))
        make.deadline(vintage)
    calendar_address.renew(person)
    with django_assert_max_num_queries(12):
        fetch(person)
