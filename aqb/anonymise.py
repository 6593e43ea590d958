"""What is left of a person once nobody needs the name any more: a number to which the history still points.

The term counts from the closing of the account (`User.deactivated_at`) and is a setting, because it follows from how long
the papers are kept. docs/privacy.md says what is stored about whom.
"""

import logging
from collections.abc import Callable
from datetime import date, timedelta

import pghistory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from aqb import chain, clock, drafts, notices
from aqb.history import PERSONAL
from aqb.models import BarrierReport, Invitation, PersonalProof, User

logger = logging.getLogger(__name__)

REASON = "Die Frist für persönliche Angaben ist abgelaufen."
NOBODY = "anonym.invalid"  # no mail reaches it, now or ever (RFC 2606)
UNUSED_INVITATIONS = timedelta(days=365)  # an address that nobody joined with is needed for nothing after that
ANSWERED_REPORTS = timedelta(days=365)  # so long somebody may come back to the answer


_FORGETS: list[Callable[[User], object]] = []


def also(forget: Callable[[User], object]) -> None:
    """An app above this one says what else of a person goes with the name; saying it twice says it once."""
    if forget not in _FORGETS:
        _FORGETS.append(forget)


def due() -> QuerySet[User]:
    """Accounts that are closed for longer than the term; none where the operator has switched the term off (0)."""
    people = User.objects.filter(is_active=False, anonymised_at=None)
    if not settings.ANONYMISE_AFTER_YEARS:
        return people.none()
    last = clock.morning(_years_before(clock.today(), settings.ANONYMISE_AFTER_YEARS))
    return people.filter(deactivated_at__lt=last).order_by("deactivated_at", "pk")


def unused() -> QuerySet[Invitation]:
    """Invitations with which nobody joined, withdrawn or expired for a year."""
    before = clock.now() - UNUSED_INVITATIONS
    nobody = Invitation.objects.filter(account=None, anonymised_at=None)
    return nobody.filter(Q(revoked_at__lt=before) | Q(expires_at__lt=before)).order_by("pk")


def answered() -> QuerySet[BarrierReport]:
    """Reports of barriers that were answered a year ago and still say whom the answer went to."""
    return BarrierReport.objects.filter(answered_at__lt=clock.now() - ANSWERED_REPORTS, anonymised_at=None)


def run(tell: Callable[[User], None] = lambda person: None) -> int:
    """Anonymise everybody who is due, each as a whole or not at all; answers how many.

    Running it again finds nobody. `tell` gets each person afterwards.
    """
    number = 0
    with pghistory.context(reason=REASON):
        for pk in list(due().values_list("pk", flat=True)):
            if person := anonymise(pk):
                number += 1
                tell(person)
        for invitation in unused():
            _invitation(invitation)
        for report in answered().order_by("pk"):
            _report(report)
    if number:
        logger.info("Anonymised %s accounts", number)
    return number


@transaction.atomic
def anonymise(pk: int) -> User | None:
    """Take out of account, history and logins what says who the person is; None when they are not due any more.

    What they did stays recorded under the account's number. Nobody else is touched, and nobody who may sign in.
    """
    chain.hold()  # a link made meanwhile would tie the names to it that are being emptied
    person = due().select_for_update(of=("self",)).filter(pk=pk).first()
    if person is None:
        return None
    address = person.email
    _sign_out(person)
    notices.forget_person(person)
    person.name, person.email = f"Anonymisierte Person {person.pk}", f"person-{person.pk}@{NOBODY}"
    person.office = person.phone = ""
    person.last_login = None
    person.set_unusable_password()
    person.anonymised_at = clock.now()
    person.save()
    _forget("aqb.UserEvent", person.pk, name=person.name, email=person.email)
    for invitation in Invitation.objects.filter(anonymised_at=None).filter(
        Q(account=person) | Q(email__iexact=address)
    ):
        _invitation(invitation)
    return person


def _sign_out(person: User) -> None:
    """Nothing remains with which the person could sign in or be found, nor what they had only begun to write."""
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    drafts.forget_person(person)
    for forget in _FORGETS:
        forget(person)
    for model in (UserSession, Authenticator, SocialAccount, EmailAddress):
        model.objects.filter(user=person).delete()


def _invitation(invitation: Invitation) -> None:
    """Whom it was sent to; one that was still open is withdrawn."""
    if invitation.account_id is None and invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
    invitation.name, invitation.office = "Anonymisierte Person", ""
    invitation.email = f"einladung-{invitation.pk}@{NOBODY}"
    invitation.anonymised_at = clock.now()
    with transaction.atomic():
        chain.hold()
        invitation.save()
        _forget("aqb.InvitationEvent", invitation.pk, name=invitation.name, email=invitation.email)


@transaction.atomic
def _report(report: BarrierReport) -> None:
    """What was reported and answered stays; where the answer went is forgotten."""
    chain.hold()
    report.answer_to, report.anonymised_at = "", clock.now()
    report.save()
    _forget("aqb.BarrierReportEvent", report.pk, answer_to="")


def _forget(label: str, pk: int, **anonymous: str) -> None:
    """Empty the personal columns in the history of a row, and the salts that tie them to the chain.

    The last entry stays: it records the anonymising itself, and holds only what the row holds now.
    """
    events = apps.get_model(label)._base_manager.filter(pgh_obj_id=pk).exclude(**anonymous)
    named = list(events.values_list("pgh_id", flat=True))
    events.update(**dict.fromkeys(PERSONAL[label], ""))
    PersonalProof.objects.filter(table=events.model._meta.db_table, row__in=named).update(salt=None)


def _years_before(day: date, years: int) -> date:
    """The same day so many years ago; the 28th where there was no 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
