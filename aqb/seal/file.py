"""Keys in PKCS#12 files: the one of the ministry, and the test seal that a demo makes for itself on first use."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from aqb.seal.keys import Configuration, Key, Unusable, certificates, passphrase, passphrase_variable, read

TEST_SEAL = "test-seal.p12"
TEST_NAME = "Testsiegel ohne rechtliche Wirkung"
TEST_ISSUER = "Test-Zertifizierungsstelle dieser Installation"
# The demo plays years past and to come; nothing depends on a test seal running out.
TEST_VALID = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def opened(chosen: Configuration) -> Key:
    """The key in the file that AQB_SEAL_P12 names; raises Unusable."""
    above = certificates("AQB_SEAL_CHAIN", chosen.chain) if chosen.chain else ()
    return _unpacked(chosen.p12, read("AQB_SEAL_P12", chosen.p12), passphrase(chosen), chosen, above)


def _unpacked(
    path: str, content: bytes, word: str, chosen: Configuration | None, above: tuple[asn1.Certificate, ...] = ()
) -> Key:
    variable = f"AQB_SEAL_P12: Die Datei {path}"
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(content, word.encode() or None)
    except ValueError as error:
        hint = f" {passphrase_variable(chosen)} passt nicht dazu, oder die Datei ist beschädigt." if chosen else ""
        raise Unusable(f"{variable} lässt sich nicht öffnen.{hint}") from error
    if private is None or certificate is None:
        raise Unusable(f"{variable} enthält keinen privaten Schlüssel mit seinem Zertifikat.")
    own = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    chain = (*(asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in others), *above)
    secret = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def signer() -> object:
        from asn1crypto import keys
        from pyhanko.sign.signers import SimpleSigner
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        return SimpleSigner(own, keys.PrivateKeyInfo.load(secret), SimpleCertificateStore.from_certs(chain))

    return Key(own, chain, signer)


def test_seal(folder: Path) -> Key:
    """The test seal of this installation, made on first use; processes that make it at once agree on the first."""
    file = folder / TEST_SEAL
    if not file.exists():
        _keep(file, _made())
    return _unpacked(str(file), file.read_bytes(), "", None)


def _keep(file: Path, content: bytes) -> None:
    """Write the file completely under another name and link it into place: whoever comes second keeps the first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".seal-")  # readable only by its owner
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()


def _made() -> bytes:
    """A seal with its own authority, whose key nobody keeps: it never vouches for anything else."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(TEST_ISSUER, TEST_ISSUER, root, root, signs_certificates=True)
    sealing = _certificate(TEST_NAME, TEST_ISSUER, key, root, signs_certificates=False)
    return pkcs12.serialize_key_and_certificates(TEST_NAME.encode(), key, sealing, [authority], NoEncryption())


def _certificate(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    vouching: ec.EllipticCurvePrivateKey,
    *,
    signs_certificates: bool,
) -> x509.Certificate:
    usage = {
        "key_cert_sign": signs_certificates, "crl_sign": signs_certificates,
        "digital_signature": not signs_certificates, "content_commitment": not signs_certificates,
        "key_encipherment": False, "data_encipherment": False, "key_agreement": False,
        "encipher_only": False, "decipher_only": False,
    }  # fmt: skip
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(vouching.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TEST_VALID[0])
        .not_valid_after(TEST_VALID[1])
        .add_extension(x509.BasicConstraints(ca=signs_certificates, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(identifier, critical=False)
        .sign(vouching, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, text)])
