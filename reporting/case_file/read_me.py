"""The text that explains a case file to somebody who has never seen this application."""

from datetime import datetime

from django.template.loader import render_to_string

from agreements.models import Agreement
from aqb.models import User
from reporting.case_file import tables
from reporting.case_file.history import History
from reporting.case_file.papers import Lacking


def text(
    agreement: Agreement, *, at: datetime, by: User | None, history: History, files: int, snapshots: int,
    lacking: list[Lacking],
) -> str:  # fmt: skip
    """What lies where, how to check it, and what is missing."""
    covered = len(history.places)
    return render_to_string(
        "reporting/case_file.txt",
        {
            "agreement": agreement, "at": at, "by": by, "files": files, "snapshots": snapshots, "lacking": lacking,
            "tables": [(table.file_name, table.title) for table in tables.tables({})],
            "entries": len(history.entries), "covered": covered, "uncovered": len(history.entries) - covered,
            "links": len(history.links),
            "folder": f"fallakte-{agreement.budget_year.year}-{agreement.district.ags}",
        },
    )  # fmt: skip
