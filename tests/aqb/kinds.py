"""Kinds of jobs that only tests know."""

from aqb import access, work
from aqb.models import District, Job, User
from aqb.work import Advance


@work.kind("test rename")
def rename(key: str, by: User, job: Job) -> str:
    """Gives a district another seat; what it is told to do it says in the key, after the district's."""
    pk, _, wish = key.partition(" ")
    District.objects.filter(pk=pk).update(seat=f"{District.objects.get(pk=pk).seat} neu")
    if wish == "refused":
        raise access.Refused("Das geht nicht.", "Und das auch nicht.")
    if wish == "broken":
        raise ZeroDivisionError
    access.require(by, "vintage.keep")
    return f"Sitz von {pk} geändert."


@work.whole("test whole")
def whole(job: Job, by: User, advance: Advance) -> str:
    advance(1, 4)
    District.objects.filter(pk=job.key).update(seat="Ganz neu")
    access.require(by, "vintage.keep")
    return "Alles getan."
