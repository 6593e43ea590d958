"""What the settings read from the environment, with a sentence about what to do where something is missing."""

import os
import re
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def required(name: str, meaning: str) -> str:
    """Value of an environment variable that production cannot do without."""
    if value := os.environ.get(name):
        return value
    raise ImproperlyConfigured(f"Die Umgebungsvariable {name} fehlt: {meaning}.")


def secret(name: str, meaning: str = "", *, least: int = 0) -> str:
    """Value of an environment variable that nobody else may know, or of the file that `<name>_FILE` names; else "".

    With a `meaning` production cannot do without it; `least` is the smallest length (characters) that protects anything.
    """
    value, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and file:
        raise ImproperlyConfigured(f"{name} und {name}_FILE sind beide gesetzt; bitte nur eines davon.")
    if file:
        try:
            value = Path(file).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE ist „{file}“; diese Datei lässt sich nicht lesen.") from error
    if meaning and not value:
        raise ImproperlyConfigured(f"Die Umgebungsvariable {name} (oder {name}_FILE) fehlt: {meaning}.")
    if value and len(value) < least:
        raise ImproperlyConfigured(f"{name} ist zu kurz; gebraucht werden mindestens {least} Zeichen.")
    return value


def listed(name: str, default: str = "") -> list[str]:
    """The parts of an environment variable that holds a list, separated by commas."""
    return [part for text in os.environ.get(name, default).split(",") if (part := text.strip())]


def host_names(name: str) -> list[str]:
    """The names under which the server answers; never all there are, which would let a forged name into our mails."""
    required(name, "die Namen des Servers, durch Komma getrennt")
    for host in (names := listed(name)):
        if not re.fullmatch(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\]", host):
            raise ImproperlyConfigured(
                f"{name} nennt „{host}“; gebraucht werden Namen wie aqb.example, ohne https:// und *."
            )
    return names


def public_address(name: str) -> str:
    """The address that people use, without a slash at its end; what it leads to is encrypted."""
    address = required(name, "die öffentliche Adresse, zum Beispiel https://aqb.example")
    if not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?", address):
        raise ImproperlyConfigured(f"{name} ist „{address}“; gebraucht wird eine Adresse mit https://.")
    return address.rstrip("/")


def whole_number(name: str, default: int) -> int:
    """Value of an environment variable that holds a number, 0 or more."""
    text = os.environ.get(name, str(default))
    if text.isdecimal():
        return int(text)
    raise ImproperlyConfigured(f"{name} ist „{text}“; gebraucht wird eine ganze Zahl ab 0.")


def local_secret(local: Path) -> str:
    """Secret key of this checkout, made on first use; never the same on two machines."""
    file = local / "secret_key"
    if not file.exists():
        local.mkdir(exist_ok=True)
        file.write_text(secrets.token_urlsafe(64))
        file.chmod(0o600)
    return file.read_text()
