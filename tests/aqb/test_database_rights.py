"""The role of docs/operations.md: the application works with it, and cannot pass by what keeps the history."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from agreements.actions import drafting, files, steps, talk
from agreements.models import BudgetLine, Remark
from aqb import archive, clock, daily, database_rights, health
from aqb.access import Role
from aqb.accounts.staff import deputies, invitations, people
from aqb.models import User
from projects.actions import remove_project
from reporting import reference
from tests import factories as make
from tests.agreements.actors import REASON, sign_and_confirm
from tests.agreements.pages import path
from tests.chains import link, run
from tests.database_role import APPLICATION, OWNER, as_application, create, role, written

pytestmark = pytest.mark.django_db
KEPT = database_rights.kept()
LOGS = ("agreements_document", "agreements_statuschange", "agreements_download", "aqb_archivecheck")


@pytest.fixture(autouse=True)
def application() -> None:
    create()


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def denied(sql: str, *words: str) -> None:
    """The database refuses the statement to the application's role, by its rights and not by a trigger."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), as_application():
        run_sql(sql)
    said = str(caught.value)
    assert any(word in said for word in words or ("permission denied", "must be owner")), said


@pytest.mark.parametrize("table", KEPT)
def test_nothing_that_is_recorded_can_be_changed_deleted_or_emptied(table: str) -> None:
    denied(f"DELETE FROM {table}")
    denied(f"TRUNCATE {table} CASCADE")
    for name in sorted(all_columns(table) - may_change(table)):
        denied(f'UPDATE {table} SET "{name}" = "{name}"')


def all_columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def may_change(table: str) -> set[str]:
    """What anonymising empties."""
    return {
        "aqb_userevent": {"email", "name", "office", "phone"},
        "aqb_invitationevent": {"email", "name", "office"},
        "aqb_personalproof": {"salt"},
    }.get(table, set())


@pytest.mark.parametrize("table", ["aqb_userevent", "agreements_budgetline", *LOGS])
def test_triggers_cannot_be_dropped_switched_off_or_passed_by(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname ~ '^pgtrigger'", [table])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        denied(f"DROP TRIGGER {name} ON {table}")
        denied(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        denied(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    denied(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    denied(f"DROP TABLE {table}")
    denied(f"ALTER TABLE {table} OWNER TO {role()}")
    denied(
        f"CREATE TRIGGER early BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE FUNCTION own() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE TABLE own (id int)",
        "ALTER SCHEMA public RENAME TO other",
        "DELETE FROM pghistory_context",
        "DELETE FROM django_migrations",
        "UPDATE pg_trigger SET tgenabled = 'D'",
    ],
)
def test_no_way_around(sql: str) -> None:
    denied(sql)


def test_setting_that_silences_triggers_has_no_effect() -> None:
    """`pgtrigger.ignore` names triggers that shall look away; anybody may set it."""
    user, line = make.user(name="Erika Muster"), make.line(title="Regelbudget")
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname) FROM pg_trigger WHERE tgname ~ '^pgtrigger_'")
        names = "{" + ",".join(cursor.fetchone()[0]) + "}"
    with as_application():
        run_sql(f"SET LOCAL pgtrigger.ignore = '{names}'")
        BudgetLine.objects.filter(pk=line.pk).update(title="Heimlich")
        with pytest.raises(IntegrityError, match="weder geändert noch gelöscht"), transaction.atomic():
            run_sql(f"UPDATE aqb_userevent SET name = 'Gefälscht' WHERE pgh_obj_id = {user.pk}")
    assert run().is_clean, "the change was recorded all the same"
    denied("DELETE FROM agreements_document", "permission denied")


def test_application_works_with_its_role(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From the first login over contract, signatures and projects to the daily duties, as the role all the way."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    assert folder.parent.exists()
    with as_application():
        reference.load()
        version = contract()
        document = version.documents.get(kind="signed")
        assert files.fetch(document=document, by=make.user(Role.AUDITOR)).startswith(b"%PDF")
        steps.publish(version=version, by=make.user(Role.MINISTRY))
        make.wording(version.agreement.budget_year, kind="amendment")
        drafting.amend(agreement=version.agreement, reason=REASON, by=make.user(Role.MINISTRY))
        planning_and_people()
        archive.check(settled_after=timedelta(0))
        results = list(daily.run_due())
        assert not [result.duty.name for result in results if result.failed]
        link()
        report = run()
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (role(),)
    assert report.is_clean, report.findings
    assert (report.links, report.unlinked) == (2, 0), "the duties' and ours"


def contract() -> Any:
    """A version that people bring by their pages to the issue, and that both sides sign."""
    version = make.version(entries=2)
    make.ministry()
    remove_project(entry=version.entries.latest("pk"), by=make.person(Role.DISTRICT, version.agreement.district))
    for person, step in (
        (make.person(Role.DISTRICT_LEAD, version.agreement.district), "submit"),
        (make.person(Role.MINISTRY_LEAD), "approve"),
        (make.person(Role.MINISTRY), "issue"),
    ):
        browser = Client()
        sent = browser.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
        assert sent.status_code == 302, sent.text
        browser.post(path(version, f"schritt/{step}/"))
    version.refresh_from_db()
    assert version.status == "issued"
    for party in ("land", "district"):
        sign_and_confirm(version, make.person(Role.MINISTRY), party)
    version.refresh_from_db()
    assert version.status == "signed"
    return version


def planning_and_people() -> None:
    """What else is written: remarks, strategies, invitations, deputies, accounts."""
    draft, ministry = make.version(), make.person(Role.MINISTRY)
    lead = make.person(Role.DISTRICT_LEAD, draft.agreement.district)
    remark = talk.write_remark(version=draft, text="Wie viele Plätze?", by=ministry)
    assert isinstance(remark, Remark)
    talk.answer_remark(remark=remark, answer="Zwanzig.", by=lead)
    talk.close_remark(remark=remark, by=ministry)
    invitations.invite(email="neu@example.org", name="Neue Person", role=Role.DISTRICT, by=lead)
    colleague = make.user(Role.DISTRICT, draft.agreement.district)
    deputies.name(deputy=colleague, valid_from=clock.today(), valid_to=clock.today() + timedelta(days=7), by=lead)
    people.deactivate(person=colleague, by=lead)
    closed = make.user(Role.DISTRICT, is_active=False)
    User.objects.filter(pk=closed.pk).update(deactivated_at=clock.now() - timedelta(days=366 * 30))


class TestWarning:
    def test_superuser_and_owner_are_named(self, settings: Any) -> None:
        (text,) = database_rights.excesses()
        assert "Superuser" in text
        run_sql(f"CREATE ROLE {OWNER}_{role()}")
        own(f"{OWNER}_{role()}")
        run_sql(f"SET ROLE {OWNER}_{role()}")
        (text,) = database_rights.excesses()
        assert "Eigentümerin" in text
        settings.PRODUCTION = True
        assert (health.history_guard().state, health.history_guard().text) == ("notice", text)

    def test_member_of_the_owner_is_one(self) -> None:
        run_sql(f"CREATE ROLE {OWNER}_{role()}")
        own(f"{OWNER}_{role()}")
        run_sql(f"GRANT {OWNER}_{role()} TO {role()}")
        with as_application():
            assert ["Eigentümerin" in text for text in database_rights.excesses()] == [True]

    @pytest.mark.parametrize(
        ("grant", "words"),
        [
            ("GRANT UPDATE ON agreements_document", "zum Beispiel in „agreements_document“"),
            ("GRANT DELETE ON aqb_userevent", "zum Beispiel in „aqb_userevent“"),
            ("GRANT TRUNCATE ON aqb_historylink", "zum Beispiel in „aqb_historylink“"),
            ("GRANT TRIGGER ON projects_project", "Trigger anlegen"),
        ],
    )
    def test_each_right_too_many_is_named(self, grant: str, words: str) -> None:
        run_sql(f"{grant} TO {role()}")
        with as_application():
            (text,) = database_rights.excesses()
        assert words in text

    def test_triggers_that_can_be_silenced_are_named(self) -> None:
        run_sql(
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql "
            "AS $$SELECT trigger_name = ANY(current_setting('pgtrigger.ignore', true)::text[])$$"
        )
        with as_application():
            (text,) = database_rights.excesses()
        assert "zum Schweigen" in text

    def test_role_of_the_document_is_good(self, settings: Any) -> None:
        settings.PRODUCTION = True
        with as_application():
            assert database_rights.excesses() == []
            assert health.history_guard().state == "good"
            assert messages(databases=["default"]) == []

    def test_check_looks_only_where_the_database_is_asked_for(self) -> None:
        assert messages() == []
        assert messages(databases=["default"]) == [("aqb.W010", checks.WARNING)]
        assert not [one for one in checks.run_checks(databases=["default"]) if one.id == "aqb.W010"], "not at migrate"

    @pytest.mark.parametrize(
        "damage",
        [
            "ALTER TABLE agreements_document DISABLE TRIGGER USER",
            "ALTER TABLE agreements_document ENABLE REPLICA TRIGGER {name}",
            "DROP TRIGGER {name} ON agreements_document",
            "COMMENT ON TRIGGER {name} ON agreements_document IS 'another'",
        ],
    )
    def test_missing_altered_or_disabled_trigger_is_a_fault(self, damage: str) -> None:
        assert database_rights.faulty_triggers() == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname ~ '^pgtrigger_document_append_only_'")
            run_sql(damage.format(name=cursor.fetchone()[0]))
        assert "document_append_only an „agreements_document“" in database_rights.faulty_triggers()
        assert health.history_guard().state == "bad"
        assert ("aqb.E011", checks.ERROR) in messages(databases=["default"])


def own(owner: str) -> None:
    """Give one of the tables to another role; that is enough to switch its triggers off."""
    run_sql(f"ALTER TABLE agreements_document OWNER TO {owner}")
    run_sql(f"GRANT {owner} TO CURRENT_USER")


def messages(**options: Any) -> list[tuple[str | None, int]]:
    found = checks.run_checks(include_deployment_checks=True, **options)
    return [(one.id, one.level) for one in found if str(one.id) in ("aqb.W010", "aqb.E011")]


def test_document_covers_both_roles() -> None:
    first, second = written()
    assert f"CREATE ROLE {OWNER} LOGIN" in first
    assert "CREATE DATABASE aqb OWNER aqb_owner" in first
    assert APPLICATION in second
