"""A small world of certificates for tests: who signs, who vouches for them, who stamps the time and who is revoked.

The authorities, people and dates stand in tests/data/pki.yml; certomancer makes certificates, lists of revoked ones and
time stamps from it. Keys are made once per process and never leave it, so nothing here is a secret.

Names for `p12`, `certificate` and `sign`: landrat, minister, seal (vouched for by `root`), expired, revoked (the same),
server (not meant for signing), unknown (vouched for by `office-root`), self_signed. `tsa` stamps the time.
"""

import atexit
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import pem, tsp, x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, PKIArchitecture, ServiceLabel
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore
from werkzeug.serving import WSGIRequestHandler, make_server

PLAN = Path(__file__).parent / "data" / "pki.yml"
PASSPHRASE = "nur zum Testen"
# RSA where readers expect it (seal, time stamps) and once for a person; making such a key takes a tenth of a second.
RSA = {"seal", "tsa", "minister"}


@cache
def _port() -> socket.socket:
    """The reserved address of the services: certificates name it before anybody listens there.

    Bound but not listening, so whoever asks while `serve` is not running is refused at once.
    """
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    reserved.bind(("127.0.0.1", 0))
    atexit.register(reserved.close)
    return reserved


def address() -> str:
    """Where `serve` listens, without a slash at the end."""
    return f"http://127.0.0.1:{_port().getsockname()[1]}"


def tsa_url() -> str:
    """Where time stamps come from while `serve` is running."""
    return f"{address()}/pki/tsa/tsa"


@cache
def architecture() -> PKIArchitecture:
    """All certificates and services; the files of the keys are read at once and removed."""
    plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    names = list(plan["pki-architectures"]["pki"]["entities"])
    plan["external-url-prefix"] = address()
    plan["keysets"] = {"pki": {"keys": {name: {"path": f"{name}.pem"} for name in names}}}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            key = rsa.generate_private_key(65537, 2048) if name in RSA else ec.generate_private_key(ec.SECP256R1())
            text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (Path(folder) / f"{name}.pem").write_bytes(text)
        return CertomancerConfig(plan, key_search_dir=folder).get_pki_arch(ArchLabel("pki"))


def certificate(name: str) -> x509.Certificate:
    """The certificate with this name."""
    return architecture().get_cert(CertLabel(name))


@cache
def p12(name: str) -> tuple[bytes, str]:
    """Key, certificate and chain as PKCS#12, and the passphrase that opens it."""
    return architecture().package_pkcs12(CertLabel(name), password=PASSPHRASE.encode()), PASSPHRASE


def roots(folder: Path, *names: str) -> Path:
    """The folder, made if need be, with one PEM file per trusted certificate: `root` unless told otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or ("root",):
        (folder / f"{name}.pem").write_bytes(pem.armor("CERTIFICATE", certificate(name).dump()))
    return folder


class Stamps(timestamps.TimeStamper):
    """Time stamps of `tsa` without a network, of any moment."""

    def __init__(self, at: datetime | None = None) -> None:
        super().__init__()
        self.at = at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        service = architecture().service_registry.summon_timestamper(ServiceLabel("tsa"), self.at)
        return service.request_tsa_response(req)


class _Signing(signers.PdfSigner):
    """Signs as if its clock showed `at`, and also what an earlier signer locked."""

    at: datetime | None = None

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.at or session.system_time
        return session

    def _enforce_certification_constraints(self, *args: Any) -> None:
        """Programs of strangers do not ask, either."""


def signer(name: str) -> signers.SimpleSigner:
    """Who signs with pyHanko; the whole chain but the root goes along."""
    pki = architecture()
    store = SimpleCertificateStore()
    store.register_multiple(pki.get_cert(label) for label in pki.get_chain(CertLabel(name)))
    key = pki.key_set.get_private_key(KeyLabel(name))
    return signers.SimpleSigner(certificate(name), key, store, embed_roots=False)


def sign(
    pdf: bytes,
    name: str = "landrat",
    field: str = "Unterschrift1",
    *,
    at: datetime | None = None,
    stamped: bool | datetime = False,
    box: tuple[int, int, int, int] | None = None,
    page: int = 0,
    apart: bool = False,
    **metadata: Any,
) -> bytes:
    """The file with a PAdES signature appended.

    `at` is what the signer's clock says, `stamped` adds a time stamp of now or of that moment, `box` makes the signature
    visible there (points from the lower left corner), `apart` makes what is seen an object of its own; everything else
    goes to PdfSignatureMetadata (`certify`, `md_algorithm`, `reason`, ...).
    """
    metadata.setdefault("subfilter", fields.SigSeedSubFilter.PADES)
    moment = stamped if isinstance(stamped, datetime) else None
    machine = _Signing(
        signers.PdfSignatureMetadata(field_name=field, **metadata),
        signer(name),
        timestamper=Stamps(moment) if stamped else None,
        new_field_spec=fields.SigFieldSpec(
            field, on_page=page, box=box, combine_annotation=not apart, readable_field_name="Unterschrift"
        ),
    )
    machine.at = at
    return _signed(machine.sign_pdf, pdf)


def stamp(pdf: bytes, field: str = "Zeitstempel1", *, at: datetime | None = None) -> bytes:
    """The file with a time stamp for the whole document appended, of now or of that moment."""
    stamper = signers.PdfTimeStamper(Stamps(at), field_name=field)
    return _signed(lambda writer: stamper.timestamp_pdf(writer, "sha256"), pdf)


def with_revocations(pdf: bytes, *authorities: str, at: datetime | None = None) -> bytes:
    """The file with the authorities' lists of revoked certificates appended (DSS), as they were now or at that moment."""
    moment = at or datetime.now(UTC)
    lists = [architecture().service_registry.get_crl(ServiceLabel(one), moment) for one in authorities]
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=lists)
    return written(writer)


def written(writer: BasePdfFileWriter) -> bytes:
    """The file with the changes of the writer appended; the bytes before stay as they are."""
    result = BytesIO()
    writer.write(result)
    return result.getvalue()


def _signed(work: Any, pdf: bytes) -> bytes:
    result: bytes = work(IncrementalPdfFileWriter(BytesIO(pdf), strict=False)).getvalue()
    return result


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """A test has nothing to say about requests that went well; what fails is still told."""


@contextmanager
def serve() -> Iterator[str]:
    """Time stamps, answers about certificates (OCSP) and lists of revoked ones over HTTP; gives the base address."""
    listening = socket.socket()
    with closing(listening):
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(_port().getsockname())
        listening.listen()
        application = Animator(AnimatorArchStore({ArchLabel("pki"): architecture()}), with_web_ui=False)
        server = make_server("127.0.0.1", 0, application, threaded=True, fd=listening.fileno(), request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield address()
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
