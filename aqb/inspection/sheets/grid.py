"""The cells of a sheet as they are collected: only so many, nothing hidden, nothing merged."""

from aqb.inspection.reasons import Unacceptable

# A cell: None, or its kind with what stands in it: "text", "number" (digits), "date", "moment" (ISO), "formula",
# "error", "yes_no" ("1" or "0").
Raw = tuple[str, str] | None

MOST_CHARACTERS = 16_000_000  # in all cells: 5,000 rows with a page of text each
LONGEST = 32_767  # characters in a cell of a workbook
NAMED = 5  # so many places stand in a sentence


class Grid:
    """Collects rows that hold something; raises Unacceptable for what no table of ours has."""

    def __init__(self, rows: int, columns: int) -> None:
        self.most_rows, self.most_columns = rows, columns
        self.rows: list[tuple[int, list[Raw]]] = []
        self.used: set[int] = set()
        self._characters = 0
        self._hidden_rows: list[int] = []
        self._hidden_columns: list[range] = []

    def add(self, number: int, cells: dict[int, Raw], *, hidden: bool = False) -> None:
        """Take a row with its cells by position (from 0); empty ones do not count."""
        filled = {at: cell for at, cell in cells.items() if cell is not None}
        if not filled:
            return
        last = max(filled)
        if last >= self.most_columns:
            raise Unacceptable("many_columns", f"{self.most_columns}")
        if len(self.rows) > self.most_rows:  # the heading comes on top
            raise Unacceptable("many_rows", f"{self.most_rows}")
        if hidden:
            self._hidden_rows.append(number)
        for at, cell in filled.items():
            self._count(at, number, cell)
        self.rows.append((number, [filled.get(at) for at in range(last + 1)]))

    def repeat(self, number: int, times: int, cells: dict[int, Raw], *, hidden: bool = False) -> None:
        """The same row several times; empty ones may be millions."""
        if any(cell is not None for cell in cells.values()):
            for at in range(min(times, self.most_rows + 2)):
                self.add(number + at, cells, hidden=hidden)

    def hide_columns(self, columns: range) -> None:
        """These positions are not shown."""
        if len(self._hidden_columns) < 1_000:
            self._hidden_columns.append(columns)

    def checked(self) -> None:
        """Refuse what a person does not see on the sheet and would take over all the same."""
        if self._hidden_rows:
            raise Unacceptable("hidden_rows", _named([str(number) for number in self._hidden_rows]))
        hidden = [at for at in sorted(self.used) if any(at in columns for columns in self._hidden_columns)]
        if hidden:
            raise Unacceptable("hidden_columns", _named([letter(at) for at in hidden]))

    def _count(self, at: int, number: int, cell: tuple[str, str]) -> None:
        self.used.add(at)
        self._characters += len(cell[1])
        if len(cell[1]) > LONGEST:
            raise Unacceptable("long_cell", f"{letter(at)}{number}")
        if self._characters > MOST_CHARACTERS:
            raise Unacceptable("much")


def letter(position: int) -> str:
    """How a spreadsheet names its column at `position` (from 0): A, B, … Z, AA."""
    name, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _named(places: list[str]) -> str:
    more = f" und weitere {len(places) - NAMED}" if len(places) > NAMED else ""
    return ", ".join(places[:NAMED]) + more


def chosen_sheet(sheets: list[str], wanted: str, chosen: str) -> str:
    """The sheet that is read: the one the person named, else the one that is called as ours, else the only one."""
    by_name = {name.strip().casefold(): name for name in sheets}
    if chosen.strip():
        if found := by_name.get(chosen.strip().casefold()):
            return found
        raise Unacceptable("no_such_sheet", _quoted(sheets))
    if found := by_name.get(wanted.casefold()):
        return found
    if len(sheets) == 1:
        return sheets[0]
    raise Unacceptable("several_sheets", _quoted(sheets)) if sheets else Unacceptable("nothing")


def _quoted(sheets: list[str]) -> str:
    return _named([f"„{name[:31]}“" for name in sheets])
