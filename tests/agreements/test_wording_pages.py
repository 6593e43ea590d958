"""The pages of the contract text: editing, preview, check of all districts, release."""

from typing import Any

import pytest

from agreements.models import Wording
from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, lead, ministry, text
from tests.agreements.test_agreement_pages import queries_of
from tests.forms import fill_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wording() -> Wording:
    """A draft for 2023 with a county and a city."""
    make.ministry()
    year = make.budget_year(year=2023)
    county = make.district(sort_name="Muster")
    make.allocation(make.line(year), county, "123400.00")
    make.district(
        name="Stadt Beispiel", sort_name="Beispiel", kind="city", ags="06999", nominative="die Stadt Beispiel",
        dative="der Stadt Beispiel", locative="in der Stadt Beispiel",
    )  # fmt: skip
    return make.wording(year, released=False)


def url(wording: Wording, rest: str = "") -> str:
    return f"/vertragstexte/{wording.pk}/{rest}"


def section(wording: Wording, key: str = "Mittel") -> Any:
    return wording.sections.get(key=key)


@pytest.mark.parametrize("rest", ["", "abschnitt/neu/", "vorschau/06999/", "vorschau/06999.pdf"])
def test_only_the_ministry_keeps_wordings(rest: str, wording: Wording) -> None:
    assert ministry().get(url(wording, rest)).status_code == 200
    for role in (Role.DISTRICT_LEAD, Role.AUDITOR):
        assert client_of(make.user(role)).get(url(wording, rest)).status_code == 403


def test_list_shows_every_wording(wording: Wording) -> None:
    make.wording(wording.budget_year, kind="amendment")
    page = text(ministry().get("/vertragstexte/"))
    assert page.count("aqb-badge--neutral") == 1
    assert "Vertragstext 2023 für Änderungen" in page
    assert client_of(make.user(Role.AUDITOR)).get("/vertragstexte/").status_code == 403


def test_section_is_saved(wording: Wording) -> None:
    one = section(wording)
    data = {"heading": "Geld", "text": "{Gebiet Nominativ groß} erhält:\r\n\r\n{Betrag abgesetzt}"}
    fill_in(ministry(), url(wording, f"abschnitt/{one.pk}/"), data)
    one.refresh_from_db()
    assert (one.heading, one.text) == ("Geld", "{Gebiet Nominativ groß} erhält:\n\n{Betrag abgesetzt}")


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Für {Gebiet Dativv}.", "Den Platzhalter „{Gebiet Dativv}“ gibt es nicht. Meinten Sie „{Gebiet Dativ}“?"),
        ("Für <b>alle</b>.", "HTML („&lt;b&gt;“) gibt es im Text nicht"),
        ("{% include 'x' %}", "Vorlagenbefehle"),
        ("{{ user }}", "Vorlagenbefehle"),
        ("Für {Gebiet Dativ.", "hat kein Gegenstück"),
    ],
)
def test_bad_text_is_refused_and_kept(written: str, sentence: str, wording: Wording) -> None:
    one = section(wording)
    answer = fill_in(ministry(), url(wording, f"abschnitt/{one.pk}/"), {"heading": "Geld", "text": written})
    assert sentence in text(answer)
    assert written.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in text(answer)
    before = one.text
    one.refresh_from_db()
    assert one.text == before


def test_preview_button_shows_what_is_not_saved(wording: Wording) -> None:
    one = section(wording)
    data = {"heading": "Geld", "text": "Neu für {Gebiet Akkusativ}.", "preview": "1", "gebiet": "06999"}
    page = text(fill_in(ministry(), url(wording, f"abschnitt/{one.pk}/"), data))
    assert "Neu für <mark>den Landkreis Beispiel</mark>." in page
    one.refresh_from_db()
    assert one.heading == "Mittel"


def test_live_preview_answers_with_the_paper_alone(wording: Wording) -> None:
    one = section(wording)
    data = {"section": one.pk, "heading": "Geld", "text": "Hier {im Gebiet} {Betrag}.", "gebiet": "06999"}
    answer = ministry().post(url(wording, "vorschau/06901/"), data, headers={"HX-Request": "true"})
    assert "Hier <mark>in der Stadt Beispiel</mark>" in text(answer)
    assert "<html" not in text(answer)
    wrong = ministry().post(
        url(wording, "vorschau/06999/"), data | {"text": "{Unsinn}"}, headers={"HX-Request": "true"}
    )
    assert "So lässt sich der Text nicht füllen" in text(wrong)
    assert "„{Unsinn}“ gibt es nicht" in text(wrong)


def test_preview_uses_the_amount_of_the_district(wording: Wording) -> None:
    page = text(ministry().get(url(wording, f"abschnitt/{section(wording).pk}/?gebiet=06901")))
    assert "<mark>123.400 Euro</mark>" in page
    assert "<mark>Der Landkreis Muster</mark>" in page


def test_title_and_parties_are_saved_with_their_placeholders(wording: Wording) -> None:
    data = {
        "title": "Zielvereinbarung",
        "purpose": "zur Umsetzung {Jahrgang}",
        "land_label": "",
        "district_label": "Für {Gebiet}",
    }
    fill_in(ministry(), url(wording), data)
    wording.refresh_from_db()
    assert wording.purpose == "zur Umsetzung {Jahrgang}"
    answer = fill_in(ministry(), url(wording), data | {"purpose": "{Projektliste}"})
    assert "steht nur in einem eigenen Absatz" in text(answer)


def test_check_of_all_districts_names_what_is_missing(wording: Wording) -> None:
    assert "2 von 2 Gebietskörperschaften ohne Beanstandung" in text(ministry().get(url(wording)))
    make.district(sort_name="Formlos", nominative="")
    page = text(ministry().get(url(wording)))
    assert "2 von 3 Gebietskörperschaften ohne Beanstandung" in page
    assert "fehlt bei Landkreis Formlos die Form" in page


def test_check_finds_a_doubled_word(wording: Wording) -> None:
    one = section(wording)
    type(one).objects.filter(pk=one.pk).update(text="Das gilt im Landkreis {Gebiet}.")
    page = text(ministry().get(url(wording)))
    assert "1 von 2 Gebietskörperschaften ohne Beanstandung" in page
    assert "„Landkreis Landkreis“ doppelt" in page


def test_check_keeps_its_number_of_queries(wording: Wording) -> None:
    client = ministry()
    few = queries_of(client, url(wording))
    for _ in range(20):
        make.district()
    assert queries_of(client, url(wording)) == few


def test_sections_are_added_moved_and_removed(wording: Wording) -> None:
    client = ministry()
    client.post(
        url(wording, "abschnitt/neu/"), {"key": "Dialog", "numbered": "on", "heading": "Dialog", "text": "Ein Treffen."}
    )
    added = section(wording, "Dialog")
    client.post(url(wording, f"abschnitt/{added.pk}/verschieben/"), {"direction": "up"})
    assert [one.key for one in wording.sections.order_by("position")] == ["Präambel", "Mittel", "Dialog", "Projekte"]
    assert "Abschnitt entfernen" in text(client.get(url(wording, f"abschnitt/{added.pk}/entfernen/")))
    client.post(url(wording, f"abschnitt/{added.pk}/entfernen/"))
    assert not wording.sections.filter(key="Dialog").exists()
    double = client.post(url(wording, "abschnitt/neu/"), {"key": "Mittel", "heading": "Doppelt", "text": "x"})
    assert "Diesen Kurznamen gibt es in diesem Vertragstext schon." in text(double)


def test_section_that_is_referred_to_is_not_removed(wording: Wording) -> None:
    answer = ministry().post(url(wording, f"abschnitt/{section(wording).pk}/entfernen/"))
    assert answer.status_code == 409
    assert "verweist mit {§ Mittel} darauf" in text(answer)


def test_section_of_another_wording_does_not_exist(wording: Wording) -> None:
    other = make.wording(make.budget_year(year=2024))
    assert ministry().get(url(wording, f"abschnitt/{section(other).pk}/")).status_code == 404


def test_release_needs_a_second_person_of_the_lead(wording: Wording) -> None:
    assert ministry().post(url(wording, "freigeben/")).status_code == 403
    chief = make.user(Role.MINISTRY_LEAD)
    Wording.objects.filter(pk=wording.pk).update(changed_by=chief)
    assert "Vier-Augen-Prinzip" in text(client_of(chief).get(url(wording)))
    assert "Vier-Augen-Prinzip" in text(client_of(chief).post(url(wording, "freigeben/")))
    assert not Wording.objects.get(pk=wording.pk).is_released
    assert "Vertragstext freigeben" in text(lead().get(url(wording)))
    assert "nicht rückgängig" in text(lead().get(url(wording, "freigeben/")))
    lead().post(url(wording, "freigeben/"))
    wording.refresh_from_db()
    assert wording.is_released


def test_released_wording_is_only_read(wording: Wording) -> None:
    lead().post(url(wording, "freigeben/"))
    one = section(wording)
    page = text(ministry().get(url(wording, f"abschnitt/{one.pk}/")))
    assert "<textarea" not in page
    assert "Entwurf daraus anlegen" in page
    answer = ministry().post(url(wording, f"abschnitt/{one.pk}/"), {"heading": "Neu", "text": "Neu"})
    assert "Ein freigegebener Vertragstext ändert sich nicht mehr." in text(answer)


def test_locked_section_is_only_read(wording: Wording) -> None:
    one = section(wording)
    type(one).objects.filter(pk=one.pk).update(locked=True)
    page = text(ministry().get(url(wording, f"abschnitt/{one.pk}/")))
    assert "Der Abschnitt ist gesperrt." in page
    assert "<textarea" not in page


def test_new_draft_from_a_released_wording(wording: Wording) -> None:
    lead().post(url(wording, "freigeben/"))
    client = ministry()
    assert f'value="{wording.pk}" selected' in text(client.get(f"/vertragstexte/neu/?vorlage={wording.pk}"))
    data = {"budget_year": wording.budget_year_id, "kind": "agreement", "copy_of": wording.pk}
    client.post("/vertragstexte/neu/", data)
    draft = Wording.objects.get(number=2)
    assert draft.sections.count() == 3
    assert "schon einen Entwurf" in text(client.post("/vertragstexte/neu/", data))
    assert "Vorlage derselben Art" in text(client.post("/vertragstexte/neu/", data | {"kind": "amendment"}))


def test_wording_as_pdf_before_the_opening(wording: Wording) -> None:
    assert ministry().get(url(wording, "vorschau/06999.pdf")).content.startswith(b"%PDF")
    assert ministry().get(url(wording, "vorschau/06000.pdf")).status_code == 404
