"""What comes after a signed or a withdrawn version: amendments and copies, what they take along and what not."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from agreements import checks
from agreements.actions import drafting, steps
from agreements.models import Agreement, AgreementVersion, Document, StatusChange, Wording
from aqb import clock
from aqb.access import Refused, Role
from projects.models import FundingShare, Project, ProjectEntry
from tests import factories as make
from tests.agreements.actors import NOW, REASON, STEPS, sign_and_confirm
from tests.truths import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def signed(status: str = "published", entries: int = 2) -> AgreementVersion:
    """A version in force with all that an amendment must not take along."""
    version = make.version(entries=entries)
    make.signatory(version, "land")
    make.signatory(version, "district")
    make.remark(version, done_at=NOW, done_by=make.person(Role.MINISTRY))
    for step in make.WAY[: make.WAY.index(status) + 1]:
        make.go(version, step)
    make.wording(version.agreement.budget_year, kind=Wording.Kind.AMENDMENT)
    return version


def amend(version: AgreementVersion, **fields: Any) -> AgreementVersion:
    values = {"agreement": version.agreement, "reason": REASON, "by": make.person(Role.MINISTRY), **fields}
    return drafting.amend(**values)


def content(version: AgreementVersion) -> list[tuple[Any, ...]]:
    """All that a version states about its projects and money, without the identity of the rows."""
    own = {"id", "version", "changed_at", "changed_by"}
    fields = [field.attname for field in ProjectEntry._meta.concrete_fields if field.name not in own]
    entries = ProjectEntry.objects.filter(version=version).order_by("position")
    shares = FundingShare.objects.filter(entry__version=version)
    return [
        *version.lines.order_by("line").values_list("line", "amount"),
        *(tuple(map(str, row)) for row in entries.values_list(*fields)),
        *shares.order_by("pk").values_list("entry__project", "line", "cash_year", "amount"),
    ]


def test_amendment_takes_lines_projects_and_money_along() -> None:
    base = signed()
    amendment = amend(base)
    assert content(amendment) == content(base)
    assert len(content(amendment)) == 1 + 2 + 2
    assert Project.objects.count() == 2, "the projects are the same, only their entries are new"
    assert (amendment.number, amendment.base, amendment.reason, amendment.status) == (1, base, REASON, "draft")
    assert amendment.wording.kind == Wording.Kind.AMENDMENT


def test_amendment_takes_nothing_else_along() -> None:
    amendment = amend(signed())
    assert not amendment.signatures.exists()
    assert not amendment.documents.exists()
    assert not amendment.remarks.exists()
    stamps = ("submitted", "returned", "approved", "issued", "published", "withdrawn", "terminated")
    assert [getattr(amendment, f"{stamp}_{what}") for stamp in stamps for what in ("at", "by")] == [None] * 14
    assert (amendment.signed_at, amendment.snapshot, amendment.document_number) == (None, None, "")
    assert (amendment.prepared_by, amendment.return_reason, amendment.ended_reason) == (None, "", "")
    assert amendment.ministry is None
    assert not amendment.taken_over


def test_amendment_leaves_a_trace_and_its_base_as_it_was() -> None:
    base = signed()
    before = AgreementVersion.objects.filter(pk=base.pk).values().get()
    amendment = amend(base)
    assert AgreementVersion.objects.filter(pk=base.pk).values().get() == before
    trace = StatusChange.objects.get(version=amendment)
    assert (trace.from_status, trace.to_status, trace.reason) == ("", "draft", REASON)


def test_changing_an_amendment_leaves_its_base_alone() -> None:
    base = signed()
    before = content(base)
    amendment = amend(base)
    FundingShare.objects.filter(entry__version=amendment).update(amount=Decimal("1.00"))
    ProjectEntry.objects.filter(version=amendment).update(title="Anders")
    assert content(base) == before


def test_amendment_goes_the_whole_way_and_replaces_its_base() -> None:
    base = signed()
    version = amend(base)
    lead = make.person(Role.DISTRICT_LEAD, base.agreement.district)
    version = STEPS["submit"](version, lead)
    version = STEPS["approve"](version, make.person(Role.MINISTRY_LEAD))
    version = STEPS["issue"](version, make.person(Role.MINISTRY))
    assert base.agreement.versions.in_force().get() == base, "until it is signed, the base is in force"
    sign_and_confirm(version, make.person(Role.MINISTRY), "land")
    sign_and_confirm(version, make.person(Role.MINISTRY), "district")
    assert base.agreement.versions.in_force().get() == version
    assert version.document_number.endswith("-1")


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "issued"])
def test_amendment_of_what_is_not_signed_is_refused(status: str) -> None:
    with pytest.raises(Refused, match="in Arbeit"):
        amend(make.version(status=status))


@pytest.mark.parametrize("status", ["withdrawn", "terminated"])
def test_amendment_of_what_is_not_in_force_is_refused(status: str) -> None:
    version = make.version(status=status)
    make.wording(version.agreement.budget_year, kind=Wording.Kind.AMENDMENT)
    with pytest.raises(Refused, match="unterzeichnete"):
        amend(version)


def test_second_amendment_while_one_is_open_is_refused() -> None:
    base = signed()
    amend(base)
    with pytest.raises(Refused, match="in Arbeit"):
        amend(base)


def test_amendment_without_a_released_wording_is_refused() -> None:
    version = make.version(status="signed")
    make.wording(version.agreement.budget_year, kind=Wording.Kind.AMENDMENT, released=False)
    with pytest.raises(Refused, match="Vertragstext"):
        amend(version)


def test_amendment_after_a_withdrawn_amendment_changes_what_is_in_force() -> None:
    base = signed()
    first = amend(base)
    steps.withdraw(version=first, reason=REASON, by=make.person(Role.MINISTRY))
    second = amend(base)
    assert (second.number, second.base) == (2, base)


def test_amendment_of_an_amendment_names_the_newest_in_force() -> None:
    first = make.version(status="signed")
    agreement = first.agreement
    second = make.version(agreement, "published", base=first)
    assert amend(first).base == second


def test_district_lead_amends_only_the_own_agreement() -> None:
    version = signed()
    with pytest.raises(Refused) as caught:
        amend(version, by=make.user(Role.DISTRICT_LEAD))
    assert caught.value.status == 403
    assert amend(version, by=make.person(Role.DISTRICT_LEAD, version.agreement.district)).number == 1


def test_copy_after_a_withdrawn_version_states_the_same() -> None:
    version = make.version(status="approved", entries=2)
    make.signatory(version, "district", name="Oliver Quilling")
    steps.withdraw(version=version, reason=REASON, by=make.person(Role.MINISTRY))
    by = make.user()
    copy = drafting.follow_up(version=version, by=by)
    assert content(copy) == content(version)
    assert (copy.number, copy.base, copy.status) == (1, None, "draft")
    assert [person.name for person in copy.signatories.all()] == ["Oliver Quilling"]
    copy.refresh_from_db()
    assert copy.prepared_by == by
    version.refresh_from_db()
    assert version.status == "withdrawn"


def test_copy_of_a_withdrawn_amendment_is_an_amendment_again() -> None:
    base = signed()
    amendment = amend(base)
    steps.withdraw(version=amendment, reason=REASON, by=make.person(Role.MINISTRY))
    copy = drafting.follow_up(version=AgreementVersion.objects.get(pk=amendment.pk), by=make.person(Role.MINISTRY))
    assert (copy.number, copy.base, copy.wording.kind) == (2, base, Wording.Kind.AMENDMENT)


def test_copy_of_what_was_issued_has_no_paper_and_no_number() -> None:
    version = make.version(status="issued", entries=1)
    by = make.person(Role.MINISTRY)
    version = steps.withdraw(version=version, reason=REASON, by=by)
    copy = drafting.follow_up(version=version, by=by)
    assert (copy.document_number, copy.snapshot, copy.issued_at) == ("", None, None)
    assert Document.objects.get().version == version, "the withdrawn paper stays"


def test_second_copy_of_a_withdrawn_version_is_refused() -> None:
    version = make.version(status="withdrawn")
    drafting.follow_up(version=version, by=make.user())
    with pytest.raises(Refused, match="weitere"):
        drafting.follow_up(version=version, by=make.user())


@pytest.mark.parametrize("status", ["draft", "issued", "signed", "terminated"])
def test_copy_of_what_is_not_withdrawn_is_refused(status: str) -> None:
    with pytest.raises(Refused, match="zurückgezogen"):
        drafting.follow_up(version=make.version(status=status), by=make.user())


@pytest.mark.django_db(transaction=True)
def test_two_people_amend_at_once_and_one_reads_why_not() -> None:
    base = signed()
    by = make.person(Role.MINISTRY)
    results = at_once(lambda: amend(base, by=by), lambda: amend(base, by=by))
    refused = [result for result in results if isinstance(result, Refused)]
    assert not any(isinstance(result, IntegrityError) for result in results)
    assert [refusal.reasons[0][:34] for refusal in refused] == ["Es ist schon eine Fassung in Arbeit"[:34]]
    assert Agreement.objects.get().versions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_leads_submit_at_once_and_one_reads_why_not() -> None:
    version = make.version(entries=1)
    leads = [make.user(Role.DISTRICT_LEAD, version.agreement.district) for _ in range(2)]
    results = at_once(*(lambda lead=lead: STEPS["submit"](version, lead) for lead in leads))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert checks.whose_turn(AgreementVersion.objects.get()) == "ministry"
    assert StatusChange.objects.filter(to_status="submitted").count() == 1
