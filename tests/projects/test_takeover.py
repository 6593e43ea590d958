"""Old contracts are taken over whole, come out as they went in, or are refused in a sentence."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from agreements import documents
from agreements.models import (
    Allocation,
    BudgetLine,
    BudgetYear,
    Document,
    Status,
    Wording,
)
from aqb.models import District
from projects.takeover import comparing, take_over
from reporting import reference
from tests import factories
from tests.old_contract import CITY, CONTRACT, FILE, other, paragraphs, rows, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> None:
    reference.load()


def test_published_contract_comes_out_paragraph_for_paragraph() -> None:
    version = take().version

    assert version is not None
    signed = documents.snapshot(version, state="signed")
    people = [
        paragraph
        for side in signed["signing"]
        for one in side["people"]
        for paragraph in (f"{one['place']}, den {one['date_text']}", one["name"], f"{one['office']} {one['body']}")
    ]
    printed = [*comparing.paragraphs(signed), *people]
    assert sorted(printed) == sorted(paragraphs(CONTRACT))
    assert printed[: len(printed) - 6] == paragraphs(CONTRACT)[:-6]


def test_contract_is_signed_with_its_projects_and_people() -> None:
    taken = take()
    version = taken.version

    assert version is not None
    assert (version.status, version.document_number, version.taken_over) == (Status.SIGNED, "ZV-2023-06438-0", True)
    assert version.ministry is not None
    assert version.ministry.minister == "Kai Klose"
    assert version.lines.get().amount == Decimal("1356400.00")
    entries = list(version.entries.select_related("category"))
    assert [entry.category.key for entry in entries] == ["AV"] * 8 + ["WB"]
    assert entries[-1].title == "BASS 2023"
    assert all(entry.amounts_unknown for entry in entries)
    assert [
        (one.name, one.office, one.place, one.signed_on.isoformat(), one.date_as_written)
        for one in version.signatures.all()
    ] == [
        ("Kai Klose", "Staatsminister", "Wiesbaden", "2023-08-08", "8.8.23"),
        ("Carsten Müller", "Kreisbeigeordneter", "Dietzenbach", "2023-09-06", "06.09.2023"),
    ]
    assert version.signed_at is not None
    assert version.signed_at.year == 2023


def test_original_issued_and_fair_copy_are_kept() -> None:
    version = take().version

    assert version is not None
    kinds = {document.kind: document for document in version.documents.all()}
    assert set(kinds) == {Document.Kind.ORIGINAL, Document.Kind.ISSUED, Document.Kind.SIGNED}
    with kinds[Document.Kind.ORIGINAL].file.open("rb") as file:
        assert file.read() == FILE.read_bytes()
    assert kinds[Document.Kind.SIGNED].seal == "", "nobody here has confirmed what was signed before"


def test_repairs_are_named_and_nothing_is_left_unplaced() -> None:
    taken = take()

    assert taken.mended == [
        "Sternchen entfernt bei „Ausbildungs- und Qualifizierungsbudgets 2023“.",
        "„im Landkreis Landkreis Offenbach“ wird „im Landkreis Offenbach“.",
    ]
    assert taken.unplaced == []


def test_wording_names_no_district_ministry_amount_or_vintage() -> None:
    version = take().version

    assert version is not None
    text = "\n".join(f"{part.heading}\n{part.text}" for part in version.wording.sections.all())
    for word in (
        "Offenbach",
        "Landkreis ",
        "HMSI",
        "Soziales und Integration",
        "2023",
        "1.356.400",
        "§ 4",
        "§ 5",
        "Joblinge",
    ):
        assert word not in text.replace("Landkreise", ""), word
    assert "2020 bis 2024" in text
    assert "{§ Projekte}" in text
    assert "{Gebiet kurz Dativ}" in text


@pytest.mark.parametrize(
    ("ags", "expected"),
    [
        (
            "06611",
            [
                "der Stadt Kassel",
                "Ziele für die Umsetzung in der Stadt Kassel",
                "von der Stadt bereits",
                "Strategie der Stadt Kassel.",
                "Integration und die Stadt Kassel setzen",
                "Die Stadt Kassel finanziert",
                "durch die Stadt Kassel vom",
                "stellt der Stadt Kassel im Jahr 2023",
            ],
        ),
        (
            "06435",
            [
                "dem Main-Kinzig-Kreis",
                "Ziele für die Umsetzung im Main-Kinzig-Kreis",
                "von dem Kreis bereits",
                "strategie des Main-Kinzig-Kreises.",
                "und der Main-Kinzig-Kreis setzen",
                "Der Main-Kinzig-Kreis finanziert",
                "durch den Main-Kinzig-Kreis vom",
                "stellt dem Main-Kinzig-Kreis im Jahr 2023",
            ],
        ),
    ],
)
def test_same_wording_reads_right_elsewhere(ags: str, expected: list[str]) -> None:
    version = take().version
    assert version is not None

    text = "\n".join(comparing.paragraphs(documents.preview(version.wording, District.objects.get(ags=ags))))

    for words in expected:
        assert words.casefold().replace("strategie", "") in text.casefold().replace("strategie", ""), words
    assert "Landkreis " not in text
    assert "Offenbach" not in text


def test_contract_of_a_city_gives_the_same_wording_and_uses_it() -> None:
    first = take().version
    assert first is not None

    second = take(other(CONTRACT, CITY), ags="06611").version

    assert second is not None
    assert second.wording == first.wording
    assert Wording.objects.count() == 1
    assert BudgetLine.objects.get().amount == Decimal("2598300.00")


def test_contract_of_a_city_alone_reads_right_for_a_county() -> None:
    version = take(other(CONTRACT, CITY), ags="06611").version
    assert version is not None

    text = comparing.paragraphs(documents.preview(version.wording, District.objects.get(ags="06438")))

    expected = [one for one in paragraphs(CONTRACT)[:-6] if not one.startswith(("- ", "1. ", "2. ", "1.356"))]
    assert [one for one in text if not one.startswith("0 Euro")] == expected


def test_dry_run_reports_the_same_and_leaves_nothing() -> None:
    before, files = rows(), sorted(Path(settings.FILES).rglob("*"))

    taken = take(dry_run=True)

    assert "Vertragstext 2023 mit 8 Abschnitten, gleich freigegeben." in taken.made
    assert taken.version is None
    assert rows() == before
    assert sorted(Path(settings.FILES).rglob("*")) == files


def test_matching_vintage_line_and_allocation_are_used() -> None:
    vintage = factories.budget_year(year=2023)
    line = factories.line(vintage, amount=Decimal(27_700_000))
    factories.allocation(line, District.objects.get(ags="06438"), "1356400.00")

    version = take().version

    assert version is not None
    assert version.lines.get().line == line
    assert BudgetYear.objects.count() == Allocation.objects.count() == 1


def test_windows_encoding_and_line_ends_are_read() -> None:
    text = CONTRACT.replace("\n", "\r\n").encode("cp1252")

    version = take_over(original=text, year=2023, district=District.objects.get(ags="06438"), by=None).version

    assert version is not None
    assert version.signatures.get(party="district").name == "Carsten Müller"


def test_what_has_no_placeholder_is_named_and_stays() -> None:
    text = CONTRACT.replace(
        "Der Landkreis Offenbach und das HMSI führen",
        "Nach § 44 LHO, nach § 12 und vom Landkreis Offenbach aus: der Landkreis Offenbach und das HMSI führen",
    )

    taken = take(text)

    assert any("„vom Landkreis Offenbach“ bleibt fester Text" in one for one in taken.unplaced)
    assert any("„§ 12“ ist kein Abschnitt" in one for one in taken.unplaced)
    assert not any("LHO" in one for one in taken.unplaced)


def test_two_people_may_sign_for_a_side() -> None:
    text = CONTRACT + "\n\nErika Muster\n\nErste Kreisbeigeordnete\ndes Landkreises Offenbach\n"

    version = take(text).version

    assert version is not None
    assert [one.name for one in version.signatures.filter(party="district")] == ["Carsten Müller", "Erika Muster"]
