"""What cannot be taken back is asked on a page of its own: seeing it changes nothing, and its button is what does."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from agreements.models import Signature
from aqb.access import Role
from aqb.models import Deputy, Invitation, User
from tests import factories as make
from tests.access import World, ask
from tests.access_table import TABLE
from tests.clients import browser
from tests.test_access import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_earlier_attempts")]
# What only looks as if it took something away, or says itself on its page what will happen before its button is pressed.
# Of a table that was read nothing is saved yet, and whoever discards it still has the file.
HARMLESS = {"notices_read", "table_discard"}
TAKES_AWAY = (  # or lets somebody see what cannot be unseen
    "_remove",
    "_revoke",
    "_end",
    "_discard",
    "_close",
    "_delete",
    "_withdraw",
    "_others",
    "_reset",
    "_factors",
    "notes_send",
    "strategy_confirm",
)


def rows() -> list[Any]:
    """What the questions are about, as it stands."""
    return [
        list(Signature.objects.order_by("pk").values_list("pk")),
        list(Invitation.objects.order_by("pk").values_list("pk", "revoked_at")),
        list(Deputy.objects.order_by("pk").values_list("pk", "ended_at")),
        list(User.objects.order_by("pk").values_list("pk", "is_active")),
    ]


def test_whatever_takes_something_away_asks_first() -> None:
    """Every address of that kind answers a GET with a page; one without fails here."""
    world = World()
    asked = 0
    for row in TABLE:
        if not row.name.endswith(TAKES_AWAY) or row.write is None or row.name in HARMLESS | {"remark_close"}:
            continue
        assert row.read, f"{row.name} happens without a question"
        user = world.user(min(row.write))
        before = rows()
        answer = ask(user, "GET", address(world, row))
        assert answer.status_code == 200, row.name
        assert 'method="post"' in answer.content.decode(), row.name
        assert rows() == before, row.name
        asked += 1
    assert asked >= 8


@pytest.mark.parametrize(
    ("page", "words", "lead"),
    [
        (
            lambda world: reverse("invitation_revoke", args=[world.invitation.pk]),
            "Einladung zurücknehmen",
            "own district_lead",
        ),
        (lambda world: reverse("deputy_end", args=[world.deputy.pk]), "Vertretung beenden", "own district_lead"),
        (lambda world: reverse("sessions_end_others"), "Alle anderen Sitzungen beenden", "auditor"),
        (lambda world: reverse("signature_remove", kwargs=world.kwargs("signature")), "Eintrag entfernen", "ministry"),
        (lambda world: f"{reverse('typed_discard')}?page=/projekte/", "Eingaben verwerfen", "auditor"),
    ],
)
def test_question_names_what_its_button_does_and_leads_away(
    page: Callable[[World], str], words: str, lead: str
) -> None:
    world = World()
    html = ask(world.user(lead), "GET", page(world)).content.decode()
    assert f'<span class="kern-label">{words}</span>' in html
    assert '<span class="kern-label">Abbrechen</span>' in html
    assert html.count("kern-btn--primary") == 1 + html.split("</main>")[1].count("kern-btn--primary")


def test_discarding_leads_to_no_other_site() -> None:
    client = Client()
    client.force_login(make.user(Role.AUDITOR))
    html = client.get(f"{reverse('typed_discard')}?page=https://fremd.example/").content.decode()
    assert 'href="https://fremd.example/"' not in html


def test_other_session_is_asked_about() -> None:
    user = make.user(Role.AUDITOR)
    browser(user)
    second = browser(user)
    other = UserSession.objects.exclude(session_key=second.session.session_key).filter(user=user).first()
    assert other is not None
    assert "Sitzung beenden?" in second.get(reverse("session_end", args=[other.pk])).content.decode()
    assert UserSession.objects.filter(pk=other.pk).exists()
