"""Where the database is: the one of `DATABASE_URL`, else a PostgreSQL of our own under `.local/`.

The embedded server (`aqb/embedded.py`) is started on first use, shared by all processes of this checkout, and stopped
when the last of them ends.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def configuration(local: Path) -> dict[str, Any]:
    """Django's settings for the database; `local` is the folder that may hold an embedded server."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return parsed(url)
    from aqb.embedded import EmbeddedServer  # only here: a server with DATABASE_URL does not need the wheel

    return parsed(EmbeddedServer(local / "postgres", database="aqb").enter())


def parsed(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/folder` as Django's settings.

    Raises ValueError with a German sentence if the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(
            "DATABASE_URL muss mit „postgresql://“ beginnen; eine andere Datenbank wird nicht unterstützt."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }
