"""Databases of the first release go on: its scans become evidence where signing goes on."""

from importlib import import_module

import pytest
from django.apps import apps

from agreements.actions import evidence, signing
from agreements.models import AgreementVersion, Evidence
from aqb.access import Role
from tests import factories as make
from tests.agreements.actors import sign_and_confirm

pytestmark = pytest.mark.django_db
migration = import_module("agreements.migrations.0004_evidence_of_open_versions")


def of_the_first_release(status: str) -> AgreementVersion:
    """A version with a scan that no row of evidence knows."""
    version = make.version(status=status)
    make.document(version=version, kind="evidence", party="land", number=version.document_number)
    return version


def test_scans_of_issued_versions_become_evidence_and_others_stay_settled() -> None:
    version = of_the_first_release("issued")
    of_the_first_release("published")
    of_the_first_release("withdrawn")
    migration.give_rows(apps, None)
    migration.give_rows(apps, None)  # an interrupted migration is run again
    proof = Evidence.objects.get()
    assert (proof.document.version, proof.form, proof.findings) == (version, "paper", {})
    sign_and_confirm(version, make.user(), evidence=proof.document)
    assert version.signatures.get().is_confirmed


def test_such_evidence_can_be_rejected_with_what_was_signed_from_it() -> None:
    version = of_the_first_release("issued")
    migration.give_rows(apps, None)
    proof = Evidence.objects.get()
    sign_and_confirm(version, make.user(), evidence=proof.document)
    evidence.reject(evidence=proof, reason="unleserlich", by=make.user())
    assert not version.signatures.exists()


def test_signature_recorded_in_the_first_release_waits_for_its_second_person() -> None:
    version = of_the_first_release("issued")
    migration.give_rows(apps, None)
    proof = Evidence.objects.get()
    signature = make.signature(version, evidence=proof.document, confirmed_at=None, confirmed_by=None)
    signing.confirm_signature(signature=signature, by=make.user(Role.MINISTRY_LEAD))
    signature.refresh_from_db()
    assert signature.is_confirmed
