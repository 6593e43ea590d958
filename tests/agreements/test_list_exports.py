"""Lists as spreadsheets: everything that the filters find, in typed cells, for whoever sees it and nobody else."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from agreements.models import Agreement, AgreementVersion
from aqb.access import Role
from aqb.models import District
from aqb.tables import Format
from projects.models import ProjectEntry
from tests import factories as make
from tests.agreements.pages import client_of, ministry, text
from tests.factories import START

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("https://fremd.example";"Klick")'


def vintage() -> tuple[AgreementVersion, AgreementVersion]:
    year = make.budget_year(year=2023, submission_due=date(2024, 1, 1))
    line = make.line(year)
    places = [make.district(sort_name=name) for name in ("Fulda", "Kassel")]
    shares = [make.allocation(line, place, amount="12345.50") for place in places]
    first, second = (make.version(make.agreement(year, share.district), entries=1) for share in shares)
    Agreement.objects.filter(pk=first.agreement_id).update(reference=EVIL)
    AgreementVersion.objects.filter(pk=first.pk).update(status_changed_at=START)
    return first, second


def rows(answer: Any) -> list[dict[str, Any]]:
    """The rows of a workbook as a program reads them: heading -> value."""
    sheet: Any = load_workbook(BytesIO(answer.content)).active
    heading, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in found]


def test_vintage_is_handed_out_in_typed_cells() -> None:
    vintage()
    answer = ministry().get("/jahrgaenge/2023/tabelle.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="zielvereinbarungen-aqb-2023.xlsx"'
    first, second = rows(answer)
    assert first["Gebietskörperschaft"] == "Landkreis Fulda"
    assert (first["Jahrgang"], first["Fassung"], first["Stand"]) == (2023, 0, "Entwurf")
    assert first["im Stand seit"].date() == date(2026, 3, 2)
    assert isinstance(first["Tage im Stand"], int)
    assert first["über der Frist"] == "ja"
    assert Decimal(str(first["vereinbart"])) == Decimal("12345.5")
    assert Decimal(str(first["frei"])) == Decimal("2345.5")
    assert (first["Am Zug"], first["Nächster Schritt"]) == ("Kreis", "Einreichung")
    assert first["Aktenzeichen"] == f"'{EVIL}", "a text that begins like a formula stays a text"
    assert second["Gebietskörperschaft"] == "Landkreis Kassel"
    sheet: Any = load_workbook(BytesIO(answer.content)).active
    amount = next(cell for cell in sheet[2] if cell.value == 12345.5)
    assert "0.00" in amount.number_format


@pytest.mark.parametrize("ending", Format)
def test_filters_and_order_of_the_address_count(ending: Format) -> None:
    vintage()
    client = ministry()
    page = text(client.get("/jahrgaenge/2023/?q=Landkreis&sort=-name"))
    link = f"/jahrgaenge/2023/tabelle.{ending}?q=Landkreis&amp;sort=-name"
    assert f'href="{link}"' in page
    answer = client.get(link.replace("&amp;", "&"))
    assert answer["Content-Type"] == ending.media_type
    assert len(answer.content) > 300
    if ending is Format.XLSX:
        assert [row["Gebietskörperschaft"] for row in rows(answer)] == ["Landkreis Kassel", "Landkreis Fulda"]
    one = client.get(f"/jahrgaenge/2023/tabelle.{ending}?q=Kassel")
    if ending is Format.CSV:
        lines = one.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert '"12345,50"' in lines[1]
    assert client.get("/jahrgaenge/2023/tabelle.exe").status_code == 404


def test_amounts_of_a_line_are_handed_out_where_the_filter_names_it() -> None:
    first, _ = vintage()
    other = make.line(first.agreement.budget_year)
    (row, _) = rows(ministry().get(f"/jahrgaenge/2023/tabelle.xlsx?line={other.pk}"))
    assert (row["zugewiesen"], row["vereinbart"], row["erfasst"]) == (0, 0, 0)


def test_everybody_gets_what_they_see() -> None:
    first, second = vintage()
    district, auditor = (
        client_of(make.user(Role.DISTRICT, first.agreement.district)),
        client_of(make.user(Role.AUDITOR)),
    )
    for address in ("/vereinbarungen/tabelle.xlsx", "/projekte/liste.xlsx"):
        own = [row["Gebietskörperschaft"] for row in rows(district.get(address))]
        everything = [row["Gebietskörperschaft"] for row in rows(auditor.get(address))]
        assert own == ["Landkreis Fulda"]
        assert everything == ["Landkreis Fulda", "Landkreis Kassel"]
    assert district.get("/jahrgaenge/2023/tabelle.xlsx").status_code == 403
    assert second


def test_projects_are_handed_out_in_typed_cells() -> None:
    first, _ = vintage()
    entry = first.entries.get()
    ProjectEntry.objects.filter(pk=entry.pk).update(
        title=EVIL, starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31), places=12, provider=None
    )
    row = rows(ministry().get("/projekte/liste.xlsx?q=HYPERLINK"))[0]
    assert (row["Projekt"], row["Beginn"].date(), row["Plätze"]) == (f"'{EVIL}", date(2023, 1, 1), 12)
    assert Decimal(str(row["Betrag"])) == 10_000
    assert "Träger wählen" in row["fehlende Angaben"]
    assert row["Kennung"] == str(entry.project.uid)
    assert District.objects.count() == 2
