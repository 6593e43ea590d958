"""From `issued` on nothing changes that a version states, whatever code path tries: form or not, bulk or raw SQL."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from agreements.models import AgreementLine, AgreementVersion, Signatory, Signature, Status
from aqb.access import Role
from projects.models import FundingShare, ProjectEntry
from tests import factories as make
from tests.factories import START
from tests.truths import erase, refused, write

pytestmark = pytest.mark.django_db

CLOSED = ("issued", "signed", "published", "withdrawn", "terminated")
LATER = START + timedelta(days=40)


def closed(status: str) -> AgreementVersion:
    """A version of that status with one of everything that it states."""
    version = make.version(entries=1)
    make.signatory(version)
    steps = {"withdrawn": ["withdrawn"], "terminated": ["submitted", "approved", "issued", "signed", "terminated"]}
    way = steps.get(status) or list(make.WAY[: make.WAY.index(status) + 1])
    for step in way:
        make.go(version, step)
    return version


def parts(version: AgreementVersion) -> dict[str, Any]:
    entry = version.entries.get()
    return {
        "agreementline": version.lines.get(),
        "projectentry": entry,
        "fundingshare": entry.shares.get(),
        "signatory": version.signatories.get(),
    }


CHANGES: dict[str, dict[str, Any]] = {
    "agreementline": {"amount": Decimal("99999.00")},
    "projectentry": {"title": "Ein anderes Projekt"},
    "fundingshare": {"amount": Decimal("9999.00")},
    "signatory": {"name": "Jemand anders"},
}
PARTS = list(CHANGES)


def name(part: str) -> str:
    return f"{part}_frozen_with_version"


def test_names_of_the_triggers() -> None:
    assert [name(part) for part in PARTS] == [
        "agreementline_frozen_with_version",
        "projectentry_frozen_with_version",
        "fundingshare_frozen_with_version",
        "signatory_frozen_with_version",
    ]


def every_path(row: models.Model, values: dict[str, Any]) -> list[Callable[[], Any]]:
    """All ways in which code may write a row: raw SQL, `update()`, `save()`, `bulk_update()`."""
    rows = type(row)._default_manager
    changed = rows.get(pk=row.pk)
    for field, value in values.items():
        setattr(changed, field, value)
    plain = {field: json.dumps(value) if isinstance(value, dict) else value for field, value in values.items()}
    return [
        lambda: write(row, **plain),
        lambda: rows.filter(pk=row.pk).update(**values),
        changed.save,
        lambda: rows.bulk_update([changed], list(values)),
    ]


@pytest.mark.parametrize("status", CLOSED)
def test_part_of_a_closed_version_is_not_changed_on_any_path(status: str) -> None:
    for part, row in parts(closed(status)).items():
        for act in every_path(row, CHANGES[part]):
            with refused(name(part), "ändert sich nicht mehr"):
                act()


@pytest.mark.parametrize("status", CLOSED)
def test_part_of_a_closed_version_is_not_deleted_on_any_path(status: str) -> None:
    for part, row in parts(closed(status)).items():
        with refused(name(part)):
            erase(row)
        with refused(name(part) if part != "projectentry" else "fundingshare_frozen_with_version"):
            row.delete()
        queryset = type(row).objects.filter(pk=row.pk)
        with refused(name(part)):
            queryset._raw_delete(queryset.db)


@pytest.mark.parametrize("status", CLOSED)
def test_closed_version_gets_no_new_part(status: str) -> None:
    version = closed(status)
    entry, line = version.entries.get(), version.lines.get().line
    with refused(name("agreementline")):
        make.agreement_line(version, make.line(version.agreement.budget_year), "1.00")
    with refused(name("projectentry")):
        make.entry(version)
    with refused(name("fundingshare")):
        FundingShare.objects.bulk_create([FundingShare(entry=entry, line=line, cash_year=2024, amount=Decimal("1.00"))])
    with refused(name("signatory")):
        make.signatory(version, "district")


@pytest.mark.parametrize("part", PARTS)
def test_part_does_not_leave_an_issued_version_for_an_open_one(part: str) -> None:
    version = closed("signed")
    draft = make.version(version.agreement)
    row, target = parts(version)[part], ("version", draft.pk)
    if part == "fundingshare":
        target = ("entry", make.entry(draft).pk)
    with refused(name(part)):
        write(row, **dict([target]))


@pytest.mark.parametrize("part", PARTS)
def test_part_does_not_enter_an_issued_version_from_an_open_one(part: str) -> None:
    version = closed("signed")
    draft = make.version(version.agreement, entries=1)
    make.signatory(draft, "district")
    row, target = parts(draft)[part], ("version", version.pk)
    if part == "fundingshare":
        target = ("entry", version.entries.get().pk)
    with refused(name(part)):
        write(row, **dict([target]))


STATED: list[tuple[str, Any]] = [
    ("reason", "Ein anderer Anlass"),
    ("snapshot", {"year": 1999}),
    ("document_number", "ZV-1999"),
    ("issued_at", LATER),
    ("submitted_at", START),
    ("approved_at", START),
    ("prepared_at", START),
    ("return_reason", "nachträglich"),
    ("signed_at", LATER),
    ("published_at", LATER),
    ("status_changed_at", LATER),
    ("ended_reason", "nachträglich"),
]


@pytest.mark.parametrize("status", CLOSED)
def test_closed_version_is_not_changed_on_any_path(status: str) -> None:
    version = closed(status)
    for field, value in STATED:
        for act in every_path(version, {field: value}):
            with refused("agreementversion_issued_is_frozen"):
                act()


def test_person_of_a_step_is_not_exchanged_afterwards() -> None:
    version = closed("published")
    other = make.user(Role.MINISTRY_LEAD)
    for field in ("approved_by", "issued_by", "published_by", "created_by", "ministry"):
        with refused("agreementversion_issued_is_frozen"):
            write(version, **{field: make.ministry().pk + 1 if field == "ministry" else other.pk})


def test_wording_and_base_of_an_issued_version_stay() -> None:
    version = closed("issued")
    with refused("agreementversion_issued_is_frozen"):
        write(version, wording=make.wording(version.agreement.budget_year).pk)


def test_next_step_changes_nothing_else() -> None:
    """Signing writes its own stamp; what comes along with it is refused."""
    version = closed("issued")
    make.signature(version, "land")
    make.signature(version, "district")
    for smuggled in ({"reason": "nebenbei"}, {"published_at": LATER}, {"issued_at": LATER}, {"snapshot": {"year": 1}}):
        with refused("agreementversion_issued_is_frozen"):
            AgreementVersion.objects.filter(pk=version.pk).update(
                status="signed", status_changed_at=LATER, signed_at=LATER, **smuggled
            )
    AgreementVersion.objects.filter(pk=version.pk).update(status="signed", status_changed_at=LATER, signed_at=LATER)


def test_version_withdrawn_before_issue_is_frozen_too() -> None:
    version = closed("withdrawn")
    assert version.issued_at is None
    with refused("agreementversion_issued_is_frozen"):
        write(version, return_reason="nachträglich")


@pytest.mark.parametrize("status", ["draft", "submitted", "approved"])
def test_open_version_still_changes(status: str) -> None:
    version = make.version(status=status, entries=1)
    make.signatory(version)
    for part, row in parts(version).items():
        write(row, **CHANGES[part])
    write(version, reason="Anlass")
    assert version.entries.get().title == "Ein anderes Projekt"


@pytest.mark.parametrize("status", [status for status in Status.values if status != "issued"])
def test_signature_outside_the_time_of_signing_is_refused(status: str) -> None:
    version = make.version(status=status)
    with refused("signature_only_while_issued"):
        make.signature(version, "land", position=2)


def test_signature_of_a_signed_version_is_not_changed_on_any_path() -> None:
    signature = closed("signed").signatures.get(party="land")
    for act in every_path(signature, {"place": "Kassel"}):
        with refused("signature_confirmed_is_unchanged"):
            act()
    with refused("signature_only_while_issued"):
        erase(signature)
    with refused("signature_only_while_issued"):
        signature.delete()


def unconfirmed(version: AgreementVersion) -> Signature:
    return make.signature(version, confirmed_at=None, confirmed_by=None)


def test_unconfirmed_signature_of_a_withdrawn_version_is_not_changed_on_any_path() -> None:
    version = make.version(status="issued")
    signature = unconfirmed(version)
    make.go(version, "withdrawn")
    for act in every_path(signature, {"place": "Kassel"}):
        with refused("signature_only_while_issued"):
            act()
    with refused("signature_only_while_issued"):
        erase(signature)


def test_signature_moved_to_another_version_is_refused() -> None:
    here, there = make.version(status="issued"), make.version(status="issued")
    signature = unconfirmed(here)
    with refused("signature_only_while_issued"):
        write(signature, version=there.pk)


@pytest.mark.parametrize("values", [{"position": 3}, {"position": 0}, {"party": "witness"}])
def test_third_person_or_third_party_is_refused(values: dict[str, Any]) -> None:
    version = make.version(status="issued")
    with refused("signature_one_or_two_per_side"):
        make.signature(version, **{"party": "land", **values})
    with refused("signatory_one_or_two_per_side"):
        make.signatory(make.version(), **{"party": "land", **values})


def test_same_place_twice_is_refused() -> None:
    version = make.version()
    make.signatory(version)
    with refused("signatory_unique"):
        make.signatory(version)
    issued = make.version(status="issued")
    make.signature(issued)
    with refused("signature_unique"):
        make.signature(issued)


@pytest.mark.parametrize("model", [AgreementLine, Signatory, Signature, ProjectEntry, FundingShare])
def test_no_part_hangs_on_a_deleting_version(model: type[models.Model]) -> None:
    """Deleting upwards is refused, not carried down, except from an entry to its own money."""
    for field in model._meta.fields:
        if isinstance(field, models.ForeignKey) and field.name != "entry":
            assert field.remote_field.on_delete == models.PROTECT, f"{model.__name__}.{field.name}"
