"""Every step of a version x every status x everybody, and what a step that is possible writes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from agreements import checks
from agreements.models import TRANSITIONS, AgreementVersion, Document, Status, StatusChange, Wording
from aqb import clock
from aqb.access import Refused
from aqb.models import User
from tests import factories as make
from tests.agreements.actors import ACTORS, NOW, REASON, STEPS

pytestmark = pytest.mark.django_db

MINISTRY = {"ministry", "ministry_lead"}
# Step -> the statuses from which it is possible, and for whom: DESIGN 4, written down a second time on purpose.
EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "submit": ({"draft"}, {"own district_lead"}),
    "return": ({"submitted", "approved"}, MINISTRY),
    "approve": ({"submitted"}, {"ministry_lead"}),
    "issue": ({"approved"}, MINISTRY),
    "upload": ({"issued"}, MINISTRY | {"own district", "own district_lead"}),
    "sign": ({"issued"}, MINISTRY),
    "publish": ({"signed"}, MINISTRY),
    "withdraw": ({"draft", "submitted", "approved", "issued"}, MINISTRY),
    "terminate": ({"signed", "published"}, MINISTRY),
    "amend": ({"signed", "published"}, MINISTRY | {"own district_lead"}),
    "follow_up": ({"withdrawn"}, MINISTRY),
}
LEADS_TO = {
    "submit": "submitted",
    "return": "draft",
    "approve": "approved",
    "issue": "issued",
    "publish": "published",
    "withdraw": "withdrawn",
    "terminate": "terminated",
}


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def ready(status: str) -> AgreementVersion:
    """A version whose content lets every step pass."""
    version = make.version(status=status, entries=1)
    make.wording(version.agreement.budget_year, kind=Wording.Kind.AMENDMENT)
    make.strategy(version.agreement.district)
    make.ministry()
    return version


def outcome(step: str, version: AgreementVersion, by: User) -> tuple[str, str]:
    """What the action answers: done, or how it refuses; everything it did is taken back."""
    try:
        with transaction.atomic():
            STEPS[step](version, by)
            transaction.set_rollback(True)
    except Refused as refusal:
        return str(refusal.status), " ".join(refusal.reasons)
    return "done", ""


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("actor", ACTORS)
def test_step_in_every_status_by_everybody_answers_as_expected(actor: str, status: str) -> None:
    version = ready(status)
    by = ACTORS[actor](version.agreement.district, make.district())
    offered = {step.name: step for step in checks.steps_for(version, by)}
    for step, (statuses, actors) in EXPECTED.items():
        answer, said = outcome(step, AgreementVersion.objects.get(pk=version.pk), by)
        allowed = "403" if actor not in actors else "done" if status in statuses else "409"
        assert answer == allowed, f"{step} of {status} by {actor}: {said}"
        assert answer == "done" or said.endswith("."), said
        if step in TRANSITIONS:
            possible = step in offered and offered[step].is_possible
            assert possible == (answer == "done"), f"the page offers {step} otherwise than the action takes it"


@pytest.mark.parametrize("status", Status.values)
def test_nothing_is_written_by_a_refused_step(status: str) -> None:
    version = ready(status)
    by = make.operator()
    before = AgreementVersion.objects.filter(pk=version.pk).values().get()
    changes = StatusChange.objects.count()
    for step in STEPS:
        with pytest.raises(Refused):
            STEPS[step](version, by)
    assert AgreementVersion.objects.filter(pk=version.pk).values().get() == before
    assert StatusChange.objects.count() == changes
    assert AgreementVersion.objects.count() == 1


def test_the_table_names_every_transition() -> None:
    assert set(TRANSITIONS) <= set(EXPECTED)
    for step, (starts, end) in TRANSITIONS.items():
        assert {str(start) for start in starts} == EXPECTED[step][0]
        assert LEADS_TO.get(step, "signed") == end
    assert EXPECTED.keys() == STEPS.keys()


def test_steps_are_offered_in_the_order_of_the_life() -> None:
    names = {status: [step.name for step in checks.steps_for(ready(status), make.user())] for status in Status.values}
    assert names == {
        "draft": ["submit", "withdraw"],
        "submitted": ["return", "approve", "withdraw"],
        "approved": ["return", "issue", "withdraw"],
        "issued": ["sign", "withdraw"],
        "signed": ["publish", "terminate"],
        "published": ["terminate"],
        "withdrawn": [],
        "terminated": [],
    }


def test_steps_that_need_a_reason_say_so() -> None:
    needing = {
        step.name
        for status in Status.values
        for step in checks.steps_for(ready(status), make.user())
        if step.needs_reason
    }
    assert needing == {"return", "withdraw", "terminate"}


@pytest.mark.parametrize(
    ("status", "turn"),
    [
        ("draft", "district"),
        ("submitted", "ministry"),
        ("approved", "ministry"),
        ("issued", "ministry"),
        ("signed", "ministry"),
        ("published", ""),
        ("withdrawn", ""),
        ("terminated", ""),
    ],
)
def test_whose_turn_it_is(status: str, turn: str) -> None:
    assert checks.whose_turn(ready(status)) == turn


STAMPS: list[tuple[str, str, set[str]]] = [
    ("submit", "draft", {"submitted_at", "submitted_by"}),
    ("approve", "submitted", {"approved_at", "approved_by"}),
    ("issue", "approved", {"issued_at", "issued_by", "document_number", "snapshot", "ministry"}),
    ("publish", "signed", {"published_at", "published_by"}),
    ("withdraw", "approved", {"withdrawn_at", "withdrawn_by", "ended_reason"}),
    ("withdraw", "issued", {"withdrawn_at", "withdrawn_by", "ended_reason"}),
    ("terminate", "published", {"terminated_at", "terminated_by", "ended_reason"}),
    ("return", "submitted", {"returned_at", "returned_by", "return_reason", "submitted_at", "submitted_by"}),
]


def person_for(step: str, version: AgreementVersion) -> User:
    actor = max(EXPECTED[step][1])
    return ACTORS[actor](version.agreement.district, version.agreement.district)


def state(version: AgreementVersion) -> dict[str, Any]:
    found = AgreementVersion.objects.get(pk=version.pk)
    return {field.name: getattr(found, field.name) for field in AgreementVersion._meta.concrete_fields}


@pytest.mark.parametrize(("step", "status", "written"), STAMPS, ids=[f"{step}-{status}" for step, status, _ in STAMPS])
def test_step_stamps_person_and_time_and_leaves_a_trace(step: str, status: str, written: set[str]) -> None:
    version = ready(status)
    by, before = person_for(step, version), state(version)
    STEPS[step](version, by)
    after = state(version)
    assert {name for name in after if after[name] != before[name]} == written | {"status", "status_changed_at"}
    assert after["status"] == LEADS_TO[step]
    assert after["status_changed_at"] == NOW
    cleared = {"submitted_at", "submitted_by"} if step == "return" else set()
    assert all(after[name] == NOW for name in written - cleared if name.endswith("_at"))
    assert all(after[name] == by for name in written - cleared if name.endswith("_by"))
    trace = StatusChange.objects.order_by("pk").last()
    assert trace is not None
    assert (trace.from_status, trace.to_status, trace.at, trace.by) == (status, LEADS_TO[step], NOW, by)
    assert trace.reason == (REASON if step in ("return", "withdraw", "terminate") else "")


def test_return_of_an_approved_version_clears_the_approval_too() -> None:
    version = ready("approved")
    STEPS["return"](version, make.user())
    after = state(version)
    assert [after[name] for name in ("submitted_at", "submitted_by", "approved_at", "approved_by")] == [None] * 4
    assert after["return_reason"] == REASON
    assert AgreementVersion.objects.get(pk=version.pk).is_returned


def test_returned_version_goes_all_the_way_again() -> None:
    version = ready("submitted")
    district = version.agreement.district
    STEPS["return"](version, make.user())
    STEPS["submit"](version, ACTORS["own district_lead"](district, district))
    STEPS["approve"](version, make.user("ministry_lead"))
    STEPS["issue"](version, make.user())
    assert state(version)["status"] == "issued"


def test_issue_gives_number_snapshot_and_paper() -> None:
    version = STEPS["issue"](ready("approved"), make.user())
    number = f"ZV-2023-{version.agreement.district.ags}-0"
    document = version.documents.get()
    assert version.document_number == version.snapshot["number"] == document.number == number
    assert document.kind == Document.Kind.ISSUED
    assert Path(document.file.path).read_bytes().startswith(b"%PDF-")
    assert version.ministry == make.ministry()
