"""The electronic signatures of a PDF: are they whole, do they cover what they should, who signed, who vouches for it.

A file is acceptable as signed issue when it begins with exactly the issued bytes, when nothing but signatures and what
belongs to them came after, and when every signature is intact and covers the file up to itself. Whether the signer is
who the certificate says is told beside that; people decide on it. Runs in the reading process, without Django.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import enumerate_sig_fields

from aqb.inspection import increments
from aqb.inspection.identity import Trust, clean
from aqb.inspection.signature import EMPTY, UNKNOWN_FORM, Signature

logger = logging.getLogger(__name__)
for library in ("pyhanko", "pyhanko_certvalidator"):  # what they warn of stands in the report
    logging.getLogger(library).addHandler(logging.NullHandler())

# Lack of memory, or of a part of the installation: nothing that a file can be blamed for.
OURS = (MemoryError, ImportError, OSError)
UNREADABLE = "Die elektronischen Unterschriften der Datei sind beschädigt und lassen sich nicht prüfen."
OTHER_BYTES = (
    "Die Datei beginnt nicht mit genau den Bytes der Ausfertigung: Sie wurde vor dem Unterzeichnen geändert oder neu "
    "gespeichert, oder sie gehört zu einer anderen Fassung."
)
NO_SIGNATURE = "Die Datei enthält keine elektronische Unterschrift."
MORE_THAN_SIGNATURES = (
    "Zur Ausfertigung ist mehr hinzugekommen als Unterschriften, zum Beispiel Text, eine Anmerkung oder eine Datei."
)
APPENDED = "Nach der letzten Unterschrift wurden Daten angehängt, die zu keiner Unterschrift gehören."
COVERED = "Die sichtbare Unterschrift auf Seite {page} liegt über Text der Ausfertigung: „{text}“"


def report(
    content: bytes, *, original: bytes | None = None, roots: Sequence[bytes] = (), at: datetime | None = None
) -> dict[str, Any]:
    """The validation report of a PDF, as plain values for JSON.

    `original` is the issued file that this one should stand on (None: any), `roots` the files (PEM or DER) of trusted
    certificates, `at` the moment for which trust is asked, now if there is none. Every refusal is a German sentence;
    without any the file is acceptable. `remarks` are sentences that the person who decides should read.

    begins_with_issue (None without an issue), only_signatures_added, intact, refusals, remarks, signatures in the order
    of signing: field, kind (signature, seal, timestamp), signer, organisation, issuer, serial (hexadecimal), certificate
    (its SHA-256), signed_at (ISO or ""), time_source (timestamp, claimed, none), time_text, intact, covers,
    unchanged_since, trust (confirmed, unconfirmed, expired, revoked, self_signed), trust_text, algorithm, page (from 1;
    None when nothing is visible).
    """
    begins = None if original is None else content.startswith(original)
    made: dict[str, Any] = {
        "begins_with_issue": begins, "only_signatures_added": False, "intact": False,
        "refusals": [OTHER_BYTES] if begins is False else [], "remarks": [], "signatures": [],
    }  # fmt: skip
    try:
        examination = _Examination(content, roots, at or datetime.now(UTC))
        examination.write(made, original if begins else None)
    except OURS:
        raise
    except Exception:  # a library stumbles over a file in more ways than it lists; the words go into our log
        logger.exception("signatures cannot be read")
        made["refusals"].append(UNREADABLE)
        made["intact"] = False
    made["refusals"] = list(dict.fromkeys(made["refusals"]))
    return made


class _Examination:
    """A file with its signatures, in the order in which they were made."""

    def __init__(self, content: bytes, roots: Sequence[bytes], at: datetime) -> None:
        self.content = content
        self.reader = increments.opened(content)
        self.trust = Trust.of(self.reader, roots, at)
        self.fields: list[tuple[str, generic.DictionaryObject]] = [
            (name, place.get_object()) for name, _, place in enumerate_sig_fields(self.reader)
        ]
        self.signatures: list[Signature] = []
        self.unreadable: list[str] = []
        for name, place in self.fields:
            if "/V" in place:
                self._read(name, place)
        self.signatures.sort(key=lambda one: one.revision)

    def _read(self, name: str, place: generic.DictionaryObject) -> None:
        """Read and check one signature; a broken one does not hide the others."""
        try:
            signature = Signature.of(self.content, self.reader, name, place)
            asyncio.run(signature.validate(self.trust))
        except OURS:
            raise
        except Exception:  # a library stumbles over a file in more ways than it lists; the words go into our log
            logger.exception("signature in field %s cannot be read", clean(name))
            self.unreadable.append(clean(name))
        else:
            self.signatures.append(signature)

    def write(self, made: dict[str, Any], original: bytes | None) -> None:
        """Put everything into the report."""
        self._prove_times()
        for signature in self.signatures:
            signature.refuse()
        base = increments.base(self.reader, original) if original is not None else None
        made["only_signatures_added"] = made["begins_with_issue"] is not False and self._only_signatures(original, base)
        made["remarks"] += self.trust.problems + self._visible(original)
        entries = [one.entry for one in self.signatures]
        made["signatures"] = entries + [{**EMPTY, "field": name} for name in self.unreadable]
        made["intact"] = bool(entries) and not self.unreadable and all(one["intact"] for one in entries)
        if original is not None and not made["only_signatures_added"]:
            made["refusals"].append(MORE_THAN_SIGNATURES)
        made["refusals"] += self._refusals(base)

    def _prove_times(self) -> None:
        """Judge certificates again for the earliest moment at which a trusted time stamp proves the signature."""
        for position, signature in reversed(list(enumerate(self.signatures))):
            moments = [signature.stamped_at] if signature.entry["kind"] != "timestamp" else []
            moments += [
                later.stamped_at
                for later in self.signatures[position + 1 :]
                if later.entry["kind"] == "timestamp" and later.sound and later.revision > signature.revision
            ]
            proven = min((moment for moment in moments if moment), default=None)
            if proven is not None and signature.entry["trust"] != "confirmed":
                asyncio.run(signature.validate(self.trust, proven))

    def _only_signatures(self, original: bytes | None, base: int | None) -> bool:
        if original is None:
            return bool(self.signatures) and all(one.entry["unchanged_since"] for one in self.signatures)
        return base is not None and increments.only_signatures(self.reader, base)

    def _refusals(self, base: int | None) -> list[str]:
        found = [sentence for one in self.signatures for sentence in one.refusals]
        found += [UNKNOWN_FORM.format(field=name) for name in self.unreadable]
        since = -1 if base is None else base
        signed = any(one.entry["kind"] != "timestamp" and one.revision > since for one in self.signatures)
        if not signed and not self.unreadable:
            found.append(NO_SIGNATURE)
        if self.signatures and not self.signatures[-1].closes_file:
            found.append(APPENDED)
        return found + [odd for name, field in self.fields for odd in increments.oddities(clean(name), field)]

    def _visible(self, original: bytes | None) -> list[str]:
        """Note the pages on which signatures show themselves; sentences about those that lie over issued text."""
        places = increments.places(self.reader)
        entries = {one.embedded.fq_name: one.entry for one in self.signatures}
        remarks = []
        for name, field in self.fields:
            for reference, widget in increments.widgets(field):
                page, box = places.get(reference), increments.box(widget)
                if page is None or box is None:
                    continue
                if name in entries:
                    entries[name]["page"] = page
                text = clean(increments.text_beneath(original, page, box)) if original is not None else ""
                if text:
                    remarks.append(COVERED.format(page=page, text=text))
        return remarks
