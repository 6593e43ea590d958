"""The project form while somebody types: sums from the server, drafts of new projects, and what colleagues see of it."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import AgreementVersion, BudgetYear
from agreements.views.fetching import address
from aqb.access import Role
from aqb.models import Draft, User
from projects.models import Project, ProjectEntry
from tests import factories as make
from tests.agreements.pages import client_of, path, text
from tests.forms import form_of
from tests.projects.conftest import cell, errors, hidden

pytestmark = pytest.mark.django_db
Sent = Callable[..., dict[str, Any]]
NOTE = "Ihr Entwurf steht wieder in den Feldern"


@pytest.fixture
def colleague(version: AgreementVersion) -> Client:
    return client_of(make.user(Role.DISTRICT_LEAD, version.agreement.district, name="Aylin Demir"))


def write(client: Client, page: str, **values: Any) -> Any:
    """What the page's script sends while somebody types."""
    return client.post(page, {**values, "then": "entwurf"}, headers={"HX-Request": "true"})


class TestSums:
    def test_come_back_from_the_server_while_somebody_types(
        self, portal: Client, version: AgreementVersion, sent: Sent
    ) -> None:
        entry = make.entry(version, amount="100.00")
        make.entry(version, amount="30000.00")
        line = version.lines.order_by("line__position").first()
        assert line is not None
        typed = {cell(version): "12.500", cell(version, 0, 1): "7.500,50"}
        answer = write(portal, reverse("project_edit", args=[entry.pk]), **sent(**typed))
        year = version.agreement.budget_year.first_cash_year
        assert f'id="summe-linie-{line.line_id}"><span class="aqb-amount">20.000<' in answer.text
        assert f'id="summe-jahr-{year}"><span class="aqb-amount">12.500<' in answer.text
        assert 'id="summe-gesamt"><span class="aqb-amount">20.000<' in answer.text
        assert "Regelbudget: noch 49.999,50 € verfügbar" in text(answer)
        assert "<input" not in answer.text, "the fields are never touched"
        assert ProjectEntry.objects.with_amount().get(pk=entry.pk).amount == 100

    def test_amounts_that_are_locked_are_not_sent_and_count_as_stored(
        self, portal: Client, version: AgreementVersion
    ) -> None:
        entry = make.entry(version, amount="100.00")
        answer = write(portal, reverse("project_edit", args=[entry.pk]), title="Nur der Titel ist freigegeben")
        assert 'id="summe-gesamt"><span class="aqb-amount">100<' in answer.text

    def test_say_what_is_too_much_and_what_cannot_be_read(
        self, portal: Client, new_url: str, version: AgreementVersion, sent: Sent
    ) -> None:
        typed = {cell(version): "100.000,01", cell(version, 1): "12,3,4"}
        answer = write(portal, new_url, **sent(**typed))
        assert "Im Regelbudget fehlen 0,01 €. Für dieses Projekt sind höchstens 100.000,00 € verfügbar." in text(answer)
        assert "„12,3,4“ ist kein Betrag." in text(answer)
        assert "Regelbudget: noch" not in text(answer)

    def test_are_those_of_the_draft_when_the_page_is_opened_again(
        self, portal: Client, new_url: str, version: AgreementVersion, sent: Sent
    ) -> None:
        write(portal, new_url, **sent(**{cell(version): "100.000,01", cell(version, 1): "12,3,4"}))
        shown = portal.get(new_url)
        assert 'value="12,3,4"' in shown.text
        assert "Im Regelbudget fehlen 0,01 €." in text(shown)

    def test_a_draft_asks_the_database_eight_times_at_most(
        self, portal: Client, version: AgreementVersion, sent: Sent
    ) -> None:
        url = reverse("project_edit", args=[make.entry(version, amount="100.00").pk])
        write(portal, url, **sent())
        with CaptureQueriesContext(connection) as queries:
            assert write(portal, url, **sent(title="Anders")).status_code == 200
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]  # the test's own transaction
        assert len(asked) <= 8, "\n".join(asked)


class TestNewProjects:
    def test_two_at_once_are_two_drafts(self, portal: Client, new_url: str) -> None:
        first, second = str(uuid4()), str(uuid4())
        write(portal, new_url, uid=first, title="Rückenwind")
        write(portal, new_url, uid=second, title="Chance Handwerk")
        shown = portal.get(new_url).text
        assert hidden(shown, "uid") == second
        assert 'value="Chance Handwerk"' in shown
        assert f"?entwurf={first}" in shown
        assert 'value="Rückenwind"' in portal.get(f"{new_url}?entwurf={first}").text
        empty = portal.get(f"{new_url}?entwurf=neu").text
        assert hidden(empty, "uid") not in (first, second)
        assert NOTE not in empty

    def test_are_offered_where_projects_are_listed(
        self, portal: Client, new_url: str, version: AgreementVersion, colleague: Client
    ) -> None:
        uid = str(uuid4())
        write(portal, new_url, uid=uid, title="Rückenwind")
        for page in (path(version), reverse("project_list"), reverse("draft_list")):
            assert f'href="{new_url}?entwurf={uid}"' in portal.get(page).text, page
        assert "angefangen, noch nicht angelegt" in text(portal.get(path(version)))
        seen = text(colleague.get(path(version)))
        assert re.search(r"hat seit \d\d:\d\d Uhr etwas Neues angefangen; noch nicht angelegt", seen)
        assert "Rückenwind" not in seen + text(colleague.get(reverse("project_list")))

    def test_sent_from_the_draft_makes_one_project_and_back_says_so(
        self, portal: Client, new_url: str, sent: Sent
    ) -> None:
        uid = str(uuid4())
        write(portal, new_url, **sent(uid=uid))
        first = portal.post(new_url, sent(uid=uid))
        again = portal.post(new_url, sent(uid=uid))
        assert first["Location"] == again["Location"]
        assert Project.objects.count() == 1
        back = text(portal.get(new_url))
        assert "Dieses Formular ist leer" in back
        assert f'href="{first["Location"]}"' in back
        assert "Projekt „Chance Handwerk“ haben Sie um" in back
        assert not Draft.objects.open().exists()


class TestColleagues:
    def test_draft_overwrites_nothing_that_was_saved_since_it_was_begun(
        self, portal: Client, version: AgreementVersion, colleague: Client
    ) -> None:
        entry = make.entry(version, title="Chance Handwerk", places=24)
        url = reverse("project_edit", args=[entry.pk])
        write(portal, url, **form_of(portal.get(url), "title") | {"title": "Handwerk minus"})
        colleague.post(url, form_of(colleague.get(url), "title") | {"title": "Handwerk plus", "places": "30"})
        again = form_of(portal.get(url), "title")
        assert again["title"] == "Handwerk minus"
        page = portal.post(url, again | {"then": "save"})
        assert page.status_code == 409
        assert "Nichts ist überschrieben" in page.text
        saved = ProjectEntry.objects.get()
        assert (saved.title, saved.places) == ("Handwerk plus", 30)
        assert 'value="Handwerk minus"' in portal.get(url).text, "the draft is still there"

    def test_see_that_somebody_is_at_a_project(
        self, portal: Client, version: AgreementVersion, colleague: Client, sent: Sent
    ) -> None:
        entry = make.entry(version, title="Chance Handwerk")
        write(portal, reverse("project_edit", args=[entry.pk]), **sent(title="Streng geheim"))
        name = User.objects.get(drafts__isnull=False).name
        for page in (reverse("project_detail", args=[entry.pk]), reverse("project_edit", args=[entry.pk])):
            seen = text(colleague.get(page))
            assert re.search(rf"<bdi>{name}</bdi> bearbeitet dieses Projekt seit \d\d:\d\d Uhr; noch nicht", seen), page
            assert "Streng geheim" not in seen
        assert re.search(rf"{name}</bdi> bearbeitet <bdi>Projekt „Chance Handwerk“", text(colleague.get(path(version))))
        own = text(portal.get(reverse("project_detail", args=[entry.pk])))
        assert "Ihr Entwurf</a> ist noch nicht übernommen" in own

    def test_district_sees_nothing_of_a_remark_that_is_being_written(
        self, portal: Client, version: AgreementVersion
    ) -> None:
        ministry = client_of(make.person(Role.MINISTRY))
        page = reverse("remark_create", kwargs=address(version))
        assert write(ministry, page, text="Warum so viel?").status_code == 200
        assert "Warum so viel?</textarea>" in ministry.get(page).text
        assert "angefangen" not in portal.get(path(version)).text

    def test_foreign_district_can_not_claim_to_be_at_it(self, version: AgreementVersion, sent: Sent) -> None:
        stranger = client_of(make.user(Role.DISTRICT_LEAD, make.district()))
        entry = make.entry(version)
        assert write(stranger, reverse("project_edit", args=[entry.pk]), **sent()).status_code == 404
        auditor = client_of(make.user(Role.AUDITOR))
        assert write(auditor, reverse("project_edit", args=[entry.pk]), **sent()).status_code == 403
        assert not Draft.objects.exists()

    def test_submitting_says_it_and_goes_on(self, portal: Client, version: AgreementVersion, sent: Sent) -> None:
        entry = make.entry(version, amount="10.00")
        make.strategy(version.agreement.district)
        write(portal, reverse("project_edit", args=[entry.pk]), **sent())
        lead = client_of(make.person(Role.DISTRICT_LEAD, version.agreement.district))
        step = path(version, "schritt/submit/")
        shown = text(lead.get(step))
        assert "Noch nicht übernommene Eingaben" in shown
        assert "Einreichen können Sie trotzdem." in shown
        assert lead.post(step).status_code == 302
        version.refresh_from_db()
        assert version.status == "submitted"
        assert "Noch nicht" not in text(client_of(make.person(Role.MINISTRY)).get(path(version, "schritt/return/")))


class TestForm:
    def test_ten_thousand_characters_in_the_title_are_refused_and_kept(self, portal: Client, new_url: str) -> None:
        page = portal.get(new_url).text
        assert "maxlength" not in page.partition('name="title"')[2].partition(">")[0], "a browser would cut it silently"
        uid, long = hidden(page, "uid"), "Werkstatt " * 1000
        assert write(portal, new_url, uid=uid, title=long).status_code == 200
        answer = portal.post(new_url, {"uid": uid, "title": long, "then": "save"})
        assert "Der Text hat 9999 Zeichen. Möglich sind höchstens 300." in errors(answer.text)[0]
        assert "Ihre Eingaben sind als Entwurf gespeichert; übernommen ist davon noch nichts." in answer.text
        again = portal.get(new_url).text
        assert long.strip() in again
        assert len(again) < 60_000

    def test_later_cash_years_are_shown_on_request_or_when_needed(
        self, portal: Client, new_url: str, version: AgreementVersion, sent: Sent
    ) -> None:
        BudgetYear.objects.update(last_cash_year=F("first_cash_year") + 4)
        folded = portal.get(new_url).text
        assert '<details class="aqb-late-years">' in folded
        assert cell(version, 0, 3) in folded, "without styles and scripts they are there as well"
        assert '<details class="aqb-late-years" open>' in portal.post(
            new_url, sent(title="", **{cell(version, 0, 3): "1,2,3"})
        ).text  # fmt: skip
        write(portal, new_url, **sent(**{cell(version, 0, 3): "5"}))
        assert '<details class="aqb-late-years" open>' in portal.get(new_url).text
