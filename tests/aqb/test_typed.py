"""What is sent after the end of a session stands in the fields again, for the same person only."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from aqb.access import Role
from aqb.accounts.session import typed
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.agreements.pages import path
from tests.clients import LONG, age, browser, filled, send, sign_in, token_of
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NOTE = "Ihre Eingaben sind wieder da, gespeichert ist noch nichts"


@pytest.fixture
def district_user() -> User:
    return make.user(Role.DISTRICT_LEAD, make.district())


@pytest.fixture
def form(district_user: User) -> str:
    """A page with many fields: a new project."""
    return path(make.version(make.agreement(district=district_user.district)), "projekte/neu/")


WRITTEN = {
    "title": "Werkstatt <Nord> & Süd", "starts_on_day": "1", "starts_on_month": "13", "starts_on_year": "2027",
    "description": "Zeile 1\r\nZeile 2",
}  # fmt: skip


def stands_again(page: str) -> bool:
    """Whether everything of WRITTEN stands in the fields, also what is wrong in it."""
    return all((
        'value="Werkstatt &lt;Nord&gt; &amp; Süd"' in page,
        re.search(r'name="starts_on_month"[^>]*value="13"|value="13"[^>]*name="starts_on_month"', page),
        "Zeile 1\r\nZeile 2</textarea>" in page or "Zeile 1\nZeile 2</textarea>" in page,
    ))  # fmt: skip


def test_form_sent_after_the_end_is_there_again_after_the_login(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    to_login = send(client, form, data)
    assert to_login["Location"] == f"{reverse('account_login')}?next={form}"
    page = client.get(to_login["Location"]).content.decode()
    assert "weil Sie 30" in page
    assert "ist aufgehoben" in page
    back = sign_in(client, district_user, form)
    assert back["Location"] == form
    page = client.get(form).content.decode()
    assert NOTE in page
    assert stands_again(page)
    assert not ProjectEntry.objects.filter(title__startswith="Werkstatt").exists()


def test_it_stays_until_the_form_is_saved_and_is_gone_then(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    send(client, form, data)
    sign_in(client, district_user, form)
    for _ in range(2):
        assert NOTE in client.get(form).content.decode()
    assert NOTE not in client.get(reverse("home")).content.decode()
    faulty = send(client, form, filled(client, form, **WRITTEN))
    assert faulty.status_code == 200
    assert stands_again(client.get(form).content.decode()), "what was refused is a draft now (tests/aqb/test_drafts.py)"
    client.post(reverse("typed_discard"), {"page": form, "csrfmiddlewaretoken": token_of(faulty)})
    page = client.get(form).content.decode()
    assert NOTE not in page
    assert "Werkstatt" not in page


def test_saving_forgets_what_was_typed() -> None:
    lead = make.user(Role.MINISTRY)
    page = path(make.version(status="submitted"), "schritt/withdraw/")
    client = browser(lead)
    data = filled(client, page, reason="Bitte ergänzen Sie die Plätze.")
    age(client, seen=LONG)
    send(client, page, data)
    sign_in(client, lead, page)
    assert "Bitte ergänzen Sie die Plätze.</textarea>" in client.get(page).content.decode()
    assert send(client, page, filled(client, page, reason="Bitte ergänzen Sie die Plätze.")).status_code == 302
    assert client.session[typed.KEPT] == {}


def test_another_person_never_sees_it(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    send(client, form, data)
    colleague = make.user(Role.DISTRICT, district_user.district)
    sign_in(client, colleague, form)
    page = client.get(form).content.decode()
    assert "Werkstatt" not in page
    assert NOTE not in page
    assert "Werkstatt" not in str(dict(client.session))
    client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token_of(client.get(form))})
    sign_in(client, district_user, form)
    assert "Werkstatt" not in client.get(form).content.decode()


def test_session_that_was_ended_elsewhere_loses_nothing_either(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    Session.objects.all().delete()
    send(client, form, data)
    sign_in(client, district_user, form)
    assert stands_again(client.get(form).content.decode())


def test_form_of_an_older_login_is_not_saved_and_not_lost(district_user: User, form: str) -> None:
    """In one tab the person has signed in again; the other one still shows the form with the old token."""
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    client.get(form)
    sign_in(client, district_user)
    answer = send(client, form, data)
    assert answer.status_code == 302
    assert answer["Location"] == form
    page = client.get(form).content.decode()
    assert NOTE in page
    assert stands_again(page)


def test_form_of_an_older_login_of_somebody_else_is_refused(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    client.get(form)
    sign_in(client, make.user(Role.DISTRICT, district_user.district))
    answer = send(client, form, data)
    assert answer.status_code == 403
    assert "Dieses Formular ist abgelaufen" in answer.content.decode()
    assert "Werkstatt" not in client.get(form).content.decode()


def test_forged_form_is_kept_for_nobody(district_user: User, form: str) -> None:
    client = browser(district_user)
    client.get(form)
    answer = send(client, form, {"title": "Gefälscht", "csrfmiddlewaretoken": "a" * 64})
    assert answer.status_code == 403
    age(client, seen=LONG)
    send(client, form, {"title": "Gefälscht", "csrfmiddlewaretoken": "a" * 64})
    sign_in(client, district_user, form)
    assert "Gefälscht" not in client.get(form).content.decode()


def test_cookie_that_tells_whose_form_it_was_cannot_be_made_up(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    Session.objects.all().delete()
    cookie = client.cookies["sessionid_forms"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.cookies["sessionid_forms"] = cookie.value.replace(cookie.value[:5], "WzAxL", 1)
    send(client, form, data)
    sign_in(client, district_user, form)
    assert "Werkstatt" not in client.get(form).content.decode()


def test_passwords_tokens_and_files_are_not_kept(form: str, district_user: User) -> None:
    client = browser(district_user)
    secret = {"password1": "Streng-geheim-4711", "api_token": "Streng-geheim-4712"}
    file = SimpleUploadedFile("Scan vom Kopierer.pdf", b"%PDF-1.7 geheim")
    data = {**filled(client, form, **WRITTEN), **secret, "file": file}
    age(client, seen=LONG)
    send(client, form, data)
    kept = str(dict(client.session))
    assert "Werkstatt" in kept
    assert "geheim" not in kept
    assert str(data["csrfmiddlewaretoken"]) not in kept
    sign_in(client, district_user, form)
    assert "Bitte wählen Sie noch einmal aus: Scan vom Kopierer.pdf." in client.get(form).content.decode()


def test_pages_of_the_account_keep_nothing(district_user: User) -> None:
    client = browser(district_user)
    page = reverse("account_change_password")
    data = filled(client, page, oldpassword=PASSWORD, note="geheim")
    age(client, seen=LONG)
    assert send(client, page, data)["Location"] == f"{reverse('account_login')}?next={page}"
    assert typed.KEPT not in client.session


def test_what_is_too_much_is_not_kept_and_the_page_says_so(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, title="x" * (typed.MOST + 1))
    age(client, seen=LONG)
    send(client, form, data)
    sign_in(client, district_user, form)
    assert "war zu umfangreich, um es aufzuheben" in client.get(form).content.decode()


def test_it_is_kept_for_a_day(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    send(client, form, data)
    sign_in(client, district_user, form)
    session = client.session
    [entry] = session[typed.KEPT].values()
    entry["at"] = time.time() - typed.DAY - 1
    session.save()
    assert NOTE not in client.get(form).content.decode()


def test_two_tabs_keep_one_form_each(district_user: User, form: str) -> None:
    client = browser(district_user)
    strategy = reverse("strategy_edit", args=[district_user.district.ags])  # type: ignore[union-attr]
    first, second = filled(client, form, **WRITTEN), filled(client, strategy, title="Strategie Südwest")
    age(client, seen=LONG)
    send(client, form, first)
    send(client, strategy, second)
    sign_in(client, district_user, form)
    assert stands_again(client.get(form).content.decode())
    assert "Strategie Südwest" in client.get(strategy).content.decode()


def test_it_survives_a_second_end_of_the_session(district_user: User, form: str) -> None:
    client = browser(district_user)
    data = filled(client, form, **WRITTEN)
    age(client, seen=LONG)
    send(client, form, data)
    sign_in(client, district_user)
    age(client, seen=LONG)
    client.get(form)
    sign_in(client, district_user, form)
    assert stands_again(client.get(form).content.decode())


def test_button_without_fields_says_once_that_nothing_was_done() -> None:
    user = make.user(Role.MINISTRY)
    remark = make.remark(make.version(status="submitted"))
    page = path(remark.version)
    client = browser(user)
    data = filled(client, page)
    age(client, seen=LONG)
    to_login = send(client, reverse("remark_close", args=[remark.pk]), data, came_from=page)
    assert to_login["Location"] == f"{reverse('account_login')}?next={page}"
    sign_in(client, user, page)
    assert "Der letzte Schritt wurde nicht ausgeführt" in client.get(page).content.decode()
    assert "Der letzte Schritt" not in client.get(page).content.decode()
    remark.refresh_from_db()
    assert remark.done_at is None


def test_answer_beside_a_remark_is_there_again_at_its_remark(district_user: User) -> None:
    version = make.version(make.agreement(district=district_user.district))
    first, second = make.remark(version), make.remark(version)
    client, page = browser(district_user), path(version)
    data = filled(client, page, answer="Die Plätze stehen jetzt darin.")
    age(client, seen=LONG)
    send(client, reverse("remark_answer", args=[second.pk]), data, came_from=page)
    sign_in(client, district_user, page)
    shown = client.get(page).content.decode()
    assert shown.count("Die Plätze stehen jetzt darin.") == 1
    field = shown.index("Die Plätze stehen jetzt darin.")
    assert shown.rindex(f'id="antwort-{second.pk}"', 0, field) > shown.find(f'id="antwort-{first.pk}"')
