"""The back office x everybody: closed to all but the ministry and the operator, and never an error."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.access import EVERYBODY, World, ask

pytestmark = pytest.mark.django_db

OPEN_TO = {"ministry", "ministry_lead", "operator"}
LOGINS = ("/konto/login/", "/verwaltung/login/")  # the second one only sends on to the first


def pages() -> Iterator[tuple[str, str]]:
    """Method and address of the site's own pages, and of all pages of each table for a row that is there."""
    yield "GET", reverse("admin:index")
    yield "GET", reverse("admin:jsi18n")
    yield "GET", reverse("admin:autocomplete")
    for model in admin.site._registry:
        address = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        yield "GET", reverse(f"{address}_changelist")
        yield "POST", reverse(f"{address}_add")
        for method, page in (("POST", "change"), ("POST", "delete"), ("GET", "change"), ("GET", "history")):
            yield method, reverse(f"{address}_{page}", args=[row.pk if row else 1])


@pytest.mark.parametrize("actor", EVERYBODY)
def test_back_office_is_closed_to_everybody_but_ministry_and_operator(actor: str) -> None:
    world = World()
    user = world.user(actor)
    slips = []
    for method, url in pages():
        answer = ask(user, method, url)
        if actor == "anonymous":
            right = answer.status_code == 302 and answer.url.startswith(LOGINS)
        elif actor in OPEN_TO:
            right = answer.status_code in (200, 302, 403, 409) and not getattr(answer, "url", "").startswith(LOGINS)
        else:
            right = answer.status_code == 403
        if not right:
            slips.append(f"{method} {url}: {answer.status_code}")
    assert not slips, "\n".join(slips)


@pytest.mark.parametrize("actor", sorted(OPEN_TO))
def test_every_list_of_the_back_office_opens(actor: str) -> None:
    world = World()
    user = world.user(actor)
    tables = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    assert len(tables) >= 20
    for table in tables:
        closed = actor == "operator" and table == "agreements_download"  # who fetched what is read by few
        answer = ask(user, "GET", reverse(f"admin:{table}_changelist"))
        assert answer.status_code == (403 if closed else 200), table


@pytest.mark.parametrize("actor", sorted(OPEN_TO))
def test_only_the_operator_makes_accounts(actor: str) -> None:
    answer = ask(World().user(actor), "GET", reverse("admin:aqb_user_add"))
    assert answer.status_code == (200 if actor == "operator" else 403)


@pytest.mark.parametrize("table", ["document", "download", "statuschange"])
def test_nobody_adds_changes_or_deletes_what_is_kept(table: str) -> None:
    world = World()
    kept = world.versions["published"].documents.first() if table == "document" else None
    pk = kept.pk if kept else 1
    for actor in sorted(OPEN_TO):
        user = world.user(actor)
        for page, args in (("add", []), ("delete", [pk])):
            answer = ask(user, "POST", reverse(f"admin:agreements_{table}_{page}", args=args))
            assert answer.status_code in (302, 403, 409), f"{page} {table} by {actor}: {answer.status_code}"
            assert answer.status_code != 302 or table != "document", f"{page} {table} by {actor}"
