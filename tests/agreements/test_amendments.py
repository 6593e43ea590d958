"""What an amendment calls itself and says: its base, its number, and every change against the version in force."""

from typing import Any

import pytest

from agreements.documents import snapshot
from agreements.models import AgreementVersion, Wording
from aqb.text import plain
from tests import factories as make

pytestmark = pytest.mark.django_db

SECTIONS = (("Projekte", True, "Ziele {im Gebiet}", "{Betrag abgesetzt}\n\n{Projektliste}"),)
AMENDMENT = (("Änderung", True, "Was sich ändert", "Die {Bezug} wird geändert:\n\n{Änderungen}"),)


def text_of(section: dict[str, Any]) -> str:
    return " / ".join(plain(block["runs"]) if "runs" in block else block["type"] for block in section["blocks"])


def amended(base: AgreementVersion, **fields: Any) -> AgreementVersion:
    return make.version(base.agreement, base=base, **fields)


def signed_2023(**fields: Any) -> AgreementVersion:
    vintage = make.budget_year(year=2023)
    make.wording(vintage, sections=SECTIONS)
    return make.version(make.agreement(vintage), status="signed", **fields)


def test_amendment_names_its_base_and_number() -> None:
    base = signed_2023()
    make.wording(base.agreement.budget_year, kind=Wording.Kind.AMENDMENT, sections=AMENDMENT)

    printed = snapshot(amended(base), state="draft")

    assert printed["kind"] == "amendment"
    assert printed["title"] == "1. Änderungsvereinbarung"
    assert printed["subtitle"] == "zur Zielvereinbarung 2023 vom 5.\u00a0März 2026"
    assert text_of(printed["sections"][0]).startswith("Die Zielvereinbarung 2023 vom 5.\u00a0März 2026 wird")


def test_amendment_number_counts_amendments_not_versions() -> None:
    """A withdrawn version uses up a version number, but no number of an amendment."""
    base = signed_2023()
    make.wording(base.agreement.budget_year, kind=Wording.Kind.AMENDMENT, sections=AMENDMENT)
    amended(base, status="withdrawn")
    first = amended(base, status="signed")

    second = snapshot(amended(first), state="draft")

    assert (first.number, second["version"], second["title"]) == (2, 3, "2. Änderungsvereinbarung")
    assert "in der Fassung der 1. Änderungsvereinbarung vom 5.\u00a0März 2026" in second["subtitle"]


def test_amendment_says_what_is_new_dropped_renamed_moved_and_paid() -> None:
    vintage = make.budget_year(year=2023)
    make.wording(vintage, sections=SECTIONS)
    make.wording(vintage, kind=Wording.Kind.AMENDMENT, sections=AMENDMENT)
    regular, language, digital = (
        make.line(vintage, key=key, title=key.title()) for key in ("regel", "sprache", "digital")
    )
    contract = make.agreement(vintage)
    for line in (regular, digital):
        make.allocation(line, contract.district)
    base = make.version(contract, "signed", lines={regular: "50000", digital: "700"}, entries=3)
    renamed, moved, _dropped = base.entries.order_by("position")
    now = amended(base, lines={regular: "48000", language: "5000.50"}, entries=0)
    make.entry(now, project=renamed.project, title="Rückenwind")
    make.entry(now, project=moved.project, title=moved.title, category=make.category("BQ"))
    make.entry(now, title="Neuland")

    assert [change["text"] for change in snapshot(now, state="draft")["changes"]] == [
        "Der Gesamtbetrag steigt von 50.700 Euro auf 53.000,50 Euro.",
        "Regel: 48.000 Euro statt bisher 50.000 Euro.",
        "Digital: 700 Euro entfallen.",
        "Sprache: 5.000,50 Euro kommen hinzu.",
        "Das Projekt „Projekt 1“ heißt nun „Rückenwind“.",
        "Neu hinzu kommt das Projekt „Neuland“ (Ausbildungsvorbereitung).",
        "Das Projekt „Projekt 2“ gehört nun zu „Qualifizierung“, bisher zu „Ausbildungsvorbereitung“.",
        "Das Projekt „Projekt 3“ (Ausbildungsvorbereitung) entfällt.",
    ]


def test_amendment_without_any_change_lists_none() -> None:
    base = signed_2023()
    make.wording(base.agreement.budget_year, kind=Wording.Kind.AMENDMENT, sections=AMENDMENT)
    now = amended(base, entries=0)
    only = base.entries.get()
    make.entry(now, project=only.project, title=only.title)

    assert snapshot(now, state="draft")["changes"] == []
