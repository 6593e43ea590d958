"""The application as it runs in production: settings from a bare environment, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
HOST = "aqb.example"
NOWHERE = "postgresql://aqb@127.0.0.1:1/aqb?connect_timeout=2"  # nobody listens there
# A visitor behind our proxy, as the application sees the request.
VISIT = f"""
import django; django.setup()
from django.test import Client
visitor = Client(raise_request_exception=False, headers={{"host": "{HOST}", "x-forwarded-proto": "https"}})
"""


def variables(folder: Path, database: str = NOWHERE) -> dict[str, str]:
    """What production cannot do without, and nothing of ours beside it."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("AQB_", "DJANGO_", "DATABASE_"))
    }
    return {
        **others, "DJANGO_SETTINGS_MODULE": "aqb.settings", "AQB_MODE": "production", "AQB_HOSTS": HOST,
        "AQB_SECRET_KEY": "kJ8vQ2mXz7RtLp4WnYc6HdGs9BfTe3AuVi5oMx1KqNr0jEyDhC", "AQB_BASE_URL": f"https://{HOST}",
        "AQB_FILES": str(folder / "files"), "AQB_STATIC": str(folder / "static"), "DATABASE_URL": database,
    }  # fmt: skip


def database_of_this_test() -> str:
    """The address of the database that the running test uses."""
    found = connection.settings_dict
    return f"postgresql://{found['USER']}@/{found['NAME']}?host={quote(str(found['HOST']))}"


def python(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in that environment, with these arguments."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def asked(environment: dict[str, str], code: str) -> "subprocess.CompletedProcess[str]":
    """Run code with the application set up and a `visitor` at hand."""
    return python(environment, "-c", VISIT + code)
