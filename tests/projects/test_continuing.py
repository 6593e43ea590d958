"""Taking projects over from an earlier vintage: picked, adjusted, marked as continued; all of them or none."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion
from agreements.views.fetching import address
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import User
from projects.continuing.taking import continue_projects
from projects.models import FundingShare, Project, ProjectEntry
from tests import factories as make
from tests.agreements.pages import client_of
from tests.at_once import at_once
from tests.forms import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(db: None) -> AgreementVersion:
    """The agreement of 2023 with Regelbudget (100,000 euro) and Sprachförderung (5,000)."""
    make.category()
    make.target_group()
    row = make.version(entries=0)
    language = make.line(row.agreement.budget_year, title="Sprachförderung", key="sprache", position=2)
    make.allocation(language, row.agreement.district, "5000.00")
    make.agreement_line(row, language, "5000.00")
    return row


@pytest.fixture
def version(before: AgreementVersion) -> AgreementVersion:
    """The draft of the year after, with a Regelbudget of 100,000 euro and 3,000 for Sprachförderung."""
    vintage = make.budget_year(year=before.agreement.budget_year.year + 1)
    row = make.version(make.agreement(vintage, before.agreement.district))
    language = make.line(vintage, title="Sprachförderung", key="sprache", position=2)
    make.allocation(language, before.agreement.district, "3000.00")
    make.agreement_line(row, language, "3000.00")
    return row


@pytest.fixture
def here(version: AgreementVersion) -> str:
    return reverse("project_continue", kwargs=address(version))


def told(answer: Any) -> str:
    return " ".join(answer.text.replace("\u00a0", " ").split())


def look(client: Client, here: str, *projects: Any, amounts: bool = True) -> Any:
    form = form_of(client.get(here), to=f"{here}?aus=2023") | {"projekt": [str(one) for one in projects]}
    return client.post(f"{here}?aus=2023", form | ({"betraege": "ja"} if amounts else {}) | {"tun": "pruefen"})


def take(client: Client, here: str, page: Any) -> Any:
    picked = re.findall(r'type="hidden" name="projekt" value="(\d+)"', page.text)
    form = form_of(page, "projekt") | {"projekt": picked, "tun": "uebernehmen"}
    return client.post(f"{here}?aus=2023", form, follow=True)


def test_two_projects_are_picked_looked_at_taken_over_and_marked(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    first = make.entry(before, "60000.00", title="Joblinge", ends_on=date(2024, 3, 31))
    second = make.entry(before, title="Deutsch am Mittag")
    make.share(second, before.lines.get(line__key="sprache").line, amount="2500.00", cash_year=2024)
    make.entry(before, "1.00", title="Bleibt zurück")
    assert here in portal.get(reverse("version_detail", kwargs=address(version))).text
    page = look(portal, here, first.project_id, second.project_id)
    assert "01.01.2024 – 31.03.2025" in told(page)
    assert "Noch ist nichts gespeichert" in page.text
    assert not version.entries.exists()
    done = take(portal, here, page)
    assert "2 Projekte aus dem AQB 2023 übernommen." in told(done)
    assert "unvollständig" not in told(done).partition("übernommen.")[2][:60]
    made = version.entries.with_missing().get(project__continued_from=first.project)
    assert (made.title, made.starts_on, made.ends_on, made.missing) == (
        "Joblinge",
        date(2024, 1, 1),
        date(2025, 3, 31),
        [],
    )
    for name in ("category", "provider", "implementation", "places", "description", "target_groups", "legal_circles"):
        assert getattr(made, name) == getattr(first, name), name
    shares = FundingShare.objects.filter(entry__version=version).values_list(
        "entry__title", "line__key", "cash_year", "amount"
    )
    assert sorted(shares) == [
        ("Deutsch am Mittag", "sprache", 2025, Decimal(2500)), ("Joblinge", "regel", 2024, Decimal(60000)),
    ]  # fmt: skip
    origin = f'href="{reverse("project_detail", args=[first.pk])}">fortgesetzt aus AQB&nbsp;2023'
    auditor = client_of(make.person(Role.AUDITOR))
    for url in (
        reverse("version_detail", kwargs=address(version)),
        reverse("project_detail", args=[made.pk]),
        "/projekte/",
    ):
        assert origin in portal.get(url).text, url
        assert origin in auditor.get(url).text, url


def test_without_amounts_the_money_stays_behind_and_the_message_says_so(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    entry = make.entry(before, "60000.00")
    done = take(portal, here, look(portal, here, entry.project_id, amounts=False))
    assert "1 ist noch unvollständig" in told(done)
    assert version.entries.with_missing().get().missing == ["shares"]


def test_what_does_not_fit_is_said_and_left_out_whole(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    """Of two projects the first takes what the line has left; nothing is cut to fit."""
    language = before.lines.get(line__key="sprache").line
    make.category("alt", title="Alte Art", valid_from=date(2023, 1, 1), valid_to=date(2023, 12, 31))
    old = make.category("alt")
    for title, amount in (("Erstes", "2000.00"), ("Zweites", "1000.01")):
        one = make.entry(before, "10.00", title=title, category=old)
        make.share(one, language, amount=amount)
    page = look(portal, here, *before.entries.values_list("project", flat=True))
    assert "Sprachförderung: Frei sind noch 1.000,00 €; 1.000,01 € passen nicht und kommen nicht mit." in told(page)
    assert "Die Maßnahmenart „Alte Art“ gibt es im AQB 2024 nicht; bitte wählen Sie eine andere." in told(page)
    done = take(portal, here, page)
    assert "2 sind noch unvollständig" in told(done)
    amounts = {one.title: one.amount for one in version.entries.with_amount()}
    assert amounts == {"Erstes": Decimal("2010.00"), "Zweites": Decimal("10.00")}


def test_days_and_cash_years_that_do_not_exist_are_said(
    version: AgreementVersion, before: AgreementVersion, clerk: User
) -> None:
    make.budget_year(year=2030)
    leap = make.entry(before, title="Schalttag", starts_on=date(2024, 2, 28), ends_on=date(2024, 2, 29))
    last = before.agreement.budget_year.last_cash_year
    vintage = version.agreement.budget_year
    vintage.last_cash_year = last
    vintage.save()
    make.share(leap, before.lines.get(line__key="regel").line, amount="7.00", cash_year=last)
    (found,) = continue_projects(
        version=version, source=before, projects={leap.project_id}, with_amounts=True, by=clerk
    )
    assert found.notes == [
        "Das Ende fiele auf den Beginn; bitte tragen Sie es nach.",
        f"Regelbudget: {last + 1} ist kein Kassenjahr des AQB 2024; 7,00\u00a0€ kommen nicht mit.",
    ]
    assert version.entries.with_missing().get().missing == ["ends_on", "shares"]


def test_taken_project_is_marked_and_not_taken_twice(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str, clerk: User
) -> None:
    entry, other = make.entry(before, "5.00"), make.entry(before, "6.00", title="Anderes")
    page = look(portal, here, entry.project_id, other.project_id)
    continue_projects(version=version, source=before, projects={entry.project_id}, with_amounts=True, by=clerk)
    late = take(portal, here, page)
    assert "„Joblinge“ ist schon übernommen. Es wurde nichts übernommen" in told(late)
    assert version.entries.count() == 1
    listed = portal.get(here)
    assert listed.text.count('name="projekt"') == 1
    assert "schon übernommen" in listed.text


def test_same_button_twice_takes_once(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    entry = make.entry(before, "5.00")
    page = look(portal, here, entry.project_id)
    assert "nichts doppelt geschehen" in told([take(portal, here, page) for _ in range(2)][1])
    assert version.entries.count() == 1


def test_money_that_somebody_used_meanwhile_is_shown_first(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    entry = make.entry(before, "60000.00")
    page = look(portal, here, entry.project_id)
    make.entry(version, "50000.00", title="Schneller")
    late = take(portal, here, page)
    assert "„Joblinge“: Jetzt kämen 0,00 € mit statt 60.000,00 €." in told(late)
    assert version.entries.count() == 1
    assert "1 Projekt aus dem AQB 2023 übernommen." in told(take(portal, here, late)), "seen once more, it can be taken"


@pytest.mark.parametrize("forged", ["NaN", "Infinity", "1e999999", "1,00", "x", "9" * 400])
def test_amount_that_no_page_has_shown_takes_nothing(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str, forged: str
) -> None:
    entry = make.entry(before, "5.00")
    sent = {"projekt": entry.project_id, "betraege": "on", f"betrag_{entry.project_id}": forged, "tun": "uebernehmen"}
    answer = portal.post(here, sent)
    assert answer.status_code == 200
    assert "Jetzt kämen 5,00 € mit statt 0,00 €." in told(answer)
    assert not version.entries.exists()


@pytest.mark.parametrize("forged", ["999999", "-1", "x", "9" * 30, ""])
def test_forged_project_takes_nothing(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str, forged: str
) -> None:
    entry = make.entry(before, "5.00")
    answer = portal.post(here, {"projekt": [str(entry.project_id), forged], "tun": "uebernehmen"})
    assert "steht nicht in dem früheren Jahrgang" in told(answer)
    assert not version.entries.exists()


def test_project_or_vintage_of_another_district_takes_nothing(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str, clerk: User
) -> None:
    make.entry(before, "5.00")
    foreign = make.entry(make.version(make.agreement(before.agreement.budget_year, make.district()), lines={}))
    answer = portal.post(here, {"projekt": [str(foreign.project_id)], "tun": "uebernehmen"})
    assert "steht nicht in dem früheren Jahrgang" in told(answer)
    with pytest.raises(Refused, match="früheren Jahrgang derselben"):
        continue_projects(
            version=version, source=foreign.version, projects={foreign.project_id}, with_amounts=False, by=clerk
        )
    assert portal.get(f"{here}?aus=2019").status_code == 404
    assert not version.entries.exists()


def test_nothing_picked_is_said(portal: Client, before: AgreementVersion, here: str) -> None:
    make.entry(before, "5.00")
    assert "Bitte wählen Sie mindestens ein Projekt aus." in told(look(portal, here))


def test_every_project_is_picked_by_one_link(portal: Client, before: AgreementVersion, here: str) -> None:
    for number in range(3):
        make.entry(before, "5.00", title=f"Projekt {number}")
    page = portal.get(f"{here}?auswahl=alle")
    assert len(form_of(page, "projekt")["projekt"]) == 3


def test_other_earlier_vintage_is_chosen_by_the_address(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    """Offered is what counts in each: the version in force, not the amendment that is being written."""
    make.entry(before, "5.00", title="Aus 2023")
    older = make.version(make.agreement(make.budget_year(year=2022), before.agreement.district), "published", entries=0)
    make.entry(make.version(older.agreement, base=older), title="In Arbeit")
    assert "Aus 2023" in portal.get(here).text
    assert portal.get(f"{here}?aus=2022").status_code == 404, "what is in force there has no project"


def test_submitted_or_returned_version_takes_nothing(
    portal: Client, version: AgreementVersion, before: AgreementVersion, here: str
) -> None:
    entry = make.entry(before, "5.00")
    page = look(portal, here, entry.project_id)
    AgreementVersion.objects.filter(pk=version.pk).update(
        returned_at=clock.now(),
        returned_by=make.person(Role.MINISTRY),
        return_reason="Zu früh.",
        unlocked={"projects": [], "fields": []},
    )
    assert take(portal, here, page).status_code == 409
    assert "uebernehmen/" not in portal.get(reverse("version_detail", kwargs=address(version))).text
    AgreementVersion.objects.filter(pk=version.pk).update(
        status="submitted",
        unlocked=None,
        submitted_at=clock.now(),
        submitted_by=make.person(Role.DISTRICT, version.agreement.district),
    )
    assert take(portal, here, page).status_code == 409
    assert not version.entries.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_take_a_project_once(
    version: AgreementVersion, before: AgreementVersion, clerk: User
) -> None:
    entry = make.entry(before, "5.00")

    def take_over() -> str:
        try:
            continue_projects(version=version, source=before, projects={entry.project_id}, with_amounts=True, by=clerk)
        except Refused as refused:
            return refused.reasons[0]
        return "done"

    assert sorted(at_once(take_over, take_over)) == ["done", "„Joblinge“ ist schon übernommen."]
    assert Project.objects.filter(continued_from=entry.project).count() == 1
    assert ProjectEntry.objects.filter(version=version).count() == 1
