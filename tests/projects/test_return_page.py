"""The page on which the ministry remarks field by field and gives back: every step by a plain button, nothing typed is lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from agreements.models import AgreementVersion, NotedRemark
from aqb import clock
from aqb.access import Role
from tests import factories as make
from tests.agreements.actors import NOW, REASON
from tests.agreements.pages import client_of, day, district_lead, path, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> AgreementVersion:
    return make.version(status="submitted", entries=2)


@pytest.fixture
def browser() -> Client:
    return client_of(make.user(Role.MINISTRY, name="Jana Reinhardt"))


def send(browser: Client, version: AgreementVersion, then: str, **typed: str) -> Any:
    """Press a button of the page as it is now."""
    page = path(version, "zurueckgeben/")
    shown = re.search(r'name="noted" value="([^"]*)"', browser.get(page).text)
    return browser.post(page, {"then": then, "noted": shown[1] if shown else "", **typed}, follow=True)


def uid(version: AgreementVersion, number: int = 0) -> str:
    return str(version.entries.order_by("pk")[number].project.uid)


def test_field_is_remarked_reworded_and_deleted_again(browser: Client, version: AgreementVersion) -> None:
    place = f"{uid(version)}:places"
    page = text(send(browser, version, f"note {place}"))
    assert f'name="note_place" value="{place}"' in page
    page = text(send(browser, version, "keep", note_place=place, note_text="Wie viele?"))
    note = NotedRemark.objects.get()
    assert (note.place, note.text, note.author.name) == ("Projekt 1 · Feld Plätze", "Wie viele?", "Jana Reinhardt")
    assert "1 Anmerkung in 1 von 2 Projekten." in page
    assert "Noch nicht gesendet" in page
    assert "Mit 1 Anmerkung zurückgeben" in page
    page = text(send(browser, version, f"edit {note.pk}"))
    assert re.search(r'<textarea[^>]+id="note_text"[^>]*>Wie viele\?</textarea>', page)
    send(browser, version, "keep", note_pk=str(note.pk), note_text="Wie viele gleichzeitig?")
    note.refresh_from_db()
    assert note.text == "Wie viele gleichzeitig?"
    page = text(send(browser, version, f"doubt {note.pk}"))
    assert "Diese Anmerkung löschen?" in page
    assert "Diese Anmerkung löschen?" not in text(send(browser, version, "stay"))
    assert NotedRemark.objects.exists(), "asked only"
    send(browser, version, f"drop {note.pk}")
    assert not NotedRemark.objects.exists()


def test_single_amounts_agreed_lines_and_the_agreement_can_be_remarked_on(
    browser: Client, version: AgreementVersion
) -> None:
    share, agreed = version.entries.order_by("pk")[0].shares.get(), version.lines.get()
    for place in (f"{uid(version)}:amount_{share.line_id}_{share.cash_year}", f":line_{agreed.line_id}", ":"):
        send(browser, version, "keep", note_place=place, note_text="Warum?")
    assert [note.place for note in NotedRemark.objects.order_by("pk")] == [
        f"Projekt 1 · Feld Regelbudget {share.cash_year}", "Feld Ansatz Regelbudget", "Zielvereinbarung als Ganzes",
    ]  # fmt: skip


def test_what_is_typed_survives_every_button(browser: Client, version: AgreementVersion) -> None:
    typed = {"reason": "Bitte die Plätze klären.", "unlock": "all", **day("resubmit_due", NOW.date())}
    page = text(send(browser, version, f"note {uid(version)}:places", **typed))
    assert "Bitte die Plätze klären.</textarea>" in page
    assert "Entwurf gespeichert um" in page
    assert f'value="{NOW:%-d}"' in page or f'value="{NOW:%d}"' in page
    page = text(
        send(browser, version, f"open {uid(version, 1)}", note_place=f"{uid(version)}:title", note_text="Ein anderer?")
    )
    assert NotedRemark.objects.get().text == "Ein anderer?"


def test_projects_without_a_remark_are_folded_until_they_are_opened(browser: Client, version: AgreementVersion) -> None:
    page = text(browser.get(path(version, "zurueckgeben/")))
    assert "2 Projekte ohne Anmerkung" in page
    assert "Kurzbeschreibung" not in page
    page = text(browser.get(path(version, f"zurueckgeben/?offen={uid(version, 1)}")))
    assert "1 Projekt ohne Anmerkung" in page
    assert page.count("Kurzbeschreibung") >= 1


def test_empty_remark_and_missing_reason_are_sentences_beside_their_fields(
    browser: Client, version: AgreementVersion
) -> None:
    page = text(send(browser, version, "keep", note_place=f"{uid(version)}:places", note_text="  "))
    assert "Bitte schreiben Sie, was Sie fragen oder erbitten." in page
    page = text(send(browser, version, "return", unlock="all"))
    assert "Bitte nennen Sie den Grund." in page
    version.refresh_from_db()
    assert version.status == "submitted"


def test_return_sends_unlocks_and_sets_the_day(browser: Client, version: AgreementVersion) -> None:
    with clock.stopped(NOW):
        due = NOW.date() + timedelta(days=12)
        make.note(version, project_key=uid(version), project_title="Projekt 1", field="places", field_title="Plätze")
        page = text(browser.get(path(version, "zurueckgeben/")))
        assert "nur die angemerkten Felder zur Bearbeitung freigeben" in page
        assert "Projekt 1: Plätze. Felder, die rechnerisch daran hängen" in page
        page = text(send(browser, version, "return", reason=REASON, unlock="fields", **day("resubmit_due", due)))
        assert "Die Zielvereinbarung ist zurückgegeben." in page
        assert "Weitere Felder freigeben" in page
        district = district_lead(version.agreement.district)
        page = text(district.get(path(version)))
        assert f"Wieder einzureichen bis <strong>{due:%d.%m.%Y}</strong>" in page
        assert f"Frist: <strong>{due:%d.%m.%Y}</strong>" in page
        assert "Zur Bearbeitung freigegeben: Projekt 1 · Feld Plätze." in page
        assert "Projekt anlegen" not in page
        assert f"einzureichen bis {due:%d.%m.%Y}" in re.sub(r"<[^>]+>", "", text(district.get("/")))


def test_remark_to_a_project_removed_meanwhile_stays_and_says_so(browser: Client, version: AgreementVersion) -> None:
    place = f"{uid(version)}:places"
    make.note(version, project_key=uid(version), project_title="Projekt 1", text="Wie viele?")
    version.entries.order_by("pk")[0].delete()
    page = text(send(browser, version, "keep", note_place=place, note_text="Und gleichzeitig?"))
    assert "das Projekt ist inzwischen entfernt" in page
    assert "Und gleichzeitig?" in page
    assert "Projekte, die inzwischen entfernt sind" in page
    assert "Wie viele?" in page


def test_version_given_back_by_a_colleague_meanwhile_keeps_the_remark(
    browser: Client, version: AgreementVersion
) -> None:
    colleague = client_of(make.user(Role.MINISTRY))
    send(colleague, version, "return", reason=REASON, unlock="all")
    page = text(send(browser, version, "keep", note_place=f"{uid(version)}:places", note_text="Wie viele?"))
    assert "inzwischen zurückgegeben. Ihre Anmerkung ist vorgemerkt, aber nicht gesendet." in page
    assert "1 vorgemerkte Anmerkung ist noch nicht gesendet." in page
    page = text(browser.get(path(version, "anmerkungen/senden/")))
    assert "Projekt 1 · Feld Plätze: Wie viele?" in page
    assert "Zurückholen lassen sie sich danach nicht." in page
    page = text(browser.post(path(version, "anmerkungen/senden/"), follow=True))
    assert "Die Anmerkung ist gesendet." in page
    assert version.remarks.get().text == "Wie viele?"


def test_remark_that_a_colleague_notes_meanwhile_is_not_sent_unread(browser: Client, version: AgreementVersion) -> None:
    browser.get(path(version, "zurueckgeben/"))
    make.note(version)
    typed = {"then": "return", "reason": REASON, "unlock": "all", "noted": ""}
    page = text(browser.post(path(version, "zurueckgeben/"), typed))
    assert "Inzwischen hat jemand aus dem Ministerium eine Anmerkung vorgemerkt" in page
    assert "Bitte begründen Sie den Betrag." in page
    assert REASON in page
    version.refresh_from_db()
    assert version.status == "submitted"


def test_remarked_fields_are_the_first_choice_until_somebody_chooses(
    browser: Client, version: AgreementVersion
) -> None:
    place = f"{uid(version)}:places"
    page = text(send(browser, version, "keep", note_place=place, note_text="Wie viele?", unlock="all"))
    assert re.search(r'value="fields"[^>]* checked', page)
    page = text(send(browser, version, f"note {place}", unlock="projects"))
    assert re.search(r'value="projects"[^>]* checked', page)


def test_more_is_unlocked_on_a_page_of_its_own(browser: Client, version: AgreementVersion) -> None:
    make.note(version, project_key=uid(version), project_title="Projekt 1", field="places", field_title="Plätze")
    send(browser, version, "return", reason=REASON, unlock="fields")
    page = text(browser.get(path(version, "felder-freigeben/")))
    assert "<li>Projekt 1 · Feld Plätze</li>" in page
    browser.post(path(version, "felder-freigeben/"), {"projects": [uid(version, 1)]})
    version.refresh_from_db()
    assert version.unlocked is not None
    assert version.unlocked["projects"] == [uid(version, 1)]
    browser.post(path(version, "felder-freigeben/"), {"everything": "on"})
    version.refresh_from_db()
    assert version.unlocked is None


def test_page_for_a_draft_says_why_it_cannot_be_given_back(browser: Client) -> None:
    assert "Zurückgeben lässt sich nur" in text(browser.get(path(make.version(), "zurueckgeben/")))
