"""One contract text against another, section by section: what is gone, what has come, word by word."""

from collections.abc import Sequence
from dataclasses import dataclass

from agreements.models import Wording, WordingSection
from aqb.differences import Piece, compared

FRAME = {
    "title": "Titel",
    "purpose": "Zweck",
    "land_label": "Über der Unterschrift des Landes",
    "district_label": "Über der Unterschrift der Gebietskörperschaft",
}


@dataclass(frozen=True)
class Compared:
    """A section in both texts. `state`: "changed", "new", "gone" or "same"; `moved`: it stands elsewhere than before."""

    key: str
    title: str
    state: str
    heading: list[Piece]
    text: list[Piece]
    moved: bool = False


@dataclass(frozen=True)
class Comparison:
    """Everything in which two texts differ; sections in the order of the newer one, those that are gone at the end."""

    before: Wording
    frame: list[tuple[str, list[Piece]]]
    sections: list[Compared]

    @property
    def differing(self) -> list[Compared]:
        return [section for section in self.sections if section.state != "same" or section.moved]

    @property
    def same(self) -> int:
        return len(self.sections) - len(self.differing)


def predecessor(wording: Wording) -> Wording | None:
    """The text that this one is compared with unless another is chosen: last year's in force, or the one before."""
    others = Wording.objects.filter(kind=wording.kind).select_related("budget_year")
    earlier = others.released().filter(budget_year__year__lt=wording.budget_year.year)
    same_year = others.filter(budget_year=wording.budget_year, number__lt=wording.number)
    return earlier.order_by("-budget_year__year", "-number").first() or same_year.order_by("-number").first()


def compare(before: Wording, after: Wording) -> Comparison:
    """What changed from one text to the other. Sections are the same when their short names are."""
    old, new = list(before.sections.all()), list(after.sections.all())
    there = {section.key: section for section in old}
    moved = _moved([section.key for section in old], [section.key for section in new])
    sections = [_compared(there.get(section.key), section, moved=section.key in moved) for section in new]
    kept = {section.key for section in new}
    sections += [_compared(section, None) for section in old if section.key not in kept]
    frame = [
        (label, compared(getattr(before, name), getattr(after, name)))
        for name, label in FRAME.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return Comparison(before, frame, sections)


def _compared(old: WordingSection | None, new: WordingSection | None, *, moved: bool = False) -> Compared:
    shown = new or old
    assert shown is not None  # noqa: S101  # a section stands in at least one of the texts
    if old is None or new is None:
        state = "new" if old is None else "gone"
    else:
        state = "same" if (old.heading, old.text) == (new.heading, new.text) else "changed"
    heading = compared(old.heading if old else "", new.heading if new else "")
    text = compared(old.text if old else "", new.text if new else "")
    return Compared(shown.key, str(shown), state, heading, text, moved)


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Keys whose order among those that stayed has changed: the fewest that explain the new order."""
    before = [key for key in old if key in new]
    after = [key for key in new if key in old]
    lengths: list[list[str]] = []  # the longest run in order that ends at each place
    for at, key in enumerate(after):
        place = before.index(key)
        runs = [lengths[i] for i in range(at) if before.index(after[i]) < place]
        longest: list[str] = max(runs, key=len, default=[])
        lengths.append([*longest, key])
    stayed: list[str] = max(lengths, key=len, default=[])
    return set(after) - set(stayed)
