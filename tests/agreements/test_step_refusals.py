"""Every condition of a step: what refuses, in which words, and what lets it pass."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from agreements import checks
from agreements.actions import drafting, steps, talk
from agreements.models import AgreementVersion, Allocation, Document
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import District, Ministry, User
from projects.models import ProjectEntry
from tests import factories as make
from tests.agreements.actors import NOW, STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def lead_of(version: AgreementVersion) -> User:
    return make.person(Role.DISTRICT_LEAD, version.agreement.district)


def refused(step: str, version: AgreementVersion, by: User, *words: str) -> None:
    """Page and action refuse alike, with one sentence that holds the words, and nothing changes."""
    before = version.status
    offered = next(one for one in checks.steps_for(version, by) if one.name == step)
    with pytest.raises(Refused) as caught:
        STEPS[step](version, by)
    assert caught.value.reasons == offered.refusals
    assert any(all(word in reason for word in words) for reason in caught.value.reasons), caught.value.reasons
    version.refresh_from_db()
    assert version.status == before


class TestSubmit:
    def test_without_a_project_is_refused(self) -> None:
        version = make.version()
        refused("submit", version, lead_of(version), "Projekt")

    @pytest.mark.parametrize(
        ("lack", "word"),
        [
            ({"title": ""}, "Titel"),
            ({"category": None}, "Maßnahmenart"),
            ({"provider": None}, "Träger"),
            ({"implementation": ""}, "durchführt"),
            ({"description": ""}, "Kurzbeschreibung"),
            ({"starts_on": None}, "Beginn"),
            ({"ends_on": None}, "Ende"),
            ({"target_groups": []}, "Zielgruppe"),
            ({"legal_circles": []}, "Rechtskreis"),
        ],
    )
    def test_with_an_incomplete_entry_is_refused_naming_what_is_missing(self, lack: dict[str, Any], word: str) -> None:
        version = make.version(entries=1)
        ProjectEntry.objects.update(**lack)
        refused("submit", version, lead_of(version), word)

    def test_with_an_entry_without_money_is_refused(self) -> None:
        version = make.version(entries=1)
        make.entry(version, title="Ohne Geld")
        refused("submit", version, lead_of(version), "Ohne Geld", "Betrag")

    def test_of_staff_training_needs_no_target_group(self) -> None:
        version = make.version()
        staff = make.category("PQ", has_participants=False)
        make.entry(version, amount="1.00", category=staff, target_groups=[], legal_circles=[])
        assert STEPS["submit"](version, lead_of(version)).status == "submitted"

    def test_above_the_allocation_is_refused_with_the_difference(self) -> None:
        version = make.version(entries=1)
        Allocation.objects.update(amount=Decimal("99999.99"))
        refused("submit", version, lead_of(version), "Regelbudget", "0,01", "Zuweisung")

    def test_without_lines_is_refused(self) -> None:
        version = make.version(lines={})
        refused("submit", version, lead_of(version), "Ansätze")

    def test_with_an_unanswered_remark_is_refused_until_it_is_answered(self) -> None:
        version = make.version(entries=1)
        remark = make.remark(version)
        refused("submit", version, lead_of(version), "Anmerkung")
        talk.answer_remark(remark=remark, answer="Zwanzig.", by=lead_of(version))
        assert STEPS["submit"](version, lead_of(version)).status == "submitted"

    def test_with_a_remark_that_is_done_passes(self) -> None:
        version = make.version(entries=1)
        talk.close_remark(remark=make.remark(version), by=make.user())
        assert STEPS["submit"](version, lead_of(version)).status == "submitted"

    @pytest.mark.parametrize(
        "fields",
        [
            {"confirmed": False},
            {"valid_to": NOW.date() - timedelta(days=1)},
            {"valid_from": NOW.date() + timedelta(days=1)},
        ],
        ids=["not confirmed", "expired", "not yet"],
    )
    def test_without_a_current_strategy_is_refused_where_the_vintage_asks(self, fields: dict[str, Any]) -> None:
        version = make.version(make.agreement(make.budget_year(strategy_required=True)), entries=1)
        make.strategy(version.agreement.district, **fields)
        refused("submit", version, lead_of(version), "strategie")
        make.strategy(version.agreement.district)
        assert STEPS["submit"](version, lead_of(version)).status == "submitted"

    def test_without_a_strategy_passes_where_the_vintage_does_not_ask(self) -> None:
        version = make.version(entries=1)
        assert STEPS["submit"](version, lead_of(version)).status == "submitted"

    def test_with_several_slips_names_them_all(self) -> None:
        version = make.version()
        make.entry(version, title="Eins", description="")
        make.remark(version)
        with pytest.raises(Refused) as caught:
            STEPS["submit"](version, lead_of(version))
        assert len(caught.value.reasons) == 2


class TestReasons:
    @pytest.mark.parametrize("reason", ["", "   ", "\n"])
    def test_step_that_needs_a_reason_refuses_without(self, reason: str) -> None:
        submitted, signed = make.version(status="submitted"), make.version(status="signed")
        by = make.user()
        with pytest.raises(Refused, match="Grund"):
            steps.return_to_draft(version=submitted, reason=reason, by=by)
        with pytest.raises(Refused, match="Grund"):
            steps.withdraw(version=submitted, reason=reason, by=by)
        with pytest.raises(Refused, match="Grund"):
            steps.terminate(version=signed, reason=reason, by=by)
        with pytest.raises(Refused, match="Anlass"):
            drafting.amend(agreement=signed.agreement, reason=reason, by=by)


class TestFourEyes:
    def test_lead_who_changed_lines_does_not_approve(self) -> None:
        version = make.version(status="submitted")
        lead = make.user(Role.MINISTRY_LEAD)
        line = version.lines.get()
        drafting.set_lines(version=version, amounts={line.line_id: Decimal("90000.00")}, by=lead)
        version.refresh_from_db()
        assert version.prepared_by == lead
        refused("approve", version, lead, "Vier-Augen")
        assert STEPS["approve"](version, make.user(Role.MINISTRY_LEAD)).status == "approved"

    def test_lead_who_chose_the_wording_does_not_approve(self) -> None:
        version = make.version(status="submitted")
        lead = make.user(Role.MINISTRY_LEAD)
        newer = make.wording(version.agreement.budget_year)
        drafting.choose_wording(version=version, wording=newer, by=lead)
        version.refresh_from_db()
        refused("approve", version, lead, "Vier-Augen")

    def test_only_the_last_who_prepared_counts(self) -> None:
        version = make.version(status="submitted")
        lead, other = make.user(Role.MINISTRY_LEAD), make.user(Role.MINISTRY)
        for by, amount in ((lead, "90000.00"), (other, "80000.00")):
            drafting.set_lines(version=version, amounts={version.lines.get().line_id: Decimal(amount)}, by=by)
        assert STEPS["approve"](version, lead).approved_by == lead

    def test_who_submitted_and_became_lead_of_the_ministry_does_not_approve(self) -> None:
        version = make.version(status="submitted")
        submitter = version.submitted_by
        assert submitter is not None
        User.objects.filter(pk=submitter.pk).update(role=Role.MINISTRY_LEAD, district=None)
        refused("approve", version, User.objects.get(pk=submitter.pk), "Vier-Augen")

    def test_follow_up_by_a_lead_is_approved_by_another(self) -> None:
        lead = make.user(Role.MINISTRY_LEAD)
        copy = drafting.follow_up(version=make.version(status="withdrawn", entries=1), by=lead)
        copy = STEPS["submit"](copy, lead_of(copy))
        refused("approve", copy, lead, "Vier-Augen")


class TestApproveAndIssue:
    def test_approval_above_the_allocation_is_refused(self) -> None:
        version = make.version(status="submitted")
        Allocation.objects.update(amount=Decimal("1.00"))
        refused("approve", version, make.user(Role.MINISTRY_LEAD), "Regelbudget", "99.999,00")

    def test_approval_of_an_incomplete_entry_is_refused(self) -> None:
        version = make.version(status="submitted")
        ProjectEntry.objects.update(description="")
        refused("approve", version, make.user(Role.MINISTRY_LEAD), "Kurzbeschreibung")

    def test_issue_with_a_missing_grammatical_form_is_refused_and_changes_nothing(self) -> None:
        make.ministry()
        version = make.version(status="approved")
        District.objects.update(dative="")
        with pytest.raises(Refused, match="Dativ"):
            STEPS["issue"](version, make.user())
        version.refresh_from_db()
        assert (version.status, version.snapshot, version.document_number) == ("approved", None, "")
        assert not Document.objects.exists()

    def test_issue_without_a_ministry_in_force_is_refused(self) -> None:
        version = make.version(status="approved")
        assert not Ministry.objects.exists()
        with pytest.raises(Refused, match="kein Ressort"):
            STEPS["issue"](version, make.user())
