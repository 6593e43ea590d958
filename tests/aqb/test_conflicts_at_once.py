"""Two people send one form at the same moment, on connections of their own: one saves, the other is asked."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import BudgetYear, WordingSection
from agreements.views.fetching import address
from aqb.access import Role
from aqb.models import User
from projects.models import ProjectEntry
from tests import factories as make
from tests.at_once import at_once
from tests.forms import form_of


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ministry() -> list[Client]:
    return [browser(make.user(Role.MINISTRY)) for _ in range(2)]


def both_send(clients: list[Client], url: str, field: str, texts: tuple[str, str]) -> list[int]:
    """Both have opened the page; both send another text at the same moment."""
    forms = [form_of(client.get(url), field) | {field: text} for client, text in zip(clients, texts, strict=True)]
    answers = at_once(*(lambda place=place: clients[place].post(url, forms[place]) for place in range(2)))
    return [answer.status_code for answer in answers]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_project(self) -> None:
        entry = make.entry(make.version(), title="Alt")
        district = entry.version.agreement.district
        clients = [browser(make.user(Role.DISTRICT, district)) for _ in range(2)]
        texts = ("Handwerk", "Pflege")
        answers = both_send(clients, reverse("project_edit", args=[entry.pk]), "title", texts)
        assert sorted(answers) == [302, 409]
        assert ProjectEntry.objects.get().title == texts[answers.index(302)]

    def test_section_of_the_contract_text(self) -> None:
        section = make.wording(released=False).sections.get(key="Mittel")
        url = reverse("section_edit", kwargs={"pk": section.wording_id, "section": section.pk})
        texts = ("Geld", "Zahlungen")
        answers = both_send(ministry(), url, "heading", texts)
        assert sorted(answers) == [302, 409]
        assert WordingSection.objects.get(pk=section.pk).heading == texts[answers.index(302)]

    def test_back_office(self) -> None:
        year = make.budget_year()
        url = reverse("admin:agreements_budgetyear_change", args=[year.pk])
        answers = both_send(ministry(), url, "rounding", ("10,00", "20,00"))
        assert sorted(answers) == [302, 409]
        assert str(BudgetYear.objects.get().rounding) == ("10.00", "20.00")[answers.index(302)]


@pytest.mark.django_db
class TestLocks:
    """Whoever sends a form waits for the lock before anything is read that is compared."""

    @pytest.fixture
    def pages(self) -> dict[str, tuple[str, str, str]]:
        """Address, a field of its form, and the table that the form reads."""
        version = make.version(entries=1)
        entry = version.entries.get()
        text = make.wording(released=False)
        section = text.sections.get(key="Mittel")
        of_version = address(version)
        amount = f"line_{version.lines.get().line_id}"
        return {
            "project": (reverse("project_edit", args=[entry.pk]), "title", "projects_projectentry"),
            "provider": (reverse("provider_edit", args=[entry.provider_id]), "name", "projects_provider"),
            "lines": (reverse("version_lines", kwargs=of_version), amount, "agreements_agreementline"),
            "signatories": (reverse("version_signatories", kwargs=of_version), "land-name_1", "agreements_signatory"),
            "vintage": (reverse("budget_year_edit", args=[of_version["year"]]), "rounding", "agreements_budgetline"),
            "frame": (reverse("wording_detail", args=[text.pk]), "title", "agreements_wordingsection"),
            "section": (
                reverse("section_edit", kwargs={"pk": text.pk, "section": section.pk}), "text", "agreements_wordingsection",
            ),
            "back office": (reverse("admin:projects_projectentry_change", args=[entry.pk]), "title", "projects_fundingshare"),
        }  # fmt: skip

    def test_lock_comes_before_what_is_compared(self, pages: dict[str, tuple[str, str, str]]) -> None:
        client = browser(make.person(Role.MINISTRY))
        slips: list[Any] = []
        for name, (url, field, table) in pages.items():
            form = form_of(client.get(url), field)
            with CaptureQueriesContext(connection) as asked:
                client.post(url, form)
            queries = [query["sql"] for query in asked]
            lock = next((place for place, sql in enumerate(queries) if "FOR NO KEY UPDATE" in sql), None)
            read = [place for place, sql in enumerate(queries) if f'SELECT "{table}"' in sql]
            if lock is None or not any(place > lock for place in read):  # what a draft is about is asked before
                slips.append((name, lock, read))
        assert not slips
