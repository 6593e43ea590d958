"""What `manage.py anonymise_people` says, and to whom it says no names."""

import pytest

from tests.aqb.test_anonymise import closed, command

pytestmark = pytest.mark.django_db


def test_dry_run_lists_and_changes_nothing() -> None:
    person = closed()
    said = command("--dry-run")
    assert f"Konto {person.pk}" in said
    assert "Erika Muster, erika.muster@example.org" in said
    assert "1 Konto seit mehr als 10 Jahren stillgelegt. Nichts wurde geändert." in said
    person.refresh_from_db()
    assert person.anonymised_at is None


def test_command_says_what_it_did_without_names() -> None:
    person = closed()
    said = command()
    assert f"Konto {person.pk}" in said
    assert "stillgelegt am 27.02.2030" in said
    assert "Erika" not in said
    assert said.endswith("1 Konto anonymisiert.\n")
    assert command() == "0 Konten anonymisiert.\n"
    assert command("--verbosity", "0") == ""
