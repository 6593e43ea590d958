"""Public pages: everybody reads them, the ministry and the operator word them, and what is missing is said."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from aqb import health, text
from aqb.access import Refused, Role
from aqb.errors import broken
from aqb.models import PageText
from aqb.page_texts import actions, texts, views
from tests import factories as make
from tests.agreements.pages import client_of
from tests.back_office import address, typed
from tests.forms import fill_in

pytestmark = pytest.mark.django_db
EDIT = "/seitentexte/impressum/"
SIX = (
    "/barrierefreiheit/",
    "/barriere-melden/",
    "/leichte-sprache/",
    "/gebaerdensprache/",
    "/datenschutz/",
    "/impressum/",
)


@pytest.fixture(autouse=True)
def contact(settings: Any) -> None:
    settings.OPERATOR, settings.CONTACT_PHONE = "Ministerium <b>, Wiesbaden", "0611 123-0"
    settings.CONTACT_MAIL = "kontakt@ministerium.example"
    settings.PRODUCTION = True


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("key", texts.TEXTS)
def test_own_wording_can_be_shown_and_saved_as_it_stands(key: str) -> None:
    assert texts.problems(texts.default(key)) == []
    assert texts.shown(texts.current(key))
    row = actions.change_text(key=key, title=texts.TEXTS[key].title, body=texts.default(key), by=make.operator())
    assert texts.shown(row) == texts.shown(texts.current(key))


@pytest.mark.parametrize("path", SIX)
def test_six_pages_are_one_click_away_from_everywhere(path: str) -> None:
    link = f'href="{path}"'
    visitor, staff = Client(raise_request_exception=False), client_of(make.user(Role.MINISTRY))
    for page in ("/konto/login/", "/pruefen/", "/gibt-es-nicht/", path):
        assert link in visitor.get(page).content.decode(), page
    for page in ("/", "/verwaltung/", "/gibt-es-nicht/"):
        assert link in staff.get(page).content.decode(), page
    assert link in broken(RequestFactory().get("/")).content.decode()


def test_entrance_leads_to_easy_and_to_sign_language_at_its_top() -> None:
    header = body(Client(), "/konto/login/").split("</header>")[0]
    assert 'href="/leichte-sprache/"' in header
    assert 'href="/gebaerdensprache/"' in header


def test_placeholders_are_filled_and_written_as_text() -> None:
    page = body(Client(), "/impressum/")
    assert "Ministerium &lt;b&gt;, Wiesbaden" in page
    assert '<a class="kern-link" href="mailto:kontakt@ministerium.example">kontakt@ministerium.example</a>' in page
    assert 'href="tel:06111230"' in page


def test_what_is_missing_is_said_on_the_page_and_to_the_operator(settings: Any) -> None:
    settings.OPERATOR = settings.CONTACT_MAIL = ""
    page = body(Client(), "/impressum/")
    assert "[noch zu ergänzen: Name und Anschrift der Stelle, die die Seiten anbietet]" in page
    assert "[noch zu ergänzen: Stelle, die den Server betreibt]" in page
    assert "Mustertext der Anwendung" in page
    part = health.public_pages()
    assert part.state == "notice"
    assert dict(part.facts)["Fehlt in der Umgebung"] == "AQB_OPERATOR, AQB_CONTACT_MAIL"
    assert "Impressum" in dict(part.facts)["Mustertext, von niemandem geprüft"]
    listed = body(client_of(make.operator()), reverse("page_text_list"))
    assert "AQB_CONTACT_MAIL" in listed
    assert "Stelle, die den Server betreibt" in listed


def test_texts_that_somebody_has_worded_are_good() -> None:
    for key, known in texts.TEXTS.items():
        make.page_text(key, title=known.title)
    assert health.public_pages().state == "good"
    assert "Mustertext" not in body(Client(), "/impressum/")


def test_declaration_says_what_the_law_asks_for() -> None:
    page = body(Client(), "/barrierefreiheit/")
    for words in (
        "teilweise vereinbar", "Selbstbewertung", "27.\u00a0November 2026", "Was noch nicht barrierefrei ist", "sechs Wochen",
        "Durchsetzungs- und Überwachungsstelle", "Regierungspräsidium Gießen", 'href="/barriere-melden/"',
    ):  # fmt: skip
        assert words.replace("\u00a0", " ") in page.replace("\u00a0", " ")


def test_page_says_what_the_ministry_saved_and_who_did_it_is_recorded() -> None:
    by = make.user(Role.MINISTRY)
    data = {
        "title": "Impressum und Kontakt",
        "body": "## Anbieter\r\n\r\nErste Zeile\r\nZweite Zeile, [hier](/pruefen/).",
    }
    assert fill_in(client_of(by), EDIT, data).status_code == 302
    page = body(Client(), "/impressum/")
    assert "Impressum und Kontakt" in page
    assert 'Zweite Zeile, <a class="kern-link" href="/pruefen/">hier</a>' in page
    assert "Zuletzt geändert am" in page
    told = body(client_of(make.user(Role.AUDITOR)), "/verlauf/")
    assert "hat den Text der Seite „Impressum und Kontakt“ angelegt." in told


def test_preview_shows_what_is_not_saved() -> None:
    client = client_of(make.user(Role.MINISTRY))
    data = {"title": "Impressum", "body": "## Neu\n\nNoch **nicht** gespeichert."}
    for path, more in ((EDIT, {"preview": "1"}), (f"{EDIT}vorschau/", {})):
        answer = fill_in(client, path, {**data, **more}, page=EDIT)
        assert "Noch <strong>nicht</strong> gespeichert." in answer.content.decode()
    wrong = fill_in(client, f"{EDIT}vorschau/", {**data, "body": "{Unsinn}"}, page=EDIT)
    assert "Den Platzhalter „{Unsinn}“ gibt es nicht" in wrong.content.decode()
    assert not PageText.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("# Groß", "Überschriften beginnen mit ##"),
        ("### Klein zuerst", "Vor der ersten kleinen Überschrift"),
        ("Unterstrichen\n===", "Überschriften beginnen mit ##"),
        ("<script>alert(1)</script>", "HTML"),
        ("[Wort](javascript:alert)", "Ein Link führt zu „javascript:alert“"),
        ("[Wort](//fremd.example)", "Ein Link führt zu „//fremd.example“"),
        ("![Bild](/x.png)", "Bilder"),
        ("{Betrag}", "Den Platzhalter „{Betrag}“ gibt es nicht; möglich sind {Anbieter}"),
        ("", "Bitte machen Sie hier eine Angabe."),
    ],
)
def test_what_the_small_markdown_does_not_know_is_refused_by_name(wrong: str, sentence: str) -> None:
    answer = fill_in(client_of(make.operator()), EDIT, {"title": "Impressum", "body": wrong})
    assert sentence in answer.content.decode().replace("&lt;", "<").replace("&gt;", ">")
    assert not PageText.objects.exists()


def test_action_refuses_past_the_form() -> None:
    by = make.operator()
    with pytest.raises(Refused, match="gibt es nicht"):
        actions.change_text(key="startseite", title="Start", body="Text", by=by)
    with pytest.raises(Refused, match="Überschriften"):
        actions.change_text(key="impressum", title="Impressum", body="# Nein", by=by)
    with pytest.raises(Refused):
        actions.change_text(key="impressum", title=" ", body="Text", by=by)


def test_back_office_takes_the_same_road() -> None:
    row = make.page_text()
    client = client_of(make.operator())
    page = address(row, "change")
    assert client.post(page, typed(client.get(page), title="Neu", body="Nur Text.")).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.body, row.changed_by.is_superuser) == ("Neu", "Nur Text.", True)
    assert "Überschriften beginnen mit ##" in client.post(page, typed(client.get(page), body="# Nein")).content.decode()


def test_contract_still_knows_neither_headings_nor_links() -> None:
    assert len(text.problems("## Nein\n\n[Nein](/pruefen/)")) == 2


def test_place_for_the_video_shows_it_or_says_that_there_is_none(settings: Any, tmp_path: Path) -> None:
    assert "gibt es noch nicht" in body(Client(), "/gebaerdensprache/")
    settings.PUBLIC_FILES = tmp_path
    assert views.video() is None
    for name in ("gebaerdensprache.mp4", "gebaerdensprache.webm", "gebaerdensprache.vtt", "gebaerdensprache.jpg"):
        (tmp_path / name).write_bytes(b"x")
    page = body(Client(), "/gebaerdensprache/")
    assert '<source src="/gebaerdensprache.webm" type="video/webm"><source src="/gebaerdensprache.mp4"' in page
    assert '<track kind="captions" src="/gebaerdensprache.vtt"' in page
    assert "gibt es noch nicht" not in page
