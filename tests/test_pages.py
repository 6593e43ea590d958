"""Every page asks the database as often for 50 rows as for 2, and at most 15 times; its HTML stays under 60 kB."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.models import AgreementVersion, AppliedDistribution, BudgetYear, Document, Evidence, ScanBatch
from aqb.access import Role
from aqb.models import District, Job, User
from projects.models import ProjectEntry
from tests import factories as make
from tests.fills import (
    at_signing,
    barriers,
    begun,
    downloads,
    earlier,
    jobs,
    last_scan,
    of_newest,
    proofs,
    read,
    scanned,
    sections,
    shared,
    signed,
    staff,
    strategies,
    taken_apart,
    told,
)  # fmt: skip

pytestmark = pytest.mark.django_db

MOST = 15
FEW, MANY = 2, 50
HEAVIEST = 60_000  # bytes of HTML, before they are compressed
# Pages that show all there is of something, because there is never as much of it as this test makes: vintages, districts
# (see below), projects and remarks of one agreement, colleagues and invitations, papers in one scan, trials of one line.
SHOW_ALL = {
    "home", "budget_year_list", "budget_year_detail", "allocation_grid", "scenario_list", "wording_list", "version_detail",
    "project_continue", "person_list", "scan_batch_detail",
}  # fmt: skip


def agreements(number: int) -> None:
    """That many districts with a submitted version of the same vintage, each with project, provider and document."""
    vintage = BudgetYear.objects.filter(year=2023).first() or make.budget_year(year=2023)
    line = vintage.lines.first() or make.line(vintage, amount=Decimal("100000000.00"))
    for _ in range(number):
        share = make.allocation(line)
        version = make.version(make.agreement(vintage, share.district), "submitted")
        make.document(version=version)
        make.remark(version)


def vintages(number: int) -> None:
    """That many vintages of one district, each with line, text and an agreement with a paper."""
    place = District.objects.first() or make.district()
    for _ in range(number):
        version = make.version(make.agreement(make.budget_year(), place), "submitted")
        make.document(version=version)


def entries(number: int, status: str = "draft") -> None:
    """That many projects, remarks and documents in one version."""
    version = AgreementVersion.objects.first() or make.version(status=status)
    for _ in range(number):
        make.entry(version, amount="100.00", provider=make.provider(version.agreement.district))
        make.reply(make.remark(version))
        make.document(version=version)


def handed_in(number: int) -> None:
    entries(number, "submitted")


def approved(number: int) -> None:
    entries(number, "approved")


@dataclass(frozen=True)
class Page:
    name: str
    fill: Callable[[int], None]
    role: str = Role.MINISTRY
    args: Callable[[], list[Any]] = list
    query: str = ""

    def address(self) -> str:
        return reverse(self.name, args=self.args()) + self.query


def draft() -> list[Any]:
    version = AgreementVersion.objects.earliest("number")
    return [version.agreement.budget_year.year, version.agreement.district.ags, version.number]


def of_evidence(form: str) -> list[Any]:
    """The address of the first piece of evidence of that form."""
    return [*draft(), Evidence.objects.filter(form=form).earliest("pk").pk]


PAGES = [
    Page("home", agreements),
    Page("home", agreements, Role.AUDITOR),
    Page("home", vintages, Role.DISTRICT),
    Page("home", entries, Role.DISTRICT_LEAD),
    Page("agreement_list", agreements),
    Page("agreement_list", vintages, Role.DISTRICT),
    Page("agreement_list", agreements, Role.AUDITOR),
    Page("version_detail", entries, Role.DISTRICT_LEAD, draft),
    Page("version_detail", entries, Role.MINISTRY_LEAD, draft),
    Page("version_detail", entries, Role.AUDITOR, draft),
    Page("version_detail", handed_in, Role.MINISTRY_LEAD, draft),
    Page("version_detail", handed_in, Role.DISTRICT, draft),
    Page("version_detail", approved, Role.MINISTRY_LEAD, draft),
    Page("version_detail", signed, Role.MINISTRY, draft),
    Page("version_detail", proofs, Role.MINISTRY_LEAD, draft),
    Page("version_detail", proofs, Role.DISTRICT, draft),
    Page("evidence_detail", proofs, Role.MINISTRY_LEAD, partial(of_evidence, "paper")),
    Page("evidence_detail", proofs, Role.MINISTRY, partial(of_evidence, "electronic")),
    Page("evidence_detail", proofs, Role.DISTRICT, partial(of_evidence, "paper")),
    Page("evidence_upload", proofs, Role.DISTRICT, draft),
    Page("evidence_reject", proofs, Role.MINISTRY, partial(of_evidence, "paper")),
    Page("home", at_signing),
    Page("barrier_list", barriers),
    Page("page_text_list", barriers),
    Page("page_text_edit", barriers, args=lambda: ["impressum"]),
    Page("imprint", barriers),
    Page("sign_language", barriers),
    Page("agreement_list", signed, Role.DISTRICT),
    Page("budget_year_list", vintages),
    Page("budget_year_detail", agreements, args=lambda: [2023]),
    Page("budget_year_table", agreements, args=lambda: [2023, "csv"]),
    Page("agreement_table", agreements, args=lambda: ["csv"]),
    Page("project_table", entries, args=lambda: ["csv"]),
    Page("job_list", jobs),
    Page("job_detail", jobs, args=lambda: [Job.objects.latest("pk").pk]),
    Page("budget_year_edit", agreements, args=lambda: [2023]),
    Page("budget_year_open", agreements, args=lambda: [2023]),
    Page("allocation_grid", agreements, args=lambda: [2023]),
    Page("allocation_import", agreements, args=lambda: [2023]),
    Page("indicators", shared, args=lambda: [BudgetYear.objects.get().year]),
    Page("scenario_list", shared, args=lambda: [BudgetYear.objects.get().year]),
    Page("scenario_create", shared, args=lambda: [BudgetYear.objects.get().year]),
    Page("allocation_grid", shared, args=lambda: [BudgetYear.objects.get().year]),
    Page("distribution_list", shared, Role.AUDITOR),
    Page("distribution_detail", shared, Role.AUDITOR, lambda: [AppliedDistribution.objects.earliest("pk").pk]),
    Page("wording_list", vintages),
    Page("wording_create", vintages),
    Page("wording_detail", sections, args=lambda: [BudgetYear.objects.get().wordings.get().pk]),
    Page("project_list", agreements),
    Page("project_list", entries, Role.DISTRICT),
    Page("project_create", entries, Role.DISTRICT, draft),
    Page("project_continue", earlier, Role.DISTRICT, of_newest),
    Page("version_detail", earlier, Role.DISTRICT_LEAD, of_newest),
    Page("project_list", earlier, Role.AUDITOR),
    Page("table_read", read, Role.DISTRICT, draft),
    Page("table_preview", read, Role.DISTRICT, draft),
    Page("provider_list", agreements),
    Page("provider_list", entries, Role.DISTRICT),
    Page("document_list", agreements, Role.AUDITOR),
    Page("health", entries, Role.AUDITOR),
    Page("document_list", entries, Role.DISTRICT),
    Page("document_downloads", downloads, Role.AUDITOR, lambda: [Document.objects.get().pk]),
    Page("document_check", signed, args=lambda: [AgreementVersion.objects.earliest("number").document_number]),
    Page("scan_batch_list", taken_apart),
    Page("scan_batch_detail", scanned, args=last_scan),
    Page("scan_batch_pages", scanned, args=last_scan),
    Page("scan_batch_detail", taken_apart, args=lambda: [ScanBatch.objects.earliest("pk").pk]),
    Page("history", agreements),
    Page("history", entries, Role.AUDITOR),
    Page("history", proofs, Role.AUDITOR),
    Page("history", scanned),
    Page("agreement_history", entries, Role.AUDITOR, lambda: draft()[:2]),
    Page("agreement_history", entries, Role.DISTRICT, lambda: draft()[:2]),
    Page("agreement_history", proofs, Role.MINISTRY, lambda: draft()[:2]),
    Page("project_history", entries, Role.DISTRICT, lambda: [ProjectEntry.objects.earliest("pk").pk]),
    Page("person_list", staff, Role.DISTRICT_LEAD),
    Page("person_list", staff),
    Page("person_list", staff, Role.NONE),
    Page("home", staff, Role.DISTRICT),
    Page("notice_list", told, Role.DISTRICT),
    Page("notice_list", agreements),
    Page("draft_list", begun, Role.DISTRICT),
    Page("version_detail", begun, Role.DISTRICT_LEAD, draft),
    Page("project_create", begun, Role.DISTRICT, draft),
    Page("strategy_edit", strategies, Role.DISTRICT, lambda: [District.objects.get().ags]),
    Page("remark_create", entries, Role.MINISTRY, draft),
    Page("search", agreements, Role.AUDITOR, query="?q=Joblinge"),
    Page("search", entries, Role.DISTRICT, query="?q=Bildungswerk&jahrgang=alle"),
    Page("search", entries, Role.AUDITOR, query="?q=Plätze&jahrgang=alle&art=anmerkungen"),
    Page("search", handed_in, query="?q=Joblinge&jahrgang=alle&art=projekte"),
]


def reader(role: str) -> Client:
    place = District.objects.order_by("pk").first() if role in (Role.DISTRICT, Role.DISTRICT_LEAD) else None
    client = Client()
    client.force_login(User.objects.filter(role=role, district=place).first() or make.user(role, place))
    return client


def weight(answer: Any) -> int:
    """Bytes of HTML; a file that is sent has none."""
    return 0 if answer.streaming else len(answer.content)


def asked(client: Client, address: str) -> tuple[list[str], int]:
    """The queries of a page that opens, and the bytes of its HTML."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return [query["sql"][:300] for query in queries.captured_queries], weight(answer)


def slips_of(pages: list[tuple[str, str, Callable[[], str]]], fill: Callable[[int], None]) -> list[str]:
    """Pages (name, role, address) that ask more often for many rows than for few, ask or weigh more than allowed."""
    fill(FEW)
    clients = {role: reader(role) for _, role, _ in pages}
    few = {}
    for name, role, address in pages:
        asked(clients[role], address())  # what is remembered for later pages is no matter of rows
        few[name, role], _ = asked(clients[role], address())
    fill(MANY - FEW)
    slips = []
    for name, role, address in pages:
        before, (after, heavy) = few[name, role], asked(clients[role], address())
        if heavy > HEAVIEST and name not in SHOW_ALL:
            slips.append(f"{name} by {role}: {heavy} bytes of HTML for {MANY} rows")
        if len(after) > len(before) or len(after) > MOST:
            extra = "\n    ".join(sql for sql in after if after.count(sql) > before.count(sql))
            slips.append(
                f"{name} by {role}: {len(before)} queries for {FEW} rows, {len(after)} for {MANY}\n    {extra}"
            )
    return slips


FILLS = list(dict.fromkeys(page.fill for page in PAGES))


@pytest.mark.parametrize("fill", FILLS, ids=[fill.__name__ for fill in FILLS])
def test_pages_ask_as_often_for_many_rows_as_for_few(fill: Callable[[int], None]) -> None:
    pages = [page for page in PAGES if page.fill == fill]
    addresses = [(page.name, page.role, page.address) for page in pages]
    slips = slips_of(addresses, fill)
    assert not slips, "\n".join(slips)


def test_lists_of_the_back_office_ask_as_often_for_many_rows_as_for_few() -> None:
    make.operator()
    lists: list[tuple[str, str, Callable[[], str]]] = []
    for model in admin.site._registry:
        table = f"{model._meta.app_label}_{model._meta.model_name}"
        role = Role.NONE if model is User else Role.MINISTRY
        lists.append((table, role.value, partial(reverse, f"admin:{table}_changelist")))
    assert len(lists) >= 20
    slips = slips_of(lists, agreements)
    assert not slips, "\n".join(slips)


def test_pages_of_a_vintage_with_all_districts_are_no_heavier_than_others() -> None:
    """27 districts, three lines, in the ministry, which sees the most of it."""
    make.ministry()
    vintage = make.budget_year(year=2023)
    lines = [make.line(vintage, amount=Decimal("100000000.00")) for _ in range(3)]
    places = [make.district(sort_name=f"Musterland-Nordhausen {at}") for at in range(27)]
    for place in places:
        for line in lines:
            make.allocation(line, place)
        make.version(make.agreement(vintage, place), "submitted")
    client = reader(Role.MINISTRY_LEAD)
    for name in ("home", "agreement_list", "budget_year_detail", "allocation_grid"):
        page = client.get(reverse(name, args=[2023] if name not in ("home", "agreement_list") else []))
        assert 20_000 < weight(page) < HEAVIEST, name
