"""What the settings read from the environment, with a sentence about what to do where something is missing."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def required(name: str, meaning: str) -> str:
    """Value of an environment variable that production cannot do without."""
    if value := os.environ.get(name):
        return value
    raise ImproperlyConfigured(f"Die Umgebungsvariable {name} fehlt: {meaning}.")


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
