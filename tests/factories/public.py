"""What the public reads and reports."""

from typing import Any

from aqb import clock
from aqb.access import Role
from aqb.models import BarrierReport, PageText
from tests import factories as make


def page_text(key: str = "impressum", **fields: Any) -> PageText:
    defaults = {
        "title": "Impressum", "body": "## Anbieter\n\nDas Ministerium.", "changed_at": clock.now(),
        "changed_by": fields.pop("changed_by", None) or make.person(Role.MINISTRY),
    }  # fmt: skip
    return PageText.objects.create(key=key, **{**defaults, **fields})


def barrier(**fields: Any) -> BarrierReport:
    """A report that waits for its answer."""
    defaults = {
        "page": "/vereinbarungen/", "text": "Der Vorleser liest die Beträge nicht.", "answer_to": "person@verein.example",
        "reported_at": clock.now(),
    }  # fmt: skip
    return BarrierReport.objects.create(**{**defaults, **fields})
