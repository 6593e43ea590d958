"""The chain over the history: what a link covers, and that every change made past the triggers shows."""

from datetime import UTC, datetime, timedelta

import pghistory
import pghistory.models
import pytest
from django.apps import apps
from django.db import connection

from agreements.models import BudgetLine
from aqb import anonymise, chain, clock
from aqb.access import Role
from aqb.models import HistoryLink, HistoryPart, PersonalProof, User
from tests import factories as make
from tests.chains import as_owner, found, link, run

pytestmark = pytest.mark.django_db
LINES = "agreements_budgetlineevent"


@pytest.fixture
def line() -> BudgetLine:
    """A line with three entries in the history, in a link of their own; a link lies before it and one after it."""
    make.version(status="published")
    link()
    line = make.line(title="Regelbudget")
    for title in ("Regelbudget A", "Regelbudget B"):
        line.title = title
        line.save()
    link()
    make.remark()
    link()
    return line


def entries(line: BudgetLine) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pgh_id FROM {LINES} WHERE pgh_obj_id = %s ORDER BY 1", [line.pk])
        return [key for (key,) in cursor.fetchall()]


def test_whole_history_holds(line: BudgetLine) -> None:
    report = run()
    assert report.is_clean, report.findings
    assert (report.links, report.unlinked) == (3, 0)
    assert report.rows == sum(HistoryLink.objects.values_list("rows", flat=True)) > 30


def test_every_table_that_only_grows_is_covered() -> None:
    events = {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and model._meta.app_label != "pghistory"
    }
    logs = {
        "agreements_document", "agreements_statuschange", "agreements_download", "aqb_archivecheck",
        "agreements_submission", "agreements_remarkreply",  # what was handed in, and what was answered to remarks
        "agreements_indicatorset", "agreements_indicator", "agreements_indicatorvalue", "agreements_applieddistribution",
    }  # fmt: skip
    assert set(chain.sources()) == events | logs


def test_changed_row_is_named_with_its_link(line: BudgetLine) -> None:
    key = entries(line)[1]
    with as_owner(LINES):
        run_sql(f"UPDATE {LINES} SET title = 'Gefälscht' WHERE pgh_id = {key}")
    report = run()
    assert found(report) == [("changed", 2, LINES, key)]
    assert report.first_broken == 2
    said = report.findings[0].text
    assert said.startswith(f"Verlauf „Budgetlinie“ {line.pk} ({line}), Eintrag {key} vom ")
    assert said.endswith("wurde nachträglich verändert.")


def test_removed_row_is_named(line: BudgetLine) -> None:
    key = entries(line)[0]
    with as_owner(LINES):
        run_sql(f"DELETE FROM {LINES} WHERE pgh_id = {key}")
    report = run()
    assert found(report) == [("removed", 2, LINES, key)]
    assert report.findings[0].text.endswith(f"Eintrag {key} fehlt.")


def test_inserted_row_is_named(line: BudgetLine) -> None:
    """In a gap that a rolled back transaction has left, and below the first key."""
    keys = entries(line)
    for key in (keys[1], -5):
        with as_owner(LINES):
            copy_row(LINES, keys[0], key)
    gap = found(run())
    assert ("changed", 2, LINES, keys[1]) in gap, "another row in the place of one"
    assert ("inserted", None, LINES, -5) in gap


def test_row_inserted_into_a_gap_is_named() -> None:
    line = make.line()
    run_sql(f"ALTER TABLE {LINES} ALTER pgh_id RESTART WITH {entries(line)[0] + 10}")
    line.title = "Neu"
    line.save()
    link()
    with as_owner(LINES):
        copy_row(LINES, entries(line)[0], entries(line)[0] + 3)
    assert found(run()) == [("inserted", 1, LINES, entries(line)[1])]


def test_who_made_a_change_is_covered() -> None:
    with pghistory.context(user=7, url="/jahrgaenge/"):
        make.line()
    link()
    with as_owner("pghistory_context"):
        run_sql("""UPDATE pghistory_context SET metadata = metadata || '{"user": 8}'""")
    assert {(kind, number) for kind, number, _, _ in found(run())} == {("changed", 1)}
    with as_owner("pghistory_context"):
        run_sql("DELETE FROM pghistory_context")
    assert not run().is_clean


@pytest.mark.parametrize("table", ["agreements_document", "agreements_statuschange", "agreements_download"])
def test_logs_without_history_of_their_own_are_covered(table: str) -> None:
    version = make.version(status="published")
    version.documents.get(kind="issued").downloads.create(user=make.user(Role.AUDITOR), at=clock.now())
    link()
    with as_owner(table), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table}) RETURNING id")
        (key,) = cursor.fetchone()
    assert ("removed", 1, table, key) in found(run())


def test_emptied_table_is_counted_and_told_in_part() -> None:
    line = make.line()
    for number in range(chain.NAMED + 20):
        line.title = f"Titel {number}"
        line.save()
    link()
    with as_owner(LINES):
        run_sql(f"TRUNCATE {LINES}")
    report = run()
    assert report.counts["removed"] == chain.NAMED + 21
    assert len([one for one in report.findings if one.kind == "removed"]) == chain.NAMED


LINK, PART = "aqb_historylink", "aqb_historypart"
OF_SECOND = f" WHERE link_id = (SELECT id FROM {LINK} WHERE number = 2)"
DAMAGES = [
    (LINK, "made_at = made_at + interval '1 hour' WHERE number = 2", "passt nicht zu seinem Inhalt"),
    (LINK, "previous = repeat('0', 64) WHERE number = 2", "schließt nicht an Kettenglied 1 an"),
    (PART, "leaves = ''" + OF_SECOND, "Prüfwerte zu"),
    (PART, "upto = upto + 1" + OF_SECOND, "Einträge aus"),
    (PART, "columns = ARRAY['pgh_id', 'gone']" + OF_SECOND, "die Spalte „gone“"),
    (PART, "\"table\" = 'aqb_gone'" + OF_SECOND + " AND \"table\" LIKE '%lineevent'", "die Tabelle „aqb_gone“"),
]


@pytest.mark.parametrize(("table", "change", "words"), DAMAGES, ids=[words for _, _, words in DAMAGES])
@pytest.mark.usefixtures("line")
def test_damaged_link_is_named(table: str, change: str, words: str) -> None:
    with as_owner(table):
        run_sql(f"UPDATE {table} SET {change}")
    report = run()
    assert report.first_broken == 2
    assert any(words in one.text for one in report.findings), report.findings


@pytest.mark.usefixtures("line")
def test_removed_link_is_named() -> None:
    with as_owner("aqb_historylink", "aqb_historypart"):
        run_sql("DELETE FROM aqb_historypart" + OF_SECOND)
        run_sql("DELETE FROM aqb_historylink WHERE number = 2")
    report = run()
    assert report.first_broken == 2
    assert "Kettenglied 2 fehlt." in {one.text for one in report.findings}


def test_column_that_comes_later_breaks_nothing(line: BudgetLine) -> None:
    """A migration adds a column to table and history; links made before do not know it."""
    part = HistoryPart.objects.filter(table=LINES).latest("pk")
    assert "title" in part.columns
    with as_owner(LINES):
        run_sql(f"ALTER TABLE {LINES} ADD COLUMN later text NOT NULL DEFAULT 'x'")
    assert run().is_clean


class TestPeople:
    """Names enter the chain by commitments: forgetting them breaks nothing, changing them does."""

    NOW = datetime(2040, 3, 1, 3, 0, tzinfo=UTC)

    @pytest.fixture
    def person(self) -> User:
        person = make.user(Role.DISTRICT_LEAD, email="erika@example.org", name="Erika Muster", office="Landrätin")
        User.objects.filter(pk=person.pk).update(is_active=False)
        User.objects.filter(pk=person.pk).update(deactivated_at=self.NOW - timedelta(days=366 * 11))
        link()
        return person

    def test_anonymised_person_keeps_the_chain_whole(self, person: User) -> None:
        assert PersonalProof.objects.filter(table="aqb_userevent", salt__isnull=False).exists()
        with clock.stopped(self.NOW):
            assert anonymise.run() == 1
        report = run()
        assert report.is_clean, report.findings
        link()
        assert run().is_clean
        kept = person.pk, "Erika Muster"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM aqb_userevent WHERE pgh_obj_id = %s AND name = %s", kept)
            assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE aqb_userevent SET name = 'Erika Gefälscht' WHERE name = 'Erika Muster'",
            "UPDATE aqb_userevent SET name = '', email = '', office = '', phone = '' WHERE name = 'Erika Muster'",
            "UPDATE aqb_personalproof SET salt = NULL",
            "UPDATE aqb_personalproof SET salt = '', commitment = repeat('0', 64)",
            "DELETE FROM aqb_personalproof",
        ],
    )
    def test_changed_name_or_proof_shows(self, person: User, damage: str) -> None:
        with as_owner("aqb_userevent", "aqb_personalproof"):
            run_sql(damage)
        report = run()
        assert report.first_broken == 1
        assert {one.table for one in report.findings if one.kind == "changed"} == {"aqb_userevent"}

    def test_name_written_back_after_anonymising_shows(self, person: User) -> None:
        with clock.stopped(self.NOW):
            anonymise.run()
        with as_owner("aqb_userevent"):
            run_sql("UPDATE aqb_userevent SET name = 'Erika Muster' WHERE name = ''")
        assert not run().is_clean


class TestState:
    """A row that is not as its last event says was changed past the triggers."""

    def test_change_without_event(self) -> None:
        line = make.line(title="Regelbudget")
        with as_owner("agreements_budgetline"):
            run_sql(f"UPDATE agreements_budgetline SET title = 'Still geändert' WHERE id = {line.pk}")
        (finding,) = run().findings
        assert (finding.kind, finding.table, finding.key) == ("state", "agreements_budgetline", line.pk)
        assert "Still geändert" in finding.text
        assert "weicht vom letzten Eintrag im Verlauf ab: „" in finding.text

    def test_row_removed_without_event(self) -> None:
        line = make.line()
        with as_owner("agreements_budgetline"):
            run_sql(f"DELETE FROM agreements_budgetline WHERE id = {line.pk}")
        (finding,) = run().findings
        assert (finding.table, finding.key) == ("agreements_budgetline", line.pk)
        assert "ohne dass der Verlauf" in finding.text

    def test_row_made_without_event(self) -> None:
        year = make.budget_year()
        with as_owner("agreements_budgetline"):
            line = make.line(year)
        (finding,) = run().findings
        assert (finding.table, finding.key) == ("agreements_budgetline", line.pk)
        assert "ohne jeden Eintrag" in finding.text

    def test_row_that_came_back_after_its_deletion(self) -> None:
        line = make.line()
        run_sql("CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM agreements_budgetline")
        key = line.pk
        line.delete()
        with as_owner("agreements_budgetline"):
            run_sql("INSERT INTO agreements_budgetline OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        (finding,) = run().findings
        assert finding.key == key
        assert "wieder da" in finding.text

    def test_bulk_changes_and_raw_sql_agree_with_their_events(self) -> None:
        make.line(title="Regelbudget")
        BudgetLine.objects.update(title="In einem Zug")
        run_sql("UPDATE agreements_budgetline SET title = 'Von Hand'")
        assert run().is_clean


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def copy_row(table: str, key: int, new: int) -> None:
    """A copy of an event under another key, in the place of what is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE pgh_id = %s", [new])
        cursor.execute(
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(e, "
            f"jsonb_build_object('pgh_id', %s::int))).* FROM {table} e WHERE pgh_id = %s",
            [new, key],
        )
