"""Settings come from the environment: a wrong one stops the start with a sentence, and each stands in the manual."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ASK = """
import json
from aqb import settings
default = settings.STORAGES["default"]
print(json.dumps([default["BACKEND"], default["OPTIONS"]], default=str))
"""
PRODUCTION = {
    "AQB_MODE": "production", "AQB_SECRET_KEY": "x" * 50, "AQB_HOSTS": "aqb.example", "AQB_BASE_URL": "https://aqb.example",
}  # fmt: skip

STARTS = {**PRODUCTION, "AQB_FILES": "/srv/aqb"}
MAIL_LOGIN = {"AQB_MAIL_USER": "aqb", "AQB_MAIL_PASSWORD": "geheim"}
# Every value in the settings whose name says that nobody may know it, with the way to it.
SECRETS = """
import json, re
from aqb import settings

def found(name, value):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from found(f"{name}.{key}", part)
    elif isinstance(value, (list, tuple)) and re.search("SECRET|PASSW|PASSPHRASE", name):
        yield from ((name, str(part)) for part in value)
    elif re.search(r"(?i)secret|passw|passphrase|token|_key$|\\.key$|credential|_pin$", name) and value:
        yield name, str(value)

print(json.dumps([pair for name, value in vars(settings).items() if name.isupper() for pair in found(name, value)]))
"""
# Names like a secret's; what stands there is none.
NO_SECRET = (
    "CACHES.default.KEY_FUNCTION",
    "AUTH_PASSWORD_VALIDATORS",
    "ACCOUNT_FORMS.",
    "ACCOUNT_RATE_LIMITS.",
    "MFA_FORMS.",
    "PERMISSIONS_POLICY.",
)


def start(code: str = ASK, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings in a process of its own, with these variables and no others of ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AQB_")}
    environment = {**others, "DATABASE_URL": "postgresql://db.example/aqb", **variables}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def storage(**variables: str) -> list[object]:
    ended = start(**variables)
    assert ended.returncode == 0, ended.stderr
    found: list[object] = json.loads(ended.stdout)
    return found


def test_documents_lie_in_a_folder() -> None:
    assert storage(AQB_FILES="/srv/aqb") == ["aqb.files.ContentStorage", {"location": "/srv/aqb"}]


def test_documents_lie_in_the_named_bucket() -> None:
    found = storage(
        **PRODUCTION, AQB_S3_BUCKET="aqb", AQB_S3_ENDPOINT="https://s3.example", AQB_S3_REGION="de-1",
        AQB_S3_RETENTION_DAYS="0",
    )  # fmt: skip
    options = {"bucket_name": "aqb", "endpoint_url": "https://s3.example", "region_name": "de-1", "retention_days": 0}
    assert found == ["aqb.bucket.BucketStorage", options]


def test_documents_in_a_bucket_are_locked_for_ten_years() -> None:
    _, options = storage(AQB_S3_BUCKET="aqb")
    assert isinstance(options, dict)
    assert options["retention_days"] == 3650


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"AQB_S3_BUCKET": "aqb", "AQB_S3_RETENTION_DAYS": "zehn"}, "AQB_S3_RETENTION_DAYS ist „zehn“"),
        ({"AQB_S3_BUCKET": "aqb", "AQB_S3_RETENTION_DAYS": "-1"}, "eine ganze Zahl ab 0"),
        ({"AQB_CLAMD": "localhost"}, "„rechner:port“ oder der Pfad eines Sockets"),
        ({"AQB_CLAMD": "run/clamd.sock"}, "AQB_CLAMD ist „run/clamd.sock“"),
        (PRODUCTION, "AQB_FILES fehlt: der Ordner der Dokumente (oder AQB_S3_BUCKET)"),
        ({**STARTS, "AQB_SECRET_KEY": ""}, "AQB_SECRET_KEY (oder AQB_SECRET_KEY_FILE) fehlt: ein zufälliger Wert"),
        ({**STARTS, "AQB_SECRET_KEY": "geheim"}, "AQB_SECRET_KEY ist zu kurz; gebraucht werden mindestens 50 Zeichen"),
        ({**STARTS, "AQB_SECRET_KEY_FILE": "/srv/key"}, "AQB_SECRET_KEY und AQB_SECRET_KEY_FILE sind beide gesetzt"),
        ({**STARTS, "AQB_SECRET_KEY": "", "AQB_SECRET_KEY_FILE": "/gibt/es/nicht"}, "lässt sich nicht lesen"),
        ({**STARTS, "AQB_HOSTS": ""}, "AQB_HOSTS fehlt: die Namen des Servers"),
        ({**STARTS, "AQB_HOSTS": "aqb.example, *"}, "AQB_HOSTS nennt „*“"),
        ({**STARTS, "AQB_HOSTS": "https://aqb.example"}, "AQB_HOSTS nennt „https://aqb.example“"),
        ({**STARTS, "AQB_BASE_URL": "http://aqb.example"}, "gebraucht wird eine Adresse mit https://"),
        ({**STARTS, "AQB_TRUSTED_PROXIES": "eins"}, "AQB_TRUSTED_PROXIES ist „eins“"),
        ({**STARTS, "DATABASE_URL": ""}, "DATABASE_URL fehlt: die Adresse der PostgreSQL-Datenbank"),
        ({**STARTS, "AQB_MAIL_USER": "aqb"}, "AQB_MAIL_USER und AQB_MAIL_PASSWORD gehören zusammen"),
        ({**STARTS, **MAIL_LOGIN, "AQB_MAIL_SECURITY": "none"}, "ein Passwort wird nicht unverschlüsselt"),
        ({**STARTS, "AQB_MAIL_SECURITY": "ssl"}, "AQB_MAIL_SECURITY ist „ssl“"),
    ],
)
def test_wrong_variable_stops_the_start_with_a_sentence(variables: dict[str, str], sentence: str) -> None:
    ended = start(**variables)
    assert ended.returncode != 0
    assert sentence in ended.stderr.splitlines()[-1]


def secrets(**variables: str) -> dict[str, str]:
    ended = start(SECRETS, **STARTS, **variables)
    assert ended.returncode == 0, ended.stderr
    return {name: value for name, value in json.loads(ended.stdout) if not name.startswith(NO_SECRET)}


def test_no_secret_has_a_default_in_production() -> None:
    assert secrets() == {"SECRET_KEY": PRODUCTION["AQB_SECRET_KEY"]}


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("nur für den Mailserver\n")
    found = secrets(AQB_MAIL_USER="aqb", AQB_MAIL_PASSWORD_FILE=str(tmp_path / "mail"))
    assert found["MAILERS.default.OPTIONS.password"] == "nur für den Mailserver"


def test_former_keys_are_known() -> None:
    assert secrets(AQB_SECRET_KEY_FALLBACKS="alt, älter")["SECRET_KEY_FALLBACKS"] == "älter"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ["localhost", 25, False, False, ""]),
        (MAIL_LOGIN, ["localhost", 587, True, False, "aqb"]),
        (
            {**MAIL_LOGIN, "AQB_MAIL_SECURITY": "tls", "AQB_MAIL_HOST": "mail.example"},
            ["mail.example", 465, False, True, "aqb"],
        ),
        ({"AQB_MAIL_SECURITY": "starttls", "AQB_MAIL_PORT": "2525"}, ["localhost", 2525, True, False, ""]),
    ],
    ids=["without a login", "with a login", "with TLS", "with a port"],
)
def test_mail_goes_out_as_the_environment_says(variables: dict[str, str], expected: list[object]) -> None:
    code = """
import json
from aqb.settings import MAILERS
options = MAILERS["default"]["OPTIONS"]
print(json.dumps([options[name] for name in ("host", "port", "use_tls", "use_ssl", "username")]))
"""
    ended = start(code, **STARTS, **variables)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == expected


VARIABLE = re.compile(r"\bAQB_[A-Z0-9_]*[A-Z0-9]\b")
SECRET = re.compile(r"\bsecret\(\s*\"(AQB_\w+)\"")


def test_every_variable_stands_in_the_manual() -> None:
    code = "\n".join(file.read_text() for file in (*(ROOT / "aqb").rglob("*.py"), ROOT / "gunicorn.conf.py"))
    read = {*VARIABLE.findall(code), *(f"{name}_FILE" for name in SECRET.findall(code))}
    internal = {"AQB_GREETING"}  # said by `manage.py serve` to its own server
    manual = set(VARIABLE.findall((ROOT / "docs" / "operations.md").read_text()))
    assert read - internal == manual
    assert len(read) > 20
