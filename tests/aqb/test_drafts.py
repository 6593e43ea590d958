"""What is typed is kept while it is typed, as typed, for its person only, and gone once the form has gone through."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from agreements.models import RegionalStrategy, Remark
from agreements.views.fetching import address
from aqb import anonymise, clock, daily
from aqb.access import Role
from aqb.drafts import keeping
from aqb.models import Draft, User
from aqb.models.draft import MOST
from tests import factories as make
from tests.agreements.pages import client_of, path, text
from tests.drafts import NOTE, WRITTEN, stands_again, window_of, write

pytestmark = pytest.mark.django_db

VALID = {
    "title": "Strategie Süd", "valid_from_day": "1", "valid_from_month": "1", "valid_from_year": "2023", "agreed": "on",
}  # fmt: skip


@pytest.fixture
def clerk() -> User:
    return make.user(Role.DISTRICT_LEAD, make.district(), name="Sabine Kröger")


@pytest.fixture
def page(clerk: User) -> str:
    """A page with a small form: the district's strategy."""
    return reverse("strategy_edit", args=[clerk.district.ags])  # type: ignore[union-attr]


# ---- kept and shown ----


def test_what_is_typed_stands_in_the_fields_of_any_browser(clerk: User, page: str) -> None:
    answer = write(client_of(clerk), page)
    assert (answer.status_code, answer["X-AQB-Draft"]) == (200, "1")
    assert re.search(r"Entwurf gespeichert um \d\d:\d\d Uhr", text(answer))
    shown = client_of(clerk).get(page)
    assert NOTE in text(shown)
    assert stands_again(shown.content.decode())
    assert shown["Cache-Control"] == "private, no-store"
    assert not RegionalStrategy.objects.exists()


def test_nobody_else_sees_it(clerk: User, page: str) -> None:
    write(client_of(clerk), page)
    colleague = client_of(make.user(Role.DISTRICT, clerk.district))
    shown = text(colleague.get(page))
    assert "Strategie &lt;Süd&gt;" not in shown
    assert NOTE not in shown
    assert "Es gibt keinen Entwurf" in text(colleague.get(reverse("draft_list")))
    assert colleague.get(reverse("draft_discard", args=[Draft.objects.get().pk])).status_code == 404


def test_passwords_tokens_and_controls_are_not_kept(clerk: User, page: str) -> None:
    write(client_of(clerk), page, {"entwurf": "a"}, title="x", password="geheim", csrfmiddlewaretoken="t")
    assert Draft.objects.get().fields == "title=x"


def test_it_is_gone_once_the_form_has_gone_through(clerk: User, page: str) -> None:
    client = client_of(clerk)
    write(client, page)
    assert client.post(page, VALID).status_code == 302
    assert NOTE not in text(client.get(page))
    row = Draft.objects.get()
    assert (row.fields, row.led_to) == ("", page)


def test_refused_form_is_a_draft_without_any_script(clerk: User, page: str) -> None:
    client = client_of(clerk)
    assert client.post(page, WRITTEN).status_code == 200
    assert stands_again(client_of(clerk).get(page).content.decode())


def test_form_that_breaks_the_application_is_a_draft(clerk: User, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(clerk)
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("agreements.views.talk._save_strategy", None)
        assert client.post(page, VALID).status_code == 500
    assert 'value="Strategie Süd"' in client.get(page).content.decode()


def test_button_without_script_keeps_and_leads_back(clerk: User, page: str) -> None:
    client = client_of(clerk)
    assert "<noscript>" in client.get(page).content.decode()
    answer = client.post(page, {**WRITTEN, "then": "entwurf"}, follow=True)
    assert NOTE in text(answer)
    assert stands_again(answer.content.decode())
    assert not RegionalStrategy.objects.exists()


# ---- windows ----


def test_second_window_overwrites_nothing_without_being_asked(clerk: User, page: str) -> None:
    client = client_of(clerk)
    first, second = window_of(client, page), window_of(client, page)
    assert write(client, page, first, title="Aus dem ersten").status_code == 200
    answer = write(client, page, second, title="Aus dem zweiten")
    assert answer.status_code == 409
    assert "In einem anderen Fenster haben Sie hier um" in text(answer)
    assert "data-anyway" in text(answer)
    assert Draft.objects.get().fields == "title=Aus+dem+ersten"
    assert write(client, page, second, title="Aus dem zweiten", entwurf_trotzdem="1").status_code == 200
    assert Draft.objects.get().fields == "title=Aus+dem+zweiten"


def test_window_that_began_with_the_draft_goes_on_with_it(clerk: User, page: str) -> None:
    client = client_of(clerk)
    write(client, page, window_of(client, page))
    begun = Draft.objects.get().begun_at
    assert write(client, page, window_of(client, page), title="Weiter").status_code == 200
    row = Draft.objects.get()
    assert (row.fields, row.begun_at) == ("title=Weiter", begun)


def test_what_comes_late_from_a_window_whose_form_was_sent_opens_nothing(clerk: User, page: str) -> None:
    client = client_of(clerk)
    window = window_of(client, page)
    client.post(page, {**VALID, **window})
    answer = write(client, page, window, **VALID)
    assert (answer.status_code, "schon abgesendet" in text(answer)) == (409, True)
    assert not Draft.objects.open().exists()
    assert write(client, page, window_of(client, page), title="Die nächste").status_code == 200


def test_what_is_taken_back_is_no_draft(clerk: User, page: str) -> None:
    client = client_of(clerk)
    window = window_of(client, page)
    write(client, page, window)
    write(client, page, window, title="", entwurf_gleich="1")
    assert not Draft.objects.open().exists()


# ---- limits ----


def test_too_much_is_refused_with_a_sentence(clerk: User, page: str) -> None:
    answer = write(client_of(clerk), page, title="x" * MOST)
    assert (answer.status_code, "zu umfangreich (mehr als 200.000 Zeichen)" in text(answer)) == (413, True)
    assert not Draft.objects.exists()


def test_nobody_collects_drafts_without_end(clerk: User, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_DRAFTS", 1)
    client = client_of(clerk)
    write(client, page)
    other = path(make.version(make.agreement(district=clerk.district)), "projekte/neu/")
    assert write(client, other, title="Zweiter").status_code == 409
    assert write(client, page, title="Erster, anders", entwurf_trotzdem="1").status_code == 200
    assert Draft.objects.count() == 1


# ---- throwing away, forgetting ----


def test_page_before_throwing_away_shows_what_differs(clerk: User, page: str) -> None:
    client = client_of(clerk)
    write(client, page, **WRITTEN)
    discard = reverse("draft_discard", args=[Draft.objects.get().pk])
    shown = text(client.get(discard))
    assert "Strategie &lt;Süd&gt;" in shown
    assert "31.13.–" in shown
    assert "gültig bis" not in shown, "only what differs"
    assert client.post(discard)["Location"] == page
    assert "&lt;Süd&gt;" not in client.get(page).content.decode()
    assert client.get(discard).status_code == 404


def test_draft_whose_page_is_closed_to_its_person_is_still_there_to_read(clerk: User) -> None:
    ministry = make.person(Role.MINISTRY)
    remark_page = reverse("remark_create", kwargs=address(make.version(status="submitted")))
    write(client_of(ministry), remark_page, text="Bitte die Gewerke nennen.")
    User.objects.filter(pk=ministry.pk).update(role=Role.AUDITOR)
    row = Draft.objects.get()
    shown = text(client_of(User.objects.get(pk=ministry.pk)).get(reverse("draft_discard", args=[row.pk])))
    assert "steht Ihnen zurzeit nicht offen" in shown
    assert "Bitte die Gewerke nennen." in shown
    assert not Remark.objects.exists()


def test_throwing_away_what_came_too_late_throws_the_draft_away(clerk: User, page: str) -> None:
    client = client_of(clerk)
    write(client, page)
    client.post(reverse("typed_discard"), {"page": page})
    assert not Draft.objects.open().exists()


def test_daily_job_forgets_what_is_old_or_closed(clerk: User, settings: Any) -> None:
    settings.DRAFT_DAYS = 30
    now = clock.now()

    def row(page: str, days: float, closed: float | None = None) -> None:
        at = now - timedelta(days=days)
        ended = None if closed is None else now - timedelta(days=closed)
        fields = "" if ended else "a=b"
        Draft.objects.create(
            person=clerk, page=page, title=page, fields=fields, begun_at=at, saved_at=at, closed_at=ended
        )

    row("alt", 31)
    row("jung", 29)
    row("gestern abgesendet", 2, closed=1.1)
    row("eben abgesendet", 2, closed=0.1)
    assert daily.forget_drafts() == "2 Entwürfe von Formularen gelöscht"
    assert set(Draft.objects.values_list("page", flat=True)) == {"jung", "eben abgesendet"}


def test_drafts_go_with_the_account(clerk: User, page: str) -> None:
    write(client_of(clerk), page)
    old = clock.now() - timedelta(days=11 * 366)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    User.objects.filter(pk=clerk.pk).update(deactivated_at=old)
    assert anonymise.run() == 1
    assert not Draft.objects.exists()
