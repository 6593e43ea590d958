"""Who signed and who vouches for it: certificates, the authorities that are trusted, and what follows for a signer."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.qualified_asn1 import get_qc_statements
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation import DocumentSecurityStore, PdfSignatureStatus, SignatureStatus
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
)

ZONE = ZoneInfo("Europe/Berlin")
LONGEST = 200  # characters of a name
# Lists of revoked certificates are those that lie in the file: however old they are, what they say stays true.
REVOCATION = CertRevTrustPolicy(
    RevocationCheckingPolicy.from_legacy("soft-fail"),
    freshness=timedelta(days=36_500),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)
ALGORITHMS = CMSAlgorithmUsagePolicy.lift_policy(
    DisallowWeakAlgorithmsPolicy(frozenset({"md2", "md4", "md5", "ripemd160", "sha1"}), rsa_key_size_threshold=2048)
)
# Whoever may do only this may not sign documents; other purposes are named in too many ways to demand one.
OTHER_PURPOSES = {"server_auth", "code_signing", "time_stamping", "ocsp_signing"}
NAMES_OF_ALGORITHMS = {"rsassa_pkcs1v15": "RSA", "rsassa_pss": "RSA-PSS", "ecdsa": "ECDSA", "dsa": "DSA"}
NAMES_OF_DIGESTS = {
    "sha1": "SHA-1", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
}  # fmt: skip

NOBODY_TRUSTED = "Es sind keine Vertrauensstellen hinterlegt, die die Identität bestätigen könnten."
UNKNOWN_ISSUER = "Der Aussteller gehört nicht zu den hinterlegten Vertrauensstellen."
TRUSTED_ISSUER = "Der Aussteller gehört zu den hinterlegten Vertrauensstellen."
REVOCATION_UNKNOWN = " Ob das Zertifikat gesperrt ist, steht nicht in der Datei."
SELF_SIGNED = "Das Zertifikat ist selbst ausgestellt: Niemand sonst bürgt für die Identität."
NOT_INTACT = "Eine Unterschrift, die nicht unversehrt ist, bestätigt keine Identität."
OTHER_PURPOSE = "Das Zertifikat ist nicht zum Unterzeichnen bestimmt."
WEAK_CHAIN = "Die Unterschrift oder ein Zertifikat des Ausstellers benutzt ein Verfahren, das nicht mehr sicher ist."
BROKEN_CHAIN = "Die Zertifikate des Ausstellers ließen sich nicht bestätigen."
UNREADABLE_ROOT = "Eine Datei im Ordner der Vertrauensstellen enthält kein lesbares Zertifikat."


def certificates(file: bytes) -> list[x509.Certificate]:
    """The certificates in a PEM or DER file; raises ValueError when there is none or one cannot be read."""
    found = [file]
    if pem.detect(file):
        found = [content for kind, _, content in pem.unarmor(file, multiple=True) if kind == "CERTIFICATE"]
    read = [x509.Certificate.load(one, strict=True) for one in found]
    for one in read:  # asn1crypto reads lazily
        _ = one.subject.native, one.public_key.native, one.not_valid_after
    if not read:
        raise ValueError("no certificate")
    return read


@dataclass(frozen=True)
class Trust:
    """The certificates that are trusted, the moment that is asked about, and what the file itself brings for checking."""

    roots: list[x509.Certificate]
    at: datetime
    store: DocumentSecurityStore | None
    problems: list[str]

    @classmethod
    def of(cls, reader: PdfFileReader, roots: Sequence[bytes], at: datetime) -> "Trust":
        """What is known from the files of the trusted certificates and from the signed file."""
        found: list[x509.Certificate] = []
        problems = []
        for file in roots:
            try:
                found += certificates(file)
            except ValueError:
                problems = [UNREADABLE_ROOT]
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            store = None
        return cls(found, at, store, problems)

    def context(self, signer: cms.SignerInfo | None = None, moment: datetime | None = None) -> ValidationContext:
        """Rules for validating a certificate at a moment (`at` if none is given); nothing is fetched from anywhere."""
        crls, ocsps = _revocations(signer)
        options: dict[str, Any] = {
            "trust_roots": self.roots, "moment": moment or self.at, "allow_fetching": False, "crls": crls, "ocsps": ocsps,
            "revinfo_policy": REVOCATION, "algorithm_usage_policy": ALGORITHMS,
        }  # fmt: skip
        return self.store.as_validation_context(options) if self.store else ValidationContext(**options)

    def judged(self, status: SignatureStatus, context: ValidationContext) -> tuple[str, str]:
        """What the signer's identity is worth, as one word of the report, and why, as a German sentence."""
        certificate = status.signing_cert
        if not (status.intact and status.valid):
            return "unconfirmed", NOT_INTACT
        if status.trusted and isinstance(status, PdfSignatureStatus) and _has_other_purpose(certificate):
            return "unconfirmed", OTHER_PURPOSE
        if status.trusted:
            unknown = not (context.crls or context.ocsps) or context.soft_fail_exceptions
            return "confirmed", TRUSTED_ISSUER + (REVOCATION_UNKNOWN if unknown else "")
        if revocation := status.revocation_details:
            whose = "eines Ausstellers " if revocation.ca_revoked else ""
            return "revoked", f"Das Zertifikat {whose}wurde am {day(revocation.revocation_date)} gesperrt."
        if certificate.self_signed != "no":
            return "self_signed", SELF_SIGNED
        return self._unconfirmed(status, certificate, context.moment)

    def _unconfirmed(self, status: SignatureStatus, certificate: x509.Certificate, moment: datetime) -> tuple[str, str]:
        if moment > certificate.not_valid_after:
            until = f"Das Zertifikat ist am {day(certificate.not_valid_after)} abgelaufen"
            if moment < self.at:
                return "expired", f"{until}, also vor der Unterzeichnung."
            return "expired", f"{until}; kein bestätigter Zeitstempel belegt, dass vorher unterzeichnet wurde."
        if not self.roots:
            return "unconfirmed", NOBODY_TRUSTED
        if moment < certificate.not_valid_before:
            return "unconfirmed", f"Das Zertifikat gilt erst ab {day(certificate.not_valid_before)}."
        sentences: dict[Any, str] = {
            AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: UNKNOWN_ISSUER,
            AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: OTHER_PURPOSE,
            AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: WEAK_CHAIN,
        }
        return "unconfirmed", sentences.get(status.trust_problem_indic, BROKEN_CHAIN)


def _has_other_purpose(certificate: x509.Certificate) -> bool:
    purposes = certificate.extended_key_usage_value
    return purposes is not None and set(purposes.native) <= OTHER_PURPOSES


def _revocations(signer: cms.SignerInfo | None) -> tuple[list[Any], list[Any]]:
    """Lists and answers about revoked certificates inside a signature, where Adobe's products put them."""
    for attribute in signer["signed_attrs"] if signer is not None else ():
        if attribute["type"].native == "adobe_revocation_info_archival":
            archive = attribute["values"][0]
            return list(archive["crl"] or ()), list(archive["ocsp"] or ())
    return [], []


def day(moment: datetime) -> str:
    """The day in Germany as people write it."""
    return f"{moment.astimezone(ZONE):%d.%m.%Y}"


def clean(value: Any) -> str:
    """Text out of a certificate or file: without characters that have no look of their own or turn the line around."""
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value)
    kept = "".join(one for one in str(value or "") if unicodedata.category(one)[0] != "C" or one == "\t")
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:LONGEST]


def person(certificate: x509.Certificate) -> dict[str, str]:
    """Name and organisation of the holder, issuer and serial number of a certificate, and the fingerprint of it all."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    authority, house = clean(issuer.get("common_name")), clean(issuer.get("organization_name"))
    return {
        "signer": clean(subject.get("common_name") or certificate.subject.human_friendly),
        "organisation": clean(subject.get("organization_name")),
        "issuer": authority if not house or house in authority else ", ".join(filter(None, [house, authority])),
        "serial": f"{certificate.serial_number:X}",
        "certificate": certificate.sha256.hex(),  # issuer and number may be written into any certificate
    }


def is_seal(certificate: x509.Certificate) -> bool:
    """Whether the certificate belongs to an organisation instead of a person (EN 319 412-3 and -5)."""
    for statement in get_qc_statements(certificate):
        if statement["statement_id"].native == "qc_type":
            return "qct_eseal" in statement["statement_info"].native
    holder = set(certificate.subject.native)
    return "organization_identifier" in holder and not holder & {"given_name", "surname", "pseudonym"}


def is_weak(signer: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Whether the digest, the method or the length of the key is not safe any more."""
    digest, method = signer["digest_algorithm"], signer["signature_algorithm"]
    return not (
        ALGORITHMS.digest_algorithm_allowed(digest, None)
        and ALGORITHMS.signature_algorithm_allowed(method, None, certificate.public_key)
        and ALGORITHMS.digest_combination_allowed(method, digest, None)
    )


def algorithm(signer: cms.SignerInfo, certificate: x509.Certificate) -> str:
    """The methods in words: "RSA (2048 Bit) mit SHA-256"."""
    digest = signer["digest_algorithm"]["algorithm"].native
    try:
        method = signer["signature_algorithm"].signature_algo
    except ValueError:  # a method without a short name
        method = signer["signature_algorithm"]["algorithm"].native
    named = NAMES_OF_ALGORITHMS.get(method, clean(method).capitalize())
    return f"{named} ({certificate.public_key.bit_size} Bit) mit {NAMES_OF_DIGESTS.get(digest, clean(digest).upper())}"
