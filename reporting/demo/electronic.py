"""An electronic signature of the demo: made with a certificate that an invented authority gives an invented official."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

VALID = timedelta(days=365)
AUTHORITY = "Demo-Vertrauensdienst (ohne Rechtswirkung)"


def signed(issued: bytes, *, name: str, organisation: str, at: datetime) -> bytes:
    """The issued file with a PAdES signature appended, whose clock shows `at`."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    class At(signers.PdfSigner):
        """pyHanko asks the machine's clock; the demo's past has its own."""

        def init_signing_session(self, *args: Any, **options: Any) -> Any:
            session: Any = super().init_signing_session(*args, **options)
            session.system_time = at
            return session

    field = fields.SigFieldSpec("Unterschrift1", readable_field_name=f"Unterschrift {name}")
    about = signers.PdfSignatureMetadata(field_name="Unterschrift1", subfilter=fields.SigSeedSubFilter.PADES)
    machine = At(about, _signer(name, organisation, at), new_field_spec=field)
    written: BytesIO = machine.sign_pdf(IncrementalPdfFileWriter(BytesIO(issued)))
    return written.getvalue()


def _signer(name: str, organisation: str, at: datetime) -> Any:
    """A key that nobody keeps, and a certificate for it."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    def named(common: str, belongs_to: str) -> x509.Name:
        parts = ((NameOID.ORGANIZATION_NAME, belongs_to[:64]), (NameOID.COMMON_NAME, common))
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])

    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    key, authority = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(named(AUTHORITY, "AQB Demo"), named(name, organisation), key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - VALID)
        .not_valid_after(at + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(authority, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
        SimpleCertificateStore(),
    )
