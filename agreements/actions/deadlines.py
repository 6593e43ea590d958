"""Further deadlines of a vintage: set, changed, taken back."""

from datetime import date

from django.db import transaction

from agreements.models import BudgetYear, Deadline
from aqb.access import require
from aqb.models import User
from aqb.refusals import validation_refusals


@transaction.atomic
def save_deadline(
    *, budget_year: BudgetYear, title: str, day: date, audience: str, by: User, deadline: Deadline | None = None
) -> Deadline:
    """Set or change a day besides those of the steps. Refuses: not the ministry, the same one twice, an amount in it."""
    require(by, "vintage.keep")
    deadline = deadline or Deadline(budget_year=budget_year)
    deadline.title, deadline.day, deadline.audience = title.strip(), day, audience
    with validation_refusals(deadline):
        deadline.full_clean()
        deadline.save()
    return deadline


@transaction.atomic
def remove_deadline(*, deadline: Deadline, by: User) -> None:
    """Take a day back. Refuses: not the ministry; doing it twice changes nothing."""
    require(by, "vintage.keep")
    Deadline.objects.filter(pk=deadline.pk).delete()
