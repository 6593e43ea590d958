"""The pages of the steps: confirmation, reason, agreed amounts, signatories, signatures, remarks, files."""

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.models import Download, Party
from aqb import clock
from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, day, district_lead, lead, ministry, path, text

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
    assert {document.kind for document in version.documents.all()} == {"issued", "signed"}


@pytest.mark.parametrize("step", ["return", "withdraw", "terminate"])
def test_step_without_reason_is_refused_and_changes_nothing(step: str) -> None:
    version = make.version(status="signed" if step == "terminate" else "submitted")
    answer = ministry().post(path(version, f"schritt/{step}/"), {"reason": "  "})
    assert "Bitte nennen Sie den Grund." in text(answer)
    before = version.status
    version.refresh_from_db()
    assert version.status == before


def test_return_with_reason_shows_it_to_the_district() -> None:
    version = make.version(status="submitted")
    ministry().post(path(version, "schritt/return/"), {"reason": "Bitte <b>ergänzen</b> & begründen."})
    page = text(district_lead(version.agreement.district).get(path(version)))
    assert "Bitte &lt;b&gt;ergänzen&lt;/b&gt; &amp; begründen." in page


def test_refused_step_keeps_what_was_typed() -> None:
    version = make.version(status="published")
    answer = ministry().post(path(version, "schritt/return/"), {"reason": "Der Betrag stimmt nicht."})
    assert answer.status_code == 200
    assert "Der Betrag stimmt nicht." in text(answer)
    assert "Zurückgeben lässt sich nur, was eingereicht oder freigegeben ist." in text(answer)


def test_page_before_an_impossible_step_says_why() -> None:
    version = make.version()
    page = text(district_lead(version.agreement.district).get(path(version, "schritt/submit/")))
    assert "Das ist noch nicht möglich" in page
    assert '<form class="aqb-form' not in page


def test_step_of_another_role_is_refused_with_a_page() -> None:
    version = make.version(status="submitted")
    answer = district_lead(version.agreement.district).post(path(version, "schritt/approve/"))
    assert answer.status_code == 403
    assert "Freigeben kann nur die Referatsleitung" in text(answer)


def test_unknown_step_does_not_exist() -> None:
    assert ministry().get(path(make.version(), "schritt/sign/")).status_code == 404


def test_step_by_get_changes_nothing() -> None:
    version = make.version(status="approved")
    ministry().get(path(version, "schritt/issue/"))
    version.refresh_from_db()
    assert version.status == "approved"


def test_agreed_amounts_are_saved() -> None:
    version = make.version(entries=1)
    line = version.lines.get()
    ministry().post(path(version, "ansaetze/"), {f"line_{line.line_id}": "90.000,50"})
    line.refresh_from_db()
    assert str(line.amount) == "90000.50"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("1.234,505", "3 Stellen nach dem Komma"), ("-5", "ist negativ"), ("1e9", "ist kein Betrag"),
     ("12,3,4", "ist kein Betrag"), ("999999999999999", "ist zu groß"), ("", "0 heißt kein Ansatz"),
     ("9.999,99", "")],
)  # fmt: skip
def test_bad_amount_is_a_sentence_and_stays_in_the_field(written: str, sentence: str) -> None:
    version = make.version(entries=1)  # its project holds 10,000 euro
    line = version.lines.get()
    answer = ministry().post(path(version, "ansaetze/"), {f"line_{line.line_id}": written})
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert f'value="{written}"' in text(answer) or not written
    line.refresh_from_db()
    assert str(line.amount) == "100000.00"


def test_another_released_wording_can_be_chosen() -> None:
    version = make.version()
    other = make.wording(version.agreement.budget_year)
    assert "Vertragstext übernehmen" in text(ministry().get(path(version, "ansaetze/")))
    ministry().post(path(version, "vertragstext/"), {"wording": other.pk})
    version.refresh_from_db()
    assert version.wording == other


def test_wording_of_another_vintage_is_refused() -> None:
    version = make.version()
    foreign = make.wording(make.budget_year())
    assert ministry().post(path(version, "vertragstext/"), {"wording": foreign.pk}).status_code == 409


def test_signatories_of_both_sides_are_saved() -> None:
    version = make.version()
    names = {
        "land-name_1": "Heike Beispiel",
        "land-office_1": "Staatsministerin",
        "district-name_1": "A",
        "district-office_1": "Landrat",
        "district-name_2": "B",
        "district-office_2": "Beigeordnete",
    }
    ministry().post(path(version, "unterzeichnende/"), names)
    assert [one.name for one in version.signatories.order_by("-party", "position")] == ["Heike Beispiel", "A", "B"]


def test_signatory_without_office_is_a_sentence() -> None:
    version = make.version()
    answer = district_lead(version.agreement.district).post(
        path(version, "unterzeichnende/"), {"district-name_1": "Jörg Groß", "district-office_1": ""}
    )
    assert "Bitte geben Sie auch das Amt an" in text(answer)
    assert "Jörg Groß" in text(answer)
    assert not version.signatories.exists()


def test_district_names_only_its_own_side() -> None:
    version = make.version()
    client = district_lead(version.agreement.district)
    assert "Für das Land Hessen" not in text(client.get(path(version, "unterzeichnende/")))
    client.post(path(version, "unterzeichnende/"), {"land-name_1": "X", "land-office_1": "Y"})
    assert not version.signatories.filter(party=Party.LAND).exists()


def test_signature_form_is_filled_from_the_signatory() -> None:
    version = make.version(entries=1)
    make.signatory(version, "district", name="Thea Vorgesehen", office="Landrätin")
    make.signatory(version, "land")
    type(version).objects.filter(pk=version.pk)
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


def test_amendment_begins_with_a_reason() -> None:
    version = make.version(status="published")
    make.wording(version.agreement.budget_year, kind="amendment")
    url = path(version)[: -len("0/")] + "aendern/"
    client = district_lead(version.agreement.district)
    assert "Bitte nennen Sie den Grund." in text(client.post(url, {"reason": ""}))
    answer = client.post(url, {"reason": "Ein Projekt kommt hinzu."})
    assert answer.headers["Location"].endswith("/1/")
    assert version.agreement.versions.get(number=1).base == version


def test_copy_follows_a_withdrawn_version() -> None:
    version = make.version(status="withdrawn", entries=1)
    assert "Kopie anlegen" in text(ministry().get(path(version, "fortfuehren/")))
    ministry().post(path(version, "fortfuehren/"))
    assert version.agreement.versions.get(number=1).entries.count() == 1
    assert "Das ist noch nicht möglich" in text(ministry().get(path(make.version(), "fortfuehren/")))


def test_preview_is_a_pdf_for_reading() -> None:
    version = make.version(entries=1)
    make.ministry()
    answer = district_lead(version.agreement.district).get(path(version, "vorschau.pdf"))
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("inline")


def test_preview_names_what_is_missing() -> None:
    version = make.version()
    make.ministry()
    type(version.agreement.district).objects.update(dative="")
    answer = ministry().get(path(version, "vorschau.pdf"))
    assert answer.status_code == 409
    assert "fehlt bei" in text(answer)


def test_remark_on_a_field_is_written_answered_and_closed() -> None:
    version = make.version(entries=1)
    entry = version.entries.get()
    uid = str(entry.project.uid)
    assert f'value="{uid}" selected' in text(
        ministry().get(path(version, f"anmerkungen/neu/?projekt={uid}&feld=shares"))
    )
    ministry().post(path(version, "anmerkungen/neu/"), {"about": uid, "field": "shares", "text": "Warum so viel?"})
    remark = version.remarks.get()
    assert (remark.project_title, remark.field) == ("Projekt 1", "shares")
    client = district_lead(version.agreement.district)
    assert "Projekt 1 · Feld Betrag" in text(client.get(path(version)))
    assert "Bitte schreiben Sie eine Antwort." in text(
        client.post(f"/anmerkungen/{remark.pk}/antwort/", {"answer": ""})
    )
    client.post(f"/anmerkungen/{remark.pk}/antwort/", {"answer": "Weil es mehr Plätze sind."})
    ministry().post(f"/anmerkungen/{remark.pk}/erledigt/")
    remark.refresh_from_db()
    assert remark.answer == "Weil es mehr Plätze sind."
    assert remark.done_at


def test_remark_on_a_field_without_project_is_a_sentence() -> None:
    version = make.version(entries=1)
    answer = ministry().post(
        path(version, "anmerkungen/neu/"), {"about": "agreement", "field": "places", "text": "Wie viele?"}
    )
    assert "Die Auswahl „places“ steht nicht zur Verfügung." in text(answer) or "Ein Feld gehört zu" in text(answer)
    assert "Wie viele?" in text(answer)


@pytest.mark.parametrize("url", ["anmerkungen/{0}/erledigt/", "vertragstexte/1/freigeben/"])
def test_changes_come_only_by_post(url: str) -> None:
    remark = make.remark()
    assert ministry().get(f"/{url.format(remark.pk)}").status_code == 405


def test_download_gives_the_bytes_and_leaves_a_trace() -> None:
    version = make.version(status="signed")
    document = version.documents.get(kind="signed")
    auditor = make.user(Role.AUDITOR)
    answer = client_of(auditor).get(f"/dokumente/{document.pk}/datei/")
    assert answer.headers["ETag"] == f'"{document.sha256}"'
    assert document.file_name in answer.headers["Content-Disposition"]
    assert Download.objects.get().user == auditor
    again = client_of(auditor).get(
        f"/dokumente/{document.pk}/datei/", headers={"If-None-Match": f'"{document.sha256}"'}
    )
    assert again.status_code == 304
    assert Download.objects.count() == 1


def test_strategy_is_entered_and_counts_at_once() -> None:
    district = make.district()
    client = district_lead(district)
    data = {"title": "Strategie 2026", **day("valid_from", date(2026, 1, 1)), **day("valid_to", date(2025, 1, 1))}
    assert "Bitte bestätigen Sie das" in text(client.post(f"/strategien/{district.ags}/", data))
    answer = client.post(f"/strategien/{district.ags}/", data | {"agreed": "on"})
    assert "Das Ende der Gültigkeit darf nicht vor ihrem Beginn liegen." in text(answer)
    client.post(f"/strategien/{district.ags}/", data | day("valid_to", date(2999, 1, 1)) | {"agreed": "on"})
    assert district.strategies.get().confirmed_by.role == Role.DISTRICT_LEAD


def test_strategy_that_is_only_entered_can_be_confirmed() -> None:
    strategy = make.strategy(confirmed=False)
    client = district_lead(strategy.district)
    assert "Strategie bestätigen" in text(client.get(f"/strategien/{strategy.district.ags}/"))
    client.post(f"/strategien/{strategy.pk}/bestaetigen/")
    strategy.refresh_from_db()
    assert strategy.confirmed_at
