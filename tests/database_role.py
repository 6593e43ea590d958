"""The application's own role in the database, made by the SQL that docs/operations.md gives."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

OWNER, APPLICATION = "aqb_owner", "aqb_app"  # as the document names them


def written() -> tuple[str, str]:
    """The two pieces of SQL: once as superuser, and after every migration as owner."""
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    section = text[text.index("## Database roles") : text.index("## The chain over the history")]
    first, second = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    return first, second


def role() -> str:
    """Roles belong to the whole server, where other tests run: each process has a name of its own."""
    return f"{APPLICATION}_{os.getpid()}"


def create() -> None:
    """Make the role inside the test's transaction, so that nothing of it stays."""
    first, second = written()
    (sql,) = re.findall(rf"CREATE ROLE {APPLICATION} [^;]*;", first)
    with connection.cursor() as cursor:
        for statement in (sql, second):
            cursor.execute(statement.replace(APPLICATION, role()))


@contextmanager
def as_application() -> Iterator[None]:
    """What happens inside, the database does with the rights of the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role()}")
        yield
        cursor.execute("RESET ROLE")
