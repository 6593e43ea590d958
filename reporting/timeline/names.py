"""How rows are called that an event refers to: by their last recorded state, so also when they are gone."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from aqb.access import Role
from aqb.models import User
from projects.models import ProjectEntry, TargetGroup
from reporting.timeline.reading import Recorded, Source, sources

# Model -> the columns that its name is made of; keys of other rows among them are looked up, too.
COLUMNS: dict[str, tuple[str, ...]] = {
    "aqb.District": ("name", "ags", "genitive", "dative", "accusative"),
    "aqb.Ministry": ("name",),
    "agreements.BudgetYear": ("year",),
    "agreements.BudgetLine": ("title", "budget_year_id"),
    "agreements.IndicatorSet": ("source", "budget_year_id"),
    "agreements.Indicator": ("title",),
    "agreements.AppliedDistribution": ("name",),
    "agreements.MeasureCategory": ("title",),
    "agreements.Agreement": ("budget_year_id", "district_id"),
    "agreements.AgreementVersion": ("agreement_id", "number"),
    "agreements.Wording": ("budget_year_id", "kind", "number"),
    "agreements.Document": ("title", "number", "agreement_id", "version_id"),
    "agreements.ScanBatch": ("name",),
    "agreements.Remark": ("project_title", "field", "field_title"),
    "projects.Project": ("agreement_id",),
    "projects.ProjectEntry": ("title", "version_id"),
    "projects.Provider": ("name",),
}
PROJECT_TITLE = (
    "(SELECT entry.title FROM projects_projectentryevent entry WHERE entry.project_id = e.pgh_obj_id"
    " ORDER BY entry.pgh_id DESC LIMIT 1)"
)
GONE = "Anonymisierte Person"
BODIES = """
    SELECT e.pgh_obj_id, e.pgh_created_at, e.role, district.name FROM aqb_userevent e
    LEFT JOIN aqb_district district ON district.id = e.district_id WHERE e.pgh_obj_id = ANY(%s) ORDER BY e.pgh_id
"""


class Names:
    """What has been looked up so far; `learn` before asking."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], dict[str, Any]] = {}
        self._people: dict[int, User | None] = {}
        self._groups: dict[str, str] | None = None
        self._bodies: dict[int, list[tuple[datetime, str]]] = {}

    def learn(self, found: Iterable[Recorded]) -> None:
        """Look up everything that these events refer to, in a few queries however many they are."""
        wanted: set[tuple[str, int]] = set()
        people: set[int] = set()
        for one in found:
            if one.source.label == "aqb.User":
                people.add(one.key)
            elif one.source.label in COLUMNS:
                wanted.add((one.source.label, one.key))
            for state in (one.row, one.before):
                _collect(one.source, state, wanted, people)
            context = one.context or {}
            people |= {context[name] for name in ("user", "on_behalf_of") if isinstance(context.get(name), int)}
            if any(state.get("target_groups") for state in (one.row, one.before)):
                self._learn_groups()
        while missing := {key for key in wanted if key not in self._rows}:
            wanted = self._look_up(missing)
        self._meet(people)

    def _look_up(self, missing: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """Read these rows; answers what they refer to in turn."""
        parts, parameters = [], []
        by_label = {source.label: source for source in sources().values()}
        for label in sorted({label for label, _ in missing}):
            pairs = [f"'{column}', e.{column}" for column in COLUMNS[label]]
            if label == "projects.Project":
                pairs.append(f"'title', {PROJECT_TITLE}")
            table = by_label[label].table
            parts.append(
                f"SELECT '{label}', e.pgh_obj_id, jsonb_build_object({', '.join(pairs)})::text FROM (SELECT DISTINCT ON"
                f" (pgh_obj_id) * FROM {table} WHERE pgh_obj_id = ANY(%s) ORDER BY pgh_obj_id, pgh_id DESC) e"
            )
            parameters.append([key for other, key in missing if other == label])
        self._rows.update({key: {} for key in missing})
        further: set[tuple[str, int]] = set()
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for label, key, row in cursor.fetchall():
                self._rows[label, key] = json.loads(row)
                _collect(by_label[label], self._rows[label, key], further, set())
        return further

    def _meet(self, people: set[int]) -> None:
        if strangers := people - self._people.keys():
            self._people.update(dict.fromkeys(strangers))
            self._people.update(User.objects.in_bulk(strangers))
            with connection.cursor() as cursor:
                cursor.execute(BODIES, [list(strangers)])
                for person, since, role, district in cursor.fetchall():
                    body = district or (Role(role).label if role else "Betrieb")
                    self._bodies.setdefault(person, []).append((since, body))

    def _learn_groups(self) -> None:
        if self._groups is None:
            self._groups = dict(TargetGroup.objects.values_list("key", "title"))

    def of(self, label: str, key: int | None) -> dict[str, Any]:
        """The columns that a row's name is made of; empty when nothing is known about it."""
        return self._rows.get((label, key), {}) if key is not None else {}

    def person(self, key: int | None) -> User | None:
        return self._people.get(key) if key is not None else None

    def person_name(self, key: int | None) -> str:
        """How a person is called; of somebody who is anonymised nothing but that."""
        if key is None:
            return ""
        person = self.person(key)
        if person is None:
            return f"Person Nr. {key} (unbekannt)"
        return str(person.name or f"{GONE} {key}")

    def organisation(self, key: int | None, at: datetime) -> str:
        """For whom a person worked when a change was made; roles and districts of people change."""
        known = self._bodies.get(key, []) if key is not None else []
        return next((body for since, body in reversed(known) if since <= at), known[0][1] if known else "")

    def group(self, key: str) -> str:
        """The title of a target group."""
        return (self._groups or {}).get(key, key)

    def name(self, label: str, key: int | None) -> str:
        """A row in a few words: `Fassung 1`, `Zielvereinbarung 2027 mit dem Landkreis Offenbach`."""
        if key is None:
            return ""
        if label == "aqb.User":
            return self.person_name(key)
        row = self.of(label, key)
        if not row:
            return f"Nr. {key}"
        if label in _WRITTEN:
            return _WRITTEN[label](self, row)
        return str(row.get("title") or row.get("name") or f"Nr. {key}")

    def year(self, key: int | None) -> str:
        return str(self.of("agreements.BudgetYear", key).get("year", "?"))

    def district(self, key: int | None, case: str = "dative") -> str:
        """A district in a grammatical case, with its article where it is stored."""
        row = self.of("aqb.District", key)
        return str(row.get(case) or row.get("name") or f"Nr. {key}")


def _collect(source: Source, state: dict[str, Any], wanted: set[tuple[str, int]], people: set[int]) -> None:
    for column, label in source.references.items():
        key = state.get(column)
        if key is None:
            continue
        if label == "aqb.User":
            people.add(key)
        elif label in COLUMNS:
            wanted.add((label, key))


def wording_name(names: Names, row: dict[str, Any]) -> str:
    """`Vertragstext 2027 für Änderungen, 2. Fassung`."""
    name = f"Vertragstext {names.year(row['budget_year_id'])}"
    if row["kind"] == "amendment":
        name += " für Änderungen"
    return name if row["number"] == 1 else f"{name}, {row['number']}. Fassung"


def agreement_name(names: Names, row: dict[str, Any]) -> str:
    """`Zielvereinbarung 2027 mit dem Landkreis Offenbach`."""
    return f"Zielvereinbarung {names.year(row['budget_year_id'])} mit {names.district(row['district_id'])}"


def place_name(row: dict[str, Any]) -> str:
    """What a remark is about: `zu Joblinge (Feld Plätze)`, `zur Zielvereinbarung`. The oldest remarks bear no title."""
    labels = {one.name: str(one.verbose_name) for one in ProjectEntry._meta.fields} | {"shares": "Beträge"}
    title = row["field_title"] or labels.get(row["field"], "")
    about = f"zu {row['project_title']}" if row["project_title"] else "zur Zielvereinbarung"
    return f"{about} (Feld {title})" if title else about


_WRITTEN = {
    "agreements.Remark": lambda names, row: place_name(row),
    "agreements.BudgetYear": lambda names, row: f"AQB {row['year']}",
    "agreements.Agreement": agreement_name,
    "agreements.AgreementVersion": lambda names, row: f"Fassung {row['number']}",
    "agreements.Wording": wording_name,
    "agreements.IndicatorSet": lambda names, row: f"Indikatoren {names.year(row['budget_year_id'])}",
    "agreements.AppliedDistribution": lambda names, row: f"„{row['name']}“",
}
