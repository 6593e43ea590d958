"""Two people in one form: what is compared, what is taken over, what a person is asked, and that nothing is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import BudgetLine, WordingSection
from agreements.views.fetching import address
from aqb.access import Role
from aqb.conflicts.start import Start, name_of
from aqb.models import User
from projects.forms import ProviderForm
from projects.models import Provider
from tests import factories as make
from tests.forms import form_of, send

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def two() -> tuple[Client, Client]:
    """Browsers of Sabine Kröger and Aylin Demir, of the same district."""
    district = make.district()
    people = [make.user(Role.DISTRICT, district, name=name) for name in ("Sabine Kröger", "Aylin Demir")]
    return browser(people[0]), browser(people[1])


@pytest.fixture
def provider(two: Any) -> Provider:
    return make.provider(User.objects.get(name="Aylin Demir").district, name="Bauhof", city="Langen")


def page_of(provider: Provider) -> str:
    return reverse("provider_edit", args=[provider.pk])


def state(provider: Provider) -> tuple[str, str, bool]:
    provider.refresh_from_db()
    return provider.name, provider.city, provider.own


class TestTaking:
    def test_what_only_the_other_changed_stays_and_is_said(self, two: Any, provider: Provider) -> None:
        sabine, aylin = two
        form = form_of(sabine.get(page_of(provider)), "name")
        send(aylin, page_of(provider), city="Dreieich", own="on")
        answer = sabine.post(page_of(provider), form | {"name": "Bauhof gGmbH"})
        assert answer.status_code == 302
        assert state(provider) == ("Bauhof gGmbH", "Dreieich", True)
        page = sabine.get(answer["Location"]).text
        assert "Aylin Demir hat inzwischen geändert, das gilt weiter: Ort: Dreieich" in page

    def test_the_same_change_of_both_is_no_conflict(self, two: Any, provider: Provider) -> None:
        sabine, aylin = two
        form = form_of(sabine.get(page_of(provider)), "name")
        send(aylin, page_of(provider), name="Bauhof gGmbH")
        assert sabine.post(page_of(provider), form | {"name": " Bauhof gGmbH"}).status_code == 302


class TestChoosing:
    @pytest.fixture
    def conflict(self, two: Any, provider: Provider) -> Any:
        """Sabine's page after both have changed the name, Sabine the place too."""
        sabine, aylin = two
        form = form_of(sabine.get(page_of(provider)), "name")
        send(aylin, page_of(provider), name="Bauhof Süd", own="on")
        return sabine.post(page_of(provider), form | {"name": "Bauhof Nord", "city": "Egelsbach"})

    def test_nothing_is_saved_and_both_states_stand_side_by_side(self, conflict: Any, provider: Provider) -> None:
        assert state(provider) == ("Bauhof Süd", "Langen", True)
        page = conflict.text
        assert conflict.status_code == 409
        assert "Zwei Stände von „Bauhof Süd“" in page
        assert "Aylin Demir hat diesen Träger inzwischen auch geändert" in page
        assert "Stand von Aylin Demir" in page
        assert "2\u00a0Felder hat nur eine Person geändert" in page
        assert "checked" not in page, "the choice is the person's"

    @pytest.mark.parametrize(("choice", "name"), [("mine", "Bauhof Nord"), ("theirs", "Bauhof Süd")])
    def test_choice_is_saved_with_everything_else(
        self, two: Any, conflict: Any, provider: Provider, choice: str, name: str
    ) -> None:
        answer = two[0].post(page_of(provider), form_of(conflict, "name") | {"entscheidung-name": choice})
        assert answer.status_code == 302
        assert state(provider) == (name, "Egelsbach", True)

    def test_missing_choice_is_asked_for(self, two: Any, conflict: Any, provider: Provider) -> None:
        page = two[0].post(page_of(provider), form_of(conflict, "name") | {"spaet": ""})
        assert page.status_code == 409
        again = two[0].post(page_of(provider), form_of(page, "name") | {"entscheidung-name": ""})
        assert "Bitte wählen Sie, was gelten soll." in again.text
        assert state(provider) == ("Bauhof Süd", "Langen", True)

    def test_third_person_meanwhile_is_asked_about_again(self, two: Any, conflict: Any, provider: Provider) -> None:
        third = browser(make.user(Role.DISTRICT, provider.district, name="Jonas Weber"))
        send(third, page_of(provider), name="Bauhof West")
        page = two[0].post(page_of(provider), form_of(conflict, "name") | {"entscheidung-name": "mine"})
        assert page.status_code == 409
        assert "Stand von Jonas Weber" in page.text
        two[0].post(page_of(provider), form_of(page, "name") | {"entscheidung-name": "mine"})
        assert state(provider) == ("Bauhof Nord", "Egelsbach", True)

    def test_what_is_decided_stays_decided_when_another_choice_comes_up(self, two: Any, provider: Provider) -> None:
        sabine, aylin = two
        form = form_of(sabine.get(page_of(provider)), "name")
        send(aylin, page_of(provider), name="Bauhof Süd")
        page = sabine.post(page_of(provider), form | {"name": "Bauhof Nord", "city": "Egelsbach"})
        send(aylin, page_of(provider), city="Dreieich")
        page = sabine.post(page_of(provider), form_of(page, "name") | {"entscheidung-name": "theirs"})
        assert "entscheidung-city" in page.text
        assert "entscheidung-name" not in page.text
        sabine.post(page_of(provider), form_of(page, "city") | {"entscheidung-city": "mine"})
        assert state(provider)[:2] == ("Bauhof Süd", "Egelsbach")

    def test_deciding_later_keeps_what_was_typed(self, two: Any, conflict: Any, provider: Provider) -> None:
        answer = two[0].post(page_of(provider), form_of(conflict, "name") | {"spaeter": "ja"})
        assert answer["Location"] == reverse("provider_list")
        assert "Ihre Eingaben sind aufgehoben" in two[0].get(answer["Location"]).text
        page = two[0].get(page_of(provider))
        assert "Inzwischen hat auch jemand anders gespeichert." in page.text
        assert form_of(page, "name")["name"] == "Bauhof Nord"
        assert two[0].post(page_of(provider), form_of(page, "name")).status_code == 409, "still to be decided"

    def test_own_other_window_is_called_so(self, two: Any, provider: Provider) -> None:
        form = form_of(two[0].get(page_of(provider)), "name")
        send(two[0], page_of(provider), name="Bauhof Süd")
        page = two[0].post(page_of(provider), form | {"name": "Bauhof Nord"}).text
        assert "Sie haben diesen Träger inzwischen in einem anderen Fenster geändert" in page


def test_field_that_is_locked_meanwhile_says_what_is_not_saved(provider: Provider) -> None:
    start = ProviderForm(instance=provider).comparison.now().sealed()
    form = ProviderForm({"name": "Bauhof", "city": "Egelsbach", "started": start}, instance=provider)
    form.fields["city"].disabled = True
    assert form.errors["city"] == ["Dieses Feld ist inzwischen gesperrt, Ihre Angabe wird nicht gespeichert: Egelsbach"]


class TestForms:
    """The other forms of the application, each with its own way to what is stored."""

    def test_agreed_lines(self) -> None:
        version = make.version(entries=0)
        url = reverse("version_lines", kwargs=address(version))
        field = f"line_{version.lines.get().line_id}"
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), field)
        send(other, url, **{field: "70.000,00"})
        page = one.post(url, form | {field: "80.000,00"})
        assert page.status_code == 409
        assert "Jana Roth hat die Ansätze inzwischen auch geändert" in page.text
        assert str(version.lines.get().amount) == "70000.00"

    def test_signatories_name_their_side(self) -> None:
        version = make.version()
        url = reverse("version_signatories", kwargs=address(version))
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), "land-name_1")
        send(other, url, **{"land-name_1": "Ada Berg", "land-office_1": "Ministerin", "district-name_1": ""})
        page = one.post(url, form | {"land-name_1": "Eva Tal", "land-office_1": "Staatssekretärin"})
        assert "Für das Land Hessen: Name" in page.text
        chosen = {"entscheidung-land-name_1": "mine", "entscheidung-land-office_1": "mine"}
        one.post(url, form_of(page, "land-name_1") | chosen)
        assert [(one.name, one.office) for one in version.signatories.all()] == [("Eva Tal", "Staatssekretärin")]

    def test_vintage_with_its_lines(self) -> None:
        line = make.line(amount="500.00")
        url = reverse("budget_year_edit", args=[line.budget_year.year])
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), "lines-0-amount")
        send(other, url, **{"lines-0-amount": "700,00", "lines-0-earmark": "für Sprache", "rounding": "100"})
        page = one.post(url, form | {"lines-0-amount": "800,00", "strategy_required": "on"})
        assert page.status_code == 409
        assert f"{line}: Betrag" in page.text
        chosen = {"entscheidung-lines-0-amount": "mine"}
        assert one.post(url, form_of(page, "lines-0-amount") | chosen).status_code == 302
        line.refresh_from_db()
        assert (str(line.amount), line.earmark) == ("800.00", "für Sprache")
        assert (str(line.budget_year.rounding), line.budget_year.strategy_required) == ("100.00", True)

    def test_line_that_is_deleted_meanwhile(self) -> None:
        line = make.line()
        gone = make.line(line.budget_year)
        url = reverse("budget_year_edit", args=[line.budget_year.year])
        client = browser(make.person(Role.MINISTRY))
        form = form_of(client.get(url), "lines-0-amount")
        BudgetLine.objects.get(pk=gone.pk).delete()
        page = client.post(url, form | {"lines-1-title": "Neuer Name"})
        assert "hat inzwischen jemand anders gelöscht" in page.text
        assert 'value="Neuer Name"' in page.text
        assert client.post(url, form).status_code == 302, "what this person left alone needs no words"
        assert BudgetLine.objects.count() == 1

    def test_text_is_read_word_by_word_and_may_be_joined(self) -> None:
        wording = make.wording(released=False)
        section = wording.sections.get(key="Mittel")
        url = reverse("section_edit", kwargs={"pk": wording.pk, "section": section.pk})
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), "text")
        send(other, url, text="Das Land zahlt jedes Jahr.")
        page = one.post(url, form | {"text": "Das Land zahlt jeden Monat."})
        assert '<mark class="aqb-new"><span class="kern-sr-only">anders: </span>jedes Jahr</mark>' in page.text
        joined = {"entscheidung-text": "both", "zusammen-text": "Das Land zahlt jeden Monat und jedes Jahr."}
        assert one.post(url, form_of(page, "heading") | joined).status_code == 302
        section.refresh_from_db()
        assert section.text == "Das Land zahlt jeden Monat und jedes Jahr."

    def test_section_that_moved_meanwhile_keeps_its_place(self) -> None:
        wording = make.wording(released=False)
        section = wording.sections.get(key="Projekte")
        kwargs = {"pk": wording.pk, "section": section.pk}
        url = reverse("section_edit", kwargs=kwargs)
        client = browser(make.person(Role.MINISTRY))
        form = form_of(client.get(url), "text")
        client.post(reverse("section_move", kwargs=kwargs), {"direction": "up"})
        assert client.post(url, form | {"heading": "Vorhaben"}).status_code == 302
        section.refresh_from_db()
        assert (section.position, section.heading) == (2, "Vorhaben")

    def test_section_that_is_removed_meanwhile_loses_nothing(self) -> None:
        wording = make.wording(released=False)
        section = wording.sections.get(key="Projekte")
        kwargs = {"pk": wording.pk, "section": section.pk}
        url = reverse("section_edit", kwargs=kwargs)
        one, other = browser(make.person(Role.MINISTRY)), browser(make.user(Role.MINISTRY, name="Jana Roth"))
        form = form_of(one.get(url), "text")
        other.post(reverse("section_remove", kwargs=kwargs))
        assert not WordingSection.objects.filter(pk=section.pk).exists()
        page = one.post(url, form | {"text": "Ein langer Text, der nicht verloren geht."})
        assert page.status_code == 410
        assert "hat diesen Eintrag inzwischen gelöscht" in page.text
        assert "Ein langer Text, der nicht verloren geht." in page.text

    def test_text_that_is_released_meanwhile_says_so_and_loses_nothing(self) -> None:
        wording = make.wording(released=False)
        section = wording.sections.get(key="Mittel")
        url = reverse("section_edit", kwargs={"pk": wording.pk, "section": section.pk})
        client = browser(make.person(Role.MINISTRY))
        form = form_of(client.get(url), "text")
        browser(make.user(Role.MINISTRY_LEAD)).post(reverse("wording_release", args=[wording.pk]))
        page = client.post(url, form | {"text": "Noch ein Satz."})
        assert "Ein freigegebener Vertragstext ändert sich nicht mehr" in page.text
        assert "Noch ein Satz." in page.text

    def test_foreign_row_is_no_deleted_row(self, two: Any) -> None:
        foreign = make.provider()
        start = Start(at=timezone.now(), row=name_of(foreign))
        answer = two[0].post(page_of(foreign), {"name": "X", "started": start.sealed()})
        assert answer.status_code == 404
