"""What every test stands on: quick passwords, files in a folder that is thrown away, and templates without holes."""

import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import hypothesis
import pgtrigger
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.template import Node
from django.template.base import FilterExpression
from django.test import override_settings

# Two busy cores are no reason to fail, and a failure must come again in the next run.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

OWN_TEMPLATES = str(Path(settings.BASE_DIR) / "templates")


class Undefined(str):
    """Stands for what an undefined variable shows; fails the test if the template is one of ours.

    Django asks whether it is true just before it would show it; templates of Django and allauth go on as always.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        expression, template = "", ""
        frame = sys._getframe(1)
        while frame and not template:
            owner = frame.f_locals.get("self")
            if isinstance(owner, FilterExpression) and not expression:
                expression = str(owner)
            elif isinstance(owner, Node) and (origin := getattr(owner, "origin", None)):
                template = str(origin.name)
            frame = frame.f_back  # type: ignore[assignment]
        if expression and template.startswith(OWN_TEMPLATES):
            pytest.fail(f"Undefined variable »{expression}« in {template}")
        return False


def _strict_templates() -> list[dict[str, Any]]:
    templates: list[dict[str, Any]] = deepcopy(settings.TEMPLATES)
    for engine in templates:
        engine["OPTIONS"]["string_if_invalid"] = Undefined()
    return templates


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: it keeps an event loop running, in which the library for signatures starts none of its own."""
    items.sort(key=lambda item: "/tests/browser/" in item.path.as_posix())


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings that differ from the demo's, and why."""
    files = tmp_path_factory.mktemp("files")
    storages: dict[str, Any] = deepcopy(settings.STORAGES)
    storages["default"]["OPTIONS"] = {**storages["default"].get("OPTIONS", {}), "location": files}
    # Names without a hash: no test has to collect the static files first.
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # slow on purpose is for real passwords
        FILES=files,
        STORAGES=storages,
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        SEAL_FOLDER=tmp_path_factory.mktemp("seal"),
        WHITENOISE_USE_FINDERS=True,  # the browser gets styles and scripts from where they lie
        WHITENOISE_AUTOREFRESH=True,
        TEMPLATES=_strict_templates(),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptying() -> Iterator[None]:
    """Tests with true transactions end by emptying all tables, which the database refuses to everybody else."""
    with pytest.MonkeyPatch.context() as patch:
        refusing = DatabaseOperations.execute_sql_flush

        def emptied(self: DatabaseOperations, statements: list[str]) -> None:
            with pgtrigger.ignore():
                refusing(self, statements)

        patch.setattr(DatabaseOperations, "execute_sql_flush", emptied)
        yield


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A store of its own, where all documents of the test lie and nothing else; made by the first one."""
    place = tmp_path / "files"
    default = {"BACKEND": "aqb.files.ContentStorage", "OPTIONS": {"location": place}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return place


@pytest.fixture(scope="session")
def running_service() -> Iterator[Any]:
    from tests.sign_on_service import sign_on_service  # with a web server of its own; few tests need it

    with pytest.MonkeyPatch.context() as patch, sign_on_service() as service:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the mock would insist on https
        yield service


@pytest.fixture
def service(running_service: Any, settings: Any) -> Iterator[Any]:
    """A sign-on service that this installation uses, and no login counted before."""
    cache.clear()
    settings.SIGN_ON = running_service.set_up()
    yield running_service
    running_service.changes.clear()
    running_service.silent.clear()
    cache.clear()


@pytest.fixture
def no_earlier_attempts(db: None) -> Iterator[None]:
    """Attempts, used codes and unknown links are counted in a table that outlives tests with true transactions."""
    cache.clear()
    yield
    cache.clear()
