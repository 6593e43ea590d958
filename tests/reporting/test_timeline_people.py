"""The history of accounts, texts and the plan, which ministry and auditors read; and of people who are anonymised."""

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from agreements.models import WordingSection
from aqb.access import Refused, Role
from aqb.models import User
from reporting import timeline
from tests import factories as make
from tests.reporting.told import NBSP, acting, everything, raw, sentences

pytestmark = pytest.mark.django_db


def told(count: int) -> list[str]:
    return [entry.sentence.replace(NBSP, " ") for entry in everything()[:count]]


def test_whole_history_is_for_ministry_and_auditors() -> None:
    for role in (Role.DISTRICT_LEAD, Role.GRANT_OFFICE):
        with pytest.raises(Refused):
            timeline.of_everything(make.user(role))
    with pytest.raises(Refused):
        timeline.of_everything(make.operator())


def test_life_of_an_account_is_told() -> None:
    operator = make.operator(name="Olaf Betrieb")
    person = make.user(Role.MINISTRY, name="Jana Reinhardt")
    rows = User.objects.filter(pk=person.pk)
    with acting(operator, 1):
        rows.update(role=Role.MINISTRY_LEAD)
    with acting(operator, 2):
        rows.update(is_active=False)
    with acting(operator, 3):
        rows.update(is_active=True)
    with acting(operator, 4):
        rows.update(phone="0611 1")
    assert told(4) == [
        "Olaf Betrieb hat die Telefonnummer von Jana Reinhardt auf „0611 1“ gesetzt.",
        "Olaf Betrieb hat das Konto von Jana Reinhardt zurückgeholt.",
        "Olaf Betrieb hat das Konto von Jana Reinhardt stillgelegt.",
        "Olaf Betrieb hat die Rolle von Jana Reinhardt von Ministerium auf Ministerium, Referatsleitung geändert.",
    ]


def test_invitations_and_deputies_are_told() -> None:
    lead = make.user(Role.DISTRICT_LEAD, name="Aylin Demir")
    colleague = make.user(Role.DISTRICT, lead.district, name="Sabine Kröger")
    with acting(lead, 1):
        invitation = make.invitation(invited_by=lead, name="Neue Person")
    with acting(lead, 2):
        invitation.revoked_at = timezone.now()
        invitation.save()
    with acting(lead, 3):
        deputy = make.deputy(lead, colleague, valid_from=date(2027, 1, 4), valid_to=date(2027, 1, 8))
    with acting(lead, 4):
        deputy.ended_at = timezone.now()
        deputy.save()
    assert told(4) == [
        "Aylin Demir hat die Vertretung von Aylin Demir durch Sabine Kröger vorzeitig beendet.",
        "Aylin Demir hat Sabine Kröger vom 04.01.2027 bis zum 08.01.2027 zur Vertretung von Aylin Demir bestimmt.",
        "Aylin Demir hat die Einladung an Neue Person zurückgenommen.",
        "Aylin Demir hat Neue Person als „Gebietskörperschaft“ eingeladen.",
    ]


def test_second_factors_are_told_without_their_secrets() -> None:
    person = make.user(Role.AUDITOR, name="Petra Lindner")
    operator = make.operator(name="Olaf Betrieb")
    with acting(person, 1):
        factor = Authenticator.objects.create(user=person, type="totp", data={"secret": "geheim"})
    with acting(operator, 2):
        factor.delete()
    assert told(2) == [
        "Olaf Betrieb hat Einmalcodes für die Anmeldung von Petra Lindner entfernt.",
        "Petra Lindner hat Einmalcodes für die eigene Anmeldung eingerichtet.",
    ]
    assert not any("geheim" in str(entry) for entry in everything())


def test_anonymised_person_is_nobody_by_name() -> None:
    version = make.version()
    make.entry(version)
    person = make.user(Role.DISTRICT, version.agreement.district, name="Sabine Kröger", phone="06101 1")
    with acting(person, 1):
        version.entries.update(places=3)
    with acting(None, 2, command="anonymise_people"):
        gone = {"name": f"Anonymisierte Person {person.pk}", "email": f"x{person.pk}@invalid.example", "phone": ""}
        User.objects.filter(pk=person.pk).update(is_active=False, anonymised_at=timezone.now(), **gone)
        raw("UPDATE aqb_userevent SET name = '', email = '', office = '', phone = '' WHERE pgh_obj_id = %s", person.pk)
    newest = everything()
    name = f"Anonymisierte Person {person.pk}"
    assert newest[0].sentence == f"Der Befehl »anonymise_people« hat das Konto von {name} anonymisiert."
    assert sentences(version.agreement)[0].startswith(f"{name} hat die Zahl der Plätze von Joblinge")
    assert "Kröger" not in "".join(str(entry) for entry in newest)
    assert "06101" not in "".join(str(entry) for entry in newest)


def test_change_whose_values_are_anonymised_is_still_told() -> None:
    person = make.user(Role.GRANT_OFFICE, name="Petra Lindner")
    with acting(make.operator(name="Olaf Betrieb"), 1):
        User.objects.filter(pk=person.pk).update(phone="0611 1")
    User.objects.filter(pk=person.pk).update(name="", is_active=False, anonymised_at=timezone.now())
    raw("UPDATE aqb_userevent SET name = '', email = '', office = '', phone = '' WHERE pgh_obj_id = %s", person.pk)
    expected = f"Olaf Betrieb hat persönliche Angaben von Anonymisierte Person {person.pk} geändert."
    assert expected in [entry.sentence for entry in everything()]


def test_texts_and_plan_are_told() -> None:
    ministry = make.user(Role.MINISTRY, name="Jana Reinhardt")
    vintage = make.budget_year(year=2027)
    wording = make.wording(vintage, released=False)
    section = wording.sections.get(key="Mittel")
    with acting(ministry, 1):
        WordingSection.objects.filter(pk=section.pk).update(text="Ein neuer Text.")
    with acting(ministry, 2):
        line = make.line(vintage, title="Regelbudget")
        share = make.allocation(line, make.district(sort_name="Offenbach"), amount="120000.00")
    with acting(ministry, 3):
        share.amount = 118000
        share.save()
    with acting(ministry, 4):
        type(vintage).objects.filter(pk=vintage.pk).update(opened_at=timezone.now(), opened_by=ministry)
    found = told(12)
    heading = " ".join(section.heading.split())
    changed_share = (
        "Jana Reinhardt hat den Betrag der Zuweisung an den Landkreis Offenbach (Regelbudget 2027) "
        "von 120.000,00 Euro auf 118.000,00 Euro geändert."
    )
    for expected in (
        "Jana Reinhardt hat den Budgetjahrgang 2027 eröffnet.",
        changed_share,
        "Jana Reinhardt hat dem Landkreis Offenbach aus Regelbudget 2027 120.000,00 Euro zugewiesen.",
        f"Jana Reinhardt hat den Text des Abschnitts „{heading}“ im Vertragstext 2027 geändert.",
    ):
        assert expected in found
    changed: Any = next(entry for entry in everything() if "den Text des Abschnitts" in entry.sentence)
    assert changed.details[0].after == "Ein neuer Text."


@pytest.mark.django_db(transaction=True)
def test_organisation_is_the_one_of_then() -> None:
    """Somebody changes from a district to the ministry; what they did before they did for the district."""
    version = make.version()
    make.entry(version)
    person = make.user(Role.DISTRICT, version.agreement.district, name="Sabine Kröger")
    with acting(person, 1):
        version.entries.update(places=3)
    User.objects.filter(pk=person.pk).update(role=Role.MINISTRY, district=None)
    with acting(person, 2):
        version.entries.update(places=4)
    later, earlier = list(timeline.of_agreement(version.agreement, person, newest_first=True))[:2]
    assert (earlier.organisation, later.organisation) == (version.agreement.district.name, "Ministerium")
