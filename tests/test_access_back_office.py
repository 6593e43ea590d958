"""The back office x everybody: each page of each table, reading and writing, against one expected table.

A table without a row fails. Nobody but the ministry and the operator enters, and the operator decides nothing here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion, Status
from tests import factories as make
from tests.access import EVERYBODY
from tests.agreements.actors import ACTORS
from tests.back_office import world
from tests.back_office_table import MINISTRY, OPERATOR, STAFF, TABLES, Keeping
from tests.german import not_german

pytestmark = pytest.mark.django_db

LOGINS = ("/konto/login/", "/verwaltung/login/")  # the second one only sends on to the first
PAGES = ("changelist", "add", "change", "delete", "history")


def expected(row: Keeping, actor: str, method: str, page: str) -> int:
    if actor == "anonymous":
        return 302
    if actor not in STAFF:
        return 403
    if page == "add":
        return (302 if row.elsewhere else 200) if actor in row.add else 403
    if page == "delete":
        return 200 if actor in row.delete else 403
    if page == "change" and method == "POST" and actor not in row.change:
        return 409 if actor in row.view and _not_a_matter_of_rights(row, actor) else 403
    if page == "change" and method == "POST":
        return (
            200 if row.table == "agreements.Agreement" else 409
        )  # does not say what it started from; there it is nothing
    return 200 if actor in row.view else 403


def _not_a_matter_of_rights(row: Keeping, actor: str) -> bool:
    return row.fixed or (row.table == "agreements.Remark" and actor in MINISTRY)


def addresses(row: Keeping) -> Iterator[tuple[str, str]]:
    """Each page of a table, for a row that is there."""
    model = apps.get_model(row.table)
    found = model._default_manager.first()
    assert found is not None, f"{row.table} has no row to ask for"
    for page in PAGES:
        args = [found.pk] if page in ("change", "delete", "history") else []
        yield page, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def visitor(actor: str) -> Client:
    client = Client()
    if actor != "anonymous":
        client.force_login(ACTORS[actor](make.district(), make.district()))
    return client


def ask(client: Client, method: str, url: str, data: dict[str, Any] | None = None) -> Any:
    """The answer; whatever the request did is taken back."""
    with transaction.atomic():
        answer = getattr(client, method.lower())(url, data)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("actor", EVERYBODY)
def test_every_page_of_every_table_answers_as_the_table_says(actor: str) -> None:
    world()
    client = visitor(actor)
    slips = []
    for row in TABLES:
        for page, url in addresses(row):
            for method in ("GET", "POST"):
                answer, right = ask(client, method, url), expected(row, actor, method, page)
                slips += [f"{page} {row.table} shows „{text}“" for text in not_german(answer.content.decode())]
                if answer.status_code != right:
                    slips.append(f"{method} {page} {row.table}: {answer.status_code}, not {right}")
                elif actor == "anonymous":
                    assert answer.url.startswith(LOGINS), f"{url} sends away, but not to the login page"
    assert not slips, "\n".join(slips)


@pytest.mark.parametrize("actor", EVERYBODY)
def test_pages_of_the_site_itself_are_closed_to_others(actor: str) -> None:
    client = visitor(actor)
    for name in ("index", "jsi18n", "autocomplete"):
        status = ask(client, "GET", reverse(f"admin:{name}")).status_code
        if name == "autocomplete" and actor in STAFF:
            assert status == 403, "nothing is asked for"
        else:
            assert status == (302 if actor == "anonymous" else 200 if actor in STAFF else 403), name


def test_every_table_has_its_row() -> None:
    assert sorted(row.table for row in TABLES) == sorted(model._meta.label for model in admin.site._registry)


def test_operator_changes_only_people_and_reference_data() -> None:
    changed = {row.table for row in TABLES if OPERATOR & (row.add | row.change | row.delete)}
    reference = {"aqb.District", "aqb.Ministry", "agreements.MeasureCategory", "projects.TargetGroup"}
    assert changed == reference | {"aqb.User", "aqb.PageText"}


@pytest.mark.parametrize("actor", ["operator", "auditor", "own district_lead"])
def test_nobody_without_the_right_ticks_rows_and_lets_something_happen(actor: str) -> None:
    world()
    client, asked = visitor(actor), 0
    for model, table in admin.site._registry.items():
        for action in table.actions or ():
            before = list(model._default_manager.order_by("pk").values())
            data = {"action": action, "_selected_action": [row["id"] for row in before], "select_across": "0"}
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            client.post(reverse(name), data)
            assert list(model._default_manager.order_by("pk").values()) == before, f"{action} {model._meta.label}"
            asked += 1
    assert asked >= 2, "there is no action to ask for"


@pytest.mark.parametrize("forged", [{"status": Status.PUBLISHED}, {"approved_by": "1"}])
def test_forged_form_of_the_operator_changes_no_version(forged: dict[str, Any]) -> None:
    version = make.version(status="submitted", entries=1)
    answer = visitor("operator").post(
        reverse("admin:agreements_agreementversion_change", args=[version.pk]), {**forged, "_save": "1"}
    )
    assert answer.status_code == 403
    assert AgreementVersion.objects.get(pk=version.pk).status == Status.SUBMITTED
