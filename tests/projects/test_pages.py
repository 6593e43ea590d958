"""The pages of projects and providers, as a browser uses them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.actions.steps import submit
from agreements.models import AgreementVersion
from aqb.access import Role
from aqb.models import User
from projects.models import Project, ProjectEntry, Provider
from tests import factories as make
from tests.forms import form_of, send, started
from tests.projects.conftest import cell, errors, hidden

pytestmark = pytest.mark.django_db
Sent = Callable[..., dict[str, Any]]


class TestForm:
    def test_new_project_is_saved_with_everything(
        self, portal: Client, new_url: str, sent: Sent, version: AgreementVersion
    ) -> None:
        answer = portal.post(
            new_url, sent(then="check", part_time="on", **{cell(version, 1, 2): "1.234,5"}), follow=True
        )
        assert "Alle Angaben sind vollständig" in answer.text
        entry = ProjectEntry.objects.with_missing().get()
        assert (entry.title, entry.missing, entry.part_time, entry.places) == ("Chance Handwerk", [], True, 24)
        assert entry.legal_circles == ["SGB II", "SGB III"]
        assert [str(share.amount) for share in entry.shares.all()] == ["100.00", "1234.50"]

    def test_draft_needs_only_a_title(self, portal: Client, new_url: str) -> None:
        answer = portal.post(new_url, {"title": "Rückenwind", "then": "save"}, follow=True)
        assert "Zwischengespeichert am" in answer.text
        assert ProjectEntry.objects.get().title == "Rückenwind"

    def test_without_title_nothing_is_saved(self, portal: Client, new_url: str) -> None:
        answer = portal.post(new_url, {"title": " ", "description": "Noch ohne Namen."})
        assert errors(answer.text) == [
            "Titel des Projekts: Bitte geben Sie dem Projekt einen Titel. Ohne ihn lässt es sich nicht speichern."
        ]
        assert "Noch ohne Namen." in answer.text
        assert not Project.objects.exists()

    def test_ten_thousand_characters_in_a_title_are_counted_and_kept(self, portal: Client, new_url: str) -> None:
        """Pasted by mistake: nothing is cut without a word, nothing is saved, nothing is lost."""
        pasted = "Rückenwind " * 1000
        answer = portal.post(new_url, {"title": pasted, "description": "Vier Gewerke.", "then": "save"})
        assert errors(answer.text) == ["Titel des Projekts: Der Text hat 10999 Zeichen. Möglich sind höchstens 300."]
        assert pasted.strip() in answer.text
        assert "Vier Gewerke." in answer.text
        assert "maxlength" not in answer.text.partition('name="title"')[2].partition(">")[0]
        assert not Project.objects.exists()

    def test_check_saves_and_names_what_is_missing(self, portal: Client, new_url: str) -> None:
        answer = portal.post(new_url, {"title": "Rückenwind", "then": "check"}, follow=True)
        assert "Ihre Eingaben sind als Entwurf gespeichert." in answer.text
        assert "Maßnahmenart: Bitte noch Maßnahmenart wählen." in errors(answer.text)
        assert "Regelbudget 2023: Bitte noch mindestens einen Betrag eintragen." in errors(answer.text)
        assert ProjectEntry.objects.count() == 1

    def test_staff_training_needs_no_target_group(self, portal: Client, new_url: str, sent: Sent) -> None:
        staff = make.category("WB", title="Weiterbildung von Fachpersonal", has_participants=False)
        fields = sent(then="check", category=staff.pk, target_groups=[], legal_circles=[])
        assert "Alle Angaben sind vollständig" in portal.post(new_url, fields, follow=True).text

    def test_provider_can_be_made_on_the_way(self, portal: Client, new_url: str) -> None:
        page = portal.post(new_url, {"title": "Rückenwind", "then": "provider"}, follow=True)
        assert "Ihr Projekt ist gespeichert." in page.text
        address = page.redirect_chain[-1][0]
        page = portal.post(address, {"name": "Bildungswerk Süd e. V.", "city": "Langen"}, follow=True)
        provider = Provider.objects.get(city="Langen")
        assert f'<option value="{provider.pk}" selected>Bildungswerk Süd e. V.</option>' in page.text

    def test_description_keeps_its_line_ends_short(self, portal: Client, new_url: str) -> None:
        portal.post(new_url, {"title": "Rückenwind", "description": "eins\r\nzwei"})
        assert ProjectEntry.objects.get().description == "eins\nzwei"

    def test_remark_stands_beside_its_field_with_an_answer(self, portal: Client, version: AgreementVersion) -> None:
        entry = make.entry(version)
        remark = make.remark(version, project_key=entry.project.uid, field="description", text="Welche Gewerke?")
        make.remark(version, project_key=entry.project.uid, field="shares", text="Warum so viel?")
        page = portal.get(reverse("project_edit", args=[entry.pk])).text
        assert page.index("4. Beträge nach Budgetlinie") < page.index("Warum so viel?") < page.index("Summe</th>")
        assert page.index("Kurzbeschreibung") < page.index("Welche Gewerke?") < page.index("Zielgruppen")
        assert f'action="{reverse("remark_answer", args=[remark.pk])}"' in page


class TestTogether:
    def test_sending_the_form_twice_makes_one_project(self, portal: Client, new_url: str, sent: Sent) -> None:
        uid = hidden(portal.get(new_url).text, "uid")
        first = portal.post(new_url, sent(uid=uid))
        second = portal.post(new_url, sent(uid=uid))
        assert first.headers["Location"] == second.headers["Location"]
        assert Project.objects.count() == 1

    def test_what_somebody_else_saved_stays_and_the_person_chooses(
        self, portal: Client, version: AgreementVersion, sent: Sent
    ) -> None:
        entry = make.entry(version, title="Chance Handwerk", places=24)
        url = reverse("project_edit", args=[entry.pk])
        seen = started(portal.get(url), "title")
        colleague = Client()
        colleague.force_login(make.user(Role.DISTRICT, version.agreement.district, name="Aylin Demir"))
        colleague.post(url, sent(**seen, title="Handwerk plus", **{cell(version): "70,00"}))
        page = portal.post(url, sent(**seen, title="Handwerk minus", places="12", **{cell(version): "80,00"}))
        assert page.status_code == 409
        assert "Aylin Demir hat dieses Projekt inzwischen auch geändert" in page.text
        assert "2\u00a0Felder sind verschieden" in page.text
        assert ProjectEntry.objects.get().title == "Handwerk plus"
        chosen = {"entscheidung-title": "mine", f"entscheidung-{cell(version)}": "theirs"}
        portal.post(url, form_of(page, "title") | chosen)
        saved = ProjectEntry.objects.get()
        assert (saved.title, saved.places, str(saved.shares.get().amount)) == ("Handwerk minus", 12, "70.00")

    def test_page_without_its_start_overwrites_nothing(
        self, portal: Client, version: AgreementVersion, sent: Sent
    ) -> None:
        entry = make.entry(version, title="Chance Handwerk")
        page = portal.post(reverse("project_edit", args=[entry.pk]), sent(started="gestern", title="Anders"))
        assert "Nichts ist überschrieben" in page.text
        assert ProjectEntry.objects.get().title == "Chance Handwerk"

    def test_submitted_meanwhile_keeps_what_was_typed(self, portal: Client, version: AgreementVersion) -> None:
        entry = make.entry(version, amount="10.00")
        url = reverse("project_edit", args=[entry.pk])
        form = form_of(portal.get(url), "title")
        submit(version=version, by=make.person(Role.DISTRICT_LEAD, version.agreement.district))
        page = portal.post(url, form | {"title": "Noch schnell"})
        assert "liegt beim Ministerium" in errors(page.text)[0]
        assert 'value="Noch schnell"' in page.text


class TestReading:
    def test_auditor_reads_and_changes_nothing(self, client: Client, version: AgreementVersion) -> None:
        entry = make.entry(version, amount="10000.00", title="Rückenwind")
        client.force_login(make.user(Role.AUDITOR))
        page = client.get(reverse("project_detail", args=[entry.pk])).text
        assert "10.000<span" in page
        assert reverse("project_edit", args=[entry.pk]) not in page
        for name in ("project_edit", "project_remove"):
            assert client.get(reverse(name, args=[entry.pk])).status_code == 403

    def test_unknown_amounts_are_said(self, portal: Client, version: AgreementVersion) -> None:
        entry = make.entry(version, amounts_unknown=True)
        assert "keine Beträge" in portal.get(reverse("project_detail", args=[entry.pk])).text

    def test_incomplete_project_says_what_is_missing(self, portal: Client, version: AgreementVersion) -> None:
        entry = make.entry(version, ends_on=None)
        page = portal.get(reverse("project_detail", args=[entry.pk])).text
        assert "Ende der Laufzeit angeben" in page
        assert "ab 01.01.2023" in page

    @pytest.mark.parametrize("name", ["project_detail", "project_edit", "project_remove"])
    def test_foreign_project_does_not_exist(self, portal: Client, name: str) -> None:
        foreign = make.entry(make.version())
        assert portal.get(reverse(name, args=[foreign.pk])).status_code == 404
        answer = portal.post(reverse(name, args=[foreign.pk]))
        assert answer.status_code == (405 if name == "project_detail" else 404)  # reading pages take no POST at all

    def test_submitted_project_says_why_it_stays(self, client: Client) -> None:
        version = make.version(status="submitted")
        client.force_login(make.person(Role.DISTRICT, version.agreement.district))
        answer = client.get(reverse("project_edit", args=[version.entries.get().pk]))
        assert (answer.status_code, "liegt beim Ministerium" in answer.text) == (409, True)


class TestRemoving:
    def test_removal_is_asked_first(self, portal: Client, version: AgreementVersion) -> None:
        entry = make.entry(version, amount="10000.00", title="Rückenwind")
        url = reverse("project_remove", args=[entry.pk])
        assert "10.000,00\u00a0€ werden wieder frei" in portal.get(url).text
        assert ProjectEntry.objects.exists()
        assert "Projekt „Rückenwind“ entfernt." in portal.post(url, follow=True).text
        assert not ProjectEntry.objects.exists()


class TestList:
    def test_lists_only_the_newest_version_of_the_own_district(self, portal: Client, clerk: User) -> None:
        old = make.version(make.agreement(district=clerk.district), status="signed")
        amendment = make.version(old.agreement, base=old)
        make.entry(amendment, title="Neuer Stand")
        make.entry(make.version(), title="Fremdes")
        page = portal.get(reverse("project_list")).text
        assert "Neuer Stand" in page
        assert "Fremdes" not in page
        assert "Projekt 1<" not in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=wind", ["Rückenwind"]),
            ("q=Lehrbauhof", ["Chance", "Rückenwind"]),
            ("category=AV", ["Chance", "Rückenwind"]),
            ("status=draft", ["Chance", "Rückenwind"]),
            ("status=published", []),
            ("lacks=ja", ["Chance"]),
            ("lacks=nein", ["Rückenwind"]),
            ("year=2023", ["Chance", "Rückenwind"]),
            ("q=%00", ["Chance", "Rückenwind"]),
            ("page=999", ["Chance", "Rückenwind"]),
        ],
    )
    def test_filters(self, portal: Client, version: AgreementVersion, query: str, found: list[str]) -> None:
        make.entry(version, title="Rückenwind", amount="10.00")
        make.entry(version, title="Chance", description="")
        page = portal.get(f"{reverse('project_list')}?{query}").text
        assert [title for title in ("Chance", "Rückenwind") if f"<bdi>{title}</bdi>" in page] == found

    def test_sum_is_that_of_all_hits(self, portal: Client, version: AgreementVersion) -> None:
        for number in range(51):
            make.entry(version, title=f"Projekt {number}", amount="10.00")
        page = portal.get(reverse("project_list")).text
        assert "Seite 1 von 2" in page
        assert "510<span" in page

    @pytest.mark.parametrize("name", ["project_list", "provider_list"])
    def test_same_number_of_queries_for_2_and_50_rows(
        self, client: Client, version: AgreementVersion, name: str
    ) -> None:
        client.force_login(make.user(Role.AUDITOR))
        for _ in range(2):
            make.entry(make.version())
        with CaptureQueriesContext(connection) as few:
            client.get(reverse(name))
        for number in range(48):
            make.entry(version, provider=make.provider(version.agreement.district), title=f"Projekt {number}")
        with CaptureQueriesContext(connection) as many:
            client.get(reverse(name))
        assert len(few) == len(many) <= 15


class TestProviders:
    def test_name_that_is_there_already_is_refused_in_words(self, portal: Client) -> None:
        page = portal.post(reverse("provider_create"), {"name": "LEHRBAUHOF gGmbH"}).text
        assert errors(page) == ["Name: Einen Träger mit diesem Namen gibt es in Ihrer Liste schon."]
        assert 'value="LEHRBAUHOF gGmbH"' in page

    def test_foreign_provider_does_not_exist(self, portal: Client) -> None:
        assert portal.get(reverse("provider_edit", args=[make.provider().pk])).status_code == 404

    def test_name_is_corrected(self, portal: Client) -> None:
        provider = Provider.objects.get()
        assert send(portal, reverse("provider_edit", args=[provider.pk]), name="Bauhof").status_code == 302
        assert Provider.objects.get().name == "Bauhof"

    def test_ministry_says_for_which_district(self, client: Client, version: AgreementVersion) -> None:
        client.force_login(make.person(Role.MINISTRY))
        assert client.get(reverse("provider_create")).status_code == 409
        ags = version.agreement.district.ags
        client.post(f"{reverse('provider_create')}?gebiet={ags}", {"name": "Neu gGmbH"})
        assert Provider.objects.get(name="Neu gGmbH").district.ags == ags
        assert f"?gebiet={ags}" in client.get(f"{reverse('provider_list')}?district={ags}").text

    def test_auditor_reads_the_list_only(self, client: Client, version: AgreementVersion) -> None:
        client.force_login(make.user(Role.AUDITOR))
        page = client.get(reverse("provider_list")).text
        assert "Lehrbauhof gGmbH" in page
        assert reverse("provider_create") not in page
        assert client.post(reverse("provider_create"), {"name": "X"}).status_code == 403

    @pytest.mark.parametrize("address", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
    def test_way_back_leads_nowhere_else(self, portal: Client, address: str) -> None:
        answer = portal.post(f"{reverse('provider_create')}?zurueck={address}", {"name": "Bauhof"})
        assert answer.headers["Location"] == reverse("provider_list")
