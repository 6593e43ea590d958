"""Nothing twice: the same form sent again, at once, later, changed, by somebody else; and every address that takes forms."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreements.models import NotedRemark, Remark, Wording
from agreements.views.fetching import address
from aqb import clock, daily, once
from aqb.access import Role
from aqb.models import SentForm, User
from projects.models import Provider
from tests import factories as make
from tests.at_once import at_once
from tests.clients import browser
from tests.forms import form_of

ARRIVED = "Dieses Formular ist schon um"


@pytest.fixture
def clerk(db: None) -> User:
    return make.person(Role.DISTRICT, make.district())


@pytest.fixture
def portal(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


NEW = "/traeger/neu/"


def new_provider(client: Client, name: str = "Bildungswerk Süd e. V.") -> dict[str, Any]:
    return form_of(client.get(NEW), "name") | {"name": name}


def test_form_sent_again_creates_nothing_and_says_what_happened(portal: Client) -> None:
    form = new_provider(portal)
    first = portal.post(NEW, form)
    portal.get(first["Location"])
    second = portal.post(NEW, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert Provider.objects.count() == 1
    page = portal.get(second["Location"]).text
    assert ARRIVED in page
    assert "Träger „Bildungswerk Süd e. V.“ gespeichert. Es ist nichts doppelt geschehen." in page


@pytest.mark.django_db
def test_step_sent_again_leads_to_the_page_as_the_first_did_instead_of_refusing() -> None:
    version = make.version(status="draft", entries=1)
    make.strategy(version.agreement.district)
    client = browser()
    client.force_login(make.person(Role.DISTRICT_LEAD, version.agreement.district))
    step = reverse("version_step", kwargs={**address(version), "step": "submit"})
    form = form_of(client.get(step), to="")
    answers = [client.post(step, form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("version_detail", kwargs=address(version))] * 2
    version.refresh_from_db()
    assert version.status == "submitted"
    assert version.status_changes.filter(to_status="submitted").count() == 1


def test_old_form_that_was_changed_creates_nothing_and_loses_nothing(portal: Client) -> None:
    form = new_provider(portal)
    portal.post(NEW, form)
    answer = portal.post(NEW, form | {"name": "Bildungswerk Nord e. V."})
    assert Provider.objects.get().name == "Bildungswerk Süd e. V."
    assert "aufgehoben" in portal.get(answer["Location"]).text
    page = portal.get(NEW).text
    assert 'value="Bildungswerk Nord e. V."' in page
    assert "Dieses Formular hatten Sie schon einmal abgesendet." in page
    portal.post(NEW, form_of(portal.get(NEW), "name"))
    assert Provider.objects.count() == 2, "a form of its own, sent knowingly"


def test_form_that_was_refused_is_not_used_up(portal: Client) -> None:
    form = new_provider(portal, "")
    assert portal.post(NEW, form).status_code == 200
    assert not SentForm.objects.exists()
    assert portal.post(NEW, form | {"name": "Bauhof"}).status_code == 302


def test_what_a_view_answers_with_a_page_has_changed_nothing(rf: Any, clerk: User) -> None:
    @once.once
    def half(request: Any) -> Any:
        from django.http import HttpResponse

        make.provider(clerk.district)
        return HttpResponse("doch nicht")

    request = rf.post("/halb/", {once.FIELD: "abc"})
    request.user = clerk
    assert half(request).status_code == 200
    assert not Provider.objects.exists()
    assert not SentForm.objects.exists()


def test_token_belongs_to_person_and_address(portal: Client, clerk: User) -> None:
    form = new_provider(portal)
    portal.post(NEW, form)
    other = Client()
    other.force_login(make.user(Role.DISTRICT, clerk.district))
    answer = other.post(NEW, form | {"name": "Anderer Träger"})
    assert answer.status_code == 302
    assert Provider.objects.count() == 2


def test_every_form_has_a_token_of_its_own(portal: Client) -> None:
    pages = [portal.get(NEW).text for _ in range(2)]
    tokens = [token for page in pages for token in re.findall(rf'name="{once.FIELD}" value="([\w-]{{16}})"', page)]
    assert len(tokens) >= 4, "also the form that signs out"
    assert len(set(tokens)) == len(tokens)


def test_daily_job_forgets_what_was_sent_a_day_ago(db: None) -> None:
    for hours in (1, 25):
        SentForm.objects.create(key=f"{hours:064}", sent_at=clock.now() - timedelta(hours=hours))
    assert "1 Einträge" in daily.forget_sent()
    assert SentForm.objects.get().key == f"{1:064}"
    assert "forget_sent" in {duty.name for duty in daily.DUTIES}


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_do_the_work_once_and_get_the_same_answer() -> None:
    """A double click: two connections; the second waits for the first."""
    version = make.version(status="submitted")
    client = Client()
    client.force_login(make.person(Role.MINISTRY))
    url = reverse("remark_create", kwargs=address(version))
    form = form_of(client.get(url), "text") | {"about": "agreement", "text": "Bitte ergänzen."}
    answers = at_once(lambda: client.post(url, form), lambda: client.post(url, form))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Remark.objects.count() + NotedRemark.objects.count() == 1


# ---- every address ----

# Addresses that take a form without the decorator, and why that does nothing twice.
OTHERWISE = {
    "allocation_grid": "saves what the cells shall hold: the same again changes nothing",
    "wording_preview": "only shows",
    "case_file": "packs a file and notes each fetching, as often as it is fetched",
    "document_verify": "only reads",
    "invitation_accept": "the link opens one account; a second request says that it is used",
    "session_end": "ends what is ended",
    "sessions_end_others": "ends what is ended",
    "session_state": "notes that somebody is there",
    "notices_read": "what is read is read",
    "notice_mails": "keeps one of three wishes",
    "page_text_preview": "only shows",
    "appearance": "keeps one of three wishes in the browser",
    "budget_year_columns": "keeps which columns are shown",
    "budget_year_selection": "only asks, or hands out; its job knows the page by a mark of its own",
    "typed_discard": "throws away what is thrown away",
    "second_factor_later": "remembers a day",
    "sign_on": "leads away",
}
OF_OTHERS = ("account_", "mfa_", "usersessions_", "openid_connect_")  # allauth's: tokens and codes that count once


def views(resolver: Any = None, space: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}", pattern.callback


def layers(view: Any) -> Iterator[Any]:
    """The view and what its decorators are wrapped around."""
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def takes_forms(view: Any) -> bool:
    """Whether the view answers a POST at all, as its decorators say."""
    cells = [cell.cell_contents for layer in layers(view) for cell in getattr(layer, "__closure__", None) or ()]
    methods = {
        method for found in cells if isinstance(found, list | tuple) for method in found if isinstance(method, str)
    }
    return not methods or "POST" in methods


def is_once(view: Any) -> bool:
    return any(getattr(layer, "once", False) for layer in layers(view))


def test_every_address_that_takes_a_form_does_its_work_once() -> None:
    ours = [
        (name, view)
        for name, view in views()
        if ":" not in name and not name.startswith(OF_OTHERS) and takes_forms(view)
    ]
    bare = {name for name, view in ours if not is_once(view)}
    assert bare - set(OTHERWISE) == set(), "decorate with @once, or say why not"
    assert set(OTHERWISE) - bare == set(), "reasons for addresses that need none any more"
    assert len(ours) > 40


def test_back_office_does_its_work_once(client: Client, db: None) -> None:
    """All its pages go through one place, so one of them stands for all."""
    client.force_login(make.operator())
    url = reverse("admin:agreements_measurecategory_add")
    form = form_of(client.get(url), "key") | {
        "key": "ZZ",
        "title": "Neue Art",
        "position": "9",
        "valid_from": "01.01.2023",
    }
    first = client.post(url, form)
    assert first.status_code == 302, first.context["errors"]
    assert client.post(url, form)["Location"] == first["Location"]


def test_same_wording_section_is_added_once_and_moved_once(client: Client, db: None) -> None:
    wording = make.wording(released=False)
    client.force_login(make.person(Role.MINISTRY))
    section = wording.sections.order_by("position")[1]
    move = reverse("section_move", kwargs={"pk": wording.pk, "section": section.pk})
    with transaction.atomic():
        for _ in range(2):
            client.post(move, {once.FIELD: "einmal", "direction": "up"})
    order = list(Wording.objects.get().sections.order_by("position").values_list("pk", flat=True))
    assert order.index(section.pk) == 0
