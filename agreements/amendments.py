"""What an amendment calls itself, what it changes, and against which version."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from agreements.models import AgreementVersion
from aqb.money import ZERO, euro_words
from aqb.text import long_date

Part = Mapping[str, Any]


def chain(version: AgreementVersion) -> list[AgreementVersion]:
    """The versions that this one changes, from the agreement itself to its base; empty for an agreement."""
    if not version.base_id:
        return []
    known = {one.pk: one for one in version.agreement.versions.prefetch_related("signatures")}
    links: list[AgreementVersion] = []
    following: AgreementVersion = version
    while following.base_id:
        following = known[following.base_id]
        links.append(following)
    return links[::-1]


def running_number(links: list[AgreementVersion]) -> int:
    """1 for the first amendment, whatever number its version has; 0 for the agreement itself."""
    return len(links)


def designation(links: list[AgreementVersion], year: int) -> str:
    """What an amendment refers to: `Zielvereinbarung 2026 vom 15. Mai 2026`, with the last amendment in force."""
    if not links:
        return ""
    name = f"Zielvereinbarung {year}{_dated(links[0])}"
    if len(links) > 1:
        name += f" in der Fassung der {len(links) - 1}. Änderungsvereinbarung{_dated(links[-1])}"
    return name


def _dated(version: AgreementVersion) -> str:
    """A contract between two sides bears the date of the last signature."""
    days = [one.signed_on for one in version.signatures.all()]
    return f" vom {long_date(max(days).isoformat())}" if days else ""


def changes(
    before_lines: Sequence[Part], lines: Sequence[Part], before_categories: Sequence[Part], categories: Sequence[Part]
) -> list[dict[str, str]]:
    """German sentences for what differs between the version in force and this one, in the order of the paper.

    Takes the `lines` and `categories` of a snapshot. Amounts of single projects are not compared: an agreement
    does not print them.
    """
    sentences = [*_money(before_lines, lines), *_projects(before_categories, categories)]
    return [{"text": sentence} for sentence in sentences]


def _money(before: Sequence[Part], now: Sequence[Part]) -> Iterable[str]:
    old = {line["key"]: Decimal(line["amount"]) for line in before}
    new = {line["key"]: Decimal(line["amount"]) for line in now}
    was, total = sum(old.values(), ZERO), sum(new.values(), ZERO)
    if was != total:
        verb = "steigt" if total > was else "sinkt"
        yield f"Der Gesamtbetrag {verb} von {euro_words(was)} auf {euro_words(total)}."
    if len(old.keys() | new.keys()) == 1:
        return  # the only line is the total
    titles = {line["key"]: line["title"] for line in [*before, *now]}
    for key, title in titles.items():
        earlier, later = old.get(key, ZERO), new.get(key, ZERO)
        if earlier == later:
            continue
        if not earlier:
            yield f"{title}: {euro_words(later)} kommen hinzu."
        elif not later:
            yield f"{title}: {euro_words(earlier)} entfallen."
        else:
            yield f"{title}: {euro_words(later)} statt bisher {euro_words(earlier)}."


def _projects(before: Sequence[Part], now: Sequence[Part]) -> Iterable[str]:
    old, new = _by_uid(before), _by_uid(now)
    for uid, (category, title) in new.items():
        if uid not in old:
            yield f"Neu hinzu kommt das Projekt „{title}“ ({category})."
            continue
        earlier_category, earlier_title = old[uid]
        if title != earlier_title:
            yield f"Das Projekt „{earlier_title}“ heißt nun „{title}“."
        if category != earlier_category:
            yield f"Das Projekt „{title}“ gehört nun zu „{category}“, bisher zu „{earlier_category}“."
    for uid, (category, title) in old.items():
        if uid not in new:
            yield f"Das Projekt „{title}“ ({category}) entfällt."


def _by_uid(categories: Sequence[Part]) -> dict[str, tuple[str, str]]:
    return {
        project["uid"]: (category["title"], project["title"])
        for category in categories
        for project in category["projects"]
    }
