"""Who may do what: the whole policy on one screen.

Rows come through `visible_to(user)`; what a role may do with a row is asked here, by button, view, action and admin
alike. The answer is None (allowed) or the German sentence that says why not and who can.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from aqb.models import District, User

# The signed-in User or Django's AnonymousUser: pages hand over whoever asks.
type Person = Any


class Refused(Exception):
    """A step that is not possible now; `reasons` are German sentences that say why and what to do."""

    def __init__(self, *reasons: str, status: int = 409) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
        self.status = status


class Role(models.TextChoices):
    """What a person is in the programme; the operator of the application has none."""

    MINISTRY = "ministry", "Ministerium"
    MINISTRY_LEAD = "ministry_lead", "Ministerium, Referatsleitung"
    DISTRICT = "district", "Gebietskörperschaft"
    DISTRICT_LEAD = "district_lead", "Gebietskörperschaft, Leitung"
    GRANT_OFFICE = "grant_office", "Regierungspräsidium Kassel"
    AUDITOR = "auditor", "Prüfung"
    NONE = "", "Betrieb (keine Fachrolle)"


SENTENCES = {
    Role.MINISTRY: "Plant Budgets, pflegt den Vertragstext, prüft, fertigt aus, erfasst Unterschriften, veröffentlicht.",
    Role.MINISTRY_LEAD: "Darf alles, was das Ministerium darf, und gibt frei, was eine andere Person vorbereitet hat.",
    Role.DISTRICT: "Erfasst Projekte, beantwortet Anmerkungen, lädt Dokumente hoch: nur für das eigene Gebiet.",
    Role.DISTRICT_LEAD: "Darf alles, was die Gebietskörperschaft darf, und reicht in ihrem Namen ein.",
    Role.GRANT_OFFICE: "Sieht alle Zielvereinbarungen; Bescheide, Mittelabrufe und Nachweise folgen.",
    Role.AUDITOR: "Liest alles, lädt Dokumente herunter, ändert nichts.",
    Role.NONE: "Verwaltet Personen und Einstellungen; gibt nie frei, unterzeichnet und entscheidet nie.",
}

MINISTRY = frozenset({Role.MINISTRY, Role.MINISTRY_LEAD})
DISTRICT = frozenset({Role.DISTRICT, Role.DISTRICT_LEAD})
SEES_ALL = MINISTRY | {Role.GRANT_OFFICE, Role.AUDITOR}
LEAD, DISTRICT_LEAD = frozenset({Role.MINISTRY_LEAD}), frozenset({Role.DISTRICT_LEAD})


@dataclass(frozen=True)
class Verb:
    """Who may do it (district roles only for their own district), and what everybody else reads."""

    roles: frozenset[Role]
    otherwise: str
    operator: bool = False


_MINISTRY_ONLY = "Das kann nur das Ministerium."
VERBS = {
    "vintage.keep": Verb(MINISTRY, "Budgetjahrgänge plant nur das Ministerium."),
    "vintage.open": Verb(MINISTRY, "Einen Budgetjahrgang eröffnet nur das Ministerium."),
    "wording.keep": Verb(MINISTRY, "Den Vertragstext pflegt nur das Ministerium."),
    "wording.release": Verb(LEAD, "Den Vertragstext gibt nur die Referatsleitung des Ministeriums frei."),
    "reference.keep": Verb(MINISTRY, "Stammdaten pflegt nur das Ministerium.", operator=True),
    "back_office.enter": Verb(MINISTRY, "Die Verwaltung steht nur dem Ministerium offen.", operator=True),
    "user.keep": Verb(frozenset(), "Personen verwaltet nur der Betrieb der Anwendung.", operator=True),
    "lines.keep": Verb(MINISTRY, "Die Ansätze legt nur das Ministerium fest."),
    "project.keep": Verb(MINISTRY | DISTRICT, "Projekte erfassen nur die Gebietskörperschaft und das Ministerium."),
    "provider.keep": Verb(MINISTRY | DISTRICT, "Träger pflegen nur die Gebietskörperschaft und das Ministerium."),
    "signatory.keep": Verb(MINISTRY | DISTRICT, "Das legen nur die Gebietskörperschaft und das Ministerium fest."),
    "strategy.keep": Verb(MINISTRY | DISTRICT, "Die Strategie pflegen nur Gebietskörperschaft und Ministerium."),
    "version.submit": Verb(DISTRICT_LEAD, "Einreichen kann nur die Leitung der Gebietskörperschaft."),
    "version.return": Verb(MINISTRY, "Zurückgeben kann nur das Ministerium."),
    "version.approve": Verb(LEAD, "Freigeben kann nur die Referatsleitung des Ministeriums."),
    "version.issue": Verb(MINISTRY, "Ausfertigen kann nur das Ministerium."),
    "version.sign": Verb(MINISTRY, "Unterschriften erfasst nur das Ministerium."),
    "evidence.upload": Verb(MINISTRY | DISTRICT, "Belege laden nur die Gebietskörperschaft und das Ministerium hoch."),
    "scans.assign": Verb(MINISTRY, "Sammelscans ordnet nur das Ministerium zu."),
    "version.publish": Verb(MINISTRY, "Veröffentlichen kann nur das Ministerium."),
    "version.withdraw": Verb(MINISTRY, "Zurückziehen kann nur das Ministerium."),
    "version.terminate": Verb(MINISTRY, "Beenden kann nur das Ministerium."),
    "version.amend": Verb(
        MINISTRY | DISTRICT_LEAD, "Eine Änderung beginnen nur die Leitung der Gebietskörperschaft und das Ministerium."
    ),
    "remark.write": Verb(MINISTRY, "Anmerkungen schreibt nur das Ministerium."),
    "remark.answer": Verb(DISTRICT, "Antworten kann nur die Gebietskörperschaft."),
    "remark.close": Verb(MINISTRY, "Eine Anmerkung erledigt nur das Ministerium."),
    "dialogue.keep": Verb(MINISTRY, "Zielsteuerungsdialoge hält nur das Ministerium fest."),
    "health.read": Verb(
        MINISTRY | {Role.AUDITOR}, "Den Betriebszustand sehen Betrieb, Ministerium und Prüfung.", operator=True
    ),
    "downloads.read": Verb(MINISTRY | {Role.AUDITOR}, "Das Abrufprotokoll lesen nur Ministerium und Prüfung."),
}


def why_not(user: Person, verb: str, district: "District | None" = None) -> str | None:
    """None when `user` may do `verb` (for `district`, where it is about one), else the German reason.

    Raises KeyError for a verb that stands in no row: an action without a rule is a mistake of ours.
    """
    rule = VERBS[verb]
    if not user.is_authenticated or not user.is_active:
        return "Bitte melden Sie sich an."
    if user.is_superuser:
        return None if rule.operator else f"{rule.otherwise} Der Betrieb entscheidet nicht in der Sache."
    if user.role not in rule.roles:
        return rule.otherwise
    if user.role in DISTRICT and (district is None or district.pk != user.district_id):
        return "Das ist nur für die eigene Gebietskörperschaft möglich."
    return None


def require(user: Person, verb: str, district: "District | None" = None) -> None:
    """Raise Refused (403) with the reason unless `user` may do `verb`."""
    if reason := why_not(user, verb, district):
        raise Refused(reason, status=403)


def same_person(user: Person, *prepared: "User | None") -> str | None:
    """Four eyes: the reason why `user` may not decide on what they prepared themselves, or None."""
    if any(person is not None and person.pk == user.pk for person in prepared):
        return "Vier-Augen-Prinzip: Sie haben diesen Stand vorbereitet. Bitte lassen Sie eine andere Person freigeben."
    return None


class VisibleTo(models.QuerySet[Any]):
    """Rows that belong to a district; `district_path` says by which way."""

    district_path = "district"

    def visible_to(self, user: Person) -> Any:
        """All rows for those who see everything, the own district's for district roles, none for anybody else."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser or user.role in SEES_ALL:
            return self.all()
        if user.role in DISTRICT and user.district_id:
            return self.filter(**{self.district_path: user.district_id})
        return self.none()
