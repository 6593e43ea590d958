"""Building blocks of the triggers that keep truths which span rows.

A trigger refuses with a German sentence and its own name as the constraint, so that a form can show the first and a
test can name the second.
"""

from typing import Any

import pgtrigger

HINT = "aqb"  # marks an error as one of ours, see aqb/refusals.py


def euro(expression: str) -> str:
    """SQL that writes an amount as `1.234,50 €`."""
    return f"translate(to_char({expression}, 'FM999,999,999,990.00'), ',.', '.,') || ' €'"


def refuse(name: str, sentence: str) -> str:
    """SQL that refuses with `sentence`, an SQL text expression."""
    return f"RAISE EXCEPTION USING MESSAGE = {sentence}, ERRCODE = '23514', CONSTRAINT = '{name}', HINT = '{HINT}';"


def text(sentence: str) -> str:
    """A German sentence as an SQL literal."""
    return "'" + sentence.replace("'", "''") + "'"


def trigger(name: str, operation: Any, func: str, *, when: Any = pgtrigger.After, **options: Any) -> pgtrigger.Trigger:
    """A row trigger named like a constraint; `func` is the plpgsql body without BEGIN and END."""
    return pgtrigger.Trigger(name=name, when=when, operation=operation, func=func, **options)


def keeps(model: str, columns: tuple[str, ...], sentence: str) -> pgtrigger.Trigger:
    """The columns of a row never change: other rows rely on what it belongs to."""
    name = f"{model}_keeps_identity"
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    body = f"IF {changed} THEN {refuse(name, text(sentence))} END IF; RETURN NEW;"
    return trigger(name, pgtrigger.Update, body, when=pgtrigger.Before)


def never_emptied(model: str, sentence: str = "Diese Tabelle wird nicht geleert.") -> pgtrigger.Trigger:
    """No TRUNCATE, which passes by every trigger on rows; so `manage.py flush` is refused, too."""
    name = f"{model}_never_emptied"
    body = refuse(name, text(sentence))
    return trigger(name, pgtrigger.Truncate, body, when=pgtrigger.Before, level=pgtrigger.Statement)


def append_only(model: str, sentence: str) -> tuple[pgtrigger.Trigger, pgtrigger.Trigger]:
    """Rows of `model` can be neither changed nor deleted, whatever code path tries."""
    name = f"{model}_append_only"
    refusal = refuse(name, text(sentence))
    return (
        trigger(name, pgtrigger.Update | pgtrigger.Delete, refusal, when=pgtrigger.Before),
        never_emptied(model, sentence),
    )
