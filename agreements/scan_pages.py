"""Pages of a scan of several contracts: to which issued paper each belongs, what is missing, and what is likely.

Pure reading of what the codes say: no database, no file. A page of the scan is named by its place in the scan, from 1.
What nobody can read is never assigned here: it gets proposals with their reasons, and a person decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agreements.scan_proposals import Place, Proposal, propose, the_likely

UNKNOWN = "Diese Nummer gibt es hier nicht."


class Code(NamedTuple):
    """What the code of a page says: document number and page; "" and None where it does not."""

    number: str
    page: int | None


@dataclass(frozen=True)
class Paper:
    """An issued paper: its number, whose it is, how many pages it has, and why nothing can be attached ("" if it can)."""

    number: str
    name: str
    pages: int = 0
    refusal: str = ""
    version: Any = None


@dataclass(frozen=True)
class Group:
    """The pages of the scan whose codes name one paper: `pages` maps page of the scan to page of the paper.

    `nameless` are pages whose code names the paper but not the page. `refusal` says why the group cannot be attached.
    """

    paper: Paper
    pages: Mapping[int, int]
    nameless: Sequence[int]
    refusal: str = ""

    @property
    def scans(self) -> list[int]:
        """All its pages of the scan, in the order of the scan."""
        return sorted([*self.pages, *self.nameless])

    @property
    def missing(self) -> list[int]:
        return missing(self.paper, self.pages.values())

    @property
    def present(self) -> int:
        """How many different pages of the paper are there."""
        return len(set(self.pages.values()))

    @property
    def double(self) -> list[int]:
        """Pages of the paper that the scan holds more than once."""
        found = list(self.pages.values())
        return sorted({page for page in found if found.count(page) > 1})

    @property
    def is_shuffled(self) -> bool:
        """Whether the scan holds the pages in another order than the paper."""
        found = [self.pages[scan] for scan in sorted(self.pages)]
        return found != sorted(found)


@dataclass(frozen=True)
class OpenPage:
    """A page that a person must assign. `number` is the paper that its code names, "" when nothing was readable."""

    scan: int
    number: str
    proposals: Sequence[Proposal]

    @property
    def likely(self) -> Place | None:
        """The place that is proposed without a doubt; otherwise the person chooses."""
        return the_likely(self.proposals)


@dataclass(frozen=True)
class Reading:
    """A whole scan: what can be attached, what cannot, and what a person must assign."""

    total: int
    groups: Sequence[Group] = field(default_factory=list)
    strays: Sequence[Group] = field(default_factory=list)
    open: Sequence[OpenPage] = field(default_factory=list)

    @property
    def recognised(self) -> int:
        return sum(len(group.pages) for group in self.groups)

    @property
    def stray_pages(self) -> int:
        return sum(len(group.scans) for group in self.strays)

    @property
    def places(self) -> dict[int, Place]:
        """Where the codes say that pages belong: only what can be attached."""
        return {scan: Place(group.paper.number, page) for group in self.groups for scan, page in group.pages.items()}


def read(codes: Sequence[Code], papers: Mapping[str, Paper]) -> Reading:
    """Sort the pages of a scan by what their codes say. `papers` are the issued papers by number, as far as known."""
    groups: list[Group] = []
    strays: list[Group] = []
    for number in dict.fromkeys(code.number for code in codes if code.number):
        group = _group(papers.get(number) or Paper(number, "", refusal=UNKNOWN), codes)
        (strays if group.refusal else groups).append(group)
    unread = {
        scan: code.number
        for scan, code in enumerate(codes, start=1)
        if not code.number or (code.page is None and all(code.number != group.paper.number for group in strays))
    }
    known = {scan: Place(group.paper.number, page) for group in groups for scan, page in group.pages.items()}
    lacking = {group.paper.number: group.missing for group in groups}
    found = propose(unread, known, lacking)
    return Reading(len(codes), groups, strays, [OpenPage(scan, unread[scan], found[scan]) for scan in sorted(unread)])


def _group(paper: Paper, codes: Sequence[Code]) -> Group:
    own = [(scan, code.page) for scan, code in enumerate(codes, start=1) if code.number == paper.number]
    pages = {scan: page for scan, page in own if page is not None}
    refusal = paper.refusal
    if not refusal and (beyond := [page for page in pages.values() if page > paper.pages]):
        refusal = (
            f"Der Code nennt Seite {max(beyond)}, die Ausfertigung hat aber nur "
            f"{'1 Seite' if paper.pages == 1 else f'{paper.pages} Seiten'}."
        )
    return Group(paper, pages, [scan for scan, page in own if page is None], refusal)


def missing(paper: Paper, pages: Iterable[int]) -> list[int]:
    """Pages of the paper that are not among `pages`."""
    there = set(pages)
    return [page for page in range(1, paper.pages + 1) if page not in there]


def bundles(pages: Mapping[int, Place | None]) -> dict[str, list[int]]:
    """Pages of the scan by document number, in the order of the paper; double ones follow each other."""
    found: dict[str, list[tuple[int, int]]] = {}
    for scan, place in pages.items():
        if place is not None:
            found.setdefault(place.number, []).append((place.page, scan))
    return {number: [scan for _, scan in sorted(places)] for number, places in found.items()}


def in_words(pages: Iterable[int]) -> str:
    """`Seite 4`, `Seiten 7 und 8`, `Seiten 1 bis 3, 7 und 9 bis 12`."""
    numbers = sorted(set(pages))
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        parts += [f"{run[0]} bis {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    listed = " und ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    return f"{'Seite' if len(numbers) == 1 else 'Seiten'} {listed}"
