"""Where an unread page of a scan most likely belongs: by the pages around it and by what is missing elsewhere.

A proposal is never more than that: it carries its reason, and when two are possible none of them is the likely one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

MOST = 4  # more proposals than this are no help: the person chooses from the list of all papers


class Place(NamedTuple):
    """A page of an issued paper: document number, and page from 1."""

    number: str
    page: int


class Proposal(NamedTuple):
    """A possible place, and the German sentence that says why."""

    place: Place
    reason: str


def propose(
    unread: Mapping[int, str], known: Mapping[int, Place], lacking: Mapping[str, Sequence[int]], total: int
) -> dict[int, list[Proposal]]:
    """Proposals for each unread page of a scan of `total` pages.

    `unread` maps page of the scan to the paper that its code names ("" for none), `known` to its place, `lacking`
    document numbers to the pages that are missing in the scan. A place that is the only proposal of one page is not
    proposed for the next one.
    """
    free = {number: list(pages) for number, pages in lacking.items()}
    found: dict[int, list[Proposal]] = {}
    for scan in sorted(unread):
        around = _Around(scan, unread, known, total)
        proposals = around.proposals(free)
        if unread[scan]:
            proposals = _named(scan, unread, free, proposals)
        found[scan] = proposals
        if len(proposals) == 1:
            free[proposals[0].place.number].remove(proposals[0].place.page)
    _only_gap([scan for scan, number in unread.items() if not number and not found[scan]], found, free)
    return found


class _Around:
    """The pages before and after an unread one, as far as only unread pages lie between."""

    def __init__(self, scan: int, unread: Mapping[int, str], known: Mapping[int, Place], total: int) -> None:
        before, after = (_nearest(way, unread) for way in (range(scan - 1, 0, -1), range(scan + 1, total + 1)))
        self.before, self.after = known.get(before), known.get(after)
        self.behind, self.ahead = scan - before, after - scan

    def proposals(self, free: Mapping[str, Sequence[int]]) -> list[Proposal]:
        """What the neighbours say, without a place that is not missing."""
        if between := self._between(free):
            return [between]
        found: dict[Place, Proposal] = {}
        for place, reason in self._beside(free):
            found.setdefault(place, Proposal(place, reason))
        return list(found.values())

    def _between(self, free: Mapping[str, Sequence[int]]) -> Proposal | None:
        if self.before is None or self.after is None or self.before.number != self.after.number:
            return None
        step = {self.behind + self.ahead: 1, -self.behind - self.ahead: -1}.get(self.after.page - self.before.page)
        if step is None:  # the numbers of the neighbours leave another number of pages than there are
            return None
        place = Place(self.before.number, self.before.page + step * self.behind)
        if place.page not in free[place.number]:
            return None
        return Proposal(place, "Die Seiten davor und danach gehören zu dieser Ausfertigung, und dort fehlt diese Seite.")

    def _beside(self, free: Mapping[str, Sequence[int]]) -> Iterable[tuple[Place, str]]:
        sides = (
            (self.before, self.behind, "direkt dahinter", "hinter ihren anderen Seiten"),
            (self.after, -self.ahead, "direkt davor", "vor ihren anderen Seiten"),
        )
        for neighbour, step, close, far in sides:
            if neighbour is None or neighbour.page + step not in free[neighbour.number]:
                continue
            place = Place(neighbour.number, neighbour.page + step)
            only = len(free[neighbour.number]) == 1 and abs(step) == 1
            yield (
                place,
                f"Dort fehlt genau diese Seite, und sie liegt im Scan {close}."
                if only
                else f"Dort fehlt diese Seite, und sie liegt im Scan {far}.",
            )


def _nearest(way: Iterable[int], unread: Mapping[int, str]) -> int:
    """The first page on the way that is not unread; 0 at the end of the scan."""
    return next((scan for scan in way if scan not in unread), 0)


def _named(
    scan: int, unread: Mapping[int, str], free: Mapping[str, Sequence[int]], proposals: list[Proposal]
) -> list[Proposal]:
    """The code names the paper but not the page: only its missing pages are possible, by neighbours or in order."""
    number, said = unread[scan], "Der Code nennt diese Ausfertigung, aber nicht die Seite"
    if own := [proposal for proposal in proposals if proposal.place.number == number]:
        return [Proposal(own[0].place, f"{said}. {own[0].reason}")]
    gaps = free[number]
    waiting = sum(1 for other, named in unread.items() if named == number and other >= scan)
    if len(gaps) == 1:
        return [Proposal(Place(number, gaps[0]), f"{said}; dort fehlt genau diese Seite.")]
    if len(gaps) == waiting:
        return [Proposal(Place(number, gaps[0]), f"{said}; die fehlenden Seiten folgen hier der Reihe nach.")]
    return [Proposal(Place(number, page), f"{said}.") for page in gaps[:MOST]]


def _only_gap(left: Sequence[int], found: dict[int, list[Proposal]], free: Mapping[str, Sequence[int]]) -> None:
    """One page is left without a proposal, and one page is missing in the whole scan."""
    gaps = [Place(number, page) for number, pages in free.items() for page in pages]
    if len(left) == 1 and len(gaps) == 1:
        found[left[0]] = [Proposal(gaps[0], "Nur bei dieser Ausfertigung fehlt noch eine Seite.")]
