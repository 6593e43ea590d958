"""Time stamps and proof for the long term: what a seal carries, and that it never waits or goes without unnoticed."""

import asyncio
import logging
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from certomancer.registry import ServiceLabel
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from aqb import seal
from aqb.access import Refused
from tests import pki
from tests.aqb.seals import configured, fair_copy, official, opened, pdfsig


def now() -> datetime:
    return datetime.now(UTC)


def judged(sealed: bytes) -> ades.AdESLTAValidationResult:
    """A judgement by what is in the file (EN 319 102-1, 5.6.3), with revocation data required and nobody asked."""
    policy = CertValidationPolicySpec(
        SimpleTrustManager.build(trust_roots=[pki.certificate("root")]), CertRevTrustPolicy(REQUIRE_REVINFO)
    )
    alone = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    specification = PdfSignatureValidationSpec(SignatureValidationSpec(policy, alone))
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_regular_signatures
    return asyncio.run(ades.ades_lta_validation(signature, specification))


def openssl(sealed: bytes, folder: Path) -> str:
    """What OpenSSL says about the time stamp over the file; poppler knows none of this kind."""
    with opened(sealed) as pdf:
        (stamp,) = [one.V for one in pdf.Root.AcroForm.Fields if one.V.Type == "/DocTimeStamp"]
        before, until, after, length = (int(number) for number in stamp.ByteRange)
        token = cms.ContentInfo.load(bytes(stamp.Contents)).dump()
    assert (before, after + length) == (0, len(sealed))
    (folder / "stamped").write_bytes(sealed[:until] + sealed[after:])
    (folder / "token").write_bytes(token)
    root = pki.roots(folder / "root") / "root.pem"
    command = ["openssl", "ts", "-verify", "-data", "stamped", "-in", "token", "-token_in", "-CAfile", str(root)]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def test_seal_with_time_stamp_and_proof_is_lta(tmp_path: Path) -> None:
    with pki.serve(), official(tmp_path, TSA_URL=pki.tsa_url(), SEAL_REVOCATION=True):
        sealed = seal.seal(fair_copy(), at=now())

    assert seal.level(sealed) == "PAdES-B-LTA"
    seal_said, stamp_said = pdfsig(sealed, tmp_path).split("Signature #2")
    assert "Signature is Valid." in seal_said
    assert ("Archivzeitstempel" in stamp_said, "Total document signed" in stamp_said) == (True, True)
    assert "Verification: OK" in openssl(sealed, tmp_path)
    result = judged(sealed)
    assert result.ades_subindic == AdESPassed.OK
    assert result.api_status
    assert (result.api_status.docmdp_ok, result.api_status.trusted) == (True, True)


def test_seal_without_time_stamps_carries_the_proof_and_covers_the_file(tmp_path: Path) -> None:
    with pki.serve(), official(tmp_path, SEAL_REVOCATION=True):
        sealed = seal.seal(fair_copy(), at=now())

    with opened(sealed) as pdf:
        store = pdf.Root.DSS
        assert len(store.Certs) >= 3
        assert len(store.get("/OCSPs", [])) + len(store.get("/CRLs", [])) >= 2
    said = pdfsig(sealed, tmp_path)
    assert ("Total document signed" in said, said.count("Signature is Valid.")) == (True, 1)
    assert seal.level(sealed) == "PAdES-B-B"


def test_time_stamp_alone_is_told_apart_from_proof(tmp_path: Path) -> None:
    with pki.serve(), official(tmp_path, TSA_URL=pki.tsa_url()):
        sealed = seal.seal(fair_copy(), at=now())

    assert seal.level(sealed) == "PAdES-B-T"
    assert "Total document signed" in pdfsig(sealed, tmp_path)


def test_proof_that_cannot_be_had_is_logged_and_the_seal_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody listens at the addresses in the certificate."""
    with official(tmp_path, SEAL_REVOCATION=True), caplog.at_level(logging.WARNING, "aqb.seal.proof"):
        sealed = seal.seal(fair_copy(), at=now())

    assert seal.level(sealed) == "PAdES-B-B"
    with opened(sealed) as pdf:
        assert "/DSS" not in pdf.Root
    assert "Siegel ohne Prüfdaten für die Langzeit: Zertifikat des Siegels" in caplog.text


def test_chain_comes_from_its_own_file_and_roots_from_the_folder(tmp_path: Path) -> None:
    """The key alone in its file, the authority in AQB_SEAL_CHAIN, the root in AQB_TRUST_ROOTS."""
    chain = pki.roots(tmp_path / "chain", "organisations") / "organisations.pem"
    trusted = pki.roots(tmp_path / "trusted")
    (trusted / "liesmich.txt").write_text("Hier liegen die Wurzeln.")
    content = alone("seal")
    (tmp_path / "alone.p12").write_bytes(content)
    setup = {
        "SEAL_P12": str(tmp_path / "alone.p12"), "SEAL_CHAIN": str(chain), "TRUST_ROOTS": trusted, "TSA_URL": pki.tsa_url(),
    }  # fmt: skip
    with pki.serve(), configured(**setup):
        assert seal.level(seal.seal(fair_copy(), at=now())) == "PAdES-B-LTA"
    with configured(SEAL_P12=str(tmp_path / "alone.p12")):
        assert any("Das Zertifikat des Ausstellers fehlt" in problem for problem in seal.describe().problems)


def alone(name: str) -> bytes:
    """Key and certificate without chain."""
    content, word = pki.p12(name)
    key, certificate, _ = pkcs12.load_key_and_certificates(content, word.encode())
    assert isinstance(key, rsa.RSAPrivateKey)
    return pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, NoEncryption())


def test_revoked_certificate_is_refused(tmp_path: Path) -> None:
    with (
        pki.serve(),
        official(tmp_path, "revoked", SEAL_REVOCATION=True),
        pytest.raises(Refused, match="Das Zertifikat des Siegels ist gesperrt"),
    ):
        seal.seal(fair_copy(), at=now())


def test_time_stamp_service_that_is_down_refuses_the_seal(tmp_path: Path) -> None:
    with official(tmp_path, TSA_URL=pki.tsa_url()), pytest.raises(Refused) as refused:
        seal.seal(fair_copy(), at=now())

    assert refused.value.reasons == [
        "Der Zeitstempeldienst antwortet nicht. Es ist nichts geschehen; bitte versuchen Sie es später noch einmal."
    ]


def test_time_stamp_service_that_never_answers_refuses_the_seal_in_time(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        with (
            official(tmp_path, TSA_URL=address, SEAL_TIMEOUT=0.5),
            pytest.raises(Refused, match="Der Zeitstempeldienst antwortet nicht"),
        ):
            seal.seal(fair_copy(), at=now())

    assert time.monotonic() - started < 15


@contextmanager
def answering(answer: Callable[[bytes], bytes], kind: str = "application/timestamp-reply") -> Iterator[str]:
    """A service that answers every question in this way."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(answer(question))

        def log_message(self, *args: object) -> None:
            """Nothing to say."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


REFUSAL = bytes.fromhex("30053003020102")  # a TimeStampResp that says: rejection


def stamp_for_something_else(question: bytes) -> bytes:
    """Sound, with the right nonce, and for another file."""
    request = tsp.TimeStampReq.load(question)
    request["message_imprint"]["hashed_message"] = b"x" * 32
    service = pki.architecture().service_registry.summon_timestamper(ServiceLabel("tsa"))
    answer: bytes = service.request_tsa_response(tsp.TimeStampReq.load(request.dump(force=True))).dump()
    return answer


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda _: b"<html>Anmeldung</html>", "text/html"),
        (lambda _: b"Unsinn", "application/timestamp-reply"),
        (lambda _: REFUSAL, "application/timestamp-reply"),
        (stamp_for_something_else, "application/timestamp-reply"),
    ],
    ids=["another page", "nonsense", "rejection", "stamp for something else"],
)
def test_answer_that_is_no_time_stamp_is_refused(answer: Callable[[bytes], bytes], kind: str, tmp_path: Path) -> None:
    with (
        answering(answer, kind) as address,
        official(tmp_path, TSA_URL=address),
        pytest.raises(Refused, match="hat keinen gültigen Zeitstempel geliefert"),
    ):
        seal.seal(fair_copy(), at=now())


def test_test_seal_asks_nobody_about_its_certificate(caplog: pytest.LogCaptureFixture) -> None:
    with configured(SEAL_REVOCATION=True), caplog.at_level(logging.WARNING):
        assert seal.level(seal.seal(fair_copy("test"), at=now())) == "PAdES-B-B"

    assert not caplog.text
