"""What the report says about signed files that are in order, and about who signed them."""

import json
import logging
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from django.conf import settings
from pyhanko.pdf_utils.misc import PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter

from aqb import inspection
from aqb.inspection import identity, signature, signatures
from tests import pki
from tests.aqb import forgeries
from tests.aqb.forgeries import issued

KEYS = {
    "field", "kind", "signer", "organisation", "issuer", "serial", "certificate", "signed_at", "time_source", "time_text",
    "intact", "covers", "unchanged_since", "trust", "trust_text", "algorithm", "page",
}  # fmt: skip
BEFORE_EXPIRY = datetime(2021, 5, 4, 12, tzinfo=UTC)
SIGNING_PLACE = (320, 296, 510, 330)  # points: above the line for the district on the last page of the issue


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """pyHanko tells its log of everything that the report says already."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@cache
def root(name: str = "root") -> bytes:
    armored: bytes = pem.armor("CERTIFICATE", pki.certificate(name).dump())
    return armored


def report(content: bytes, **options: Any) -> dict[str, Any]:
    made = signatures.report(content, **{"original": issued(), "roots": [root()], **options})
    assert json.loads(json.dumps(made)) == made
    assert set(made) == {"begins_with_issue", "only_signatures_added", "intact", "refusals", "remarks", "signatures"}
    assert all(set(one) == KEYS for one in made["signatures"])
    return made


def one(content: bytes, **options: Any) -> dict[str, Any]:
    """The only signature of an acceptable file."""
    made = report(content, **options)
    assert (made["refusals"], made["only_signatures_added"], made["intact"]) == ([], True, True)
    (found,) = made["signatures"]
    assert found["intact"]
    assert found["unchanged_since"]
    entry: dict[str, Any] = found
    return entry


def poppler(content: bytes, folder: Path) -> str:
    """What poppler, which knows nothing of pyHanko, says about the signatures of a file."""
    file = folder / "signed.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout


def test_one_signature() -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    made = report(pki.sign(issued()))
    assert made["begins_with_issue"] is True
    (found,) = made["signatures"]
    moment = datetime.fromisoformat(found.pop("signed_at"))
    assert before <= moment <= datetime.now(UTC) + timedelta(seconds=2)
    assert found == {
        "field": "Unterschrift1", "kind": "signature", "signer": "Thomas Bergmann", "organisation": "Kreis Offenbach",
        "issuer": "Beispiel Vertrauensdienst GmbH, Qualifizierte CA 5", "serial": "1001", "time_source": "claimed",
        "certificate": pki.certificate("landrat").sha256.hex(),
        "time_text": signature.OWN_CLOCK, "intact": True, "covers": "die ganze Datei", "unchanged_since": True,
        "trust": "confirmed", "trust_text": identity.TRUSTED_ISSUER + identity.REVOCATION_UNKNOWN,
        "algorithm": "ECDSA (256 Bit) mit SHA-256", "page": None,
    }  # fmt: skip
    assert made["refusals"] == made["remarks"] == []


def test_several_people_sign_one_file(tmp_path: Path) -> None:
    content = pki.sign(forgeries.signed(), "minister", "Unterschrift2", stamped=True)
    content = pki.stamp(pki.sign(content, "seal", "Siegel"))
    made = report(content)
    assert made["refusals"] == []
    assert made["only_signatures_added"]
    assert [(one["kind"], one["field"], one["signer"], one["time_source"]) for one in made["signatures"]] == [
        ("signature", "Unterschrift1", "Thomas Bergmann", "claimed"),
        ("signature", "Unterschrift2", "Dr. Katharina Wendt", "timestamp"),
        ("seal", "Siegel", "Hessisches Ministerium für Soziales und Integration, Siegel", "claimed"),
        ("timestamp", "Zeitstempel1", "Beispiel Zeitstempeldienst", "timestamp"),
    ]
    covered = [one["covers"] for one in made["signatures"]]
    assert covered == ["die Datei bis zu dieser Unterschrift"] * 3 + ["die ganze Datei"]
    assert {one["trust"] for one in made["signatures"]} == {"confirmed"}
    assert poppler(content, tmp_path).count("Signature is Valid.") == 3  # it does not check time stamps


def test_visible_signature(tmp_path: Path) -> None:
    content = pki.sign(issued(), box=SIGNING_PLACE, page=-1)
    assert one(content)["page"] == 2
    assert report(content)["remarks"] == []
    assert "Signature is Valid." in poppler(content, tmp_path)


def test_visible_signature_of_other_makings() -> None:
    """A field whose appearance is an object of its own, with data for checking, in a file locked against changes."""
    content = pki.sign(
        issued(), "minister", box=SIGNING_PLACE, page=-1, apart=True, certify=True, md_algorithm="sha512"
    )
    found = one(pki.with_revocations(content, "organisations", "root"))
    assert (found["page"], found["algorithm"]) == (2, "RSA (2048 Bit) mit SHA-512")
    assert found["trust_text"] == identity.TRUSTED_ISSUER


def test_older_form_of_signature() -> None:
    assert one(pki.sign(issued(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED))["trust"] == "confirmed"


def test_prepared_field_is_signed_later() -> None:
    prepared = forgeries.changed(issued(), forgeries.field)
    assert one(pki.sign(prepared, field="Feld"))["page"] == 1
    waiting = report(pki.sign(prepared, field="Unterschrift1"))  # the other party signs there in another program
    assert waiting["refusals"] == []


def test_files_of_other_programs() -> None:
    assert one(pki.sign(forgeries.changed(issued(), forgeries.lists_apart), field="Feld"))["page"] == 1
    content = pki.sign(forgeries.changed(issued(), forgeries.odd_number))
    with pytest.raises(PdfStrictReadError):
        PdfFileReader(BytesIO(content))
    assert one(content)["trust"] == "confirmed"


def test_visible_signature_over_text_is_remarked() -> None:
    made = report(pki.sign(issued(), box=(60, 500, 300, 600)))
    assert made["refusals"] == []
    (remark,) = made["remarks"]
    assert remark.startswith("Die sichtbare Unterschrift auf Seite 1 liegt über Text der Ausfertigung: „")
    assert len(remark) < 300


def test_without_an_issue() -> None:
    """The public check looks at files whose issue nobody named."""
    made = report(pki.sign(forgeries.another_document(), "seal"), original=None)
    assert (made["begins_with_issue"], made["only_signatures_added"], made["refusals"]) == (None, True, [])
    assert made["signatures"][0]["kind"] == "seal"
    assert report(issued(), original=None)["refusals"] == [signatures.NO_SIGNATURE]


@pytest.mark.parametrize(
    ("name", "trust", "words"),
    [
        ("unknown", "unconfirmed", "Der Aussteller gehört nicht zu den hinterlegten Vertrauensstellen."),
        ("self_signed", "self_signed", "Das Zertifikat ist selbst ausgestellt: Niemand sonst bürgt für die Identität."),
        ("expired", "expired",
         "Das Zertifikat ist am 01.01.2022 abgelaufen; kein bestätigter Zeitstempel belegt, dass vorher unterzeichnet wurde."),
    ],
)  # fmt: skip
def test_who_is_not_confirmed(name: str, trust: str, words: str) -> None:
    found = one(pki.sign(issued(), name))
    assert (found["trust"], found["trust_text"]) == (trust, words)


def test_without_trusted_authorities_nobody_is_confirmed() -> None:
    for name in ("landrat", "unknown"):
        found = one(pki.sign(issued(), name, stamped=True), roots=[])
        assert (found["trust"], found["trust_text"]) == ("unconfirmed", identity.NOBODY_TRUSTED)
        assert (found["time_source"], found["time_text"]) == ("claimed", signature.OWN_CLOCK_BESIDE_STAMP)
    assert one(pki.sign(issued(), "self_signed"), roots=[])["trust"] == "self_signed"
    assert one(pki.sign(issued(), "expired"), roots=[])["trust"] == "expired"


def test_trusted_authority_below_the_root_and_the_certificate_itself() -> None:
    assert one(pki.sign(issued()), roots=[root("people")])["trust"] == "confirmed"
    assert one(pki.sign(issued(), "unknown"), roots=[root(), root("office-root")])["trust"] == "confirmed"
    assert one(pki.sign(issued(), "self_signed"), roots=[root("self_signed")])["trust"] == "confirmed"


def test_clock_of_the_signer_proves_nothing() -> None:
    found = one(pki.sign(issued(), "expired", at=BEFORE_EXPIRY))
    assert (found["signed_at"], found["time_source"]) == ("2021-05-04T12:00:00+00:00", "claimed")
    assert found["trust"] == "expired"


def test_time_stamp_proves_that_the_certificate_was_valid() -> None:
    content = pki.sign(issued(), "expired", stamped=BEFORE_EXPIRY)
    found = one(content)
    assert (found["signed_at"], found["time_source"]) == ("2021-05-04T12:00:00+00:00", "timestamp")
    assert (found["trust"], found["time_text"]) == ("confirmed", signature.STAMPED)
    assert one(content, roots=[root("people")])["trust"] == "expired"  # who stamped is not trusted
    later = pki.sign(issued(), "expired", stamped=datetime(2023, 5, 4, tzinfo=UTC))
    assert one(later)["trust_text"] == "Das Zertifikat ist am 01.01.2022 abgelaufen, also vor der Unterzeichnung."


def test_time_stamp_over_the_document_proves_it_too() -> None:
    made = report(pki.stamp(pki.sign(issued(), "expired"), at=BEFORE_EXPIRY))
    assert [(one["trust"], one["time_source"]) for one in made["signatures"]] == [
        ("confirmed", "claimed"), ("confirmed", "timestamp"),
    ]  # fmt: skip
    made = report(pki.stamp(pki.sign(issued(), "expired"), at=BEFORE_EXPIRY), roots=[root("people")])
    assert [one["trust"] for one in made["signatures"]] == ["expired", "unconfirmed"]
    assert made["signatures"][1]["time_text"] == signature.UNTRUSTED_STAMP


@pytest.mark.parametrize("at", [None, datetime(2023, 1, 1, tzinfo=UTC)], ids=["fresh list", "old list"])
def test_revoked(at: datetime | None) -> None:
    found = one(pki.with_revocations(pki.sign(issued(), "revoked"), "people", "root", at=at))
    assert (found["trust"], found["trust_text"]) == ("revoked", "Das Zertifikat wurde am 01.01.2022 gesperrt.")


def test_revoked_after_a_proven_moment() -> None:
    content = pki.sign(issued(), "revoked", stamped=BEFORE_EXPIRY)
    assert one(pki.with_revocations(content, "people", "root"))["trust"] == "confirmed"


def test_the_moment_asked_about() -> None:
    content = pki.sign(issued(), "expired")
    assert one(content, at=BEFORE_EXPIRY)["trust"] == "confirmed"
    found = one(content, at=datetime(2019, 1, 1, tzinfo=UTC))
    assert (found["trust"], found["trust_text"]) == ("unconfirmed", "Das Zertifikat gilt erst ab 01.01.2020.")


@pytest.mark.parametrize("name", ["server", "people-ocsp"])
def test_certificate_for_another_purpose(name: str) -> None:
    found = one(pki.sign(issued(), name))
    assert (found["trust"], found["trust_text"]) == (
        "unconfirmed",
        "Das Zertifikat ist nicht zum Unterzeichnen bestimmt.",
    )


def test_unreadable_root_is_said() -> None:
    made = report(forgeries.signed(), roots=[b"nonsense", root()])
    assert made["remarks"] == [identity.UNREADABLE_ROOT]
    assert made["signatures"][0]["trust"] == "confirmed"


def test_certificates_come_as_pem_and_der_and_several_at_once() -> None:
    assert len(identity.certificates(root() + root("people"))) == 2
    assert identity.certificates(pki.certificate("root").dump())[0].subject == pki.certificate("root").subject
    for wrong in (
        b"",
        b"nonsense",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        pki.p12("seal")[0],
    ):
        with pytest.raises(ValueError, match=r"\w"):
            identity.certificates(wrong)


def test_names_cannot_play_tricks() -> None:
    assert identity.clean("Land\u202erat\x00 \n Müller\u0308") == unicodedata.normalize("NFC", "Landrat Müller\u0308")
    assert len(identity.clean("x" * 1000)) == 200
    assert identity.clean(["Kreis", "Offenbach"]) == "Kreis, Offenbach"
    assert identity.clean(None) == ""


def test_reading_process_says_the_same(tmp_path: Path) -> None:
    """It is closed off from files by then: everything must be loaded before."""
    content = pki.sign(pki.sign(issued(), stamped=True, certify=True), "minister", "Unterschrift2", box=SIGNING_PLACE)
    files = {
        "several": pki.stamp(pki.with_revocations(content, "people", "organisations", "root")),
        "changed": forgeries.changed(signed := forgeries.signed(), forgeries.text),
        "counted oddly": pki.sign(forgeries.changed(issued(), forgeries.odd_number)),
        "not safe": pki.sign(issued(), "minister", md_algorithm="sha1"),
        "cut": signed[:-300],
    }
    folder, moment = pki.roots(tmp_path / "roots"), datetime.now(UTC)
    for name, file in files.items():
        told = inspection.signature_report(file, original=issued(), roots=folder, at=moment)
        assert told == report(file, at=moment), name


def test_reading_process_needs_no_django() -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); import aqb.inspection.signatures; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-I", "-c", program, settings.BASE_DIR], check=True)
