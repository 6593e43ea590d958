"""The list of agreements and the page of a version: who sees what, and what it says."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aqb.access import Role
from tests import factories as make
from tests.agreements.pages import client_of, district_lead, lead, ministry, path, text

pytestmark = pytest.mark.django_db

STATUSES = ["draft", "submitted", "approved", "issued", "signed", "published", "withdrawn", "terminated"]
READERS = [Role.GRANT_OFFICE, Role.AUDITOR, Role.MINISTRY, Role.MINISTRY_LEAD]


def queries_of(client: Any, url: str) -> int:
    client.get(url)  # what is cached per process is read once
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", READERS)
def test_page_of_version_answers_in_every_status(status: str, role: Role) -> None:
    version = make.version(status=status, entries=2)
    answer = client_of(make.user(role)).get(path(version))
    assert answer.status_code == 200
    assert version.agreement.district.name in text(answer)


@pytest.mark.parametrize("status", STATUSES)
def test_page_of_version_answers_its_district_in_every_status(status: str) -> None:
    version = make.version(status=status, entries=1)
    make.remark(version) if status == "draft" else None
    assert district_lead(version.agreement.district).get(path(version)).status_code == 200


@pytest.mark.parametrize(
    "rest",
    ["", "vorschau.pdf", "schritt/submit/", "unterzeichnende/", "ansaetze/", "anmerkungen/neu/", "unterschrift/land/",
     "fortfuehren/"],
)  # fmt: skip
def test_foreign_version_does_not_exist(rest: str) -> None:
    version = make.version(entries=1)
    stranger = district_lead(make.district())
    assert stranger.get(path(version, rest)).status_code == 404


def test_foreign_agreement_document_and_remark_do_not_exist() -> None:
    version = make.version(status="signed")
    document, remark = version.documents.get(kind="signed"), make.remark(version)
    agreement = version.agreement
    stranger = district_lead(make.district())
    urls = [
        f"/vereinbarungen/{agreement.budget_year.year}/{agreement.district.ags}/",
        f"/vereinbarungen/{agreement.budget_year.year}/{agreement.district.ags}/aendern/",
        f"/dokumente/{document.pk}/datei/",
        f"/anmerkungen/{remark.pk}/antwort/",
        f"/strategien/{agreement.district.ags}/",
    ]
    assert [stranger.get(url).status_code for url in urls] == [404] * len(urls)
    assert stranger.post(f"/anmerkungen/{remark.pk}/erledigt/").status_code == 404


def test_agreement_leads_to_its_newest_version() -> None:
    agreement = make.agreement()
    first = make.version(agreement, status="withdrawn")
    second = make.version(agreement)
    answer = ministry().get(path(first)[: -len("0/")])
    assert answer.headers["Location"] == path(second)


def test_list_shows_a_district_only_its_own() -> None:
    mine, other = make.version(), make.version()
    page = text(district_lead(mine.agreement.district).get("/vereinbarungen/"))
    assert mine.agreement.district.sort_name in page
    assert other.agreement.district.sort_name not in page


def test_list_sums_all_found_rows() -> None:
    make.version(entries=1)
    make.version(entries=2)
    page = text(ministry().get("/vereinbarungen/"))
    assert "Summe der 2 gefundenen" in page
    assert "200.000<small>,00</small>" in page
    assert "30.000<small>,00</small>" in page


@pytest.mark.parametrize(
    ("filters", "shown"),
    [("status=submitted", 1), ("status=draft", 1), ("status=returned", 1), ("turn=ministry", 1), ("turn=district", 2),
     ("q=Zweistadt", 1), ("region=Kassel", 1), ("year=2023", 1), ("q=gibtesnicht", 0)],
)  # fmt: skip
def test_filters_stand_in_the_address(filters: str, shown: int) -> None:
    make.version(status="submitted")
    make.version(make.agreement(district=make.district(sort_name="Zweistadt", region="Kassel")))
    returned = make.version(status="draft")
    by = make.person(Role.MINISTRY)
    type(returned).objects.filter(pk=returned.pk).update(
        returned_at=returned.created_at, returned_by=by, return_reason="Bitte ergänzen."
    )
    assert f"{shown} von 3" in text(ministry().get(f"/vereinbarungen/?{filters}"))


def test_list_keeps_its_number_of_queries() -> None:
    client = ministry()
    for _ in range(2):
        make.version(entries=1)
    few = queries_of(client, "/vereinbarungen/")
    for _ in range(10):
        make.version(entries=1)
    assert queries_of(client, "/vereinbarungen/") == few <= 15


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.AUDITOR])
def test_page_of_version_keeps_its_number_of_queries(role: Role) -> None:
    version = make.version(entries=2)
    make.reply(make.remark(version))
    client = client_of(make.user(role))
    few = queries_of(client, path(version))
    for number in range(20):
        make.entry(version, title=f"Weiteres {number}", amount="100.00")
        make.remark(version)
    assert queries_of(client, path(version)) == few


def test_district_reads_what_is_missing_and_the_first_way_to_it() -> None:
    version = make.version(entries=1)
    entry = version.entries.get()
    entry.description = ""
    entry.save()
    page = text(district_lead(version.agreement.district).get(path(version)))
    assert "Bis zum Einreichen fehlt eine Angabe" in page
    assert "Projekt 1: Kurzbeschreibung ergänzen" in page
    assert f'kern-btn--primary" href="/projekte/{entry.pk}/bearbeiten/"' in page


def test_district_lead_is_offered_submission_when_all_is_complete() -> None:
    version = make.version(entries=1)
    district = version.agreement.district
    assert path(version, "schritt/submit/") in text(district_lead(district).get(path(version)))
    staff = text(client_of(make.user(Role.DISTRICT, district)).get(path(version)))
    assert path(version, "schritt/submit/") not in staff
    assert "Einreichen kann nur die Leitung" in staff


def test_ministry_reads_why_it_cannot_approve() -> None:
    version = make.version(status="submitted")
    page = text(ministry().get(path(version)))
    assert "Freigeben kann nur die Referatsleitung" in page
    assert path(version, "schritt/approve/") not in page
    assert path(version, "zurueckgeben/") in page
    assert path(version, "schritt/approve/") in text(lead().get(path(version)))


def test_four_eyes_stand_beside_the_buttons() -> None:
    version = make.version(status="submitted")
    chief = make.user(Role.MINISTRY_LEAD)
    type(version).objects.filter(pk=version.pk).update(prepared_by=chief, prepared_at=version.created_at)
    assert "Vier-Augen-Prinzip: Sie haben diesen Stand vorbereitet." in text(client_of(chief).get(path(version)))


def test_replaced_version_says_so() -> None:
    agreement = make.agreement()
    base = make.version(agreement, status="published")
    make.version(agreement, status="signed", base=base)
    assert "Eine spätere Fassung gilt anstelle dieser" in text(ministry().get(path(base)))


def test_auditor_is_offered_nothing_to_change() -> None:
    version = make.version(status="issued")
    page = text(client_of(make.user(Role.AUDITOR)).get(path(version)))
    assert "schritt/" not in page
    assert "unterschrift/" not in page
