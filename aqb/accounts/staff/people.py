"""Whose account somebody may see, close and open again, and what the operator changes about a person."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from aqb.access import DISTRICT, INVITES, MINISTRY, SENTENCES, Refused, Role, represented, require, why_not
from aqb.accounts.forms import ResetPasswordForm
from aqb.circumstances import because
from aqb.models import User
from aqb.refusals import validation_refusals

KEEP = "person.keep"
RIGHTS = ("role", "district_id", "is_superuser")
OWN = "Das eigene Konto legt eine andere Person still."
OWN_RIGHTS = "Die eigenen Rechte ändert eine andere Person des Betriebs."


def why_not_at_all(by: User) -> str | None:
    """Why `by` keeps nobody's account, or None."""
    return why_not(by, KEEP, by.district)


def acts_as(by: User) -> Role:
    """The role in which `by` keeps accounts: the own one, or the lead's whom they stand in for."""
    return Role((represented(by, KEEP) or by).role)


def invitable(by: User) -> list[Role]:
    """To which roles `by` may invite, in the order of the roles; empty for whoever keeps nobody's account."""
    if why_not_at_all(by):
        return []
    allowed = INVITES.get(acts_as(by), frozenset())
    return [role for role in Role if role in allowed]


def within(by: User) -> QuerySet[User]:
    """Accounts that exist for `by` at all: a district's people know only their own ones. What `by` may is asked besides."""
    people = User.objects.filter(anonymised_at=None)
    return people.filter(district=by.district_id) if by.is_district else people


def visible_to(by: User) -> QuerySet[User]:
    """Whose accounts `by` may see: all, those of the districts and the ministry, or the own district's."""
    if why_not_at_all(by):
        return User.objects.none()
    people = within(by)
    return people if by.is_superuser or by.is_district else people.filter(role__in=MINISTRY | DISTRICT)


def why_not_keep(person: User, by: User) -> str | None:
    """Why `by` may neither close nor open this account, or None: whom one may invite, and never oneself."""
    if reason := why_not_at_all(by):
        return reason
    if person.pk == by.pk:
        return OWN
    if by.is_superuser:
        return None
    roles = invitable(by)
    if person.role in roles and (not by.is_district or person.district_id == by.district_id):
        return None
    whose = " und ".join(f"„{role.label}“" for role in roles)
    return (
        f"Sie dürfen Konten der Rolle {whose} stilllegen und zurückholen. Bei anderen hilft der Betrieb der Anwendung."
    )


def _both(person: User, by: User) -> tuple[User, User]:
    """Both accounts as they stand now, locked: two people who close each other take turns, and one remains."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=(person.pk, by.pk)).order_by("pk")
    now = {row.pk: row for row in rows}
    return now[person.pk], now[by.pk]


def _ask(person: User, by: User) -> None:
    require(by, KEEP, by.district)
    if reason := why_not_keep(person, by):
        raise Refused(reason, status=403)


@transaction.atomic
def deactivate(*, person: User, by: User, reason: str = "") -> User:
    """Close an account: no login from now on, and every open session ends with its next request.

    Refuses: not one's to keep, the own one, closed already. Whoever acts remains, so an operator always does.
    """
    person, by = _both(person, by)
    _ask(person, by)
    if not person.is_active:
        raise Refused("Dieses Konto ist schon stillgelegt.")
    if reason.strip():
        because(reason.strip())
    person.is_active = False
    person.save(update_fields=["is_active"])
    return person


@transaction.atomic
def reactivate(*, person: User, by: User) -> User:
    """Open a closed account again, with role and district as they were.

    Refuses: not one's to keep, open already, anonymised.
    """
    person, by = _both(person, by)
    _ask(person, by)
    if person.is_active:
        raise Refused("Dieses Konto ist nicht stillgelegt.")
    if person.anonymised_at:
        raise Refused("Dieses Konto ist anonymisiert. Bitte laden Sie die Person neu ein.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


@transaction.atomic
def change(*, person: User, by: User) -> User:
    """Save what the operator changed: name, address, role and district, but not whether the account is open.

    Refuses: not the operator, the own rights, what the database refuses. Another address is another way in: the
    addresses that the login knows besides go.
    """
    stored, by = _both(person, by)
    require(by, "user.keep")
    if person.pk == by.pk and any(getattr(person, name) != getattr(stored, name) for name in RIGHTS):
        raise Refused(OWN_RIGHTS, status=403)
    with validation_refusals(person):
        person.full_clean(exclude=["password"])
        person.save(update_fields=["name", "email", "office", "phone", *RIGHTS])
    if person.email.lower() != stored.email.lower():
        EmailAddress.objects.filter(user=person).delete()
    return person


def send_reset(*, person: User, by: User, request: HttpRequest) -> None:
    """Send the person the link to a new password; the old one counts until then.

    Refuses: not the operator, a closed account, one without a password. `request` names the host of the link.
    """
    require(by, "user.keep")
    if not person.is_active:
        raise Refused("Dieses Konto ist stillgelegt. Bitte holen Sie es zuerst zurück.")
    if not person.has_usable_password():
        raise Refused("Diese Person meldet sich über den Anmeldedienst an; hier hat sie kein Passwort.")
    form = ResetPasswordForm({"email": person.email})
    if not form.is_valid():
        raise Refused("An diese E-Mail-Adresse lässt sich nichts schicken. Bitte prüfen Sie die Adresse.")
    form.save(request)


def explained(role: str) -> str:
    """The role with its sentence, as forms and the mail write it."""
    return f"{Role(role).label}: {SENTENCES[Role(role)]}"


def search(people: QuerySet[User], words: str) -> QuerySet[User]:
    """People whose name, address, office or district holds the words."""
    return people.filter(
        Q(name__icontains=words)
        | Q(email__icontains=words)
        | Q(office__icontains=words)
        | Q(district__name__icontains=words)
    )
