"""Who is told what about an agreement's life: each step by its action, against one table."""

from collections.abc import Iterator
from typing import Any

import pytest

from agreements.actions import drafting, evidence, plan, signing, steps, talk
from agreements.models import Party
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import District, Mail, Notice, Subscription, User
from tests import factories as make
from tests.agreements.actors import NOW, REASON, proof, sign, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


class Crew:
    """Everybody there is: two clerks and two leads of the ministry, two people of the district, and those who only read."""

    def __init__(self) -> None:
        make.ministry()
        self.place: District = make.district(sort_name="Offenbach")
        self.clerk, self.second = make.user(name="clerk"), make.user(name="second")
        self.lead = make.user(Role.MINISTRY_LEAD, name="lead")
        self.district_lead = make.user(Role.DISTRICT_LEAD, self.place, name="district lead")
        self.district = make.user(Role.DISTRICT, self.place, name="district")
        make.user(Role.DISTRICT, self.place, name="closed", is_active=False)
        make.user(Role.DISTRICT_LEAD, name="foreign")
        make.user(Role.AUDITOR, name="auditor")
        make.user(Role.GRANT_OFFICE, name="grant office")
        make.operator(name="operator")
        for person in User.objects.all():
            Subscription.objects.create(person=person, mails="at_once")

    def version(self, status: str = "draft", **fields: Any) -> Any:
        line = make.line(make.budget_year(year=2026))
        make.allocation(line, self.place)
        return make.version(make.agreement(line.budget_year, self.place), status, **fields)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def told() -> dict[str, str]:
    """Who was told what: name of the person -> title; nobody twice."""
    found = [(str(one.recipient), one.title) for one in Notice.objects.unread().select_related("recipient")]
    assert len(dict(found)) == len(found), found
    return dict(found)


MINISTRY, DISTRICT = ("clerk", "second", "lead"), ("district lead", "district")
NAME = "Zielvereinbarung 2026"


def to(people: tuple[str, ...], title: str, *but: str) -> dict[str, str]:
    return {name: title for name in people if name not in but}


def test_submitted_goes_to_the_ministry_and_to_the_colleagues(crew: Crew) -> None:
    version = crew.version(entries=1)
    steps.submit(version=version, by=crew.district_lead)
    assert told() == to(MINISTRY, f"{NAME} eingereicht: Landkreis Offenbach") | {"district": f"{NAME} eingereicht"}


def test_returned_goes_to_the_district_with_the_reason(crew: Crew) -> None:
    steps.return_to_draft(version=crew.version("submitted"), reason=REASON, by=crew.clerk)
    assert told() == to(DISTRICT, f"{NAME} zur Überarbeitung zurückgegeben")
    assert {one.text for one in Notice.objects.all()} == {f"„{REASON}“"}
    assert {one.actor for one in Notice.objects.all()} == {crew.clerk}


def test_approved_goes_to_those_who_issue(crew: Crew) -> None:
    steps.approve(version=crew.version("submitted", entries=1), by=crew.lead)
    assert told() == to(("clerk", "second"), f"{NAME} freigegeben: Landkreis Offenbach")


def test_issued_goes_to_the_district_with_the_number(crew: Crew) -> None:
    version = steps.issue(version=crew.version("approved", entries=1), by=crew.clerk)
    assert told() == to(DISTRICT, f"{NAME} ausgefertigt")
    assert version.document_number in Notice.objects.all()[0].text


@pytest.mark.parametrize(
    ("step", "status", "words"),
    [
        (steps.publish, "signed", "veröffentlicht"),
        (steps.withdraw, "issued", "zurückgezogen"),
        (steps.terminate, "published", "beendet"),
    ],
)
def test_later_steps_go_to_the_district(crew: Crew, step: Any, status: str, words: str) -> None:
    reason = {} if words == "veröffentlicht" else {"reason": REASON}
    step(version=crew.version(status), by=crew.clerk, **reason)
    assert told() == to(DISTRICT, f"{NAME} {words}")


def test_amendment_goes_to_the_district_but_not_to_who_begins_it(crew: Crew) -> None:
    version = crew.version("published")
    make.wording(version.agreement.budget_year, kind="amendment")
    drafting.amend(agreement=version.agreement, reason=REASON, by=crew.district_lead)
    assert told() == {"district": "Änderungsvereinbarung (Fassung 1) zu 2026 begonnen"}


def test_copy_of_a_withdrawn_version_goes_to_the_district(crew: Crew) -> None:
    drafting.follow_up(version=crew.version("withdrawn"), by=crew.clerk)
    assert told() == to(DISTRICT, "Zielvereinbarung (Fassung 1) 2026 liegt zur Bearbeitung bei Ihnen")


def test_opened_vintage_goes_to_each_district_with_its_own_allocation(crew: Crew) -> None:
    line = make.line(make.budget_year(year=2026), amount="2000000.00")
    make.wording(line.budget_year)
    make.allocation(line, crew.place, "1356400.00")
    plan.open_budget_year(budget_year=line.budget_year, by=crew.clerk)
    foreign = {"foreign": "Zuweisung 2026: 0,00\u00a0€"}
    assert told() == to(DISTRICT, "Zuweisung 2026: 1.356.400,00\u00a0€") | foreign
    assert {mail.subject for mail in Mail.objects.all()} == {"AQB: AQB 2026 ist eröffnet"}
    plan.open_budget_year(budget_year=line.budget_year, by=crew.clerk)
    assert Notice.objects.count() == 3, "opening again tells nothing again"


def test_answers_go_to_who_asked_and_are_counted(crew: Crew) -> None:
    version = crew.version()
    for _ in range(2):
        talk.answer_remark(remark=make.remark(version, author=crew.second), answer="Ja.", by=crew.district)
    assert told() == {"second": "2 Anmerkungen beantwortet: Landkreis Offenbach"}


def test_evidence_of_the_district_goes_to_the_clerks(crew: Crew) -> None:
    version = crew.version("issued")
    upload(version, crew.district)
    assert told() == to(("clerk", "second"), "Beleg eingegangen: Landkreis Offenbach")


def test_evidence_that_came_by_post_is_told_to_its_district(crew: Crew) -> None:
    upload(crew.version("issued"), crew.clerk)
    assert told() == to(DISTRICT, "Beleg erhalten")


def test_evidence_of_the_land_is_told_to_nobody(crew: Crew) -> None:
    evidence.attach(
        version=crew.version("issued"), party=Party.LAND, content=b"%PDF-1.7 scan", form="paper", findings={},  # type: ignore[arg-type]
        by=crew.clerk,
    )  # fmt: skip
    assert told() == {}


@pytest.mark.parametrize(("by", "expected"), [("district", DISTRICT), ("second", ("second",))])
def test_rejected_evidence_goes_back_to_where_it_came_from(crew: Crew, by: str, expected: tuple[str, ...]) -> None:
    found = upload(crew.version("issued"), getattr(crew, by))
    evidence.reject(evidence=found, reason=REASON, by=crew.clerk)
    rejected = {name: title for name, title in told().items() if title.startswith("Beleg zurückgewiesen")}
    assert rejected == to(expected, f"Beleg zurückgewiesen: {NAME}")


def test_signature_waits_for_whoever_may_confirm_it(crew: Crew) -> None:
    """Neither who recorded it nor who brought the proof; and it is over once one of them has done it."""
    version = crew.version("issued")
    found = upload(version, crew.second)
    signature = sign(version, crew.clerk, "district", evidence=found.document)
    assert told() == {"lead": "Unterschrift zu bestätigen: Landkreis Offenbach"}
    signing.confirm_signature(signature=signature, by=crew.lead)
    assert told() == {}


def test_removed_signature_waits_for_nobody(crew: Crew) -> None:
    version = crew.version("issued")
    signature = sign(version, crew.clerk, "district")
    assert "lead" in told()
    signing.remove_signature(signature=signature, by=crew.clerk)
    assert "lead" not in told()


def test_last_signature_is_told_to_the_district(crew: Crew) -> None:
    version = crew.version("issued")
    for party in ("land", "district"):
        signature = sign(version, crew.clerk, party, evidence=proof(version, party))
        signing.confirm_signature(signature=signature, by=crew.lead)
    assert told() == to(DISTRICT, f"{NAME} von allen unterzeichnet")


def test_next_step_makes_old_what_was_told_before(crew: Crew) -> None:
    """A clerk does not read of 27 submissions that are approved already."""
    version = crew.version(entries=1)
    steps.submit(version=version, by=crew.district_lead)
    steps.return_to_draft(version=version, reason=REASON, by=crew.clerk)
    assert told() == to(DISTRICT, f"{NAME} zur Überarbeitung zurückgegeben")


def test_step_that_is_refused_tells_nobody(crew: Crew) -> None:
    version = crew.version()
    with pytest.raises(Refused):
        steps.submit(version=version, by=crew.district_lead)  # there is no project
    with pytest.raises(Refused):
        steps.return_to_draft(version=version, reason=REASON, by=crew.clerk)  # nothing is submitted
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_step_that_fails_at_its_end_tells_nobody(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper is made after the step was told: without it there was no step."""
    version = crew.version("approved", entries=1)

    def broken(snapshot: object) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr("agreements.actions.steps.paper.render", broken)
    with pytest.raises(OSError, match="space"):
        steps.issue(version=version, by=crew.clerk)
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)
