"""The administration's sign-on service (OpenID Connect), as the operator sets it in the environment.

Read by the settings, so nothing here needs a model. A mistake stops the start with a sentence: a mapping that is read
wrongly would give people other rights than they have.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from aqb.environment import listed, required, secret
from aqb.headers import origin

# What claims can give. The operator's account is not among them: nobody becomes one by what a service says.
ROLES = ("ministry", "ministry_lead", "district", "district_lead", "grant_office", "auditor")
DISTRICT_ROLES = ("district", "district_lead")
EVERY_LOGIN = "1"  # value of AQB_OIDC_SECOND_FACTOR


@dataclass(frozen=True)
class Mapping:
    """Which value of which claim gives which role, and which claim says the district (its key, `06438`)."""

    claim: str
    roles: dict[str, str]
    district_claim: str = ""


@dataclass(frozen=True)
class SignOn:
    """The sign-on service: `server` is its issuer, `name` what the button says.

    `second_factor`: values of the claims `acr` or `amr` that say that the service has asked for a second factor;
    EVERY_LOGIN where it always does; empty where its login never counts as one.
    """

    server: str
    client_id: str
    secret: str
    name: str
    mapping: Mapping
    second_factor: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """`https://host:port` of the service."""
        return origin(self.server)


def from_environment(*, production: bool) -> SignOn | None:
    """The service, or None where none is set. Raises ImproperlyConfigured with a sentence."""
    server = os.environ.get("AQB_OIDC_SERVER", "").rstrip("/")
    if not server:
        if forgotten := sorted(name for name in os.environ if name.startswith("AQB_OIDC_") and os.environ[name]):
            raise ImproperlyConfigured(
                f"{forgotten[0]} ist gesetzt, aber AQB_OIDC_SERVER fehlt: die Adresse des Dienstes."
            )
        return None
    if not re.fullmatch(r"https://[^\s/?#]+[^\s?#]*" if production else r"https?://[^\s/?#]+[^\s?#]*", server):
        raise ImproperlyConfigured(f"AQB_OIDC_SERVER ist „{server}“; gebraucht wird eine Adresse mit https://.")
    return SignOn(
        server=server,
        client_id=required("AQB_OIDC_CLIENT_ID", "der Name, unter dem der Anmeldedienst diese Anwendung kennt"),
        secret=secret("AQB_OIDC_SECRET", "das Geheimnis, das der Anmeldedienst dieser Anwendung gegeben hat"),
        name=required("AQB_OIDC_NAME", "wie der Anmeldedienst auf der Anmeldeseite heißt"),
        mapping=_mapping(
            required("AQB_OIDC_ROLES", "welche Angabe des Anmeldedienstes welche Rolle gibt (JSON oder Datei)")
        ),
        second_factor=tuple(listed("AQB_OIDC_SECOND_FACTOR")),
    )


def _read(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}: Die Datei „{file}“ lässt sich nicht lesen.") from error


def _mapping(text: str) -> Mapping:
    """The mapping from JSON, or from the file with JSON of that name."""
    content = text if text.lstrip().startswith("{") else _read("AQB_OIDC_ROLES", text)
    try:
        found = json.loads(content, object_pairs_hook=_once)
    except ValueError as error:
        raise ImproperlyConfigured(f"AQB_OIDC_ROLES ist kein gültiges JSON: {error}.") from error
    if mistake := _mistake(found):
        raise ImproperlyConfigured(f"AQB_OIDC_ROLES: {mistake}")
    return Mapping(**found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON keeps the last of two entries with one name without a word; here that could be the wrong role."""
    names = [name for name, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"„{twice}“ steht zweimal darin")
    return dict(pairs)


def _mistake(found: Any) -> str | None:
    """What is wrong with the mapping, as a German sentence; None if nothing is."""
    if not isinstance(found, dict):
        return "Gebraucht wird ein Objekt mit „claim“ und „roles“."
    if unknown := sorted(found.keys() - {"claim", "roles", "district_claim"}):
        return f"„{unknown[0]}“ ist unbekannt; möglich sind „claim“, „roles“ und „district_claim“."
    claim, roles, district = found.get("claim"), found.get("roles"), found.get("district_claim", "")
    if not (isinstance(claim, str) and claim):
        return "„claim“ fehlt: der Name der Angabe, in der die Gruppen einer Person stehen."
    if not (isinstance(roles, dict) and roles):
        return "„roles“ fehlt: welche Gruppe welche Rolle gibt."
    if wrong := sorted(group for group, role in roles.items() if role not in ROLES or not group):
        return f"„{wrong[0]}“ gibt „{roles[wrong[0]]}“; möglich sind {', '.join(ROLES)}."
    if not isinstance(district, str) or (not district and set(roles.values()) & set(DISTRICT_ROLES)):
        return "„district_claim“ fehlt: der Name der Angabe mit dem Gemeindeschlüssel der Gebietskörperschaft."
    return None
