"""The contract text that a first vintage begins with; the ministry changes it like any other text.

One file per kind beside this one: labels at the top, then one part per section, which begins with `=== key`
(`ohne Paragraf` for a section that is not numbered), its heading lines, a blank line, and its text.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from agreements.actions import wording as wordings
from agreements.models import BudgetYear, Wording
from aqb.models import User

FOLDER = Path(__file__).parent
SECTION = re.compile(r"^=== (?P<key>.+?)(?P<plain> ohne Paragraf)?$", re.MULTILINE)
LABELS = {"title": "Titel", "purpose": "Zweck", "land_label": "Land", "district_label": "Gebiet"}


@dataclass(frozen=True)
class Section:
    """One section as it goes into the wording."""

    key: str
    heading: str
    text: str
    numbered: bool


def labels(kind: Wording.Kind) -> dict[str, str]:
    """What stands around the sections: field of the wording -> text."""
    head = _text(kind).partition("\n===")[0]
    written = dict(line.split(": ", 1) for line in head.splitlines() if line)
    return {field: written[name] for field, name in LABELS.items()}


def sections(kind: Wording.Kind) -> list[Section]:
    """The sections in their order."""
    _, *parts = SECTION.split(_text(kind))
    found = []
    for key, plain, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        heading, _, text = content.strip().partition("\n\n")
        found.append(Section(key, heading, text, numbered=plain is None))
    return found


@transaction.atomic
def write(*, budget_year: BudgetYear, by: User, kind: Wording.Kind = Wording.Kind.AGREEMENT) -> Wording:
    """The default text as a draft of the vintage. Refuses what `create_wording` refuses."""
    wording = wordings.create_wording(budget_year=budget_year, kind=kind, by=by)
    # Sections refer to each other: they are all there before the first reference is checked.
    for section in sections(kind):
        wordings.add_section(
            wording=wording, key=section.key, heading=section.heading, text="", numbered=section.numbered, by=by
        )
    texts = {section.key: section.text for section in sections(kind)}
    for row in wording.sections.all():
        wordings.save_section(section=row, heading=row.heading, text=texts[row.key], by=by)
    return wordings.change_wording(wording=wording, by=by, **labels(kind))


def _text(kind: Wording.Kind) -> str:
    return (FOLDER / f"{kind}.md").read_text(encoding="utf-8")
