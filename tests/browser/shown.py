"""Pages as people get them: fetched without a server, and each one only once however many roles see the same."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from aqb.models import User
from tests.access import World
from tests.access_table import ACCOUNTS, FOREIGN, KEYS, TABLE, Row

# What differs from one showing to the next without anybody seeing it.
UNSEEN = re.compile(
    r'<input type="hidden"[^>]*>|data-(?:left|longest)="\d+"|<title>.*?</title>| aria-current="page"| current-(?:app|model)'
    r"|<body\b[^>]*>",
    re.DOTALL,
)
WORDS = re.compile(r">[^<]+<")
# The parts of a page that stand by themselves: what is in them looks the same wherever the rest is another.
PARTS = re.compile(r"<main\b.*?</main>|<header\b.*?</header>|<nav\b.*?</nav>|<footer\b.*?</footer>", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A page that somebody got: who, where, how they asked, and its HTML."""

    actor: str
    path: str
    html: str
    method: str = "GET"
    status: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.path} by {self.actor}"


@dataclass
class Seen:
    """What has been looked at already. A page is new when one of its parts is: content, header, navigation, footer."""

    parts: set[str] = field(default_factory=set)

    def is_new(self, page: Shown, user: User | None) -> bool:
        text = UNSEEN.sub("", page.html)
        if page.status != 200:  # refusals differ in their sentences only
            text = WORDS.sub("><", text)
        for personal in (user.name, user.email) if user is not None else ():
            text = text.replace(personal, "")
        parts = {*PARTS.findall(text), PARTS.sub("", text)}
        new = not parts <= self.parts
        self.parts |= parts
        return new


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def asked(client: Client, actor: str, path: str, method: str = "GET") -> Shown | None:
    """The page that comes back, or None for a file, a redirect, or a part of a page."""
    with transaction.atomic():  # whatever the request did is taken back
        answer: Any = getattr(client, method.lower())(path, {} if method == "POST" else None)
        transaction.set_rollback(True)
    return page_of(answer, actor, path, method)


def page_of(answer: Any, actor: str, path: str, method: str = "GET") -> Shown | None:
    """The page that an answer is, or None."""
    if answer.streaming:
        list(answer.streaming_content)
        return None
    if 300 <= answer.status_code < 400 or not answer["Content-Type"].startswith("text/html"):
        return None
    html = answer.content.decode()
    if "<html" not in html:
        return None
    return Shown(actor, path, html, method, answer.status_code)


def address(world: World, row: Row) -> str:
    return reverse(row.name, kwargs={**world.kwargs(row.of), **dict(row.more)})


def readable(world: World, actors: Iterable[str]) -> Iterator[tuple[Shown, User | None]]:
    """Every page of the table of addresses and of the account that these people get, new ones only."""
    seen = Seen()
    for actor in actors:
        user = world.user(actor)
        client = client_of(user)
        paths = [address(world, row) for row in TABLE if row.read is not None and actor in _readers(row)]
        paths += [reverse(name, kwargs=KEYS.get(name)) for name in ACCOUNTS]
        for path in dict.fromkeys(paths):
            page = asked(client, actor, path)
            if page is not None and seen.is_new(page, user):
                yield page, user


def sent_empty(world: World, actors: Iterable[str]) -> Iterator[tuple[Shown, User | None]]:
    """What comes back when these people send every form without having filled in anything."""
    seen = Seen()
    for actor in actors:
        user = world.user(actor)
        client = client_of(user)
        paths = [address(world, row) for row in TABLE if row.write is not None and actor in row.write]
        paths += [reverse(name, kwargs=KEYS.get(name)) for name in ACCOUNTS]
        for path in dict.fromkeys(paths):
            page = asked(client, actor, path, "POST")
            if page is not None and seen.is_new(page, user):
                yield page, user


def without_rows(users: dict[str, User | None]) -> Iterator[tuple[Shown, User | None]]:
    """Every page that needs no row, for people for whom there is none."""
    seen = Seen()
    paths = [reverse(row.name, kwargs=dict(row.more)) for row in TABLE if not row.of and row.read is not None]
    for actor, user in users.items():
        client = client_of(user)
        for path in dict.fromkeys(paths):
            page = asked(client, actor, path)
            if page is not None and page.status == 200 and seen.is_new(page, user):
                yield page, user


def back_office(users: dict[str, User]) -> Iterator[tuple[Shown, User | None]]:
    """Every page of every table for the first of its rows, and each form sent empty."""
    seen = Seen()
    for actor, user in users.items():
        client = client_of(user)
        for path, method in _of_tables():
            page = None if method == "POST" and actor == "operator" else asked(client, actor, path, method)
            if page is not None and seen.is_new(page, user):
                yield page, user


def _of_tables() -> Iterator[tuple[str, str]]:
    yield reverse("admin:index"), "GET"
    yield reverse("admin:aqb_district_changelist") + "?q=Nichtsdergleichen", "GET"
    for model in admin.site._registry:
        table = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{table}_changelist"), "GET"
        yield reverse(f"{table}_add"), "GET"
        yield reverse(f"{table}_add"), "POST"
        first = model._default_manager.first()
        if first is not None:
            yield from (
                (reverse(f"{table}_{name}", args=[first.pk]), "GET") for name in ("change", "delete", "history")
            )


def shown_to(user: User | None, paths: Iterable[str]) -> Iterator[tuple[Shown, User | None]]:
    """These pages as this person gets them; each must be one."""
    client = client_of(user)
    for path in paths:
        page = asked(client, str(user or "anybody"), path)
        assert page is not None and page.status == 200, path  # noqa: PT018
        yield page, user


def _readers(row: Row) -> set[str]:
    return (row.read or set()) | (FOREIGN if row.foreign == 200 else set())
