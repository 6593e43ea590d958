"""Two people at the same moment, with real threads, connections and transactions: one of them is refused."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from agreements.models import AgreementLine, AgreementVersion, Allocation, BudgetLine, BudgetYear, Signatory, Wording
from agreements.models import WordingSection as Section
from aqb.access import Role
from projects.models import FundingShare
from tests import factories as make
from tests.factories import START
from tests.truths import at_once, refusal, write

pytestmark = pytest.mark.django_db(transaction=True)

LATER = START + timedelta(days=30)


def one_refused(name: str, *acts: Callable[[], Any]) -> None:
    """Of all acts at once exactly one succeeds, and `name` refuses the others."""
    results = at_once(*acts)
    errors = [result for result in results if isinstance(result, IntegrityError)]
    assert len(errors) == len(acts) - 1, results
    assert {refusal(error)[0] for error in errors} == {name}


def test_two_allocations_take_the_last_euro_and_one_is_refused() -> None:
    line = make.line(amount=Decimal("100.00"))
    make.allocation(line, amount="99.00")
    takers = [make.district(), make.district()]
    one_refused(
        "allocation_within_line",
        *(lambda taker=taker: make.allocation(line, taker, "1.00") for taker in takers),
    )
    assert line.allocations.aggregate(total=Sum("amount"))["total"] == 100


def test_many_allocations_at_once_never_exceed_the_line() -> None:
    line = make.line(amount=Decimal("100.00"))
    takers = [make.district() for _ in range(4)]
    results = at_once(*(lambda taker=taker: make.allocation(line, taker, "40.00") for taker in takers))
    assert sum(isinstance(result, Allocation) for result in results) == 2
    assert line.allocations.aggregate(total=Sum("amount"))["total"] == 80


def test_cut_of_the_line_while_it_is_allocated_refuses_one_of_both() -> None:
    line = make.line(amount=Decimal("100.00"))
    district = make.district()
    results = at_once(
        lambda: make.allocation(line, district, "100.00"),
        lambda: BudgetLine.objects.filter(pk=line.pk).update(amount=Decimal("99.99")),
    )
    names = {refusal(result)[0] for result in results if isinstance(result, IntegrityError)}
    assert names in ({"allocation_within_line"}, {"budgetline_covers_allocations"})


def test_two_shares_take_the_last_euro_and_one_is_refused() -> None:
    version = make.version(entries=9)
    entries = [make.entry(version), make.entry(version)]
    one_refused(
        "fundingshare_within_agreed",
        *(lambda entry=entry: make.share(entry, amount="10000.00") for entry in entries),
    )
    assert FundingShare.objects.aggregate(total=Sum("amount"))["total"] == 100_000


def test_cut_of_the_agreed_amount_while_it_is_spent_refuses_one_of_both() -> None:
    entry = make.entry()
    line = entry.version.lines.get()
    results = at_once(
        lambda: make.share(entry, amount="100000.00"),
        lambda: AgreementLine.objects.filter(pk=line.pk).update(amount=Decimal("99999.99")),
    )
    names = {refusal(result)[0] for result in results if isinstance(result, IntegrityError)}
    assert names in ({"fundingshare_within_agreed"}, {"agreementline_covers_shares"})


def test_agreed_line_deleted_while_it_is_spent_refuses_one_of_both() -> None:
    entry = make.entry()
    line = entry.version.lines.get()
    results = at_once(lambda: make.share(entry, amount="1.00"), line.delete)
    names = {refusal(result)[0] for result in results if isinstance(result, IntegrityError)}
    assert names in ({"fundingshare_within_agreed"}, {"agreementline_covers_shares"})


def test_two_versions_opened_at_once_and_one_is_refused() -> None:
    first = make.version(status="signed")

    def opened() -> AgreementVersion:
        return AgreementVersion.objects.create(
            agreement=first.agreement, number=1, base=first, wording=first.wording, created_at=START,
            status_changed_at=START,
        )  # fmt: skip

    one_refused("agreementversion_number_without_gaps", opened, opened)
    assert first.agreement.versions.count() == 2


def test_cash_year_taken_away_while_it_gets_money_refuses_one_of_both() -> None:
    entry = make.entry()
    year = entry.version.agreement.budget_year
    results = at_once(
        lambda: make.share(entry, cash_year=2025, amount="1.00"),
        lambda: BudgetYear.objects.filter(pk=year.pk).update(last_cash_year=2024),
    )
    names = {refusal(result)[0] for result in results if isinstance(result, IntegrityError)}
    assert names in ({"fundingshare_in_cash_year"}, {"budgetyear_covers_cash_years"})


def issued(version: AgreementVersion, person: Any) -> int:
    return AgreementVersion.objects.filter(pk=version.pk).update(
        status="issued", issued_at=LATER, issued_by=person, status_changed_at=LATER, document_number="ZV-1",
        snapshot={"entries": [str(share.amount) for share in FundingShare.objects.order_by("pk")]},
    )  # fmt: skip


def printed(version: AgreementVersion) -> list[str]:
    version.refresh_from_db()
    return version.snapshot["entries"] if version.snapshot else []


def after_the_lock(version: AgreementVersion, act: Callable[[], Any]) -> Callable[[], Any]:
    """As the actions do: lock the version, then read and write."""

    def locked() -> Any:
        AgreementVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
        return act()

    return locked


@pytest.mark.parametrize("change", ["update", "insert", "delete"])
def test_share_edited_while_the_version_is_issued_is_printed_or_refused(change: str) -> None:
    version = make.version(status="approved")
    person = make.person(Role.MINISTRY)
    share = FundingShare.objects.get()
    edits: dict[str, Callable[[], Any]] = {
        "update": lambda: write(share, amount="5.00"),
        "insert": lambda: make.share(share.entry, cash_year=2024, amount="5.00"),
        "delete": lambda: FundingShare.objects.filter(pk=share.pk).delete(),
    }
    results = at_once(after_the_lock(version, lambda: issued(version, person)), edits[change])
    refusals = {refusal(result)[0] for result in results if isinstance(result, IntegrityError)}
    assert refusals in (set(), {"fundingshare_frozen_with_version"})
    assert printed(version) == [str(row.amount) for row in FundingShare.objects.order_by("pk")]


def test_signatory_named_while_the_version_is_issued_waits_and_is_refused_or_first() -> None:
    version = make.version(status="approved")
    person = make.person(Role.MINISTRY)
    results = at_once(
        after_the_lock(version, lambda: (issued(version, person), Signatory.objects.count())[1]),
        lambda: make.signatory(version),
    )
    seen = results[0]
    assert Signatory.objects.count() == seen, "what the issue has seen is what stays"


def test_allocation_cut_just_before_the_approval_is_waited_for_and_seen() -> None:
    version = make.version(status="submitted")
    lead = make.person(Role.MINISTRY_LEAD)
    share = Allocation.objects.get()
    is_cut = threading.Event()

    def cut() -> None:
        write(share, amount="99999.99")
        is_cut.set()

    def approved() -> int:
        assert is_cut.wait(10)
        return AgreementVersion.objects.filter(pk=version.pk).update(
            status="approved", approved_at=LATER, approved_by=lead, status_changed_at=LATER
        )

    refusals = [refusal(result)[0] for result in at_once(approved, cut) if isinstance(result, IntegrityError)]
    assert refusals == ["agreementversion_within_allocation"]


def test_section_edited_while_the_text_is_released_is_in_it_or_refused() -> None:
    wording = make.wording(released=False)
    lead = make.person(Role.MINISTRY_LEAD)
    section = wording.sections.get(key="Mittel")

    def released() -> str:
        Wording.objects.select_for_update(no_key=True).get(pk=wording.pk)
        read = Section.objects.get(pk=section.pk).text
        Wording.objects.filter(pk=wording.pk).update(status="released", released_at=LATER, released_by=lead)
        return read

    results = at_once(released, lambda: write(section, text="Keine Mittel."))
    refusals = {refusal(result)[0] for result in results if isinstance(result, IntegrityError)}
    assert refusals in (set(), {"wordingsection_released_is_frozen"})
    section.refresh_from_db()
    assert section.text == results[0]


def test_second_signature_at_the_same_place_at_once_is_refused() -> None:
    version = make.version(status="issued")
    make.person(Role.MINISTRY)
    one_refused("signature_unique", lambda: make.signature(version), lambda: make.signature(version))
