"""The review page: old and new side by side, in words and not only by colour; and the same marks for the district."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements.actions import steps, talk
from agreements.models import AgreementVersion
from aqb import clock
from aqb.access import Role
from aqb.models import User
from projects.actions import remove_project, save_project
from projects.amounts import shares_of
from projects.review.changes import Run, runs
from tests import factories as make
from tests.agreements.actors import NOW, REASON
from tests.agreements.pages import client_of, district_lead, lead, ministry, path, text

pytestmark = pytest.mark.django_db


def given_back(entries: int = 3) -> tuple[AgreementVersion, User]:
    """A version with projects that the district handed in and the ministry gave back with a remark on the first one."""
    version = make.version(entries=entries)
    by = make.person(Role.DISTRICT_LEAD, version.agreement.district)
    with clock.stopped(NOW):
        steps.submit(version=version, by=by)
    entry = version.entries.order_by("pk")[0]
    make.note(
        version,
        project_key=entry.project.uid,
        project_title=entry.title,
        field="places",
        field_title="Plätze",
        text="Wie viele?",
    )
    with clock.stopped(NOW + timedelta(days=1)):
        steps.return_to_draft(version=version, reason=REASON, by=make.user())
    version.refresh_from_db()
    return version, by


def change(version: AgreementVersion, by: User, number: int = 0, amount: str = "", **fields: Any) -> None:
    entry = version.entries.order_by("pk")[number]
    shares = {key: Decimal(amount) for key in shares_of(entry)} if amount else shares_of(entry)
    save_project(version=version, entry=entry, fields=fields, shares=shares, by=by)


def submit(version: AgreementVersion, by: User) -> None:
    with clock.stopped(NOW + timedelta(days=5)):
        talk.answer_remark(remark=version.remarks.get(), answer="Es sind 26.", by=by)
        steps.submit(version=version, by=by)


def test_changed_fields_stand_side_by_side_and_the_rest_is_folded() -> None:
    version, by = given_back()
    change(version, by, amount="12600.00", places=26)
    submit(version, by)
    page = text(lead().get(path(version, "pruefung/")))
    assert "1 von 3 Projekten wurde seit der Rückgabe vom" in page
    assert "2 sind unverändert. Die Anmerkung ist beantwortet." in page
    assert '<del class="aqb-old aqb-written">20</del>' in page
    assert '<ins class="aqb-new">26</ins>' in page
    assert '<span class="kern-sr-only">bisher: </span>' in page
    assert "3 Felder geändert" in page  # amount, places, and what a place costs
    assert "Kosten je Platz" in page
    assert "2 unveränderte Projekte" in page
    assert '+2.600<span class="aqb-cents">' in page
    assert "Es sind 26." in page
    assert "Vier-Augen-Prinzip: Vorbereitet hat" in page
    assert "Laufzeit" not in page.partition("Prüfungen der Anwendung")[2].partition("unveränderte Projekte")[0]
    everything = text(lead().get(path(version, "pruefung/?zeigen=alle")))
    assert "Unveränderte Projekte" in everything
    assert everything.count("Laufzeit") == 3


def test_new_and_removed_projects_are_named() -> None:
    version, by = given_back()
    remove_project(entry=version.entries.order_by("pk")[1], by=by)
    make.entry(version, title="Ganz neu", amount="100.00")
    submit(version, by)
    page = text(lead().get(path(version, "pruefung/")))
    assert "1 ist neu, 1 ist entfernt, 2 sind unverändert." in page
    assert page.index("Ganz neu") < page.index("Projekt 2")


def test_first_submission_shows_everything() -> None:
    version = make.version(status="submitted", entries=2)
    page = text(ministry().get(path(version, "pruefung/")))
    assert "Erste Einreichung mit 2 Projekten." in page
    assert page.count("Kurzbeschreibung") == 2
    assert "unverändert" not in page


def test_amendment_is_compared_with_the_version_in_force() -> None:
    base = make.version(status="signed", entries=1)
    amendment = make.version(base.agreement, base=base)
    base.entries.copy_to(amendment, by=make.user(), at=NOW)
    amendment.entries.update(places=99)
    page = text(ministry().get(path(amendment, "pruefung/")))
    assert "1 von 1 Projekten wurde gegenüber der geltenden Fassung geändert" in page
    assert '<ins class="aqb-new">99</ins>' in page


def test_version_handed_in_before_submissions_were_kept_is_frozen_when_it_is_given_back() -> None:
    version = make.version(status="submitted", entries=1)
    assert not version.submissions.exists()
    submitted_at = version.submitted_at
    steps.return_to_draft(version=version, reason=REASON, by=make.user())
    assert version.submissions.get().submitted_at == submitted_at


def test_district_sees_the_same_marks_while_it_works() -> None:
    version, by = given_back()
    page = path(version)
    assert "geändert seit der Rückgabe" not in text(district_lead(version.agreement.district).get(page))
    change(version, by, places=26, description="Neu")
    assert "geändert seit der Rückgabe: Plätze, Kurzbeschreibung" in text(client_of(by).get(page))


def test_what_the_district_had_handed_in_stays_when_providers_are_renamed() -> None:
    version, by = given_back(1)
    provider = version.entries.get().provider
    assert provider is not None
    provider.name = "Neuer Name e. V."
    provider.save()
    assert version.submissions.get().content["projects"][0]["provider"] != "Neuer Name e. V."
    submit(version, by)
    assert "nichts geändert" in text(lead().get(path(version, "pruefung/")))  # it is the same provider


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is remembered for later pages is no matter of rows
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_pages_ask_as_often_for_many_projects_as_for_few_and_at_most_15_times() -> None:
    counts: dict[str, list[int]] = {}
    for number in (2, 9):
        version, by = given_back(number)
        for at in range(number):
            change(version, by, at, places=26)
            make.reply(make.remark(version))
        pages = {
            "district": (client_of(by), ""),
            "ministry": (ministry(), ""),
            "unlock": (ministry(), "felder-freigeben/"),
        }
        asked = {name: queries(client, path(version, rest)) for name, (client, rest) in pages.items()}
        talk.answer_remark(remark=version.remarks.unanswered().get(), answer="Es sind 26.", by=by)
        steps.submit(version=version, by=by)
        for at in range(number):
            make.note(version, project_key=version.entries.order_by("pk")[at].project.uid, field="title")
        asked |= {rest: queries(lead(), path(version, rest)) for rest in ("", "pruefung/", "zurueckgeben/")}
        for name, count in asked.items():
            counts.setdefault(name, []).append(count)
    assert all(few == many <= 15 for few, many in counts.values()), counts


def test_texts_are_marked_word_by_word_with_some_of_what_is_the_same() -> None:
    old = "Junge Menschen ohne Ausbildungsplatz erproben sich in vier Gewerken und werden beim Übergang begleitet."
    new = "Junge Menschen ohne Ausbildungsplatz erproben sich in Metall, Holz und Farbe und werden beim Übergang begleitet."
    assert runs(old, new) == [
        Run("… Ausbildungsplatz erproben sich in"), Run("vier Gewerken", True), Run("und werden beim Übergang …"),
    ]  # fmt: skip
    assert [run.text for run in runs(new, old) if run.marked] == ["Metall, Holz und Farbe"]


def test_very_long_texts_are_marked_as_a_whole() -> None:
    long = "a " * 2000
    assert runs(long, f"{long} b") == [Run(long, True)]
