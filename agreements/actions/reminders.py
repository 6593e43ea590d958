"""Reminding a district of what is its turn to do."""

from django.db import transaction

from agreements import checks, dates, news
from agreements.actions.steps import locked
from agreements.models import AgreementVersion, Party, Status
from aqb import clock, notices
from aqb.access import Refused, require, why_not
from aqb.models import User
from aqb.screens import german_date
from aqb.templatetags.aqb import days_left

NOT_ITS_TURN = "Die Gebietskörperschaft ist nicht am Zug."
SIGNED_ALREADY = "Die Gebietskörperschaft hat schon unterzeichnet."


def refusals(version: AgreementVersion, by: User) -> list[str]:
    """Why `by` cannot remind the district of this version now; empty when they can."""
    if reason := why_not(by, "version.remind", version.agreement.district):
        return [reason]
    if version.status == Status.DRAFT:
        return []
    if version.status != Status.ISSUED:
        return [NOT_ITS_TURN]
    waits = any(party == Party.DISTRICT for party, _ in checks.missing_signatures(version))
    return [] if waits else [SIGNED_ALREADY]


@transaction.atomic
def remind(*, version: AgreementVersion, by: User) -> int:
    """Tell everybody who works for the district what is to be done until when; answers how many people were told.

    Also those who want to hear of deadlines only. Refuses: not the ministry; the district is not to act; a second time
    on the same day; a district in which nobody has an account.
    """
    version = locked(version)
    require(by, "version.remind", version.agreement.district)
    if reasons := refusals(version, by):
        raise Refused(*reasons)
    people = list(news.of_district(version.agreement.district))
    if not people:
        raise Refused("In der Gebietskörperschaft hat niemand ein aktives Konto.")
    due = dates.day_of(version, version.status)
    what = "einzureichen" if version.status == Status.DRAFT else "zu unterzeichnen"
    told = notices.tell(
        people, kind=notices.DEADLINE, title=f"Erinnerung: {news.named(version)} ist {what}",
        text=f"{what} bis {german_date(due)} – {days_left(due)}" if due else "Bitte sehen Sie nach, was noch fehlt.",
        url=news.place(version), by=by, about=news.about(version), district=version.agreement.district,
        key=f"reminder:{version.pk}:{clock.today():%Y-%m-%d}",
    )  # fmt: skip
    if not told:
        raise Refused("Daran ist heute schon erinnert worden. Morgen geht es wieder.")
    return len(told)
