"""What PostgreSQL refuses about the life of a version: numbers, states, stamps, steps, and whom it fits."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, transaction

from agreements.models import TRANSITIONS, Agreement, AgreementVersion, Allocation, Status
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.factories import START
from tests.truths import erase, refused, write

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=30)
# Each step with all that belongs to it; persons stand as roles.
FULL: dict[str, dict[str, Any]] = {
    "submitted": {"submitted_at": LATER, "submitted_by": Role.DISTRICT_LEAD},
    "approved": {"approved_at": LATER, "approved_by": Role.MINISTRY_LEAD},
    "issued": {"issued_at": LATER, "issued_by": Role.MINISTRY, "document_number": "ZV-1", "snapshot": {"year": 2023}},
    "signed": {"signed_at": LATER},
    "published": {"published_at": LATER, "published_by": Role.MINISTRY},
    "withdrawn": {"withdrawn_at": LATER, "withdrawn_by": Role.MINISTRY, "ended_reason": "Betrag falsch."},
    "terminated": {"terminated_at": LATER, "terminated_by": Role.MINISTRY, "ended_reason": "Programm beendet."},
    "draft": {"submitted_at": None, "submitted_by": None, "approved_at": None, "approved_by": None},
}
BLANK = {"document_number": "", "ended_reason": ""}
NAME = {
    "submitted": "agreementversion_submitted_by_person",
    "approved": "agreementversion_approved_by_person",
    "issued": "agreementversion_issued_with_snapshot",
    "signed": "agreementversion_signed_with_date",
    "published": "agreementversion_published_by_person",
    "withdrawn": "agreementversion_withdrawn_with_reason",
    "terminated": "agreementversion_terminated_with_reason",
}
BEFORE = {step: min(starts) for starts, step in TRANSITIONS.values()}
LACKING = [(step, field) for step, name in NAME.items() for field in FULL[step]]


def at(version: AgreementVersion, **values: Any) -> None:
    """Write the values as one update past all forms; roles become persons. Who signs has signed before."""
    if version.status == "issued" and values.get("status") == "signed" and not version.signatures.exists():
        make.signature(version, "land")
        make.signature(version, "district")
    AgreementVersion.objects.filter(pk=version.pk).update(**persons(version.agreement, values))


def persons(agreement: Agreement, values: Mapping[str, Any]) -> dict[str, Any]:
    def real(value: Any) -> Any:
        if not isinstance(value, Role):
            return value
        return make.person(value, agreement.district if value == Role.DISTRICT_LEAD else None)

    return {name: real(value) for name, value in values.items()}


@pytest.mark.parametrize(("step", "field"), LACKING, ids=[f"{step}-without-{field}" for step, field in LACKING])
def test_status_without_what_belongs_to_it_is_refused(step: str, field: str) -> None:
    version = make.version(status=BEFORE[Status(step)])
    with refused(NAME[step]):
        at(version, status=step, **(FULL[step] | {field: BLANK.get(field)}))
    at(version, status=step, **FULL[step])


@pytest.mark.parametrize("field", ["submitted_at", "approved_at", "issued_at", "signed_at", "published_at"])
def test_draft_with_a_stamp_of_a_later_step_is_refused(field: str) -> None:
    version = make.version()
    with refused("agreementversion_draft_is_blank"):
        at(version, **{field: LATER})


@pytest.mark.parametrize(
    ("status", "stamps", "name"),
    [
        ("draft", {"withdrawn_at": LATER}, "agreementversion_withdrawn_with_reason"),
        ("draft", {"withdrawn_by": Role.MINISTRY}, "agreementversion_withdrawn_with_reason"),
        ("approved", {"terminated_at": LATER}, "agreementversion_terminated_with_reason"),
        ("draft", {"returned_at": LATER, "returned_by": Role.MINISTRY}, "agreementversion_returned_with_reason"),
        ("draft", {"returned_at": LATER, "return_reason": "Plätze"}, "agreementversion_returned_with_reason"),
        ("draft", {"returned_by": Role.MINISTRY, "return_reason": "Pl."}, "agreementversion_returned_with_reason"),
    ],
)
def test_stamp_that_does_not_fit_the_status_is_refused(status: str, stamps: dict[str, Any], name: str) -> None:
    version = make.version(status=status)
    with refused(name):
        at(version, **stamps)


@pytest.mark.parametrize("step", ["approved", "issued", "signed", "published", "terminated"])
def test_step_dated_before_the_one_before_it_is_refused(step: str) -> None:
    version = make.version(status=BEFORE[Status(step)])
    early = {name: START if name.endswith("_at") else value for name, value in FULL[step].items()}
    with refused("agreementversion_moments_in_order"):
        at(version, status=step, **early)


@pytest.mark.parametrize("field", ["submitted_by", "prepared_by"])
def test_approval_by_who_prepared_or_submitted_is_refused(field: str) -> None:
    version = make.version(status="submitted")
    lead = make.person(Role.MINISTRY_LEAD)
    at(version, **{field: lead})
    with refused("agreementversion_approved_by_second_person", "Vier-Augen"):
        at(version, status="approved", approved_at=LATER, approved_by=lead)


ALLOWED = {(start, end) for starts, end in TRANSITIONS.values() for start in starts}
PAIRS = [pair for pair in product(Status.values, Status.values) if pair[0] != pair[1]]


@pytest.mark.parametrize(("start", "end"), PAIRS, ids=[f"{start}-to-{end}" for start, end in PAIRS])
def test_only_steps_of_the_transition_table_are_possible(start: str, end: str) -> None:
    version = make.version(status=start)
    if (start, end) in ALLOWED:
        at(version, status=end, **FULL[end])
    else:
        with refused("agreementversion_steps"):
            write(version, status=end)


def test_old_contract_is_issued_from_the_draft() -> None:
    version = make.version(taken_over=True)
    at(version, status="issued", **FULL["issued"])
    with refused("agreementversion_steps"):
        at(make.version(), status="issued", **FULL["issued"])


@pytest.mark.parametrize("signed", [[], ["land"], ["district"]], ids=["nobody", "the Land", "the district"])
def test_signed_without_both_signatures_is_refused(signed: list[str]) -> None:
    version = make.version(status="issued")
    for party in signed:
        make.signature(version, party)
    with refused("agreementversion_signed_by_both"):
        AgreementVersion.objects.filter(pk=version.pk).update(status="signed", signed_at=LATER)


def test_unknown_status_is_refused() -> None:
    with refused("agreementversion_status_known"):
        AgreementVersion.objects.create(**blank(make.agreement(), status="finished"))


@pytest.mark.parametrize("status", [status for status in Status.values if status != "draft"])
def test_version_that_does_not_begin_as_draft_is_refused(status: str) -> None:
    agreement = make.agreement()
    stamps = persons(agreement, {name: value for step in FULL for name, value in FULL[step].items() if value})
    ended = {name for end in ("withdrawn", "terminated") if end != status for name in FULL[end]}
    values = {name: value for name, value in stamps.items() if name not in ended}
    if status in ("withdrawn", "terminated"):
        values["ended_reason"] = "Grund."
    with refused("agreementversion_begins_as_draft"):
        AgreementVersion.objects.create(**blank(agreement, status=status, **values))


def blank(agreement: Agreement, **fields: Any) -> dict[str, Any]:
    wording = agreement.budget_year.wordings.first() or make.wording(agreement.budget_year)
    stamps = {"status_changed_at": START, "created_at": START}
    return {"agreement": agreement, "number": agreement.versions.count(), "wording": wording, **stamps, **fields}


@pytest.mark.parametrize("number", [1, 7])
def test_first_version_with_another_number_than_0_is_refused(number: int) -> None:
    with refused("agreementversion_number_without_gaps", "0"):
        AgreementVersion.objects.create(**blank(make.agreement(), number=number))


def test_number_that_is_taken_or_leaves_a_gap_is_refused() -> None:
    agreement = make.version(status="signed").agreement
    for number in (0, 2):
        with refused("agreementversion_number_without_gaps", "1"):
            AgreementVersion.objects.create(**blank(agreement, number=number))


def test_number_changed_afterwards_is_refused() -> None:
    with refused("agreementversion_steps"):
        write(make.version(), number=5)


def test_same_number_twice_is_refused_even_without_the_count() -> None:
    """The trigger counts first, so the constraint is seen only where the trigger is told to look away."""
    agreement = make.version(status="signed").agreement
    counted = pgtrigger.ignore("agreements.AgreementVersion:agreementversion_number_without_gaps")
    with counted, refused("agreementversion_number_unique"):
        AgreementVersion.objects.create(**blank(agreement, number=0))


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "issued"])
def test_second_open_version_is_refused(status: str) -> None:
    agreement = make.version(status=status).agreement
    with refused("agreementversion_one_open"):
        AgreementVersion.objects.create(**blank(agreement))


@pytest.mark.parametrize("status", ["signed", "published", "withdrawn", "terminated"])
def test_next_version_after_one_that_is_settled_is_accepted(status: str) -> None:
    agreement = make.version(status=status).agreement
    assert AgreementVersion.objects.create(**blank(agreement)).number == 1


def test_document_number_of_another_version_is_refused() -> None:
    number = make.version(status="issued").document_number
    version = make.version(status="approved")
    with refused("agreementversion_document_number_unique"):
        at(version, status="issued", **(FULL["issued"] | {"document_number": number}))


@pytest.mark.parametrize("status", Status.values)
def test_version_is_never_deleted(status: str) -> None:
    version = make.version(status=status)
    with refused("agreementversion_kept"):
        erase(version)


@pytest.mark.parametrize("field", ["agreement", "number", "taken_over"])
def test_identity_of_a_version_stays(field: str) -> None:
    version = make.version()
    other = make.agreement(version.agreement.budget_year)
    values = {"agreement": other.pk, "number": 3, "taken_over": True}
    with refused("agreementversion_steps"):
        write(version, **{field: values[field]})


def test_wording_of_another_vintage_is_refused() -> None:
    version = make.version()
    foreign = make.wording(make.budget_year())
    with refused("agreementversion_fits_agreement"):
        write(version, wording=foreign.pk)
    with refused("agreementversion_fits_agreement"):
        AgreementVersion.objects.create(**blank(make.agreement(), wording=foreign))


def test_base_of_another_agreement_is_refused() -> None:
    foreign = make.version(status="signed")
    version = make.version()
    with refused("agreementversion_fits_agreement"):
        write(version, base=foreign.pk)


def test_version_that_changes_itself_is_refused() -> None:
    version = make.version()
    with refused("agreementversion_fits_agreement"):
        write(version, base=version.pk)


def test_agreement_twice_for_vintage_and_district_is_refused() -> None:
    agreement = make.agreement()
    with refused("agreement_unique"):
        make.agreement(agreement.budget_year, agreement.district)


def test_agreement_given_to_another_district_is_refused() -> None:
    agreement = make.version(status="published").agreement
    with refused("agreement_keeps_identity"):
        write(agreement, district=make.district().pk)
    with refused("agreement_keeps_identity"):
        write(agreement, budget_year=make.budget_year().pk)


def test_approval_above_the_allocation_by_one_cent_is_refused() -> None:
    version = make.version(status="submitted")
    Allocation.objects.update(amount=Decimal("99999.99"))
    with refused("agreementversion_within_allocation", "Regelbudget", "0,01 €"):
        at(version, status="approved", **FULL["approved"])
    Allocation.objects.update(amount=Decimal("100000.00"))
    at(version, status="approved", **FULL["approved"])


def test_approval_of_a_line_without_allocation_is_refused() -> None:
    agreement = make.agreement()
    version = make.version(agreement, "submitted", lines={make.line(agreement.budget_year): "0.01"}, entries=0)
    with refused("agreementversion_within_allocation"):
        at(version, status="approved", **FULL["approved"])


def test_old_contract_above_its_allocation_is_refused() -> None:
    version = make.version(taken_over=True)
    Allocation.objects.update(amount=Decimal("1.00"))
    with refused("agreementversion_within_allocation"):
        at(version, status="issued", **FULL["issued"])


def test_line_raised_above_the_allocation_after_approval_is_refused() -> None:
    version = make.version(status="approved")
    with refused("agreementline_within_allocation", "0,01 €"):
        write(version.lines.get(), amount="100000.01")
    with refused("agreementline_within_allocation"):
        make.agreement_line(version, make.line(version.agreement.budget_year), "0.01")


def test_person_who_took_a_step_cannot_be_deleted() -> None:
    lead = make.version(status="approved").approved_by
    assert isinstance(lead, User)
    with pytest.raises(IntegrityError), transaction.atomic():
        erase(lead, at_once=True)
