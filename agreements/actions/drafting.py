"""What a draft states before it is submitted: its lines, wording and signatories, and where drafts come from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from agreements import news
from agreements.actions.steps import changeable_by, locked, mark_prepared, record
from agreements.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Allocation,
    BudgetYear,
    Party,
    Signatory,
    Status,
    Wording,
)
from agreements.unlocking import why_not_signatories
from aqb import clock
from aqb.access import Refused, represented, require
from aqb.circumstances import because
from aqb.models import District, User
from aqb.money import ZERO
from aqb.refusals import validation_refusals

NO_WORDING = "Für den {title} ist noch kein Vertragstext freigegeben ({kind}). Bitte lassen Sie ihn zuerst freigeben."


def released_wording(budget_year: BudgetYear, kind: Wording.Kind) -> Wording:
    """The wording that new versions of that kind get. Refuses when none is released."""
    wording = Wording.objects.current(budget_year.year, kind)
    if wording is None:
        raise Refused(NO_WORDING.format(title=budget_year.title, kind=kind.label))
    return wording


def start(
    *, agreement: Agreement, wording: Wording, by: User | None, base: AgreementVersion | None = None, reason: str = "",
    taken_over: bool = False,
) -> AgreementVersion:  # fmt: skip
    """The next version of an agreement as an empty draft. Refuses when another one is open."""
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    last = agreement.versions.order_by("-number").first()
    version = AgreementVersion(
        agreement=agreement, number=last.number + 1 if last else 0, base=base, wording=wording, reason=reason,
        taken_over=taken_over, status=Status.DRAFT, created_at=clock.now(), created_by=by,
        status_changed_at=clock.now(),
    )  # fmt: skip
    with validation_refusals(version):
        version.full_clean()
        version.save()
    record(version, "", by, reason, represented(by, "version.amend") if by else None)
    return version


def open_agreement(*, budget_year: BudgetYear, district: District, wording: Wording, by: User) -> AgreementVersion:
    """The agreement of a vintage with a district as a draft, its lines filled from the allocations."""
    agreement = Agreement.objects.create(budget_year=budget_year, district=district)
    version = start(agreement=agreement, wording=wording, by=by)
    _suggest_signatories(version)
    fill_lines(version)
    return version


def _suggest_signatories(version: AgreementVersion) -> None:
    """Name the minister, and whoever signed for the district last year; both can be changed in the draft."""
    before = (
        Signatory.objects.filter(
            party=Party.DISTRICT,
            version__agreement__district=version.agreement.district,
            version__agreement__budget_year__year=version.agreement.budget_year.year - 1,
            version__status__in=[Status.SIGNED, Status.PUBLISHED],
        )
        .order_by("-version__number", "position")
        .values_list("version", flat=True)
        .first()
    )
    if before is not None:
        for person in Signatory.objects.filter(version=before, party=Party.DISTRICT):
            Signatory.objects.create(
                version=version, party=person.party, position=person.position, name=person.name, office=person.office
            )


def fill_lines(version: AgreementVersion) -> None:
    """Set every line of the version to the district's allocation; a line without allocation gets 0.00."""
    agreement = version.agreement
    planned = dict(
        Allocation.objects.filter(
            line__budget_year=agreement.budget_year_id, district=agreement.district_id
        ).values_list("line", "amount")
    )
    for line in agreement.budget_year.lines.all():
        AgreementLine.objects.update_or_create(
            version=version, line=line, defaults={"amount": planned.get(line.pk, ZERO)}
        )


@transaction.atomic
def set_lines(*, version: AgreementVersion, amounts: Mapping[int, Decimal], by: User) -> AgreementVersion:
    """Set the agreed amounts: budget line's key -> euro.

    Refuses: not the ministry, a status that forbids it, a line of another vintage, an amount below what the
    projects already hold.
    """
    version = locked(version)
    require(by, "lines.keep", version.agreement.district)
    if reason := changeable_by(version, by):
        raise Refused(reason)
    lines = {line.pk: line for line in version.agreement.budget_year.lines.all()}
    if unknown := set(amounts) - set(lines):
        raise Refused(f"{len(unknown)} Budgetlinie gehört nicht zu diesem Jahrgang. Es wurde nichts gespeichert.")
    for pk, amount in amounts.items():
        agreed = version.lines.filter(line=pk).first() or AgreementLine(version=version, line=lines[pk])
        if agreed.pk and agreed.amount == amount:
            continue
        agreed.amount = amount
        with validation_refusals(agreed):
            agreed.full_clean()
            agreed.save()
    mark_prepared(version, by)
    return version


@transaction.atomic
def choose_wording(*, version: AgreementVersion, wording: Wording, by: User) -> AgreementVersion:
    """Use another released wording of the vintage. Refuses: a status that forbids it, not released, other vintage."""
    version = locked(version)
    require(by, "lines.keep", version.agreement.district)
    if reason := changeable_by(version, by):
        raise Refused(reason)
    kind = Wording.Kind.AMENDMENT if version.base_id else Wording.Kind.AGREEMENT
    if not wording.is_released or wording.kind != kind or wording.budget_year_id != version.agreement.budget_year_id:
        raise Refused("Bitte wählen Sie einen freigegebenen Vertragstext dieses Jahrgangs und dieser Art.")
    version.wording = wording
    with validation_refusals():
        version.save()
    mark_prepared(version, by)
    return version


@transaction.atomic
def choose_signatories(
    *, version: AgreementVersion, party: Party, people: Sequence[tuple[str, str]], by: User
) -> AgreementVersion:
    """Name who is to sign for a party: one or two people as (name, office); none clears the names.

    Refuses: a district naming the ministry's side, more than two people, a frozen version.
    """
    version = locked(version)
    require(by, "signatory.keep", version.agreement.district)
    if by.is_district and party != Party.DISTRICT:
        raise Refused("Wer für das Land unterzeichnet, legt das Ministerium fest.", status=403)
    if version.is_frozen or version.status == Status.WITHDRAWN:
        raise Refused(
            "Die Namen stehen schon auf der Ausfertigung. Erfassen Sie beim Unterzeichnen, wer unterschrieben hat."
        )
    if by.is_district and (reason := changeable_by(version, by) or why_not_signatories(version, by)):
        raise Refused(reason)
    if len(people) > 2:
        raise Refused("Für jede Seite unterzeichnen höchstens zwei Personen.")
    version.signatories.filter(party=party).delete()
    for position, (name, office) in enumerate(people, start=1):
        person = Signatory(version=version, party=party, position=position, name=name.strip(), office=office.strip())
        with validation_refusals(person):
            person.full_clean()
            person.save()
    return version


@transaction.atomic
def amend(*, agreement: Agreement, reason: str, by: User) -> AgreementVersion:
    """Begin an amendment of the version in force: a draft with its projects and lines.

    Never copied: signatures, documents, remarks, publication data. Refuses: nothing in force, another version open,
    no reason, no released wording for amendments.
    """
    require(by, "version.amend", agreement.district)
    if not reason.strip():
        raise Refused("Bitte nennen Sie den Anlass der Änderung; er steht im Verlauf.")
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    last = agreement.versions.order_by("-number").first()
    if last is not None and last.is_open:
        raise Refused("Es ist schon eine Fassung in Arbeit. Bitte schließen Sie diese zuerst ab.")
    base = agreement.versions.in_force().first()
    because(reason.strip())
    if base is None:
        raise Refused("Ändern lässt sich nur eine unterzeichnete Zielvereinbarung.")
    wording = released_wording(agreement.budget_year, Wording.Kind.AMENDMENT)
    version = start(agreement=agreement, wording=wording, by=by, base=base, reason=reason.strip())
    copy_content(base, version, by)
    news.step(version, "amend", by, reason.strip())
    return version


@transaction.atomic
def follow_up(*, version: AgreementVersion, by: User) -> AgreementVersion:
    """Go on after a withdrawn version with a copy of it as the next one.

    Refuses: not the ministry, not withdrawn, not the newest version.
    """
    version = locked(version)
    require(by, "version.withdraw", version.agreement.district)
    if version.status != Status.WITHDRAWN:
        raise Refused("Nur nach einer zurückgezogenen Fassung geht es mit einer Kopie weiter.")
    if version.agreement.versions.filter(number__gt=version.number).exists():
        raise Refused("Nach dieser Fassung gibt es schon eine weitere.")
    kind = Wording.Kind.AMENDMENT if version.base_id else Wording.Kind.AGREEMENT
    wording = released_wording(version.agreement.budget_year, kind)
    copy = start(agreement=version.agreement, wording=wording, by=by, base=version.base, reason=version.reason)
    copy_content(version, copy, by)
    for person in version.signatories.all():
        Signatory.objects.create(
            version=copy, party=person.party, position=person.position, name=person.name, office=person.office
        )
    mark_prepared(copy, by)
    news.step(copy, "follow_up", by)
    return copy


def copy_content(source: AgreementVersion, target: AgreementVersion, by: User) -> None:
    """Lines, projects and their money; nothing that belongs to the life of the source."""
    AgreementLine.objects.bulk_create(
        AgreementLine(version=target, line_id=line.line_id, amount=line.amount) for line in source.lines.all()
    )
    source.entries.copy_to(target, by=by, at=clock.now())
