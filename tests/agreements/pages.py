"""What the tests of pages share: a signed-in client, and a version with everything its page shows."""

from datetime import date
from typing import Any

from django.test import Client

from aqb.access import Role
from aqb.models import District, User
from tests import factories as make


def client_of(user: User) -> Client:
    """A client of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    return client


def ministry() -> Client:
    return client_of(make.person(Role.MINISTRY))


def lead() -> Client:
    return client_of(make.user(Role.MINISTRY_LEAD))


def district_lead(district: District) -> Client:
    return client_of(make.person(Role.DISTRICT_LEAD, district))


def path(version: Any, rest: str = "") -> str:
    """Address of a version's page or of one below it."""
    agreement = version.agreement
    return f"/vereinbarungen/{agreement.budget_year.year}/{agreement.district.ags}/{version.number}/{rest}"


def day(name: str, value: date) -> dict[str, str]:
    """A date as its three inputs post it."""
    return {f"{name}_day": str(value.day), f"{name}_month": str(value.month), f"{name}_year": str(value.year)}


def text(response: Any) -> str:
    """The page as text; no-break spaces count as spaces."""
    return str(response.content.decode()).replace("\u00a0", " ")
