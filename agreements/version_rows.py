"""The rows of a version that its checks look at: read anew for an action that decides, once for a page that shows."""

from collections.abc import Callable, Collection
from typing import Any

from agreements.models import AgreementVersion, RegionalStrategy
from aqb import clock

_ROWS: dict[str, Callable[[Any], Any]] = {
    "entries": lambda rows: rows.with_missing().with_origin().select_related("category", "provider", "project"),
    "lines": lambda rows: rows.with_totals().select_related("line"),
}
STRATEGIES = "strategies"


def read_once(version: AgreementVersion) -> None:
    """From now on `rows` reads for this object once: for a page that shows, and never for an action that decides."""
    vars(version)["_rows"] = {}


def read_at_once(versions: Collection[AgreementVersion], *names: str) -> None:
    """The same for several versions, with one query for each kind of row (all, or those named) however many they are."""
    kept: dict[int, dict[str, list[Any]]] = {one.pk: {} for one in versions}
    if not kept:
        return
    for name in names or (*_ROWS, STRATEGIES):
        found = _together(versions, name)
        for version in versions:
            kept[version.pk][name] = found[version.pk]
    for version in versions:
        vars(version)["_rows"] = kept[version.pk]


def _together(versions: Collection[AgreementVersion], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {one.pk: [] for one in versions}
    if name == STRATEGIES:
        districts = {one.agreement.district_id for one in versions}
        strategies = list(_strategies(RegionalStrategy.objects.filter(district__in=districts)))
        for one in versions:
            found[one.pk] = [row for row in strategies if row.district_id == one.agreement.district_id]
        return found
    model: Any = AgreementVersion._meta.get_field(name).related_model
    for row in _ROWS[name](model.objects.filter(version__in=found)):
        found[row.version_id].append(row)
    return found


def rows(version: AgreementVersion, name: str) -> list[Any]:
    """The "entries" or "lines" of a version with their sums and gaps, or the "strategies" of its district that are valid."""
    kept: dict[str, list[Any]] | None = vars(version).get("_rows")
    if kept is None:
        return _read(version, name)
    if name not in kept:
        kept[name] = _read(version, name)
    return kept[name]


def _read(version: AgreementVersion, name: str) -> list[Any]:
    if name == STRATEGIES:
        return list(_strategies(version.agreement.district.strategies.all()))
    return list(_ROWS[name](getattr(version, name).all()))


def _strategies(found: Any) -> Any:
    """Those that are valid today, the one that lasts longest first."""
    return found.valid_on(clock.today()).order_by("-valid_to", "-pk")
