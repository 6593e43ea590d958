"""Every change of a business row is recorded by the database itself: who, when, on which page, before and after."""

from collections.abc import Callable
from typing import Any

import pghistory
import pgtrigger
from pghistory.models import Context

from aqb import triggers

KEPT = "Der Verlauf wird weder geändert noch gelöscht."


def recorded(**options: Any) -> Callable[[Any], Any]:
    """Class decorator: inserts, updates and deletions of the model go to its append-only event table."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(*events, meta={"triggers": triggers.append_only("history", KEPT)}, **options)


class Circumstance(Context):
    """Who changed something on which page, as the events name it. Carries only the triggers that keep it.

    pghistory fills it up while a request lasts (nobody, then the person who logs in): what it says once, stays.
    """

    class Meta:
        proxy = True
        verbose_name = "Umstand einer Änderung"
        verbose_name_plural = "Umstände von Änderungen"
        triggers = (
            triggers.trigger(
                "circumstance_only_grows",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
                   OR NOT NEW.metadata @> jsonb_strip_nulls(OLD.metadata) THEN
                    {triggers.refuse("circumstance_only_grows", triggers.text(KEPT))}
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
            triggers.never_emptied("circumstance", KEPT),
        )
