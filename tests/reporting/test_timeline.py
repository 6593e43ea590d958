"""The history of an agreement reads like sentences: who has done what, and what it was before."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agreements.actions import drafting, files, steps, talk
from agreements.actions.signing import confirm_signature, record_signature, remove_signature
from agreements.models import AgreementLine, AgreementVersion, Party, Status
from aqb import clock
from aqb.access import Role
from projects.actions import remove_project, save_project
from projects.amounts import shares_of
from projects.models import FundingShare, ProjectEntry
from tests import factories as make
from tests.agreements.actors import NOW, upload
from tests.reporting.told import acting, auditor, entries, last, raw, sentences

pytestmark = pytest.mark.django_db
OUTSIDE = "Außerhalb der Anwendung, direkt in der Datenbank: Jemand"


@pytest.fixture
def version() -> AgreementVersion:
    """A draft with one project of 120,000 euro."""
    make.ministry()
    line = make.line(make.budget_year(year=2026), title="Regelbudget", amount=Decimal("500000.00"))
    place = make.district(sort_name="Offenbach")
    make.allocation(line, place, amount=Decimal("200000.00"))
    row = make.version(make.agreement(line.budget_year, place))
    make.entry(row, amount="120000.00")
    return row


@pytest.fixture
def lead(version: AgreementVersion) -> Any:
    return make.user(Role.DISTRICT_LEAD, version.agreement.district, name="Aylin Demir")


@pytest.fixture
def ministry() -> Any:
    return make.user(Role.MINISTRY, name="Jana Reinhardt")


def test_amount_of_a_project_is_told_before_and_after(version: AgreementVersion, lead: Any) -> None:
    entry = version.entries.get()
    amounts = dict.fromkeys(shares_of(entry), Decimal("118000.00"))
    with acting(lead, 1):
        save_project(version=version, entry=entry, fields={}, shares=amounts, by=lead)
    assert last(version.agreement) == (
        "Aylin Demir hat den Betrag von Joblinge (Regelbudget, 2026) von 120.000,00 Euro auf 118.000,00 Euro geändert."
    )
    newest = entries(version.agreement)[0]
    assert newest.details == [("Betrag", "120.000,00\u00a0€", "118.000,00\u00a0€")]
    assert (newest.by, newest.organisation, newest.kind) == ("Aylin Demir", "Landkreis Offenbach", "amounts")
    assert (newest.page, newest.version) == ("/seite/", "Fassung 0")
    assert (newest.table, newest.key) == ("projects.FundingShare", FundingShare.objects.get().pk)


def test_saving_that_changes_nothing_tells_nothing(version: AgreementVersion, lead: Any) -> None:
    entry, before = version.entries.get(), sentences(version.agreement)
    with acting(lead, 1):
        save_project(version=version, entry=entry, fields={}, shares=shares_of(entry), by=lead)
    assert sentences(version.agreement) == before


def test_project_is_told_from_beginning_to_end(version: AgreementVersion, lead: Any) -> None:
    first = version.entries.get()
    wanted = {
        "title": "Rückenwind", "category": first.category, "provider": first.provider, "implementation": "own",
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "places": 20, "description": "Gruppen.",
    }  # fmt: skip
    line = first.shares.get().line_id
    with acting(lead, 1):
        entry = save_project(version=version, fields=wanted, shares={(line, 2026): Decimal("5000.00")}, by=lead)
    with acting(lead, 2):
        save_project(version=version, entry=entry, fields={"places": 26}, shares=shares_of(entry), by=lead)
    with acting(lead, 3):
        changes = {"places": None, "title": "Aufwind", "part_time": True}
        save_project(version=version, entry=entry, fields=changes, shares={}, by=lead)
    with acting(lead, 4):
        remove_project(entry=entry, by=lead)
    assert sentences(version.agreement)[:6] == [
        "Aylin Demir hat das Projekt Aufwind entfernt.",
        "Aylin Demir hat das Projekt Aufwind geändert: Titel des Projekts, Plätze und In Teilzeit möglich.",
        "Aylin Demir hat den Betrag von Aufwind (Regelbudget, 2026) entfernt, vorher 5.000,00 Euro.",
        "Aylin Demir hat die Zahl der Plätze von Rückenwind von 20 auf 26 geändert.",
        "Aylin Demir hat das Projekt Rückenwind angelegt.",
        "Aylin Demir hat den Betrag von Aufwind (Regelbudget, 2026) auf 5.000,00 Euro gesetzt.",
    ]
    changed = next(one for one in entries(version.agreement) if "geändert: Titel" in one.sentence)
    assert ("Titel des Projekts", "Rückenwind", "Aufwind") in changed.details
    assert ("Plätze", "26", "") in changed.details
    assert ("In Teilzeit möglich", "nein", "ja") in changed.details


def test_steps_are_told_once_with_their_reasons(version: AgreementVersion, lead: Any, ministry: Any) -> None:
    with clock.stopped(NOW):
        with acting(lead, 1):
            steps.submit(version=version, by=lead)
        with acting(ministry, 2):
            steps.return_to_draft(version=version, reason="Bitte die Plätze ergänzen.", by=ministry)
    told = entries(version.agreement)
    assert [one.sentence for one in told[:2]] == [
        "Jana Reinhardt hat die Fassung zur Überarbeitung zurückgegeben.",
        "Aylin Demir hat die Fassung eingereicht.",
    ]
    assert told[0].reason == "Bitte die Plätze ergänzen."
    assert told[0].details == [("Stand", "Eingereicht", "Entwurf")]
    assert {one.table for one in told[:2]} == {"agreements.StatusChange"}


def test_step_in_the_place_of_a_lead_names_both(version: AgreementVersion, lead: Any) -> None:
    colleague = make.user(Role.DISTRICT, version.agreement.district, name="Sabine Kröger")
    make.deputy(lead, colleague)
    with acting(colleague, 1):
        steps.submit(version=version, by=colleague)
    assert last(version.agreement) == "Sabine Kröger hat die Fassung eingereicht, in Vertretung von Aylin Demir."
    assert entries(version.agreement)[0].on_behalf_of == "Aylin Demir"


def test_issue_is_told_with_its_paper(ministry: Any) -> None:
    make.ministry()
    row = make.version(status="approved")
    with acting(ministry, 1), clock.stopped(NOW):
        steps.issue(version=row, by=ministry)
    number = f"ZV-{row.agreement.budget_year.year}-{row.agreement.district.ags}-0"
    assert [one for one in sentences(row.agreement) if one.startswith("Jana")] == [
        "Jana Reinhardt hat die Fassung ausgefertigt.",
        f"Jana Reinhardt hat die Ausfertigung {number} erzeugt.",
    ]


def test_evidence_and_signatures_are_told(ministry: Any) -> None:
    row = make.version(status="issued")
    lead = make.user(Role.DISTRICT_LEAD, row.agreement.district, name="Aylin Demir")
    second = make.user(Role.MINISTRY, name="Miriam Vogt")
    day = clock.day(row.issued_at)
    with clock.stopped(NOW):
        with acting(lead, 1):
            proof = upload(row, lead)
        with acting(ministry, 2):
            signature = record_signature(
                version=row, party="district", name="Erika Muster", office="Landrätin", place="Ort", signed_on=day,
                by=ministry, evidence=proof.document,
            )  # fmt: skip
        with acting(second, 3):
            confirm_signature(signature=signature, by=second)
        with acting(second, 4):
            remove_signature(signature=signature, by=second)
    title = proof.document.title
    assert sentences(row.agreement)[:4] == [
        "Miriam Vogt hat die Unterschrift von Erika Muster wieder herausgenommen.",
        "Miriam Vogt hat die Unterschrift von Erika Muster bestätigt.",
        "Jana Reinhardt hat die Unterschrift von Erika Muster erfasst.",
        f"Aylin Demir hat „{title}“ hochgeladen.",
    ]


def test_rejected_evidence_says_why(ministry: Any) -> None:
    from agreements.actions.evidence import reject

    row = make.version(status="issued")
    proof = make.evidence(row, "district")
    with acting(ministry, 1), clock.stopped(NOW):
        reject(evidence=proof, reason="Seite 2 fehlt.", by=ministry)
    newest = entries(row.agreement)[0]
    assert newest.sentence == f"Jana Reinhardt hat „{proof.document.title}“ zurückgewiesen."
    assert newest.reason == "Seite 2 fehlt."


def test_remarks_are_told_with_their_place(version: AgreementVersion, lead: Any, ministry: Any) -> None:
    entry = version.entries.get()
    with acting(ministry, 1):
        remark: Any = talk.write_remark(
            version=version, text="Warum?", by=ministry, project_key=entry.project.uid, project_title="Joblinge",
            field="places",
        )  # fmt: skip
    with acting(lead, 2):
        talk.answer_remark(remark=remark, answer="Darum.", by=lead)
    with acting(ministry, 3):
        talk.close_remark(remark=remark, by=ministry)
    assert sentences(version.agreement)[:3] == [
        "Jana Reinhardt hat die Anmerkung zu Joblinge (Feld Plätze) erledigt.",
        "Aylin Demir hat die Anmerkung zu Joblinge (Feld Plätze) beantwortet.",
        "Jana Reinhardt hat eine Anmerkung zu Joblinge (Feld Plätze) geschrieben.",
    ]


def test_names_of_a_side_that_stay_are_no_news(version: AgreementVersion, lead: Any) -> None:
    with acting(lead, 1):
        drafting.choose_signatories(version=version, party=Party.DISTRICT, people=[("A", "Landrat")], by=lead)
    with acting(lead, 2):
        both = [("A", "Landrat"), ("B", "Dezernentin")]
        drafting.choose_signatories(version=version, party=Party.DISTRICT, people=both, by=lead)
    told = sentences(version.agreement)
    assert told[0] == "Aylin Demir hat B (Dezernentin) für die Unterschrift vorgesehen."
    assert told.count("Aylin Demir hat A (Landrat) für die Unterschrift vorgesehen.") == 1


def test_projects_of_an_amendment_are_taken_over(lead: Any) -> None:
    row = make.version(status="published")
    make.wording(row.agreement.budget_year, kind="amendment")
    by = make.user(Role.DISTRICT_LEAD, row.agreement.district, name="Aylin Demir")
    with acting(by, 1):
        drafting.amend(agreement=row.agreement, reason="Ein Projekt kommt hinzu.", by=by)
    assert "Aylin Demir hat das Projekt Projekt 1 in die Fassung 1 übernommen." in sentences(row.agreement)
    assert {one.reason for one in entries(row.agreement) if one.version == "Fassung 1"} == {"Ein Projekt kommt hinzu."}


def test_fetched_document_is_told_only_to_those_who_read_the_log(version: AgreementVersion, lead: Any) -> None:
    document = make.document(version=version)
    files.fetch(document=document, by=lead)
    sentence = f"Aylin Demir hat „{document.title}“ abgerufen."
    assert sentence in sentences(version.agreement, auditor())
    assert sentence not in sentences(version.agreement, lead)
    assert sentence not in sentences(version.agreement, make.user(Role.GRANT_OFFICE))


def test_planning_of_the_money_is_not_told_to_the_district(version: AgreementVersion, lead: Any) -> None:
    assert any("zugewiesen" in one for one in sentences(version.agreement, auditor()))
    assert not any("zugewiesen" in one for one in sentences(version.agreement, lead))


def test_bulk_update_is_told_of_each_row(version: AgreementVersion, lead: Any) -> None:
    make.entry(version, title="Rückenwind")
    with acting(lead, 1):
        ProjectEntry.objects.filter(version=version).update(places=7)
    assert set(sentences(version.agreement)[:2]) == {
        "Aylin Demir hat die Zahl der Plätze von Joblinge von 20 auf 7 geändert.",
        "Aylin Demir hat die Zahl der Plätze von Rückenwind von 20 auf 7 geändert.",
    }


def test_raw_sql_is_told_as_such_with_every_column(version: AgreementVersion, ministry: Any) -> None:
    raw("UPDATE projects_fundingshare SET amount = 1")
    raw("UPDATE agreements_agreementversion SET prepared_by_id = %s WHERE id = %s", ministry.pk, version.pk)
    told = entries(version.agreement)
    amount = next(one for one in told if "auf 1,00" in one.sentence)
    assert amount.sentence.replace("\u00a0", " ") == (
        f"{OUTSIDE} hat den Betrag von Joblinge (Regelbudget, 2026) von 120.000,00 Euro auf 1,00 Euro geändert."
    )
    assert (amount.is_outside, amount.by, amount.page) == (True, "", "")
    prepared = next(one for one in told if ("Vorbereitet von", "", "Jana Reinhardt") in one.details)
    assert prepared.sentence == f"{OUTSIDE} hat die Angabe „Vorbereitet von“ der Fassung 0 auf Jana Reinhardt gesetzt."


def test_change_of_state_without_a_step_is_told(version: AgreementVersion, ministry: Any) -> None:
    now = clock.now()
    fields: dict[str, Any] = {"status": Status.WITHDRAWN, "withdrawn_at": now, "withdrawn_by": ministry}
    with acting(ministry, 1, command="repair"):
        AgreementVersion.objects.filter(pk=version.pk).update(ended_reason="Irrtum", status_changed_at=now, **fields)
    assert (
        last(version.agreement) == "Jana Reinhardt hat den Stand der Fassung 0 von Entwurf auf Zurückgezogen geändert."
    )
    assert entries(version.agreement)[0].command == "repair"


def test_commands_and_jobs_are_named(version: AgreementVersion) -> None:
    line = AgreementLine.objects.get(version=version)
    for minute, circumstances in enumerate(({"command": "import_agreement"}, {"command": "daily", "job": "aufräumen"})):
        with acting(None, minute, **circumstances):
            AgreementLine.objects.filter(pk=line.pk).update(amount=Decimal(150_000 + minute))
    with acting(None, 3, url="/einladung/x/"):
        AgreementLine.objects.filter(pk=line.pk).update(amount=Decimal(160_000))
    told = [one.partition(" hat ")[0] for one in sentences(version.agreement)[:3]]
    assert told == ["Jemand ohne Anmeldung", "Der Auftrag »aufräumen«", "Der Befehl »import_agreement«"]
    assert last(version.agreement).endswith(
        "den Betrag im Ansatz Regelbudget von 150.001,00 Euro auf 160.000,00 Euro geändert."
    )


def test_removed_project_is_still_called_by_its_name(version: AgreementVersion) -> None:
    raw("DELETE FROM projects_fundingshare")
    raw("DELETE FROM projects_projectentry")
    told = sentences(version.agreement)
    assert f"{OUTSIDE} hat das Projekt Joblinge aus der Fassung 0 entfernt." in told
    assert f"{OUTSIDE} hat den Betrag von Joblinge (Regelbudget, 2026) entfernt, vorher 120.000,00 Euro." in told


def test_both_ways_of_reading_tell_the_same(version: AgreementVersion, lead: Any) -> None:
    from reporting import timeline

    for minute in range(5):
        with acting(lead, minute):
            ProjectEntry.objects.filter(version=version).update(places=minute)
    forward = [one.place for one in timeline.of_agreement(version.agreement, lead)]
    backward = [one.place for one in timeline.of_agreement(version.agreement, lead, newest_first=True)]
    assert sorted(forward) == sorted(backward)
    assert [one.at for one in timeline.of_agreement(version.agreement, lead)] == sorted(place.at for place in forward)


def test_other_agreements_are_not_told(version: AgreementVersion) -> None:
    before = sentences(version.agreement)
    other = make.version(make.agreement(version.agreement.budget_year))
    make.entry(other, title="Fremdes Projekt")
    make.remark(other)
    assert sentences(version.agreement) == before
