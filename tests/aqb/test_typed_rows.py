"""What was sent after the end of a session, where a page has rows, and where htmx asks for parts of it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import BudgetLine, BudgetYear
from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import path
from tests.back_office import address, rows
from tests.back_office import typed as shown_form
from tests.clients import LONG, age, browser, filled, send, sign_in, token_of

pytestmark = pytest.mark.django_db

NOTE = "Ihre Eingaben sind wieder da, gespeichert ist noch nichts"


def line_data(client: Client, page: str) -> dict[str, Any]:
    """The form of a vintage with its lines, as it is shown."""
    answer = client.get(page)
    data = {"csrfmiddlewaretoken": token_of(answer)}
    for form in (answer.context["form"], answer.context["lines"].management_form, *answer.context["lines"].forms):
        for bound in form:
            value = bound.value()
            parts = bound.field.widget.decompress(value) if hasattr(bound.field.widget, "decompress") else None
            if parts is None:
                data[bound.html_name] = "" if value is None else value
            else:
                data |= {f"{bound.html_name}_{n}": v for n, v in zip(("day", "month", "year"), parts, strict=True)}
    return data


def test_rows_stand_at_their_own_lines_and_new_ones_behind_them() -> None:
    """Between sending and login somebody else has removed one line and added another one."""
    user, vintage = make.user(Role.MINISTRY), make.budget_year()
    first, second, third = (make.line(vintage, title=f"Linie {name}") for name in "ABC")
    page, client = reverse("budget_year_edit", args=[vintage.year]), browser(user)
    data = line_data(client, page)
    data |= {"lines-0-title": "A getippt", "lines-1-title": "B getippt", "lines-2-title": "C getippt"}
    data |= {"lines-3-title": "Neu getippt", "lines-4-title": "Auch neu", "lines-4-id": "", "lines-TOTAL_FORMS": "5"}
    age(client, seen=LONG)
    send(client, page, data)
    BudgetLine.objects.filter(pk=second.pk).delete()
    late = make.line(vintage, title="Linie D", key="d")
    sign_in(client, user, page)
    lines = client.get(page).context["lines"]
    shown = [(form["id"].value(), form["title"].value()) for form in lines.forms]
    assert shown[:3] == [(first.pk, "A getippt"), (third.pk, "C getippt"), (late.pk, "Linie D")]
    assert [title for _, title in shown[3:]] == ["B getippt", "Neu getippt", "Auch neu"]
    assert not any(key for key, _ in shown[3:])


def test_back_office_shows_what_was_typed_and_the_rows_that_a_script_had_added() -> None:
    user, vintage = make.user(Role.MINISTRY), make.budget_year()
    line = make.line(vintage)
    page, client = address(vintage, "change"), browser(user)
    shown = client.get(page)
    data = shown_form(shown, first_cash_year="2031") | rows(
        "lines", {"id": line.pk, "budget_year": vintage.pk, "title": "Zeile getippt", "key": line.key, "amount": "1"},
        {"id": "", "budget_year": vintage.pk, "title": "Vom Skript", "key": "neu", "amount": "2", "position": "9"},
        initial=1,
    )  # fmt: skip
    age(client, seen=LONG)
    send(client, page, data | {"csrfmiddlewaretoken": token_of(shown)})
    sign_in(client, user, page)
    answer = client.get(page)
    text = answer.content.decode()
    assert NOTE in text
    assert re.search(r'name="first_cash_year"[^>]*value="2031"|value="2031"[^>]*name="first_cash_year"', text)
    assert 'value="Zeile getippt"' in text
    assert 'value="Vom Skript"' in text
    assert 'name="lines-TOTAL_FORMS" value="2"' in text
    assert not BudgetYear.objects.filter(first_cash_year=2031).exists()


# ---- htmx ----


def test_preview_after_the_end_leads_the_whole_page_to_the_login_and_keeps_the_text() -> None:
    user, vintage = make.user(Role.MINISTRY), make.budget_year()
    make.ministry()
    place = make.district()
    wording = make.wording(vintage, released=False)
    section = wording.sections.get(key="Mittel")
    page, client = reverse("section_edit", args=[wording.pk, section.pk]), browser(user)
    data = filled(client, page, heading="Neue Überschrift", text="Neuer Text")
    age(client, seen=LONG)
    preview = reverse("wording_preview", args=[wording.pk, place.ags])
    sent = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}?gebiet={place.ags}"}
    answer = client.post(preview, data, headers=sent)
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith(f"{reverse('account_login')}?next={page}%3Fgebiet")
    sign_in(client, user, page)
    shown = client.get(page).content.decode()
    assert "Neue Überschrift</textarea>" in shown
    assert "Neuer Text</textarea>" in shown


def test_part_of_a_page_asked_after_the_end_leads_the_whole_page() -> None:
    user = make.user(Role.MINISTRY)
    client, form = browser(user), reverse("wording_create")
    age(client, seen=LONG)
    sent = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{form}"}
    answer = client.get(reverse("project_list"), headers=sent)
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next={form}"


def test_address_of_another_site_is_no_page_to_come_back_to() -> None:
    user = make.user(Role.MINISTRY)
    client, form = browser(user), path(make.version(status="submitted"), "schritt/withdraw/")
    data = filled(client, form, reason="Bitte ergänzen.")
    age(client, seen=LONG)
    answer = client.post(form, data, headers={"referer": "https://boese.example/seite/"})
    assert answer["Location"] == f"{reverse('account_login')}?next={form}"
    sign_in(client, user, form)
    token = token_of(client.get(form))
    for page in ("https://boese.example/", "//boese.example/", "relativ"):
        assert client.post(reverse("typed_discard"), {"page": page, "csrfmiddlewaretoken": token})[
            "Location"
        ] == reverse("home")
