"""A process that is killed at any moment of confirming and sealing: nothing half is recorded, what lies around is named,
and the step can be done again."""

from pathlib import Path

import pytest

from agreements.actions import signing
from agreements.models import AgreementVersion, Document, Signature
from aqb.access import Role
from tests import factories as make
from tests.killed import LEFT, forms, killed, left_behind

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRM = "signing.confirm_signature(signature=Signature.objects.get(pk=row), by=User.objects.get(pk=by))"
EARLIER = ("before it is confirmed", "before the status", "before the paper", "before the seal", "while sealing")
MOMENTS: dict[str, list[str]] = {moment: [] for moment in EARLIER} | LEFT


def last_signature() -> Signature:
    """The one whose confirmation completes the version; a first one is confirmed."""
    version = make.version(status="issued")
    make.signature(version, "land")
    proof = make.evidence(version, "district").document
    return make.signature(version, "district", evidence=proof, confirmed_at=None, confirmed_by=None)


@pytest.mark.parametrize("moment", MOMENTS)
def test_process_killed_while_confirming_can_be_followed_by_another(moment: str, folder: Path) -> None:
    signature, by = last_signature(), make.user(Role.MINISTRY_LEAD)
    killed(CONFIRM, moment=moment, row=signature.pk, by=by.pk, folder=folder)

    signature.refresh_from_db()
    assert not signature.is_confirmed
    assert AgreementVersion.objects.get(pk=signature.version_id).status == "issued"
    assert not Document.objects.filter(kind="signed").exists()
    left = left_behind()
    assert forms(left) == MOMENTS[moment]
    assert set(left.values()) <= {"orphaned"}

    signing.confirm_signature(signature=signature, by=by)
    version = AgreementVersion.objects.get(pk=signature.version_id)
    document = version.documents.get(kind="signed")
    assert (version.status, document.seal) == ("signed", "test")
    assert left_behind() == left, "the second attempt leaves nothing behind, and every seal is another one"
    assert (folder / str(document.file.name)).stat().st_size == document.size
