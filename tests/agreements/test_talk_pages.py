"""Remarks, strategies and downloads."""

from datetime import date

import pytest

from agreements.models import Download
from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, day, district_lead, ministry, path, text

pytestmark = pytest.mark.django_db


def test_remark_on_a_field_is_written_answered_and_closed() -> None:
    version = make.version(entries=1)
    entry = version.entries.get()
    uid = str(entry.project.uid)
    assert f'value="{uid}" selected' in text(
        ministry().get(path(version, f"anmerkungen/neu/?projekt={uid}&feld=shares"))
    )
    ministry().post(path(version, "anmerkungen/neu/"), {"about": uid, "field": "shares", "text": "Warum so viel?"})
    remark = version.remarks.get()
    assert (remark.project_title, remark.field) == ("Projekt 1", "shares")
    client = district_lead(version.agreement.district)
    assert "Projekt 1 · Feld Betrag" in text(client.get(path(version)))
    assert "Bitte schreiben Sie eine Antwort." in text(
        client.post(f"/anmerkungen/{remark.pk}/antwort/", {"answer": ""})
    )
    client.post(f"/anmerkungen/{remark.pk}/antwort/", {"answer": "Weil es mehr Plätze sind."})
    ministry().post(f"/anmerkungen/{remark.pk}/erledigt/")
    remark.refresh_from_db()
    assert [reply.text for reply in remark.thread] == ["Weil es mehr Plätze sind."]
    assert remark.done_at


def test_answer_that_is_too_long_is_counted_and_kept() -> None:
    remark = make.remark(make.version(entries=1))
    client = district_lead(remark.version.agreement.district)
    answer = text(client.post(f"/anmerkungen/{remark.pk}/antwort/", {"answer": "Gewerk " * 700}))
    assert "Der Text hat 4899 Zeichen. Möglich sind höchstens 4000." in answer
    assert ("Gewerk " * 700).strip() in answer
    assert not remark.thread


def test_remark_on_a_field_without_project_is_a_sentence() -> None:
    version = make.version(entries=1)
    answer = ministry().post(
        path(version, "anmerkungen/neu/"), {"about": "agreement", "field": "shares", "text": "Wie viele?"}
    )
    assert "Ein Feld gehört zu einem Projekt." in text(answer)
    assert "Wie viele?" in text(answer)


def test_remark_is_closed_only_by_post() -> None:
    assert ministry().get(f"/anmerkungen/{make.remark().pk}/erledigt/").status_code == 405


def test_download_gives_the_bytes_and_leaves_a_trace() -> None:
    version = make.version(status="signed")
    document = version.documents.get(kind="signed")
    auditor = make.user(Role.AUDITOR)
    answer = client_of(auditor).get(f"/dokumente/{document.pk}/datei/")
    assert answer.headers["ETag"] == f'"{document.sha256}"'
    assert document.file_name in answer.headers["Content-Disposition"]
    assert Download.objects.get().user == auditor
    again = client_of(auditor).get(
        f"/dokumente/{document.pk}/datei/", headers={"If-None-Match": f'"{document.sha256}"'}
    )
    assert again.status_code == 304
    assert Download.objects.count() == 1


def test_strategy_is_entered_and_counts_at_once() -> None:
    district = make.district()
    client = district_lead(district)
    data = {"title": "Strategie 2026", **day("valid_from", date(2026, 1, 1)), **day("valid_to", date(2025, 1, 1))}
    assert "Bitte bestätigen Sie das" in text(client.post(f"/strategien/{district.ags}/", data))
    answer = client.post(f"/strategien/{district.ags}/", data | {"agreed": "on"})
    assert "Das Ende der Gültigkeit darf nicht vor ihrem Beginn liegen." in text(answer)
    client.post(f"/strategien/{district.ags}/", data | day("valid_to", date(2999, 1, 1)) | {"agreed": "on"})
    assert district.strategies.get().confirmed_by.role == Role.DISTRICT_LEAD


def test_strategy_that_is_only_entered_can_be_confirmed() -> None:
    strategy = make.strategy(confirmed=False)
    client = district_lead(strategy.district)
    assert "Bestätigen …" in text(client.get(f"/strategien/{strategy.district.ags}/"))
    client.post(f"/strategien/{strategy.pk}/bestaetigen/")
    strategy.refresh_from_db()
    assert strategy.confirmed_at
