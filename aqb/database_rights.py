"""What the application's own role may do in the database, and whether the triggers stand that keep what is recorded.

docs/operations.md gives the SQL for a role that may work but cannot switch off triggers or change history.
"""

from functools import cache

import pgtrigger
from django.apps import apps
from django.db import connection

from aqb.chain import sources
from aqb.models import PersonalProof

OWN = ("aqb", "agreements", "projects", "reporting")


def excesses() -> list[str]:
    """What the role may do beyond its work, each as a German sentence; empty for the role of docs/operations.md."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            return ["Die Anwendung ist als Superuser der Datenbank angemeldet und könnte jeden Trigger abschalten."]
        cursor.execute(
            "SELECT coalesce(bool_or(pg_has_role(current_user, relowner, 'MEMBER')), false), "
            "coalesce(bool_or(has_table_privilege(oid, 'TRIGGER')), false), "
            "array_remove(array_agg(CASE WHEN relname = ANY(%s::text[]) AND (has_table_privilege(oid, 'UPDATE') "
            "OR has_table_privilege(oid, 'DELETE') OR has_table_privilege(oid, 'TRUNCATE')) THEN relname::text END "
            "ORDER BY relname), NULL) FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) "
            "AND relname = ANY(%s::text[])",
            [kept(), _tables()],
        )
        owner, trigger, changeable = cursor.fetchone()
        cursor.execute(
            "SELECT prosrc ILIKE %s FROM pg_proc WHERE proname = '_pgtrigger_should_ignore' "
            "AND pg_function_is_visible(oid)",
            ["%current_setting%"],
        )
        silent = bool((row := cursor.fetchone()) and row[0])
    if owner:
        return ["Die Anwendung ist als Eigentümerin der Tabellen angemeldet und könnte deren Trigger abschalten."]
    found = ["Die Anwendung dürfte Trigger anlegen und damit andere umgehen."] if trigger else []
    if silent:
        found.append("Die Anwendung könnte Trigger durch eine Einstellung ihrer Sitzung zum Schweigen bringen.")
    if changeable:
        found.append(f"Die Anwendung dürfte Aufgezeichnetes ändern oder löschen, zum Beispiel in „{changeable[0]}“.")
    return found


def kept() -> list[str]:
    """The tables whose rows nobody changes or deletes: history, documents, logs and the chain itself."""
    chain = ("aqb_historylink", "aqb_historypart", PersonalProof._meta.db_table)
    return sorted([*sources(), *chain])


def faulty_triggers() -> list[str]:
    """Triggers of ours that are missing, altered or switched off, as `name an „table“`; empty when all stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, obj_description(t.oid, 'pg_trigger'), t.tgenabled IN ('O', 'A') "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
        standing = {(table, name): (text, enabled) for table, name, text, enabled in cursor.fetchall()}
    return [
        f"{name} an „{table}“"
        for (table, pgid), (name, text) in _expected().items()
        if standing.get((table, pgid)) != (text, True)
    ]


@cache
def _expected() -> dict[tuple[str, str], tuple[str, str]]:
    """Each trigger by table and name in the database, with its own name and the fingerprint beside it there."""
    return {
        (model._meta.db_table, trigger.get_pgid(model)): (str(trigger.name), trigger.compile(model).hash)
        for model, trigger in pgtrigger.registered()
    }


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if model._meta.app_label in OWN]
