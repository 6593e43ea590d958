"""Recording signatures: what the form asks, what it refuses, and what the last one does."""

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aqb import clock
from tests import factories as make
from tests.agreements.pages import day, district_lead, lead, ministry, path, text

pytestmark = pytest.mark.django_db


def issued() -> Any:
    """A version that went through its pages up to the issue, with a true paper."""
    version = make.version(entries=1)
    make.ministry()
    district_lead(version.agreement.district).post(path(version, "schritt/submit/"))
    lead().post(path(version, "schritt/approve/"))
    ministry().post(path(version, "schritt/issue/"))
    version.refresh_from_db()
    assert version.status == "issued"
    return version


def pdf(content: bytes | None = None) -> SimpleUploadedFile:
    """A scan as the browser sends it: one blank page, or these bytes."""
    scan = BytesIO()
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(scan)
    return SimpleUploadedFile("scan.pdf", scan.getvalue() if content is None else content, "application/pdf")


def signature(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Erika Muster",
        "office": "Landrätin",
        "place": "Musterstadt",
        "scan": pdf(),
        **day("signed_on", clock.today()),
        **changes,
    }


def test_the_main_path_from_draft_to_published() -> None:
    version = issued()
    for party in ("land", "district"):
        answer = ministry().post(path(version, f"unterschrift/{party}/"), signature())
        assert answer.headers["Location"] == path(version)
    ministry().post(path(version, "schritt/publish/"))
    version.refresh_from_db()
    assert version.status == "published"
    assert {document.kind for document in version.documents.all()} == {"issued", "evidence", "signed"}


def test_signature_form_is_filled_from_the_signatory() -> None:
    version = make.version(entries=1)
    make.signatory(version, "district", name="Thea Vorgesehen", office="Landrätin")
    make.signatory(version, "land")
    district_lead(version.agreement.district).post(path(version, "schritt/submit/"))
    make.ministry()
    lead().post(path(version, "schritt/approve/"))
    ministry().post(path(version, "schritt/issue/"))
    page = text(ministry().get(path(version, "unterschrift/district/")))
    assert 'value="Thea Vorgesehen"' in page
    assert "Weitere Unterschriften stehen noch aus" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Bitte machen Sie hier eine Angabe."),
        (day("signed_on", date(2999, 1, 1)), "liegt in der Zukunft"),
        (day("signed_on", date(2001, 1, 1)), "kann nicht vor der Ausfertigung"),
        ({"signed_on_day": "31", "signed_on_month": "2"}, "gibt es nicht im Kalender"),
        ({"scan": ""}, "Der Beleg fehlt."),
        ({"scan": pdf(b"kein PDF")}, "muss eine PDF-Datei sein"),
    ],
    ids=["no name", "future", "before issue", "no day", "no scan", "no pdf"],
)
def test_bad_signature_is_a_sentence_and_nothing_is_lost(changes: dict[str, Any], sentence: str) -> None:
    version = issued()
    answer = ministry().post(path(version, "unterschrift/land/"), signature(place="Bad Ort am Fluß", **changes))
    assert sentence in text(answer)
    assert 'value="Bad Ort am Fluß"' in text(answer)
    assert not version.signatures.exists()


def test_signature_with_scan_stores_it_as_evidence_and_can_be_taken_back() -> None:
    version = issued()
    ministry().post(path(version, "unterschrift/land/"), signature())
    recorded = version.signatures.get()
    assert recorded.evidence.kind == "evidence"
    assert "sind alle Unterschriften schon erfasst" in text(ministry().get(path(version, "unterschrift/land/")))
    ministry().post(path(version, f"unterschrift/{recorded.pk}/entfernen/"))
    assert not version.signatures.exists()


def test_unknown_party_does_not_exist() -> None:
    assert ministry().get(path(make.version(status="issued"), "unterschrift/bund/")).status_code == 404
