"""A process that is killed in the middle of issuing: nothing half is recorded, what lies around is named, and the step
can be done again."""

from pathlib import Path

import pytest

from agreements.actions import steps
from agreements.models import AgreementVersion, Document
from aqb.access import Role
from aqb.files import address
from tests import factories as make
from tests.killed import LEFT, forms, killed, left_behind

pytestmark = pytest.mark.django_db(transaction=True)

ISSUE = "steps.issue(version=AgreementVersion.objects.get(pk=row), by=User.objects.get(pk=by))"


@pytest.mark.parametrize("moment", LEFT)
def test_process_killed_while_issuing_can_be_followed_by_another(moment: str, folder: Path) -> None:
    make.ministry()
    version, by = make.version(status="approved"), make.user(Role.MINISTRY)
    killed(ISSUE, moment=moment, row=version.pk, by=by.pk, folder=folder)

    assert AgreementVersion.objects.get(pk=version.pk).status == "approved"
    assert not Document.objects.exists()
    left = left_behind()
    assert forms(left) == LEFT[moment]
    assert set(left.values()) <= {"orphaned"}

    steps.issue(version=version, by=by)
    document = Document.objects.get()
    assert left_behind() == {file: kind for file, kind in left.items() if file != document.file.name}
    assert (folder / address(document.sha256)).stat().st_size == document.size
