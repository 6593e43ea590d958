"""Reporting a barrier: anybody may, nothing is lost, programs are kept out without a riddle, and somebody answers."""

import re
from datetime import UTC, datetime, timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from aqb import anonymise, clock, health
from aqb.access import Refused, Role
from aqb.barriers import actions
from aqb.barriers.forms import signer
from aqb.models import BarrierReport
from tests import factories as make
from tests.agreements.pages import client_of
from tests.chains import found, link, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]
FORM = "/barriere-melden/"


def filled(**fields: str) -> dict[str, str]:
    begun = signer.sign((clock.now() - timedelta(seconds=30)).isoformat())
    return {
        "page": "/pruefen/",
        "text": "Das Feld hat keinen Namen.",
        "answer_to": "",
        "website": "",
        "begun": begun,
        **fields,
    }


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture(autouse=True)
def address(settings: Any) -> None:
    settings.CONTACT_MAIL = "barrieren@ministerium.example"


def test_visitor_reports_and_the_ministry_gets_it(django_capture_on_commit_callbacks: Any) -> None:
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        answer: Any = client.post(FORM, filled(answer_to="person@verein.example"))
    report = BarrierReport.objects.get()
    assert answer.url == f"/barriere-melden/{report.pk}/gesendet/"
    assert f"Nummer {report.pk}" in words(client.get(answer.url))
    assert (report.page, report.text) == ("/pruefen/", "Das Feld hat keinen Namen.")
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["barrieren@ministerium.example"], ["person@verein.example"])
    assert report.text in sent.body
    assert f"/barrieren/{report.pk}/" in sent.body
    assert "sessionid" not in client.cookies, "a visitor gets no session"
    assert f"Nr. {report.pk}" in words(client_of(make.user(Role.MINISTRY)).get("/barrieren/"))


@pytest.mark.parametrize("fault", [SMTPException("busy"), OSError("no route")])
def test_mail_server_that_is_gone_loses_no_report(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def broken(self: EmailMessage, **_: Any) -> int:
        raise fault

    monkeypatch.setattr(EmailMessage, "send", broken)
    with django_capture_on_commit_callbacks(execute=True):
        assert Client().post(FORM, filled()).status_code == 302
    assert BarrierReport.objects.exists()


def test_without_an_address_the_report_is_stored_and_said_to_be_read_here_only(settings: Any) -> None:
    settings.CONTACT_MAIL = ""
    Client().post(FORM, filled())
    assert "AQB_CONTACT_MAIL" in words(client_of(make.operator()).get("/barrieren/"))
    assert mail.outbox == []


def test_second_click_reports_nothing_twice() -> None:
    first: Any = Client().post(FORM, filled())
    second: Any = Client().post(FORM, filled())
    assert first.url == second.url
    assert BarrierReport.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Bitte machen Sie hier eine Angabe."),
        ({"text": "x" * 5001}, "Möglich sind höchstens 5000."),
        ({"page": "x" * 201}, "Möglich sind höchstens 200."),
        ({"answer_to": "keine adresse"}, "Bitte geben Sie eine vollständige E-Mail-Adresse an"),
        ({"answer_to": "a@b.example\nBcc: alle@b.example"}, "Bitte geben Sie eine vollständige E-Mail-Adresse an"),
        ({"website": "https://kauf.example"}, "Dieses Feld bleibt leer"),
        ({"begun": ""}, "zu kurz oder zu lange offen"),
        ({"begun": "gefälscht"}, "zu kurz oder zu lange offen"),
        ({"begun": signer.sign("kein Zeitpunkt")}, "zu kurz oder zu lange offen"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(fields: dict[str, str], sentence: str) -> None:
    answer = Client().post(FORM, filled(**fields))
    assert answer.status_code == 200
    assert sentence in words(answer)
    if "text" not in fields:
        assert "Das Feld hat keinen Namen." in words(answer)
    assert not BarrierReport.objects.exists()


@pytest.mark.parametrize("seconds", [0, 1, 24 * 3600 + 1])
def test_form_that_was_open_too_short_or_too_long_is_sent_once_more(seconds: int) -> None:
    begun = signer.sign((clock.now() - timedelta(seconds=seconds)).isoformat())
    answer = Client().post(FORM, filled(begun=begun))
    assert "zu kurz oder zu lange offen" in words(answer)
    fresh = re.search(r'name="begun" value="([^"]+)"', answer.content.decode())
    assert fresh
    with clock.stopped(clock.now() + timedelta(seconds=5)):
        assert Client().post(FORM, filled(begun=fresh[1])).status_code == 302


def test_eleventh_report_from_one_address_has_to_wait() -> None:
    answers = [Client().post(FORM, filled(text=f"Barriere {number}")) for number in range(11)]
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert answers[-1]["Retry-After"] == "300"
    assert "Bitte warten Sie 5\xa0Minuten" in answers[-1].content.decode()
    assert BarrierReport.objects.count() == 10


@pytest.mark.parametrize(
    ("came_from", "page"),
    [
        ("http://testserver/vereinbarungen/?status=draft", "/vereinbarungen/"),
        ("http://testserver/einladung/geheimer-schluessel/", "/einladung/…/"),
        ("http://testserver/konto/password/reset/key/1-geheim-geheim/", "/konto/password/reset/key/…-…/"),
        ("http://testserver/gibt-es-nicht/", "/gibt-es-nicht/"),
        ("https://fremd.example/seite/", ""),
        ("http://testserver/barriere-melden/", ""),
        ("", ""),
    ],
)
def test_page_that_somebody_comes_from_is_filled_in_without_its_secrets(came_from: str, page: str) -> None:
    answer = Client().get(FORM, headers={"referer": came_from})
    found = re.search(r'<input[^>]*name="page"[^>]*>', answer.content.decode())
    assert found
    value = re.search(r'value="([^"]*)"', found[0])
    assert (value[1] if value else "") == page


def test_answer_is_noted_once_with_its_person() -> None:
    report, by = make.barrier(), make.user(Role.MINISTRY)
    client = client_of(by)
    page = reverse("barrier_detail", args=[report.pk])
    assert "Bitte machen Sie hier eine Angabe." in words(client.post(page, {"answer": " "}))
    assert client.post(page, {"answer": "Behoben, Antwort verschickt."}).status_code == 302
    report.refresh_from_db()
    assert (report.answer, report.answered_by) == ("Behoben, Antwort verschickt.", by)
    assert "Behoben, Antwort verschickt." in words(client.get(page))
    with pytest.raises(Refused, match="schon beantwortet"):
        actions.answer_barrier(report=report, answer="Noch einmal.", by=by)
    with pytest.raises(Refused, match="Bitte schreiben Sie"):
        actions.answer_barrier(report=make.barrier(text="Neu"), answer=" ", by=by)
    told = words(client.get("/verlauf/"))
    assert f"hat die gemeldete Barriere Nr. {report.pk} beantwortet." in told


def test_report_without_answer_after_six_weeks_is_named_to_the_operator() -> None:
    report = make.barrier(reported_at=clock.now() - timedelta(weeks=6, days=1))
    part = health.public_pages()
    assert (part.state, dict(part.facts)["davon länger als sechs Wochen"]) == ("notice", "1")
    assert "überschritten" in words(client_of(make.operator()).get("/barrieren/"))
    actions.answer_barrier(report=report, answer="Behoben.", by=make.operator())
    assert "davon länger als sechs Wochen" not in dict(health.public_pages().facts)


@pytest.mark.parametrize("season", [datetime(2026, 11, 12, 7, tzinfo=UTC), datetime(2026, 7, 1, 22, 30, tzinfo=UTC)])
def test_last_day_for_an_answer_is_a_whole_day_on_every_page(season: datetime) -> None:
    """The first moment lies in winter, six weeks after one in summer."""
    with clock.stopped(season):
        still = make.barrier(reported_at=actions.late_before())
        assert actions.due(still) == clock.today()
        assert "– heute" in words(client_of(make.operator()).get("/barrieren/"))
        assert "davon länger als sechs Wochen" not in dict(health.public_pages().facts)
        make.barrier(text="Früher.", reported_at=actions.late_before() - timedelta(seconds=1))
        assert "seit 1 Tag überschritten" in words(client_of(make.operator()).get("/barrieren/")).replace("\u00a0", " ")
        assert dict(health.public_pages().facts)["davon länger als sechs Wochen"] == "1"


def test_address_is_forgotten_a_year_after_the_answer_and_the_chain_still_holds() -> None:
    by = make.operator()
    report, waiting = make.barrier(), make.barrier(text="Noch offen.")
    actions.answer_barrier(report=report, answer="Behoben.", by=by)
    chained = link()
    with clock.stopped(clock.now() + timedelta(days=364)):
        anonymise.run()
    report.refresh_from_db()
    assert report.answer_to
    with clock.stopped(clock.now() + timedelta(days=366)):
        anonymise.run()
    report.refresh_from_db()
    waiting.refresh_from_db()
    assert (report.answer_to, report.text, report.answer) == ("", "Der Vorleser liest die Beträge nicht.", "Behoben.")
    assert waiting.answer_to, "nobody has answered it yet"
    kept = type(report).pgh_event_model.objects.filter(pgh_obj_id=report.pk)  # type: ignore[attr-defined]
    assert not kept.exclude(answer_to="").exists()
    assert chained
    assert found(run()) == []
