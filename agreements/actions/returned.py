"""While a version is back at the district: the ministry sends what it has noted, and unlocks more."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from agreements import news, sending, unlocking
from agreements.actions.steps import locked
from agreements.models import AgreementVersion, Remark, Status
from aqb import clock
from aqb.access import Refused, require
from aqb.models import User
from aqb.refusals import validation_refusals
from aqb.screens import german_date

AT_MINISTRY = "Die Fassung liegt beim Ministerium. Ihre Anmerkungen werden gesendet, wenn Sie sie zurückgeben."


@transaction.atomic
def send_notes(*, version: AgreementVersion, by: User) -> list[Remark]:
    """Let the district see what is noted. Refuses: not the ministry, a version that is not with the district."""
    version = locked(version)
    require(by, "remark.write", version.agreement.district)
    if version.status != Status.DRAFT:
        raise Refused(AT_MINISTRY)
    with validation_refusals():
        sent = sending.send_noted(version, clock.now())
    if sent:
        news.remarked(version, len(sent), by)
    return sent


@transaction.atomic
def unlock_more(
    *, version: AgreementVersion, by: User, projects: Collection[str] = (), everything: bool = False,
    resubmit_due: date | None = None,
) -> AgreementVersion:  # fmt: skip
    """Open whole projects (by `uid`) or everything in a version that came back with locks; perhaps set another day.

    Refuses: not the ministry, a version that is not with the district or has no locks, a day that has passed.
    """
    version = locked(version)
    require(by, "version.unlock", version.agreement.district)
    if not version.is_returned:
        raise Refused(
            "Freigeben lässt sich etwas nur, solange die Fassung zur Überarbeitung bei der Gebietskörperschaft liegt."
        )
    if resubmit_due is not None and resubmit_due < clock.today():
        raise Refused(f"Der {german_date(resubmit_due)} ist vorbei. Bitte nennen Sie einen späteren Tag.")
    opened = unlocking.of_version(version)
    if opened is not None:
        wider = opened.with_more(unlocking.Unlocked(projects=frozenset(projects)))
        version.unlocked = None if everything else wider.as_data()
    version.resubmit_due = resubmit_due or version.resubmit_due
    with validation_refusals(version):
        version.full_clean()
        version.save()
    return version
