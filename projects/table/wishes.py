"""What a table wants: its rows gathered to projects, each cell understood or refused at its place. Nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aqb.screens import NBSP, german_date
from aqb.tables import Record
from projects.table.columns import OF_PROJECT, OF_ROW
from projects.table.known import Key, Known, Stated

LONGEST_TITLE, LONGEST_DESCRIPTION, MOST_PLACES = 300, 4_000, 100_000
EMPTY: dict[str, Any] = {
    "title": "", "description": "", "provider": "", "category": "", "implementation": "", "target_groups": [],
    "legal_circles": [], "part_time": False, "language": False, "inclusive": False,
}  # fmt: skip
NO_TITLE = "Bitte geben Sie dem Projekt einen Titel."
NO_SUCH_UID = "Diese Kennung gibt es in dieser Fassung nicht. Lassen Sie die Zelle leer, wenn das Projekt neu ist."
NO_AMOUNT = "Bitte tragen Sie einen Betrag ein; 0, wenn nichts vorgesehen ist."


@dataclass
class Wish:
    """A project as the table wants it: `fields` are those that it states, `at` the row in which each one stands."""

    uid: str
    stated: Stated | None
    records: list[Record] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    at: dict[str, Record] = field(default_factory=dict)
    shares: dict[Key, tuple[Decimal, Record]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the project is called after the table, or else before."""
        return self.fields.get("title") or (self.stated.entry.title if self.stated else "")

    @property
    def faulty(self) -> Record | None:
        """The first row in which something about the project as a whole does not do."""
        return next((one for one in self.records if any(fault.key not in OF_ROW for fault in one.faults)), None)


def wishes(records: list[Record], known: Known, seed: UUID) -> list[Wish]:
    """The projects that the rows are about; what is wrong stands in the records. `seed` gives new ones their identity."""
    found: dict[str, Wish] = {}
    titles = _titles(records, known)
    for record in records:
        wish = _wish(record, known, titles, seed)
        found.setdefault(wish.uid, wish).records.append(record)
    for wish in found.values():
        for record in wish.records:
            _take_money(wish, record, known)
        _gather(wish, known)
    return list(found.values())


def _titles(records: list[Record], known: Known) -> dict[str, set[str]]:
    """Which projects a title may mean: those that are called so now, and those that the table calls so."""
    titles: dict[str, set[str]] = {}
    for stated in known.stated.values():
        titles.setdefault(_line(stated.entry.title).casefold(), set()).add(stated.uid)
    for record in records:
        uid, title = _uid(record), _line(record.values.get("title"))
        if title and uid in known.stated:
            titles.setdefault(title.casefold(), set()).add(uid)
    return titles


def _wish(record: Record, known: Known, titles: dict[str, set[str]], seed: UUID) -> Wish:
    """The project of a row: by its identity, else by its title, else a new one."""
    uid, title = _uid(record), _line(record.values.get("title"))
    if uid:
        if uid not in known.stated:
            record.refuse("uid", NO_SUCH_UID)
        return Wish(uid, known.stated.get(uid))
    meant = titles.get(title.casefold(), set()) if title else set()
    if len(meant) > 1:
        record.refuse("title", f"Es gibt {len(meant)} Projekte mit diesem Titel. Bitte tragen Sie die Kennung ein.")
    if len(meant) == 1:
        (uid,) = meant
        return Wish(uid, known.stated[uid])
    if not title and "title" not in record.written:
        record.refuse("title", NO_TITLE)
    return Wish(str(uuid5(seed, title.casefold() or f"row {record.number}")), None)


def _uid(record: Record) -> str:
    return str(record.values.get("uid") or "").strip().lower()


def _gather(wish: Wish, known: Known) -> None:
    """What the rows say about the project as a whole: the first cell that says something counts, no other may differ.

    An empty cell empties what is stored only beside an identity: whoever writes a title and an amount into an empty template
    means nothing else. A row whose money is refused says nothing, but what is wrong in it is named.
    """
    refused = [record for record in wish.records if record.faults]
    for key in OF_PROJECT:
        saying = [record for record in wish.records if record.values.get(key) is not None]
        understood = [(record, UNDERSTOOD[key](key, record, known)) for record in saying]
        counting = [pair for pair in understood if pair[0] not in refused]
        if not counting:
            if not saying and any(key in record.values for record in wish.records if _uid(record)):
                _empty(wish, key)
            continue
        wish.at[key], wish.fields[key] = counting[0]
        for other, value in counting[1:]:
            if value != wish.fields[key]:
                other.refuse(key, f"In Zeile {counting[0][0].number} steht für dieses Projekt etwas anderes.")
    _compare_days(wish)


def _empty(wish: Wish, key: str) -> None:
    """No row says anything in this column."""
    wish.at[key], wish.fields[key] = wish.records[0], EMPTY.get(key)
    if key == "title" and not (wish.stated and not wish.stated.entry.title) and not wish.records[0].faults:
        wish.records[0].refuse(key, NO_TITLE)


def _compare_days(wish: Wish) -> None:
    before = wish.stated.fields if wish.stated else {}
    start, end = (wish.fields.get(key, before.get(key)) for key in ("starts_on", "ends_on"))
    if isinstance(start, date) and isinstance(end, date) and end <= start:
        key = "ends_on" if "ends_on" in wish.at else "starts_on"
        if record := wish.at.get(key):
            sentence = {
                "ends_on": f"Das Ende muss nach dem Beginn ({german_date(start)}) liegen.",
                "starts_on": f"Der Beginn muss vor dem Ende ({german_date(end)}) liegen.",
            }
            record.refuse(key, sentence[key])


def _take_money(wish: Wish, record: Record, known: Known) -> None:
    """The amount of a row, unless it has none or something about it does not do."""
    before = len(record.faults)
    line, year, amount = _line_of(record, known), _year_of(record, known), record.values.get("amount")
    if not any(record.values.get(key) is not None or key in record.written for key in OF_ROW):
        return
    for key, missing in (("line", "Bitte geben Sie die Budgetlinie an."), ("cash_year", "Bitte geben Sie das Kassenjahr an."),
                         ("amount", NO_AMOUNT)):  # fmt: skip
        if record.values.get(key) is None and key not in record.written:
            record.refuse(key, missing)
    if any(fault.key in OF_ROW for fault in record.faults) or len(record.faults) > before:
        return
    if not isinstance(amount, Decimal) or line is None or year is None:
        return
    if other := wish.shares.get((line, year)):
        record.refuse(
            "amount",
            f"Diese Budgetlinie und dieses Kassenjahr stehen für das Projekt schon in Zeile {other[1].number}.",
        )
    elif amount and line not in known.pots:
        record.refuse("line", "Für diese Budgetlinie ist in dieser Fassung kein Ansatz vereinbart.")
    else:
        wish.shares[line, year] = amount, record


def _line_of(record: Record, known: Known) -> str | None:
    return None if record.values.get("line") is None else _one("line", record, known) or None


def _year_of(record: Record, known: Known) -> int | None:
    year = record.values.get("cash_year")
    if isinstance(year, int) and year not in known.cash_years:
        years = known.cash_years
        record.refuse(
            "cash_year", f"{year} ist kein Kassenjahr dieses Jahrgangs. Möglich sind {years[0]} bis {years[-1]}."
        )
        return None
    return year if isinstance(year, int) else None


# ---- what a cell means ----


def _line(value: Any) -> str:
    return " ".join(str(value or "").split())


def _title(key: str, record: Record, known: Known) -> str:
    title = _line(record.values[key])
    if len(title) > LONGEST_TITLE:
        record.refuse(key, f"Der Titel hat {len(title)} Zeichen. Möglich sind höchstens {LONGEST_TITLE}.")
    return title


def _description(key: str, record: Record, known: Known) -> str:
    text = str(record.values[key]).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > LONGEST_DESCRIPTION:
        record.refuse(key, f"Der Text hat {len(text)} Zeichen. Möglich sind höchstens {LONGEST_DESCRIPTION}.")
    return text


def _one(key: str, record: Record, known: Known) -> str:
    text, offered = str(record.values[key]), known.offered(key)
    assert offered is not None  # noqa: S101  # a column that offers something
    found = offered.find(text)
    if found is None:
        vintage = known.version.agreement.budget_year.title.replace(" ", NBSP)
        sentence = {
            "provider": "Diesen Träger gibt es in der Liste der Träger nicht.",
            "line": f"Diese Budgetlinie gibt es im {vintage} nicht.",
            "category": f"Diese Maßnahmenart gibt es im {vintage} nicht.",
            "implementation": "Diese Art der Durchführung gibt es nicht.",
        }[key]
        more = " Bitte legen Sie ihn auf der Seite „Träger“ an." if key == "provider" else ""
        record.refuse(key, sentence + (offered.guess(text) or more))
    return found or ""


def _several(key: str, record: Record, known: Known) -> list[str]:
    offered = known.offered(key)
    assert offered is not None  # noqa: S101  # a column that offers something
    found, unknown = offered.several(str(record.values[key]))
    if unknown:
        record.refuse(key, f"„{unknown[0][:60]}“ steht nicht zur Auswahl.{offered.guess(unknown[0])}")
    return found


def _day(key: str, record: Record, known: Known) -> Any:
    day = record.values[key]
    if isinstance(day, date) and not 2000 <= day.year <= 2100:
        record.refuse(key, f"Bitte prüfen Sie das Jahr: {day.year:04} liegt nicht zwischen 2000 und 2100.")
    return day


def _places(key: str, record: Record, known: Known) -> Any:
    number = record.values[key]
    if isinstance(number, int) and not 0 <= number <= MOST_PLACES:
        record.refuse(key, "Möglich sind 0 bis 100.000 Plätze.")
    return number


def _plain(key: str, record: Record, known: Known) -> Any:
    return record.values[key]


UNDERSTOOD: dict[str, Callable[[str, Record, Known], Any]] = {
    "title": _title, "description": _description, "provider": _one, "category": _one, "implementation": _one,
    "target_groups": _several, "legal_circles": _several, "starts_on": _day, "ends_on": _day, "places": _places,
    "part_time": _plain, "language": _plain, "inclusive": _plain,
}  # fmt: skip
