"""What a district has handed in, kept so that later only what has changed needs a second look."""

from typing import Any

from django.db import models

from agreements.models.agreement import AgreementVersion, OfVersion, person
from aqb import triggers


class Submission(models.Model):
    """Einreichung: everything that a version stated when the district handed it in, frozen as data.

    `content` holds `projects` (see `EntrySet.stated`) and `lines` (see `agreements.submissions`). It only grows and never
    changes, so it is its own history.
    """

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="submissions", verbose_name="Fassung")
    submitted_at = models.DateTimeField("eingereicht am")
    submitted_by = person("eingereicht von")
    content = models.JSONField("eingereichter Stand")

    objects = OfVersion.as_manager()

    class Meta:
        verbose_name = "Einreichung"
        verbose_name_plural = "Einreichungen"
        ordering = ("version", "submitted_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "submitted_at"),
                name="submission_unique",
                violation_error_message="Diese Einreichung ist schon festgehalten.",
            ),
        )
        triggers = triggers.append_only("submission", "Eine Einreichung wird weder geändert noch gelöscht.")

    def __str__(self) -> str:
        return f"{self.version} · {self.submitted_at:%d.%m.%Y}"

    @property
    def projects(self) -> dict[str, Any]:
        """The projects by their `uid`."""
        return {one["uid"]: one for one in self.content["projects"]}
