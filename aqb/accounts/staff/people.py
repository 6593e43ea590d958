"""Whose account somebody may see, close and open again, and what the operator changes about a person."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest

from aqb import clock
from aqb.access import DISTRICT, INVITES, MINISTRY, SENTENCES, Refused, Role, represented, require, why_not
from aqb.accounts.forms import ResetPasswordForm
from aqb.circumstances import because
from aqb.models import User
from aqb.refusals import validation_refusals

KEEP = "person.keep"
RIGHTS = ("role", "district_id", "is_superuser")
OWN = "Das eigene Konto legt eine andere Person still."
OWN_RIGHTS = "Die eigenen Rechte ändert eine andere Person des Betriebs."
UNUSED = "seit {} Tagen nicht angemeldet"


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


@transaction.atomic
def close_unused() -> str:
    """Close accounts that nobody has signed in to for the period of the setting; says in German how many.

    Counted from the last login, from the beginning, or from the day the account was opened again, whichever is last.
    The operator who signed in last stays, so that somebody can still open the others.
    """
    days = settings.UNUSED_DAYS
    if not days:
        return "abgeschaltet (AQB_UNUSED_DAYS ist 0)"
    before = clock.now() - timedelta(days=days)
    found = _with_last_use(User.objects.filter(is_active=True)).filter(last_use__lt=before)
    keys = set(found.exclude(pk=_last_operator()).values_list("pk", flat=True))
    because(UNUSED.format(days))
    for person in User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"):
        person.is_active = False
        person.save(update_fields=["is_active"])
    return f"{len(keys)} Konten stillgelegt"


def _last_operator() -> int | None:
    """The operator who is to stay when all of them are unused: the one who signed in last."""
    operators = User.objects.filter(is_active=True, is_superuser=True)
    newest = operators.order_by(F("last_login").desc(nulls_last=True), "-joined_at", "pk").first()
    return newest.pk if newest else None


def _with_last_use(people: QuerySet[User]) -> QuerySet[Any]:
    """Adds `last_use`: the last login, the making of the account, or its being opened again."""
    events = apps.get_model("aqb", "UserEvent").objects
    closed = events.filter(pgh_obj=OuterRef("pgh_obj"), is_active=False).order_by("-pgh_id").values("pgh_id")[:1]
    after = events.filter(pgh_obj=OuterRef("pk"), is_active=True, pgh_id__gt=Subquery(closed)).order_by("pgh_id")
    opened = Subquery(after.values("pgh_created_at")[:1])
    return people.annotate(
        last_use=Greatest("joined_at", Coalesce("last_login", "joined_at"), Coalesce(opened, "joined_at"))
    )


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
