"""Where an unread page of a scan most likely belongs: by the pages around it and by what is missing elsewhere.

A proposal is never more than that: it carries its reason, and where another place or another page is as possible, none
is the likely one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

MOST = 4  # more proposals than this are no help: the person chooses from the list of all papers
BETWEEN = "Die Seiten davor und danach gehören zu dieser Ausfertigung, und dort fehlt diese Seite."
BEHIND = "Dort fehlt genau diese Seite, und sie liegt im Scan direkt dahinter."
BEFORE = "Dort fehlt genau diese Seite, und sie liegt im Scan direkt davor."
IN_ORDER = "Dort fehlt diese Seite, und im Scan folgen die fehlenden Seiten einander."
NEAR = "Dort fehlt diese Seite, und im Scan liegt sie bei den anderen Seiten."
ONE_OF_THESE = "Dort fehlt diese Seite; im Scan kann es diese oder eine andere der nicht erkannten Seiten sein."
ONLY_GAP = "Nur bei dieser Ausfertigung fehlt noch eine Seite."
NAMED = "Der Code nennt diese Ausfertigung, aber nicht die Seite"


class Place(NamedTuple):
    """A page of an issued paper: document number, and page from 1."""

    number: str
    page: int


class Proposal(NamedTuple):
    """A possible place, and the German sentence that says why. `is_likely`: no other page fits there as well."""

    place: Place
    reason: str
    is_likely: bool = True


type Free = dict[str, list[int]]  # document number -> its pages that are missing in the scan and not yet proposed


def propose(
    unread: Mapping[int, str], known: Mapping[int, Place], lacking: Mapping[str, Sequence[int]]
) -> dict[int, list[Proposal]]:
    """Proposals for each unread page of a scan.

    `unread` maps page of the scan to the paper that its code names ("" for none), `known` to its place, `lacking`
    document numbers to the pages that are missing in the scan. A likely place is not proposed for a second page.
    """
    free = {number: list(pages) for number, pages in lacking.items()}
    found: dict[int, list[Proposal]] = {}
    for run in _runs(unread):
        around = _by_neighbours(run, known, free)
        for scan in run:
            proposals = [one for one in around.get(scan, []) if one.place.page in free[one.place.number]]
            if number := unread[scan]:
                waiting = sum(1 for other, named in unread.items() if named == number and other >= scan)
                proposals = _named(number, waiting, free, proposals)
            found[scan] = proposals
            if likely := the_likely(proposals):
                free[likely.number].remove(likely.page)
    _only_gap([scan for scan, number in unread.items() if not number and not found[scan]], found, free)
    return found


def the_likely(proposals: Sequence[Proposal]) -> Place | None:
    """The only proposal, when no other page fits there as well."""
    return proposals[0].place if len(proposals) == 1 and proposals[0].is_likely else None


def _runs(unread: Mapping[int, str]) -> Iterator[list[int]]:
    """Unread pages that follow each other."""
    run: list[int] = []
    for scan in sorted(unread):
        if run and scan != run[-1] + 1:
            yield run
            run = []
        run.append(scan)
    if run:
        yield run


def _by_neighbours(run: Sequence[int], known: Mapping[int, Place], free: Free) -> dict[int, list[Proposal]]:
    """What the pages before and after a run of unread pages say about it."""
    before, after = known.get(run[0] - 1), known.get(run[-1] + 1)
    if before and after and before.number == after.number:
        gap = _inside(before, after, free)
        return _shared(run, gap, BETWEEN if len(gap) == 1 else IN_ORDER)
    behind, ahead = _behind(before, free), _ahead(after, free)
    if len(run) < len(behind) + len(ahead):
        return {scan: list(_beside(at, len(run), behind, ahead)) for at, scan in enumerate(run)}
    if len(run) == 1:
        return _shared(run, [*behind, *ahead], BEHIND if behind else BEFORE)
    return _shared(run, [*behind, *ahead], IN_ORDER)


def _inside(before: Place, after: Place, free: Free) -> list[Place]:
    """Missing pages between two pages of a paper; backwards when the stack lies backwards."""
    low, high = sorted((before.page, after.page))
    gap = [Place(before.number, page) for page in free[before.number] if low < page < high]
    return gap if before.page < after.page else gap[::-1]


def _behind(before: Place | None, free: Free) -> list[Place]:
    """Missing pages that follow directly on this one."""
    places: list[Place] = []
    while before and before.page + 1 in free[before.number]:
        before = Place(before.number, before.page + 1)
        places.append(before)
    return places


def _ahead(after: Place | None, free: Free) -> list[Place]:
    """Missing pages that lead directly to this one."""
    places: list[Place] = []
    while after and after.page - 1 in free[after.number]:
        after = Place(after.number, after.page - 1)
        places.insert(0, after)
    return places


def _shared(run: Sequence[int], places: Sequence[Place], reason: str) -> dict[int, list[Proposal]]:
    """As many places as pages go in order; otherwise each page may be any of the first few."""
    if len(run) == len(places):
        return {scan: [Proposal(place, reason)] for scan, place in zip(run, places, strict=True)}
    return {scan: [Proposal(place, ONE_OF_THESE, is_likely=False) for place in places[:MOST]] for scan in run}


def _beside(at: int, length: int, behind: Sequence[Place], ahead: Sequence[Place]) -> Iterator[Proposal]:
    """Fewer pages than places: counted from the paper before, and from the paper after."""
    from_end = len(ahead) - length + at
    if at < len(behind):
        yield Proposal(behind[at], BEHIND if len(behind) == 1 else NEAR)
    if from_end >= 0:
        yield Proposal(ahead[from_end], BEFORE if len(ahead) == 1 else NEAR)


def _named(number: str, waiting: int, free: Free, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The code names the paper but not the page: only its missing pages are possible, by neighbours or in order."""
    if own := [proposal for proposal in proposals if proposal.place.number == number and proposal.is_likely]:
        return [Proposal(own[0].place, f"{NAMED}. {own[0].reason}")]
    gaps = free[number]
    if len(gaps) == 1 and waiting == 1:
        return [Proposal(Place(number, gaps[0]), f"{NAMED}; dort fehlt genau diese Seite.")]
    if len(gaps) == waiting:
        return [Proposal(Place(number, gaps[0]), f"{NAMED}; die fehlenden Seiten folgen hier der Reihe nach.")]
    return [Proposal(Place(number, page), f"{NAMED}.", is_likely=False) for page in gaps[:MOST]]


def _only_gap(left: Sequence[int], found: dict[int, list[Proposal]], free: Free) -> None:
    """One page is left without a proposal, and one page is missing in the whole scan."""
    gaps = [Place(number, page) for number, pages in free.items() for page in pages]
    if len(left) == 1 and len(gaps) == 1:
        found[left[0]] = [Proposal(gaps[0], ONLY_GAP)]
