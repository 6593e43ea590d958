"""Who may do what: the whole policy on one screen.

Rows come through `visible_to(user)`; what a role may do with a row is asked here, by button, view, action and admin
alike. The answer is None (allowed) or the German sentence that says why not and who can.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from aqb import circumstances, freshness

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
AUDIT = MINISTRY | {Role.AUDITOR}
# Whose lead a person may stand in for: the role of the colleague -> the role of the lead.
LEAD_OF = {
    Role.MINISTRY: Role.MINISTRY_LEAD, Role.MINISTRY_LEAD: Role.MINISTRY_LEAD,
    Role.DISTRICT: Role.DISTRICT_LEAD, Role.DISTRICT_LEAD: Role.DISTRICT_LEAD,
}  # fmt: skip
# Whom somebody may invite; the operator everybody ("" is the operator, here and as who is invited).
INVITES = {
    Role.MINISTRY: DISTRICT_LEAD, Role.MINISTRY_LEAD: DISTRICT_LEAD, Role.DISTRICT_LEAD: frozenset({Role.DISTRICT}),
    Role.NONE: frozenset(Role) - {Role.NONE},
}  # fmt: skip


@dataclass(frozen=True)
class Verb:
    """What it is, who may do it (district roles only for their own district), and what everybody else reads.

    `fresh`: the last login must not be older than `freshness.FRESH`. `in_person`: no deputy does it. `not_who`: four
    eyes, who may not do it after all; the action asks `same_person`.
    """

    what: str
    roles: frozenset[Role]
    otherwise: str
    operator: bool = False
    fresh: bool = False
    in_person: bool = False
    not_who: str = ""


# What the first part of a verb's name is about, in the order of the page /rechte/.
AREAS = {
    "vintage": "Budgetjahrgang", "lines": "Budgetjahrgang", "distribution": "Budgetjahrgang",
    "wording": "Vertragstext",
    "version": "Zielvereinbarung", "signatory": "Zielvereinbarung", "evidence": "Zielvereinbarung",
    "scans": "Zielvereinbarung", "remark": "Zielvereinbarung", "project": "Projekte und Träger",
    "provider": "Projekte und Träger", "strategy": "Strategie und Dialog", "dialogue": "Strategie und Dialog",
    "person": "Personen", "deputy": "Personen", "user": "Personen", "history": "Prüfung und Betrieb",
    "case_file": "Prüfung und Betrieb", "downloads": "Prüfung und Betrieb", "health": "Prüfung und Betrieb",
    "reference": "Prüfung und Betrieb", "back_office": "Prüfung und Betrieb", "page_text": "Prüfung und Betrieb",
    "barrier": "Prüfung und Betrieb",
}  # fmt: skip
VERBS = {
    "vintage.keep": Verb("Budgetjahrgänge planen", MINISTRY, "Budgetjahrgänge plant nur das Ministerium."),
    "vintage.open": Verb("Budgetjahrgänge eröffnen", MINISTRY, "Einen Budgetjahrgang eröffnet nur das Ministerium."),
    "lines.keep": Verb("Ansätze festlegen", MINISTRY, "Die Ansätze legt nur das Ministerium fest."),
    "distribution.read": Verb(
        "Verteilungen nachvollziehen", AUDIT, "Wie Zuweisungen berechnet sind, sehen nur Ministerium und Prüfung."
    ),
    "wording.keep": Verb("Vertragstexte pflegen", MINISTRY, "Den Vertragstext pflegt nur das Ministerium."),
    "wording.release": Verb(
        "Vertragstexte freigeben", LEAD, "Den Vertragstext gibt nur die Referatsleitung des Ministeriums frei.",
        not_who="wer den Text zuletzt geändert hat",
    ),
    "version.submit": Verb("einreichen", DISTRICT_LEAD, "Einreichen kann nur die Leitung der Gebietskörperschaft."),
    "version.return": Verb("zurückgeben", MINISTRY, "Zurückgeben kann nur das Ministerium."),
    "version.unlock": Verb(
        "nach der Rückgabe weitere Felder zur Bearbeitung freigeben", MINISTRY,
        "Felder zur Bearbeitung freigeben kann nur das Ministerium.",
    ),
    "version.approve": Verb(
        "freigeben", LEAD, "Freigeben kann nur die Referatsleitung des Ministeriums.", fresh=True,
        not_who="wer die Fassung vorbereitet oder eingereicht hat",
    ),
    "version.remind": Verb("an Fristen erinnern", MINISTRY, "Erinnern kann nur das Ministerium."),
    "version.issue": Verb("ausfertigen", MINISTRY, "Ausfertigen kann nur das Ministerium.", fresh=True),
    "signatory.keep": Verb(
        "Unterzeichnende festlegen", MINISTRY | DISTRICT, "Das legen nur die Gebietskörperschaft und das Ministerium fest."
    ),
    "evidence.upload": Verb(
        "Belege hochladen", MINISTRY | DISTRICT, "Belege laden nur die Gebietskörperschaft und das Ministerium hoch."
    ),
    "scans.assign": Verb("Sammelscans zuordnen", MINISTRY, "Sammelscans ordnet nur das Ministerium zu."),
    "version.sign": Verb("Unterschriften erfassen", MINISTRY, "Unterschriften erfasst nur das Ministerium."),
    "version.seal": Verb(
        "Unterschriften bestätigen und besiegeln", MINISTRY, "Unterschriften bestätigt nur das Ministerium.", fresh=True,
        not_who="wer die Unterschrift erfasst oder den Beleg hochgeladen hat",
    ),
    "version.publish": Verb("veröffentlichen", MINISTRY, "Veröffentlichen kann nur das Ministerium."),
    "version.withdraw": Verb("zurückziehen", MINISTRY, "Zurückziehen kann nur das Ministerium."),
    "version.terminate": Verb("beenden", MINISTRY, "Beenden kann nur das Ministerium."),
    "version.amend": Verb(
        "eine Änderung beginnen", MINISTRY | DISTRICT_LEAD,
        "Eine Änderung beginnen nur die Leitung der Gebietskörperschaft und das Ministerium.",
    ),
    "remark.write": Verb("Anmerkungen schreiben", MINISTRY, "Anmerkungen schreibt nur das Ministerium."),
    "remark.answer": Verb("auf Anmerkungen antworten", DISTRICT, "Antworten kann nur die Gebietskörperschaft."),
    "remark.close": Verb("Anmerkungen erledigen", MINISTRY, "Eine Anmerkung erledigt nur das Ministerium."),
    "project.keep": Verb(
        "Projekte erfassen", MINISTRY | DISTRICT, "Projekte erfassen nur die Gebietskörperschaft und das Ministerium."
    ),
    "provider.keep": Verb(
        "Träger pflegen", MINISTRY | DISTRICT, "Träger pflegen nur die Gebietskörperschaft und das Ministerium."
    ),
    "strategy.keep": Verb(
        "Strategien pflegen", MINISTRY | DISTRICT, "Die Strategie pflegen nur Gebietskörperschaft und Ministerium."
    ),
    "dialogue.keep": Verb(
        "Zielsteuerungsdialoge festhalten", MINISTRY, "Zielsteuerungsdialoge hält nur das Ministerium fest."
    ),
    "person.keep": Verb(
        "Personen einladen, stilllegen, zurückholen", MINISTRY | DISTRICT_LEAD,
        "Personen laden nur die Leitung der Gebietskörperschaft, das Ministerium und der Betrieb ein.",
        operator=True, fresh=True,
    ),
    "deputy.name": Verb(
        "eine Vertretung bestimmen", LEAD | DISTRICT_LEAD, "Eine Vertretung bestimmt nur die Leitung selbst.", fresh=True,
        in_person=True,
    ),
    "user.keep": Verb(
        "Rollen ändern", frozenset(), "Personen verwaltet nur der Betrieb der Anwendung.", operator=True, fresh=True
    ),
    "history.read": Verb("den gesamten Verlauf lesen", AUDIT, "Den gesamten Verlauf lesen nur Ministerium und Prüfung."),
    "case_file.fetch": Verb("Fallakten abrufen", AUDIT, "Fallakten rufen nur Ministerium und Prüfung ab."),
    "downloads.read": Verb("das Abrufprotokoll lesen", AUDIT, "Das Abrufprotokoll lesen nur Ministerium und Prüfung."),
    "health.read": Verb(
        "den Betriebszustand sehen", AUDIT, "Den Betriebszustand sehen Betrieb, Ministerium und Prüfung.", operator=True
    ),
    "reference.keep": Verb("Stammdaten pflegen", MINISTRY, "Stammdaten pflegt nur das Ministerium.", operator=True),
    "page_text.keep": Verb(
        "Texte der öffentlichen Seiten pflegen", MINISTRY,
        "Die Texte der öffentlichen Seiten pflegen nur das Ministerium und der Betrieb.", operator=True,
    ),
    "barrier.answer": Verb(
        "gemeldete Barrieren beantworten", MINISTRY, "Gemeldete Barrieren beantworten nur Ministerium und Betrieb.",
        operator=True,
    ),
    "back_office.enter": Verb(
        "die Verwaltung öffnen", MINISTRY, "Die Verwaltung steht nur dem Ministerium offen.", operator=True
    ),
}  # fmt: skip


def why_not(user: Person, verb: str, district: "District | None" = None) -> str | None:
    """None when `user` may do `verb` (for `district`, where it is about one), else the German reason.

    Raises KeyError for a verb that stands in no row: an action without a rule is a mistake of ours.
    """
    rule = VERBS[verb]
    if not user.is_authenticated or not user.is_active:
        return "Bitte melden Sie sich an."
    if user.is_superuser:
        return None if rule.operator else f"{rule.otherwise} Der Betrieb entscheidet nicht in der Sache."
    if user.role not in rule.roles and represented(user, verb) is None:
        return rule.otherwise
    if user.role in DISTRICT and (district is None or district.pk != user.district_id):
        return "Das ist nur für die eigene Gebietskörperschaft möglich."
    return None


def represented(user: Person, verb: str) -> "User | None":
    """The lead in whose place `user` may do `verb` today, or None where the own role is enough or nobody is represented."""
    roles = VERBS[verb].roles
    if user.role in roles or VERBS[verb].in_person or LEAD_OF.get(user.role) not in roles:
        return None
    return next((one.lead for one in user.standing_in), None)


def require(user: Person, verb: str, district: "District | None" = None) -> None:
    """Raise Refused (403) with the reason unless `user` may do `verb`.

    Raises freshness.LoginTooOld where the verb asks for a fresh login and the session's is older. Whoever stands in for
    a lead is recorded together with the lead.
    """
    if reason := why_not(user, verb, district):
        raise Refused(reason, status=403)
    if VERBS[verb].fresh:
        freshness.demand()
    if lead := represented(user, verb):
        circumstances.on_behalf_of(lead)


def same_person(user: Person, *prepared: "User | None", verb: str = "") -> str | None:
    """Four eyes: the reason why `user` may not decide on what they prepared themselves, or None.

    With `verb`, nor may whoever does it in the place of a lead who prepared it.
    """
    lead = represented(user, verb) if verb else None
    if lead and any(person is not None and person.pk == lead.pk for person in prepared):
        return (
            f"Vier-Augen-Prinzip: Sie vertreten {lead}; von dort stammt dieser Stand. "
            "Bitte lassen Sie eine andere Person freigeben."
        )
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
