"""What the rows of amounts in a form of the back office state, beside what others have added meanwhile."""

from typing import Any

from aqb.access import Refused
from aqb.templatetags.aqb import euro


def typed(formsets: Any) -> dict[tuple[int, int], Any]:
    """The amounts in the form: (budget line, cash year) -> euro. Refuses the same cell twice."""
    shares: dict[tuple[int, int], Any] = {}
    rows = [row.cleaned_data for formset in formsets for row in formset.forms if row.cleaned_data]
    for row in rows:
        if row.get("DELETE"):
            continue
        cell = (row["line"].pk, row["cash_year"])
        if cell in shares:
            raise Refused(f"Für {row['line'].title} und das Kassenjahr {row['cash_year']} stehen zwei Beträge da.")
        shares[cell] = row["amount"]
    return shares


def unseen(formsets: Any) -> dict[tuple[int, int], Any]:
    """Amounts that somebody else has added since the form was opened: they stay. Refuses another one in the same cell."""
    found: dict[tuple[int, int], Any] = {}
    wanted = typed(formsets)
    for formset in formsets:
        shown = {row.instance.pk for row in formset.initial_forms}
        for share in formset.get_queryset():
            cell = (share.line_id, share.cash_year)
            if share.pk not in shown and wanted.get(cell, share.amount) != share.amount:
                raise Refused(
                    f"Für {share.line.title} und das Kassenjahr {share.cash_year} hat inzwischen jemand anders "
                    f"{euro(share.amount)} eingetragen. Bitte laden Sie die Seite neu."
                )
            if share.pk not in shown:
                found[cell] = share.amount
    return found
