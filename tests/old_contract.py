"""The published contract of 2023 as a text to take over, and what the tests of the takeover share."""

import re
from pathlib import Path
from typing import Any

from agreements.models import Agreement, Allocation, BudgetLine, BudgetYear, Document, Wording
from aqb.models import District
from projects.models import ProjectEntry
from projects.takeover import Taken, take_over

FILE = Path(__file__).parent / "data" / "zielvereinbarung-2023-landkreis-offenbach.txt"
CONTRACT = FILE.read_text(encoding="utf-8")
# The contract of a city: what is left when every form of the district is another one's.
CITY = {
    "im Landkreis Landkreis Offenbach": "in der Stadt Kassel",
    "des Landkreises Offenbach": "der Stadt Kassel",
    "dem Landkreis Offenbach": "der Stadt Kassel",
    "durch den Landkreis Offenbach": "durch die Stadt Kassel",
    "der Landkreis Offenbach": "die Stadt Kassel",
    "Der Landkreis Offenbach": "Die Stadt Kassel",
    "von dem Landkreis": "von der Stadt",
    "Dietzenbach": "Kassel",
    "Kreisbeigeordneter": "Bürgermeister",
    "1.356.400": "1.241.900",
}


def take(text: str = CONTRACT, *, year: int = 2023, ags: str = "06438", **options: Any) -> Taken:
    district = District.objects.get(ags=ags)
    return take_over(original=text.encode(), year=year, district=district, by=options.pop("by", None), **options)


def rows() -> list[int]:
    models = (BudgetYear, BudgetLine, Allocation, Wording, Agreement, ProjectEntry, Document)
    return [model._default_manager.count() for model in models]


def other(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def paragraphs(text: str) -> list[str]:
    """The contract as paragraphs, with its two slips mended; only line breaks within one are joined."""
    text = text.replace("**", "").replace("Landkreis Landkreis Offenbach", "Landkreis Offenbach")
    parts = re.split(r"\n\s*\n|\n(?=- )", text)
    return [" ".join(part.split()) for part in parts if part.split()]
