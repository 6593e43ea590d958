"""Every change of a business row is recorded by the database itself: who, when, on which page, before and after."""

from collections.abc import Callable
from typing import Any

import pghistory
import pgtrigger
from pghistory.models import Context

from aqb import triggers

KEPT = "Der Verlauf wird weder geändert noch gelöscht."


# Event model's label -> the columns that anonymising may empty, see `aqb.models.PersonalProof`.
PERSONAL: dict[str, tuple[str, ...]] = {}


def recorded(*, personal: tuple[str, ...] = (), **options: Any) -> Callable[[Any], Any]:
    """Class decorator: inserts, updates and deletions of the model go to its append-only event table.

    `personal` names text columns that may be emptied, once, when the row itself says `anonymised_at`.
    """

    def track(model: Any) -> Any:
        keeping = _erasable(model, personal) if personal else triggers.append_only("history", KEPT)
        events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
        tracked = pghistory.track(*events, meta={"triggers": keeping}, **options)(model)
        if personal:
            PERSONAL[f"{model._meta.app_label}.{model.__name__}Event"] = personal
        return tracked

    return track


def _erasable(model: Any, personal: tuple[str, ...]) -> tuple[pgtrigger.Trigger, ...]:
    """Append-only but for one thing: of somebody who is anonymised, the personal columns become empty."""
    columns = f"ARRAY[{', '.join(triggers.text(column) for column in personal)}]"
    emptied = " AND ".join(f"NEW.{column} = ''" for column in personal)
    row = f"SELECT 1 FROM {model._meta.db_table} kept WHERE kept.id = OLD.pgh_obj_id AND kept.anonymised_at IS NOT NULL"  # noqa: S608
    return (
        triggers.trigger(
            "history_append_only",
            pgtrigger.Update | pgtrigger.Delete,
            f"""
            IF TG_OP = 'DELETE' OR NOT ({emptied}) OR NOT EXISTS ({row})
               OR to_jsonb(OLD) - {columns} IS DISTINCT FROM to_jsonb(NEW) - {columns} THEN
                {triggers.refuse("history_append_only", triggers.text(KEPT))}
            END IF;
            RETURN NEW;
            """,
            when=pgtrigger.Before,
        ),
        triggers.never_emptied("history", KEPT),
    )


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
