"""Long tables are checked and taken over by workers, with progress; nothing is taken twice, and nothing by halves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client

from agreements.models import AgreementVersion
from aqb import anonymise, clock, daily, once
from aqb.models import Job, User
from projects.models import ProjectEntry, TableImport
from projects.models.table_import import KEPT
from projects.table.views import AT_ONCE
from tests import factories as make
from tests.jobs import run_jobs
from tests.projects.sheets import brought, page, sheet

pytestmark = pytest.mark.django_db

ROWS = [
    {"Titel": f"Projekt {number // 3}", "Budgetlinie": "Regelbudget", "Kassenjahr": str(2023 + number % 3), "Betrag": "1,25"}
    for number in range(AT_ONCE + 1)
]  # fmt: skip


@pytest.fixture
def kept(portal: Client, version: AgreementVersion) -> TableImport:
    """A long table that a worker has checked."""
    response = brought(portal, version, sheet(*ROWS))
    job = Job.objects.get()
    assert response["Location"] == job.get_absolute_url()
    waiting = portal.get(page("table_preview", version)).content.decode()
    assert "Die Tabelle wird noch geprüft" in waiting
    run_jobs()
    return TableImport.objects.get()


def taken(portal: Client, kept: TableImport) -> str:
    """What the job says that takes the table over; the button was pressed twice."""
    for _ in range(2):
        answer = portal.post(page("table_take", kept.version), {"table": kept.pk, once.FIELD: "one press"})
        assert answer.status_code == 302, answer.content.decode()
    assert Job.objects.count() == 2
    run_jobs()
    return str(Job.objects.latest("pk").rows.get().text)


def test_long_table_is_taken_over_by_a_worker(portal: Client, version: AgreementVersion, kept: TableImport) -> None:
    html = portal.get(page("table_preview", version)).content.decode()
    assert f"{AT_ONCE + 1}\u00a0Zeilen übernehmen" in html
    assert len(html) < 60_000
    assert taken(portal, kept) == "201\u00a0Zeilen übernommen: 67\u00a0Projekte angelegt, 0\u00a0Projekte geändert."
    assert ProjectEntry.objects.count() == 67
    assert version.entries.total() == Decimal("251.25")


def test_what_changed_meanwhile_is_checked_anew(portal: Client, version: AgreementVersion, kept: TableImport) -> None:
    make.entry(version, title="Projekt 1")
    said = taken(portal, kept)
    assert said.startswith("Seit die Tabelle geprüft wurde, hat sich in dieser Fassung etwas geändert. Es wurde nichts")
    assert ProjectEntry.objects.count() == 1
    kept.refresh_from_db()
    assert [row["fresh"] for row in (kept.rows or [])[2:5]] == [True, False, False]


def test_table_nobody_decides_on_goes_after_a_week_and_with_its_person(version: AgreementVersion, clerk: User) -> None:
    old = make.table_import(version, make.user(), created_at=clock.now() - KEPT)
    kept = make.table_import(version, clerk)
    (duty,) = [one for one in daily.DUTIES if one.name == "forget_tables"]
    assert duty.run() == "1 eingelesene Tabellen gelöscht"
    assert list(TableImport.objects.all()) == [kept]
    assert not TableImport.objects.filter(pk=old.pk).exists()
    years = timedelta(days=366 * (settings.ANONYMISE_AFTER_YEARS + 1))
    User.objects.filter(pk=clerk.pk).update(is_active=False, deactivated_at=clock.now() - years)
    assert anonymise.anonymise(clerk.pk)
    assert not TableImport.objects.exists()
