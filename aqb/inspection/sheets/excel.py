"""Workbooks as Excel has them (xlsx, ECMA-376): which sheets there are, what they lead to, where each one stands."""

import posixpath
from dataclasses import dataclass

from aqb.inspection.reasons import Unacceptable
from aqb.inspection.sheets import elements
from aqb.inspection.sheets.elements import Listener
from aqb.inspection.sheets.excel_cells import Cells, Styles, Texts, is_empty
from aqb.inspection.sheets.grid import Grid, chosen_sheet
from aqb.inspection.sheets.parcel import Parcel

# Parts that fetch something from elsewhere or run something.
FETCHING = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
RUNNING = ("xl/activex/", "xl/embeddings/", "xl/ctrlprops/")


@dataclass
class Page:
    """A sheet as the workbook names it."""

    name: str
    relation: str
    hidden: bool
    part: str = ""


class _Book(Listener):
    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            state = attributes.get("state", "visible")
            self.pages.append(Page(attributes.get("name", ""), attributes.get("id", ""), state != "visible"))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif name in {"externalReference", "oleLink"}:
            raise Unacceptable("links")


class _Relations(Listener):
    """Where the parts of the workbook lie."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        path = target if target.startswith("/") else f"{self.folder}/{target}"
        self.targets[attributes.get("Id", "")] = (kind, posixpath.normpath(path).lstrip("/"))

    def of_kind(self, kind: str) -> str | None:
        return next((path for found, path in self.targets.values() if found == kind), None)


class _Types(Listener):
    """What the parts say they are."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if "macroenabled" in attributes.get("ContentType", "").lower():
            raise Unacceptable("macros")


def read(parcel: Parcel, wanted: str, chosen: str, grid: Grid) -> str:
    """Fill the grid with the cells of one sheet; answers its name."""
    elements.read(parcel.stream("[content_types].xml"), _Types())
    if any(name.startswith(FETCHING) for name in parcel.names):
        raise Unacceptable("links")
    if any(name.startswith(RUNNING) for name in parcel.names):
        raise Unacceptable("macros")
    book, relations = _Book(), _Relations("xl")
    elements.read(parcel.stream("xl/workbook.xml"), book)
    elements.read(parcel.stream("xl/_rels/workbook.xml.rels"), relations)
    if hidden := [page.name for page in book.pages if page.hidden]:
        raise Unacceptable("hidden_sheets", ", ".join(f"„{name[:31]}“" for name in hidden[:5]))
    for page in book.pages:
        page.part = relations.targets.get(page.relation, ("", ""))[1]
    pages = {page.name: page for page in book.pages if page.part.startswith("xl/worksheets/")}
    page = pages[_chosen(parcel, pages, wanted, chosen)]
    cells = Cells(grid, _texts(parcel, relations), _styles(parcel, relations), from_1904=book.from_1904)
    elements.read(parcel.stream(page.part), cells)
    return page.name


def _chosen(parcel: Parcel, pages: dict[str, Page], wanted: str, chosen: str) -> str:
    """Which sheet is read; empty ones, of which programs add some by themselves, are not asked about."""
    names = list(pages)
    if len(names) > 1 and not chosen and wanted.casefold() not in {name.strip().casefold() for name in names}:
        names = [name for name in names if not is_empty(parcel.stream(pages[name].part))] or names[:1]
    return chosen_sheet(names, wanted, chosen)


def _texts(parcel: Parcel, relations: _Relations) -> Texts:
    """The texts that the cells share."""
    texts = Texts()
    if part := relations.of_kind("sharedStrings"):
        elements.read(parcel.stream(part), texts)
    return texts


def _styles(parcel: Parcel, relations: _Relations) -> Styles:
    """Which looks show a number as a date."""
    styles = Styles()
    if part := relations.of_kind("styles"):
        elements.read(parcel.stream(part), styles)
    return styles
