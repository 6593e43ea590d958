"""Deputies: a lead names a colleague of the same body for some days, and takes it back early."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from aqb import clock
from aqb.access import LEAD_OF, VERBS, Refused, Role, require
from aqb.models import Deputy, User
from aqb.refusals import validation_refusals

NAME = "deputy.name"


def is_lead(user: User) -> bool:
    """Whether the person has a role of their own that names deputies; standing in for such a person is not enough."""
    return user.role in VERBS[NAME].roles


def colleagues(lead: User) -> QuerySet[User]:
    """Who can stand in for a lead: the open accounts of the same body, other leads too."""
    roles = [role for role, of in LEAD_OF.items() if of == lead.role]
    return User.objects.filter(is_active=True, role__in=roles, district=lead.district).exclude(pk=lead.pk)


def of_leads(leads: QuerySet[User]) -> QuerySet[Deputy]:
    """What runs today or lies ahead, for these leads."""
    standing = Deputy.objects.filter(valid_to__gte=clock.today(), ended_at=None, lead__in=leads)
    return standing.select_related("lead__district", "deputy").order_by("valid_from", "lead__name", "pk")


def counts(deputy: Deputy) -> bool:
    """Whether both are still what they were: of the same body, the lead a lead, both accounts open."""
    lead, other = deputy.lead, deputy.deputy
    same_body = LEAD_OF.get(Role(other.role)) == lead.role and other.district_id == lead.district_id
    return same_body and lead.is_active and other.is_active


def why_not_end(deputy: Deputy, by: User) -> str | None:
    """Why `by` may not take the deputyship back, or None: a lead of the body whose lead is represented."""
    if is_lead(by) and (deputy.lead.role, deputy.lead.district_id) == (by.role, by.district_id):
        return None
    return "Beenden kann diese Vertretung nur die Leitung dieser Stelle."


@transaction.atomic
def name(*, deputy: User, valid_from: date, valid_to: date, by: User) -> Deputy:
    """Let `deputy` do in these days what only `by`, a lead, may do.

    Refuses: not a lead, nobody of the same body, oneself, a period that is over, in the past or the wrong way round,
    the same deputy for the same beginning twice.
    """
    require(by, NAME, by.district)
    if deputy.pk != by.pk and not colleagues(by).filter(pk=deputy.pk).exists():
        raise Refused("Vertreten kann Sie nur eine Person Ihrer Stelle, deren Konto aktiv ist.")
    if valid_from < clock.today():
        raise Refused("Eine Vertretung beginnt frühestens heute. Bitte ändern Sie den ersten Tag.")
    row = Deputy(
        lead=by, deputy=deputy, valid_from=valid_from, valid_to=valid_to, created_at=clock.now(), created_by=by
    )
    with validation_refusals(row):
        row.full_clean()
        row.save()
    return row


@transaction.atomic
def end(*, deputy: Deputy, by: User) -> Deputy:
    """Take a deputyship back at once. Refuses: not a lead of that body, ended already."""
    require(by, NAME, by.district)
    row = Deputy.objects.select_for_update(no_key=True, of=("self",)).select_related("lead").get(pk=deputy.pk)
    if reason := why_not_end(row, by):
        raise Refused(reason, status=403)
    if row.ended_at:
        raise Refused("Diese Vertretung ist schon beendet.")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    return row
