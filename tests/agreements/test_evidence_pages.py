"""What a piece of evidence shows: pages beside the issue, what was read, the report of an electronic file, pictures."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from agreements.models import Evidence
from agreements.views import reading
from aqb.access import Role
from tests import factories as make
from tests.access import blank_page
from tests.agreements.pages import client_of, day, lead, ministry, path, text

pytestmark = pytest.mark.django_db

NUMBER = "ZV-2026-06438-0"


def scanned(*pages: tuple[str, int | None]) -> Evidence:
    """Evidence that is not stored, whose pages carry these codes."""
    return Evidence(findings={"pages": [{"number": number, "page": page} for number, page in pages]})


@pytest.mark.parametrize(
    ("pages", "sentences"),
    [
        ([("", None), ("", None)], ["Auf keiner Seite ist ein QR-Code lesbar."]),
        ([(NUMBER, 1)], ["QR-Code auf der Seite gelesen", "Seiten 2 und 3 der Ausfertigung fehlen"]),
        ([(NUMBER, 1), (NUMBER, 2)], ["QR-Code auf beiden Seiten gelesen", "Seite 3 der Ausfertigung fehlt"]),
        (
            [(NUMBER, 1), (NUMBER, 2), (NUMBER, 3)],
            ["QR-Code auf allen 3 Seiten gelesen: gehört zu", "3 von 3 Seiten, in der richtigen Reihenfolge"],
        ),
        ([(NUMBER, 2), (NUMBER, 1), (NUMBER, 3)], ["auf allen 3 Seiten", "in der Reihenfolge 2, 1, 3"]),
        ([(NUMBER, 1), (NUMBER, 1), (NUMBER, 2), (NUMBER, 3)], ["auf allen 4 Seiten", "mehrmals gescannt: 1, 1, 2, 3"]),
        ([(NUMBER, None), (NUMBER, None)], ["auf beiden Seiten", "2 von 3 Seiten; ob alle da"]),
        ([(NUMBER, 1), ("", None)], ["auf Seite 1 gelesen", "Auf Seite 2 ist kein QR-Code lesbar", "2 von 3 Seiten"]),
        (
            [(NUMBER, 1), ("ZV-2026-06440-0", 2)],
            ["Seite 2 trägt den QR-Code von ZV-2026-06440-0", "auf Seite 1 gelesen", "fehlen im Beleg"],
        ),
    ],
)
def test_codes_are_told_in_sentences(pages: list[tuple[str, int | None]], sentences: list[str]) -> None:
    found = [line.text for line in reading.of_scan(scanned(*pages), NUMBER, 3)]
    assert len(found) == len(sentences)
    assert all(words in line for words, line in zip(sentences, found, strict=True))


@pytest.mark.parametrize(
    ("trusts", "title"),
    [
        (["confirmed"], "Datei unverändert – Identität bestätigt"),
        (["unconfirmed"], "Datei unverändert – Identität nicht bestätigt"),
        (["confirmed", "expired"], "Datei unverändert – bei einer Unterschrift ist die Identität nicht bestätigt"),
        (
            ["confirmed", "self_signed", "revoked"],
            "Datei unverändert – bei 2 Unterschriften ist die Identität nicht bestätigt",
        ),
    ],
)
def test_unchanged_and_identity_are_said_apart(trusts: list[str], title: str) -> None:
    report = make.report(*(f"Person {number}" for number, _ in enumerate(trusts)))
    for signature, trust in zip(report["signatures"], trusts, strict=True):
        signature["trust"] = trust
    evidence = Evidence(findings={"report": report})
    assert reading.of_file(evidence, make.user(Role.MINISTRY)).title == title
    if set(trusts) != {"confirmed"}:
        assert reading.of_file(evidence, make.user(Role.MINISTRY)).text.endswith("; das entscheiden Sie.")
        assert reading.of_file(evidence, make.user(Role.AUDITOR)).text.endswith("; das entscheidet das Ministerium.")


def issued(*people: tuple[str, str]) -> Any:
    """An issued version on whose paper these (party, name) are printed."""
    version = make.version(entries=1)
    for party, name in people:
        make.signatory(version, party, name=name)
    for step in ("submitted", "approved", "issued"):
        make.go(version, step)
    return version


def electronic(version: Any, *names: str, signed_at: str = "2026-03-05T13:06:31+00:00") -> Evidence:
    findings = {"name": "unterzeichnet.pdf", "report": make.report(*names, signed_at=signed_at, time_source="claimed")}
    return make.evidence(version, form="electronic", findings=findings)


def test_scan_stands_beside_the_issue_page_by_page() -> None:
    version = make.version(status="issued")
    pages = [{"number": version.document_number, "page": page} for page in (2, 1)]
    evidence = make.evidence(version, "district", findings={"pages": pages})
    issue = version.documents.get(kind="issued")
    page = text(ministry().get(path(version, f"belege/{evidence.pk}/?seite=1")))
    genitive = version.agreement.district.genitive
    assert f'alt="Seite 1 des Belegs {genitive}"' in page
    assert f'alt="Seite 2 der Ausfertigung {version.document_number}"' in page  # as the code says
    assert f"/dokumente/{evidence.document_id}/seite/1.png" in page
    assert f"/dokumente/{issue.pk}/seite/2.png" in page
    last = text(ministry().get(path(version, f"belege/{evidence.pk}/?seite=nichts")))
    assert "Seite 2 des Belegs" in last
    assert "Den Wortlaut eines Scans kann die Anwendung nicht vergleichen" in last
    assert "Die Unterschrift des Landes Hessen ist noch nicht erfasst." in last
    assert "lässt sich im Archiv nicht lesen" in last  # the invented paper of the tests: the page opens nevertheless


def test_electronic_file_is_told_signature_by_signature_and_matched_by_a_person() -> None:
    version = issued(("land", "Dr. Katharina Wendt"), ("district", "Thomas Bergmann"))
    evidence = electronic(version, "Thomas Bergmann", "Katharina Wendt")
    address = path(version, f"belege/{evidence.pk}/")
    page = text(ministry().get(address))
    for words in (
        "Datei unverändert – Identität nicht bestätigt", "unterzeichnet.pdf", "05.03.2026, 14:06:31 Uhr",
        "Uhr des unterzeichnenden Rechners", "Identität nicht bestätigt", "Vorschlag: für das Land Hessen",
    ):  # fmt: skip
        assert words in page, words
    second = text(ministry().get(f"{address}erfassen/?unterschrift=Unterschrift2"))
    assert 'value="Dr. Katharina Wendt"' in second
    assert 'value="land-1" checked' in second
    answer = ministry().post(
        f"{address}erfassen/?unterschrift=Unterschrift2",
        {"stands_for": "land-1", "name": "Dr. Katharina Wendt", "office": "Staatssekretärin", "place": "Wiesbaden",
         **day("signed_on", date(2026, 3, 5))},
    )  # fmt: skip
    assert answer.headers["Location"] == address
    assert version.signatures.get().field_name == "Unterschrift2"
    assert "zugeordnet: für das Land Hessen" in text(ministry().get(address))
    again = ministry().get(f"{address}erfassen/?unterschrift=Unterschrift2", follow=True)
    assert "ist schon erfasst" in text(again)


def test_signer_whom_nobody_expected_is_not_matched_by_guessing() -> None:
    version = issued(("district", "Thomas Bergmann"))
    evidence = electronic(version, "Claudia Neumann")
    page = text(ministry().get(path(version, f"belege/{evidence.pk}/")))
    assert "noch nicht zugeordnet" in page
    assert 'value="Claudia Neumann"' in page
    assert "checked" not in page


def test_signature_too_many_waits_for_nobody_but_can_be_matched() -> None:
    """The district's file has two signatures, its side one place: the second is nobody's until somebody says so."""
    version = issued(("land", "Dr. Katharina Wendt"), ("district", "Thomas Bergmann"))
    evidence = electronic(version, "Thomas Bergmann", "Claudia Neumann")
    make.signature(
        version,
        "district",
        evidence=evidence.document,
        field_name="Unterschrift1",
        confirmed_at=None,
        confirmed_by=None,
    )
    assert "Unterschrift fehlt" in text(lead().get(path(version)))  # the Land's
    page = text(lead().get(path(version, f"belege/{evidence.pk}/")))
    assert "Unterschrift bestätigen" in page
    assert 'name="office"' not in page
    form = text(lead().get(path(version, f"belege/{evidence.pk}/erfassen/?unterschrift=Unterschrift2")))
    assert 'value="land-1"' in form
    assert 'value="land-1" checked' not in form


def test_report_is_taken_away_as_json() -> None:
    version = make.version(status="issued")
    evidence = electronic(version, "Thea Muster")
    answer = ministry().get(path(version, f"belege/{evidence.pk}/pruefbericht.json"))
    assert answer.json()["signatures"][0]["signer"] == "Thea Muster"
    assert version.document_number in answer.headers["Content-Disposition"]
    scan = make.evidence(version, "district")
    assert ministry().get(path(version, f"belege/{scan.pk}/pruefbericht.json")).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.GRANT_OFFICE, Role.DISTRICT])
def test_readers_see_everything_and_can_do_nothing(role: str) -> None:
    version = make.version(status="issued")
    evidence = make.evidence(version, "district")
    make.signature(version, "district", evidence=evidence.document, confirmed_at=None, confirmed_by=None)
    reader = make.person(role, version.agreement.district if role == Role.DISTRICT else None)
    page = text(client_of(reader).get(path(version, f"belege/{evidence.pk}/")))
    main = page[page.index("<main") : page.index("</main>")]
    assert "Das Ministerium bestätigt sie durch eine zweite Person." in main
    assert "<form" not in main
    assert "zurueckweisen" not in main


def test_evidence_of_a_withdrawn_version_is_read_only() -> None:
    version = make.version(status="issued")
    evidence = make.evidence(version, "district")
    make.go(version, "withdrawn")
    for client in (ministry(), lead()):
        page = text(client.get(path(version, f"belege/{evidence.pk}/")))
        assert "Diese Fassung ist zurückgezogen" in page
        assert "erfassen/" not in page
        assert "zurueckweisen" not in page
    assert "Beleg ansehen" in text(ministry().get(path(version)))


def test_evidence_of_another_version_does_not_exist_here() -> None:
    version, other = make.version(status="issued"), make.version(status="issued")
    evidence = make.evidence(other, "district")
    for rest in ("", "erfassen/", "zurueckweisen/", "pruefbericht.json"):
        assert ministry().get(path(version, f"belege/{evidence.pk}/{rest}")).status_code == 404


def test_history_tells_who_brought_recorded_confirmed_and_rejected() -> None:
    version = make.version(status="issued")
    kept, dropped = make.evidence(version, "district"), make.evidence(version, "land")
    make.signature(version, "district", evidence=kept.document)
    ministry().post(path(version, f"belege/{dropped.pk}/zurueckweisen/"), {"reason": "Unleserlich"})
    page = text(ministry().get(path(version)))
    history = page[page.index('id="verlauf"') :]
    for words in (
        f"hat „{kept.document.title}“ hochgeladen.", "hat die Unterschrift von Erika Muster erfasst.",
        "hat die Unterschrift von Erika Muster bestätigt.", "zurückgewiesen.", "„Unleserlich“",
    ):  # fmt: skip
        assert words in history, words


# ---- pictures of pages ----


def reader_of_scan() -> tuple[Client, str]:
    version = make.version(status="issued")
    evidence = make.evidence(version, "district", content=blank_page())
    return ministry(), f"/dokumente/{evidence.document_id}/seite/"


def test_page_is_a_picture_that_the_browser_keeps_and_asks_for() -> None:
    client, address = reader_of_scan()
    first = client.get(f"{address}1.png")
    assert first.headers["Content-Type"] == "image/png"
    assert first.content.startswith(b"\x89PNG")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"{address}1.png", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"{address}1.png?breite=1440").headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("rest", ["0.png", "2.png", "99999999999999999999.png", "1.png?breite=1000000"])
def test_page_or_width_that_does_not_exist_is_not_found(rest: str) -> None:
    client, address = reader_of_scan()
    assert client.get(f"{address}{rest}").status_code == 404


def test_document_that_is_no_pdf_has_no_pages() -> None:
    document = make.document(content=b"Altvertrag", media_type="text/plain")
    assert ministry().get(f"/dokumente/{document.pk}/seite/1.png").status_code == 404


def test_look_at_a_page_is_no_download() -> None:
    client, address = reader_of_scan()
    client.get(f"{address}1.png")
    document = Evidence.objects.get().document
    assert not document.downloads.exists()
