"""A draft with two lines, the people of its district, and the way a browser sends the project form."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion
from agreements.views.fetching import address
from aqb.access import Role
from aqb.models import User
from tests import factories as make


@pytest.fixture
def version(db: None) -> AgreementVersion:
    """A draft of the vintage 2023: Regelbudget 100,000 euro, Sprachförderung 5,000 euro."""
    row = make.version()
    language = make.line(row.agreement.budget_year, title="Sprachförderung", key="sprache")
    make.allocation(language, row.agreement.district, "5000.00")
    make.agreement_line(row, language, "5000.00")
    make.category()
    make.target_group()
    make.provider(row.agreement.district, name="Lehrbauhof gGmbH")
    return row


@pytest.fixture
def clerk(version: AgreementVersion) -> User:
    return make.person(Role.DISTRICT, version.agreement.district)


@pytest.fixture
def portal(client: Client, clerk: User) -> Client:
    """The clerk's browser."""
    client.force_login(clerk)
    return client


@pytest.fixture
def new_url(version: AgreementVersion) -> str:
    return reverse("project_create", kwargs=address(version))


def cell(version: AgreementVersion, line: int = 0, year: int = 0) -> str:
    """Name of the input for an amount: line and cash year by their order."""
    agreed = list(version.lines.order_by("line__position"))[line]
    return f"amount_{agreed.line_id}_{version.agreement.budget_year.first_cash_year + year}"


@pytest.fixture
def sent(version: AgreementVersion) -> Callable[..., dict[str, Any]]:
    """What a browser sends for a complete project of 100 euro; keywords override single inputs."""
    agreement = version.agreement
    fields = {
        "title": "Chance Handwerk",
        "category": make.category().pk,
        "provider": agreement.district.providers.get().pk,
        "implementation": "forwarded",
        "starts_on_day": "1",
        "starts_on_month": "1",
        "starts_on_year": "2023",
        "ends_on_day": "31",
        "ends_on_month": "12",
        "ends_on_year": "2023",
        "places": "24",
        "description": "Junge Menschen erproben sich in vier Gewerken.",
        "target_groups": ["u27"],
        "legal_circles": ["SGB II", "SGB III"],
        cell(version): "100,00",
        "then": "save",
    }
    return lambda **changes: {**fields, **changes}


def hidden(html: str, name: str) -> str:
    """Value of a hidden input of a page."""
    found = re.search(rf'<input type="hidden" name="{name}"(?: value="([^"]*)")?', html)
    assert found, f"no hidden input {name}"
    return found[1] or ""


def errors(html: str) -> list[str]:
    """The lines of the error summary."""
    summary = html.partition('id="fehlerliste"')[2].partition("</ul>")[0]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", item)).strip() for item in summary.split("<li>")[1:]]
