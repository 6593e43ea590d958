"""Where the key of the seal lies: a PKCS#12 file, a PKCS#11 module, or the test seal that a demo makes for itself.

Keys are opened once per process. Whatever keeps one from being used is raised as Unusable with a German sentence that
names the variable to mend.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from asn1crypto import x509

type Kind = Literal["official", "test", "none"]
SIGNING = {"digital_signature", "non_repudiation"}  # what a certificate must allow, one of them


class Unusable(Exception):
    """The seal cannot be used as it is set up; the message is a German sentence."""


class Configuration(NamedTuple):
    """What the settings say about the key; equal ones share the opened key."""

    p12: str
    pkcs11: str
    token: str
    label: str
    passphrase: str
    passphrase_file: str
    chain: str
    folder: str
    production: bool


@dataclass(frozen=True)
class Key:
    """An opened key: its certificate, the certificates above it, and who signs with it.

    `signer` makes pyHanko's signer; pyHanko is loaded only then, because most processes never seal. `failures` are the
    errors with which a module says that it does not sign now.
    """

    certificate: "x509.Certificate"
    chain: "tuple[x509.Certificate, ...]"
    signer: Callable[[], Any]
    failures: tuple[type[Exception], ...] = ()

    def why_not(self, at: datetime) -> str:
        """The German reason why the certificate must not seal at this moment; empty when it may."""
        name = common_name(self.certificate.subject)
        if at > self.certificate.not_valid_after:
            return f"Das Siegelzertifikat „{name}“ ist am {_day(self.certificate.not_valid_after)} abgelaufen."
        if at < self.certificate.not_valid_before:
            return f"Das Siegelzertifikat „{name}“ gilt erst ab dem {_day(self.certificate.not_valid_before)}."
        return ""


def configuration() -> Configuration:
    """What the settings say now."""
    return Configuration(
        p12=settings.SEAL_P12,
        pkcs11=settings.SEAL_PKCS11,
        token=settings.SEAL_TOKEN,
        label=settings.SEAL_LABEL,
        passphrase=settings.SEAL_PASSPHRASE,
        passphrase_file=settings.SEAL_PASSPHRASE_FILE,
        chain=settings.SEAL_CHAIN,
        folder=str(settings.SEAL_FOLDER),
        production=settings.PRODUCTION,
    )


def kind() -> Kind:
    """Whose seal a fair copy gets: the configured one, in a demo the test seal, else none."""
    if settings.SEAL_P12 or settings.SEAL_PKCS11:
        return "official"
    return "none" if settings.PRODUCTION else "test"


def key() -> Key:
    """The key of the seal, opened once per process; raises Unusable. There must be a seal (`kind`)."""
    return _opened(os.getpid(), configuration())


@lru_cache(maxsize=1)
def _opened(process: int, chosen: Configuration) -> Key:
    found = _open(chosen)
    if found.certificate.public_key.algorithm not in ("rsa", "ec"):
        raise Unusable("Der Schlüssel des Siegels ist weder RSA noch EC; andere kennt PDF/A-3 nicht.")
    usage = found.certificate.key_usage_value
    if usage is not None and not usage.native & SIGNING:
        raise Unusable("Das Siegelzertifikat ist nicht zum Unterzeichnen bestimmt (Schlüsselverwendung).")
    return found


def _open(chosen: Configuration) -> Key:
    if chosen.p12 and chosen.pkcs11:
        raise Unusable("AQB_SEAL_P12 und AQB_SEAL_PKCS11 sind beide gesetzt; bitte nur eine davon setzen.")
    if chosen.pkcs11:
        from aqb.seal import token

        return token.opened(chosen)
    from aqb.seal import file

    return file.opened(chosen) if chosen.p12 else file.test_seal(Path(chosen.folder))


def forget() -> None:
    """Open the key anew at the next use: after a module has failed, and in tests."""
    _opened.cache_clear()


def passphrase(chosen: Configuration) -> str:
    """Passphrase or PIN from the environment or from the named file, there without the end of the line."""
    if not chosen.passphrase_file:
        return chosen.passphrase
    return read("AQB_SEAL_PASSPHRASE_FILE", chosen.passphrase_file).decode(errors="replace").rstrip("\r\n")


def passphrase_variable(chosen: Configuration) -> str:
    """The variable from which the passphrase comes, for sentences about a wrong one."""
    return "AQB_SEAL_PASSPHRASE_FILE" if chosen.passphrase_file else "AQB_SEAL_PASSPHRASE"


def read(variable: str, path: str) -> bytes:
    """The file that a variable names; raises Unusable when it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unusable(f"{variable}: Die Datei {path} lässt sich nicht lesen ({error.strerror}).") from error


def certificates(variable: str, path: str) -> "tuple[x509.Certificate, ...]":
    """All certificates of a file (PEM, or one as DER); raises Unusable when there are none."""
    from asn1crypto import pem, x509

    content = read(variable, path)
    try:
        if pem.detect(content):
            return tuple(x509.Certificate.load(one) for _, _, one in pem.unarmor(content, multiple=True))
        return (x509.Certificate.load(content, strict=True),)
    except ValueError as error:
        raise Unusable(f"{variable}: In der Datei {path} steht kein Zertifikat (PEM oder DER).") from error


def trusted() -> "list[x509.Certificate]":
    """The certificates in the folder AQB_TRUST_ROOTS; other files there are none of ours to judge."""
    found: list[x509.Certificate] = []
    for file in sorted(settings.TRUST_ROOTS.glob("*")) if settings.TRUST_ROOTS else ():
        with suppress(Unusable):
            found += certificates("AQB_TRUST_ROOTS", str(file))
    return found


def common_name(name: "x509.Name") -> str:
    """How a person would call the holder or issuer of a certificate."""
    known = name.native
    return str(known.get("common_name") or known.get("organization_name") or name.human_friendly)


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y}"
