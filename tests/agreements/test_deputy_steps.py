"""Steps in the place of a lead: who may, on which days, four eyes across both, and both names in the history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from django.urls import reverse

from agreements.actions import drafting, steps
from agreements.actions import wording as wordings
from agreements.models import AgreementVersion, Status, StatusChange, Wording
from agreements.views.fetching import address
from aqb import clock
from aqb.access import Refused, Role
from aqb.models import Deputy, User
from tests import factories as make
from tests.back_office import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def district_deputy(version: AgreementVersion) -> Deputy:
    lead = make.person(Role.DISTRICT_LEAD, version.agreement.district)
    row: Deputy = make.deputy(lead, make.user(Role.DISTRICT, lead.district, name="Sabine Kröger"))
    User.objects.filter(pk=lead.pk).update(name="Aylin Demir")
    return row


def ministry_deputy() -> Deputy:
    lead = make.user(Role.MINISTRY_LEAD, name="Tobias Heinemann")
    row: Deputy = make.deputy(lead, make.user(Role.MINISTRY, name="Miriam Vogt"))
    return row


def ready() -> AgreementVersion:
    """A draft that its lead could submit."""
    version: AgreementVersion = make.version(entries=1)
    return version


def submitted() -> AgreementVersion:
    version: AgreementVersion = make.version(status="submitted", entries=1)
    return version


def last_step(version: AgreementVersion) -> StatusChange:
    return StatusChange.objects.filter(version=version).latest("pk")


def page_of(version: AgreementVersion, user: User, step: str = "") -> str:
    name, kwargs = ("version_step", {"step": step}) if step else ("version_detail", {})
    answer = signed_in(user).get(reverse(name, kwargs={**address(version), **kwargs}))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_deputy_submits_and_both_names_stand_in_the_history() -> None:
    version = ready()
    row = district_deputy(version)
    assert "Sie reichen in Vertretung von Aylin Demir ein." in page_of(version, row.deputy)
    assert "in Vertretung von Aylin Demir" in page_of(version, row.deputy, "submit")
    url = reverse("version_step", kwargs={**address(version), "step": "submit"})
    assert signed_in(row.deputy).post(url).status_code == 302
    change = last_step(version)
    assert (change.to_status, change.by, change.on_behalf_of) == (Status.SUBMITTED, row.deputy, row.lead)
    event: Any = change.events.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == row.deputy.pk
    assert event.pgh_context.metadata["on_behalf_of"] == row.lead.pk
    for reader in (row.lead, make.user(Role.AUDITOR), make.user(Role.MINISTRY)):
        page = page_of(version, reader)
        assert "Sabine Kröger" in page
        assert "in Vertretung von Aylin Demir" in page


def test_deputy_approves_what_neither_of_both_prepared() -> None:
    version, row = submitted(), ministry_deputy()
    assert "Sie handeln in Vertretung von Tobias Heinemann" in page_of(version, row.deputy)
    assert "in Vertretung von <strong" not in page_of(version, row.lead, "approve")
    with pghistory.context(user=row.deputy.pk):
        steps.approve(version=version, by=again(row.deputy))
    change = last_step(version)
    assert (change.to_status, change.by, change.on_behalf_of) == (Status.APPROVED, row.deputy, row.lead)


def test_lead_acts_in_no_place_but_the_own() -> None:
    make.ministry()
    version, row = submitted(), ministry_deputy()
    steps.approve(version=version, by=row.lead)
    assert last_step(version).on_behalf_of is None
    steps.issue(version=version, by=again(row.deputy))
    assert last_step(version).on_behalf_of is None, "what every colleague may is done in the own name"


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_deputy_approves_nothing_that_one_of_both_prepared(who: str) -> None:
    version, row = submitted(), ministry_deputy()
    prepared_by = getattr(row, who)
    AgreementVersion.objects.filter(pk=version.pk).update(prepared_at=clock.now(), prepared_by=prepared_by)
    with pytest.raises(Refused, match="Vier-Augen-Prinzip") as refused:
        steps.approve(version=version, by=again(row.deputy))
    sentence = " ".join(refused.value.reasons)
    assert ("Sie vertreten Tobias Heinemann" if who == "lead" else "Sie haben diesen Stand vorbereitet") in sentence
    assert "Vier-Augen-Prinzip" in page_of(version, row.deputy)
    AgreementVersion.objects.filter(pk=version.pk).update(prepared_by=make.user(Role.MINISTRY))
    assert steps.approve(version=version, by=again(row.deputy)).status == Status.APPROVED


def test_deputy_releases_no_text_that_the_lead_changed_last() -> None:
    make.ministry()
    row = ministry_deputy()
    wording = make.wording(make.budget_year(), released=False)
    section = wording.sections.first()
    assert section is not None
    wordings.save_section(section=section, heading=section.heading, text=section.text, by=row.lead)
    wording.refresh_from_db()
    with pytest.raises(Refused, match="Sie vertreten Tobias Heinemann"):
        wordings.release_wording(wording=wording, by=again(row.deputy))
    page = signed_in(row.deputy).get(reverse("wording_detail", args=[wording.pk])).content.decode()
    assert "Sie vertreten Tobias Heinemann" in page
    wordings.save_section(section=section, heading=section.heading, text=section.text, by=make.user(Role.MINISTRY))
    wording.refresh_from_db()
    page = signed_in(row.deputy).get(reverse("wording_detail", args=[wording.pk])).content.decode()
    assert "Sie handeln in Vertretung von Tobias Heinemann." in page
    wordings.release_wording(wording=wording, by=again(row.deputy))


def test_amendment_is_begun_in_the_place_of_the_lead() -> None:
    version = make.version(status="published", entries=1)
    make.wording(version.agreement.budget_year, kind=Wording.Kind.AMENDMENT)
    row = district_deputy(version)
    agreement = version.agreement
    url = reverse("agreement_amend", args=[agreement.budget_year.year, agreement.district.ags])
    assert "in Vertretung von" in signed_in(row.deputy).get(url).content.decode()
    amendment = drafting.amend(agreement=agreement, reason="Neues Projekt", by=again(row.deputy))
    assert last_step(amendment).on_behalf_of == row.lead


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (7, True), (8, False)])
def test_steps_are_open_from_the_first_day_to_the_last(days: int, may: bool) -> None:
    version = ready()
    row = district_deputy(version)
    with clock.stopped(clock.morning(row.valid_from + days * DAY)):
        if may:
            assert steps.submit(version=version, by=again(row.deputy)).status == Status.SUBMITTED
        else:
            with pytest.raises(Refused, match="Einreichen kann nur die Leitung"):
                steps.submit(version=version, by=again(row.deputy))


ENDS: dict[str, Callable[[Deputy], Any]] = {
    "ended early": lambda row: Deputy.objects.filter(pk=row.pk).update(ended_at=clock.now()),
    "lead is a colleague now": lambda row: User.objects.filter(pk=row.lead.pk).update(role=Role.DISTRICT),
    "lead is closed": lambda row: User.objects.filter(pk=row.lead.pk).update(is_active=False),
    "lead works elsewhere": lambda row: User.objects.filter(pk=row.lead.pk).update(district=make.district()),
    "deputy works elsewhere": lambda row: User.objects.filter(pk=row.deputy.pk).update(district=make.district()),
    "deputy is an auditor now": lambda row: User.objects.filter(pk=row.deputy.pk).update(role="auditor", district=None),
}


@pytest.mark.parametrize("end", ENDS)
def test_page_open_since_before_its_end_no_longer_takes_the_step(end: str) -> None:
    version = ready()
    row = district_deputy(version)
    client = signed_in(row.deputy)
    url = reverse("version_step", kwargs={**address(version), "step": "submit"})
    assert client.get(url).status_code == 200
    ENDS[end](row)
    assert client.post(url).status_code in (403, 404)
    version.refresh_from_db()
    assert version.status == Status.DRAFT


def test_deputy_of_another_district_may_nothing_here() -> None:
    version = ready()
    row = make.deputy()
    with pytest.raises(Refused, match="eigene Gebietskörperschaft"):
        steps.submit(version=version, by=again(row.deputy))
    assert signed_in(row.deputy).get(reverse("version_detail", kwargs=address(version))).status_code == 404
