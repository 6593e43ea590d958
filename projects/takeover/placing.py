"""Putting placeholders where an old contract names its district, ministry, vintage, amount and sections.

What is replaced is set aside under a mark at once, so that no later rule finds it again. The check that the filled
text equals the original stands elsewhere; here only doubts are noted.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from agreements.placeholders import BY_NAME, CAPITAL, CASES, has_capital
from aqb.models import District, Ministry
from aqb.money import euro_words

MARK, END = "\ue000", "\ue001"
ACCUSATIVE_AFTER = frozenset(["durch", "für", "gegen", "ohne", "um"])
GENITIVE_AFTER = frozenset(
    ["aufgrund", "einschließlich", "innerhalb", "mithilfe", "seitens", "während", "wegen", "zugunsten"]
)
DATIVE_AFTER = frozenset(["aus", "bei", "gegenüber", "in", "mit", "nach", "seit", "von", "zu", "zwischen"])
CONTRACTIONS = "vom|zum|zur|beim|am"
OFFICE = "Regierungspräsidium Kassel"  # names a place, never a party
YEARS_TOGETHER = re.compile(r"\b(?:19|20)\d{2}\s*(?:bis|und|[-–/])\s*(?:zum\s)?(?:(?:19|20)\d{2}|\d{2})\b")
DATES = re.compile(r"\b\d{1,2}\. ?(?:\d{1,2}\. ?|[A-ZÄÖÜ][a-zä]+ )\d{4}\b")
# "§ 44 LHO", "§§ 23, 44 LHO", "§ 5 Abs. 2 SGB II": paragraphs of laws, which have names with several capitals.
LAW = re.compile(
    r"§§?\s?\d+[a-z]?(?:,\s?\d+[a-z]?)*(?:\s(?:und|bis)\s\d+[a-z]?)?(?:\s(?:Abs\.|Absatz|Satz|Nr\.|Nummer)\s?\d+)*"
    r"\s(?:[A-ZÄÖÜ]\w*[A-ZÄÖÜ]\w*|de[rs]\s\w+(?:gesetz|ordnung)\w*)"
)
REFERENCE = re.compile(r"§ ?(\d{1,2})(?![\d,])")
PRONOUNS = re.compile(r"\b(?:er|sein(?:e[rmns]?)|ihr(?:e[rmns]?))\b")


@dataclass
class Placing:
    """Replaces names by placeholders; `doubts` collects German sentences about what could not be placed."""

    district: District
    ministry: Ministry
    others: Iterable[District]
    year: int
    amount: Decimal
    keys: Mapping[int, str]  # printed number of a section -> its key
    doubts: list[str] = field(default_factory=list)
    _kept: list[str] = field(default_factory=list)

    def placed(self, text: str, escape: Callable[[str], str] = str) -> str:
        """The text with placeholders; `escape` takes their markup from what people wrote."""
        self._kept = []
        for rule in (self._laws, self._other_districts, self._ministry, self._district, self._sections, self._numbers):
            text = rule(text)
        self._doubt_pronouns(text)
        text = escape(text)
        return re.sub(f"{MARK}(\\d+){END}", lambda found: self._kept[int(found[1])], text)

    def _keep(self, text: str) -> str:
        self._kept.append(text)
        return f"{MARK}{len(self._kept) - 1}{END}"

    def _put(self, name: str, found: str) -> str:
        """A mark for the placeholder, with its capital variant where the text begins with one."""
        one = BY_NAME.get(name)
        capital = CAPITAL if one and has_capital(one) and found[0].isupper() else ""
        return self._keep(f"{{{name}{capital}}}")

    def _forms(self, text: str, source: District | Ministry, prefix: str, start: str = "") -> str:
        """Replace the grammatical forms of `source`, the longest first."""
        names: dict[str, list[str]] = {}
        for case, attribute in CASES.items():
            if form := getattr(source, start + attribute):
                names.setdefault(form, []).append(case)
        for form in sorted(names, key=len, reverse=True):
            text = self._form(text, form, names[form], prefix)
        return text

    def _form(self, text: str, form: str, cases: list[str], prefix: str) -> str:
        return _spelled(form).sub(lambda found: self._put(f"{prefix} {_case(cases, found)}", found[0]), text)

    def _ministry(self, text: str) -> str:
        text = self._forms(text, self.ministry, "Ressort")
        text = _spelled(self.ministry.name, exact=True).sub(lambda found: self._put("Ressort", found[0]), text)
        return _spelled(self.ministry.short_name, exact=True).sub(
            lambda found: self._put("Ressort kurz", found[0]), text
        )

    def _district(self, text: str) -> str:
        text = self._leave(text, re.compile(OFFICE), doubt=False)
        name = re.escape(self.district.name)
        text = self._leave(text, re.compile(rf"\b(?:{CONTRACTIONS}) {name}(?!\w)"))
        text = _spelled(self.district.locative).sub(lambda found: self._put("im Gebiet", found[0]), text)
        text = self._forms(text, self.district, "Gebiet")
        text = _spelled(self.district.name, exact=True).sub(lambda found: self._put("Gebiet", found[0]), text)
        noun = self.district.short_nominative.split()[-1]
        text = self._leave(text, re.compile(rf"\b(?:{CONTRACTIONS}|im) {noun}(?!\w)"))
        text = self._forms(text, self.district, "Gebiet kurz", "short_")
        plain = re.compile(rf"(?<![\w-]){re.escape(self.district.sort_name)}(?![\w-])")
        return self._leave(text, plain)

    def _other_districts(self, text: str) -> str:
        for other in self.others:
            forms = {getattr(other, case) for case in (*CASES.values(), "locative", "name")} - {""}
            for form in sorted(forms, key=len, reverse=True):
                text = self._leave(text, _spelled(form))
        return text

    def _laws(self, text: str) -> str:
        return self._leave(text, LAW, doubt=False)

    def _sections(self, text: str) -> str:
        def reference(found: re.Match[str]) -> str:
            if key := self.keys.get(int(found[1])):
                return self._keep(f"{{§ {key}}}")
            self.doubts.append(f"„{found[0]}“ ist kein Abschnitt dieses Vertrags und bleibt fester Text.")
            return self._keep(found[0])

        return REFERENCE.sub(reference, text)

    def _numbers(self, text: str) -> str:
        """The amount, then the vintage; dates and spans of years are neither."""
        text = re.sub(
            rf"(?<![\d.]){re.escape(euro_words(self.amount))}(?!\w)", lambda found: self._keep("{Betrag}"), text
        )
        for pattern in (YEARS_TOGETHER, DATES):
            text = pattern.sub(self._span, text)
        return re.sub(rf"(?<![\w.,/]){self.year}(?![\w]|[.,/–-]\d)", lambda found: self._keep("{Jahrgang}"), text)

    def _span(self, found: re.Match[str]) -> str:
        if str(self.year) in found[0]:
            self.doubts.append(f"„{found[0]}“ enthält das Jahr des Jahrgangs und bleibt fester Text.")
        return self._keep(found[0])

    def _leave(self, text: str, pattern: re.Pattern[str], *, doubt: bool = True) -> str:
        """Set aside what must stay as it is."""

        def kept(found: re.Match[str]) -> str:
            if doubt:
                self.doubts.append(f"„{found[0]}“ bleibt fester Text: Dafür gibt es keinen passenden Platzhalter.")
            return self._keep(found[0])

        return pattern.sub(kept, text)

    def _doubt_pronouns(self, text: str) -> None:
        own = ("sein", "er") if self.district.pronoun == "er" else ("ihr",)
        for found in PRONOUNS.finditer(text):
            if found[0].startswith(own) and f"{MARK}" in text[: found.start()]:
                around = " ".join(text[found.start() :].split()[:3]).split(MARK)[0].strip()
                self.doubts.append(f"„{around}“ bleibt fester Text; bitte prüfen, ob das Gebiet gemeint ist.")


def _spelled(form: str, *, exact: bool = False) -> re.Pattern[str]:
    """The form as a word of its own; its first letter in either case unless `exact`."""
    words = r"\s".join(re.escape(word) for word in form.split())
    if not exact:
        first = form[0]
        words = f"[{first.lower()}{first.upper()}]{words[1:]}"
    return re.compile(rf"(?<![\w-]){words}(?!\w|-\w)")


def _case(cases: list[str], found: re.Match[str]) -> str:
    """Which of several cases that look the same is meant; the word before decides."""
    if len(cases) == 1:
        return cases[0]
    before = re.findall(r"[\w]+", found.string[: found.start()])[-1:]
    word = before[0] if before and not found.string[: found.start()].rstrip().endswith((".", "!", "?")) else ""
    if "Akkusativ" in cases:
        return "Akkusativ" if word.casefold() in ACCUSATIVE_AFTER else "Nominativ"
    if word.casefold() in DATIVE_AFTER:
        return "Dativ"
    return "Genitiv" if word[:1].isupper() or word in GENITIVE_AFTER else "Dativ"
