"""The key in a PKCS#11 module (SoftHSM): it seals without leaving the module, and what is missing is named."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from certomancer.registry import KeyLabel
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings
from pkcs11 import Attribute, CertificateType, ObjectClass

from aqb import seal
from aqb.access import Refused
from tests import pki
from tests.aqb.seals import configured, fair_copy, pdfsig

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "2468"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
type Token = Callable[..., override_settings]


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Token:
    """Makes a token with a key and its certificate, and gives the settings that use it."""
    configuration = tmp_path / "softhsm2.conf"
    (tmp_path / "tokens").mkdir()
    configuration.write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))

    def make(name: str = "seal", *, certificate: bool = True, key: bool = True, **changed: str) -> override_settings:
        run("--init-token", "--free", "--label", "AQB", "--so-pin", "1357", "--pin", PIN)
        if key:
            file = tmp_path / "key.pem"
            file.write_text(private_key(name))
            run("--import", str(file), "--token", "AQB", "--label", "siegel", "--id", "01", "--pin", PIN)
        if certificate:
            put_certificate(name)
        chain = pki.roots(tmp_path / "chain", "organisations") / "organisations.pem"
        settings = {
            "SEAL_PKCS11": MODULE, "SEAL_TOKEN": "AQB", "SEAL_LABEL": "siegel", "SEAL_PASSPHRASE": PIN,
            "SEAL_CHAIN": str(chain), "SEAL_REVOCATION": False,
        }  # fmt: skip
        return configured(**{**settings, **changed})

    return make


def run(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


def private_key(name: str) -> str:
    from asn1crypto import pem

    key = pki.architecture().key_set.get_private_key(KeyLabel(name))
    return pem.armor("PRIVATE KEY", key.dump()).decode()


def put_certificate(name: str) -> None:
    library = pkcs11.lib(MODULE)
    library.reinitialize()
    certificate = pki.certificate(name)
    with library.get_token(token_label="AQB").open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: "siegel",
                Attribute.SUBJECT: certificate.subject.dump(),
                Attribute.VALUE: certificate.dump(),
            }
        )


@pytest.mark.parametrize("name", ["seal", "landrat"])
def test_key_in_the_module_seals(name: str, token: Token, tmp_path: Path) -> None:
    """An RSA key and an EC key."""
    with token(name):
        assert seal.kind() == "official"
        assert seal.describe().source == f"PKCS#11-Modul {MODULE}"
        sealed = [seal.seal(fair_copy(), at=NOW), seal.seal(fair_copy(), at=NOW)]

    for one in sealed:
        said = pdfsig(one, tmp_path)
        assert ("Signature is Valid." in said, "Total document signed" in said) == (True, True)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"SEAL_PASSPHRASE": "1111"}, "AQB_SEAL_PASSPHRASE: Das Token „AQB“ öffnet sich nicht mit dieser PIN"),
        ({"SEAL_PASSPHRASE": ""}, "AQB_SEAL_LABEL: Gebraucht wird genau einen privaten Schlüssel"),
        ({"SEAL_TOKEN": "anderes"}, "AQB_SEAL_TOKEN: Im Modul .* gibt es kein Token „anderes“"),
        ({"SEAL_LABEL": "anders"}, "AQB_SEAL_LABEL: .*„anders“ im Token „AQB“; gefunden: 0"),
        ({"SEAL_TOKEN": "", "SEAL_LABEL": ""}, "fehlt AQB_SEAL_TOKEN und AQB_SEAL_LABEL"),
        ({"SEAL_PKCS11": "/nirgends.so"}, "AQB_SEAL_PKCS11: Das Modul /nirgends.so lässt sich nicht laden"),
    ],
)
def test_what_is_wrong_with_the_module_is_named(changed: dict[str, str], reason: str, token: Token) -> None:
    with token(**changed), pytest.raises(Refused, match=f"Das Siegel ist nicht einsatzbereit. .*{reason}"):
        seal.seal(fair_copy(), at=NOW)


@pytest.mark.parametrize(("missing", "what"), [("key", "privaten Schlüssel"), ("certificate", "Zertifikat")])
def test_token_without_key_or_certificate_is_named(missing: str, what: str, token: Token) -> None:
    made = token(key=missing != "key", certificate=missing != "certificate")

    with made, pytest.raises(Refused, match=f"{what} „siegel“ im Token „AQB“"):
        seal.seal(fair_copy(), at=NOW)


def test_check_asks_the_module_only_before_deployment(token: Token) -> None:
    with token(SEAL_PASSPHRASE="1111"):
        call_command("check")
        with pytest.raises(SystemCheckError, match="öffnet sich nicht mit dieser PIN"):
            call_command("check", deploy=True)


# python-pkcs11 ends a search that never began and complains that it cannot.
@pytest.mark.filterwarnings("ignore:.*OperationContext:pytest.PytestUnraisableExceptionWarning")
def test_module_that_fails_while_sealing_is_refused_and_works_again(token: Token) -> None:
    """The session ends behind the application's back, as when a token is pulled or its server restarts."""
    with token():
        seal.seal(fair_copy(), at=NOW)
        pkcs11.lib(MODULE).reinitialize()
        with pytest.raises(Refused, match="hat nicht unterzeichnet"):
            seal.seal(fair_copy(), at=NOW)
        assert seal.level(seal.seal(fair_copy(), at=NOW)) == "PAdES-B-B"
