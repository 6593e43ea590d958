"""After a return the district changes just what the ministry has unlocked, whatever form or code path it comes by."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.actions import drafting, returned, steps
from agreements.models import AgreementVersion, Party
from agreements.unlocking import Choice
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import User
from projects.actions import remove_project, save_project
from projects.amounts import shares_of
from projects.models import ProjectEntry
from tests import factories as make
from tests.agreements.actors import NOW, REASON
from tests.forms import fill_in

pytestmark = pytest.mark.django_db
DAY = NOW.date() + timedelta(days=14)


def given_back(*fields: str, unlock: Choice = "fields", **more: Any) -> tuple[AgreementVersion, ProjectEntry, User]:
    """A version with two projects, returned with remarks on these fields of the first one; and a person of the district."""
    version = make.version(status="submitted", entries=2)
    entry = version.entries.order_by("pk")[0]
    for field in fields:
        make.note(version, project_key=entry.project.uid, project_title=entry.title, field=field)
    steps.return_to_draft(version=version, reason=REASON, by=make.user(), unlock=unlock, **more)
    version.refresh_from_db()
    return version, entry, make.person(Role.DISTRICT_LEAD, version.agreement.district)


def save(entry: ProjectEntry, by: User, amount: str | None = None, **fields: Any) -> ProjectEntry:
    shares = {key: Decimal(amount) for key in shares_of(entry)} if amount else shares_of(entry)
    return save_project(version=entry.version, entry=entry, fields=fields, shares=shares, by=by)


def locked(*words: str) -> Any:
    return pytest.raises(Refused, match=".*".join(words))


class TestActions:
    def test_only_the_remarked_field_can_be_changed(self) -> None:
        _, entry, by = given_back("description")
        assert save(entry, by, description="Neu").description == "Neu"
        with locked("Titel ist abgestimmt, gesperrt seit der Rückgabe vom", "kann weitere Felder freigeben"):
            save(entry, by, title="Anders")
        with locked("Beträge sind"):
            save(entry, by, "5000.00")

    @pytest.mark.parametrize("field", ["shares", "places", "amount_1_2023"])
    def test_amounts_cash_years_and_places_are_unlocked_together(self, field: str) -> None:
        _, entry, by = given_back(field)
        assert save(entry, by, "5000.00", places=7).places == 7
        with locked("Kurzbeschreibung ist"):
            save(entry, by, description="Neu")

    def test_both_days_are_unlocked_together(self) -> None:
        _, entry, by = given_back("starts_on")
        assert save(entry, by, ends_on=date(2023, 11, 30)).ends_on == date(2023, 11, 30)

    def test_saying_the_same_again_is_no_change(self) -> None:
        _, entry, by = given_back("description")
        save(entry, by, title=entry.title, description="Neu")

    def test_other_projects_stay_locked(self) -> None:
        version, entry, by = given_back("description")
        other = version.entries.exclude(pk=entry.pk).get()
        with locked("Kurzbeschreibung ist"):
            save(other, by, description="Neu")

    def test_project_as_a_whole_opens_with_a_remark_on_it(self) -> None:
        ways: list[tuple[str, Choice]] = [("", "fields"), ("description", "projects")]
        for field, unlock in ways:
            _, entry, by = given_back(field, unlock=unlock)
            assert save(entry, by, "5000.00", title="Anders").title == "Anders"

    def test_projects_are_added_and_removed_only_when_everything_is_open(self) -> None:
        version, entry, by = given_back("", unlock="projects")
        with locked("Neue Projekte anlegen", "die ganze Zielvereinbarung"):
            save_project(version=version, fields={"title": "Neu"}, shares={}, by=by)
        with locked("Projekte entfernen"):
            remove_project(entry=entry, by=by)
        returned.unlock_more(version=version, by=make.user(), everything=True)
        remove_project(entry=entry, by=by)
        save_project(version=version, fields={"title": "Neu"}, shares={}, by=by)

    def test_what_a_complete_project_lacks_is_never_locked(self) -> None:
        """The ministry may have emptied it; with a lock nobody could submit any more."""
        _, entry, by = given_back("description")
        save(entry, make.user(), ends_on=None)
        assert save(entry, by, ends_on=date(2023, 12, 1)).ends_on == date(2023, 12, 1)

    def test_the_ministry_is_not_locked_out(self) -> None:
        _, entry, _ = given_back("description")
        assert save(entry, make.user(), title="Anders").title == "Anders"

    def test_signatories_are_locked_until_they_are_remarked_on(self) -> None:
        version, _, by = given_back("description")
        people = [("Erika Muster", "Landrätin")]
        with locked("Die Unterzeichnenden sind abgestimmt"):
            drafting.choose_signatories(version=version, party=Party.DISTRICT, people=people, by=by)
        version = make.version(status="submitted")
        make.note(version, field="signatories")
        steps.return_to_draft(version=version, reason=REASON, by=make.user(), unlock="fields")
        by = make.person(Role.DISTRICT_LEAD, version.agreement.district)
        drafting.choose_signatories(version=version, party=Party.DISTRICT, people=people, by=by)

    def test_ministry_unlocks_more_projects_and_another_day(self) -> None:
        with clock.stopped(NOW):
            version, entry, by = given_back("description", resubmit_due=DAY)
            other = version.entries.exclude(pk=entry.pk).get()
            later = DAY + timedelta(days=7)
            returned.unlock_more(version=version, by=make.user(), projects=[str(other.project.uid)], resubmit_due=later)
            version.refresh_from_db()
            assert version.submission_due == later
            assert save(other, by, title="Anders").title == "Anders"
            with locked("Titel ist"):
                save(entry, by, title="Anders")

    def test_resubmitting_clears_locks_and_day_and_the_next_return_begins_anew(self) -> None:
        with clock.stopped(NOW):
            version, _, by = given_back("description", resubmit_due=DAY)
            version.remarks.update(done_at=NOW, done_by=make.user())
            steps.submit(version=version, by=by)
            version.refresh_from_db()
            assert (version.unlocked, version.resubmit_due) == (None, None)
            assert version.submissions.count() == 2
            with locked("keine offene Anmerkung"):
                steps.return_to_draft(version=version, reason=REASON, by=make.user(), unlock="fields")

    def test_day_that_has_passed_is_refused(self) -> None:
        with clock.stopped(NOW), locked("ist vorbei"):
            given_back(resubmit_due=NOW.date() - timedelta(days=1), unlock="all")

    def test_more_is_unlocked_only_while_the_district_revises(self) -> None:
        with locked("nur, solange die Fassung zur Überarbeitung"):
            returned.unlock_more(version=make.version(status="submitted"), by=make.user(), everything=True)


class TestForm:
    def test_locked_fields_are_text_with_the_reason_and_what_is_posted_into_them_is_not_taken(
        self, client: Client
    ) -> None:
        make.target_group()
        _, entry, by = given_back("description")
        client.force_login(by)
        address = reverse("project_edit", args=[entry.pk])
        page = client.get(address).text.replace("\xa0", " ")
        assert 'name="description"' in page
        for name in ("title", "category", "provider", "implementation", "starts_on_day", "places", "target_groups"):
            assert f'name="{name}"' not in page
        assert "abgestimmt, gesperrt seit der Rückgabe vom" in page
        assert entry.title in page
        assert "Träger anlegen" not in page
        answer = fill_in(client, address, {"description": "Neu", "title": "Anders", "places": "9", "then": "save"})
        assert answer.status_code == 302
        stored = ProjectEntry.objects.get(pk=entry.pk)
        assert (stored.description, stored.title, stored.places) == ("Neu", entry.title, entry.places)
        assert shares_of(stored) == shares_of(entry)

    def test_pages_to_add_and_to_remove_say_why_not(self, client: Client) -> None:
        version, entry, by = given_back("description")
        client.force_login(by)
        place = {"year": version.agreement.budget_year.year, "ags": version.agreement.district.ags, "number": 0}
        for address in (reverse("project_create", kwargs=place), reverse("project_remove", args=[entry.pk])):
            answer = client.get(address)
            assert answer.status_code == 409
            assert "die ganze Zielvereinbarung freigibt" in answer.text
        assert "Projekt entfernen" not in client.get(reverse("project_detail", args=[entry.pk])).text

    def test_everything_is_open_after_a_return_without_locks(self, client: Client) -> None:
        _, entry, by = given_back(unlock="all")
        client.force_login(by)
        page = client.get(reverse("project_edit", args=[entry.pk])).text
        assert 'name="title"' in page
        assert "gesperrt" not in page
