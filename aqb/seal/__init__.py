"""The organisational seal on fair copies: what the application has, and setting it into a PDF (PAdES).

Light to import: pyHanko is loaded by the first seal. Keys: `aqb.seal.keys`; the PDF: `aqb.seal.pdf`; time stamps and
proof of validity: `aqb.seal.proof`.
"""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from aqb import clock
from aqb.access import Refused
from aqb.seal import keys
from aqb.seal.keys import Kind, Unusable, common_name

log = logging.getLogger(__name__)

NOTHING = "Es ist nichts geschehen; bitte wenden Sie sich an den Betrieb der Anwendung."
SOON = timedelta(days=60)  # a new certificate takes weeks to get
# A PKCS#11 module serves one thread at a time.
_lock = threading.Lock()


@dataclass(frozen=True)
class SealState:
    """What the health page shows about the seal; `problems` are German sentences, empty when all is well.

    `level` is what the settings promise: PAdES-B-B, -B-T with time stamps, -B-LTA with proof that no certificate is
    revoked as well. What a document really reached tells `level`.
    """

    kind: Kind
    subject: str = ""
    issuer: str = ""
    source: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    time_stamps: str = ""
    level: str = ""
    problems: list[str] = field(default_factory=list)


def kind() -> Kind:
    """Whose seal a fair copy gets: "official" when one is configured, "test" in a demo, else "none"."""
    return keys.kind()


def seal(pdf: bytes, *, at: datetime) -> bytes:
    """A paper of ours with the seal, made at `at`; there must be a seal (`kind`).

    Refuses, with nothing done: the key cannot be used, its certificate is not valid at `at` or is revoked, the time
    stamp service does not answer.
    """
    with _lock:
        try:
            key = keys.key()
            if reason := key.why_not(at):
                raise Unusable(reason)
        except Unusable as error:
            log.error("Siegel: %s", error)
            raise Refused(f"Das Siegel ist nicht einsatzbereit. {error} {NOTHING}") from error
        # A thread of its own: pyHanko starts an event loop, and the calling thread may have one already.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _sealed(pdf, key, at)).result()


async def _sealed(pdf: bytes, key: keys.Key, at: datetime) -> bytes:
    from aqb.seal.pdf import sealed
    from aqb.seal.proof import collected, stamper

    stamps = stamper()
    proof = await collected(key, stamps) if kind() == "official" else None
    try:
        return await sealed(pdf, key.signer(), title=title(key), at=at, stamper=stamps, proof=proof)
    except key.failures as error:
        keys.forget()
        log.exception("Siegel: das Modul hat nicht unterzeichnet")
        raise Refused(
            "Das Modul mit dem Schlüssel des Siegels hat nicht unterzeichnet. "
            "Es ist nichts geschehen; bitte versuchen Sie es noch einmal."
        ) from error


def title(key: keys.Key) -> str:
    """What a screen reader calls the seal in the document."""
    name = common_name(key.certificate.subject)
    return name if kind() == "test" else f"Organisationssiegel: {name}"


def level(pdf: bytes) -> str:
    """What the seal of a file reached, by what the file carries: PAdES-B-B, -B-T, -B-LT or -B-LTA; "" without a seal.

    It reads files that this application sealed; it judges nothing.
    """
    from io import BytesIO

    import pikepdf
    from asn1crypto import cms

    with pikepdf.open(BytesIO(pdf)) as opened:
        form = opened.Root.get("/AcroForm", pikepdf.Dictionary())
        values = [one.V for one in form.get("/Fields", []) if "/V" in one]
        stamped_file = any(one.get("/Type") == "/DocTimeStamp" for one in values)
        seals = [bytes(one.Contents) for one in values if one.get("/Type") == "/Sig"]
        proof = "/DSS" in opened.Root
    if not seals:
        return ""
    signer = cms.ContentInfo.load(seals[0])["content"]["signer_infos"][0]
    kinds = {one["type"].native for one in signer["unsigned_attrs"]} if signer["unsigned_attrs"] else set()
    if "signature_time_stamp_token" not in kinds:
        return "PAdES-B-B"
    return "PAdES-B-LTA" if proof and stamped_file else "PAdES-B-LT" if proof else "PAdES-B-T"


def describe() -> SealState:
    """The seal as it is set up now; opens the key, asks no other service and never raises."""
    chosen = keys.configuration()
    now = kind()
    if now == "none":
        return SealState(now, problems=["Es ist kein Siegel eingerichtet; Reinschriften bleiben ohne Siegel."])
    source = f"PKCS#11-Modul {chosen.pkcs11}" if chosen.pkcs11 else f"PKCS#12-Datei {chosen.p12}"
    source = source if now == "official" else "Testsiegel dieser Installation"
    try:
        with _lock:
            key = keys.key()
    except Unusable as error:
        return SealState(now, source=source, time_stamps=settings.TSA_URL, problems=[str(error)])
    certificate = key.certificate
    return SealState(
        kind=now,
        subject=common_name(certificate.subject),
        issuer=common_name(certificate.issuer),
        source=source,
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        time_stamps=settings.TSA_URL,
        level=_promised(key),
        problems=_certificate_problems(key),
    )


def _promised(key: keys.Key) -> str:
    if not settings.TSA_URL:
        return "PAdES-B-B"
    return "PAdES-B-LTA" if kind() == "official" and not _gaps(key) else "PAdES-B-T"


def _gaps(key: keys.Key) -> list[str]:
    """What keeps the proof that no certificate is revoked from being complete, as far as can be told without asking."""
    if not settings.SEAL_REVOCATION:
        return ["AQB_SEAL_REVOCATION ist 0: Siegel gehen ohne Prüfdaten für die Langzeit hinaus."]
    gaps = []
    if not (key.certificate.ocsp_urls or key.certificate.crl_distribution_points):
        gaps.append("Das Siegelzertifikat nennt weder Sperrliste noch Auskunft: Prüfdaten für die Langzeit fehlen.")
    known = (*key.chain, *keys.trusted())
    if not any(one.subject == key.certificate.issuer for one in known):
        gaps.append(
            "Das Zertifikat des Ausstellers fehlt (AQB_SEAL_CHAIN oder AQB_TRUST_ROOTS): "
            "Prüfdaten für die Langzeit lassen sich nicht holen."
        )
    return gaps


def _certificate_problems(key: keys.Key) -> list[str]:
    if reason := key.why_not(clock.now()):
        return [reason]
    problems = _gaps(key) if kind() == "official" else []
    if clock.now() > key.certificate.not_valid_after - SOON:
        problems.append(f"Das Siegelzertifikat läuft am {key.certificate.not_valid_after:%d.%m.%Y} ab.")
    return problems
