"""How a person wants to hear of things: how often by mail."""

from django.db import transaction

from aqb.models import Notice, Subscription, User
from aqb.refusals import validation_refusals


def of(person: User) -> Subscription:
    """What the person has chosen; one that is not stored, as long as that is nothing."""
    return Subscription.objects.filter(person=person).first() or Subscription(person=person)


@transaction.atomic
def choose_mails(person: User, mails: str) -> None:
    """Keep how often mails are to come. What waits for the next digest still comes with it, unless only deadlines are wanted."""
    with validation_refusals():
        Subscription.objects.update_or_create(person=person, defaults={"mails": mails})
    if mails == Subscription.Mails.DEADLINES:
        Notice.objects.filter(recipient=person, awaits_digest=True).update(awaits_digest=False)
