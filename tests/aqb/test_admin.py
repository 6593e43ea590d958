"""The back office: who enters, what they see, what they may change; people and places."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import Download
from aqb.access import Role
from aqb.models import Deputy, District, Invitation, Ministry, PageText, User
from tests import factories as make
from tests.back_office import address, sentences, signed_in, typed, world

pytestmark = pytest.mark.django_db
TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)
OUTSIDE = [Role.DISTRICT, Role.DISTRICT_LEAD, Role.GRANT_OFFICE, Role.AUDITOR]
PASSWORD = "Apfelwein-im-Bembel-7"


def label(model: type[Model]) -> str:
    return model._meta.label


def test_every_business_table_is_there() -> None:
    names = {model._meta.label for model in TABLES}
    from django.apps import apps

    ours = {
        model._meta.label
        for app in ("aqb", "agreements", "projects")
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
    }
    inside = {
        "agreements.WordingSection",
        "agreements.Deadline",
        "aqb.HistoryPart",
        "agreements.RemarkReply",
    }  # shown with what they belong to
    # Numbers; what a person reads, wishes and types; how somebody works, of which what came of it is in the history.
    nobodys = {
        "aqb.PersonalProof", "aqb.Notice", "aqb.Subscription", "aqb.Job", "aqb.JobRow", "aqb.ChosenColumns", "aqb.Draft",
        "aqb.SentForm", "agreements.NotedRemark", "projects.TableImport",
    }  # fmt: skip
    assert names == ours - inside - nobodys


def test_nothing_else_is_there() -> None:
    assert {model._meta.app_label for model in TABLES} <= {"aqb", "agreements", "projects"}


@pytest.mark.parametrize("role", OUTSIDE)
def test_others_cannot_enter(role: str) -> None:
    client = signed_in(make.user(role))
    for path in (reverse("admin:index"), address(District, "changelist"), address(User, "add")):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "Die Verwaltung steht nur dem Ministerium offen." in answer.content.decode()


def test_nobody_signed_in_is_sent_to_the_login() -> None:
    answer = Client().get(address(District, "changelist"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_person_put_to_rest_is_sent_to_the_login() -> None:
    user = make.operator()
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("role", ["ministry", "ministry_lead", "operator"])
def test_every_page_answers(role: str) -> None:
    world()
    client = signed_in(make.operator() if role == "operator" else make.user(role))
    page = client.get(reverse("admin:index")).content.decode()
    assert page.index("Rahmen") < page.index("Zielvereinbarungen") < page.index("Stellen und Personen")
    for model in TABLES:
        table = admin.site._registry[model]
        hidden = model is Download and role == "operator"
        assert client.get(address(model, "changelist")).status_code == (403 if hidden else 200), model
        leads_on = {302} if model is PageText or (model is User and role == "operator") else {200, 403}
        assert client.get(address(model, "add")).status_code in leads_on, model
        for row in model._default_manager.all()[:3]:
            for page_name in ("change", "history"):
                answer = client.get(address(row, page_name))
                assert answer.status_code == (403 if hidden else 200), (model, page_name)
            assert client.get(address(row, "delete")).status_code in (200, 403), table


@pytest.mark.parametrize("model", [model for model in TABLES if model is not Download], ids=label)
def test_operator_only_reads_what_is_decided_elsewhere(model: type[Model]) -> None:
    """Forged forms to every table: refused, unless the operator keeps it."""
    world()
    client = signed_in(make.operator())
    kept = {"aqb.District", "aqb.Ministry", "aqb.User", "agreements.MeasureCategory", "projects.TargetGroup"}
    row = model._default_manager.all()[0]
    before = list(model._default_manager.values().order_by("pk"))
    answers = [client.post(address(row, "change"), {}), client.post(address(model, "add"), {})]
    answers.append(client.post(address(row, "delete"), {"post": "yes"}))
    if model in (User, PageText):
        assert [answer.status_code for answer in answers] == [409, 302, 403], "they are made on pages of their own"
    elif model._meta.label in kept:
        assert [answer.status_code for answer in answers] == [409, 200, 403], "no word of what it started from; errors"
    else:
        assert all(answer.status_code in (403, 409) for answer in answers), answers
    assert list(model._default_manager.values().order_by("pk")) == before


def test_search_finds_by_name() -> None:
    make.district(sort_name="Waldeck-Frankenberg")
    make.district(sort_name="Gießen")
    client = signed_in(make.user(Role.MINISTRY))
    page = client.get(address(District, "changelist"), {"q": "waldeck"}).content.decode()
    assert "Waldeck-Frankenberg" in page
    assert "Landkreis Gießen" not in page


def _rows(number: int) -> None:
    vintage = make.budget_year()
    line = make.line(vintage, amount="100000000.00")
    for _ in range(number):
        district = make.district()
        make.allocation(line, district)
        version = make.version(make.agreement(vintage, district), entries=1)
        make.remark(version)
        make.signatory(version)
        make.document(version.agreement, version)


@pytest.mark.parametrize("model", TABLES, ids=label)
def test_query_count_of_lists_does_not_grow(model: type[Model]) -> None:
    client = signed_in(make.user(Role.MINISTRY))
    counts = []
    _rows(2)
    for more in (0, 10):
        _rows(more)
        client.get(address(model, "changelist"))  # what is read once for a process is read
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(model, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 15


# ---- people ----


def test_nobody_makes_an_account_for_somebody_else() -> None:
    """People come by invitation: the page for a new account leads there, and a forged form makes none."""
    client = signed_in(make.operator())
    before = User.objects.count()
    forged = {"name": "Neu", "email": "neu@example.org", "role_or_operator": "auditor", "new_password": PASSWORD}
    for answer in (client.get(address(User, "add")), client.post(address(User, "add"), forged)):
        assert answer.headers["Location"] == reverse("person_invite")
    assert User.objects.count() == before
    assert signed_in(make.user(Role.MINISTRY)).get(address(User, "add")).status_code == 403


def test_operator_changes_role_and_district() -> None:
    user, district = make.user(Role.AUDITOR), make.district()
    client = signed_in(make.operator())
    data = typed(client.get(address(user, "change")), role_or_operator="district_lead", district=district.pk)
    answer = client.post(address(user, "change"), data)
    assert answer.status_code == 302, sentences(answer)
    user.refresh_from_db()
    assert (user.role, user.district, user.is_superuser) == (Role.DISTRICT_LEAD, district, False)
    page = client.get(address(user, "history")).content.decode()
    assert "Gebietskörperschaft, Leitung" in page, "who had which role when is recorded"


def test_operator_makes_an_operator_of_somebody() -> None:
    user = make.user(Role.AUDITOR)
    client = signed_in(make.operator())
    data = typed(client.get(address(user, "change")), role_or_operator="operator")
    assert client.post(address(user, "change"), data).status_code == 302
    user.refresh_from_db()
    assert (user.role, user.is_superuser) == ("", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"role_or_operator": ""}, "Bitte wählen Sie etwas aus."),
        (
            {"role_or_operator": "district"},
            "Eine Gebietskörperschaft gehört genau zu den Rollen der Gebietskörperschaften.",
        ),
        ({"email": "da@kreis.example"}, "Mit dieser E-Mail-Adresse gibt es schon ein Konto."),
    ],
    ids=["no role", "no district", "known address"],
)
def test_person_with_mistake_is_refused(fields: dict[str, Any], sentence: str) -> None:
    make.user(Role.MINISTRY, email="DA@kreis.example")
    user = make.user(Role.AUDITOR)
    client = signed_in(make.operator())
    answer = client.post(address(user, "change"), typed(client.get(address(user, "change")), **fields))
    assert answer.status_code == 200
    assert sentence in sentences(answer)
    user.refresh_from_db()
    assert user.role == Role.AUDITOR


def test_page_of_a_person_leads_to_closing_opening_and_a_new_password() -> None:
    user, operator = make.user(Role.AUDITOR), make.operator()
    client = signed_in(operator)
    page = client.get(address(user, "change")).content.decode()
    assert reverse("person_close", args=[user.pk]) in page
    assert reverse("person_reset", args=[user.pk]) in page
    assert reverse("person_close", args=[operator.pk]) not in client.get(address(operator, "change")).content.decode()
    User.objects.filter(pk=user.pk).update(is_active=False)
    page = client.get(address(user, "change")).content.decode()
    assert reverse("person_reopen", args=[user.pk]) in page
    assert reverse("person_reset", args=[user.pk]) not in page


def test_back_office_neither_closes_accounts_nor_sets_passwords() -> None:
    user = make.user(Role.AUDITOR)
    client = signed_in(make.operator())
    page = client.get(address(user, "change"))
    assert "password" not in page.content.decode()
    data = typed(page, is_active="", new_password=PASSWORD, new_password_again=PASSWORD, password=PASSWORD)
    assert client.post(address(user, "change"), data).status_code == 302
    user.refresh_from_db()
    assert user.is_active
    assert user.check_password(make.PASSWORD)
    assert client.post(address(user, "delete"), {"post": "yes"}).status_code == 403


def test_operator_cannot_change_own_rights() -> None:
    user = make.operator()
    client = signed_in(user)
    data = typed(client.get(address(user, "change")), role_or_operator="ministry_lead", is_active="", name="Neu")
    assert client.post(address(user, "change"), data).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.role, user.is_superuser, user.is_active) == ("Neu", "", True, True)


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.MINISTRY_LEAD])
def test_ministry_reads_people_and_raises_no_rights(role: str) -> None:
    user = make.user(role)
    client = signed_in(user)
    page = client.get(address(user, "change")).content.decode()
    assert "Personen verwaltet nur der Betrieb der Anwendung." in page
    assert user.password not in page
    forged = {"name": user.name, "email": user.email, "role_or_operator": "operator", "is_superuser": "on"}
    assert client.post(address(user, "change"), forged).status_code == 403
    user.refresh_from_db()
    assert (user.role, user.is_superuser) == (role, False)


@pytest.mark.parametrize("model", [Invitation, Deputy], ids=label)
def test_invitations_and_deputies_are_read_and_kept_elsewhere(model: type[Model]) -> None:
    row = make.invitation() if model is Invitation else make.deputy()
    for user in (make.operator(), make.user(Role.MINISTRY_LEAD)):
        client = signed_in(user)
        for page in (client.get(address(model, "changelist")), client.get(address(row, "change"))):
            assert page.status_code == 200
            assert "token" not in page.content.decode().replace("csrfmiddlewaretoken", "")
        assert client.post(address(row, "change"), {}).status_code == 409
        assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
        assert client.post(address(model, "add"), {}).status_code == 403


# ---- places ----


@pytest.mark.parametrize("role", ["ministry", "operator"])
def test_reference_data_are_kept_by_ministry_and_operator(role: str) -> None:
    district = make.district()
    client = signed_in(make.operator() if role == "operator" else make.user(role))
    data = typed(client.get(address(district, "change")), locative="in der Stadt Kassel")
    assert client.post(address(district, "change"), data).status_code == 302
    district.refresh_from_db()
    assert district.locative == "in der Stadt Kassel"
    assert client.post(address(district, "delete"), {"post": "yes"}).status_code == 403


def test_ministry_of_the_same_time_is_refused_in_words() -> None:
    ministry = make.ministry()
    client = signed_in(make.user(Role.MINISTRY))
    data = typed(client.get(address(ministry, "change")), valid_from="01.01.2024")
    answer = client.post(address(Ministry, "add"), data)
    assert "Für diese Zeit ist schon ein Ressort eingetragen." in sentences(answer)
    assert Ministry.objects.count() == 1


def test_history_tells_who_changed_what() -> None:
    district = make.district(seat="Dietzenbach")
    client = signed_in(make.user(Role.MINISTRY, name="Jana Reinhardt"))
    client.post(address(district, "change"), typed(client.get(address(district, "change")), seat="Offenbach am Main"))
    page = client.get(address(district, "history")).content.decode()
    assert "Jana Reinhardt" in page
    assert "Dietzenbach → Offenbach am Main" in page
