"""Every address x everybody x own and foreign district, reading and writing, against one table.

A new address without a row fails, and so does a row whose address is gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from aqb import clock
from aqb.models import User
from tests.access import EVERYBODY, World, ask, sent_to_login
from tests.agreements.actors import NOW

pytestmark = pytest.mark.django_db

MINISTRY = {"ministry", "ministry_lead"}
LEAD = {"ministry_lead"}
DISTRICT = {"own district", "own district_lead"}
DISTRICT_LEAD = {"own district_lead"}
BOTH = MINISTRY | DISTRICT
FOREIGN = {"foreign district", "foreign district_lead"}
READERS = BOTH | {"grant_office", "auditor", "operator"}
SIGNED_IN = READERS | FOREIGN
ANYBODY = SIGNED_IN | {"anonymous"}


@dataclass(frozen=True)
class Row:
    """Who may ask an address, what they get, and what a foreign district gets: 404 where a row belongs to a district.

    `read` and `write` name those who may; None means that the address does not answer that method (405).
    """

    name: str
    of: str = ""
    read: set[str] | None = None
    write: set[str] | None = None
    foreign: int = 403
    gets: int = 200
    after: int = 200  # an empty form comes back with its errors; 302 where nothing has to be filled in
    more: tuple[tuple[str, str], ...] = ()  # further parts of the address
    data: tuple[tuple[str, str], ...] = ()


def rows_of_agreements() -> Iterator[Row]:
    yield Row("agreement_list", read=SIGNED_IN)
    yield Row("agreement_detail", "draft.agreement", READERS, foreign=404, gets=302)
    yield Row("agreement_amend", "published.agreement", MINISTRY | DISTRICT_LEAD, MINISTRY | DISTRICT_LEAD, 404)
    yield Row("version_detail", "draft", READERS, foreign=404)
    yield Row("version_detail", "published", READERS, foreign=404)
    yield Row("version_preview", "draft", READERS, foreign=404)
    steps = {
        "submit": DISTRICT_LEAD, "return": MINISTRY, "approve": LEAD, "issue": MINISTRY, "publish": MINISTRY,
        "withdraw": MINISTRY, "terminate": MINISTRY,
    }  # fmt: skip
    for step, may in steps.items():
        yield Row("version_step", "draft", may, may, 404, more=(("step", step),))
    yield Row("version_lines", "draft", MINISTRY, MINISTRY, 404)
    yield Row("version_wording", "draft", None, MINISTRY, 404, after=302, data=(("wording", "draft"),))
    yield Row("version_signatories", "draft", BOTH, BOTH, 404, after=302)
    yield Row("version_follow_up", "withdrawn", MINISTRY, MINISTRY, 404, after=302)
    yield Row("evidence_upload", "issued", BOTH, BOTH, 404)
    yield Row("evidence_detail", "evidence", READERS, foreign=404)
    yield Row("evidence_detail", "evidence.electronic", READERS, foreign=404)
    yield Row("evidence_record", "evidence.electronic", MINISTRY, MINISTRY, 404, gets=302, after=302)  # nothing is left
    yield Row("evidence_reject", "evidence", MINISTRY, MINISTRY, 404)
    yield Row("evidence_report", "evidence.electronic", READERS, foreign=404)
    yield Row("signature_confirm", "evidence.signature", None, MINISTRY, 404)
    yield Row("signature_remove", "signature", None, MINISTRY, 404, after=302)
    yield Row("remark_create", "draft", MINISTRY, MINISTRY, 404)
    yield Row("remark_answer", "remark", DISTRICT, DISTRICT, 404)
    yield Row("remark_close", "remark", None, MINISTRY, 404, after=302)
    yield Row("strategy_edit", "district", BOTH, BOTH, 404)
    yield Row("strategy_confirm", "strategy", None, BOTH, 404, after=302)
    yield Row("document_download", "document", READERS, foreign=404)
    yield Row("document_page", "scan", READERS, foreign=404, more=(("page", "1"),))


def rows_of_the_plan() -> Iterator[Row]:
    yield Row("budget_year_list", read=MINISTRY)
    yield Row("budget_year_create", "", MINISTRY, MINISTRY)
    yield Row("budget_year_detail", "year", MINISTRY)
    yield Row("budget_year_edit", "year", MINISTRY, MINISTRY)
    yield Row("budget_year_copy", "year", MINISTRY, MINISTRY)
    yield Row("budget_year_open", "year", MINISTRY, MINISTRY, after=302)
    yield Row("allocation_grid", "year", MINISTRY, MINISTRY)
    yield Row("wording_list", read=MINISTRY)
    yield Row("wording_create", "", MINISTRY, MINISTRY)
    yield Row("wording_detail", "wording", MINISTRY, MINISTRY)
    yield Row("section_add", "wording", MINISTRY, MINISTRY)
    yield Row("section_edit", "wording.section", MINISTRY, MINISTRY)
    yield Row("section_move", "wording.section", None, MINISTRY, after=302)
    yield Row("section_remove", "wording.section", MINISTRY, MINISTRY, after=409)
    yield Row("wording_release", "wording", None, LEAD, after=302)
    yield Row("wording_pdf", "wording.preview", MINISTRY)
    yield Row("wording_preview", "wording.preview", MINISTRY, MINISTRY)


def rows_of_projects() -> Iterator[Row]:
    yield Row("project_list", read=SIGNED_IN)
    yield Row("project_detail", "entry", READERS, foreign=404)
    yield Row("project_create", "draft", BOTH, BOTH, 404)
    yield Row("project_edit", "entry", BOTH, BOTH, 404)
    yield Row("project_remove", "entry", BOTH, BOTH, 404, after=302)
    yield Row("provider_list", read=SIGNED_IN)
    yield Row("provider_edit", "provider", BOTH, BOTH, 404)


def rows_of_reporting() -> Iterator[Row]:
    yield Row("home", read=SIGNED_IN)
    yield Row("document_list", read=SIGNED_IN)
    yield Row("health", read=MINISTRY | {"auditor", "operator"})
    yield Row("document_downloads", "document", MINISTRY | {"auditor"})
    yield Row("document_verify", "", ANYBODY, ANYBODY, foreign=200)
    yield Row("document_check", "number", ANYBODY, foreign=200)
    yield Row("document_file", "number", ANYBODY, foreign=200)


def rows_of_scans() -> Iterator[Row]:
    yield Row("scan_batch_list", read=MINISTRY)
    yield Row("scan_batch_create", "", MINISTRY, MINISTRY)
    yield Row("scan_batch_detail", "batch", MINISTRY, MINISTRY)
    yield Row("scan_batch_pages", "batch", MINISTRY)
    yield Row("scan_batch_page", "batch", MINISTRY, more=(("page", "1"),))
    yield Row("scan_batch_discard", "batch", MINISTRY, MINISTRY, after=302)


TABLE = [*rows_of_agreements(), *rows_of_scans(), *rows_of_the_plan(), *rows_of_projects(), *rows_of_reporting()]
# Addresses whose answer depends on more than the role; each has a test of its own below.
OWN_TEST = {"provider_create"}
ACCOUNTS = {  # allauth's pages: name -> (not signed in, signed in)
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_signup": (200, 302),  # says that nobody signs up
    "account_email": (302, 403),
    "account_email_verification_sent": (200, 200),
    "account_confirm_email": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_reauthenticate": (302, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_inactive": (200, 200),
}
KEYS: dict[str, dict[str, str]] = {
    "account_confirm_email": {"key": "falsch"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "falsch-falsch"},
}


def expected(row: Row, actor: str, method: str) -> int:
    may = row.read if method == "GET" else row.write
    if may is None:
        return 405 if actor != "anonymous" or "anonymous" in (row.read or ()) else 302
    if actor in may:
        return row.gets if method == "GET" else row.after
    return 302 if actor == "anonymous" else row.foreign if actor in FOREIGN else 403


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def address(world: World, row: Row) -> str:
    return reverse(row.name, kwargs={**world.kwargs(row.of), **dict(row.more)})


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
            if (answer.status_code, expected(row, actor, method)) == (302, 302) and actor == "anonymous":
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
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


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
