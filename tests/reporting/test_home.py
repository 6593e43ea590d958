"""The overview of each role."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import AgreementVersion, BudgetYear
from agreements.views.fetching import address
from aqb import clock
from aqb.access import Role
from aqb.models import User
from reporting import district_desk, ministry_desk
from tests import factories as make

pytestmark = pytest.mark.django_db


def page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(reverse("home")).text


def staff(version: AgreementVersion, role: str = Role.DISTRICT) -> User:
    return make.person(role, version.agreement.district)


def tasks(version: AgreementVersion, role: str = Role.DISTRICT) -> list[tuple[str, str]]:
    """Title and state of what stands on the desk for this version."""
    (work,) = [work for work in district_desk.works(staff(version, role)) if work.version == version]
    return [(task.title, task.state) for task in work.tasks]


def further(vintage: BudgetYear, status: str = "draft", **fields: Any) -> AgreementVersion:
    """The agreement of one more district in the same vintage, with money of its own."""
    district = make.district()
    make.allocation(vintage.lines.first() or make.line(vintage), district, "10000.00")
    return make.version(make.agreement(vintage, district), status, **fields)


def current(**fields: Any) -> AgreementVersion:
    """A draft of a vintage whose money still flows."""
    year = clock.today().year
    vintage = make.budget_year(year=year, opened_at=make.START, opened_by=make.person(Role.MINISTRY), **fields)
    return make.version(make.agreement(vintage))


class TestDistrict:
    def test_empty_draft_begins_with_projects(self) -> None:
        assert tasks(current()) == [("Projekte erfassen", "open"), ("Zielvereinbarung einreichen", "later")]

    def test_tasks_stand_in_the_order_of_doing(self) -> None:
        version = current(strategy_required=True)
        entry = make.entry(version, title="Rückenwind", ends_on=None, amount="10.00")
        make.remark(version, project_key=entry.project.uid, project_title="Rückenwind")
        assert tasks(version) == [
            ("1 Anmerkung des Ministeriums beantworten", "open"),
            ("Projekt „Rückenwind“ vervollständigen", "open"),
            ("Arbeitsmarktstrategie bestätigen", "open"),
            ("Restmittel aufteilen: Regelbudget", "optional"),
            ("Zielvereinbarung einreichen", "later"),
        ]

    def test_submitting_says_what_opens_it_and_who_can(self, client: Client) -> None:
        version = current()
        make.user(Role.DISTRICT_LEAD, version.agreement.district, name="Aylin Demir")
        text = page(client, staff(version))
        assert "möglich, sobald die Aufgabe 1 erledigt ist; einreichen kann Aylin Demir" in text
        assert "ist <strong>1&nbsp;Aufgabe</strong> offen" in text

    def test_lead_submits_what_is_complete(self, client: Client) -> None:
        version = current()
        make.entry(version, amount="100000.00")
        assert tasks(version, Role.DISTRICT_LEAD) == [("Zielvereinbarung einreichen", "open")]
        url = reverse("version_step", kwargs={**address(version), "step": "submit"})
        assert f'href="{url}"' in page(client, staff(version, Role.DISTRICT_LEAD))

    def test_allocation_that_was_cut_is_waited_for(self) -> None:
        version = current()
        make.entry(version, amount="100000.00")
        version.agreement.budget_year.lines.get().allocations.update(amount="90000.00")
        assert tasks(version, Role.DISTRICT_LEAD)[0][1] == "waiting"

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("submitted", [("Prüfung und Freigabe durch das Ministerium", "waiting")]),
            ("approved", [("Ausfertigung durch das Ministerium", "waiting")]),
            ("issued", [("Zielvereinbarung unterzeichnen", "open"), ("Unterschrift des Ministeriums", "waiting")]),
            ("signed", [("Veröffentlichung durch das Ministerium", "waiting")]),
            ("published", []),
        ],
    )
    def test_later_states_say_who_has_the_ball(self, status: str, expected: list[tuple[str, str]]) -> None:
        year = clock.today().year
        version = make.version(make.agreement(make.budget_year(year=year)), status)
        assert tasks(version) == expected

    def test_what_has_ended_is_not_on_the_desk(self) -> None:
        version = make.version(make.agreement(make.budget_year(year=clock.today().year)), "withdrawn")
        assert district_desk.works(staff(version)) == []

    def test_money_and_dates_and_contact(self, client: Client) -> None:
        day = clock.today() + timedelta(days=7)
        version = current(submission_due=day, application_due=day + timedelta(days=2))
        make.entry(version, amount="60000.00")
        text = page(client, staff(version))
        assert '40.000<span class="aqb-cents">' in text
        assert f"einzureichen bis {day:%d.%m.%Y}" in text
        assert "noch 7\u00a0Tage" in text
        assert "Antrag" in text
        assert "Ihre Ansprechperson" in text

    def test_other_districts_stay_unseen(self, client: Client) -> None:
        version = current()
        other = further(version.agreement.budget_year, "submitted")
        assert other.agreement.district.name not in page(client, staff(version))

    def test_empty_desk_says_so(self, client: Client) -> None:
        assert "Noch keine Zielvereinbarung in Arbeit" in page(client, make.user(Role.DISTRICT))

    def test_same_number_of_queries_for_2_and_50_projects(self, client: Client) -> None:
        version = current()
        client.force_login(staff(version))
        counts = []
        for number in (2, 48):
            for _ in range(number):
                make.entry(version, description="")
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("home"))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 15


class TestMinistry:
    def test_what_waits_longest_stands_first(self, client: Client) -> None:
        new = make.version(status="issued")
        old = further(new.agreement.budget_year, "submitted")
        further(new.agreement.budget_year, "published")
        rows, number = ministry_desk.waiting(make.person(Role.MINISTRY))
        assert ([row.version for row in rows], number) == ([old, new], 2)
        assert "liegen <strong>2\u00a0Zielvereinbarungen</strong>" in page(client, make.person(Role.MINISTRY))

    def test_vintages_are_counted_by_state(self) -> None:
        vintage = make.budget_year(opened_at=make.START, opened_by=make.person(Role.MINISTRY))
        further(vintage)
        back: dict[str, Any] = {
            "returned_at": make.START,
            "returned_by": make.person(Role.MINISTRY),
            "return_reason": "Bitte ergänzen.",
        }
        further(vintage, **back)
        further(vintage, "submitted")
        (found,) = ministry_desk.vintages()
        assert (found.states, found.number) == ([("draft", 1), ("returned", 1), ("submitted", 1)], 3)

    def test_finished_vintage_is_not_in_work(self) -> None:
        vintage = make.budget_year(opened_at=make.START, opened_by=make.person(Role.MINISTRY))
        further(vintage, "published")
        assert ministry_desk.vintages() == []

    def test_dates_count_who_has_not_come_so_far(self) -> None:
        day = clock.today()
        vintage = make.budget_year(submission_due=day, approval_due=day + timedelta(days=1), year=2030)
        further(vintage)
        further(vintage, "submitted")
        found = ministry_desk.deadlines(ministry_desk.vintages())
        assert [one.said for one in found] == ["Einreichung AQB 2030: 1 offen", "Freigabe AQB 2030: 2 offen"]

    def test_nothing_waits(self, client: Client) -> None:
        assert "Nichts wartet auf das Ministerium" in page(client, make.user(Role.MINISTRY_LEAD))

    def test_same_number_of_queries_for_2_and_50_agreements(self, client: Client) -> None:
        vintage = make.budget_year()
        client.force_login(make.person(Role.MINISTRY))
        counts = []
        for number in (2, 48):
            for _ in range(number):
                further(vintage, "submitted")
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("home"))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 15


class TestOthers:
    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.GRANT_OFFICE])
    def test_readers_find_the_newest_documents(self, client: Client, role: str) -> None:
        version = make.version(status="signed")
        text = page(client, make.user(role))
        assert "Zuletzt ausgefertigt oder unterzeichnet" in text
        assert text.count(version.document_number) == 2

    def test_operator_is_led_to_the_back_office(self, client: Client) -> None:
        assert reverse("admin:index") in page(client, make.operator())

    def test_nobody_is_led_to_the_login(self, client: Client) -> None:
        assert client.get(reverse("home")).headers["Location"].startswith(reverse("account_login"))
