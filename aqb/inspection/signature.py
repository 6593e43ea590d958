"""One signature, seal or time stamp of a PDF: what it covers, whether it is intact, and its lines in the report."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import parser
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import (
    DocumentTimestampStatus,
    EmbeddedPdfSignature,
    KeyUsageConstraints,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from aqb.inspection import identity
from aqb.inspection.identity import Trust

BROKEN = "{what} ist nicht unversehrt: Die Datei stimmt nicht mit dem überein, was unterzeichnet wurde."
UNKNOWN_FORM = "Die Unterschrift im Feld „{field}“ ist beschädigt oder hat eine Form, die sich nicht prüfen lässt."
PARTLY = "{what} gilt nur für einen Teil der Datei."
CHANGED = "{what} gilt nicht mehr: Die Datei wurde nach dem Unterzeichnen verändert."
FORBIDDEN = "{what} verbietet weitere Unterschriften und Änderungen; danach kam aber etwas hinzu."
WEAK = "{what} benutzt ein Verfahren, das nicht mehr sicher ist: {algorithm}."
BROKEN_STAMP = "{what} trägt einen Zeitstempel, der nicht unversehrt ist."

WHOLE, UP_TO_HERE, PART = "die ganze Datei", "die Datei bis zu dieser Unterschrift", "nur einen Teil der Datei"
STAMPED = "Zeitstempel des Vertrauensdienstes"
OWN_CLOCK = "Uhr des unterzeichnenden Rechners"
NO_TIME = "ohne Zeitangabe"
UNTRUSTED_STAMP = "Zeitstempel, dessen Aussteller nicht bestätigt ist"
OWN_CLOCK_BESIDE_STAMP = f"{OWN_CLOCK}; der Aussteller des Zeitstempels ist nicht bestätigt"
WORDS = {"signature": "Die Unterschrift von", "seal": "Das Siegel von", "timestamp": "Der Zeitstempel von"}
USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
EMPTY: dict[str, Any] = {
    "field": "", "kind": "signature", "signer": "", "organisation": "", "issuer": "", "serial": "", "certificate": "",
    "signed_at": "", "time_source": "none", "time_text": NO_TIME, "intact": False, "covers": PART, "unchanged_since": False,
    "trust": "unconfirmed", "trust_text": identity.NOT_INTACT, "algorithm": "", "page": None,
}  # fmt: skip


@dataclass
class Signature:
    """A field that is filled in; `entry` is its part of the report, `refusals` are German sentences."""

    embedded: EmbeddedPdfSignature
    content: bytes
    entry: dict[str, Any]
    refusals: list[str] = field(default_factory=list)
    status: PdfSignatureStatus | DocumentTimestampStatus | None = None
    context: ValidationContext | None = None

    @classmethod
    def of(cls, content: bytes, reader: PdfFileReader, name: str, place: generic.DictionaryObject) -> "Signature":
        """Read the field; raises whatever pyHanko does when it is damaged or of a form that it does not know."""
        embedded = EmbeddedPdfSignature(reader, place, name)
        certificate, signer = embedded.signer_cert, embedded.signer_info
        kind = "seal" if identity.is_seal(certificate) else "signature"
        found = identity.person(certificate) | {
            "field": identity.clean(name),
            "kind": "timestamp" if embedded.sig_object_type == "/DocTimeStamp" else kind,
            "algorithm": identity.algorithm(signer, certificate),
        }
        return cls(embedded, content, {**EMPTY, **found})

    @property
    def revision(self) -> int:
        """Which revision of the file brought it, from 0."""
        return self.embedded.signed_revision

    @property
    def what(self) -> str:
        """How sentences begin that are about it."""
        return f"{WORDS[self.entry['kind']]} {self.entry['signer']}"

    @property
    def sound(self) -> bool:
        """Intact, covering the file up to itself, with nothing forbidden after it."""
        return self.entry["intact"] and self.entry["covers"] != PART and self.entry["unchanged_since"]

    async def validate(self, trust: Trust, moment: datetime | None = None) -> None:
        """Check intactness and the signer's certificate, at the moment of `trust` or at one that is proven."""
        self.context = trust.context(self.embedded.signer_info, moment)
        again = self.status is not None  # what came after does not depend on the moment
        if self.entry["kind"] == "timestamp":
            self.status = await async_validate_pdf_timestamp(self.embedded, self.context, skip_diff=again)
        else:
            self.status = await async_validate_pdf_signature(
                self.embedded, self.context, key_usage_settings=USAGE, skip_diff=again,
                algorithm_policy=identity.ALGORITHMS,
            )  # fmt: skip
        self.entry["intact"] = self.status.intact and self.status.valid and self._ends_with_itself()
        self.entry["covers"] = self._covers()
        self.entry["unchanged_since"] = self._changes() is not None
        self.entry["trust"], self.entry["trust_text"] = trust.judged(self.status, self.context)
        self.entry |= self._time()

    def _ends_with_itself(self) -> bool:
        """Behind the signature there may be zeros up to the end of its place, and nothing else."""
        place = self.embedded.pkcs7_content
        parts = parser.peek(place)
        return not place[parts:].strip(b"\0")

    def _end(self) -> int | None:
        """Where the signed bytes end; None unless they are everything from the beginning but the signature itself."""
        ranges = [int(one) for one in self.embedded.byte_range]
        if len(ranges) != 4 or ranges[0] != 0 or min(ranges) < 0:
            return None
        _, start, stop, length = ranges
        gap = self.content[start:stop]
        if gap[:1] != b"<" or gap[-1:] != b">" or stop + length > len(self.content):
            return None
        return stop + length if bytes.fromhex(gap[1:-1].decode("ascii")) == self.embedded.pkcs7_content else None

    def _covers(self) -> str:
        end = self._end()
        level: SignatureCoverageLevel | None = self.embedded.coverage  # set by validation
        if end is None or level is None or level < SignatureCoverageLevel.ENTIRE_REVISION:
            return PART
        return WHOLE if end == len(self.content) else UP_TO_HERE

    def _changes(self) -> ModificationLevel | None:
        """What came after it; None when that is more than signatures or more than it allows."""
        result: Any = self.embedded.diff_result  # set by validation
        if not isinstance(result, DiffResult) or result.modification_level > ModificationLevel.FORM_FILLING:
            return None
        allowed = self.embedded.docmdp_level
        if allowed is not None and result.modification_level.value > allowed.value:
            return None
        return result.modification_level

    @property
    def closes_file(self) -> bool:
        """Whether nothing came after it but time stamps and data for checking signatures, in proper revisions."""
        if self.entry["covers"] == WHOLE:
            return True
        later = self.revision < self.embedded.reader.xrefs.total_revisions - 1
        level = self._changes()
        ended = self.content.rstrip(b"\r\n \0").endswith(b"%%EOF")
        return later and ended and level is not None and level <= ModificationLevel.LTA_UPDATES

    @property
    def stamp(self) -> TimestampSignatureStatus | None:
        """The time stamp inside the signature, or the signature itself if it is one."""
        if isinstance(self.status, DocumentTimestampStatus):
            return self.status
        return self.status.timestamp_validity if self.status is not None else None

    @property
    def stamped_at(self) -> datetime | None:
        """The time of an intact time stamp whose authority is trusted."""
        stamp = self.stamp
        return stamp.timestamp if stamp is not None and stamp.trusted else None

    def _time(self) -> dict[str, str]:
        stamp, stamped = self.stamp, self.stamped_at
        if self.entry["kind"] == "timestamp" or stamped:
            moment, source = stamp.timestamp if stamp else None, "timestamp"
            text = STAMPED if stamped else UNTRUSTED_STAMP
        else:
            assert isinstance(self.status, PdfSignatureStatus)  # noqa: S101 - no time stamp, so a signature
            moment, source = self.status.signer_reported_dt, "claimed"
            text = OWN_CLOCK_BESIDE_STAMP if stamp else OWN_CLOCK
        if moment is None:
            return {"signed_at": "", "time_source": "none", "time_text": NO_TIME}
        known = moment if moment.tzinfo else moment.replace(tzinfo=identity.ZONE)
        return {
            "signed_at": known.astimezone(UTC).isoformat(timespec="seconds"),
            "time_source": source,
            "time_text": text,
        }

    def refuse(self) -> None:
        """Write down what speaks against the signature, once everything is known."""
        reasons = []
        if not self.entry["intact"]:
            reasons.append(BROKEN)
        elif self.entry["covers"] == PART:
            reasons.append(PARTLY)
        elif not self.entry["unchanged_since"]:
            later = DEFAULT_DIFF_POLICY.review_file(self.embedded.reader, self.revision)
            reasons.append(FORBIDDEN if isinstance(later, DiffResult) else CHANGED)
        if identity.is_weak(self.embedded.signer_info, self.embedded.signer_cert):
            reasons.append(WEAK)
        stamp = self.stamp
        if stamp is not None and stamp is not self.status and not (stamp.intact and stamp.valid):
            reasons.append(BROKEN_STAMP)
        self.refusals += [one.format(what=self.what, algorithm=self.entry["algorithm"]) for one in reasons]
