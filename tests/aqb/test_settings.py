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


def start(**variables: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings in a process of its own, with these variables and no others of ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AQB_")}
    environment = {**others, "DATABASE_URL": "postgresql://db.example/aqb", **variables}
    command = [sys.executable, "-c", ASK]
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
    ],
)
def test_wrong_variable_stops_the_start_with_a_sentence(variables: dict[str, str], sentence: str) -> None:
    ended = start(**variables)
    assert ended.returncode != 0
    assert sentence in ended.stderr.splitlines()[-1]


VARIABLE = re.compile(r"\bAQB_[A-Z0-9_]*[A-Z0-9]\b")
SECRET = re.compile(r"\bsecret\(\s*\"(AQB_\w+)\"")


def test_every_variable_stands_in_the_manual() -> None:
    code = "\n".join(file.read_text() for file in (*(ROOT / "aqb").rglob("*.py"), ROOT / "gunicorn.conf.py"))
    read = {*VARIABLE.findall(code), *(f"{name}_FILE" for name in SECRET.findall(code))}
    internal = {"AQB_GREETING"}  # said by `manage.py serve` to its own server
    manual = set(VARIABLE.findall((ROOT / "docs" / "operations.md").read_text()))
    assert read - internal == manual
    assert len(read) > 20
