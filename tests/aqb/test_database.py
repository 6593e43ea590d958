"""Where the database is, as the environment says it."""

from pathlib import Path

import pytest

from aqb import database


def test_address_becomes_settings() -> None:
    found = database.parsed("postgresql://anna:ge%40heim@db.example:5433/aqb%20neu?sslmode=require")
    assert found == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "aqb neu", "USER": "anna", "PASSWORD": "ge@heim",
        "HOST": "db.example", "PORT": "5433", "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip


def test_socket_folder_is_the_host() -> None:
    assert database.parsed("postgres://postgres@/aqb?host=%2Frun%2Fpg")["HOST"] == "/run/pg"


@pytest.mark.parametrize("url", ["sqlite:///aqb.sqlite3", "mysql://localhost/aqb", "aqb"])
def test_other_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="muss mit „postgresql://“ beginnen"):
        database.parsed(url)


def test_named_database_needs_no_embedded_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/aqb")
    assert database.configuration(tmp_path)["HOST"] == "db.example"
    assert not list(tmp_path.iterdir())
