"""The finished document: on paper, electronically and mixed; sealed, or saying that it is not; all or nothing."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from agreements.actions import evidence, files, signing
from agreements.models import AgreementVersion, Document, Evidence, Signature
from aqb import clock, seal
from aqb.access import Refused, Role
from tests import factories as make
from tests import pki, scans
from tests.agreements.actors import NOW, STEPS, sign, sign_and_confirm
from tests.aqb.papers import findings, text_of, words
from tests.aqb.seals import configured, official, pdfsig

pytestmark = pytest.mark.django_db
PARTIES = ("land", "district")
WAYS = [("paper", "paper"), ("electronic", "electronic"), ("paper", "electronic"), ("electronic", "paper")]


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


@pytest.fixture
def version() -> AgreementVersion:
    """An issued version with its true paper."""
    make.ministry()
    return STEPS["issue"](make.version(status="approved"), make.person(Role.MINISTRY))


def issue(version: AgreementVersion) -> bytes:
    return files.read(version.documents.get(kind=Document.Kind.ISSUED))


def signed_on(version: AgreementVersion, ways: dict[str, str]) -> Document:
    """Both sides sign, each on its way, as people do it: upload, record, confirm."""
    district = make.person(Role.DISTRICT, version.agreement.district)
    by, second = make.user(), make.user(Role.MINISTRY_LEAD)
    file = issue(version)
    for number, (party, way) in enumerate(ways.items(), start=1):
        field = f"Unterschrift{number}" if way == "electronic" else ""
        if way == "electronic":
            file = content = pki.sign(file, "minister" if party == "land" else "landrat", field, at=NOW)
        else:
            content = scans.scan(issue(version))
        uploader = by if party == "land" else district
        proof = evidence.upload(version=version, party=party, content=content, by=uploader)
        assert proof.form == way
        signature = sign(version, by, party, evidence=proof.document, field_name=field)
        signing.confirm_signature(signature=signature, by=second)
    return version.documents.get(kind=Document.Kind.SIGNED)


@pytest.mark.parametrize("ways", WAYS, ids="-".join)
def test_document_goes_through_every_way_and_is_sealed(
    version: AgreementVersion, ways: tuple[str, str], tmp_path: Path
) -> None:
    document = signed_on(version, dict(zip(PARTIES, ways, strict=True)))
    content = files.read(document)
    assert (document.seal, seal.kind()) == ("test", "test")
    data = carried(content)
    assert data["seal"] == "test"
    people = {side["party"]: side["people"][0] for side in data["signing"]}
    assert tuple(people[party]["form"] for party in PARTIES) == ways
    proofs = {one.party: one.evidence.sha256 for one in version.signatures.all() if one.evidence}
    assert {party: person["evidence"] for party, person in people.items()} == proofs
    assert "Signature is Valid." in pdfsig(content, tmp_path)
    judged = findings(content, tmp_path)
    assert judged.returncode == 0, judged.stdout
    with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")


def test_signatures_are_confirmed_by_poppler_too(version: AgreementVersion, tmp_path: Path) -> None:
    signed_on(version, {"land": "electronic", "district": "electronic"})
    last = Evidence.objects.order_by("pk").last()
    assert last is not None
    said = pdfsig(files.read(last.document), tmp_path)
    assert said.count("Signature is Valid.") == 2


def test_official_seal_stands_in_row_and_data(version: AgreementVersion, tmp_path: Path) -> None:
    with official(tmp_path):
        document = signed_on(version, {"land": "paper", "district": "paper"})
    assert document.seal == "official"
    assert carried(files.read(document))["seal"] == "official"


def test_without_a_configured_seal_the_copy_is_unsealed_and_says_so(version: AgreementVersion, tmp_path: Path) -> None:
    with configured(PRODUCTION=True):
        assert seal.kind() == "none"
        document = signed_on(version, {"land": "paper", "district": "paper"})
    content = files.read(document)
    assert document.seal == ""
    assert carried(content)["seal"] == "none"
    assert "kein Siegel" in words(text_of(content, tmp_path))


@pytest.fixture
def last(version: AgreementVersion) -> Signature:
    """The signature whose confirmation completes the version."""
    sign_and_confirm(version, make.user(), "land")
    return sign(version, make.user(), "district")


def nothing_happened(last: Signature) -> None:
    last.refresh_from_db()
    assert not last.is_confirmed
    assert AgreementVersion.objects.get(pk=last.version_id).status == "issued"
    assert not Document.objects.filter(kind="signed").exists()


def test_time_stamp_service_that_does_not_answer_undoes_everything_and_may_come_back(
    last: Signature, tmp_path: Path
) -> None:
    second = make.user(Role.MINISTRY_LEAD)
    with official(tmp_path, TSA_URL=pki.tsa_url(), SEAL_TIMEOUT=2):
        with pytest.raises(Refused) as caught:
            signing.confirm_signature(signature=last, by=second)
        assert "Zeitstempel" in str(caught.value)
        nothing_happened(last)
        with pki.serve(), clock.stopped(NOW):
            assert signing.confirm_signature(signature=last, by=second).status == "signed"


def test_seal_that_cannot_be_used_undoes_everything(last: Signature, tmp_path: Path) -> None:
    with official(tmp_path, "expired"), pytest.raises(Refused, match="Siegel"):
        signing.confirm_signature(signature=last, by=make.user(Role.MINISTRY_LEAD))
    nothing_happened(last)


def carried(pdf: bytes) -> Any:
    """The data for machines in a PDF of ours."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return json.loads(opened.attachments["zielvereinbarung.json"].get_file().read_bytes())
