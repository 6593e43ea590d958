"""What stands beside every recorded change from now on, until the request, command or job ends. Needs no model."""

from typing import Any

import pghistory


def because(reason: str) -> None:
    """Note why something changes beside every change that follows in this request, command or job."""
    pghistory.context(reason=reason)


def on_behalf_of(lead: Any) -> None:
    """Note for whom the acting person stands in, beside every change that follows in this request."""
    pghistory.context(on_behalf_of=lead.pk)
