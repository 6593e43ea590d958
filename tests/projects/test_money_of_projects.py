"""Amounts of projects: what people type, what is refused in words, and two people at the same moment."""

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion
from agreements.views.fetching import address
from aqb.access import Refused, Role
from aqb.models import User
from projects.actions import OverLine, save_project
from projects.amounts import pots
from projects.forms import ProjectForm
from projects.models import FundingShare, Project, ProjectEntry
from tests import factories as make
from tests.projects.conftest import cell, errors

Sent = Callable[..., dict[str, Any]]
NBSP = "\u00a0"


@pytest.mark.django_db
class TestTyped:
    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            (
                "1.234,505",
                "Der Betrag „1.234,505“ hat 3 Stellen nach dem Komma. Möglich sind höchstens zwei, zum Beispiel 1.234,50.",
            ),
            ("-5", "Der Betrag „-5“ ist negativ. Bitte geben Sie 0 oder einen höheren Betrag an."),
            ("1e9", "„1e9“ ist kein Betrag. Bitte schreiben Sie Euro und Cent mit Komma, zum Beispiel 1.234,50."),
            ("12,3,4", "„12,3,4“ ist kein Betrag. Bitte schreiben Sie Euro und Cent mit Komma, zum Beispiel 1.234,50."),
            (
                "123456789012345",
                "Der Betrag „123456789012345“ ist zu groß. Möglich sind höchstens 999.999.999.999,99 Euro.",
            ),
            ("9" * 41, "Der Betrag hat mehr als 40 Zeichen."),
            ("١٢٣", "„١٢٣“ ist kein Betrag. Bitte schreiben Sie Euro und Cent mit Komma, zum Beispiel 1.234,50."),
        ],
    )
    def test_what_is_no_amount_is_refused_and_kept(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion, typed: str, sentence: str
    ) -> None:
        page = portal.post(new_url, sent(**{cell(version, 1, 1): typed})).text
        assert errors(page) == [f"Sprachförderung 2024: {sentence}"]
        assert f'value="{typed}"' in page
        assert 'value="Chance Handwerk"' in page
        assert 'value="100,00"' in page
        assert not Project.objects.exists()

    @pytest.mark.parametrize("typed", ["1.234,5", "1234,50", "1234,5 €", " 1.234,50 "])
    def test_usual_ways_to_write_an_amount(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion, typed: str
    ) -> None:
        portal.post(new_url, sent(**{cell(version): typed}))
        assert str(FundingShare.objects.get().amount) == "1234.50"

    def test_one_cent_over_the_line_is_refused_in_words(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion
    ) -> None:
        make.entry(version, amount="70000.00")
        page = portal.post(new_url, sent(**{cell(version): "20.000,00", cell(version, 0, 1): "10.000,01"})).text
        (line,) = errors(page)
        assert line.startswith("Regelbudget 2024: Im Regelbudget fehlen 0,01 €.")
        assert line.endswith("Für dieses Projekt sind höchstens 30.000,00 € verfügbar.")
        assert 'value="10.000,01"' in page
        assert "überschritten: " in page
        assert page.count('30.000<span class="aqb-cents">,01') == 2  # the sums of line and project, by the server
        assert ProjectEntry.objects.count() == 1

    def test_last_cent_of_the_line_is_saved(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion
    ) -> None:
        make.entry(version, amount="70000.00")
        portal.post(new_url, sent(**{cell(version): "30.000,00"}))
        assert next(pot.available for pot in pots(version)) == 0

    def test_date_and_money_are_named_together(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion
    ) -> None:
        page = portal.post(new_url, sent(starts_on_year="2024", **{cell(version): "100.000,01"})).text
        assert [line.partition(":")[0] for line in errors(page)] == ["Ende", "Regelbudget 2023"]

    def test_what_others_took_in_between_is_named_by_the_action(
        self, version: AgreementVersion, clerk: User, sent: Sent
    ) -> None:
        form = ProjectForm({**sent(), cell(version): "60.000,00"}, version=version)
        assert form.is_valid()
        make.entry(version, amount="50000.00")
        with pytest.raises(OverLine) as refusal:
            save_project(version=version, by=clerk, **form.wishes())
        form.refuse(refusal.value)
        assert "fehlen 10.000,00" in form.errors[cell(version)][0]
        assert form.amount_table.total == 60_000

    def test_both_lines_over_give_both_sentences(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion
    ) -> None:
        page = portal.post(new_url, sent(**{cell(version): "100.000,01", cell(version, 1): "5.000,01"})).text
        assert [line.partition(":")[0] for line in errors(page)] == ["Regelbudget 2023", "Sprachförderung 2023"]


@pytest.mark.django_db
class TestOtherInput:
    def test_dates_the_wrong_way_round_name_the_beginning(self, portal: Client, new_url: str, sent: Sent) -> None:
        page = portal.post(new_url, sent(starts_on_year="2024", places="7")).text
        assert errors(page) == ["Ende: Das Ende muss nach dem Beginn (01.01.2024) liegen."]
        assert 'value="7"' in page
        assert not Project.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"starts_on_day": "31", "starts_on_month": "2"}, "Beginn: Den 31.2.2023 gibt es nicht im Kalender."),
            ({"starts_on_year": ""}, "Beginn: Bitte geben Sie auch das Jahr an."),
            ({"starts_on_year": "0202"}, "Beginn: Bitte prüfen Sie das Jahr: 0202 liegt nicht zwischen 2000 und 2100."),
            ({"places": "viele"}, "Plätze: Bitte geben Sie eine ganze Zahl an, zum Beispiel 24."),
            ({"places": "999999999999999999999"}, "Plätze: Höchstens 100.000 Plätze."),
            ({"title": "ß" * 301}, "Titel des Projekts: Der Text hat 301 Zeichen. Möglich sind höchstens 300."),
            (
                {"implementation": "magic"},
                "Wer führt das Projekt durch? Die Auswahl „magic“ steht nicht zur Verfügung.",
            ),
            (
                {"legal_circles": ["SGB XX"]},
                "Rechtskreise der Teilnehmenden: Die Auswahl „SGB XX“ steht nicht zur Verfügung.",
            ),
            ({"target_groups": ["erfunden"]}, "Zielgruppen: Die Auswahl „erfunden“ steht nicht zur Verfügung."),
        ],
    )
    def test_refused_in_words(
        self, portal: Client, new_url: str, sent: Sent, changes: dict[str, Any], sentence: str
    ) -> None:
        page = portal.post(new_url, sent(**changes)).text
        assert errors(page) == [sentence]
        assert "Junge Menschen erproben sich" in page
        assert not Project.objects.exists()

    @pytest.mark.parametrize("title", ["ß" * 300, "פרויקט 🛠️ „Ä & <b>“ \u202eevil", 'O\'Hara "Q" & Söhne'])
    def test_unusual_titles_come_back_as_they_are(self, portal: Client, new_url: str, sent: Sent, title: str) -> None:
        portal.post(new_url, sent(title=title))
        entry = ProjectEntry.objects.get()
        assert entry.title == title
        for page in ("project_detail", "project_edit", "project_remove"):
            answer = portal.get(reverse(page, args=[entry.pk]))
            assert answer.status_code == 200
            assert "<b>“" not in answer.text

    def test_null_character_is_refused(self, portal: Client, new_url: str, sent: Sent) -> None:
        assert len(errors(portal.post(new_url, sent(title="a\x00b")).text)) == 1


@pytest.mark.django_db
class TestForged:
    def test_another_districts_version_does_not_exist(self, portal: Client, sent: Sent) -> None:
        url = reverse("project_create", kwargs=address(make.version()))
        assert portal.post(url, sent()).status_code == 404
        assert not Project.objects.exists()

    @pytest.mark.parametrize("name", ["project_edit", "project_remove"])
    def test_another_districts_project_does_not_exist(self, portal: Client, sent: Sent, name: str) -> None:
        foreign = make.entry(make.version(), title="Fremd")
        assert portal.post(reverse(name, args=[foreign.pk]), sent()).status_code == 404
        assert ProjectEntry.objects.get().title == "Fremd"

    def test_another_districts_provider_is_not_offered(self, portal: Client, new_url: str, sent: Sent) -> None:
        foreign = make.provider()
        page = portal.post(new_url, sent(provider=foreign.pk)).text
        assert errors(page) == [f"Träger: Die Auswahl „{foreign.pk}“ steht nicht zur Verfügung."]
        assert foreign.name not in page

    def test_category_of_another_time_is_not_offered(self, portal: Client, new_url: str, sent: Sent) -> None:
        old = make.category("XX", title="Altes", valid_to=date(2001, 1, 1))
        page = portal.post(new_url, sent(category=old.pk)).text
        assert errors(page) == [f"Maßnahmenart: Die Auswahl „{old.pk}“ steht nicht zur Verfügung."]

    def test_line_of_another_vintage_is_not_read(self, portal: Client, new_url: str, sent: Sent) -> None:
        portal.post(new_url, sent(**{f"amount_{make.line().pk}_2023": "5,00"}))
        assert str(FundingShare.objects.get().amount) == "100.00"

    def test_identity_of_another_project_is_refused(self, portal: Client, new_url: str, sent: Sent) -> None:
        foreign = make.project()
        page = portal.post(new_url, sent(uid=str(foreign.uid))).text
        assert "gehört zu einem anderen Projekt" in errors(page)[0]
        assert 'value="Chance Handwerk"' in page

    def test_fields_that_are_not_in_the_form_change_nothing(
        self, portal: Client, version: AgreementVersion, sent: Sent
    ) -> None:
        other = make.version(make.agreement(district=version.agreement.district))
        portal.post(
            reverse("project_create", kwargs=address(version)),
            sent(version=other.pk, project=make.project().pk, position="99", amounts_unknown="on"),
        )
        entry = ProjectEntry.objects.get()
        assert (entry.version, entry.position, entry.amounts_unknown) == (version, 1, False)


@pytest.mark.django_db
class TestBelowTheForms:
    def test_database_refuses_what_no_form_has_seen(self, version: AgreementVersion) -> None:
        entry = make.entry(version, amount="100000.00")
        with (
            pytest.raises(IntegrityError, match="überschreiten den Ansatz „Regelbudget“ um 0,01"),
            transaction.atomic(),
        ):
            FundingShare.objects.filter(entry=entry).update(amount="100000.01")


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def run(self, *works: Callable[[], Any]) -> list[Any]:
        """Run each in its own thread and connection, all at once; returns results or refusals in order."""
        results: list[Any] = [None] * len(works)
        start = threading.Barrier(len(works))

        def work(place: int) -> None:
            try:
                start.wait()
                results[place] = works[place]()
            except Refused as refusal:
                results[place] = refusal
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=[place]) for place in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return results

    def test_two_people_take_the_last_euro_and_one_is_told(self) -> None:
        version = make.version()
        make.entry(version, amount="99999.00")
        clerk = make.person(Role.DISTRICT, version.agreement.district)
        line, year = version.lines.get().line_id, version.agreement.budget_year.first_cash_year

        def take(title: str) -> Callable[[], Any]:
            return lambda: save_project(
                version=version, fields={"title": title}, shares={(line, year): Decimal("1.00")}, by=clerk
            )

        results = self.run(take("eins"), take("zwei"))
        refused = [result for result in results if isinstance(result, Refused)]
        assert len(refused) == 1
        assert refused[0].reasons == [
            f"Im Regelbudget fehlen 1,00{NBSP}€. Für dieses Projekt sind höchstens 0,00{NBSP}€ verfügbar."
        ]
        assert sum(share.amount for share in FundingShare.objects.all()) == 100_000
        assert Project.objects.count() == ProjectEntry.objects.count() == 2
