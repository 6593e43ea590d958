"""Where mail goes out: the server of the environment in production, a folder in a trial."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from aqb.environment import secret, whole_number

PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mailers(*, production: bool, local: Path) -> dict[str, Any]:
    """Django's MAILERS. Raises ImproperlyConfigured with a sentence for what does not fit together."""
    if not production:  # a trial sends nothing; what it would send can be read there
        options: dict[str, Any] = {"file_path": str(local / "mail")}
        return {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": options}}
    user, password = os.environ.get("AQB_MAIL_USER", ""), secret("AQB_MAIL_PASSWORD")
    security = os.environ.get("AQB_MAIL_SECURITY", "starttls" if user else "none")
    if security not in PORTS:
        raise ImproperlyConfigured(
            f"AQB_MAIL_SECURITY ist „{security}“; möglich sind „starttls“, „tls“ und „none“ (unverschlüsselt)."
        )
    if bool(user) != bool(password):
        raise ImproperlyConfigured(
            "AQB_MAIL_USER und AQB_MAIL_PASSWORD gehören zusammen; es ist nur eines davon gesetzt."
        )
    if user and security == "none":
        raise ImproperlyConfigured(
            "AQB_MAIL_SECURITY ist „none“; ein Passwort wird nicht unverschlüsselt an den Mailserver geschickt."
        )
    options = {
        "host": os.environ.get("AQB_MAIL_HOST", "localhost"),
        "port": whole_number("AQB_MAIL_PORT", PORTS[security]),
        "use_tls": security == "starttls",
        "use_ssl": security == "tls",
        "username": user,
        "password": password,
        "timeout": 20,  # seconds
    }
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
