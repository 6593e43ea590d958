"""What is due every day: each duty under its own name, and a failure that stops none of the others."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aqb import clock, daily
from aqb.access import Role
from aqb.accounts.staff.unused import warn
from aqb.models import HistoryLink, User
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain waits until nobody writes, and the test itself holds a transaction; its command has a test of its own."""
    monkeypatch.setattr("aqb.daily.chain.extend", list)


def run(*, verbosity: int = 1) -> str:
    out = StringIO()
    call_command("daily", stdout=out, stderr=out, verbosity=verbosity)
    return out.getvalue()


def unused() -> User:
    user = make.user(Role.AUDITOR)
    User.objects.filter(pk=user.pk).update(joined_at=clock.now() - timedelta(days=400))
    with clock.stopped(clock.now() - timedelta(days=20)):
        warn()
    return user


def test_every_duty_runs_and_says_what_it_did() -> None:
    user = unused()
    said = run()
    assert "Ungenutzte Konten: 1 Konten stillgelegt." in said
    assert [line.split(":")[0] for line in said.splitlines()] == [duty.title for duty in daily.DUTIES]
    assert daily.DUTIES[-1].name == "chain_history", "it covers what the others record"
    assert not User.objects.get(pk=user.pk).is_active
    assert "Ungenutzte Konten: 0 Konten stillgelegt." in run(), "a second run does nothing twice"
    assert run(verbosity=0) == ""


def test_history_names_command_job_and_reason() -> None:
    user = unused()
    run()
    event = apps.get_model("aqb", "UserEvent").objects.filter(pgh_obj=user).latest("pgh_id")
    metadata = event.pgh_context.metadata
    assert (metadata["command"], metadata["job"]) == ("daily", "close_unused")
    assert "nicht angemeldet" in metadata["reason"]


def test_a_duty_that_fails_takes_back_what_it_did_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    first, last = make.user(name="Erste"), make.user(name="Letzte")

    def name(user: User, fails: bool = False) -> str:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(name="geändert")
            if fails:
                raise ConnectionError
        return "geändert"

    both = (
        daily.Duty("one", "Eins", lambda: name(first, fails=True)),
        daily.Duty("two", "Zwei", lambda: name(last)),
    )
    monkeypatch.setattr(daily, "DUTIES", both)
    out = StringIO()
    with pytest.raises(CommandError, match="Nicht alles ist gelungen: Eins"):
        call_command("daily", stdout=out, stderr=out)
    assert "Eins: fehlgeschlagen" in out.getvalue()
    assert "Zwei: geändert." in out.getvalue()
    assert set(User.objects.values_list("name", flat=True)) == {"Erste", "geändert"}
    event = apps.get_model("aqb", "UserEvent").objects.latest("pgh_id")
    assert event.pgh_context.metadata["job"] == "two"


def test_duties_have_contexts_of_their_own() -> None:
    """Two duties that write are two circumstances: what one says once, stays."""
    users = [make.user(), make.user()]

    def rename(user: User) -> str:
        User.objects.filter(pk=user.pk).update(name="neu")
        return ""

    list(
        daily.run_due((daily.Duty("a", "A", lambda: rename(users[0])), daily.Duty("b", "B", lambda: rename(users[1]))))
    )
    events = apps.get_model("aqb", "UserEvent").objects.filter(pgh_label="update").order_by("pgh_id")
    assert [event.pgh_context.metadata["job"] for event in events] == ["a", "b"]
    assert events[0].pgh_context_id != events[1].pgh_context_id


def test_ended_sessions_are_cleared_and_living_ones_stay() -> None:
    user = make.user(Role.AUDITOR)
    for _ in range(2):
        Client().post(reverse("account_login"), {"login": user.email, "password": make.PASSWORD})
    ended = Session.objects.earliest("session_key")
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now() - timedelta(days=1))
    assert daily.clear_sessions() == "1 Einträge beendeter Sitzungen entfernt"
    assert Session.objects.count() == 1
    assert not Session.objects.filter(pk=ended.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_command_runs_from_the_command_line_and_chains_what_it_recorded() -> None:
    """Through manage.py, which names every other command in the history itself."""
    user = unused()
    database: dict[str, Any] = connection.settings_dict
    host = f"?host={database['HOST']}" if str(database["HOST"]).startswith("/") else ""
    place = "" if host else f"{database['HOST']}:{database['PORT']}"
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{place}/{database['NAME']}{host}"
    done = subprocess.run(
        [sys.executable, "manage.py", "daily"], cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": url},
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ungenutzte Konten: 1 Konten stillgelegt." in done.stdout
    event = apps.get_model("aqb", "UserEvent").objects.filter(pgh_obj=user).latest("pgh_id")
    assert event.pgh_context.metadata["job"] == "close_unused"
    assert HistoryLink.objects.count() >= 1
