"""Who acts when: every step of the demo's past is a real action by a real account, on a working day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pghistory
from django.utils import timezone

from aqb import clock
from aqb.access import Role
from aqb.models import District, User
from reporting.demo import people


def working(day: date, hour: int, minute: int = 0) -> datetime:
    """That day at that hour in Hesse; of a weekend, the Friday before."""
    day -= timedelta(days=max(day.weekday() - 4, 0))
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@contextmanager
def acting(by: User, at: datetime) -> Iterator[User]:
    """Inside the block it is `at`, and the history says that `by` acts, and what the clock shows meanwhile."""
    with clock.stopped(at), pghistory.context(user=by.pk, url="/demo", clock=at.isoformat()):
        yield by


@dataclass(frozen=True)
class Cast:
    """The accounts that act."""

    ministry: User
    second: User
    lead: User
    auditor: User
    leads: dict[str, User]  # official key of a district -> its lead
    staff: dict[str, User]  # the same for those whose people enter the projects

    @classmethod
    def gathered(cls) -> "Cast":
        """From the accounts that are stored."""
        leads = User.objects.filter(role=Role.DISTRICT_LEAD).select_related("district")
        staff = User.objects.filter(role=Role.DISTRICT).select_related("district")
        return cls(
            ministry=people.user(people.JANA),
            second=people.user(people.MIRIAM),
            lead=people.user(people.TOBIAS),
            auditor=people.user(people.PETRA),
            leads={user.district.ags: user for user in leads if user.district},
            staff={user.district.ags: user for user in staff if user.district},
        )

    def enters(self, district: District) -> User:
        """Who enters projects there."""
        return self.staff.get(district.ags, self.leads[district.ags])
