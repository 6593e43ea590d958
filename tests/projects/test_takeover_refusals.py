"""What cannot be taken over is refused in a sentence, and nothing has changed."""

import re
from decimal import Decimal
from typing import Any

import pytest

from aqb.access import Refused
from aqb.models import District
from projects.takeover import take_over
from reporting import reference
from tests import factories
from tests.old_contract import CONTRACT, rows, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> None:
    reference.load()


def refusal(text: str = CONTRACT, **options: Any) -> str:
    """The reasons, after making sure that nothing has changed."""
    before = rows()
    with pytest.raises(Refused) as refused:
        take(text, **options)
    assert rows() == before
    return " ".join(refused.value.reasons)


def test_allocation_that_contradicts_is_named() -> None:
    vintage = factories.budget_year(year=2023)
    factories.allocation(
        factories.line(vintage, amount=Decimal(5_000_000)), District.objects.get(ags="06438"), "1000.00"
    )

    assert "Die Zuweisung beträgt 1.000,00 €, der Vertrag nennt 1.356.400,00 €." in refusal()


def test_line_without_room_is_named() -> None:
    factories.line(factories.budget_year(year=2023), amount=Decimal(1_000_000))

    assert "sind noch 1.000.000,00 € frei, der Vertrag nennt 1.356.400,00 €" in refusal()


def test_other_wording_of_the_vintage_is_named_with_the_first_difference() -> None:
    factories.wording(factories.budget_year(year=2023))

    assert "„Vertragstext 2023“ weicht vom Vertrag ab: „" in refusal()


def test_wording_that_is_still_a_draft_is_named() -> None:
    factories.wording(factories.budget_year(year=2023), released=False)

    assert "ist noch ein Entwurf" in refusal()


def test_agreement_that_exists_is_named_with_its_state() -> None:
    take()

    assert "mit dem Landkreis Offenbach gibt es schon (Stand: Unterzeichnet)" in refusal()


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        (b"", "Die Datei ist leer."),
        (b"  \n\t\n", "Die Datei ist leer."),
        (b"%PDF-1.7\n", "eine PDF-Datei"),
        (b"PK\x03\x04\x00\x00", "eine Word- oder ZIP-Datei"),
        (bytes(range(256)) * 20, "kein lesbarer Text"),
        (b"Einkaufsliste: Milch, Brot", "keine Zielvereinbarung"),
        (b"x" * 600_000, "zu groß"),
        (CONTRACT[: CONTRACT.index("Wiesbaden, den")].encode(), "keine Unterschriften"),
        (CONTRACT.replace("8.8.23", "31.2.2023").encode(), "„31.2.2023“ unter dem Vertrag gibt es nicht"),
        (CONTRACT.replace("1.356.400 Euro", "").encode(), "kein Betrag"),
        (CONTRACT.replace("1.356.400 Euro", "1.000 Euro\n\n2.000 Euro").encode(), "mehrere Beträge"),
        (CONTRACT.replace("1. Ausbildungsvorbereitung", "1. Ausflüge").encode(), "Die Maßnahmenart „Ausflüge“"),
        (CONTRACT.replace("\n- ", "\n").encode(), "keine Projektliste"),
        (CONTRACT.replace("für Soziales und Integration", "für Wetter").encode(), "Das Ressort"),
        (CONTRACT.replace("Carsten Müller", "").encode(), "Die Unterschrift für „Landkreis Offenbach“"),
        (CONTRACT.replace("des Budgets ist", "des {Budgets} ist").encode(), "geschweifte Klammer"),
        (CONTRACT.replace("des Budgets ist", "des <b>Budgets</b> ist").encode(), "HTML"),
        (CONTRACT.replace("§ ", "Artikel ").encode(), "Es fehlen die Abschnitte"),
    ],
)
def test_unusable_file_is_refused_in_a_sentence(original: bytes, reason: str) -> None:
    before = rows()

    with pytest.raises(Refused, match=re.escape(reason)):
        take_over(original=original, year=2023, district=District.objects.get(ags="06438"), by=None)

    assert rows() == before


def test_contract_of_another_district_is_named() -> None:
    assert "mit dem Landkreis Offenbach (06438) geschlossen, angegeben ist Stadt Kassel" in refusal(ags="06611")


def test_contract_of_another_vintage_is_named() -> None:
    assert refusal(year=2024) == "Der Vertrag gilt für 2023, angegeben ist 2024."


def test_district_that_did_not_exist_then_is_refused() -> None:
    assert refusal(ags="06415") == "Stadt Hanau ist im Jahr 2023 nicht gültig."


def test_ministry_that_was_not_responsible_is_refused() -> None:
    text = CONTRACT.replace("8.8.23", "8.8.2024")

    assert refusal(text) == (
        "Am 08.08.2024 war das Hessische Ministerium für Arbeit, Integration, Jugend und Soziales zuständig; "
        "der Vertrag nennt das Hessische Ministerium für Soziales und Integration."
    )


def test_only_the_ministry_may_take_over() -> None:
    assert "Ausfertigen kann nur das Ministerium." in refusal(
        by=factories.user("district", District.objects.get(ags="06438"))
    )
    assert take(by=factories.user("ministry")).version is not None
