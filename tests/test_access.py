"""Every address x everybody x own and foreign district, reading and writing, against one expected table.

A new address without a row fails, and so does a row whose address is gone.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from aqb import clock
from aqb.models import User
from tests.access import EVERYBODY, World, ask, sent_to_login
from tests.access_table import ACCOUNTS, BOTH, FOREIGN, KEYS, OWN_TEST, TABLE, Row
from tests.agreements.actors import NOW
from tests.german import not_german

pytestmark = pytest.mark.django_db


def expected(row: Row, actor: str, method: str) -> int:
    may = row.read if method == "GET" else row.write
    if may is None:
        return 405 if actor != "anonymous" or "anonymous" in (row.read or ()) else 302
    if actor in may:
        return row.gets if method == "GET" else row.after
    return 302 if actor == "anonymous" else row.foreign if actor in FOREIGN else 403


def must_sign_in(row: Row, actor: str, method: str) -> bool:
    """Whether this is a visitor, and not at a form that anybody may send, which leads to where its work leads."""
    return actor == "anonymous" and actor not in ((row.read if method == "GET" else row.write) or ())


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def address(world: World, row: Row) -> str:
    return reverse(row.name, kwargs={**world.kwargs(row.of), **dict(row.more)})


def words_in(answer: Any) -> Iterator[str]:
    """What is not German on a page; files have formats of their own."""
    if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        yield from not_german(answer.content.decode())


def posted(world: World, row: Row) -> dict[str, Any]:
    return {name: world.versions[value].wording_id if value in world.versions else value for name, value in row.data}


@pytest.mark.parametrize("actor", EVERYBODY)
def test_every_address_answers_everybody_as_the_table_says(actor: str) -> None:
    world = World()
    user = world.user(actor)
    slips = []
    for row in TABLE:
        for method in ("GET", "POST"):
            answer = ask(user, method, address(world, row), posted(world, row))
            slips += [f"{method} {row.name} {row.of} shows „{text}“" for text in words_in(answer)]
            if (answer.status_code, expected(row, actor, method)) == (302, 302) and must_sign_in(row, actor, method):
                assert sent_to_login(answer), f"{row.name} sends away, but not to the login page"
            elif answer.status_code != expected(row, actor, method):
                slips.append(f"{method} {row.name} {row.of}: {answer.status_code}, not {expected(row, actor, method)}")
    assert not slips, "\n".join(slips)


def named(resolver: Any, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"


def test_every_address_has_a_row_in_the_table() -> None:
    ours = {name for name in named(get_resolver()) if not name.startswith("admin:")}
    listed = {row.name for row in TABLE} | OWN_TEST | set(ACCOUNTS)
    assert ours - listed == set(), "no row says who may open this"
    assert listed - ours == set(), "this address does not exist any more"


def without_token(answer: Any) -> str:
    """The page without the token against forged forms, which differs each time."""
    return re.sub(r'name="(csrfmiddlewaretoken|sent_once)" value="[\w-]+"', "", answer.content.decode())


def test_foreign_rows_look_like_rows_that_do_not_exist() -> None:
    """A district cannot tell a foreign agreement from none at all."""
    world = World()
    user = world.user("foreign district_lead")
    for row in TABLE:
        if row.foreign != 404:
            continue
        kwargs = {**world.kwargs(row.of), **dict(row.more)}
        missing = {name: {"ags": "06999", "pk": 999_999_999}.get(name, value) for name, value in kwargs.items()}
        method = "GET" if row.read is not None else "POST"
        foreign = ask(user, method, reverse(row.name, kwargs=kwargs), posted(world, row))
        nothing = ask(user, method, reverse(row.name, kwargs=missing), posted(world, row))
        assert foreign.status_code == nothing.status_code == 404, row.name
        assert without_token(foreign) == without_token(nothing), row.name


def test_lists_show_a_district_nothing_of_another() -> None:
    world = World()
    user = world.user("foreign district")
    secrets = [world.own.name, world.entry.title, "ZV-2025", str(world.entry.provider)]
    for name in ("home", "agreement_list", "project_list", "provider_list", "document_list"):
        text = ask(user, "GET", reverse(name)).content.decode()
        assert not [secret for secret in secrets if secret in text], name


@pytest.mark.parametrize("actor", [actor for actor in EVERYBODY if actor != "anonymous"])
def test_provider_is_created_for_the_own_district_only(actor: str) -> None:
    world = World()
    user = world.user(actor)
    url = f"{reverse('provider_create')}?gebiet={world.own.ags}"
    answer = ask(user, "GET", url)
    may = actor in BOTH | FOREIGN
    assert answer.status_code == (200 if may else 403)
    if actor in FOREIGN:  # the address says own, the person's own district counts
        assert world.own.name not in answer.content.decode()
        assert world.foreign.name in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), ACCOUNTS.items(), ids=ACCOUNTS)
def test_pages_of_the_account_answer_as_listed(name: str, status: tuple[int, int]) -> None:
    world = World()
    url = reverse(name, kwargs=KEYS.get(name))
    assert ask(None, "GET", url).status_code == status[0]
    assert ask(world.user("auditor"), "GET", url).status_code == status[1]


def test_operator_writes_only_about_people_and_the_own_account() -> None:
    """No page of ours lets the operator approve, sign, publish or decide; back office and actions have such a test, too."""
    written = {row.name for row in TABLE if row.write and "operator" in row.write}
    people = {
        "person_invite",
        "person_close",
        "person_reopen",
        "person_reset",
        "invitation_resend",
        "invitation_revoke",
    }
    own = {
        "person_factors", "second_factor_later", "sessions_end_others", "session_state", "typed_discard",
        "notices_read", "notice_mails",
    }  # fmt: skip
    public = {"page_text_edit", "page_text_preview", "barrier_report", "barrier_detail", "appearance"}
    assert written <= people | own | public | {"invitation_accept", "document_verify"}


def test_address_of_an_account_is_not_changed_by_its_person() -> None:
    world = World()
    user = world.user("own district")
    assert user is not None
    answer = ask(user, "POST", reverse("account_email"), {"email": "neu@example.org", "action_add": "1"})
    assert answer.status_code == 403
    assert "Betrieb der Anwendung" in answer.content.decode()


def test_nobody_signs_up() -> None:
    before = User.objects.count()
    secret = "Streuobstwiese-im-Mai-2026"
    ask(None, "POST", reverse("account_signup"), {"email": "neu@example.org", "password1": secret, "password2": secret})
    assert User.objects.count() == before


def test_account_that_is_closed_sees_only_the_login() -> None:
    world = World()
    client = Client()
    user = world.user("ministry")
    assert user is not None
    client.force_login(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    for row in TABLE:
        if row.read and "anonymous" not in row.read:
            assert sent_to_login(client.get(address(world, row))), row.name
