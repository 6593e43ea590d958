"""The back office of agreements, papers and talk: through the actions, read-only where a status forbids."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from agreements.models import (
    AgreementLine,
    AgreementVersion,
    Document,
    Remark,
    Signature,
    SteeringDialogue,
)
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.back_office import address, rows, sentences, signed_in, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db: None) -> User:
    return make.user(Role.MINISTRY, name="Jana Reinhardt")


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


# ---- versions ----


def test_draft_lines_and_signatories_go_through_the_actions(client: Client, user: User) -> None:
    version = make.version()
    make.signatory(version, "land", name="Erika Muster")
    data = typed(
        client.get(address(version, "change")), lines__0__amount="90.000,00", signatories__0__name="Kai Beispiel"
    )
    answer = client.post(address(version, "change"), data)
    assert answer.status_code == 302, sentences(answer)
    version.refresh_from_db()
    assert version.lines.get().amount == Decimal("90000.00")
    assert version.signatories.get().name == "Kai Beispiel"
    assert version.prepared_by == user, "four eyes: who changes lines does not approve"


def test_line_below_what_projects_hold_is_refused_with_everything_typed(client: Client) -> None:
    version = make.version(entries=1)
    data = typed(client.get(address(version, "change")), lines__0__amount="9.999,99", reason="Kürzung")
    answer = client.post(address(version, "change"), data)
    assert "In den Projekten sind schon 10.000,00 € erfasst." in sentences(answer)
    assert "Kürzung" in answer.content.decode()
    version.refresh_from_db()
    assert (version.reason, version.prepared_by) == ("", None)
    assert version.lines.get().amount == Decimal("100000.00")


@pytest.mark.parametrize("status", ["approved", "issued", "signed", "published", "withdrawn", "terminated"])
def test_version_that_is_past_changing_is_refused(client: Client, status: str) -> None:
    version = make.version(status=status)
    before = AgreementVersion.objects.values().get()
    shown = client.get(address(version, "change"))
    assert "Diese Fassung ist " in shown.content.decode()
    assert 'name="_save"' not in shown.content.decode()
    forged = {"reason": "Anders", "wording": version.wording_id} | rows(
        "lines", {"id": version.lines.get().pk, "version": version.pk, "line": version.lines.get().line_id, "amount": "1,00"},
        initial=1,
    )  # fmt: skip
    answer = client.post(address(version, "change"), forged)
    assert answer.status_code == 409
    assert "Diese Fassung ist " in answer.content.decode()
    assert AgreementVersion.objects.values().get() == before
    assert version.lines.get().amount == Decimal("100000.00")


@pytest.mark.parametrize("status", ["draft", "issued"])
def test_versions_and_agreements_are_neither_added_nor_deleted(client: Client, status: str) -> None:
    version = make.version(status=status)
    for row in (version, version.agreement):
        assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
        assert client.post(address(type(row), "add"), {}).status_code == 403
    assert AgreementVersion.objects.count() == 1


def test_forged_status_of_a_draft_changes_nothing(client: Client) -> None:
    version = make.version()
    data = typed(
        client.get(address(version, "change")), status="approved", number=7, document_number="ZV-1", reason="x"
    )
    assert client.post(address(version, "change"), data).status_code == 302
    version.refresh_from_db()
    assert (version.status, version.number, version.document_number, version.reason) == ("draft", 0, "", "x")


def test_agreed_amount_of_issued_version_is_refused_in_its_own_table(client: Client) -> None:
    line = make.version(status="issued").lines.get()
    assert client.post(address(line, "change"), {"amount": "1,00"}).status_code == 409
    assert AgreementLine.objects.get().amount == Decimal("100000.00")


def test_agreed_amount_of_draft_is_changed_in_its_own_table(client: Client) -> None:
    line = make.version().lines.get()
    data = typed(client.get(address(line, "change")), amount="80.000")
    assert client.post(address(line, "change"), data).status_code == 302
    assert AgreementLine.objects.get().amount == Decimal("80000.00")


# ---- what is kept ----


def test_evidence_and_batches_are_read_and_lead_to_where_they_are_decided(client: Client) -> None:
    version = make.version(status="issued")
    batch = make.scan_batch()
    proof = make.evidence(version, batch=batch)
    signed = make.evidence(version, form="electronic")
    page = client.get(address(proof, "change")).content.decode()
    assert f"{version.document_number}, Seite 1" in page
    assert f"/belege/{proof.pk}/" in page
    assert "Erika Muster: Der Aussteller gehört nicht" in client.get(address(signed, "change")).content.decode()
    page = client.get(address(batch, "change")).content.decode()
    assert "1: kein lesbarer Code" in page
    assert f"/sammelscans/{batch.pk}/" in page
    for row in (proof, batch):
        assert client.post(address(row, "change"), {"name": "anders"}).status_code == 409
        assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 403


def test_signature_is_taken_back_only_while_others_are_missing(client: Client) -> None:
    open_version, signed = make.version(status="issued"), make.version(status="signed")
    make.signature(open_version)
    assert client.post(address(open_version.signatures.get(), "delete"), {"post": "yes"}).status_code == 302
    assert client.post(address(signed.signatures.all()[0], "delete"), {"post": "yes"}).status_code == 403
    assert Signature.objects.count() == 2


def test_documents_and_history_are_neither_changed_nor_deleted(client: Client) -> None:
    version = make.version(status="issued")
    for row in (version.documents.get(), version.status_changes.all()[0]):
        assert "weder geändert noch gelöscht" in client.get(address(row, "change")).content.decode()
        assert client.post(address(row, "change"), {"title": "x", "reason": "x"}).status_code == 409
        assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
        assert client.post(address(type(row), "add"), {"title": "x"}).status_code == 403
    assert Document.objects.get().title == "Dokument (issued)"


# ---- talk ----


def test_remark_is_written_and_closed_through_the_actions(client: Client, user: User) -> None:
    version = make.version()
    client.post(address(Remark, "add"), {"version": version.pk, "text": "Bitte nennen Sie die Plätze."})
    remark = Remark.objects.get()
    assert remark.author == user
    assert client.post(address(remark, "change"), {"text": "Anders"}).status_code == 409
    client.post(address(Remark, "changelist"), {"action": "close", "_selected_action": [remark.pk]})
    remark.refresh_from_db()
    assert (remark.text, remark.done_by) == ("Bitte nennen Sie die Plätze.", user)


def test_remark_to_issued_version_is_refused(client: Client) -> None:
    version = make.version(status="issued")
    answer = client.post(address(Remark, "add"), {"version": version.pk, "text": "Zu spät"})
    assert answer.status_code == 200
    assert not Remark.objects.exists()


def test_strategy_is_entered_and_confirmed(client: Client, user: User) -> None:
    strategy = make.strategy(confirmed=False)
    data = typed(client.get(address(strategy, "change")), valid_to="31.12.2019")
    assert "Ende der Gültigkeit" in sentences(client.post(address(strategy, "change"), data))
    assert client.post(address(strategy, "change"), data | {"valid_to": "31.12.2027"}).status_code == 302
    client.post(address(type(strategy), "changelist"), {"action": "confirm", "_selected_action": [strategy.pk]})
    strategy.refresh_from_db()
    assert (strategy.valid_to, strategy.confirmed_by) == (date(2027, 12, 31), user)


def test_dialogue_is_entered_and_removed(client: Client) -> None:
    data = {
        "agreement": make.agreement().pk,
        "held_on": "12.05.2026",
        "participants": "",
        "progress": "",
        "minutes": "",
    }
    assert client.post(address(SteeringDialogue, "add"), data).status_code == 302
    dialogue = SteeringDialogue.objects.get()
    assert client.post(address(dialogue, "delete"), {"post": "yes"}).status_code == 302
    assert not SteeringDialogue.objects.exists()
