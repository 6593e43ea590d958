"""Evidence comes in: from whom, for which version, and what is refused. Files are read as in production."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from agreements import checks
from agreements.actions import evidence, files
from agreements.models import AgreementVersion, Document, Evidence
from aqb import clock, inspection
from aqb.access import Refused, Role
from aqb.files import fingerprint
from aqb.models import User
from tests import factories as make
from tests import hostile, pki, scans
from tests.agreements.actors import ACTORS, NOW, STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def issued() -> AgreementVersion:
    """An issued version with its true paper."""
    make.ministry()
    return STEPS["issue"](make.version(status="approved"), make.person(Role.MINISTRY))


@pytest.fixture
def version() -> AgreementVersion:
    return issued()


def paper(version: AgreementVersion) -> bytes:
    return files.read(version.documents.get(kind=Document.Kind.ISSUED))


def lead_of(version: AgreementVersion) -> User:
    return make.person(Role.DISTRICT_LEAD, version.agreement.district)


def uploaded(version: AgreementVersion, content: bytes, party: str = "district", by: User | None = None) -> Evidence:
    return evidence.upload(version=version, party=party, content=content, name="scan.pdf", by=by or lead_of(version))


def refusal(version: AgreementVersion, content: bytes, party: str = "district", by: User | None = None) -> str:
    """What is said; nothing may be stored."""
    before = Document.objects.count()
    with pytest.raises(Refused) as caught:
        uploaded(version, content, party, by)
    assert Document.objects.count() == before
    assert not Evidence.objects.exists() or before
    return " ".join(caught.value.reasons)


class TestPaper:
    def test_scan_is_kept_as_it_came_with_what_its_codes_say(self, version: AgreementVersion) -> None:
        content = scans.scan(paper(version))
        proof = uploaded(version, content)
        document = proof.document
        assert (proof.form, document.party, document.kind) == ("paper", "district", "evidence")
        assert Path(document.file.path).read_bytes() == content
        number = version.document_number
        assert proof.findings["pages"][0] == {"number": number, "page": 1}
        assert {page["number"] for page in proof.findings["pages"]} == {number}
        assert (proof.findings["name"], proof.findings["uploaded"]) == ("scan.pdf", fingerprint(content))
        assert str(proof) == f"Beleg des Landkreises Musterland 1 zu {number}"

    @pytest.mark.parametrize("kind", ["jpeg", "png"])
    def test_picture_becomes_an_archival_pdf(self, version: AgreementVersion, kind: str) -> None:
        picture = scans.photographs(paper(version))[0] if kind == "jpeg" else png(paper(version))
        document = uploaded(version, picture).document
        content = files.read(document)
        assert document.media_type == "application/pdf"
        with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"]
        assert "liegt für" in refusal(version, picture), "the same picture again"

    def test_scan_without_readable_code_is_taken_and_says_so(self, version: AgreementVersion) -> None:
        proof = uploaded(version, hostile.plain(2))
        assert proof.findings["pages"] == [{"number": "", "page": None}] * 2

    def test_scan_of_another_version_is_refused_naming_both(self, version: AgreementVersion) -> None:
        other = issued()
        said = refusal(version, scans.scan(paper(other)), by=make.user())
        assert f"Der Scan gehört zu {other.document_number}, nicht zu {version.document_number}." in said

    def test_scan_of_the_withdrawn_version_before_is_refused(self, version: AgreementVersion) -> None:
        content = scans.scan(paper(version))
        STEPS["withdraw"](version, make.user())
        copy = STEPS["follow_up"](version, make.user())
        STEPS["submit"](copy, lead_of(copy))
        STEPS["approve"](copy, make.user(Role.MINISTRY_LEAD))
        copy = STEPS["issue"](copy, make.user())
        assert f"nicht zu {copy.document_number}" in refusal(copy, content)
        assert "ausgefertigten" in refusal(version, content)

    @pytest.mark.parametrize(("role", "word"), [(Role.MINISTRY, "Sammelscan"), (Role.DISTRICT, "für sich")])
    def test_scan_of_several_contracts_is_refused_saying_how_to_go_on(self, version: Any, role: str, word: str) -> None:
        sheets = [*scans.photographs(paper(version), pages=[1]), *scans.photographs(paper(issued()), pages=[1])]
        by = make.user(role, version.agreement.district if role == Role.DISTRICT else None)
        said = refusal(version, together(sheets), by=by)
        assert version.document_number in said
        assert word in said

    def test_scan_without_a_side_is_refused(self, version: AgreementVersion) -> None:
        assert "wessen Unterschrift" in refusal(version, hostile.plain(), party="")

    def test_same_bytes_again_are_refused_until_the_first_are_rejected(self, version: AgreementVersion) -> None:
        content = scans.scan(paper(version))
        first = uploaded(version, content)
        said = refusal(version, content)
        assert "liegt" in said
        assert version.document_number in said
        evidence.reject(evidence=first, reason="Seite 2 ist abgeschnitten.", by=make.user())
        assert uploaded(version, content).pk != first.pk

    def test_one_scan_with_both_signatures_proves_each_side(self, version: AgreementVersion) -> None:
        content = scans.scan(paper(version))
        by = make.user()
        assert uploaded(version, content, "district", by).document.party == "district"
        assert uploaded(version, content, "land", by).document.party == "land"

    @pytest.mark.parametrize(
        "build",
        [hostile.empty, hostile.not_pdf, hostile.truncated, hostile.damaged, hostile.encrypted],
        ids=lambda build: build.__name__,
    )
    def test_file_that_may_not_come_in_is_refused_and_leaves_nothing(
        self, version: AgreementVersion, build: Callable[[], bytes]
    ) -> None:
        assert refusal(version, build()).endswith(".")

    def test_file_above_25_mb_is_refused_unread(self, version: AgreementVersion) -> None:
        assert "25 MB" in refusal(version, b"%PDF-" + bytes(inspection.LARGEST_UPLOAD))


def png(pdf: bytes) -> bytes:
    return inspection.picture(pdf, 1, width=1200)


def together(sheets: list[bytes]) -> bytes:
    return bytes(img2pdf.convert(sheets, nodate=True))


class TestElectronic:
    def test_signed_issue_is_kept_with_its_report_and_belongs_to_no_side(self, version: AgreementVersion) -> None:
        content = pki.sign(paper(version))
        proof = uploaded(version, content)
        assert (proof.form, proof.document.party) == ("electronic", "")
        assert files.read(proof.document) == content
        report = proof.findings["report"]
        assert report["begins_with_issue"]
        assert report["intact"]
        assert [one["field"] for one in report["signatures"]] == ["Unterschrift1"]
        assert str(proof) == f"Elektronisch unterzeichnete Datei zu {version.document_number}"

    def test_signatures_of_several_people_are_all_in_the_report(self, version: AgreementVersion) -> None:
        once = pki.sign(paper(version))
        proof = uploaded(version, pki.sign(once, "minister", "Unterschrift2"))
        assert [one["field"] for one in proof.findings["report"]["signatures"]] == ["Unterschrift1", "Unterschrift2"]

    def test_trust_is_asked_of_the_folder_of_certificates(
        self, version: AgreementVersion, tmp_path: Path, settings: Any
    ) -> None:
        settings.TRUST_ROOTS = pki.roots(tmp_path / "roots")
        with clock.stopped(NOW):
            proof = uploaded(version, pki.sign(paper(version)))
        assert proof.findings["report"]["signatures"][0]["trust"] == "confirmed"

    def test_file_signed_over_other_bytes_is_refused(self, version: AgreementVersion) -> None:
        saved_anew = resaved(paper(version))
        said = refusal(version, pki.sign(saved_anew))
        assert "Diese Datei wurde über andere Bytes unterzeichnet" in said
        assert version.document_number in said

    def test_signed_issue_of_another_version_is_refused(self, version: AgreementVersion) -> None:
        assert "andere Bytes" in refusal(version, pki.sign(paper(issued())))

    def test_issue_without_a_signature_is_refused(self, version: AgreementVersion) -> None:
        assert "keine Unterschrift" in refusal(version, paper(version))

    def test_issue_saved_anew_without_a_signature_is_refused(self, version: AgreementVersion) -> None:
        assert "keine Unterschrift" in refusal(version, resaved(paper(version)))

    def test_issue_with_only_a_time_stamp_or_a_seal_is_refused(self, version: AgreementVersion) -> None:
        assert "keine elektronische Unterschrift" in refusal(version, pki.stamp(paper(version)))
        assert "keine Unterschrift einer Person" in refusal(version, pki.sign(paper(version), "seal"))

    def test_page_added_after_signing_is_refused_with_the_reports_sentences(self, version: AgreementVersion) -> None:
        tampered = appended_page(pki.sign(paper(version)))
        assert refusal(version, tampered).endswith(".")


def resaved(pdf: bytes) -> bytes:
    """The same contract with other bytes, as many programs save it."""
    written = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(written)
    return written.getvalue()


def appended_page(pdf: bytes) -> bytes:
    """One more page as an update at the end of the file, which leaves the first bytes as they were."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    nothing = writer.add_object(StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=nothing, media_box=(0, 0, 595, 842)))
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


UPLOADERS = {"ministry", "ministry_lead", "own district", "own district_lead"}


@pytest.mark.parametrize("actor", ACTORS)
def test_evidence_comes_only_from_the_ministry_and_the_own_district(actor: str) -> None:
    version = make.version(status="issued")
    by = ACTORS[actor](version.agreement.district, make.district())
    if actor in UPLOADERS:
        assert uploaded(version, hostile.plain(), by=by).document.created_by == by
        return
    with pytest.raises(Refused) as caught:
        uploaded(version, hostile.plain(), by=by)
    assert caught.value.status == 403


def test_district_brings_no_evidence_for_the_land() -> None:
    version = make.version(status="issued")
    assert "das Ministerium" in refusal(version, hostile.plain(), party="land")
    uploaded(version, hostile.plain(), party="land", by=make.user())


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "signed", "published", "withdrawn"])
def test_evidence_outside_the_time_of_signing_is_refused(status: str) -> None:
    version = make.version(status=status)
    assert "ausgefertigten" in refusal(version, hostile.plain())
    assert checks.upload_refusals(version, lead_of(version), "district")
