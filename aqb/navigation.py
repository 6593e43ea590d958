"""What stands around every page: brand, main navigation by role, footer. No query beyond the person and its district."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from aqb import appearance, clock
from aqb.access import Role, why_not

PEOPLE, HISTORY = ("Personen", "person_list"), ("Verlauf", "history")
MINISTRY = (
    ("Übersicht", "home"),
    ("Jahrgänge", "budget_year_list"),
    ("Zielvereinbarungen", "agreement_list"),
    ("Vertragstexte", "wording_list"),
    PEOPLE,
    HISTORY,
    ("Verwaltung", "admin:index"),
)
DISTRICT = (
    ("Übersicht", "home"),
    ("Zielvereinbarungen", "agreement_list"),
    ("Projekte", "project_list"),
    ("Träger", "provider_list"),
    ("Dokumente", "document_list"),
)
READERS = (
    ("Übersicht", "home"),
    ("Zielvereinbarungen", "agreement_list"),
    ("Dokumente", "document_list"),
)
# § 3 (3) HVBIT: whoever comes to the entrance finds both explanations there, not only at the foot of the page.
PUBLIC = (
    ("Dokument prüfen", "document_verify"),
    ("Leichte Sprache", "plain_language"),
    ("Gebärdensprache", "sign_language"),
)
OPERATORS = (("Übersicht", "home"), PEOPLE, ("Betrieb", "health"), ("Verwaltung", "admin:index"))

# Label and URL name; a page gets its link here when it exists.
FOOTER: tuple[tuple[str, str], ...] = (
    ("Barrierefreiheit", "accessibility"),
    ("Barriere melden", "barrier_report"),
    ("Leichte Sprache", "plain_language"),
    ("Gebärdensprache", "sign_language"),
    ("Datenschutz", "privacy"),
    ("Impressum", "imprint"),
    ("Darstellung", "appearance"),
    ("Dokument prüfen", "document_verify"),
)
# For whoever is signed in, and for whoever keeps the public pages, beside these.
FOOTER_SIGNED_IN: tuple[tuple[str, str], ...] = (("Rechte", "rights"),)
FOOTER_TRIAL: tuple[tuple[str, str], ...] = (("Gesendete E-Mails", "sent_mails"),)  # in production they are sent
FOOTER_KEEPERS: tuple[tuple[str, str], ...] = (
    ("Gemeldete Barrieren", "barrier_list"),
    ("Seitentexte", "page_text_list"),
)


@dataclass(frozen=True)
class Link:
    """An entry of the navigation; `current` marks the section of the page that is shown."""

    label: str
    url: str
    current: bool = False


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "main_navigation": _links(request),
        "footer_links": [Link(label, reverse(name)) for label, name in _footer(request)],
        "sees_health": why_not(getattr(request, "user", AnonymousUser()), "health.read") is None,
        "unread_notices": getattr(getattr(request, "user", None), "unread_notices", 0),
        "at_notices": request.path == reverse("notice_list"),
        "theme": appearance.chosen(request),
        "shown_at": clock.now(),  # printed: a page of paper does not change any more
        "official_site": settings.OFFICIAL_SITE,
        "demo": not settings.PRODUCTION,
    }


def _footer(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return FOOTER
    trial = () if settings.PRODUCTION else FOOTER_TRIAL
    return FOOTER + FOOTER_SIGNED_IN + trial + (FOOTER_KEEPERS if why_not(user, "page_text.keep") is None else ())


def _links(request: HttpRequest) -> list[Link]:
    entries = [(label, reverse(name)) for label, name in _entries(getattr(request, "user", None))]
    here = max((url for _, url in entries if _is_inside(request.path, url)), key=len, default="")
    return [Link(label, url, url == here) for label, url in entries]


def _entries(user: Any) -> tuple[tuple[str, str], ...]:
    """The sections a person works in; for everybody else what is public."""
    if user is None or not user.is_authenticated:
        return PUBLIC
    if user.is_ministry:
        return MINISTRY
    if user.is_district:
        return (*DISTRICT, PEOPLE) if user.role == Role.DISTRICT_LEAD else DISTRICT
    if user.role == Role.AUDITOR:
        return (*READERS, ("Verteilungen", "distribution_list"), HISTORY)
    return READERS if user.role else OPERATORS


def _is_inside(path: str, section: str) -> bool:
    """Whether a page belongs to a section by its address; the overview is only itself."""
    return path == section or (section != reverse("home") and path.startswith(section))
