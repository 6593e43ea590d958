"""How a budget line is shared among the districts by a formula: exact, explained to the cent, and provable years later.

Pure: neither database nor forms, no float. Each district gets a base amount and its part of the rest by weighted
indicators, within limits measured by the year before, rounded so that the amounts add up to the line exactly.
"""

from agreements.distribution.formula import Formula, Impossible, Party, Weighted
from agreements.distribution.frozen import calculation_of, thaw
from agreements.distribution.sharing import Distribution, Share, distribute
from agreements.distribution.words import formula_in_words

__all__ = [
    "Distribution", "Formula", "Impossible", "Party", "Share", "Weighted", "calculation_of", "distribute",
    "formula_in_words", "thaw",
]  # fmt: skip
