"""Every change of a business row is recorded by the database itself: who, when, on which page, before and after."""

from collections.abc import Callable
from typing import Any

import pghistory


def recorded(**options: Any) -> Callable[[Any], Any]:
    """Class decorator: inserts, updates and deletions of the model go to its append-only event table."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options)
