"""The demo is whole, true to itself, built once, and never over real data."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Sum

from agreements import checks
from agreements.models import (
    Agreement,
    AgreementVersion,
    Allocation,
    BudgetYear,
    Document,
    Evidence,
    Signature,
    Status,
)
from aqb import chain
from aqb.access import Role
from aqb.models import Deputy, Invitation, User
from projects.models import ProjectEntry
from reporting.demo import colleagues, evidence, money, people


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What the command said; built once for this module and rolled back after it."""
    with django_db_blocker.unblock():
        out = StringIO()
        block = transaction.atomic()
        block.__enter__()
        try:
            call_command("demo", stdout=out)
            yield out.getvalue()
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


@pytest.fixture
def demo(built: str) -> str:
    return built


@pytest.mark.django_db
def test_demo_is_built_in_the_database_of_the_tests() -> None:
    """Without one marked test pytest-django makes no database, and `built` would write into the developer's own."""
    assert str(connection.settings_dict["NAME"]).startswith("test_")


def test_history_of_the_demo_is_chained_and_whole(demo: str) -> None:
    report = chain.verify(chain.Report(tell=lambda finding: None))
    assert report.is_clean, report.findings
    assert (report.links, report.unlinked) == (1, 0)
    assert report.rows > 3000


def test_budgets_are_distributed_to_the_last_hundred(demo: str) -> None:
    vintages: Any = BudgetYear.objects.with_totals()  # its sums are added by the query
    budgets = {vintage.year: (vintage.budget, vintage.allocated) for vintage in vintages}

    assert set(budgets) == {2023, 2024, 2025, 2026}
    assert budgets[2023] == (Decimal("27700000.00"), Decimal("27700000.00"))
    assert all(budget == allocated for budget, allocated in budgets.values())
    assert not Allocation.objects.extra(where=["mod(agreements_allocation.amount, 100) <> 0"]).exists()


def test_published_amounts_are_exact(demo: str) -> None:
    def allocated(year: int, ags: str) -> Decimal:
        shares = Allocation.objects.filter(line__budget_year__year=year, district__ags=ags)
        total: Decimal = shares.aggregate(total=Sum("amount"))["total"]
        return total

    assert allocated(2023, "06438") == Decimal("1356400.00")
    assert allocated(2024, "06440") == Decimal("1140300.00")
    assert not Allocation.objects.filter(line__budget_year__year=2025, district__ags="06415").exists()
    assert allocated(2026, "06415") > 0


def test_every_status_occurs_in_the_current_vintage(demo: str) -> None:
    versions = AgreementVersion.objects.filter(agreement__budget_year__year=2026)

    assert {version.status for version in versions} == {status.value for status in Status}
    assert versions.untouched().count() == 3
    assert sum(version.is_returned for version in versions) == 2
    amendments = {version.status for version in versions.filter(base__isnull=False)}
    assert amendments == {Status.DRAFT, Status.PUBLISHED}
    followed = versions.filter(number=1, base__isnull=True).get()
    assert followed.agreement.versions.get(number=0).status == Status.WITHDRAWN


def test_signing_waits_in_every_state_that_people_want_to_try(demo: str) -> None:
    versions = AgreementVersion.objects.filter(agreement__budget_year__year=2026, status=Status.ISSUED)
    waiting = {version.agreement.district.ags: version for version in versions}

    proven = Evidence.objects.filter(document__version=waiting["06414"], form="paper")
    assert [(one.document.party, one.document.created_by.district.ags) for one in proven] == [("district", "06414")]
    assert {page["number"] for page in proven.get().findings["pages"]} == {waiting["06414"].document_number}
    assert not waiting["06414"].signatures.exists()

    (last,) = checks.unconfirmed_signatures(waiting["06432"])
    assert checks.missing_signatures(waiting["06432"]) == []
    assert checks.confirmation_refusals(last, people.user(people.JANA)), "who recorded it is asked to leave it"
    assert not checks.confirmation_refusals(last, people.user(people.MIRIAM))

    signed = Evidence.objects.get(document__version=waiting["06631"], form="electronic")
    (found,) = signed.findings["report"]["signatures"]
    assert (found["signer"], found["intact"], found["trust"]) == ("Norbert Hahner", True, "unconfirmed")
    assert checks.missing_signatures(waiting["06631"]) == [("district", 1)]
    assert not Evidence.objects.filter(document__version=waiting["06434"]).exists(), "here all is still to be done"


def test_fair_copies_carry_the_test_seal_and_two_people_stand_for_every_signature(demo: str) -> None:
    assert set(Document.objects.signed().values_list("seal", flat=True)) == {"test"}
    for signature in Signature.objects.filter(confirmed_at__isnull=False).select_related("evidence"):
        assert signature.evidence is not None
        assert signature.confirmed_by not in (signature.recorded_by, signature.evidence.created_by)


def test_contract_of_offenbach_2023_has_its_projects_and_signatures(demo: str) -> None:
    version = AgreementVersion.objects.get(agreement__budget_year__year=2023, agreement__district__ags="06438")

    assert version.status == Status.PUBLISHED
    assert [entry.title for entry in version.entries.all()][-1] == "BASS 2023"
    assert version.entries.count() == 9
    assert version.entries.total() == Decimal("1356400.00")
    assert [(one.name, one.place, one.signed_on) for one in version.signatures.all()] == [
        ("Kai Klose", "Wiesbaden", date(2023, 8, 8)),
        ("Carsten Müller", "Dietzenbach", date(2023, 9, 6)),
    ]
    assert version.ministry is not None
    assert version.ministry.name == "Hessisches Ministerium für Soziales und Integration"


def test_at_least_two_hundred_entries_and_only_one_is_incomplete(demo: str) -> None:
    assert ProjectEntry.objects.count() >= 200
    assert [entry.title for entry in ProjectEntry.objects.incomplete()] == ["Chance Handwerk"]


def test_papers_are_stored_as_they_were_issued_and_signed(demo: str) -> None:
    issued = AgreementVersion.objects.filter(issued_at__isnull=False)

    assert Document.objects.issued().count() == issued.count()
    assert Document.objects.signed().count() == issued.filter(signed_at__isnull=False).count()
    document = Document.objects.signed().filter(number="ZV-2023-06438-0").get()
    with document.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"


def test_past_lies_in_the_past_and_people_differ(demo: str) -> None:
    for version in AgreementVersion.objects.filter(agreement__budget_year__year__lt=2026):
        assert version.published_at is not None
        assert version.published_at.year == version.agreement.budget_year.year
        assert version.approved_by != version.submitted_by
    assert User.objects.filter(role="").get().is_superuser


def test_every_role_has_an_account_that_is_printed(demo: str) -> None:
    roles = set(User.objects.values_list("role", flat=True))

    assert roles == set(Role.values)
    for person in people.SHOWN:
        assert person.email in demo
        assert User.objects.get(email=person.email).check_password(people.PASSWORD)
    assert people.PASSWORD in demo


def test_somebody_is_invited_and_somebody_stands_in_for_a_lead(demo: str) -> None:
    invitation, deputy = Invitation.objects.get(), Deputy.objects.get()
    assert (invitation.email, invitation.accepted_at) == (colleagues.INVITED, None)
    assert deputy.lead.name == "Jonas Weidmann"
    assert User.objects.get(name="Lena Hartwig").standing_in == [deputy]


def test_second_run_changes_nothing_and_names_the_accounts(demo: str) -> None:
    before = (Agreement.objects.count(), ProjectEntry.objects.count(), User.objects.count())

    out = StringIO()
    call_command("demo", stdout=out)

    assert "Die Demodaten sind schon da." in out.getvalue()
    assert people.JANA.email in out.getvalue()
    assert (Agreement.objects.count(), ProjectEntry.objects.count(), User.objects.count()) == before


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_shares_add_up_to_each_line(year: int) -> None:
    for line, amount in money.LINES[year].items():
        assert sum(money.shares(year, line).values()) == amount
        assert all(share > 0 for share in money.shares(year, line).values())


def test_evidence_is_one_small_pdf() -> None:
    assert evidence.scan().startswith(b"%PDF-")
    assert evidence.scan() == evidence.scan.__wrapped__()
