"""The factories make what they promise, and the database accepts it."""

import pytest

from agreements.models import Status
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", Status.values)
def test_version_in_every_status_is_accepted(status: str) -> None:
    version = make.version(status=status)
    version.refresh_from_db()
    assert version.status == status
    version.clean_fields(exclude=["snapshot"])
    version.validate_constraints()


def test_signed_version_has_signatures_and_papers() -> None:
    version = make.version(status="signed")
    assert {signature.party for signature in version.signatures.all()} == {"land", "district"}
    assert {document.kind for document in version.documents.all()} == {"issued", "signed"}
    assert [change.to_status for change in version.status_changes.all()] == [
        "submitted", "approved", "issued", "signed",
    ]  # fmt: skip


def test_old_contract_is_signed_without_the_steps_before() -> None:
    version = make.version(status="signed", taken_over=True)
    assert version.issued_at is not None
    assert version.submitted_at is None


def test_entry_is_complete_and_has_its_money() -> None:
    version = make.version(entries=2)
    assert version.entries.complete().count() == 2
    assert version.entries.total() == 20_000


def test_two_runs_give_the_same_names() -> None:
    assert [make.district().name, make.district().name] == ["Landkreis Musterland 1", "Landkreis Musterland 2"]
    assert [make.budget_year().year, make.budget_year().year] == [2023, 2024]
    assert make.user().email == "person-1@example.org"
