"""Nothing of allauth's own look or language is ever shown: every page, message and mail it can show is one of ours."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from aqb.access import Role
from tests import factories as make

OURS = Path(settings.BASE_DIR) / "templates"
THEIRS = Path(allauth.__file__).parent / "templates"
APPS = ("account", "mfa", "socialaccount", "usersessions")
# Messages and mails about what nobody can do here, by the beginning of their names.
NEVER = {
    "account/email/account_already_exists": "nobody signs up",
    "account/email/email_": "the operator changes addresses",
    "account/email/login_code": "no codes by mail",
    "account/email/password_reset_code": "links, no codes",
    "account/messages/cannot_delete_primary_email": "the operator changes addresses",
    "account/messages/email_": "the operator changes addresses",
    "account/messages/primary_email_set": "the operator changes addresses",
    "account/messages/unverified_primary_email": "the operator changes addresses",
    "account/messages/login_code_sent": "no codes by mail",
    "account/messages/phone_": "no numbers to sign in with",
    "socialaccount/email/account_disconnected": "nobody disconnects the sign-on service",
    "socialaccount/messages/": "nobody connects by hand; our own view tells what happened (aqb/accounts/sign_on/views.py)",
    "usersessions/messages/sessions_logged_out": "our own view ends sessions (aqb/accounts/session/views.py)",
}
TEMPLATE = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")


def views(resolver: Any) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name), pattern.callback


def first_of_each_name() -> dict[str, Any]:
    """The views that answer: of two addresses with one name the first wins (aqb/accounts/urls.py)."""
    found: dict[str, Any] = {}
    for name, view in views(get_resolver()):
        found.setdefault(name, view)
    return found


def test_every_page_that_an_address_of_allauth_shows_is_ours() -> None:
    """Classes of allauth name their templates; a name of ours before one of theirs stands in for it."""
    shown = {
        name: template
        for name, view in first_of_each_name().items()
        if (template := getattr(getattr(view, "view_class", None), "template_name", None))
        and view.view_class.__module__.startswith(("allauth.", "aqb.accounts"))
    }
    assert len(shown) > 15, "the walk finds the views"
    closed = {"account_signup"}  # shows signup_closed.html, since nobody signs up
    assert not {name: page for name, page in shown.items() if name not in closed and not (OURS / page).exists()}


def test_every_message_and_mail_of_allauth_is_ours() -> None:
    named = [
        str(path.relative_to(THEIRS))
        for app in APPS
        for folder in ("messages", "email")
        for path in (THEIRS / app / folder).glob("*.txt")
    ]
    assert len(named) > 40, "the walk finds the texts"
    assert not [name for name in named if not name.startswith(tuple(NEVER)) and not (OURS / name).exists()]
    assert not [start for start in NEVER if not any(name.startswith(start) for name in named)], "no longer needed"


def test_our_pages_stand_on_our_own() -> None:
    """None of them extends or includes a template of allauth."""
    slips = [
        f"{path.relative_to(OURS)}: {name}"
        for app in APPS
        for path in (OURS / app).rglob("*.*")
        for name in TEMPLATE.findall(path.read_text())
        if not (OURS / name).exists()
    ]
    assert not slips


@pytest.mark.django_db
def test_who_comes_by_the_sign_on_service_gets_no_password_past_it(client: Client) -> None:
    user = make.user(Role.AUDITOR)
    user.set_unusable_password()
    user.save()
    client.post(reverse("account_reset_password"), {"email": user.email})
    [letter] = mail.outbox
    assert letter.subject == "AQB: Kein Zugang mit dieser Adresse"
    assert "über den Anmeldedienst" in letter.body
    client.force_login(user)
    for answer in (client.get(reverse("account_set_password")), client.post(reverse("account_set_password"))):
        assert answer.status_code == 403
        assert "gehört zum Anmeldedienst" in answer.content.decode()
    assert client.post(reverse("account_change_password")).headers["Location"] == reverse("account_set_password")
