"""What a district hands in is frozen, and what is compared with it later."""

from typing import Any

from agreements import version_rows
from agreements.models import AgreementVersion, Status, Submission


def stated(version: AgreementVersion) -> dict[str, Any]:
    """Everything that a version states now, as JSON: its projects, and what each line agrees and holds."""
    return {
        "projects": version.entries.stated(version_rows.rows(version, "entries")),
        "lines": [
            {"line": one.line_id, "title": one.line.title, "agreed": str(one.amount), "entered": str(one.entered)}
            for one in version_rows.rows(version, "lines")
        ],
    }


def freeze(version: AgreementVersion) -> Submission:
    """Keep what the district hands in. Doing it twice for the same submission changes nothing.

    A version that was handed in before submissions were kept is frozen when it is given back.
    """
    found = version.submissions.filter(submitted_at=version.submitted_at).first()
    return found or Submission.objects.create(
        version=version, submitted_at=version.submitted_at, submitted_by=version.submitted_by, content=stated(version)
    )


def before(version: AgreementVersion) -> Submission | None:
    """What the version is compared with: the last submission that the ministry has given back."""
    if version.returned_at is None:
        return None
    kept = version.submissions.order_by("-submitted_at", "-pk")
    if version.status != Status.DRAFT:
        kept = kept.filter(submitted_at__lt=version.submitted_at) if version.submitted_at else kept
    return kept.first()
