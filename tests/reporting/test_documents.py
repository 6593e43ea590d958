"""The list of documents, and who fetched them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.actions.files import fetch
from agreements.models import AgreementVersion, Document, Download
from aqb.access import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> AgreementVersion:
    return make.version(
        make.agreement(make.budget_year(year=2023), make.district(sort_name="Offenbach", region="Gießen")), "signed"
    )


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make.user(Role.AUDITOR))
    return client


class TestList:
    def test_auditor_sees_all_districts_with_fingerprints(self, auditor: Client, version: AgreementVersion) -> None:
        other = make.version(status="issued")
        text = auditor.get(reverse("document_list")).text
        for document in Document.objects.all():
            assert document.sha256 in text
            assert reverse("document_download", args=[document.pk]) in text
        assert version.document_number in text
        assert other.document_number in text

    def test_district_sees_its_own_and_not_who_fetched_them(self, client: Client, version: AgreementVersion) -> None:
        other = make.version(status="issued")
        client.force_login(make.person(Role.DISTRICT, version.agreement.district))
        text = client.get(reverse("document_list")).text
        assert version.document_number in text
        assert other.document_number not in text
        assert "Abruf" not in text

    def test_who_fetched_it_last_is_said(self, auditor: Client, version: AgreementVersion) -> None:
        document = version.documents.get(kind="signed")
        for name in ("Erste Person", "Ruth Amann"):
            fetch(document=document, by=make.user(Role.AUDITOR, name=name))
        text = auditor.get(reverse("document_list")).text
        assert "2\u00a0Abrufe" in text
        assert "zuletzt Ruth Amann am" in text
        assert "noch nicht abgerufen" in text

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ("", 3),
            ("q=offenbach", 2),
            ("q=ZV-2023", 2),
            ("q=Reinschrift", 0),
            ("q=(signed)", 1),
            ("year=2023", 2),
            ("year=2024", 1),
            ("kind=issued", 2),
            ("status=signed", 2),
            ("region=Gie%C3%9Fen", 2),
            ("region=Kassel", 3),  # not a region with a district here: the filter is ignored and says so
            ("q=%00", 3),
            ("page=minus", 3),
        ],
    )
    def test_filters(self, auditor: Client, version: AgreementVersion, query: str, number: int) -> None:
        make.version(make.agreement(make.budget_year(year=2024)), "issued")
        assert f"<strong>{number} von 3</strong>" in auditor.get(f"{reverse('document_list')}?{query}").text

    def test_beginning_of_a_fingerprint_finds_its_file(self, auditor: Client, version: AgreementVersion) -> None:
        document = version.documents.get(kind="signed")
        start = document.sha256[:12].upper()
        text = auditor.get(reverse("document_list"), {"q": f"{start[:4]} {start[4:8]} {start[8:]}"}).text
        assert "<strong>1 von 2</strong>" in text
        assert document.sha256 in text

    def test_pages_keep_the_filter(self, auditor: Client, version: AgreementVersion) -> None:
        for number in range(30):
            make.document(version.agreement, title=f"Anlage {number}", content=str(number).encode())
        text = auditor.get(f"{reverse('document_list')}?kind=attachment").text
        assert "Seite 1 von 2" in text
        assert "?kind=attachment&amp;page=2" in text

    def test_same_number_of_queries_for_2_and_50_rows(self, auditor: Client, version: AgreementVersion) -> None:
        counts = []
        for number in (0, 48):
            for position in range(number):
                make.document(version.agreement, content=f"{position}".encode())
            with CaptureQueriesContext(connection) as queries:
                auditor.get(reverse("document_list"))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 15


class TestDownloads:
    def test_log_names_person_and_time(self, auditor: Client, version: AgreementVersion) -> None:
        document = version.documents.get(kind="signed")
        fetch(document=document, by=make.user(Role.DISTRICT, version.agreement.district, name="Sabine Kröger"))
        text = auditor.get(reverse("document_downloads", args=[document.pk])).text
        assert "Sabine Kröger" in text
        assert version.agreement.district.name in text

    def test_no_download_is_said(self, auditor: Client, version: AgreementVersion) -> None:
        document = version.documents.get(kind="signed")
        assert "Noch nicht abgerufen" in auditor.get(reverse("document_downloads", args=[document.pk])).text

    @pytest.mark.parametrize("role", [Role.DISTRICT, Role.DISTRICT_LEAD, Role.GRANT_OFFICE, ""])
    def test_others_do_not_read_it(self, client: Client, version: AgreementVersion, role: str) -> None:
        district = version.agreement.district if role in (Role.DISTRICT, Role.DISTRICT_LEAD) else None
        client.force_login(make.user(role, district) if role else make.operator())
        document = version.documents.get(kind="signed")
        answer = client.get(reverse("document_downloads", args=[document.pk]))
        assert (answer.status_code, "Abrufprotokoll lesen nur" in answer.text) == (403, True)

    def test_log_can_be_neither_changed_nor_deleted(self, version: AgreementVersion) -> None:
        row = Download.objects.create(
            document=version.documents.get(kind="signed"), user=make.user(Role.AUDITOR), at=make.START
        )
        with pytest.raises(IntegrityError, match="weder geändert noch gelöscht"), transaction.atomic():
            Download.objects.filter(pk=row.pk).update(user=make.user())
        with pytest.raises(IntegrityError, match="weder geändert noch gelöscht"), transaction.atomic():
            Download.objects.filter(pk=row.pk).delete()

    def test_many_downloads_cost_no_more_queries(self, auditor: Client, version: AgreementVersion) -> None:
        document = version.documents.get(kind="signed")
        counts = []
        for number in (2, 48):
            for _ in range(number):
                Download.objects.create(document=document, user=make.person(Role.MINISTRY), at=make.START)
            with CaptureQueriesContext(connection) as queries:
                auditor.get(reverse("document_downloads", args=[document.pk]))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 15
