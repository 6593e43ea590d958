"""What PostgreSQL refuses about the checks of the archive."""

from datetime import timedelta

import pytest

from aqb.stored import ArchiveCheck
from tests.factories import START
from tests.truths import empty, erase, refused, write

pytestmark = pytest.mark.django_db


def check(**fields: object) -> ArchiveCheck:
    numbers = dict.fromkeys(("files", "bytes", "missing", "changed", "orphaned"), 0)
    moments = {"started_at": START, "finished_at": START}
    return ArchiveCheck.objects.create(**{**numbers, **moments, **fields})


def test_check_is_neither_changed_nor_deleted() -> None:
    row = check(missing=3)
    with refused("archivecheck_append_only", "weder geändert noch gelöscht"):
        write(row, missing=0)
    with refused("archivecheck_append_only", "weder geändert noch gelöscht"):
        ArchiveCheck.objects.update(findings={})
    with refused("archivecheck_append_only", "weder geändert noch gelöscht"):
        erase(row)


def test_checks_are_not_emptied() -> None:
    with refused("archivecheck_never_emptied"):
        empty("aqb_archivecheck")


def test_check_does_not_end_before_its_beginning() -> None:
    with refused("archivecheck_moments_in_order"):
        check(finished_at=START - timedelta(seconds=1))
