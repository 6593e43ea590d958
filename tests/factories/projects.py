"""Providers, projects, how a version states them, and their money."""

from datetime import date
from decimal import Decimal
from typing import Any

from agreements.models import Agreement, AgreementVersion, BudgetLine
from aqb import clock
from aqb.access import Role
from aqb.models import District
from aqb.tables import Record
from aqb.tables.kept import as_json
from aqb.tables.records import Heading
from projects.models import FundingShare, Project, ProjectEntry, Provider, TableImport, TargetGroup
from projects.table.keeping import planned
from projects.table.known import known
from tests import factories as make
from tests.factories.plan import START


def target_group(key: str = "u27", **fields: Any) -> TargetGroup:
    return TargetGroup.objects.create(key=key, **{"title": "junge Menschen unter 27 Jahren", **fields})


def provider(district: District | None = None, **fields: Any) -> Provider:
    place = district or make.district()
    number = place.providers.count() + 1
    return Provider.objects.create(
        district=place, **{"name": f"Bildungswerk {number} e. V.", "city": "Musterstadt", **fields}
    )


def project(agreement: Agreement | None = None, **fields: Any) -> Project:
    return Project.objects.create(agreement=agreement or make.agreement(), **fields)


def entry(version: AgreementVersion | None = None, amount: Any = None, **fields: Any) -> ProjectEntry:
    """A complete project entry; with `amount`, a share of the version's first line in the first cash year."""
    row = version or make.version()
    contract = row.agreement
    year = contract.budget_year.year
    defaults = {
        "project": fields.pop("project", None) or project(contract),
        "category": fields.pop("category", None) or make.category(),
        "provider": fields.pop("provider", None) or contract.district.providers.first() or provider(contract.district),
        "title": "Joblinge",
        "implementation": ProjectEntry.Implementation.FORWARDED,
        "description": "Junge Menschen werden auf eine Ausbildung vorbereitet.",
        "starts_on": date(year, 1, 1),
        "ends_on": date(year, 12, 31),
        "places": 20,
        "target_groups": ["u27"],
        "legal_circles": ["SGB II"],
        "position": row.entries.count() + 1,
        "changed_at": START,
        "changed_by": make.person(Role.DISTRICT, contract.district),
    }
    made = ProjectEntry.objects.create(version=row, **{**defaults, **fields})
    if amount is not None:
        share(made, amount=amount)
    return made


def table_import(version: AgreementVersion, by: Any, rows: int = 1, **fields: Any) -> TableImport:
    """A table that somebody has read and that waits for them: so many new projects."""
    heading = Heading({"title": "A"}, {"title": "Titel"})
    records = [Record(number, heading, {"title": f"Projekt {number}"}) for number in range(2, rows + 2)]
    made = TableImport.objects.create(
        version=version, **{"created_by": by, "created_at": clock.now(), "records": as_json(records), **fields}
    )
    made.rows = planned(made, known(version), by).rows()
    made.save()
    return made


def share(
    entry: ProjectEntry | None = None,
    line: BudgetLine | None = None,
    cash_year: int | None = None,
    amount: Any = "10000.00",
) -> FundingShare:
    """Money of an entry from a line (the version's first) in a cash year (the vintage's first)."""
    row = entry or make.entry(make.version(lines=None))
    agreed = row.version.lines.order_by("line__position").first()
    pot = line or (agreed.line if agreed else make.line(row.version.agreement.budget_year))
    year = cash_year or row.version.agreement.budget_year.first_cash_year
    return FundingShare.objects.create(entry=row, line=pot, cash_year=year, amount=Decimal(amount))
