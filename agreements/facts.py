"""The facts of one version that its paper draws on, read from the database in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agreements import amendments
from agreements.filling import Unprintable
from agreements.models import AgreementVersion, Allocation, Wording
from aqb import clock
from aqb.models import District, Ministry
from aqb.money import ZERO
from aqb.text import long_date

WITHOUT_CATEGORY = "Noch ohne Maßnahmenart"  # only ever in drafts: nobody can submit such an entry


@dataclass(frozen=True)
class Facts:
    """Everything about one version, or about a district without one, that its paper draws on."""

    wording: Wording
    district: District
    ministry: Ministry
    lines: list[dict[str, str]]
    categories: list[dict[str, Any]]
    people: dict[str, list[dict[str, str]]]  # party -> name and office of those who are meant to sign
    version: int = 0
    base: tuple[AgreementVersion, ...] = ()
    changes: tuple[dict[str, str], ...] = ()

    @property
    def amount(self) -> Decimal:
        return sum((Decimal(line["amount"]) for line in self.lines), ZERO)


def of_version(version: AgreementVersion, wording: Wording) -> Facts:
    """Facts of a version, printed with this wording; of an amendment also what it changes."""
    agreement = version.agreement
    links = amendments.chain(version)
    ministry = responsible_ministry(agreement.budget_year.year, amendment=bool(links), fixed=version.ministry)
    lines, categories = _lines(version), _categories(version)
    changed: list[dict[str, str]] = []
    if links:
        changed = amendments.changes(_lines(links[-1]), lines, _categories(links[-1]), categories)
    people: dict[str, list[dict[str, str]]] = {}
    for one in version.signatories.order_by("party", "position"):
        people.setdefault(one.party, []).append({"name": one.name, "office": one.office})
    return Facts(
        wording, agreement.district, ministry, lines, categories, people, version.number, tuple(links), tuple(changed)
    )


def without_version(wording: Wording, district: District) -> Facts:
    """Facts of a district whose agreement is not opened yet: its allocations, no projects, no names."""
    year = wording.budget_year
    amounts = dict(Allocation.objects.filter(line__budget_year=year, district=district).values_list("line", "amount"))
    lines = [_line(line, amounts.get(line.pk, ZERO)) for line in year.lines.order_by("position", "pk")]
    amendment = wording.kind == Wording.Kind.AMENDMENT
    return Facts(wording, district, responsible_ministry(year.year, amendment=amendment), lines, [], {})


def _line(line: Any, amount: Decimal) -> dict[str, str]:
    return {"key": line.key, "title": line.title, "amount": f"{amount:.2f}"}


def _lines(version: AgreementVersion) -> list[dict[str, str]]:
    rows = version.lines.select_related("line").order_by("line__position", "line__pk")
    return [_line(row.line, row.amount) for row in rows]


def _categories(version: AgreementVersion) -> list[dict[str, Any]]:
    """The projects by kind of measure; only kinds in use are there, numbered from 1."""
    entries: Any = getattr(version, "entries")  # noqa: B009 - projects lie above this app: only the relation is known
    rows = entries.select_related("category", "provider", "project").prefetch_related("shares__line")
    kinds: dict[int | None, dict[str, Any]] = {}
    for entry in sorted(rows, key=_place_on_paper):
        kind = entry.category
        group = kinds.setdefault(
            kind.pk if kind else None,
            {
                "number": len(kinds) + 1,
                "key": kind.key if kind else "",
                "title": kind.title if kind else WITHOUT_CATEGORY,
                "projects": [],
            },
        )
        group["projects"].append(_project(entry))
    return list(kinds.values())


def _place_on_paper(entry: Any) -> tuple[Any, ...]:
    kind = entry.category
    return (kind is None, kind.position if kind else 0, kind.pk if kind else 0, entry.position, entry.pk)


def _project(entry: Any) -> dict[str, Any]:
    shares = sorted(entry.shares.all(), key=lambda one: (one.line.position, one.line_id, one.cash_year))
    return {
        "uid": str(entry.project.uid),
        "title": entry.title,
        "provider": entry.provider.name if entry.provider else "",
        "starts_on": entry.starts_on.isoformat() if entry.starts_on else "",
        "ends_on": entry.ends_on.isoformat() if entry.ends_on else "",
        "places": entry.places,
        "amounts": None
        if entry.amounts_unknown
        else [{"line": one.line.key, "cash_year": one.cash_year, "amount": f"{one.amount:.2f}"} for one in shares],
    }


def responsible_ministry(year: int, *, amendment: bool = False, fixed: Ministry | None = None) -> Ministry:
    """The ministry that concludes: the one fixed at the version, else the one in force.

    For an agreement that is the one of today, but of the vintage's last day once the vintage is over; for an
    amendment always the one of today. Raises Unprintable when none is recorded.
    """
    if fixed:
        return fixed
    day = clock.today() if amendment else min(clock.today(), date(year, 12, 31))
    if ministry := Ministry.objects.in_force(day):
        return ministry
    raise Unprintable([f"Für den {long_date(day.isoformat())} ist kein Ressort eingetragen."])
