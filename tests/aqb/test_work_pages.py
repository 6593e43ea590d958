"""The pages of jobs: the own ones only, how far they are, and every row with its reason; what did not go stands first."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from aqb import health, work
from aqb.access import Role
from aqb.models import Job, User
from aqb.work import survivors
from tests import factories as make
from tests.aqb import kinds as of_tests  # noqa: F401 - registers them
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def started(by: User, *wishes: str) -> Job:
    rows = []
    for wish in wishes:
        place = make.district()
        rows.append((f"{place.pk} {wish}".strip(), place.name, f"/bezirke/{place.pk}/"))
    return work.start(kind="test rename", title="Sitze ändern", rows=rows, by=by, back="/jahrgaenge/2027/?stand=draft")


def page(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_job_is_shown_to_whoever_started_it_and_to_nobody_else() -> None:
    job = started(make.user(), "")
    others = [make.user(Role.MINISTRY_LEAD), make.user(Role.AUDITOR), make.operator(), make.user(Role.DISTRICT)]
    assert signed_in(job.created_by).get(job.get_absolute_url()).status_code == 200
    for user in others:
        client = signed_in(user)
        assert client.get(job.get_absolute_url()).status_code == 404
        assert "Sitze ändern" not in page(client, reverse("job_list"))
    assert Client().get(job.get_absolute_url()).status_code == 302


def test_page_asks_by_itself_until_the_job_has_ended() -> None:
    job = started(make.user(), "", "")
    client = signed_in(job.created_by)
    whole = page(client, job.get_absolute_url())
    assert "Der Auftrag läuft. 0 % sind bearbeitet." in whole
    assert "0 von 2 bearbeitet" in whole
    assert "zurzeit arbeitet niemand die Aufträge ab" in whole, "no worker lives here"
    assert "Stand aktualisieren" in whole, "the way without a script"
    part = page(client, job.get_absolute_url(), **{"HX-Request": "true"})
    assert "<html" not in part
    assert part in whole, "what comes by itself is what the page shows"
    assert f'hx-get="{job.get_absolute_url()}"' in part
    assert "X-AQB-Background" in part, "a page that asks by itself keeps no session alive"
    run_jobs()
    part = page(client, job.get_absolute_url(), **{"HX-Request": "true"})
    assert "hx-get" not in part
    assert "Der Auftrag ist beendet." in part
    assert "2 Zeilen sind erledigt" in part
    assert 'href="/jahrgaenge/2027/?stand=draft"' in page(client, job.get_absolute_url())


def test_rows_that_did_not_go_stand_first_with_reason_and_link() -> None:
    job = started(make.user(), "", "", "broken", "refused")
    run_jobs()
    text = page(signed_in(job.created_by), job.get_absolute_url())
    assert "2 von 4 Zeilen erledigt, 2 Zeilen gingen nicht" in text
    assert re.findall(r'id="zeile-(\d)"', text) == ["3", "4", "1", "2"]
    assert re.search(r"diese Nummer: \w{4}-\w{4}", text)
    assert "Das geht nicht. Und das auch nicht." in text
    for row in job.rows.all():
        assert f'href="{row.url}"' in text
        assert row.label in text
    assert "2 von 4 nicht" in page(signed_in(job.created_by), reverse("job_list"))


def test_one_piece_shows_its_sentence_instead_of_rows() -> None:
    by, place = make.user(), make.district()
    job = work.start(kind="test whole", title="Ganz", rows=[(str(place.pk), "Zum Landkreis", "/l/")], by=by)
    Job.objects.update(total=8, done=3)
    client = signed_in(by)
    text = page(client, job.get_absolute_url())
    assert 'value="3" max="8"' in text
    assert "25 % sind bearbeitet" in text
    assert "Ergebnis je Zeile" not in text
    run_jobs()
    text = page(client, job.get_absolute_url())
    assert "Der Auftrag ist erledigt" in text
    assert "Alles getan." in text
    assert '<a class="kern-link kern-link--no-visited-state" href="/l/">Zum Landkreis</a>' in text
    User.objects.filter(pk=by.pk).update(role=Role.AUDITOR)
    refused = work.start(kind="test whole", title="Ganz", rows=[(str(place.pk), "Zum Landkreis", "")], by=by)
    run_jobs()
    assert "Das ging nicht, und es ist nichts geändert" in page(client, refused.get_absolute_url())


def test_list_without_jobs_says_what_they_are() -> None:
    assert "Noch kein Auftrag" in page(signed_in(make.user()), reverse("job_list"))


def test_health_tells_who_works_and_what_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (health.jobs().state, dict(health.jobs().facts)["Worker"]) == ("notice", "0")
    started(make.user(), "")
    idle = health.jobs()
    assert (idle.state, dict(idle.facts)["Wartende Schritte"]) == ("bad", "1")
    assert "bleibt liegen" in idle.text
    monkeypatch.setattr(survivors, "living", lambda: {"a", "b"})
    assert (health.jobs().state, dict(health.jobs().facts)["Worker"]) == ("good", "2")
    with health.clock.stopped(health.clock.now() + health.WAITS_LONG * 2):
        late = health.jobs()
    assert late.state == "notice"
    assert dict(late.facts)["Wartet am längsten"].startswith("seit ")
