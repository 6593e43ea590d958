"""Checking a file by upload: what is genuine, what is not, and what is said about it to whom."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from agreements.actions import evidence, steps
from agreements.models import AgreementVersion, Document
from aqb.access import Role
from reporting.check.examination import examine
from tests import factories as make
from tests import hostile, pki
from tests.aqb.seals import official
from tests.reporting import held
from tests.reporting.held import title, upload

pytestmark = pytest.mark.django_db

CHANGED = "Verändert – bitte nicht verwenden"
UNKNOWN = "Unbekannt – nicht aus dieser Anwendung"
NOT_FOR_ALL = "Wo die Datei abweicht, zeigt die Prüfung nur bei veröffentlichten Vereinbarungen"
ONLY_STRUCTURE = "Text, Aussehen und mitgeführte Daten stimmen überein."


@pytest.fixture(autouse=True)
def no_earlier_checks() -> None:
    """Tests with true transactions leave their attempts in the table."""
    cache.clear()


class TestGenuine:
    def test_sealed_fair_copy_in_force(self, client: Client) -> None:
        version = held.signed(sealed=True, published=True)
        text = upload(client, held.paper_of(version))
        assert title(text) == "Echt und unverändert – in Kraft"
        assert "kern-alert--success" in text
        assert "mit der hinterlegten Reinschrift überein" in text
        assert "unversehrt, Testsiegel ohne rechtliche Wirkung" in text
        assert "für das Land Hessen (auf Papier)" in text
        sha256 = version.documents.get(kind="signed").sha256
        assert " ".join(sha256[i : i + 4] for i in range(0, 64, 4)) in text
        assert reverse("document_file", args=[version.document_number]) in text

    def test_official_seal_is_named_with_its_ministry(self, client: Client, tmp_path: Path) -> None:
        with official(tmp_path), override_settings(TRUST_ROOTS=pki.roots(tmp_path / "roots")):
            text = upload(client, held.paper_of(held.signed(sealed=True)))
        assert title(text) == "Echt und unverändert – in Kraft"
        assert "unversehrt, Organisationssiegel<br>Hessisches Ministerium" in text
        assert "Uhr des unterzeichnenden Rechners" in text

    def test_unsealed_fair_copy_says_that_it_has_no_seal(self, client: Client) -> None:
        text = upload(client, held.paper_of(held.signed()))
        assert title(text) == "Echt und unverändert – in Kraft"
        assert "Die Datei trägt kein Siegel." in text
        assert "herunterladen" not in text  # not published

    def test_issue_without_signatures(self, client: Client) -> None:
        text = upload(client, held.paper_of(held.issued(), "issued"))
        assert title(text) == "Echt und unverändert – noch nicht von allen unterzeichnet"
        assert "Eine Ausfertigung trägt kein Siegel." in text

    def test_issue_of_what_is_signed_by_now(self, client: Client) -> None:
        text = upload(client, held.paper_of(held.signed(), "issued"))
        assert title(text) == "Echt und unverändert – in Kraft"
        assert "Sie trägt keine Unterschriften; unterzeichnet ist die Reinschrift." in text

    def test_replaced_by_an_amendment(self, client: Client) -> None:
        first = held.signed(published=True)
        amendment = make.version(first.agreement, "published", base=first)
        text = upload(client, held.paper_of(first))
        assert title(text) == "Echt und unverändert – ersetzt durch Änderungsvereinbarung 1"
        assert "kern-alert--warning" in text
        assert reverse("document_check", args=[amendment.document_number]) in text
        assert reverse("document_file", args=[amendment.document_number]) in text

    def test_withdrawn_and_terminated(self, client: Client) -> None:
        ministry = make.person(Role.MINISTRY)
        withdrawn, terminated = held.issued(), held.signed()
        steps.withdraw(version=withdrawn, reason="Der Betrag war falsch.", by=ministry)
        steps.terminate(version=terminated, reason="Das Programm endet.", by=ministry)
        text = upload(client, held.paper_of(withdrawn, "issued"))
        assert title(text) == "Echt und unverändert – zurückgezogen"
        assert "Der Betrag war falsch." in text
        assert title(upload(client, held.paper_of(terminated))) == "Echt und unverändert – nicht mehr in Kraft"

    def test_name_of_the_file_is_data(self, client: Client) -> None:
        text = upload(client, held.paper_of(held.issued(), "issued"), "<script>alert(1)</script>.pdf")
        assert "<script>alert" not in text


class TestEvidence:
    def submitted(self, version: AgreementVersion, content: bytes, form: str = "paper") -> Document:
        return make.evidence(version, "district", content=content, form=form).document

    def test_scan_that_nobody_confirmed_proves_nothing(self, client: Client) -> None:
        version = held.issued()
        scan = held.printed(held.paper_of(version, "issued"))
        self.submitted(version, scan)
        assert title(upload(client, scan)) == "Eingegangener Beleg – noch nicht bestätigt"
        assert not examine(scan).genuine

    def test_rejected_scan_is_named_so_without_the_reason(self, client: Client) -> None:
        version = held.issued()
        scan = held.printed(held.paper_of(version, "issued"))
        self.submitted(version, scan)
        evidence.reject(
            evidence=version.documents.get(kind="evidence").proof,
            reason="Falsche Seite 7",
            by=make.person(Role.MINISTRY),
        )
        text = upload(client, scan)
        assert title(text) == "Zurückgewiesener Beleg – beweist keine Unterschrift"
        assert "Falsche Seite 7" not in text

    def test_confirmed_evidence_is_genuine(self, client: Client) -> None:
        version = held.issued()
        scan = held.printed(held.paper_of(version, "issued"))
        electronic = held.signed_by(held.paper_of(version, "issued"), "landrat", "Unterschrift1")
        make.signature(version, "district", evidence=self.submitted(version, scan))
        assert title(upload(client, scan)) == "Echt und unverändert – noch nicht von allen unterzeichnet"
        assert "einem Scan der unterzeichneten Ausfertigung" in upload(client, scan)
        proof = make.evidence(version, content=electronic, form="electronic").document
        make.signature(version, "land", evidence=proof, field_name="Unterschrift1")
        text = upload(client, electronic)
        assert "der elektronisch unterzeichneten Ausfertigung" in text
        assert "Thomas Bergmann" in text  # the file at hand names them
        assert examine(electronic).genuine

    def test_attachment_is_not_vouched_for(self, client: Client) -> None:
        content = hostile.plain()
        make.document(content=content)
        assert title(upload(client, content)) == UNKNOWN


class TestChanged:
    @pytest.fixture
    def version(self) -> AgreementVersion:
        return held.signed(sealed=True, published=True)

    def test_other_amount_names_the_amount_but_not_its_value(self, client: Client, version: AgreementVersion) -> None:
        text = upload(client, held.forged(version, amount="999.00", amount_text="999 Euro"))
        assert title(text) == CHANGED
        assert "In den mitgeführten Daten weichen ab: der Betrag" in text
        assert "Das Siegel fehlt." in text
        assert "100.000" not in text
        assert reverse("document_check", args=[version.document_number]) in text

    def test_saved_anew_by_another_program(self, client: Client, version: AgreementVersion) -> None:
        text = upload(client, held.changed(held.paper_of(version), lambda pdf: None))
        assert title(text) == CHANGED
        assert ONLY_STRUCTURE in text
        assert "auch beim erneuten Speichern" in text

    def test_sealed_by_somebody_else(self, client: Client, version: AgreementVersion) -> None:
        text = upload(client, held.signed_by(held.forged(version, seal="test"), "landrat"))
        assert title(text) == CHANGED
        assert "Das Siegel stammt nicht von der Stelle, die das hinterlegte Dokument gesiegelt hat." in text
        assert "unversehrt, Siegel einer anderen Stelle" in text
        assert "Testsiegel" not in text

    def test_seal_removed(self, client: Client, version: AgreementVersion) -> None:
        copy = held.paper_of(version)
        text = upload(client, copy[: copy.index(b"%%EOF") + 6])
        assert title(text) == CHANGED
        assert "Das Siegel fehlt." in text

    def test_text_added_after_sealing(self, client: Client, version: AgreementVersion) -> None:
        text = upload(client, held.written_over(held.paper_of(version)))
        assert title(text) == CHANGED
        assert "danach ist etwas hinzugefügt" in text
        assert "Der Text weicht ab auf Seite 1." in text
        assert "Das Siegel ist verletzt." in text

    def test_covered_amount_looks_different(self, client: Client, version: AgreementVersion) -> None:
        def cover(pdf: pikepdf.Pdf) -> None:
            pdf.pages[0].contents_add(b"q 1 1 1 rg 100 300 400 200 re f Q")

        text = upload(client, held.changed(held.paper_of(version), cover))
        assert "Gleicher Text, aber anderes Aussehen auf Seite 1." in text

    def test_page_added_and_page_taken_away(self, client: Client, version: AgreementVersion) -> None:
        added = held.changed(held.paper_of(version), lambda pdf: pdf.pages.insert(1, pdf.pages[0]))
        assert "Hinzugefügt ist Seite" in upload(client, added)
        taken = held.changed(held.paper_of(version), lambda pdf: pdf.pages.remove(p=2))
        assert "Vom hinterlegten Dokument fehlt Seite 2." in upload(client, taken)

    def test_scan_of_our_paper_is_no_original(self, client: Client, version: AgreementVersion) -> None:
        text = upload(client, held.printed(held.paper_of(version)))
        assert title(text) == CHANGED  # the code on its pages names the document
        assert "Ein Scan oder ein Foto ist kein Original." in text

    def test_line_break_behind_the_end(self, client: Client, version: AgreementVersion) -> None:
        text = upload(client, held.paper_of(version) + b"\r\n")
        assert title(text) == CHANGED
        assert "danach ist etwas hinzugefügt" in text

    def test_signed_after_it_was_issued(self, client: Client) -> None:
        content = held.signed_by(held.paper_of(held.issued(), "issued"), "landrat", "Unterschrift1")
        text = upload(client, content)
        assert title(text) == "Echte Ausfertigung – danach elektronisch unterzeichnet"
        assert "kern-alert--warning" in text
        assert "Thomas Bergmann" in text
        assert not examine(content).genuine

    def test_lost_original_leaves_a_verdict(self, client: Client, version: AgreementVersion) -> None:
        content = held.changed(held.paper_of(version), lambda pdf: None)
        for document in version.documents.all():
            Path(document.file.path).unlink()
        text = upload(client, content)
        assert title(text) == CHANGED
        assert "Die hinterlegte Datei ist zurzeit nicht lesbar" in text


class TestSecrets:
    """Who has only the number of an unpublished agreement cannot try out what it says."""

    def guess(self, version: AgreementVersion) -> bytes:
        """A paper with the right number and a guessed amount; project identities are not known outside."""
        categories = [{**one, "projects": []} for one in (version.snapshot or {})["categories"]]
        return held.forged(version, amount="999.00", categories=categories)

    def test_guess_is_not_told_where_it_is_wrong(self, client: Client) -> None:
        text = upload(client, self.guess(held.signed()))
        assert title(text) == CHANGED
        assert NOT_FOR_ALL in text
        assert "weichen ab" not in text

    def test_own_district_is_told_and_a_foreign_one_is_not(self, client: Client) -> None:
        version = held.signed()
        content = self.guess(version)
        client.force_login(make.user(Role.DISTRICT))
        assert NOT_FOR_ALL in upload(client, content)
        client.force_login(make.person(Role.DISTRICT, version.agreement.district))
        assert "In den mitgeführten Daten weichen ab: der Betrag" in upload(client, content)

    def test_whoever_holds_the_paper_is_told(self, client: Client) -> None:
        text = upload(client, held.forged(held.signed(), amount="999.00"))
        assert "In den mitgeführten Daten weichen ab: der Betrag." in text

    def test_data_of_another_form_prove_nothing(self, client: Client) -> None:
        version = held.signed()

        def exchange(pdf: pikepdf.Pdf) -> None:
            data = b'{"number": "%s", "categories": 7}' % version.document_number.encode()
            pdf.attachments["zielvereinbarung.json"] = data

        text = upload(client, held.changed(held.paper_of(version), exchange))
        assert (title(text), NOT_FOR_ALL in text) == (CHANGED, True)


class TestUnknown:
    def test_paper_of_somebody_else(self, client: Client) -> None:
        held.issued()
        text = upload(client, hostile.plain(2))
        assert title(text) == UNKNOWN
        assert "nennt keine Dokumentnummer" in text

    def test_letter_that_quotes_our_number(self, client: Client) -> None:
        version = held.issued()
        text = upload(client, held.letter(f"Ihr Vertrag {version.document_number} liegt uns vor."))
        assert title(text) == UNKNOWN
        assert "ist aber kein Exemplar dieses Dokuments" in text

    def test_number_that_was_never_given(self, client: Client) -> None:
        text = upload(client, held.letter("Zielvereinbarung ZV-2099-06438-0"))
        assert title(text) == "Unbekannt – unter dieser Nummer ist nichts ausgefertigt"

    def test_broken_download(self, client: Client) -> None:
        content = held.paper_of(held.issued(), "issued")
        assert title(upload(client, content[:9000])) == "Nicht lesbar – kein unverändertes Dokument"

    @pytest.mark.parametrize(
        "content",
        [hostile.encrypted, hostile.bomb, hostile.with_javascript, hostile.page_cycle, hostile.deep_nesting,
         hostile.damaged, lambda: b"%PDF-1.7\n", lambda: hostile.many_pages(300)],
        ids=["encrypted", "bomb", "script", "cycle", "nested", "damaged", "beginning only", "many pages"],
    )  # fmt: skip
    def test_hostile_file_is_answered(self, client: Client, content: Callable[[], bytes]) -> None:
        text = upload(client, content())
        assert title(text).startswith(("Unbekannt", "Nicht lesbar"))
