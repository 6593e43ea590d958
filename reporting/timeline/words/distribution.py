"""Words for how money was shared: figures, trials, and the formula that was taken over."""

from reporting.timeline.words.ground import Seen, Words, quiet


def _pot(seen: Seen) -> str:
    """`Regelbudget 2027`."""
    line = seen.names.of("agreements.BudgetLine", seen.row["line_id"])
    return f"{seen.name('line_id')} {seen.names.year(line.get('budget_year_id'))}"


def _applied(seen: Seen) -> str:
    return f"die Verteilung „{seen.row['name']}“ für {_pot(seen)}"


def _indicator(seen: Seen) -> str:
    return f"den Indikator „{seen.row['title']}“"


def _value(seen: Seen) -> str:
    district = seen.names.district(seen.row["district_id"], "accusative")
    return f"den Wert von „{seen.name('indicator_id')}“ für {district}"


def _table(seen: Seen) -> str:
    return f"die Indikatoren {seen.names.year(seen.row['budget_year_id'])} („{seen.row['source']}“)"


def _with_its_table(seen: Seen) -> str | None:
    """The columns and figures of a table come and are told with it."""
    return "" if seen.is_new() and seen.event.context is not None else None


def _scenario(seen: Seen) -> str | None:
    """A trial that is calculated anew: the figures themselves are no matter for a sentence."""
    changed = seen.differs("calculation") or seen.differs("amounts")
    return f"das Szenario „{seen.row['name']}“ für {_pot(seen)} neu berechnet" if changed else None


_DATA = {"calculation": "die Berechnung", "amounts": "das Ergebnis"}
WORDS = {
    "agreements.IndicatorSet": Words(
        "plan",
        _table,
        lambda seen: f" der Indikatoren {seen.names.year(seen.row['budget_year_id'])}",
        {"budget_year_id": "den Jahrgang", "source": "die Datei"},
        quiet("created_at", "created_by_id"),
        made="eingelesen",
    ),
    "agreements.Indicator": Words(
        "plan",
        _indicator,
        lambda seen: f" des Indikators „{seen.row['title']}“",
        {
            "indicator_set_id": "die Tabelle", "position": "die Stelle in der Liste", "title": "die Bezeichnung",
            "as_of": "den Stand", "unit": "die Einheit",
        },
        quiet(),
        deed=_with_its_table,
    ),
    "agreements.IndicatorValue": Words(
        "plan",
        _value,
        lambda seen: f" von „{seen.name('indicator_id')}“ für {seen.names.district(seen.row['district_id'], 'accusative')}",
        {"indicator_id": "den Indikator", "district_id": "die Gebietskörperschaft", "value": "den Wert"},
        quiet(),
        made="eingelesen",
        deed=_with_its_table,
    ),
    "agreements.DistributionScenario": Words(
        "plan",
        lambda seen: f"das Szenario „{seen.row['name']}“ für {_pot(seen)}",
        lambda seen: f" des Szenarios „{seen.row['name']}“",
        {"line_id": "die Budgetlinie", "name": "den Namen", **_DATA},
        quiet("created_at", "created_by_id", "changed_at", "changed_by_id"),
        deed=_scenario,
    ),
    "agreements.AppliedDistribution": Words(
        "plan",
        _applied,
        lambda seen: f" der Verteilung „{seen.row['name']}“ für {_pot(seen)}",
        {"line_id": "die Budgetlinie", "name": "den Namen", "formula": "die Formel", **_DATA},
        quiet("applied_at", "applied_by_id"),
        made="übernommen",
    ),
}  # fmt: skip
