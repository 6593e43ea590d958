"""Several projects of a version at once: one lock, one look at every sum, all of them or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max

from agreements.actions import steps
from agreements.models import AgreementVersion
from aqb.access import Refused
from aqb.models import User
from aqb.money import ZERO
from aqb.refusals import sentences_of, validation_refusals
from aqb.work import Advance
from projects import belonging
from projects.actions import OverLine, say
from projects.amounts import Shares, pots, shares_of
from projects.locks import changeable, refuse_locked
from projects.models import FundingShare, Project, ProjectEntry

AT_ONCE = 100  # projects that are written before the progress is told
GONE = "Ein Projekt gehört nicht zu dieser Fassung oder ist inzwischen entfernt worden."


@dataclass(frozen=True)
class Statement:
    """What a version shall state about a project: like the arguments of `projects.actions.save_project`.

    `entry` is empty for a new project; only that has a `uid` of its own and the project that it continues.
    """

    fields: Mapping[str, Any]
    shares: Shares
    entry: ProjectEntry | None = None
    uid: UUID | None = None
    continued_from: Project | None = None


def silent(done: int, total: int) -> None:
    """Tells nobody how far it is."""


@transaction.atomic
def save_projects(
    *, version: AgreementVersion, statements: Sequence[Statement], by: User, advance: Advance = silent
) -> list[ProjectEntry]:
    """Save all these projects or none; answers them in their order.

    What `save_project` checks is checked here too, but what is the same for all only once: money may move between the
    projects, so only the sums afterwards count. Rules about rows (unique, dates in order) are kept by the database, which
    refuses in the same words. `advance` is told how many of how many are saved. Refuses what `save_project` refuses.
    """
    version = changeable(version, by)
    stored = _stored(version, statements)
    known = belonging.of(version)
    for wanted, before in zip(statements, stored, strict=True):
        refuse_locked(version, before, wanted.fields, wanted.shares, by)
        known.refuse_foreign(wanted.fields, wanted.shares)
    list(version.lines.select_for_update(of=("self",), no_key=True).order_by("pk"))  # then the sums are taken
    _refuse_over_line(version, statements, stored)
    with validation_refusals():
        entries = _begin(version, statements, stored)
        _lower(entries, statements)
        done = 0
        for part in batched(zip(entries, statements, strict=True), AT_ONCE):
            _write(part, by)
            advance(done := done + len(part), len(entries))
    steps.mark_prepared(version, by)
    return entries


def _stored(version: AgreementVersion, statements: Sequence[Statement]) -> list[ProjectEntry | None]:
    """The entries as they are stored now, None for new projects. Refuses one that is gone or another version's."""
    wanted = [one.entry.pk for one in statements if one.entry]
    found = version.entries.select_related("project").prefetch_related("shares").in_bulk(wanted)
    if len(found) < len(wanted):
        raise Refused(GONE)
    return [found[one.entry.pk] if one.entry else None for one in statements]


def _refuse_over_line(
    version: AgreementVersion, statements: Sequence[Statement], stored: Sequence[ProjectEntry | None]
) -> None:
    """No line may be overdrawn by a single cent. Runs while the version and its lines are locked."""
    rises: dict[int, Decimal] = {}
    for wanted, before in zip(statements, stored, strict=True):
        for shares, sign in ((wanted.shares, 1), (shares_of(before) if before else {}, -1)):
            for (line, _), amount in shares.items():
                rises[line] = rises.get(line, ZERO) + sign * amount
    short = {}
    for pot in pots(version):
        rise = rises.get(pot.line.pk, ZERO)
        if rise > 0 and (sentence := pot.shortfall(rise, "diese Projekte zusammen")):
            short[pot.line.pk] = sentence
    if short:
        raise OverLine(short)


def _begin(
    version: AgreementVersion, statements: Sequence[Statement], stored: Sequence[ProjectEntry | None]
) -> list[ProjectEntry]:
    """An entry for each statement: the stored one, or a new one at the end, whose project is written already."""
    last = version.entries.aggregate(last=Max("position"))["last"] or 0
    projects = [
        Project(agreement=version.agreement, uid=wanted.uid or uuid4(), continued_from=wanted.continued_from)
        for wanted, before in zip(statements, stored, strict=True)
        if before is None
    ]
    new = (
        ProjectEntry(project=project, version=version, position=last + number)
        for number, project in enumerate(Project.objects.bulk_create(projects), start=1)
    )
    return [before or next(new) for before in stored]


def _lower(entries: Sequence[ProjectEntry], statements: Sequence[Statement]) -> None:
    """Money leaves one project before it comes to another: no line is short in between."""
    gone = []
    for entry, wanted in zip(entries, statements, strict=True):
        for share in _shares(entry):
            amount = wanted.shares.get((share.line_id, share.cash_year)) or ZERO
            if not amount:
                gone.append(share.pk)
            elif amount < share.amount:
                _save_share(share, amount)
    FundingShare.objects.filter(pk__in=gone).delete()


def _write(pairs: Sequence[tuple[ProjectEntry, Statement]], by: User) -> None:
    """What these projects say, and the money that they take more than before."""
    new, shares = [], []
    for entry, wanted in pairs:
        say(entry, wanted.fields, wanted.shares, by)
        _check(entry)
        if entry._state.adding:
            new.append(entry)
        else:
            entry.save()
    ProjectEntry.objects.bulk_create(new)
    for entry, wanted in pairs:
        before = {(share.line_id, share.cash_year): share for share in _shares(entry)}
        for (line, year), amount in wanted.shares.items():
            share = before.get((line, year))
            if not amount or (share and share.amount >= amount):
                continue
            if share:
                _save_share(share, amount)
                continue
            share = FundingShare(entry=entry, line_id=line, cash_year=year, amount=amount)
            _check(share)
            shares.append(share)
    FundingShare.objects.bulk_create(shares)


def _shares(entry: ProjectEntry) -> list[FundingShare]:
    return list(entry.shares.all()) if "shares" in getattr(entry, "_prefetched_objects_cache", {}) else []


def _save_share(share: FundingShare, amount: Decimal) -> None:
    share.amount = amount
    _check(share)
    share.save(update_fields=["amount"])


def _check(row: ProjectEntry | FundingShare) -> None:
    """Each field on its own; what a row names is checked for all of them together, and the rest by the database."""
    named = [field.name for field in row._meta.fields if isinstance(field, models.ForeignKey)]
    try:
        row.full_clean(exclude=named, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        entry = row if isinstance(row, ProjectEntry) else row.entry
        raise Refused(*(f"„{entry.title}“: {sentence}" for sentence in sentences_of(error, row))) from error
