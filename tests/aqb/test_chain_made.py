"""How links are made while people work: nothing is lost, nothing comes later into what a link covers."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pghistory
import pytest
from django.db import connection, connections, transaction

from agreements.models import BudgetLine
from aqb import chain
from aqb.chain import link as making
from aqb.models import HistoryLink, HistoryPart, PersonalProof
from tests import factories as make
from tests.chains import link, run

LINES = "agreements_budgetlineevent"


class TestInOneProcess:
    pytestmark = pytest.mark.django_db

    def test_each_link_holds_the_digest_of_the_one_before(self) -> None:
        for _ in range(3):
            make.remark()
            link()
        digests = list(HistoryLink.objects.order_by("number").values_list("previous", "digest"))
        assert [previous for previous, _ in digests] == ["", digests[0][1], digests[1][1]]

    def test_link_is_made_also_of_a_quiet_day(self) -> None:
        make.line()
        link()
        (quiet,) = link()
        assert (quiet.rows, quiet.parts.count()) == (0, 0)
        assert run().is_clean

    def test_every_column_of_every_table_goes_into_the_leaf(self) -> None:
        with connection.cursor() as cursor:
            for table, source in chain.sources().items():
                found = {column.name for column in connection.introspection.get_table_description(cursor, table)}
                assert {name.lstrip("*") for name in source.columns} - {"@metadata"} == found

    def test_many_rows_become_several_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(making, "CHUNK", 4)
        line = make.line()
        for number in range(9):
            BudgetLine.objects.filter(pk=line.pk).update(title=f"Titel {number}")
        made = link()
        parts = HistoryPart.objects.filter(table=LINES).order_by("after")
        assert [part.rows for part in parts] == [4, 4, 2]
        assert [part.after for part in parts[1:]] == [part.upto for part in list(parts)[:-1]]
        assert len(made) == 3
        assert run().is_clean

    def test_circumstances_that_may_still_grow_are_left_to_the_next_link(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "sleep", lambda seconds: None)  # the request says something new while the chain waits
        make.line()
        link()
        with pghistory.context(user=7):
            make.line()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pghistory_context SET updated_at = now() - interval '1 second'")
        chain.extend(settle=timedelta(seconds=30))
        assert run().unlinked > 0
        (last,) = link()
        assert last.rows > 0
        assert run().unlinked == 0

    def test_waits_until_the_youngest_request_has_settled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []
        monkeypatch.setattr(time, "sleep", waited.append)
        with pghistory.context(user=7):
            make.line()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pghistory_context SET updated_at = clock_timestamp() - interval '10 seconds'")
        chain.extend(settle=timedelta(seconds=30))
        assert [round(seconds) for seconds in waited] == [20]

    def test_every_personal_row_gets_a_salt_of_its_own(self) -> None:
        make.user()
        make.user()
        link()
        salts = {bytes(salt) for salt in PersonalProof.objects.values_list("salt", flat=True) if salt}
        assert len(salts) == PersonalProof.objects.count() >= 2
        assert {len(salt) for salt in salts} == {32}


@pytest.fixture
def writer() -> Iterator["Writer"]:
    """Somebody who changes a row in another connection and has not committed yet."""
    one = Writer()
    yield one
    one.end()


class Writer:
    def __init__(self) -> None:
        self._written, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work)

    def begin(self, line: BudgetLine) -> None:
        self._line = line
        self._thread.start()
        assert self._written.wait(20)

    def end(self) -> None:
        self._go.set()
        if self._thread.ident:
            self._thread.join(20)
            assert not self._thread.is_alive()

    def _work(self) -> None:
        try:
            with transaction.atomic():
                BudgetLine.objects.filter(pk=self._line.pk).update(title="noch nicht abgeschlossen")
                self._written.set()
                self._go.wait(20)
        finally:
            self._written.set()
            connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_link_waits_for_who_is_writing(writer: Writer) -> None:
    """The slower change has the lower key: without waiting it would come into a range that a link covers already."""
    slow, fast = make.line(), make.line()
    writer.begin(slow)
    BudgetLine.objects.filter(pk=fast.pk).update(title="abgeschlossen")
    threading.Timer(0.5, writer._go.set).start()
    link()
    writer.end()
    part = HistoryPart.objects.get(table=LINES)
    assert part.rows == 4, "both changes are in the link"
    assert run().is_clean


@pytest.mark.django_db(transaction=True)
def test_chain_gives_up_when_somebody_never_ends(writer: Writer) -> None:
    line = make.line()
    writer.begin(line)
    with pytest.raises(chain.Busy, match="noch nicht abgeschlossen"):
        chain.extend(settle=timedelta(0), patience=timedelta(seconds=0.3))
    assert not HistoryLink.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reading_and_other_tables_hold_nothing_up(writer: Writer) -> None:
    line = make.line()
    BudgetLine.objects.filter(pk=line.pk).update(title="neu")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {LINES}")
        assert making._writers([LINES]) == set(), "one's own locks do not count"
        link()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_two_links_in_a_row() -> None:
    for _ in range(5):
        make.remark()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            link()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert list(HistoryLink.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    report = run()
    assert report.is_clean, report.findings
    assert report.unlinked == 0
