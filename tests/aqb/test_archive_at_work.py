"""A check of the archive while people are working: neither false alarms nor gaps."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections, transaction

from agreements.actions import files
from agreements.models import Document
from aqb import archive
from aqb.access import Role
from aqb.files import store
from tests import factories as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder")]

AT_ONCE = timedelta(0)


def test_check_is_right_while_people_are_working() -> None:
    """Rows come after their files: a check in between finds neither a row without its file nor a false orphan."""
    agreement, by = make.agreement(), make.user(Role.MINISTRY)
    done, errors = threading.Event(), []

    def work(worker: int) -> None:
        try:
            number = 0
            while not done.is_set():
                number += 1
                with transaction.atomic():
                    files.store(
                        agreement=agreement, version=None, kind=Document.Kind.ATTACHMENT, title="Anlage", by=by,
                        content=b"Anlage %d von %d" % (number, worker), media_type="text/plain",
                    )  # fmt: skip
                    if number % 7 == 0:
                        time.sleep(0.02)  # the file is there for a while before its row
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=work, args=[worker]) for worker in range(3)]
    for writer in writers:
        writer.start()
    checks = [archive.check() for _ in range(12)]
    done.set()
    for writer in writers:
        writer.join(30)
    assert errors == []
    assert all(check.is_clean for check in checks), [check.findings for check in checks if not check.is_clean]
    assert checks[-1].files > checks[0].files, "nobody has worked meanwhile"
    last = archive.check(settled_after=AT_ONCE)
    assert last.is_clean
    assert last.files == Document.objects.count()


@pytest.mark.parametrize("moment", ["row", "file"])
def test_row_that_comes_while_the_check_reads_is_found(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of an old file is committed after the rows were asked; a new file and its row come after that, too."""
    agreement = make.agreement()
    first = make.document(agreement, content=b"vorher")
    if moment == "row":
        default_storage.save("x", ContentFile(b"waehrenddessen"))
    walk = type(store()).walk

    def walk_late(place: Any) -> Any:
        make.document(agreement, content=b"waehrenddessen")
        yield from walk(place)

    monkeypatch.setattr(type(store()), "walk", walk_late)
    check = archive.check(settled_after=AT_ONCE)
    assert check.is_clean, check.findings
    assert check.files == 2
    assert first.file.name != Document.objects.latest("pk").file.name
