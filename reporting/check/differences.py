"""Where a changed file differs from the stored one: pages and kinds of data, never what stands there."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from aqb.inspection import Contents

# Parts of the embedded data by the words that people use; what is not listed is called „weitere Angaben“.
PARTS = {
    "amount": "der Betrag",
    "amount_text": "der Betrag",
    "lines": "die Ansätze",
    "categories": "die Projekte",
    "changes": "die Änderungen",
    "sections": "der Vertragstext",
    "purpose": "der Vertragstext",
    "signing": "die Unterzeichnungen",
    "ministry": "die Beteiligten",
    "district": "die Beteiligten",
    "number": "die Nummer",
    "check_url": "die Prüfadresse",
    "issued_at": "das Datum der Ausfertigung",
    "seal": "das Siegel",
}
REST = "weitere Angaben"
NOTHING = (
    "Text, Aussehen und mitgeführte Daten stimmen überein. Verändert sind nur Aufbau oder Begleitangaben der Datei; "
    "das geschieht auch beim erneuten Speichern."
)
NO_TEXT = "Die Datei enthält keinen Text, nur Bilder. Ein Scan oder ein Foto ist kein Original."


def places(stored: Contents, given: Contents) -> list[str]:
    """German sentences; at least one, because a file with other bytes differs in something."""
    found = [*_pages(stored, given), *_data(stored.data, given.data)]
    return found or [NOTHING]


def _pages(stored: Contents, given: Contents) -> Iterator[str]:
    before, after = [_words(text) for text in stored.pages], [_words(text) for text in given.pages]
    if not any(after):
        yield NO_TEXT
        return
    changed: list[int] = []
    added: list[int] = []
    missing: list[int] = []
    same: list[tuple[int, int]] = []
    for what, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        paired = min(i_end - i, j_end - j)
        if what == "equal":
            same += zip(range(i, i_end), range(j, j_end), strict=True)
        else:
            changed += range(j, j + paired)
        added += range(j + paired, j_end)
        missing += range(i + paired, i_end)
    if changed:
        yield f"Der Text weicht ab auf {_pages_of(changed, 'den Seiten')}."
    if added:
        yield f"Hinzugefügt {_is(added)} {_pages_of(added, 'die Seiten')}."
    if missing:
        yield f"Vom hinterlegten Dokument {'fehlt' if len(missing) == 1 else 'fehlen'} {_pages_of(missing, 'die Seiten')}."
    if other := _other_looks(stored, given, same):
        yield f"Gleicher Text, aber anderes Aussehen auf {_pages_of(other, 'den Seiten')}."


def _other_looks(stored: Contents, given: Contents, same: list[tuple[int, int]]) -> list[int]:
    """Pages whose text is equal and whose drawing is not; only the first pages of a file are drawn."""
    return [
        j for i, j in same
        if i < len(stored.looks) and j < len(given.looks) and stored.looks[i] != given.looks[j]
    ]  # fmt: skip


def _pages_of(indices: list[int], several: str) -> str:
    """`Seite 2`, `den Seiten 1, 2 und 4`: pages count from 1."""
    *most, last = [str(index + 1) for index in indices]
    return f"{several} {', '.join(most)} und {last}" if most else f"Seite {last}"


def _is(indices: list[int]) -> str:
    return "ist" if len(indices) == 1 else "sind"


def _data(stored: dict[str, Any] | None, given: dict[str, Any] | None) -> Iterator[str]:
    if stored is None or stored == given:
        return
    if given is None:
        yield "Die mitgeführten Daten fehlen oder sind nicht lesbar."
        return
    other = [key for key in {**stored, **given} if stored.get(key) != given.get(key)]
    names = list(dict.fromkeys(PARTS.get(key, REST) for key in other))
    yield f"In den mitgeführten Daten weichen ab: {', '.join(names)}."


def _words(text: str) -> str:
    """The text without how it is set: spaces and line breaks say nothing about a change."""
    return " ".join(text.split())
