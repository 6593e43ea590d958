"""What can be done to several agreements at once: the words of the bar below the list, and of the page before it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agreements import checks
from agreements.actions import reminders
from agreements.views.step_words import WORDS


@dataclass(frozen=True)
class Offer:
    """One thing to do to a selection. `states` are those of the screen in which it fits (none: in all).

    `verb` stands in aqb.access; `refusals` says why it cannot be done to a version.

    The words: the button while nobody knows how many (without a script), for one, for several; what it does to a row.
    """

    key: str
    states: frozenset[str]
    verb: str
    button: str
    one: str
    many: str
    does: str = ""
    consequences: tuple[str, ...] = ()
    refusals: Callable[[Any, Any], list[str]] = field(default=lambda version, by: [])

    def counted(self, number: int) -> str:
        """`4 Zielvereinbarungen ausfertigen`."""
        return self.one if number == 1 else self.many.replace("#", str(number))

    @property
    def fits(self) -> str:
        """The states as the page hands them to its script."""
        return " ".join(sorted(self.states))


ISSUE = Offer(
    "issue", frozenset({"approved"}), "version.issue", "Auswahl ausfertigen …", "1 Zielvereinbarung ausfertigen",
    "# Zielvereinbarungen ausfertigen", "wird ausgefertigt", tuple(WORDS["issue"].consequences),
    lambda version, by: checks.refusals(version, "issue", by),
)  # fmt: skip
REMIND = Offer(
    "remind", frozenset({"draft", "returned", "issued"}), "version.remind", "Auswahl erinnern …",
    "1 Gebietskörperschaft erinnern", "# Gebietskörperschaften erinnern", "wird erinnert",
    (
        "Alle mit einem Konto der Gebietskörperschaft erhalten eine Nachricht mit dem nächsten Schritt und der Frist.",
        "An dieselbe Sache wird an einem Tag nur einmal erinnert.",
    ),
    reminders.refusals,
)  # fmt: skip
EXPORT = Offer(
    "export", frozenset(), "vintage.keep", "Auswahl herunterladen", "1 Zeile herunterladen", "# Zeilen herunterladen"
)
# In the order of the bar; the last one is what people come for.
OFFERS = (EXPORT, REMIND, ISSUE)
