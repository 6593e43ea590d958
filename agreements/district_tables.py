"""Tables with a row for each district: which district a row means, and what such a table looks like."""

import re
from collections.abc import Iterable, Sequence

from aqb.models import District
from aqb.tables import Column, Record, meant

KEY = Column("ags", "Gemeindeschlüssel", width=18)
NAME = Column("name", "Gebietskörperschaft", width=32)
WHO = (KEY, NAME)


class Districts:
    """Finds the district of a row by its official key or its name; each of them once."""

    def __init__(self, districts: Sequence[District], year: int) -> None:
        self.year = year
        self.by_key = {one.ags: one for one in districts}
        self.by_name = {one.name.casefold(): one for one in districts}
        short = [one.sort_name.casefold() for one in districts]
        self.by_name |= {
            one.sort_name.casefold(): one for one in districts if short.count(one.sort_name.casefold()) == 1
        }
        self.rows: dict[str, int] = {}

    def find(self, record: Record) -> District | None:
        """The district that the row is about; None where that is refused in the record."""
        key = re.sub(r"\D", "", str(record.values.get("ags") or ""))
        name = str(record.values.get("name") or "").strip()
        found = self.by_key.get(key.zfill(5)) if key else self.by_name.get(name.casefold())
        if found is None:
            record.refuse("ags" if key else "name", self._unknown(key, name))
            return None
        if key and name and self.by_name.get(name.casefold(), found) != found:
            record.refuse("name", f"Der Gemeindeschlüssel {found.ags} gehört zu {found.name}.")
            return None
        if first := self.rows.get(found.ags):
            record.refuse("ags" if key else "name", f"{found.name} steht schon in Zeile {first}.")
            return None
        self.rows[found.ags] = record.number
        return found

    def missing(self) -> Iterable[District]:
        """Those that no row was about."""
        return (one for ags, one in self.by_key.items() if ags not in self.rows)

    def _unknown(self, key: str, name: str) -> str:
        if not key and not name:
            return "Hier fehlt, um welche Gebietskörperschaft es geht."
        if key:
            return f"Den Gemeindeschlüssel {key} gibt es im Jahr {self.year} nicht."
        guess = meant(name, [one.name for one in self.by_key.values()])
        return f"„{name[:60]}“ gibt es im Jahr {self.year} nicht." + (
            f" Gemeint ist vermutlich „{guess}“." if guess else ""
        )
