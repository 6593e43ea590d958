"""Every action x everybody, past all pages: whoever may not is refused with the sentence of the policy, and nothing changes.

An action without a row fails, and so does a row whose action is gone.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

import agreements.actions
import aqb.accounts
import aqb.barriers
import aqb.page_texts
import projects.actions
import projects.continuing
import projects.table
import projects.together
import reporting.case_file
from aqb import access, clock
from aqb.access import Refused
from tests.access import World
from tests.action_table import ACTS, WITHIN, Act
from tests.agreements.actors import ACTORS, NOW

pytestmark = pytest.mark.django_db

PACKAGES: tuple[Any, ...] = (
    agreements.actions, aqb.accounts, aqb.barriers, aqb.page_texts, projects.continuing, projects.table, reporting.case_file,
)  # fmt: skip
DECISIONS = {"version.approve", "version.issue", "version.sign", "version.seal", "version.publish", "wording.release"}


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.stopped(NOW):
        yield


def outcome(act: Act, world: World, actor: str) -> Any:
    """403 for who may not, 409 where the state forbids it, 200 where it was done; it is taken back."""
    by = ACTORS[actor](world.own, world.foreign)
    with transaction.atomic():
        try:
            act.call(world, by)
            found, reasons = 200, []
        except Refused as refused:
            found, reasons = refused.status, refused.reasons
        except ValidationError as error:
            found, reasons = 409, error.messages
        transaction.set_rollback(True)
    assert found == 200 or all(reasons), f"{act.name} refuses {actor} without a word"
    return found


@pytest.mark.parametrize("actor", ACTORS)
def test_every_action_refuses_whoever_the_table_does_not_name(actor: str) -> None:
    world = World()
    slips = []
    for number, act in enumerate(ACTS):
        found = outcome(act, world, actor)
        if (found == 403) is (actor in act.may):
            slips.append(f"{number} {act.name}: {found}")
    assert not slips, "\n".join(slips)


def test_verb_of_each_row_is_the_one_that_the_action_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its verb taken from everybody, nobody may do the action any more."""
    world = World()
    for act in ACTS:
        rule = access.VERBS[act.verb]
        with monkeypatch.context() as patch:
            patch.setitem(access.VERBS, act.verb, access.Verb(rule.what, frozenset(), "Das darf niemand."))
            assert {outcome(act, world, actor) for actor in act.may} == {403}, act.name


def functions() -> Iterator[str]:
    """Every public function that somebody acts by, whatever module it stands in."""
    modules = [projects.actions, projects.together]
    for package in PACKAGES:
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        modules += [importlib.import_module(one.name) for one in found]
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and "by" in inspect.signature(function).parameters:
                yield f"{module.__name__}.{name}"


def test_every_action_has_a_row_in_the_table() -> None:
    within = {f"{module}.{name}" for module, names in WITHIN.items() for name in names}
    listed = {act.name for act in ACTS}
    assert set(functions()) - listed - within == set(), "no row says who may do this"
    assert listed - set(functions()) == set(), "this action does not exist any more"
    assert within - set(functions()) == set(), "this part of an action does not exist any more"


def test_operator_decides_nothing_by_any_action() -> None:
    assert {act.verb for act in ACTS if "operator" in act.may} == {
        "person.keep", "user.keep", "page_text.keep", "barrier.answer",
    }  # fmt: skip
    assert not [verb for verb in DECISIONS if access.VERBS[verb].operator]
    assert {act.verb for act in ACTS} >= DECISIONS


def test_every_verb_is_asked_by_an_action_or_guards_a_page() -> None:
    pages = {
        "history.read", "distribution.read", "downloads.read", "health.read", "reference.keep", "back_office.enter",
        "dialogue.keep",
    }  # fmt: skip
    assert set(access.VERBS) - {act.verb for act in ACTS} == pages
