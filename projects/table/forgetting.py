"""Tables that were read and never decided on: they go after a week, and with the person."""

from aqb.models import User
from projects.models import TableImport


def run() -> str:
    """The duty of every day."""
    return f"{TableImport.objects.expired().delete()[0]} eingelesene Tabellen gelöscht"


def forget_person(person: User) -> None:
    """Nothing that only this person saw is left."""
    TableImport.objects.filter(created_by=person).delete()
