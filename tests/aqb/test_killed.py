"""A process that is killed in the middle of a step: nothing half is recorded, what lies around is named, and the step
can be done again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from agreements.actions import steps
from agreements.models import AgreementVersion, Document
from aqb import archive
from aqb.access import Role
from aqb.files import address
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = """
import os, signal, sys
from django.conf import settings
database, moment, version, by = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = database
import django
django.setup()
from django.db import connection
from agreements.actions import files, steps
from agreements.models import AgreementVersion, Document
from aqb.models import User

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

if moment == "before the file":
    files.store = die
elif moment == "before the name":
    os.replace = die
elif moment == "before the row":
    Document.save = die
elif moment == "before the end":
    connection.ensure_connection()
    connection._commit = die
steps.issue(version=AgreementVersion.objects.get(pk=version), by=User.objects.get(pk=by))
"""
# What lies in the store afterwards: nothing, a file under a temporary name, or a whole one that no row names.
LEFT = {
    "before the file": [],
    "before the name": ["unfinished"],
    "before the row": ["whole"],
    "before the end": ["whole"],
}


def left_behind() -> dict[str, str]:
    """Everything that a check of the archive names, at once and not only when it is old: file -> kind."""
    told: dict[str, str] = {}
    archive.check(settled_after=timedelta(0), tell=lambda finding: told.update({finding.file: finding.kind}))
    return told


@pytest.mark.parametrize("moment", LEFT)
def test_process_killed_while_issuing_can_be_followed_by_another(moment: str, folder: Path) -> None:
    make.ministry()
    version, by = make.version(status="approved"), make.user(Role.MINISTRY)
    arguments = [str(connection.settings_dict["NAME"]), moment, str(version.pk), str(by.pk)]
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments], cwd=settings.BASE_DIR,
        env={**os.environ, "AQB_FILES": str(folder)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert AgreementVersion.objects.get(pk=version.pk).status == "approved"
    assert not Document.objects.exists()
    left = left_behind()
    assert ["unfinished" if "/.unfinished-" in file else "whole" for file in left] == LEFT[moment]
    assert set(left.values()) <= {"orphaned"}

    steps.issue(version=version, by=by)
    document = Document.objects.get()
    assert left_behind() == {file: kind for file, kind in left.items() if file != document.file.name}
    assert (folder / address(document.sha256)).stat().st_size == document.size
