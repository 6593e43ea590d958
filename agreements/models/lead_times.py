"""How long the steps of the way take: the middle of all, by vintage."""

from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from aqb.access import VisibleTo


class Median(Aggregate):
    """The middle value, or the mean of the two in the middle."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


# Where a step of the usual way begins and ends; a return begins the first two anew.
WAY = (
    ("draft", "submitted"), ("submitted", "approved"), ("approved", "issued"), ("issued", "signed"),
    ("signed", "published"),
)  # fmt: skip


class StatusChangeSet(VisibleTo):
    district_path = "version__agreement__district"

    def lead_times(self) -> Any:
        """Rows (year, from_status, to_status, median, number): how long steps took by vintage; `median` is a timedelta.

        A step lasts from the change before it to its own: giving back ends nothing, the way begins anew. Old contracts
        that were taken over have not gone it.
        """
        steps = Q()
        for begins, ends in WAY:
            steps |= Q(from_status=begins, to_status=ends)
        before = self.model.objects.filter(version=OuterRef("version"), pk__lt=OuterRef("pk")).order_by("-pk")
        began = Coalesce(Subquery(before.values("at")[:1]), F("version__created_at"))
        return (
            self.filter(steps, version__taken_over=False)
            .annotate(took=F("at") - began, year=F("version__agreement__budget_year__year"))
            .order_by()
            .values_list("year", "from_status", "to_status")
            .annotate(median=Median("took"), number=Count("pk"))
        )
