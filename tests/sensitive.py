"""Every sensitive step as a form: who sends it where, and what is true afterwards only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion
from aqb import clock
from aqb.access import Role
from aqb.models import Deputy, Invitation, User
from tests import factories as make
from tests.agreements.pages import client_of, day, path
from tests.back_office import address, typed
from tests.clients import age

OLD = 16 * 60  # seconds: such a login is not fresh any more


@dataclass
class Step:
    """A sensitive step: who does it, by which form, and what is true afterwards only."""

    user: User
    address: str
    data: dict[str, Any]
    done: Callable[[], bool]

    def client(self) -> Client:
        client = client_of(self.user)
        age(client, signed_in=OLD)
        return client


def step_of(version: AgreementVersion, step: str, role: Role) -> Step:
    before = version.status
    make.ministry()
    return Step(
        make.user(role),
        path(version, f"schritt/{step}/"),
        {},
        lambda: AgreementVersion.objects.get(pk=version.pk).status != before,
    )


def approve() -> Step:
    return step_of(make.version(status="submitted", entries=1), "approve", Role.MINISTRY_LEAD)


def issue() -> Step:
    return step_of(make.version(status="approved", entries=1), "issue", Role.MINISTRY)


def confirm() -> Step:
    version = make.version(status="issued", entries=1)
    evidence = make.evidence(version, "district")
    waiting = {"evidence": evidence.document, "confirmed_at": None, "confirmed_by": None}
    signature = make.signature(version, "district", **waiting)

    def confirmed() -> bool:
        signature.refresh_from_db()
        return signature.confirmed_at is not None

    data = {f"unterschrift-{signature.pk}-compared": "on"}
    page = path(version, f"unterschrift/{signature.pk}/bestaetigen/")
    return Step(make.user(Role.MINISTRY), page, data, confirmed)


def invite() -> Step:
    place = make.district()
    data = {"name": "Neue Kollegin", "email": "neu@kreis.example", "role": "district"}
    return Step(make.user(Role.DISTRICT_LEAD, place), reverse("person_invite"), data, Invitation.objects.exists)


def name_deputy() -> Step:
    place = make.district()
    colleague = make.user(Role.DISTRICT, place)
    today = clock.today()
    data = {"deputy": colleague.pk, **day("valid_from", today), **day("valid_to", today + timedelta(days=7))}
    return Step(make.user(Role.DISTRICT_LEAD, place), reverse("deputy_name"), data, Deputy.objects.exists)


def change_role() -> Step:
    """In the back office."""
    person, operator = make.user(Role.MINISTRY), make.operator()
    page = address(person, "change")
    data = typed(client_of(operator).get(page), role_or_operator="ministry_lead")
    return Step(operator, page, data, lambda: User.objects.get(pk=person.pk).role == Role.MINISTRY_LEAD)


STEPS: dict[str, Callable[[], Step]] = {
    "version.approve": approve,
    "version.issue": issue,
    "version.seal": confirm,
    "person.keep": invite,
    "deputy.name": name_deputy,
    "user.keep": change_role,
}
