"""Invitations: somebody with the right to it sends a link, and whoever has the mail opens an account with it, once."""

import hashlib
import secrets
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from aqb import clock
from aqb.access import DISTRICT, MINISTRY, Refused, require
from aqb.accounts.staff import people
from aqb.models import District, Invitation, User
from aqb.refusals import validation_refusals

TOKEN_BYTES = 32
UNKNOWN = "Dieser Link gilt nicht. Bitte prüfen Sie, ob er vollständig ist und aus der neuesten E-Mail stammt."
USED = "Diese Einladung ist schon angenommen. Bitte melden Sie sich an."
EXPIRED = "Diese Einladung ist abgelaufen. Bitte lassen Sie sich eine neue schicken."
WITHDRAWN = "Diese Einladung gilt nicht mehr. Bitte wenden Sie sich an Ihre Leitung."
HAS_ACCOUNT = "Mit dieser E-Mail-Adresse gibt es schon ein Konto."
ON_ITS_WAY = "An diese Adresse ist schon eine Einladung unterwegs."


class Unusable(Exception):
    """The link opens no account; `sentence` says why, and no more than whoever holds the link must know."""

    def __init__(self, sentence: str, *, known: bool = True) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.known = known


class NotSent(Exception):
    """The invitation is stored, but the mail did not leave; it can be sent once more."""


def within(by: User) -> QuerySet[Invitation]:
    """Open invitations that exist for `by` at all; what `by` may is asked besides."""
    found = Invitation.objects.filter(accepted_at=None, revoked_at=None, anonymised_at=None)
    return found.filter(district=by.district_id) if by.is_district else found


def visible_to(by: User) -> QuerySet[Invitation]:
    """The open invitations to roles and places whose people `by` may see."""
    if people.why_not_at_all(by):
        return Invitation.objects.none()
    found = within(by)
    return found if by.is_superuser or by.is_district else found.filter(role__in=MINISTRY | DISTRICT)


def why_not_keep(invitation: Invitation, by: User) -> str | None:
    """Why `by` may neither repeat nor take back the invitation, or None."""
    if reason := people.why_not_at_all(by):
        return reason
    fits = not by.is_district or invitation.district_id == by.district_id
    if invitation.role in people.invitable(by) and fits:
        return None
    return "Diese Einladung betreut nur, wer zu dieser Rolle einladen darf."


@transaction.atomic
def invite(
    *, email: str, name: str, role: str, by: User, office: str = "", district: District | None = None
) -> Invitation:
    """Invite somebody to a role; a lead of a district always to the own one. The mail leaves when this is committed.

    Refuses: a role to which `by` does not invite, a district that does not fit, an address with an account or an open
    invitation. Raises NotSent when the mail does not leave.
    """
    require(by, people.KEEP, by.district)
    if role not in people.invitable(by):
        raise Refused("Zu dieser Rolle können Sie nicht einladen.", status=403)
    if by.is_district and district is not None and district.pk != by.district_id:
        raise Refused("Einladen können Sie nur für die eigene Gebietskörperschaft.", status=403)
    email = email.strip().lower()
    _refuse_known(email)
    invitation = Invitation(
        email=email, name=name.strip(), office=office.strip(), role=role, district=by.district or district
    )
    return _send(invitation, by)


def _refuse_known(email: str) -> None:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        return
    what = "" if person.is_active else " Es ist stillgelegt und kann zurückgeholt werden."
    raise Refused(f"{HAS_ACCOUNT}{what}")


def _send(invitation: Invitation, by: User) -> Invitation:
    """Give the invitation a new link and a new period, and send it; older links of it count no more."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.token_digest = digest(token)
    invitation.invited_at, invitation.invited_by = clock.now(), by
    invitation.expires_at = invitation.invited_at + timedelta(days=settings.INVITATION_DAYS)
    with validation_refusals(invitation):
        invitation.full_clean()
        invitation.save()
    transaction.on_commit(lambda: _mail(invitation, token))
    return invitation


def digest(token: str) -> str:
    """What the table keeps of a link: enough to know it again, and no use to whoever reads the table."""
    return hashlib.sha256(token.encode()).hexdigest()


def _mail(invitation: Invitation, token: str) -> None:
    link = f"{settings.BASE_URL}{reverse('invitation_accept', args=[token])}"
    context = {"invitation": invitation, "link": link, "role": people.explained(invitation.role)}
    subject = render_to_string("people/mail/invitation_subject.txt").strip()
    text = render_to_string("people/mail/invitation.txt", context)
    try:
        EmailMessage(subject, text, to=[invitation.email]).send()
    except (SMTPException, OSError) as error:
        raise NotSent from error


def _locked(invitation: Invitation, by: User) -> Invitation:
    require(by, people.KEEP, by.district)
    current = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if reason := why_not_keep(current, by):
        raise Refused(reason, status=403)
    if current.accepted_at:
        raise Refused("Diese Einladung ist inzwischen angenommen.")
    if current.revoked_at:
        raise Refused("Diese Einladung ist zurückgenommen. Bitte laden Sie neu ein.")
    return current


@transaction.atomic
def resend(*, invitation: Invitation, by: User) -> Invitation:
    """Send an open or expired invitation once more, with a new link and a new period.

    Refuses: not one's to keep, accepted, taken back, an address that has got an account meanwhile. Raises NotSent.
    """
    invitation = _locked(invitation, by)
    _refuse_known(invitation.email)
    return _send(invitation, by)


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> Invitation:
    """Take an invitation back; its link counts no more. Refuses: not one's to keep, accepted, taken back already."""
    invitation = _locked(invitation, by)
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


def _stands(invitation: Invitation, by: User) -> bool:
    """Whether who sent it still works for the body that invites; a deputyship may have ended since."""
    if by.is_district:
        return by.is_active and by.district_id == invitation.district_id
    return by.is_active and (by.is_superuser or by.is_ministry)


def opened_by(token: str) -> Invitation:
    """The invitation that the link opens. Raises Unusable with the sentence when it opens none (any more)."""
    invitation = (
        Invitation.objects.select_related("invited_by__district", "district").filter(token_digest=digest(token)).first()
    )
    if invitation is None or invitation.anonymised_at:
        raise Unusable(UNKNOWN, known=invitation is not None)
    if invitation.accepted_at:
        raise Unusable(USED)
    if invitation.revoked_at:
        raise Unusable(WITHDRAWN)
    if invitation.expires_at <= clock.now():
        raise Unusable(EXPIRED)
    if not _stands(invitation, invitation.invited_by):
        raise Unusable(WITHDRAWN)
    return invitation


@transaction.atomic
def accept(*, token: str, name: str, password: str, office: str = "", phone: str = "") -> User:
    """Open the account to which the link invites. Of two at the same moment, the second finds it used.

    Raises Unusable as `opened_by`. Refuses: a weak password, an address that has got an account meanwhile.
    """
    Invitation.objects.select_for_update(no_key=True).filter(token_digest=digest(token)).first()
    invitation = opened_by(token)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Refused(f"{HAS_ACCOUNT} Bitte melden Sie sich damit an, oder wenden Sie sich an Ihre Leitung.")
    person = User(
        email=invitation.email, name=name.strip(), office=office.strip(), phone=phone.strip(),
        role=invitation.role, district=invitation.district,
    )  # fmt: skip
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Refused(*error.messages) from error
    person.set_password(password)
    with validation_refusals(person):
        person.full_clean()
        person.save()
    invitation.accepted_at, invitation.account = clock.now(), person
    invitation.save(update_fields=["accepted_at", "account"])
    return person
