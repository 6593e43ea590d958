"""The page with tasks and notices, the way to the place of a notice, and how often mails come."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aqb import clock
from aqb.access import Role
from aqb.models import Notice, Subscription, User
from tests import factories as make
from tests.agreements.pages import client_of, text

pytestmark = pytest.mark.django_db


def page(client: Client, choice: str = "") -> str:
    return " ".join(text(client.get(reverse("notice_list"), {"auswahl": choice} if choice else {})).split())


@pytest.fixture
def person() -> User:
    """Somebody of a district whose agreement was given back with a remark, a week before it is due."""
    year = clock.today().year
    vintage = make.budget_year(year=year, submission_due=clock.today() + timedelta(days=7))
    version = make.version(make.agreement(vintage))
    make.entry(version, amount="10.00")
    make.remark(version)
    return make.user(Role.DISTRICT, version.agreement.district, name="Sabine Kröger")


def test_tasks_come_from_the_desk_with_their_deadline(person: User) -> None:
    said = page(client_of(person))
    assert "1 Anmerkung des Ministeriums beantworten" in said
    assert "noch 7 Tage" in said
    assert f"bis {clock.today() + timedelta(days=7):%d.%m.%Y}" in said


def test_unread_is_bold_barred_and_said_and_names_who_did_it(person: User) -> None:
    make.notice(person, title="Zurückgegeben", text="„Bitte ergänzen“", actor=make.user(name="Jana Reinhardt"))
    make.notice(person, title="Alt", read_at=clock.now())
    said = page(client_of(person))
    assert '<li class="aqb-unread"><div><span class="kern-sr-only">neu: </span>' in said
    assert "<strong>Zurückgegeben</strong>" in said
    assert "<bdi>Jana Reinhardt</bdi>: „Bitte ergänzen“" in said
    assert "<strong>Alt</strong>" not in said
    assert "von der Anwendung" in said


def test_tabs_count_and_choose(person: User) -> None:
    make.notice(person, title="Neues")
    make.notice(person, title="Altes", read_at=clock.now())
    client = client_of(person)
    everything, tasks, unread = (page(client, choice) for choice in ("", "aufgaben", "ungelesen"))
    counts = (
        'Alle <span class="aqb-num">(3)',
        'Aufgaben <span class="aqb-num">(1)',
        'Ungelesen <span class="aqb-num">(1)',
    )
    for said in (everything, tasks, unread):
        assert all(count in said for count in counts)
        assert said.count('aria-current="true"') == 1
    assert "Neues" in everything
    assert "Altes" in everything
    assert "Neues" not in tasks
    assert "Neues" in unread
    assert "Altes" not in unread
    assert "beantworten" not in unread


def test_every_page_says_how_many_are_unread_without_asking_for_it(person: User) -> None:
    client = client_of(person)
    with CaptureQueriesContext(connection) as before:
        assert "ungelesen</span>" not in text(client.get("/"))
    make.notice(person)
    make.notice(person)
    with CaptureQueriesContext(connection) as after:
        assert '>2<span class="kern-sr-only"> ungelesen</span>' in text(client.get("/"))
    assert len(before) == len(after)


def test_opening_leads_to_the_place_and_notes_it_as_read(person: User) -> None:
    notice = make.notice(person, url="/vereinbarungen/?turn=district", awaits_digest=True)
    answer = client_of(person).get(reverse("notice_open", args=[notice.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/vereinbarungen/?turn=district")
    assert "no-store" in answer.headers["Cache-Control"]
    notice.refresh_from_db()
    assert (notice.is_read, notice.awaits_digest) == (True, False)
    read_at = notice.read_at
    client_of(person).get(reverse("notice_open", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.read_at == read_at


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_what_a_browser_fetches_ahead_is_not_read(person: User, headers: dict[str, str]) -> None:
    notice = make.notice(person)
    client_of(person).get(reverse("notice_open", args=[notice.pk]), headers=headers)
    client_of(person).head(reverse("notice_open", args=[notice.pk]))
    notice.refresh_from_db()
    assert not notice.is_read


def test_notice_of_somebody_else_does_not_exist(person: User) -> None:
    foreign, former = make.notice(), make.notice(person, district=make.district())
    client = client_of(person)
    answers = [client.get(reverse("notice_open", args=[pk])) for pk in (foreign.pk, former.pk, 999_999_999)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    foreign.refresh_from_db()
    assert not foreign.is_read
    assert foreign.title not in page(client)


def test_visitor_is_led_to_the_login_and_then_to_the_notice(person: User) -> None:
    notice = make.notice(person)
    address = reverse("notice_open", args=[notice.pk])
    assert Client().get(address).headers["Location"].endswith(f"?next={address}")


def test_everything_shown_is_marked_and_what_came_meanwhile_is_not(person: User) -> None:
    shown = [make.notice(person), make.notice(person)]
    client = client_of(person)
    assert f'name="bis" value="{shown[1].pk}"' in page(client)
    later, foreign = make.notice(person), make.notice()
    said = text(client.post(reverse("notices_read"), {"bis": shown[1].pk}, follow=True))
    assert "2 Mitteilungen sind als gelesen vermerkt." in said
    assert {one.pk for one in Notice.objects.unread()} == {later.pk, foreign.pk}


@pytest.mark.parametrize("forged", ["", "-1", "x", "9" * 40])
def test_forged_mark_changes_nothing(person: User, forged: str) -> None:
    make.notice(person)
    assert client_of(person).post(reverse("notices_read"), {"bis": forged}).status_code == 302
    assert Notice.objects.unread().count() == 1


def test_notices_come_in_pages(person: User) -> None:
    for _ in range(30):
        make.notice(person)
    client = client_of(person)
    assert "Seite 1 von 2" in page(client)
    second = text(client.get(reverse("notice_list"), {"page": 2}))
    assert "Mitteilung 1<" in second.replace("</strong>", "<")
    assert "beantworten" not in second, "tasks stand on the first page only"


def test_choice_of_mails_is_kept(person: User) -> None:
    client = client_of(person)
    assert 'value="daily" checked' in page(client)
    said = text(client.post(reverse("notice_mails"), {"mails": "at_once"}, follow=True))
    assert "Die Einstellung ist gespeichert." in said
    assert 'value="at_once" checked' in said
    client.post(reverse("notice_mails"), {"mails": "deadlines"})
    assert Subscription.objects.get().mails == "deadlines"


def test_who_wants_only_deadlines_gets_no_digest_of_before(person: User) -> None:
    waiting = make.notice(person, awaits_digest=True)
    client_of(person).post(reverse("notice_mails"), {"mails": "at_once"})
    waiting.refresh_from_db()
    assert waiting.awaits_digest
    client_of(person).post(reverse("notice_mails"), {"mails": "deadlines"})
    waiting.refresh_from_db()
    assert not waiting.awaits_digest


@pytest.mark.parametrize("sent", [{}, {"mails": "never"}])
def test_no_choice_comes_back_with_a_sentence(person: User, sent: dict[str, Any]) -> None:
    answer = client_of(person).post(reverse("notice_mails"), sent)
    assert answer.status_code == 200
    assert "Bitte" in text(answer)
    assert not Subscription.objects.exists()


def test_ministry_sees_what_waits_for_it() -> None:
    version = make.version(make.agreement(make.budget_year(approval_due=clock.today())), "submitted")
    said = page(client_of(make.person(Role.MINISTRY)))
    assert f"Prüfen: {version.agreement.district}" in said
    assert "heute" in said


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.NONE])
def test_empty_page_says_what_will_stand_there(role: Role) -> None:
    client = client_of(make.user(role, is_superuser=not role))
    assert "Noch keine Mitteilungen" in page(client)
    assert "Nichts zu tun" in page(client, "aufgaben")
    assert "Alles gelesen" in page(client, "ungelesen")
