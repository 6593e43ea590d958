"""A process that is killed at any moment of confirming and sealing: nothing half is recorded, what lies around is named,
and the step can be done again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from agreements.actions import signing
from agreements.models import AgreementVersion, Document, Signature
from aqb import archive
from aqb.access import Role
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = """
import os, signal, sys
from pathlib import Path
from django.conf import settings
database, seals, moment, signature, by = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = database
settings.SEAL_FOLDER = Path(seals)
import django
django.setup()
from django.db import connection
from agreements.actions import files, signing
from agreements.models import AgreementVersion, Document, Signature
from aqb import paper, seal
from aqb.seal import pdf
from aqb.models import User

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

if moment == "before it is confirmed":
    Signature.save = die
elif moment == "before the status":
    AgreementVersion.save = die
elif moment == "before the paper":
    paper.render = die
elif moment == "before the seal":
    seal.seal = die
elif moment == "while sealing":
    pdf.sealed = die
elif moment == "before the file":
    files.store = die
elif moment == "before the name":
    os.replace = die
elif moment == "before the row":
    Document.save = die
elif moment == "before the end":
    connection.ensure_connection()
    connection._commit = die
signing.confirm_signature(signature=Signature.objects.get(pk=signature), by=User.objects.get(pk=by))
"""
# What lies in the store afterwards: nothing, a file under a temporary name, or a whole one that no row names.
LEFT = {
    "before it is confirmed": [],
    "before the status": [],
    "before the paper": [],
    "before the seal": [],
    "while sealing": [],
    "before the file": [],
    "before the name": ["unfinished"],
    "before the row": ["whole"],
    "before the end": ["whole"],
}


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A store of its own for all documents, the same in this process and in the one that dies."""
    place = tmp_path / "files"
    default = {"BACKEND": "aqb.files.ContentStorage", "OPTIONS": {"location": place}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return place


def left_behind() -> dict[str, str]:
    """Everything that a check of the archive names, at once and not only when it is old: file -> kind."""
    told: dict[str, str] = {}
    archive.check(settled_after=timedelta(0), tell=lambda finding: told.update({finding.file: finding.kind}))
    return told


def last_signature() -> Signature:
    """The one whose confirmation completes the version; a first one is confirmed."""
    version = make.version(status="issued")
    make.signature(version, "land")
    proof = make.evidence(version, "district").document
    return make.signature(version, "district", evidence=proof, confirmed_at=None, confirmed_by=None)


@pytest.mark.parametrize("moment", LEFT)
def test_process_killed_while_confirming_can_be_followed_by_another(moment: str, folder: Path) -> None:
    signature, by = last_signature(), make.user(Role.MINISTRY_LEAD)
    names = (connection.settings_dict["NAME"], settings.SEAL_FOLDER, moment, signature.pk, by.pk)
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, names)], cwd=settings.BASE_DIR,
        env={**os.environ, "AQB_FILES": str(folder)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    signature.refresh_from_db()
    assert not signature.is_confirmed
    assert AgreementVersion.objects.get(pk=signature.version_id).status == "issued"
    assert not Document.objects.filter(kind="signed").exists()
    left = left_behind()
    assert ["unfinished" if "/.unfinished-" in file else "whole" for file in left] == LEFT[moment]
    assert set(left.values()) <= {"orphaned"}

    signing.confirm_signature(signature=signature, by=by)
    version = AgreementVersion.objects.get(pk=signature.version_id)
    document = version.documents.get(kind="signed")
    assert (version.status, document.seal) == ("signed", "test")
    assert left_behind() == left, "the second attempt leaves nothing behind, and every seal is another one"
    assert (folder / str(document.file.name)).stat().st_size == document.size
