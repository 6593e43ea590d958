"""What can happen to projects: they are saved and removed, and districts keep their list of providers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from agreements.actions import steps
from agreements.models import AgreementVersion
from agreements.unlocking import why_not_whole
from aqb import clock
from aqb.access import Refused, require
from aqb.models import District, User
from aqb.refusals import validation_refusals
from projects import belonging
from projects.amounts import Shares, in_line, pots, shares_of
from projects.locks import changeable, refuse_locked
from projects.models import FundingShare, Project, ProjectEntry, Provider

# What a person states about a project, besides its amounts.
FIELDS = (
    "title", "category", "provider", "implementation", "starts_on", "ends_on", "places", "description",
    "target_groups", "legal_circles", "part_time", "language", "inclusive",
)  # fmt: skip
OTHER_FORM = (
    "Dieses Formular gehört zu einem anderen Projekt. Bitte öffnen Sie die Seite neu und legen Sie das Projekt an."
)
MADE = (
    "Aus diesem Formular ist schon ein Projekt entstanden. Bitte öffnen Sie es in der Liste und ändern Sie es dort; was "
    "Sie eingegeben haben, steht noch hier."
)


class OverLine(Refused):
    """More money is wanted than a line has left; `sentences` maps the id of each such line to its sentence."""

    def __init__(self, sentences: dict[int, str]) -> None:
        super().__init__(*sentences.values())
        self.sentences = sentences


@transaction.atomic
def save_project(
    *,
    version: AgreementVersion,
    entry: ProjectEntry | None = None,
    fields: Mapping[str, Any],
    shares: Shares,
    by: User,
    uid: UUID | None = None,
) -> ProjectEntry:
    """Create a project in the version, or change how the version states it. May be incomplete while a draft.

    `fields` are some of FIELDS; `shares` are all amounts of the project in euro, what they do not name is removed.
    `uid` marks a new project, so that a form whose answer was lost makes one. Refuses: a status or person that may not
    change it (403, 409); a provider, category, target group, line or cash year that does not belong to the version;
    what is locked since a return; OverLine; a `uid` with which something else is stored.
    """
    version = changeable(version, by)
    stored = _stored(version, entry, uid)
    if stored is not None and entry is None:
        if _says(stored, fields, shares):
            return stored
        raise Refused(MADE)
    refuse_locked(version, stored, fields, shares, by)
    belonging.of(version).refuse_foreign(fields, shares)
    list(version.lines.select_for_update(of=("self",), no_key=True).order_by("pk"))  # then the sums are taken
    _refuse_over_line(version, stored, shares)
    with validation_refusals():
        stored = say(stored or _new_entry(version, uid), fields, shares, by)
        stored.full_clean()
        stored.save()
        _save_shares(stored, shares)
    steps.mark_prepared(version, by)
    return stored


@transaction.atomic
def remove_project(*, entry: ProjectEntry, by: User) -> None:
    """Take a project out of a version; its identity goes too when no other version states it.

    Refuses: a status or person that may not change it, an entry that is already gone, projects locked since a return.
    """
    version = changeable(entry.version, by)
    if reason := why_not_whole(version, by):
        raise Refused(reason)
    stored = _stored(version, entry, None)
    assert stored is not None  # noqa: S101  # an entry was asked for, so it was found or refused
    project = stored.project
    with validation_refusals():
        stored.delete()
        if not project.entries.exists() and not project.continued_by.exists():
            project.delete()
    steps.mark_prepared(version, by)


@transaction.atomic
def save_provider(
    *, district: District, provider: Provider | None = None, name: str, city: str, own: bool, by: User
) -> Provider:
    """Add a provider to a district's list or correct it. Refuses: another district's, a name that is there already."""
    require(by, "provider.keep", district)
    if provider is not None and provider.district_id != district.pk:
        raise Refused("Der Träger gehört zu einer anderen Gebietskörperschaft.")
    provider = provider or Provider(district=district)
    provider.name, provider.city, provider.own = name, city, own
    with validation_refusals(provider):
        provider.full_clean()
        provider.save()
    return provider


def _stored(version: AgreementVersion, entry: ProjectEntry | None, uid: UUID | None) -> ProjectEntry | None:
    """The entry as it is stored now; for a new project the one that the same form has already made, or None."""
    entries = version.entries.select_related("project", "changed_by").prefetch_related("shares")
    if entry is not None:
        if stored := entries.filter(pk=entry.pk).first():
            return stored  # type: ignore[no-any-return]  # the queryset's class is untyped
        raise Refused("Das Projekt gehört nicht zu dieser Fassung oder ist inzwischen entfernt worden.")
    if uid is None:
        return None
    made: ProjectEntry | None = entries.filter(project__uid=uid).first()
    if made is None and Project.objects.filter(uid=uid).exists():
        raise Refused(OTHER_FORM)
    return made


def _says(stored: ProjectEntry, fields: Mapping[str, Any], shares: Shares) -> bool:
    """Whether what is stored is what is wanted."""
    wanted = {key: amount for key, amount in shares.items() if amount}
    return shares_of(stored) == wanted and all(getattr(stored, name) == value for name, value in fields.items())


def _refuse_over_line(version: AgreementVersion, stored: ProjectEntry | None, shares: Shares) -> None:
    """No line may be overdrawn by a single cent. Runs while the version and its lines are locked."""
    found = {pot.line.pk: pot.shortfall(in_line(shares, pot.line.pk)) for pot in pots(version, stored)}
    if short := {line: sentence for line, sentence in found.items() if sentence}:
        raise OverLine(short)


def _new_entry(version: AgreementVersion, uid: UUID | None) -> ProjectEntry:
    last = version.entries.aggregate(last=Max("position"))["last"] or 0
    project = Project.objects.create(agreement=version.agreement, **({"uid": uid} if uid else {}))
    return ProjectEntry(project=project, version=version, position=last + 1)


def say(entry: ProjectEntry, fields: Mapping[str, Any], shares: Shares, by: User) -> ProjectEntry:
    """Let the entry say what is wanted and who said it when; neither checked nor saved."""
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a field of a project: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.amounts_unknown = entry.amounts_unknown and not any(shares.values())
    entry.changed_at, entry.changed_by = clock.now(), by
    return entry


def _save_shares(entry: ProjectEntry, shares: Shares) -> None:
    """Make the stored amounts those of `shares`: decreases first, so that no sum in between is too high."""
    stored = {(share.line_id, share.cash_year): share for share in FundingShare.objects.filter(entry=entry)}
    wanted = {key: amount for key, amount in shares.items() if amount}
    for key in stored.keys() - wanted.keys():
        stored[key].delete()
    rises = {key: amount - (stored[key].amount if key in stored else 0) for key, amount in wanted.items()}
    for key in sorted(rises, key=lambda key: (rises[key], key)):
        if not rises[key]:
            continue
        share = stored.get(key) or FundingShare(entry=entry, line_id=key[0], cash_year=key[1])
        share.amount = wanted[key]
        share.full_clean()
        share.save()
