"""What PostgreSQL itself keeps of evidence, of scans of several contracts, and of the second person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models

from agreements.models import AgreementVersion, Document, Evidence, ScanBatch, Signature, Status
from aqb.access import Role
from tests import factories as make
from tests.factories import START
from tests.truths import at_once, erase, refusal, refused, write

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=40)


def evidence(**fields: Any) -> Evidence:
    return make.evidence(make.version(status="issued"), **fields)


def rejected() -> Evidence:
    made = evidence()
    Evidence.objects.filter(pk=made.pk).update(
        rejected_at=LATER, rejected_by=make.person(Role.MINISTRY), rejected_reason="Die zweite Seite fehlt."
    )
    return made


def unconfirmed(**fields: Any) -> Signature:
    return make.signature(make.version(status="issued"), confirmed_at=None, confirmed_by=None, **fields)


def closed_batch() -> ScanBatch:
    batch = make.scan_batch()
    ScanBatch.objects.filter(pk=batch.pk).update(
        outcome="assigned", closed_at=LATER, closed_by=make.person(Role.MINISTRY)
    )
    return batch


BROKEN: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("evidence_rejected_with_reason", evidence, {"rejected_reason": "unleserlich"}),
    ("evidence_rejected_with_reason", evidence, {"rejected_at": LATER}),
    ("evidence_rejected_with_reason", evidence, {"rejected_at": LATER, "rejected_reason": "unleserlich"}),
    ("scanbatch_closed_by_person", make.scan_batch, {"outcome": "assigned"}),
    ("scanbatch_closed_by_person", make.scan_batch, {"outcome": "discarded", "closed_at": LATER}),
    ("scanbatch_closed_by_person", make.scan_batch, {"closed_at": LATER}),
    ("signature_confirmed_by_second_person", unconfirmed, {"confirmed_at": LATER}),
]


@pytest.mark.parametrize(("name", "row", "values"), BROKEN, ids=[f"{name}-{values}" for name, _, values in BROKEN])
def test_wrong_value_past_the_forms_is_refused(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).update(**values)
    with refused(name):
        write(made, **values)


KEPT: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("evidence_keeps_identity", evidence, {"findings": "{}"}),
    ("evidence_keeps_identity", evidence, {"form": "electronic"}),
    ("evidence_rejected_once", rejected, {"rejected_reason": "doch nicht"}),
    ("evidence_rejected_once", rejected, {"rejected_at": None}),
    ("scanbatch_keeps_identity", make.scan_batch, {"name": "anders.pdf"}),
    ("scanbatch_keeps_identity", make.scan_batch, {"pages": "[]"}),
    ("scanbatch_keeps_identity", make.scan_batch, {"sha256": "0" * 64}),
    ("scanbatch_closed_once", closed_batch, {"outcome": "discarded"}),
    ("signature_confirmed_is_unchanged", lambda: make.signature(make.version(status="issued")), {"place": "Kassel"}),
    ("signature_confirmed_is_unchanged", lambda: make.signature(make.version(status="issued")), {"confirmed_at": None}),
]


@pytest.mark.parametrize(("name", "row", "values"), KEPT, ids=[f"{name}-{values}" for name, _, values in KEPT])
def test_what_came_in_and_what_was_decided_stays(name: str, row: Callable[[], models.Model], values: Any) -> None:
    with refused(name):
        write(row(), **values)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("evidence_rejected_once", evidence),
        ("evidence_rejected_once", rejected),
        ("scanbatch_closed_once", make.scan_batch),
        ("scanbatch_closed_once", closed_batch),
    ],
)
def test_proof_is_never_deleted(name: str, row: Callable[[], models.Model]) -> None:
    made = row()
    with refused(name):
        erase(made)
    with refused(name):
        made.delete()


@pytest.mark.parametrize("values", [{"sha256": "abc"}, {"size": 0}])
def test_batch_without_fingerprint_or_content_is_refused(values: dict[str, Any]) -> None:
    with refused("scanbatch_has_fingerprint"):
        make.scan_batch(**values)


def test_same_file_as_a_second_open_batch_is_refused_until_the_first_is_closed() -> None:
    first = make.scan_batch()
    with refused("scanbatch_open_once"):
        make.scan_batch()
    write(first, outcome="discarded", closed_at=LATER, closed_by=make.person(Role.MINISTRY).pk)
    make.scan_batch()


def test_evidence_of_unknown_form_is_refused() -> None:
    with refused("evidence_form_known"):
        evidence(form="spoken")


@pytest.mark.parametrize("status", [status for status in Status.values if status != "issued"])
def test_evidence_for_a_version_outside_the_time_of_signing_is_refused(status: str) -> None:
    version = make.version(status=status)
    with refused("evidence_of_issue"):
        make.evidence(version)


@pytest.mark.parametrize(("party", "form"), [("", "paper"), ("witness", "paper"), ("witness", "electronic")])
def test_evidence_of_nobody_is_refused(party: str, form: str) -> None:
    version = make.version(status="issued")
    document = make.document(version=version, kind="evidence", party=party)
    with refused("evidence_of_issue"):
        Evidence.objects.create(document=document, form=form)


@pytest.mark.parametrize("kind", ["issued", "attachment"])
def test_document_that_is_no_evidence_is_refused(kind: str) -> None:
    version = make.version(status="issued")
    document = version.documents.filter(kind=kind).first() or make.document(version=version, kind=kind, party="land")
    with refused("evidence_of_issue"):
        Evidence.objects.create(document=document, form="paper")


def test_evidence_that_signatures_stand_on_is_not_rejected() -> None:
    proof = evidence()
    make.signature(proof.version, evidence=proof.document)
    with refused("evidence_rejected_once"):
        write(proof, rejected_at=LATER, rejected_by=make.person(Role.MINISTRY).pk, rejected_reason="unleserlich")


class TestSignature:
    def version(self) -> AgreementVersion:
        return make.version(status="issued")

    def test_on_evidence_of_another_version_is_refused(self) -> None:
        with refused("signature_evidence_of_version"):
            make.signature(self.version(), evidence=make.evidence(self.version()).document)

    def test_on_evidence_of_the_other_side_is_refused(self) -> None:
        version = self.version()
        with refused("signature_evidence_of_version"):
            make.signature(version, "land", evidence=make.evidence(version, "district").document)
        make.signature(version, "district", evidence=make.evidence(version, "district").document)

    def test_on_rejected_evidence_is_refused(self) -> None:
        proof = rejected()
        with refused("signature_evidence_of_version"):
            make.signature(proof.version, evidence=proof.document)

    @pytest.mark.parametrize("kind", ["issued", "evidence"])
    def test_on_a_document_that_nobody_took_in_as_evidence_is_refused(self, kind: str) -> None:
        version = self.version()
        known = version.documents.filter(kind=kind).first()
        with refused("signature_evidence_of_version"):
            make.signature(version, evidence=known or make.document(version=version, kind=kind, party="land"))

    @pytest.mark.parametrize(("form", "field"), [("paper", "Unterschrift1"), ("electronic", "")])
    def test_names_a_field_of_the_file_if_and_only_if_it_is_electronic(self, form: str, field: str) -> None:
        version = self.version()
        with refused("signature_evidence_of_version"):
            make.signature(version, evidence=make.evidence(version, form=form).document, field_name=field)

    def test_in_one_file_counts_once_but_another_one_of_it_counts_too(self) -> None:
        version = self.version()
        file = make.evidence(version, form="electronic").document
        make.signature(version, "land", evidence=file, field_name="Unterschrift1")
        with refused("signature_of_file_matched_once", "schon zugeordnet"):
            make.signature(version, "district", evidence=file, field_name="Unterschrift1")
        make.signature(version, "district", evidence=file, field_name="Unterschrift2")

    def test_on_one_scan_may_be_those_of_two_people(self) -> None:
        version = self.version()
        scan = make.evidence(version, "district").document
        for position in (1, 2):
            make.signature(version, "district", position=position, evidence=scan)
        assert version.signatures.count() == 2

    def test_confirmed_by_who_recorded_it_is_refused(self) -> None:
        made = unconfirmed()
        with refused("signature_confirmed_by_second_person", "Vier-Augen"):
            write(made, confirmed_at=LATER, confirmed_by=made.recorded_by_id)
        with refused("signature_confirmed_by_second_person"):
            write(made, confirmed_by=make.person(Role.MINISTRY_LEAD).pk)

    def test_confirmed_by_who_uploaded_the_evidence_is_refused(self) -> None:
        version, lead = self.version(), make.person(Role.MINISTRY_LEAD)
        scan = make.evidence(version, created_by=lead).document
        with refused("signature_confirmed_not_by_uploader", "Vier-Augen"):
            make.signature(version, evidence=scan, confirmed_by=lead)

    def test_confirmed_by_who_uploaded_the_batch_is_refused(self) -> None:
        version, lead = self.version(), make.person(Role.MINISTRY_LEAD)
        scan = make.evidence(version, batch=make.scan_batch(created_by=lead)).document
        with refused("signature_confirmed_not_by_uploader"):
            make.signature(version, evidence=scan, confirmed_by=lead)
        make.signature(version, evidence=scan, confirmed_by=make.user(Role.MINISTRY))

    def test_confirmed_by_a_second_person_is_accepted_and_may_be_taken_back(self) -> None:
        made = unconfirmed()
        write(made, confirmed_at=LATER, confirmed_by=make.person(Role.MINISTRY_LEAD).pk)
        made.refresh_from_db()
        assert made.is_confirmed
        made.delete()


@pytest.mark.parametrize("waiting", [["land"], ["land", "district"]])
def test_version_with_an_unconfirmed_signature_is_not_signed(waiting: list[str]) -> None:
    version = make.version(status="issued")
    for party in ("land", "district"):
        blank = {"confirmed_at": None, "confirmed_by": None} if party in waiting else {}
        make.signature(version, party, **blank)
    with refused("agreementversion_signed_by_both", "zweite Person"):
        AgreementVersion.objects.filter(pk=version.pk).update(status="signed", signed_at=LATER)


def test_old_contract_is_signed_without_a_second_person() -> None:
    version = make.version(status="issued", taken_over=True)
    for party in ("land", "district"):
        make.signature(version, party, confirmed_at=None, confirmed_by=None)
    AgreementVersion.objects.filter(pk=version.pk).update(status="signed", signed_at=LATER)
    version.refresh_from_db()
    assert version.status == "signed"


@pytest.mark.parametrize("kind", ["issued", "evidence", "original", "strategy", "attachment"])
def test_seal_on_anything_but_the_fair_copy_is_refused(kind: str) -> None:
    version = make.version(status="approved")
    with refused("document_only_fair_copy_sealed"):
        make.document(version=version, kind=kind, seal="test")


@pytest.mark.parametrize("seal", ["", "test", "official"])
def test_fair_copy_carries_a_known_seal_or_none(seal: str) -> None:
    version = make.version(status="approved")
    assert make.document(version=version, kind=Document.Kind.SIGNED, seal=seal).seal == seal
    with refused("document_only_fair_copy_sealed"):
        make.document(version=make.version(status="approved"), kind="signed", seal="wax")


@pytest.mark.django_db(transaction=True)
def test_evidence_rejected_while_it_is_signed_from_is_one_or_the_other() -> None:
    """Past the actions, which take turns by the version's lock: the triggers do as well."""
    proof = evidence()
    version, by = proof.version, make.person(Role.MINISTRY)
    make.person(Role.MINISTRY_LEAD)
    results = at_once(
        lambda: make.signature(version, evidence=proof.document),
        lambda: write(proof, rejected_at=LATER, rejected_by=by.pk, rejected_reason="unleserlich"),
    )
    names = [refusal(result)[0] for result in results if isinstance(result, IntegrityError)]
    assert names in (["signature_evidence_of_version"], ["evidence_rejected_once"])
    proof.refresh_from_db()
    assert proof.is_rejected != version.signatures.exists()
