"""Every row must be as its last event says: a change that no event records was made with the triggers switched off."""

from django.db import connection, models

from aqb.chain.findings import Finding, Report, named
from aqb.chain.sources import Source, quoted, sources

WHY = {
    "removed": "wurde gelöscht, ohne dass der Verlauf es festhält",
    "unrecorded": "steht ohne jeden Eintrag im Verlauf da",
    "revived": "ist wieder da, obwohl der Verlauf die Löschung festhält",
}


def compare(report: Report) -> None:
    """Compare all recorded rows with their last events; one statement per table, so it sees one moment."""
    for source in sources().values():
        if source.tracked is not None:
            _table(report, source, source.tracked)


def _table(report: Report, source: Source, tracked: type[models.Model]) -> None:
    key, table = str(tracked._meta.pk.column), str(tracked._meta.db_table)
    columns = shared(source, tracked)
    differing = ", ".join(
        f"CASE WHEN l.{quoted(name)} IS DISTINCT FROM r.{quoted(name)} THEN '{name}' END" for name in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH l AS (SELECT DISTINCT ON (pgh_obj_id) * FROM {quoted(source.table)} "  # noqa: S608 - names of our own models
            "ORDER BY pgh_obj_id, pgh_id DESC), "
            f"found AS (SELECT coalesce(r.{key}, l.pgh_obj_id)::bigint AS key, "
            f"CASE WHEN r.{key} IS NULL THEN CASE WHEN l.pgh_label = 'delete' THEN NULL ELSE 'removed' END "
            "WHEN l.pgh_id IS NULL THEN 'unrecorded' WHEN l.pgh_label = 'delete' THEN 'revived' END AS why, "
            f"CASE WHEN r.{key} IS NULL OR l.pgh_id IS NULL THEN '{{}}' "
            f"ELSE array_remove(ARRAY[{differing}]::text[], NULL) END AS columns "
            f"FROM l FULL JOIN {quoted(table)} r ON r.{key} = l.pgh_obj_id) "
            "SELECT key, why, columns FROM found WHERE why IS NOT NULL OR columns <> '{}' ORDER BY key"
        )
        for row, why, names in cursor.fetchall():
            report.add(Finding("state", _sentence(report, tracked, row, why, names), None, table, row))


def shared(source: Source, tracked: type[models.Model]) -> list[str]:
    """The columns that the events hold of the rows."""
    of_row = {field.column for field in tracked._meta.concrete_fields}
    return [str(field.column) for field in source.model._meta.concrete_fields if field.column in of_row]


def _sentence(report: Report, tracked: type[models.Model], row: int, why: str | None, names: list[str]) -> str:
    if not report.wants("state"):
        return ""
    what = f"{tracked._meta.verbose_name} {named(tracked, row)}"
    if why:
        return f"{what} {WHY[why]}."
    titles = {field.column: str(field.verbose_name) for field in tracked._meta.concrete_fields}
    fields = ", ".join(f"„{titles[name]}“" for name in names)
    return f"{what} weicht vom letzten Eintrag im Verlauf ab: {fields}."
