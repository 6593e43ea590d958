"""The database itself records every change of a business row: whoever makes it, by whatever road, and under which name."""

import os
import subprocess
import sys
from urllib.parse import quote

import pghistory
import pghistory.models
import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from agreements.models import BudgetLine
from aqb.access import Role
from aqb.circumstances import because
from aqb.command_line import WITHOUT_NAME, CommandLine
from aqb.models import User
from tests import factories as make
from tests.agreements.pages import client_of, path

OWN = ("aqb", "agreements", "projects", "reporting")
# What only grows needs no history of its own; the links of the chain and its salts are no business of anybody; what a job
# does is recorded, that it waits and goes on is not; what people are told repeats what is recorded elsewhere;
# what somebody types and takes back before it counts is nobody's business; that a form has come through is known for a day;
# of a table that waits for its reader, the projects are recorded once they are taken over.
WITHOUT_EVENTS = {"Download", "ArchiveCheck", "HistoryLink", "HistoryPart", "PersonalProof"} | {
    "NotedRemark", "Submission", "Draft", "Job", "JobRow", "Mail", "Notice", "SentForm", "Subscription", "ChosenColumns",
    "TableImport",
}  # fmt: skip


def recorded() -> dict[str, type[models.Model]]:
    """Recorded model's name -> its events."""
    return {
        tracked.__name__: model
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and (tracked := getattr(model, "pgh_tracked_model", None))
    }


def events(row: models.Model) -> list[tuple[str, dict[str, object]]]:
    """Label and circumstances of each event of a row, in their order."""
    found = recorded()[type(row).__name__]._base_manager.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    return [(one.pgh_label, one.pgh_context.metadata if one.pgh_context else {}) for one in found]  # type: ignore[attr-defined]


def test_every_business_table_is_recorded() -> None:
    own = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in OWN and not model._meta.proxy and not issubclass(model, pghistory.models.Event)
    }
    assert own - set(recorded()) == WITHOUT_EVENTS
    assert set(recorded()) - own == {"SecondFactor", "SingleSignOn"}


@pytest.mark.django_db
def test_page_is_recorded_with_person_path_and_reason() -> None:
    version, person = make.version(status="submitted"), make.user(Role.MINISTRY_LEAD)
    address = path(version, "zurueckgeben/")
    typed = {"then": "return", "unlock": "all", "reason": "Die Zahl der Plätze fehlt."}
    assert client_of(person).post(address, typed).status_code == 302
    label, said = events(version)[-1]
    assert (label, said["user"], said["url"]) == ("update", person.pk, address)
    assert said["reason"] == "Die Zahl der Plätze fehlt."


@pytest.mark.django_db
def test_bulk_changes_and_raw_sql_are_recorded_row_by_row() -> None:
    lines = [make.line(), make.line()]
    with pghistory.context(user=7, url="/jahrgaenge/"):
        because("Umbenannt")
        BudgetLine.objects.update(title="In einem Zug")
        for line in lines:
            line.title = "Am Stück"
        BudgetLine.objects.bulk_update(lines, ["title"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE agreements_budgetline SET title = 'Von Hand'")
            cursor.execute("DELETE FROM agreements_budgetline WHERE id = %s", [lines[0].pk])
    said = {"user": 7, "url": "/jahrgaenge/", "reason": "Umbenannt"}
    assert events(lines[1]) == [("insert", {}), *[("update", said)] * 3]
    assert events(lines[0])[-1] == ("delete", said)


@pytest.mark.django_db(transaction=True)
def test_change_from_outside_is_recorded_without_a_name() -> None:
    """As with psql: no Django, no circumstances, but an event."""
    line = make.line()
    with psycopg.connect(address()) as outside:
        outside.execute("UPDATE agreements_budgetline SET title = 'Mit psql'")
    assert events(line) == [("insert", {}), ("update", {})]


def address() -> str:
    """The test's own database as an address."""
    found = connection.settings_dict
    port = f":{found['PORT']}" if found["PORT"] else ""
    login = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}@" if found["USER"] else "@"
    return f"postgresql://{login}{port}/{found['NAME']}?host={quote(found['HOST'], safe='')}"


def command(*arguments: str) -> str:
    """What a command says that runs in a process of its own, in the test's database."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
        env={**os.environ, "DATABASE_URL": address(), "DJANGO_SUPERUSER_PASSWORD": make.PASSWORD},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_commands_are_recorded_by_their_names() -> None:
    command("createsuperuser", "--noinput", "--email", "betrieb@example.org", "--name", "Betrieb")
    person = User.objects.get()
    command("shell", "-v", "0", "-c", "from aqb.models import User; User.objects.update(office='Leitstelle')")
    assert events(person) == [("insert", {"command": "createsuperuser"}), ("update", {"command": "shell"})]


@pytest.mark.django_db(transaction=True)
def test_daily_jobs_run_from_the_command_line() -> None:
    """Each with circumstances of its own, so none may stand around them."""
    assert "Kette über den Verlauf: " in command("daily")


@pytest.mark.parametrize("name", ["check", "migrate", "import_agreement", *sorted(WITHOUT_NAME - {"testserver"})])
@pytest.mark.django_db
def test_what_runs_long_or_speaks_for_several_says_itself_who_acts(name: str) -> None:
    line = CommandLine(["manage.py", name])
    with line._named, transaction.atomic():
        line.fetch_command(name)
        row = make.line()
    assert events(row) == [("insert", {} if name in WITHOUT_NAME else {"command": name})]
