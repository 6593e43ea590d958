"""Where projects can be continued from: what the earlier vintages of the same district state."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, prefetch_related_objects

from agreements.models import AgreementVersion
from projects.models import ProjectEntry


def earlier(version: AgreementVersion) -> list[AgreementVersion]:
    """The version that counts of each earlier vintage of the district that has projects, the newest vintage first."""
    agreement = version.agreement
    versions: Any = AgreementVersion.objects.counting().filter(
        Exists(ProjectEntry.objects.filter(version=OuterRef("pk"))),
        agreement__district=agreement.district_id, agreement__budget_year__year__lt=agreement.budget_year.year,
    )  # fmt: skip
    return list(versions.select_related("agreement__budget_year").order_by("-agreement__budget_year__year"))


def projects_of(source: AgreementVersion) -> list[ProjectEntry]:
    """What that version states about its projects, in the order of the paper, each with its amount and its shares."""
    entries = source.entries.with_amount().select_related("category", "provider", "project")
    found = list(entries.order_by("category__position", "position", "pk"))
    prefetch_related_objects(found, "shares__line")
    return found


def taken_into(version: AgreementVersion, entries: Sequence[ProjectEntry]) -> dict[int, int | None]:
    """Which of these projects the agreement continues already: project -> its entry in the version, None if not there."""
    continued = version.agreement.projects.filter(continued_from__in=[one.project_id for one in entries])
    stated = dict(version.entries.filter(project__in=continued).values_list("project", "pk"))
    return {one.continued_from_id: stated.get(one.pk) for one in continued}
