"""The command gives the bytes that the browser gives, and says in a sentence why it cannot."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreements import default_wording, documents
from agreements.models import AgreementVersion, Wording
from aqb import paper
from aqb.models import District
from reporting import reference
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "vereinbarung.pdf"


def write(out: Path, version: AgreementVersion | None = None, *options: str, **named: Any) -> bytes:
    year = named.get("year") or (version.agreement.budget_year.year if version else 2026)
    ags = named.get("ags") or (version.agreement.district.ags if version else "06438")
    call_command("agreement_pdf", "--year", str(year), "--district", ags, "--out", str(out), *options)
    return out.read_bytes()


def stored(version: AgreementVersion, kind: str) -> bytes:
    with version.documents.get(kind=kind).file.open("rb") as file:
        content: bytes = file.read()
    return content


def test_issued_version_gives_the_stored_issue(out: Path) -> None:
    version = factories.version(status="issued")

    assert write(out, version) == stored(version, "issued")


def test_signed_version_gives_the_stored_fair_copy(out: Path) -> None:
    version = factories.version(status="signed")

    assert write(out, version) == stored(version, "signed")


def test_draft_gives_the_preview(out: Path) -> None:
    factories.ministry()
    version = factories.version(entries=1)

    assert write(out, version) == paper.render(documents.snapshot(version, state="draft"))


def test_asked_version_is_given(out: Path) -> None:
    first = factories.version(status="signed")
    factories.version(first.agreement, base=first)

    assert write(out, first, "--version", "0") == stored(first, "signed")


def test_preview_works_for_every_district_before_the_vintage_is_opened(out: Path) -> None:
    reference.load()
    vintage = factories.budget_year(year=2026)
    default_wording.write(budget_year=vintage, by=factories.user())

    for district in District.objects.valid_in(2026):
        snapshot = documents.preview(vintage.wordings.get(), district)
        assert district.dative == snapshot["district"]["dative"]
    assert write(out, None, "--preview", ags="06415").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("year", "ags", "options", "reason"),
    [
        ("2026", "99999", [], "Gemeindeschlüssel „99999“ gibt es nicht"),
        ("2031", "06438", [], "Den Budgetjahrgang 2031 gibt es nicht"),
        ("0", "06438", ["--preview"], "Den Budgetjahrgang 0 gibt es nicht"),
        ("2023", "06415", ["--preview"], "Stadt Hanau ist im Jahr 2023 nicht gültig, sondern ab 01.01.2026"),
        ("2026", "06438", [], "mit dem Landkreis Offenbach ist noch nicht eröffnet"),
        ("2026", "06438", ["--version", "3"], "Eine Fassung 3 der Zielvereinbarung 2026"),
        ("2026", "06438", ["--preview"], "Für den AQB 2026 gibt es noch keinen Vertragstext"),
    ],
)
def test_what_is_missing_is_said(year: str, ags: str, options: list[str], reason: str, out: Path) -> None:
    reference.load()
    factories.budget_year(year=2023)
    factories.budget_year(year=2026)

    with pytest.raises(CommandError, match=reason):
        call_command("agreement_pdf", "--year", year, "--district", ags, "--out", str(out), *options)

    assert not out.exists()


def test_number_that_is_none_is_refused(out: Path) -> None:
    with pytest.raises(CommandError, match="„zwei“ ist keine Zahl"):
        call_command("agreement_pdf", "--year", "zwei", "--district", "06438", "--out", str(out))


def test_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    version = factories.version(status="issued")

    with pytest.raises(CommandError, match="den Ordner gibt es nicht"):
        write(tmp_path / "fehlt" / "x.pdf", version)
    with pytest.raises(CommandError, match="das ist ein Ordner"):
        write(tmp_path, version)


def test_form_that_is_missing_is_said(out: Path) -> None:
    factories.ministry()
    version = factories.version(entries=1)
    District.objects.filter(pk=version.agreement.district_id).update(dative="")

    with pytest.raises(CommandError, match="fehlt bei"):
        write(out, version)


def test_bytes_that_were_changed_are_not_given_away(out: Path) -> None:
    version = factories.version(status="issued")
    path = Path(version.documents.get().file.path)
    path.chmod(0o640)
    path.write_bytes(b"%PDF-1.7 forged")

    with pytest.raises(CommandError, match="stimmt nicht mit ihrem Fingerabdruck überein"):
        write(out, version)


@pytest.mark.parametrize("kind", list(Wording.Kind))
def test_default_wording_can_be_saved_and_read_for_a_city(kind: Wording.Kind) -> None:
    reference.load()
    vintage = factories.budget_year(year=2026)

    wording = default_wording.write(budget_year=vintage, kind=kind, by=factories.user())

    snapshot = documents.preview(wording, District.objects.get(ags="06611"))
    text = str(snapshot["sections"])
    assert "{" not in "".join(run for run in (snapshot["title"], snapshot["purpose"]))
    assert "Stadt Kassel" in text
    assert "Landkreis Kassel" not in text
