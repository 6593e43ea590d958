"""What workers do to agreements: each only calls an action, which asks once more who may."""

from agreements.actions import reminders, steps
from agreements.models import AgreementVersion
from aqb import work
from aqb.access import Refused
from aqb.models import Job, User

GONE = "Diese Zielvereinbarung ist für Sie nicht mehr zu sehen."


@work.kind("issue")
def issue(key: str, by: User, job: Job) -> str:
    """Issue one approved version."""
    version = steps.issue(version=_version(key, by), by=by)
    return f"Ausgefertigt als {version.document_number}."


@work.kind("remind")
def remind(key: str, by: User, job: Job) -> str:
    """Remind one district."""
    number = reminders.remind(version=_version(key, by), by=by)
    return "1 Person ist erinnert." if number == 1 else f"{number} Personen sind erinnert."


def _version(key: str, by: User) -> AgreementVersion:
    found: AgreementVersion | None = AgreementVersion.objects.visible_to(by).filter(pk=key).first()
    if found is None:
        raise Refused(GONE)
    return found
