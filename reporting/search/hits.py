"""One thing that was found, as the page shows it; each kind of row is told here in its own words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from agreements.views.fetching import address
from aqb.full_text import START
from aqb.screens import NBSP, Badge, german_date

SHOWN = 160  # characters of a text in which nothing is marked


@dataclass(frozen=True)
class Hit:
    """Where it leads and what it says; texts carry the marks of `aqb.full_text` around what was found."""

    url: str
    title: str
    facts: list[str]
    passage: str = ""
    version: Any = None
    amount: Decimal | None = None
    badge: Badge | None = None
    note: str = ""


def _passage(marked: str, whole: str) -> str:
    """The passage in which something was found, else how the text begins."""
    if START in marked:
        return f"… {marked} …" if len(whole) > len(marked) else marked
    return whole if len(whole) <= SHOWN else f"{whole[:SHOWN].rsplit(' ', 1)[0]} …"


def _district(row: Any) -> str:
    return str(row.version.agreement.district)


def project(row: Any) -> Hit:
    """A project, as the newest version states it."""
    facts = [_district(row), row.version.agreement.budget_year.title, row.marked_provider or "noch ohne Träger"]
    amount = None if row.amounts_unknown else row.amount
    return Hit(
        reverse("project_detail", args=[row.pk]), row.marked_title, facts,
        _passage(row.marked_description, row.description), version=row.version, amount=amount,
    )  # fmt: skip


def agreement(row: Any) -> Hit:
    """An agreement by its newest version."""
    agreement = row.agreement
    facts = [agreement.district.name, agreement.budget_year.title, row.document_number, agreement.reference]
    title = f"{row.designation} {agreement.budget_year.year}, {agreement.district}"
    return Hit(reverse("version_detail", kwargs=address(row)), title, list(filter(None, facts[2:])) or [
        f"Fassung {row.number}"], version=row)  # fmt: skip


def provider(row: Any) -> Hit:
    """A provider in the list of its district."""
    projects = f"{row.projects}{NBSP}{'Projekt' if row.projects == 1 else 'Projekte'}"
    url = f"{reverse('provider_list')}?q={row.name}&district={row.district.ags}"
    return Hit(url, row.marked_name, list(filter(None, [row.city, projects])), note=str(row.district))


def document(row: Any) -> Hit:
    """A document, at its place on the page of its version."""
    agreement = row.agreement
    facts = [agreement.district.name, agreement.budget_year.title, row.number]
    version = row.version
    place = reverse("version_detail", kwargs=address(version)) if version else reverse(
        "agreement_detail", kwargs={"year": agreement.budget_year.year, "ags": agreement.district.ags})  # fmt: skip
    kind = "PDF" if row.media_type == "application/pdf" else row.get_kind_display()
    return Hit(
        f"{place}#dokumente", row.marked_title, list(filter(None, facts)), _named(row), version=version,
        note=f"{kind}, {german_date(row.created_at)}",
    )  # fmt: skip


def _named(row: Any) -> str:
    """The projects with these words that the document prints."""
    return f"nennt {', '.join(row.named)}" if row.named and row.kind in ("issued", "signed") else ""


OPEN = Badge("Antwort offen", "warning", "warning")
DONE = Badge("Erledigt", "success", "check")
ANSWERED = Badge("Beantwortet", "success", "check")


def remark(row: Any) -> Hit:
    """A remark on the page of its version, with the first reply that speaks of it."""
    badge = DONE if row.done_at else OPEN if row.is_open else ANSWERED
    facts = [f"{row.author.name}, {german_date(row.created_at)}", _district(row), row.project_title]
    url = reverse("version_detail", kwargs=address(row.version))
    said = [f"{one.author.name}: {_passage(one.marked_text, one.text)}" for one in row.speaking[:1]]
    return Hit(
        f"{url}#anmerkungen", _passage(row.marked_text, row.text), list(filter(None, facts)), "".join(said), badge=badge
    )
