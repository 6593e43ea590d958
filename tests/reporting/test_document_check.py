"""What anyone may know about an issued document, without login."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from agreements.actions.steps import withdraw
from agreements.models import AgreementVersion, Document
from aqb.access import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


def check(client: Client, version: AgreementVersion) -> str:
    return client.get(reverse("document_check", args=[version.document_number])).text


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("issued", "Noch nicht von allen unterzeichnet"),
        ("signed", "In Kraft"),
        ("published", "In Kraft"),
        ("terminated", "Beendet – nicht mehr in Kraft"),
    ],
)
def test_verdict_is_one_sentence(client: Client, status: str, verdict: str) -> None:
    version = make.version(status=status)
    text = check(client, version)
    assert f'<h2 class="kern-title">{verdict}</h2>' in text
    assert version.agreement.district.name in text
    assert "Hessisches Ministerium für Soziales und Integration" in text


def test_replaced_document_names_the_one_that_holds(client: Client) -> None:
    first = make.version(status="published")
    second = make.version(first.agreement, "signed", base=first)
    text = check(client, first)
    assert "Ersetzt durch Änderungsvereinbarung 1" in text
    assert f'href="{reverse("document_check", args=[second.document_number])}"' in text
    assert "In Kraft" in check(client, second)


def test_amendment_under_way_replaces_nothing(client: Client) -> None:
    first = make.version(status="published")
    make.version(first.agreement, "issued", base=first)
    assert "In Kraft" in check(client, first)


def test_withdrawn_document_says_why(client: Client) -> None:
    version = make.version(status="issued")
    withdraw(version=version, reason="Der Betrag war <b>falsch</b>.", by=make.person(Role.MINISTRY))
    text = check(client, version)
    assert "Zurückgezogen – nicht in Kraft" in text
    assert "Der Betrag war &lt;b&gt;falsch&lt;/b&gt;." in text


def test_fingerprints_stand_in_groups_of_four(client: Client) -> None:
    version = make.version(status="signed")
    text = check(client, version)
    for document in version.documents.all():
        assert " ".join(document.sha256[i : i + 4] for i in range(0, 64, 4)) in text


def test_people_are_not_named(client: Client) -> None:
    version = make.version(status="published")
    text = check(client, version)
    assert "Erika Muster" not in text
    assert "Wiesbaden – für das Land Hessen" in text


def test_number_may_be_written_small(client: Client) -> None:
    version = make.version(status="signed")
    assert client.get(reverse("document_check", args=[version.document_number.lower()])).status_code == 200


@pytest.mark.parametrize("number", ["ZV-2023-06438-0", "%20", "..", "<script>", "ZV" * 200, "\u202eabc", "a%00b"])
def test_unknown_number_is_said(client: Client, number: str) -> None:
    answer = client.get(f"/d/{number}/")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_unknown_number_has_a_sentence(client: Client) -> None:
    assert "Unter dieser Nummer wurde kein Dokument ausgefertigt" in client.get("/d/ZV-2099-06438-0/").text


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "withdrawn"])
def test_what_was_never_issued_does_not_exist(client: Client, status: str) -> None:
    version = make.version(status=status)
    number = f"ZV-{version.agreement.budget_year.year}-{version.agreement.district.ags}-0"
    assert client.get(reverse("document_check", args=[number])).status_code == 404


class TestFile:
    def test_published_fair_copy_is_handed_out_as_it_is_stored(self, client: Client) -> None:
        version = make.version(status="published")
        answer = client.get(reverse("document_file", args=[version.document_number]))
        with version.documents.get(kind=Document.Kind.SIGNED).file.open("rb") as file:
            assert answer.content == file.read()
        assert answer.headers["Content-Type"] == "application/pdf"
        assert reverse("document_file", args=[version.document_number]) in check(client, version)

    @pytest.mark.parametrize("status", ["issued", "signed", "terminated"])
    def test_what_is_not_published_is_not_handed_out(self, client: Client, status: str) -> None:
        version = make.version(status=status)
        assert client.get(reverse("document_file", args=[version.document_number])).status_code == 404
        assert "Die Datei ist nicht veröffentlicht." in check(client, version)

    def test_unknown_number_has_no_file(self, client: Client) -> None:
        assert client.get(reverse("document_file", args=["ZV-2099-06438-0"])).status_code == 404

    def test_changed_bytes_are_not_handed_out(self, client: Client) -> None:
        version = make.version(status="published")
        path = Path(version.documents.get(kind=Document.Kind.SIGNED).file.path)
        path.chmod(0o600)
        path.write_bytes(b"%PDF forged")
        answer = client.get(reverse("document_file", args=[version.document_number]))
        assert (answer.status_code, "stimmt nicht mit ihrem Fingerabdruck" in answer.text) == (409, True)
        path.unlink()
