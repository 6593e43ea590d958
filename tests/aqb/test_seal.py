"""The seal: who seals, what is refused before anything happens, and what others say about the result."""

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from aqb import clock, seal
from aqb.access import Refused
from aqb.seal import check, file
from tests import pki
from tests.aqb.seals import configured, fair_copy, official, opened, pdfsig

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def test_demo_seals_with_a_test_seal_that_says_so(tmp_path: Path) -> None:
    assert seal.kind() == "test"

    sealed = seal.seal(fair_copy("test"), at=NOW)

    said = pdfsig(sealed, tmp_path)
    assert "Signer Certificate Common Name: Testsiegel ohne rechtliche Wirkung" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Total document signed" in said
    assert "Signature Validation: Signature is Valid." in said
    assert seal.level(sealed) == "PAdES-B-B"


def test_official_seal_is_the_ministrys(tmp_path: Path) -> None:
    with official(tmp_path):
        assert seal.kind() == "official"
        sealed = seal.seal(fair_copy(), at=NOW)

    said = pdfsig(sealed, tmp_path)
    assert "Signer Certificate Common Name: Hessisches Ministerium für Soziales und Integration, Siegel" in said
    assert "Signing Time: May 04 2026" in said
    assert ("Total document signed" in said, "Signature is Valid." in said) == (True, True)
    trust = ValidationContext(trust_roots=[pki.certificate("root")], moment=NOW)
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    status = validate_pdf_signature(signature, trust)
    assert (status.bottom_line, status.docmdp_ok) == (True, True)
    assert sealed.startswith(fair_copy())


def test_changed_byte_breaks_the_seal(tmp_path: Path) -> None:
    sealed = bytearray(seal.seal(fair_copy("test"), at=NOW))
    sealed[len(fair_copy("test")) // 2] ^= 1

    assert "Signature is Valid." not in pdfsig(bytes(sealed), tmp_path)


def test_production_without_key_seals_nothing() -> None:
    with override_settings(PRODUCTION=True):
        assert seal.kind() == "none"
        state = seal.describe()

    assert state.problems == ["Es ist kein Siegel eingerichtet; Reinschriften bleiben ohne Siegel."]


def test_second_seal_takes_the_opened_key(tmp_path: Path) -> None:
    with official(tmp_path):
        seal.seal(fair_copy(), at=NOW)
        Path(settings.SEAL_P12).unlink()
        assert seal.level(seal.seal(fair_copy(), at=NOW)) == "PAdES-B-B"


@pytest.mark.parametrize(
    ("name", "at", "reason"),
    [
        ("expired", NOW, r"„Erna Abgelaufen“ ist am 01\.01\.2022 abgelaufen"),
        ("seal", datetime(2016, 1, 1, tzinfo=UTC), r"gilt erst ab dem 01\.01\.2017"),
    ],
)
def test_certificate_out_of_its_time_is_refused(name: str, at: datetime, reason: str, tmp_path: Path) -> None:
    with official(tmp_path, name), pytest.raises(Refused, match=f"{reason}.*Es ist nichts geschehen"):
        seal.seal(fair_copy(), at=at)


def wrong(folder: Path, case: str) -> override_settings:
    content, word = pki.p12("seal")
    file = folder / "key.p12"
    file.write_bytes(content if case != "damaged" else content[:-20])
    certificates = folder / "only.pem"
    certificates.write_bytes(b"Das ist kein Zertifikat.")
    changes: dict[str, dict[str, str]] = {
        "passphrase": {"SEAL_PASSPHRASE": "falsch"},
        "passphrase in a file": {"SEAL_PASSPHRASE_FILE": str(certificates)},
        "passphrase file": {"SEAL_PASSPHRASE_FILE": str(folder / "nirgends")},
        "no file": {"SEAL_P12": str(folder / "nirgends.p12")},
        "no chain": {"SEAL_CHAIN": str(certificates)},
        "two keys": {"SEAL_PKCS11": "/usr/lib/softhsm/libsofthsm2.so"},
    }
    return configured(**{"SEAL_P12": str(file), "SEAL_PASSPHRASE": word, **changes.get(case, {})})


WRONG = [
    ("passphrase", "AQB_SEAL_P12: Die Datei .*key.p12 lässt sich nicht öffnen. AQB_SEAL_PASSPHRASE passt nicht dazu"),
    ("passphrase in a file", "lässt sich nicht öffnen. AQB_SEAL_PASSPHRASE_FILE passt nicht dazu"),
    ("passphrase file", "AQB_SEAL_PASSPHRASE_FILE: Die Datei .*nirgends lässt sich nicht lesen"),
    ("damaged", "oder die Datei ist beschädigt"),
    ("no file", "AQB_SEAL_P12: Die Datei .*nirgends.p12 lässt sich nicht lesen"),
    ("no chain", "AQB_SEAL_CHAIN: In der Datei .*only.pem steht kein Zertifikat"),
    ("two keys", "AQB_SEAL_P12 und AQB_SEAL_PKCS11 sind beide gesetzt"),
]


@pytest.mark.parametrize(("case", "reason"), WRONG)
def test_key_that_does_not_open_is_named_when_sealing_and_on_the_health_page(
    case: str, reason: str, tmp_path: Path
) -> None:
    with wrong(tmp_path, case):
        with pytest.raises(Refused, match=f"Das Siegel ist nicht einsatzbereit. .*{reason}"):
            seal.seal(fair_copy(), at=NOW)
        assert len(seal.describe().problems) == 1


@pytest.mark.parametrize(("case", "reason"), WRONG)
def test_key_that_does_not_open_fails_the_check(case: str, reason: str, tmp_path: Path) -> None:
    deploy = case == "two keys"
    with wrong(tmp_path, case), pytest.raises(SystemCheckError, match=reason):
        call_command("check", deploy=deploy)


def test_check_passes_with_a_key_that_opens(tmp_path: Path) -> None:
    with official(tmp_path, SEAL_REVOCATION=True):
        assert check.check_key() == check.check_module() == []


def test_certificate_that_ran_out_warns_and_lets_commands_run(tmp_path: Path) -> None:
    with official(tmp_path, "expired"):
        (warning,) = check.check_key()
        call_command("check")

    assert warning.msg == "Das Siegelzertifikat „Erna Abgelaufen“ ist am 01.01.2022 abgelaufen."


def test_check_mentions_that_production_has_no_seal() -> None:
    with override_settings(PRODUCTION=True):
        (note,) = check.check_module()

    assert (note.id, note.is_serious()) == ("seal.I001", False)


def test_passphrase_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text(f"{pki.PASSPHRASE}\n")

    with official(tmp_path, SEAL_PASSPHRASE="", SEAL_PASSPHRASE_FILE=str(word)):
        assert seal.describe().subject.endswith("Siegel")


def strange_key(case: str) -> bytes:
    """PKCS#12 files that open, and are good for no seal."""
    own = ec.generate_private_key(ec.SECP256R1())
    authority = file._certificate("Nur CA", "Nur CA", own, own, signs_certificates=True)
    sealing = file._certificate("Siegel", "Nur CA", own, own, signs_certificates=False)
    pair = {
        "authority": (own, authority),
        "certificates only": (None, sealing),
        "Ed25519": (edwards := ed25519.Ed25519PrivateKey.generate(), self_signed(edwards)),
    }[case]
    return pkcs12.serialize_key_and_certificates(b"x", *pair, [authority], NoEncryption())


def self_signed(key: ed25519.Ed25519PrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Siegel")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, *file.TEST_VALID)
    return builder.sign(key, None)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("authority", "nicht zum Unterzeichnen bestimmt"),
        ("certificates only", "enthält keinen privaten Schlüssel mit seinem Zertifikat"),
        ("Ed25519", "weder RSA noch EC"),
    ],
)
def test_key_that_is_good_for_no_seal_is_refused(case: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "strange.p12"
    file.write_bytes(strange_key(case))

    with configured(SEAL_P12=str(file)), pytest.raises(Refused, match=reason):
        seal.seal(fair_copy(), at=NOW)


def test_health_page_reads_whose_seal_it_is(tmp_path: Path) -> None:
    with official(tmp_path, TSA_URL="http://tsa.example/", SEAL_REVOCATION=True):
        state = seal.describe()

    assert state.subject == "Hessisches Ministerium für Soziales und Integration, Siegel"
    assert state.issuer == "Beispiel Vertrauensdienst GmbH, Siegel-CA 2"
    assert state.source.startswith("PKCS#12-Datei ")
    assert (state.valid_until, state.level, state.problems) == (
        datetime(2055, 1, 1, tzinfo=UTC), "PAdES-B-LTA", [],
    )  # fmt: skip


def test_health_page_says_in_time_that_the_certificate_runs_out(tmp_path: Path) -> None:
    with official(tmp_path, SEAL_REVOCATION=True), clock.stopped(datetime(2055, 1, 1, tzinfo=UTC) - timedelta(days=9)):
        assert seal.describe().problems == ["Das Siegelzertifikat läuft am 01.01.2055 ab."]


@pytest.mark.parametrize(
    ("name", "revocation", "gap"),
    [
        ("seal", False, "AQB_SEAL_REVOCATION ist 0"),
        ("self_signed", True, "nennt weder Sperrliste noch Auskunft"),
    ],
)
def test_health_page_says_what_keeps_proof_from_being_complete(
    name: str, revocation: bool, gap: str, tmp_path: Path
) -> None:
    with official(tmp_path, name, SEAL_REVOCATION=revocation, TSA_URL="http://tsa.example/"):
        state = seal.describe()

    assert gap in state.problems[0]
    assert state.level == "PAdES-B-T"


def test_test_seal_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = file.test_seal(tmp_path / "seal")
    second = file.test_seal(tmp_path / "seal")

    assert first.certificate.serial_number == second.certificate.serial_number
    assert [file.name for file in (tmp_path / "seal").iterdir()] == ["test-seal.p12"]
    assert (tmp_path / "seal" / "test-seal.p12").stat().st_mode & 0o777 == 0o600
    assert first.certificate.issuer == first.chain[0].subject


def test_second_test_seal_gives_way_to_the_first(tmp_path: Path) -> None:
    file._keep(tmp_path / "seal", b"first")
    file._keep(tmp_path / "seal", b"second")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("seal", b"first")]


def test_processes_that_make_the_test_seal_at_once_agree(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib\n"
        "from aqb.seal import file\n"
        "time.sleep(max(0, float(sys.argv[2]) - time.time()))\n"
        "print(file.test_seal(pathlib.Path(sys.argv[1])).certificate.serial_number)\n"
    )
    start = str(datetime.now(UTC).timestamp() + 2)
    command = [sys.executable, "-c", script, str(tmp_path / "seal"), start]
    environment = {"DJANGO_SETTINGS_MODULE": "aqb.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(4)]

    numbers = {process.communicate()[0] for process in processes}

    assert [process.returncode for process in processes] == [0] * 4
    assert len(numbers) == 1


def test_process_that_never_seals_never_loads_the_sealing_library() -> None:
    script = (
        "import sys, django\n"
        "django.setup()\n"
        "import aqb.urls, agreements.actions.signing\n"
        "print([name for name in ('pyhanko', 'pkcs11', 'asn1crypto') if name in sys.modules])\n"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "aqb.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)

    assert loaded.stdout.strip() == "[]"


def test_wrong_setting_is_logged_for_the_operator(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with wrong(tmp_path, "passphrase"), caplog.at_level(logging.ERROR), pytest.raises(Refused):
        seal.seal(fair_copy(), at=NOW)

    assert "AQB_SEAL_PASSPHRASE passt nicht dazu" in caplog.text


def test_unsealed_file_has_no_level() -> None:
    assert seal.level(fair_copy("none")) == ""
    with opened(fair_copy("none")) as pdf:
        assert "/AcroForm" not in pdf.Root
