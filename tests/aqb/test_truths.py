"""What PostgreSQL refuses about people, districts and ministries; and that no truth goes without its proof."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pghistory.models
import pghistory.trigger
import pgtrigger
import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from aqb.access import Role
from tests import factories as make
from tests.factories import START
from tests.truths import erase, refusal, refused, write

OWN = ("aqb", "agreements", "projects", "reporting")
TESTS = Path(__file__).resolve().parent.parent

BROKEN: list[tuple[str, Callable[[], Any], dict[str, Any]]] = [
    ("district_ags_of_hesse", make.district, {"ags": "05438"}),
    ("district_ags_of_hesse", make.district, {"ags": "0643"}),
    ("district_kind_known", make.district, {"kind": "region"}),
    ("district_validity_in_order", make.district, {"valid_to": date(1999, 12, 31)}),
    ("ministry_validity_in_order", make.ministry, {"valid_to": date(1999, 12, 31)}),
    ("user_district_fits_role", lambda: make.user(Role.DISTRICT), {"district_id": None}),
    ("user_district_fits_role", lambda: make.user(Role.DISTRICT_LEAD), {"role": Role.AUDITOR}),
    ("user_operator_without_role", make.operator, {"role": Role.MINISTRY_LEAD}),
    ("user_operator_without_role", make.user, {"role": ""}),
    ("user_operator_without_role", make.user, {"role": "king"}),
    ("pagetext_says_something", make.page_text, {"title": ""}),
    ("pagetext_says_something", make.page_text, {"body": ""}),
    ("barrierreport_answered_by_somebody", make.barrier, {"answer": "Behoben."}),
    ("barrierreport_forgotten_when_answered", make.barrier, {"anonymised_at": START}),
    ("barrierreport_keeps_identity", make.barrier, {"text": "Etwas anderes."}),
    ("barrierreport_keeps_identity", make.barrier, {"page": "/"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "row", "values"), BROKEN, ids=[f"{name}-{values}" for name, _, values in BROKEN])
def test_wrong_value_past_the_forms_is_refused(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).update(**values)
    with refused(name):
        write(made, **{field.removesuffix("_id"): value for field, value in values.items()})


@pytest.mark.django_db
def test_district_of_a_ministry_person_is_refused() -> None:
    with refused("user_district_fits_role"):
        make.user(Role.MINISTRY, make.district())


@pytest.mark.django_db
def test_report_of_a_barrier_without_words_or_taken_away_is_refused() -> None:
    with refused("barrierreport_says_something"):
        make.barrier(text="")
    report = make.barrier()
    with refused("barrierreport_stays"):
        erase(report)
    with refused("pagetext_key_unique"):
        make.page_text()
        make.page_text()


@pytest.mark.django_db
def test_second_ministry_at_the_same_time_is_refused() -> None:
    make.ministry(valid_from=date(2020, 1, 1), valid_to=date(2023, 12, 31))
    make.ministry(valid_from=date(2024, 1, 1))
    with refused("ministry_one_at_a_time"):
        make.ministry(valid_from=date(2023, 12, 31), valid_to=date(2023, 12, 31))


@pytest.mark.django_db
def test_second_account_with_the_same_address_is_refused() -> None:
    make.user(email="erika@example.org")
    with refused("user_email_unique"):
        make.user(email="Erika@Example.org")


@pytest.mark.django_db
def test_same_address_letter_by_letter_is_refused_by_one_of_both() -> None:
    make.user(email="erika@example.org")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make.user(email="erika@example.org")
    name, said = refusal(caught.value)
    assert name in ("user_email_exact", "user_email_unique")
    assert said == "Mit dieser E-Mail-Adresse gibt es schon ein Konto."


@pytest.mark.django_db
def test_second_district_with_the_same_key_is_refused() -> None:
    make.district(ags="06438")
    with refused("district_ags_unique"):
        make.district(ags="06438")


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OWN and not issubclass(model, pghistory.models.Event)
    ]


def truths() -> set[str]:
    """Names of all constraints and triggers of our tables; those that only write the history are no truths."""
    constraints = {constraint.name for model in own_models() for constraint in model._meta.constraints}
    triggers = {
        str(trigger.name)
        for model, trigger in pgtrigger.registered()
        if not isinstance(trigger, pghistory.trigger.Event) and model._meta.app_label in OWN
    }
    return constraints | triggers


def named_in_tests() -> set[str]:
    """Every string that stands for itself in the modules that prove truths; words in comments do not count."""
    files = [path for path in TESTS.rglob("test_truths*.py") if path.name.startswith("test_truths")]
    return {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_constraint_and_trigger_has_a_test_that_names_it() -> None:
    assert not truths() - named_in_tests()


def test_every_constraint_has_its_own_german_sentence() -> None:
    plain = str(models.CheckConstraint(condition=models.Q(pk=1), name="x").violation_error_message)
    slips = [
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if str(constraint.violation_error_message) == plain or not str(constraint.violation_error_message).endswith(".")
    ]
    assert not slips


def test_no_truth_hides_in_a_field() -> None:
    """`unique=True` gives a constraint without a name and without a sentence; a row made with its one-to-one cannot meet it."""
    slips = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.local_fields
        if field.unique and not field.primary_key and not field.one_to_one
    ]
    assert slips == []


def test_constraints_are_named_after_their_model() -> None:
    slips = [
        constraint.name
        for model in own_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.model_name}_")
    ]
    assert not slips


def test_nothing_tells_the_triggers_to_look_away() -> None:
    words = ("pgtrigger.ignore", "session_replication_role", "DISABLE TRIGGER", "DROP TRIGGER")
    slips = [
        f"{path}: {word}"
        for app in OWN
        for path in (TESTS.parent / app).rglob("*.py")
        if "migrations" not in path.parts
        for word in words
        if word in path.read_text()
    ]
    assert not slips
