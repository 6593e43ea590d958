"""Rights that change while somebody is at work: the next request follows the new ones, whatever page is still open."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion, Download, Status
from aqb import clock
from aqb.access import Role
from aqb.models import User
from tests import factories as make
from tests.access import World, sent_to_login
from tests.access_table import TABLE, Row
from tests.agreements.actors import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


class Work:
    """Somebody who has signed in and goes on working in the same session."""

    def __init__(self, world: World, role: str, district: Any = None) -> None:
        self.world = world
        self.user = make.operator() if role == Role.NONE else make.user(role, district)
        self.client = Client()
        self.client.force_login(self.user)

    def becomes(self, **fields: Any) -> None:
        """What the operator changes meanwhile, in another session."""
        User.objects.filter(pk=self.user.pk).update(**fields)

    def asks(self, row: Row, method: str) -> Any:
        kwargs = {**self.world.kwargs(row.of), **dict(row.more)}
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(reverse(row.name, kwargs=kwargs))
            if answer.streaming:
                b"".join(answer)  # a file is closed when it has been read
            transaction.set_rollback(True)
        return answer


def test_links_from_before_the_change_of_district_lead_nowhere() -> None:
    world = World()
    work = Work(world, Role.DISTRICT_LEAD, world.own)
    rows = [row for row in TABLE if row.foreign == 404]
    opened = [row for row in rows if row.read and "own district_lead" in row.read]
    assert len(opened) > 15
    for row in opened:
        assert work.asks(row, "GET").status_code == row.gets, row.name
    work.becomes(district=world.foreign)
    slips = [
        f"{method} {row.name}: {answer.status_code}"
        for row in rows
        for method, may in (("GET", row.read), ("POST", row.write))
        if may is not None and (answer := work.asks(row, method)).status_code != 404
    ]
    assert not slips, "\n".join(slips)


def test_file_from_before_the_change_of_district_is_not_fetched_any_more() -> None:
    world = World()
    work = Work(world, Role.DISTRICT, world.own)
    url = reverse("document_download", kwargs=world.kwargs("document"))
    assert work.client.get(url).status_code == 200
    fetched = Download.objects.count()
    work.becomes(district=world.foreign)
    assert work.client.get(url).status_code == 404
    assert Download.objects.count() == fetched


def test_lists_follow_the_new_district_at_once() -> None:
    world = World()
    work = Work(world, Role.DISTRICT, world.own)
    assert world.own.name in work.client.get(reverse("agreement_list")).content.decode()
    work.becomes(district=world.foreign)
    assert world.own.name not in work.client.get(reverse("agreement_list")).content.decode()


@pytest.mark.parametrize(
    ("role", "later"),
    [
        (Role.MINISTRY_LEAD, Role.MINISTRY),
        (Role.MINISTRY_LEAD, Role.AUDITOR),
        (Role.MINISTRY, Role.GRANT_OFFICE),
        (Role.MINISTRY, Role.NONE),
        (Role.NONE, Role.AUDITOR),
        (Role.AUDITOR, Role.MINISTRY_LEAD),
    ],
    ids=lambda role: role or "operator",
)
def test_pages_follow_the_new_role_at_once(role: Role, later: Role) -> None:
    world = World()
    work = Work(world, role)
    work.client.get(reverse("home"))
    work.becomes(role=later, is_superuser=later == Role.NONE)
    actor = later.value or "operator"
    slips = []
    for row in TABLE:
        for method, may, right in (("GET", row.read, row.gets), ("POST", row.write, row.after)):
            if may is None or row.data:
                continue
            answer = work.asks(row, method).status_code
            if answer != (right if actor in may else 403):
                slips.append(f"{method} {row.name}: {answer}")
    assert not slips, "\n".join(slips)


def test_confirmation_that_was_open_approves_nothing_after_the_change_of_role() -> None:
    version = make.version(status="submitted", entries=1)
    lead = make.user(Role.MINISTRY_LEAD)
    client = Client()
    client.force_login(lead)
    url = reverse("version_step", args=[
        version.agreement.budget_year.year, version.agreement.district.ags, version.number, "approve",
    ])  # fmt: skip
    assert client.get(url).status_code == 200
    User.objects.filter(pk=lead.pk).update(role=Role.MINISTRY)
    assert client.post(url).status_code == 403
    assert AgreementVersion.objects.get(pk=version.pk).status == Status.SUBMITTED


def test_form_of_a_closed_account_stores_nothing() -> None:
    world = World()
    work = Work(world, Role.DISTRICT, world.own)
    work.becomes(is_active=False)
    url = reverse("project_edit", kwargs=world.kwargs("entry"))
    answer = work.client.post(url, {"title": "Nach dem Ausscheiden"})
    assert sent_to_login(answer)
    world.entry.refresh_from_db()
    assert world.entry.title != "Nach dem Ausscheiden"


def test_back_office_closes_with_the_role() -> None:
    world = World()
    work = Work(world, Role.MINISTRY)
    url = reverse("admin:aqb_district_change", args=[world.own.pk])
    assert work.client.get(url).status_code == 200
    work.becomes(role=Role.AUDITOR)
    assert work.client.get(url).status_code == 403
    assert work.client.post(url, {"name": "Anders"}).status_code == 403
    work.becomes(is_active=False)
    assert work.client.get(url)["Location"].startswith(("/konto/login/", "/verwaltung/login/"))
