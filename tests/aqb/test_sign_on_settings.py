"""What the operator sets about the sign-on service: read exactly, and any mistake stops the start with a sentence."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from aqb.accounts.sign_on import provider
from tests.aqb.test_settings import start

MAPPING: dict[str, Any] = {"claim": "groups", "roles": {"aqb-pruefung": "auditor"}}
COMPLETE = {
    "AQB_OIDC_SERVER": "https://anmeldung.example/realms/land/", "AQB_OIDC_CLIENT_ID": "aqb", "AQB_OIDC_SECRET": "geheim",
    "AQB_OIDC_NAME": "Anmeldung Hessen", "AQB_OIDC_ROLES": json.dumps(MAPPING),
}  # fmt: skip


def read(
    monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str | None], *, production: bool = True
) -> provider.SignOn | None:
    for name, value in {**COMPLETE, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return provider.from_environment(production=production)


def test_nothing_set_is_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, dict.fromkeys(COMPLETE)) is None


def test_service_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, {"AQB_OIDC_SECOND_FACTOR": "mfa, otp"}) == provider.SignOn(
        server="https://anmeldung.example/realms/land", client_id="aqb", secret="geheim", name="Anmeldung Hessen",
        mapping=provider.Mapping("groups", {"aqb-pruefung": "auditor"}), second_factor=("mfa", "otp"),
    )  # fmt: skip


def test_secret_and_mapping_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("aus-der-Datei\n")
    (tmp_path / "roles.json").write_text(json.dumps({**MAPPING, "district_claim": "ags"}))
    files = {"AQB_OIDC_SECRET_FILE": str(tmp_path / "secret"), "AQB_OIDC_ROLES": str(tmp_path / "roles.json")}
    found = read(monkeypatch, {"AQB_OIDC_SECRET": None, **files})
    assert found is not None
    assert (found.secret, found.mapping.district_claim) == ("aus-der-Datei", "ags")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"AQB_OIDC_SERVER": None}, "AQB_OIDC_CLIENT_ID ist gesetzt, aber AQB_OIDC_SERVER fehlt"),
        ({"AQB_OIDC_SERVER": "http://anmeldung.example"}, "gebraucht wird eine Adresse mit https://"),
        ({"AQB_OIDC_SERVER": "anmeldung.example"}, "gebraucht wird eine Adresse mit https://"),
        ({"AQB_OIDC_SERVER": "https://anmeldung.example/?a=b"}, "gebraucht wird eine Adresse mit https://"),
        ({"AQB_OIDC_CLIENT_ID": None}, "AQB_OIDC_CLIENT_ID fehlt"),
        ({"AQB_OIDC_SECRET": None}, "AQB_OIDC_SECRET (oder AQB_OIDC_SECRET_FILE) fehlt"),
        ({"AQB_OIDC_NAME": None}, "AQB_OIDC_NAME fehlt"),
        ({"AQB_OIDC_ROLES": None}, "AQB_OIDC_ROLES fehlt"),
        ({"AQB_OIDC_ROLES": "/gibt/es/nicht"}, "AQB_OIDC_ROLES: Die Datei „/gibt/es/nicht“ lässt sich nicht lesen."),
        ({"AQB_OIDC_ROLES": "{"}, "AQB_OIDC_ROLES ist kein gültiges JSON"),
        ({"AQB_OIDC_ROLES": '{"claim": "a", "claim": "b", "roles": {"x": "auditor"}}'}, "„claim“ steht zweimal darin"),
    ],
)
def test_mistake_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        read(monkeypatch, changes)
    assert sentence in str(stopped.value)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"roles": {"a": "auditor"}}, "„claim“ fehlt"),
        ({"claim": "groups"}, "„roles“ fehlt"),
        ({"claim": "groups", "roles": {}}, "„roles“ fehlt"),
        ({**MAPPING, "rollen": {}}, "„rollen“ ist unbekannt"),
        ({"claim": "groups", "roles": {"a": "operator"}}, "„a“ gibt „operator“"),
        ({"claim": "groups", "roles": {"a": ""}}, "„a“ gibt „“"),
        ({"claim": "groups", "roles": {"a": None}}, "„a“ gibt „None“"),
        ({"claim": "groups", "roles": {"": "auditor"}}, "„“ gibt „auditor“"),
        ({"claim": "groups", "roles": {"a": "district"}}, "„district_claim“ fehlt"),
        ({**MAPPING, "district_claim": 7}, "„district_claim“ fehlt"),
    ],
)
def test_mapping_that_could_give_other_rights_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, mapping: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as stopped:
        read(monkeypatch, {"AQB_OIDC_ROLES": json.dumps(mapping)})
    assert sentence in str(stopped.value)


def test_server_on_this_machine_may_go_without_encryption_in_a_trial_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, {"AQB_OIDC_SERVER": "http://127.0.0.1:9400"}, production=False) is not None
    with pytest.raises(ImproperlyConfigured):
        read(monkeypatch, {"AQB_OIDC_SERVER": "http://127.0.0.1:9400"})


def test_start_itself_stops() -> None:
    ended = start(**{**COMPLETE, "AQB_OIDC_ROLES": '{"claim": "groups", "roles": {"alle": "operator"}}'})
    assert ended.returncode != 0
    assert "AQB_OIDC_ROLES: „alle“ gibt „operator“" in ended.stderr.splitlines()[-1]
