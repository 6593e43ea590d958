"""What stands on the paper: numbering, names, amounts, changes, the fair copy, and a fixed number of queries."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.documents import document_number, fair_copy, preview, snapshot
from agreements.filling import Unprintable
from agreements.models import AgreementVersion, Document
from aqb import clock, paper
from aqb.text import plain
from tests import factories as make

pytestmark = pytest.mark.django_db

SECTIONS = (
    ("Präambel", False, "Präambel", "Zwischen {Ressort Dativ} und {Gebiet Dativ}."),
    ("Mittel", True, "Haushaltsmittel\nund Eckdaten", "{Gebiet Nominativ groß} erhält\n\n{Betrag abgesetzt}"),
    ("Projekte", True, "Ziele {im Gebiet}", "Mit den Mitteln nach {§ Mittel}:\n\n{Projektliste}"),
)
KASSEL = {
    "name": "Stadt Kassel", "sort_name": "Kassel", "kind": "city", "seat": "Kassel", "nominative": "die Stadt Kassel",
    "genitive": "der Stadt Kassel", "dative": "der Stadt Kassel", "accusative": "die Stadt Kassel",
    "locative": "in der Stadt Kassel", "pronoun": "sie", "possessive": "ihr",
}  # fmt: skip
MAIN_KINZIG = {
    "name": "Main-Kinzig-Kreis", "sort_name": "Main-Kinzig-Kreis", "nominative": "der Main-Kinzig-Kreis",
    "genitive": "des Main-Kinzig-Kreises", "dative": "dem Main-Kinzig-Kreis", "accusative": "den Main-Kinzig-Kreis",
    "locative": "im Main-Kinzig-Kreis",
}  # fmt: skip


def draft(**district: Any) -> AgreementVersion:
    """A draft of 2023 with the wording above; entries come as each test needs them."""
    vintage = make.budget_year(year=2023)
    make.ministry()
    make.wording(vintage, sections=SECTIONS)
    return make.version(make.agreement(vintage, make.district(**district)))


def text_of(section: dict[str, Any]) -> str:
    return " / ".join(plain(block["runs"]) if "runs" in block else block["type"] for block in section["blocks"])


def test_two_calls_give_the_same_json() -> None:
    version = draft()
    make.entry(version, amount="5000.00")

    again = AgreementVersion.objects.get(pk=version.pk)

    assert json.dumps(snapshot(version, state="draft")) == json.dumps(snapshot(again, state="draft"))


def test_sections_count_only_numbered_ones() -> None:
    printed = snapshot(draft(), state="draft")

    assert [(one["key"], one["number"]) for one in printed["sections"]] == [
        ("Präambel", None), ("Mittel", 1), ("Projekte", 2),
    ]  # fmt: skip
    assert printed["sections"][1]["heading"] == ["Haushaltsmittel", "und Eckdaten"]
    assert text_of(printed["sections"][2]) == "Mit den Mitteln nach §\u00a01: / projects"


@pytest.mark.parametrize(
    ("forms", "between", "heading", "label"),
    [
        (KASSEL, "und der Stadt Kassel.", "Ziele in der Stadt Kassel", "Für die Stadt Kassel"),
        (MAIN_KINZIG, "und dem Main-Kinzig-Kreis.", "Ziele im Main-Kinzig-Kreis", "Für den Main-Kinzig-Kreis"),
    ],
)
def test_same_wording_reads_right_for_city_and_one_word_county(
    forms: dict[str, Any], between: str, heading: str, label: str
) -> None:
    printed = snapshot(draft(**forms), state="draft")

    assert text_of(printed["sections"][0]).endswith(between)
    assert printed["sections"][2]["heading"] == [heading]
    assert printed["signing"][1]["label"] == label


def test_categories_in_use_are_numbered_afresh_in_their_order() -> None:
    version = draft()
    first, _unused, third = (make.category(key, position=at) for at, key in enumerate(("AV", "AB", "BQ"), start=1))
    make.entry(version, category=third, title="BASS 2023")
    make.entry(version, category=first, title="Wege in die Pflege", position=2)
    make.entry(version, category=first, title="Joblinge", position=1)

    listed = snapshot(version, state="draft")["categories"]

    assert [(one["number"], one["key"], [row["title"] for row in one["projects"]]) for one in listed] == [
        (1, "AV", ["Joblinge", "Wege in die Pflege"]),
        (2, "BQ", ["BASS 2023"]),
    ]


def test_amounts_come_from_the_lines_and_shares() -> None:
    version = draft()
    make.entry(version, amount="5000.50")
    make.entry(version, amounts_unknown=True, title="Altes Projekt")

    printed = snapshot(version, state="draft")

    assert (printed["amount"], printed["amount_text"]) == ("100000.00", "100.000 Euro")
    assert printed["lines"] == [{"key": "regel", "title": "Regelbudget", "amount": "100000.00"}]
    known, unknown = printed["categories"][0]["projects"]
    assert known["amounts"] == [{"line": "regel", "cash_year": 2023, "amount": "5000.50"}]
    assert unknown["amounts"] is None


def test_draft_has_no_number_and_issued_has_number_address_and_time() -> None:
    version = draft()
    version.document_number = document_number(version)
    version.issued_at = datetime(2023, 7, 3, 7, 30, 15, 999, tzinfo=UTC)

    early, issued = snapshot(version, state="draft"), snapshot(version, state="issued")

    number = f"ZV-2023-{version.agreement.district.ags}-0"
    assert (early["number"], early["check_url"], early["issued_at"]) == ("", "", "")
    assert issued["number"] == number
    assert issued["check_url"].endswith(f"/d/{number}")
    assert issued["issued_at"] == "2023-07-03T09:30:15+02:00"


def test_people_meant_to_sign_stand_below_the_line() -> None:
    version = draft(sort_name="Offenbach", seat="Dietzenbach")
    make.signatory(version, "district", name="Carsten Müller", office="Kreisbeigeordneter")
    make.signatory(version, "district", name="Erika Muster", office="Landrätin", position=2)

    land, district = snapshot(version, state="draft")["signing"]

    assert land["people"][0]["name"] == "Kai Beispiel"
    assert (land["place"], district["place"]) == ("Wiesbaden", "Dietzenbach")
    assert [one["name"] for one in district["people"]] == ["Carsten Müller", "Erika Muster"]
    assert district["people"][0]["body"] == "des Landkreises Offenbach"


def test_fair_copy_has_names_places_and_dates_of_the_signatures() -> None:
    version = draft()
    version.document_number = document_number(version)
    issued = snapshot(version, state="issued")
    rows = [
        version.signatures.model(party="district", name="Carsten Müller", office="Kreisbeigeordneter",
                                 place="Dietzenbach", signed_on=date(2023, 9, 6), field_name="Unterschrift1",
                                 evidence=Document(sha256="b" * 64)),
        version.signatures.model(party="land", name="Kai Klose", office="Staatsminister", place="Wiesbaden",
                                 signed_on=date(2023, 8, 8), date_as_written="8.8.23"),
    ]  # fmt: skip

    copy = fair_copy(issued, rows, seal="test")

    assert (copy["state"], copy["seal"]) == ("signed", "test")
    assert copy["sections"] == issued["sections"]
    assert copy["signing"][0]["people"] == [
        {"name": "Kai Klose", "office": "Staatsminister", "body": issued["ministry"]["name"], "place": "Wiesbaden",
         "signed_on": "2023-08-08", "date_text": "8.8.23", "form": "paper", "evidence": ""}
    ]  # fmt: skip
    second = copy["signing"][1]["people"][0]
    assert (second["signed_on"], second["form"], second["evidence"]) == ("2023-09-06", "electronic", "b" * 64)
    assert (issued["state"], "seal" in issued) == ("issued", False)


def test_fair_copy_without_a_side_is_refused() -> None:
    version = draft()
    row = version.signatures.model(party="land", name="A", office="B", place="C", signed_on=date(2023, 8, 8))

    with pytest.raises(Unprintable, match="Für die Seite „Gebietskörperschaft“ ist noch keine Unterzeichnung erfasst"):
        fair_copy(snapshot(version, state="issued"), [row])


def test_signed_version_prints_its_signatures() -> None:
    vintage = make.budget_year(year=2023)
    make.wording(vintage, sections=SECTIONS)
    version = make.version(make.agreement(vintage), status="signed")

    printed = snapshot(version, state="signed")

    assert [side["people"][0]["name"] for side in printed["signing"]] == ["Erika Muster", "Erika Muster"]
    assert printed["number"] == version.document_number
    assert paper.render(printed).startswith(b"%PDF-1.7")


def test_preview_without_agreement_takes_the_allocations() -> None:
    vintage = make.budget_year(year=2023)
    make.ministry()
    district = make.district()
    make.allocation(make.line(vintage), district, "250000.00")
    make.line(vintage, title="Sprachförderung")
    wording = make.wording(vintage, sections=SECTIONS, released=False)

    printed = preview(wording, district)

    assert (printed["state"], printed["amount"], printed["categories"]) == ("draft", "250000.00", [])
    assert [line["amount"] for line in printed["lines"]] == ["250000.00", "0.00"]
    assert printed["signing"][1]["people"][0]["name"] == ""
    assert paper.render(printed).startswith(b"%PDF-1.7")


def test_preview_of_a_new_wording_takes_the_projects_of_the_version() -> None:
    version = draft()
    make.entry(version, title="Joblinge")
    fresh = make.wording(version.agreement.budget_year, sections=SECTIONS[:1], released=False)

    printed = preview(fresh, version.agreement.district, version=version)

    assert len(printed["sections"]) == 1
    assert printed["categories"][0]["projects"][0]["title"] == "Joblinge"


def test_missing_form_and_wrong_markup_are_collected_in_one_refusal() -> None:
    version = draft(locative="")
    fresh = make.wording(
        version.agreement.budget_year,
        released=False,
        sections=(("Ziele", True, "Ziele {im Gebiet}", "Ein <b>Wort</b> und {Gebeit}."),),
    )

    with pytest.raises(Unprintable) as refused:
        preview(fresh, version.agreement.district, version=version)

    name = version.agreement.district.name
    assert any("Abschnitt „Ziele“: HTML („<b>“)" in reason for reason in refused.value.reasons)
    assert any(f"„{{im Gebiet}}“ fehlt bei {name}" in reason for reason in refused.value.reasons)


def test_missing_dative_of_a_party_is_refused_even_without_placeholder() -> None:
    version = draft(dative="")
    fresh = make.wording(version.agreement.budget_year, released=False, sections=(("A", False, "A", "Text"),))

    with pytest.raises(Unprintable, match=r"„\{Gebiet Dativ\}“ fehlt"):
        preview(fresh, version.agreement.district)


@pytest.mark.parametrize(("today", "minister"), [(2023, "Kai Klose"), (2024, "Kai Klose"), (2030, "Kai Klose")])
def test_ministry_of_an_agreement_is_that_of_its_vintage(today: int, minister: str) -> None:
    make.ministry(minister="Kai Klose", valid_from=date(2019, 1, 18), valid_to=date(2024, 1, 17))
    make.ministry(minister="Heike Hofmann", valid_from=date(2024, 1, 18))
    version = draft()
    version.ministry = None

    with clock.stopped(datetime(today, 6, 1, tzinfo=UTC)):
        assert snapshot(version, state="draft")["signing"][0]["people"][0]["name"] == minister


def test_ministry_that_is_not_recorded_is_named() -> None:
    make.ministry(valid_from=date(2024, 1, 18))
    version = draft()

    with (
        pytest.raises(Unprintable, match="ist kein Ressort eingetragen"),
        clock.stopped(datetime(2023, 6, 1, tzinfo=UTC)),
    ):
        snapshot(version, state="draft")


def test_snapshot_takes_the_same_queries_for_1_and_for_20_projects() -> None:
    def queries(version: AgreementVersion) -> int:
        fresh = AgreementVersion.objects.get(pk=version.pk)
        with CaptureQueriesContext(connection) as taken:
            snapshot(fresh, state="draft")
        return len(taken)

    version = draft()
    make.entry(version, amount="100.00")
    few = queries(version)
    for number in range(19):
        make.entry(version, title=f"Projekt {number}", amount="100.00")

    assert queries(version) == few <= 15
