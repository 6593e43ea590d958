"""What seal and signatures of a file are called, from a report without a file."""

from typing import Any

from agreements.models import Document
from reporting.check import seals

OWN, OTHER = "aa" * 32, "bb" * 32


def entry(field: str = "Siegel", **changed: Any) -> dict[str, Any]:
    return {
        "field": field, "kind": "signature", "signer": "Erika Muster", "organisation": "", "certificate": OWN,
        "signed_at": "2026-05-18T06:12:00+00:00", "time_text": "Zeitstempel", "intact": True, "unchanged_since": True,
        "trust": "confirmed", "trust_text": "Vertrauenswürdig.", **changed,
    }  # fmt: skip


def report(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"signatures": list(entries)}


SEALED = Document(kind="signed", seal="official")
PLAIN = Document(kind="issued", seal="")


def test_own_seal_says_when_and_what_it_is_worth() -> None:
    found = seals.seal_lines(report(entry()), SEALED, report(entry()))
    assert found == [
        "unversehrt, Organisationssiegel", "Erika Muster", "18.05.2026, 08:12\u00a0Uhr (Zeitstempel)", "Vertrauenswürdig.",
    ]  # fmt: skip


def test_own_seal_needs_nobody_to_vouch_for_it_but_says_that_it_is_revoked() -> None:
    quiet, loud = entry(trust="unconfirmed"), entry(trust="revoked")
    assert "Vertrauenswürdig." not in seals.seal_lines(report(quiet), SEALED, report(quiet))
    assert "Vertrauenswürdig." in seals.seal_lines(report(loud), SEALED, report(loud))


def test_foreign_seal_with_copied_names_is_foreign() -> None:
    copy = entry(certificate=OTHER)
    assert seals.seal_lines(report(copy), SEALED, report(entry()))[0] == "unversehrt, Siegel einer anderen Stelle"
    assert seals.differences(report(entry()), report(copy)) == [
        "Das Siegel stammt nicht von der Stelle, die das hinterlegte Dokument gesiegelt hat."
    ]


def test_broken_seal_is_not_called_foreign_when_its_certificate_is_lost() -> None:
    broken = entry(certificate="", intact=False, signed_at="")
    assert seals.differences(report(entry()), report(broken)) == ["Das Siegel ist verletzt."]
    assert seals.seal_lines(report(broken), SEALED, report(entry()))[0] == "verletzt, Siegel einer anderen Stelle"


def test_seal_that_could_not_be_read_is_not_called_whole() -> None:
    assert seals.seal_lines(None, SEALED, None) == ["Das Siegel ließ sich gerade nicht prüfen."]


def test_signatures_of_persons_are_told_apart_from_the_seal() -> None:
    person = entry("Unterschrift1", certificate=OTHER, intact=False)
    stamp = entry("Zeitstempel1", kind="timestamp")
    given = report(entry(), person, stamp)
    assert seals.signature_lines(given, SEALED, report(entry()))[0] == "verletzt"
    assert len(seals.seal_lines(given, SEALED, report(entry()))) == 4
    assert seals.differences(report(entry()), given) == ["Eine elektronische Unterschrift ist verletzt."]


def test_seal_on_what_has_none() -> None:
    given = report(entry(kind="seal", certificate=OTHER))
    assert seals.differences(None, given) == ["Die Datei trägt ein Siegel, das hinterlegte Dokument nicht."]
    assert seals.seal_lines(given, PLAIN, None)[0] == "unversehrt, Siegel einer anderen Stelle"
