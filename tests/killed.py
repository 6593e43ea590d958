"""A process that dies by SIGKILL at a chosen moment of a step, and what then lies in the store."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from aqb import archive

# The process works in the database of the test; `deaths` says for each moment where it ends.
CHILD = """
import os, signal, sys
from pathlib import Path
from django.conf import settings
database, seals, moment, row, by = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = database
settings.SEAL_FOLDER = Path(seals)
import django
django.setup()
from django.db import connection
from agreements.actions import files, signing, steps
from agreements.models import AgreementVersion, Document, Signature
from aqb import paper, seal
from aqb.models import User
from aqb.seal import pdf

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

deaths = {
    "before it is confirmed": (Signature, "save"),
    "before the status": (AgreementVersion, "save"),
    "before the paper": (paper, "render"),
    "before the seal": (seal, "seal"),
    "while sealing": (pdf, "sealed"),
    "before the file": (files, "store"),
    "before the name": (os, "replace"),
    "before the row": (Document, "save"),
    "before the end": (connection, "_commit"),
}
connection.ensure_connection()
setattr(*deaths[moment], die)
"""
# What lies in the store afterwards: nothing, a file under a temporary name, or a whole one that no row names.
LEFT: dict[str, list[str]] = {
    "before the file": [],
    "before the name": ["unfinished"],
    "before the row": ["whole"],
    "before the end": ["whole"],
}


def killed(step: str, *, moment: str, row: int, by: int, folder: Path) -> None:
    """Take `step`, a line of Python with `row` and `by` as text, in a process that is killed at `moment`."""
    names = (connection.settings_dict["NAME"], settings.SEAL_FOLDER, moment, row, by)
    ended = subprocess.run(
        [sys.executable, "-c", CHILD + step, *map(str, names)], cwd=settings.BASE_DIR,
        env={**os.environ, "AQB_FILES": str(folder)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def left_behind() -> dict[str, str]:
    """Everything that a check of the archive names, at once and not only when it is old: file -> kind."""
    told: dict[str, str] = {}
    archive.check(settled_after=timedelta(0), tell=lambda finding: told.update({finding.file: finding.kind}))
    return told


def forms(left: dict[str, str]) -> list[str]:
    """The files left behind in the words of LEFT."""
    return ["unfinished" if "/.unfinished-" in file else "whole" for file in left]
