"""Putting an old contract into the database: what is missing is made from its text, what contradicts it is named."""

from decimal import Decimal

from agreements import documents
from agreements.actions import drafting, files, signing, steps
from agreements.models import (
    Agreement,
    AgreementLine,
    AgreementVersion,
    Allocation,
    BudgetLine,
    BudgetYear,
    Document,
    Signatory,
    Wording,
    WordingSection,
)
from aqb import clock
from aqb.access import Refused
from aqb.models import User
from aqb.money import format_euro
from aqb.refusals import validation_refusals
from aqb.text import problems
from projects.models import Project, ProjectEntry
from projects.takeover import comparing
from projects.takeover.contract import Contract

# Marks a line that grows with every contract taken over, until the ministry enters its true amount.
GROWING = "Summe der übernommenen Verträge."


def contradictions(contract: Contract) -> list[str]:
    """German sentences for everything stored that does not go with the contract."""
    vintage = BudgetYear.objects.filter(year=contract.year).first()
    if vintage is None:
        return []
    found = []
    agreement = Agreement.objects.filter(budget_year=vintage, district=contract.district).first()
    if agreement is not None:
        version = agreement.versions.order_by("-number").first()
        state = f" (Stand: {version.get_status_display()})" if version else ""
        found.append(f"Die Zielvereinbarung {contract.year} mit {contract.district.dative} gibt es schon{state}.")
    shares = Allocation.objects.filter(line__budget_year=vintage, district=contract.district)
    if shares.exists():
        if (total := shares.total()) != contract.amount:
            found.append(
                f"Die Zuweisung beträgt {format_euro(total)} €, der Vertrag nennt {format_euro(contract.amount)} €."
            )
    elif reason := _no_room(vintage, contract.amount):
        found.append(reason)
    draft = vintage.wordings.filter(kind=Wording.Kind.AGREEMENT).order_by("-number").first()
    if draft is not None and not draft.is_released:
        found.append(f"„{draft}“ ist noch ein Entwurf. Bitte geben Sie ihn frei oder verwerfen Sie ihn.")
    return found


def _no_room(vintage: BudgetYear, amount: Decimal) -> str:
    """Why the vintage's lines cannot take an allocation of that amount; empty when one can."""
    lines = list(vintage.lines.all())
    if len(lines) > 1:
        return (
            f"Der {vintage.title} hat mehrere Budgetlinien, aber keine Zuweisung für dieses Gebiet. "
            "Bitte weisen Sie die Mittel zuerst zu."
        )
    if not lines or lines[0].earmark == GROWING:
        return ""
    left = lines[0].amount - Allocation.objects.filter(line=lines[0]).total()
    if left >= amount:
        return ""
    return (
        f"In der Budgetlinie „{lines[0].title}“ sind noch {format_euro(left)} € frei, "
        f"der Vertrag nennt {format_euro(amount)} €."
    )


def _save(row: BudgetYear | BudgetLine | Allocation | Wording | WordingSection) -> None:
    with validation_refusals():
        row.full_clean()
        row.save()


def plan(contract: Contract, made: list[str]) -> BudgetYear:
    """The vintage with a line and an allocation that carry the contract; `made` gets a sentence for each new one."""
    vintage = BudgetYear.objects.select_for_update(no_key=True).filter(year=contract.year).first()
    if vintage is None:
        vintage = BudgetYear(year=contract.year, first_cash_year=contract.year, last_cash_year=contract.year)
        _save(vintage)
        made.append(f"Budgetjahrgang {contract.year} mit dem Kassenjahr {contract.year}.")
    if Allocation.objects.filter(line__budget_year=vintage, district=contract.district).exists():
        return vintage
    line = vintage.lines.first()
    if line is None:
        line = BudgetLine(
            budget_year=vintage, key="regel", title="Regelbudget", amount=contract.amount, earmark=GROWING
        )
        _save(line)
        made.append(f"Budgetlinie „{line.title}“ mit {format_euro(line.amount)} €.")
    elif line.earmark == GROWING:
        allocated = Allocation.objects.filter(line=line).total()
        if line.amount < allocated + contract.amount:
            line.amount = allocated + contract.amount
            _save(line)
            made.append(f"Die Budgetlinie „{line.title}“ wächst auf {format_euro(line.amount)} €.")
    _save(Allocation(line=line, district=contract.district, amount=contract.amount))
    made.append(f"Zuweisung von {format_euro(contract.amount)} € an {contract.district.accusative}.")
    return vintage


def wording(contract: Contract, vintage: BudgetYear, by: User | None, made: list[str]) -> list[Wording]:
    """The vintage's released texts, the newest first; where there is none, the one that the contract makes."""
    kind = Wording.Kind.AGREEMENT
    if stored := list(vintage.wordings.filter(kind=kind).order_by("-number")):
        return stored
    text = Wording(
        budget_year=vintage,
        kind=kind,
        title=contract.title,
        purpose=contract.purpose,
        land_label=contract.labels.get("land", ""),
        district_label=contract.labels.get("district", ""),
        changed_at=clock.now(),
        changed_by=by,
    )
    _save(text)
    for position, clause in enumerate(contract.clauses, start=1):
        if reasons := problems(clause.text):
            raise Refused(*(f"Abschnitt „{clause.key}“: {reason}" for reason in reasons))
        _save(
            WordingSection(
                wording=text,
                key=clause.key,
                position=position,
                numbered=clause.numbered,
                heading=clause.heading,
                text=clause.text,
            )
        )
    text.status, text.released_at = Wording.Status.RELEASED, clock.now()
    _save(text)
    made.append(f"Vertragstext {contract.year} mit {len(contract.clauses)} Abschnitten, gleich freigegeben.")
    return [text]


def draft(contract: Contract, vintage: BudgetYear, texts: list[Wording], by: User | None) -> AgreementVersion:
    """The agreement with everything that it states. Refuses when no text says what the contract says."""
    agreement = Agreement.objects.create(budget_year=vintage, district=contract.district)
    version = drafting.start(agreement=agreement, wording=texts[0], by=by, taken_over=True)
    version.ministry = contract.ministry
    version.save()
    for share in Allocation.objects.filter(line__budget_year=vintage, district=contract.district):
        AgreementLine.objects.create(version=version, line=share.line, amount=share.amount)
    with validation_refusals():
        for one in contract.signing.people:
            person = Signatory(
                version=version, party=one.party, position=one.position, name=one.name, office=one.office
            )
            person.full_clean()
            person.save()
        _enter(contract, version, by)
    _choose(contract, version, texts)
    return version


def _enter(contract: Contract, version: AgreementVersion, by: User | None) -> None:
    """The projects, with amounts unknown: an old contract prints none."""
    position = 0
    for kind in contract.kinds:
        for title in kind.projects:
            position += 1
            entry = ProjectEntry(
                project=Project.objects.create(agreement=version.agreement),
                version=version,
                category=kind.category,
                title=title,
                amounts_unknown=True,
                position=position,
                changed_at=clock.now(),
                changed_by=by,
            )
            entry.full_clean()
            entry.save()


def _choose(contract: Contract, version: AgreementVersion, texts: list[Wording]) -> None:
    """Give the version the text that says the same. Refuses, naming the first difference, when none does."""
    differences = []
    for text in texts:
        version.wording = text
        printed = comparing.paragraphs(documents.snapshot(version, state="draft"))
        found = comparing.difference(contract.paragraphs, printed)
        if not found:
            version.save()
            return
        differences.append(f"„{text}“ weicht vom Vertrag ab: {found}.")
    raise Refused(*differences)


def conclude(contract: Contract, version: AgreementVersion, original: bytes, by: User | None) -> AgreementVersion:
    """Freeze the version as issued, record its signatures with their dates as written, and keep the original."""
    first = min(one.day for one in contract.signing.people)
    files.store(
        agreement=version.agreement,
        version=version,
        kind=Document.Kind.ORIGINAL,
        title=f"Originaltext der Zielvereinbarung {contract.year}",
        content=original,
        media_type="text/plain",
        by=by,
    )
    steps.freeze(version, by, clock.morning(first), "issue")
    for one in contract.signing.people:
        signing.record_signature(
            version=version,
            party=one.party,
            position=one.position,
            name=one.name,
            office=one.office,
            place=one.place,
            signed_on=one.day,
            date_as_written=one.written,
            by=by,
        )
    version.refresh_from_db()
    return version
