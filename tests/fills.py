"""Rows in numbers, for the pages of `test_pages.py` that need more than one kind of them."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from agreements.actions import scans
from agreements.models import AgreementVersion, BudgetLine, BudgetYear, Document, Download, ScanBatch, WordingSection
from agreements.views.fetching import address
from aqb import clock
from aqb.access import Role
from aqb.models import District, Job, JobRow, PageText, User
from projects.models import TableImport
from tests import factories as make
from tests.agreements import batches
from tests.factories import START


def told(number: int) -> None:
    """That many notices of one person who has as many drafts to work on."""
    place = District.objects.first() or make.district()
    person = make.person(Role.DISTRICT, place)
    for _ in range(number):
        version = make.version(make.agreement(make.budget_year(), place))
        make.entry(version, ends_on=None, amount="10.00")
        make.notice(person, actor=make.user())


def barriers(number: int) -> None:
    """That many reports with and without an answer."""
    by = make.person(Role.MINISTRY)
    for at in range(number):
        answered = {"answered_at": clock.now(), "answered_by": by, "answer": "Behoben."} if at % 2 else {}
        make.barrier(reported_at=START, **answered)
    if not PageText.objects.exists():
        make.page_text()


def strategies(number: int) -> None:
    place = District.objects.first() or make.district()
    for _ in range(number):
        make.strategy(place)


def sections(number: int) -> None:
    """That many sections of one draft text, with districts to preview."""
    vintage = BudgetYear.objects.first() or make.budget_year()
    make.ministry()
    wording = vintage.wordings.first() or make.wording(vintage, released=False)
    there = wording.sections.count()
    for position in range(there, there + number):
        make.district()
        WordingSection.objects.create(wording=wording, key=f"S{position}", position=position, heading="H", text="T")


def staff(number: int) -> None:
    """That many colleagues of one district, each a deputy and with somebody invited beside."""
    lead = User.objects.filter(role=Role.DISTRICT_LEAD).first() or make.user(Role.DISTRICT_LEAD)
    if not User.objects.filter(is_superuser=True).exists():
        make.operator()
    for at in range(number):
        make.deputy(lead)
        make.invitation(f"{User.objects.count()}-{at}", invited_by=lead)


def shared(number: int) -> None:
    """That many districts, figures, trials and formulas of one line."""
    line = BudgetLine.objects.first() or make.line(amount=Decimal("100000000.00"))
    for _ in range(number):
        share = make.allocation(line)
        share.distribution, share.calculated = make.distribution(line), Decimal(1)
        share.save()
        make.scenario(line)
    make.indicators(line.budget_year)


def begun(number: int) -> None:
    """That many projects that two colleagues have begun and not made."""
    version = AgreementVersion.objects.first() or make.version()
    place, page = version.agreement.district, reverse("project_create", kwargs=address(version))
    for person in [make.person(role, place) for role in (Role.DISTRICT, Role.DISTRICT_LEAD)]:
        for at in range(number):
            make.draft(person, page, part=f"{number}-{at}", about="project:new", within=f"version:{version.pk}")


def earlier(number: int) -> None:
    """That many projects of last year with their money, half of them continued in this year's draft."""
    before = AgreementVersion.objects.order_by("agreement__budget_year__year").first() or make.version()
    version = newest() or make.version(make.agreement(make.budget_year(), before.agreement.district))
    for at in range(number):
        entry = make.entry(before, amount="100.00", provider=make.provider(before.agreement.district))
        if at % 2:
            make.entry(version, amount="100.00", project=make.project(version.agreement, continued_from=entry.project))


def newest() -> AgreementVersion | None:
    """The draft of the later of two vintages; None while there is only one."""
    found = AgreementVersion.objects.order_by("agreement__budget_year__year")
    return found.last() if found.count() > 1 else None


def of_newest() -> list[object]:
    """The parts of its address."""
    version = newest()
    assert version is not None
    return list(address(version).values())


def read(number: int) -> None:
    """A table of so many rows more that the clerk has read, for a version with as many projects."""
    version = AgreementVersion.objects.first() or make.version()
    clerk = make.person(Role.DISTRICT, version.agreement.district)
    for _ in range(number):
        make.entry(version, amount="100.00", provider=make.provider(version.agreement.district))
    TableImport.objects.all().delete()
    make.table_import(version, clerk, rows=version.entries.count())


def jobs(number: int) -> None:
    """That many jobs with as many rows, all of the same person."""
    by = make.person(Role.MINISTRY)
    for at in range(number):
        job = Job.objects.create(
            kind="issue", title=f"Auftrag {at}", created_by=by, created_at=START, started_at=START, total=number
        )
        JobRow.objects.bulk_create(JobRow(job=job, position=one, key=str(one), label="A") for one in range(number))


def proofs(number: int) -> None:
    """That many pieces of evidence of one issued version, half of them electronic; one signature waits."""
    version = AgreementVersion.objects.first() or make.version(status="issued", entries=1)
    for at in range(number):
        make.evidence(version, "district", form="electronic" if at % 2 else "paper")
    if not version.signatures.exists():
        scan = make.evidence(version, "land", created_by=make.person(Role.MINISTRY))
        make.signature(version, "land", evidence=scan.document, confirmed_at=None, confirmed_by=None)


def at_signing(number: int) -> None:
    """That many districts with an issued version and its evidence."""
    vintage = BudgetYear.objects.first() or make.budget_year()
    for _ in range(number):
        version = make.version(make.agreement(vintage), "issued", entries=0)
        make.evidence(version, "district")


def signed(number: int) -> None:
    """That many versions of one agreement, each signed with its papers."""
    first = AgreementVersion.objects.first()
    agreement = first.agreement if first else make.agreement()
    for _ in range(number):
        make.version(agreement, "published", base=agreement.versions.last())


def downloads(number: int) -> None:
    document = Document.objects.first() or make.document()
    for _ in range(number):
        Download.objects.create(document=document, user=make.user(), at=START)


def scanned(number: int) -> None:
    """That many pages of one scan, each of another version that waits for signatures, and as many unread ones."""
    codes = [batches.code(batches.issued(1), 1) for _ in range(number)]
    last = ScanBatch.objects.order_by("pk").last()
    batches.batch(*(last.pages if last else []), *codes, *(batches.code(None) for _ in codes))


def taken_apart(number: int) -> None:
    """One scan after which that many versions have their evidence, and as many scans in the list."""
    first = ScanBatch.objects.order_by("pk").first()
    row = first or batches.batch(batches.code(None))
    for _ in range(number):
        batches.batch(batches.code(None))
        findings: dict[str, Any] = {"pages": [{**batches.code(None), "scan": 1}]}
        make.evidence(batches.issued(1), "district", batch=row, findings=findings)
    if first is None:
        scans.discard(batch=row, by=make.person(Role.MINISTRY))


def last_scan() -> list[Any]:
    return [ScanBatch.objects.order_by("pk").last().pk]  # type: ignore[union-attr]
