"""The page /rechte/: what the policy answers, asked of the policy itself. Nothing here is a second list of rights."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from aqb import access, freshness
from aqb.access import DISTRICT, LEAD_OF, Role
from aqb.models import Deputy, District, User

OWN, FOREIGN = 1, 2  # districts of nobody, to ask about
# Their pages ask for a verb of their own beside; of jobs and notices everybody sees their own, whatever the role.
GUARDED = {"agreements.Download", "aqb.Job", "aqb.Notice"}
ORDER = (
    Role.DISTRICT, Role.DISTRICT_LEAD, Role.MINISTRY, Role.MINISTRY_LEAD, Role.GRANT_OFFICE, Role.AUDITOR, Role.NONE,
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A role: its name, its sentence, what else is true of it."""

    role: Role
    title: str
    sentence: str
    facts: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The name for a narrow column: not every browser knows where a German word breaks."""
        return re.sub(r"(Gebiets|Referats|Regierungs)(?=[a-zäöü])", "\\1\u00ad", self.title)


@dataclass(frozen=True)
class Row:
    """Something that can be done: what, with which conditions, and the answer for each role in their order."""

    what: str
    notes: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    title: str
    rows: tuple[Row, ...]
    note: str = ""


def columns() -> list[Column]:
    return [Column(role, title(role), access.SENTENCES[role], tuple(_facts(role))) for role in ORDER]


def title(role: Role) -> str:
    return "Betrieb" if role == Role.NONE else role.label


def areas() -> list[Area]:
    """Everything, reading first; what stands here for nobody, nobody may do."""
    found = list(_reading())
    for name in dict.fromkeys(access.AREAS.values()):
        verbs = [verb for verb in access.VERBS if access.AREAS[verb.partition(".")[0]] == name]
        found.append(Area(name, tuple(_row(verb) for verb in verbs)))
    return found


def sensitive() -> list[str]:
    """What asks for a fresh login."""
    return [rule.what for rule in access.VERBS.values() if rule.fresh]


def four_eyes() -> list[tuple[str, str]]:
    """What a second person does, and who may not."""
    return [(rule.what, rule.not_who) for rule in access.VERBS.values() if rule.not_who]


def minutes() -> int:
    """How old a fresh login may be."""
    return freshness.FRESH // 60


def _row(verb: str) -> Row:
    rule = access.VERBS[verb]
    notes = []
    if rule.fresh:
        notes.append("frische Anmeldung")
    if rule.not_who:
        notes.append("zweite Person")
    return Row(rule.what, tuple(notes), tuple(_answer(role, verb) for role in ORDER))


def _answer(role: Role, verb: str) -> str:
    """`ja`, `eigene`, `in Vertretung` or `nein`."""
    for person, words in ((_person(role), ""), (_person(role, deputy=True), "in Vertretung")):
        if access.why_not(person, verb, District(pk=FOREIGN)) is None:
            return words or "ja"
        if access.why_not(person, verb, District(pk=OWN)) is None:
            return words or "eigene"
    return "nein"


def _person(role: Role, *, deputy: bool = False) -> User:
    """Somebody with that role who is in no database; as deputy, their own lead's today."""
    district = OWN if role in DISTRICT else None
    person = User(role=role, is_superuser=role == Role.NONE, district_id=district)
    lead = LEAD_OF.get(role) if deputy else None
    standing_in = [Deputy(lead=User(role=lead, district_id=district), deputy=person)] if lead else []
    person.__dict__["standing_in"] = standing_in  # what the property would read
    return person


def _reading() -> Iterator[Area]:
    """The tables whose rows come by `visible_to`, those with the same answers together."""
    names: dict[tuple[str, ...], set[str]] = {}
    for model in apps.get_models():
        if hasattr(model._default_manager, "visible_to") and model._meta.label not in GUARDED:
            answers = tuple(_reads(role, model) for role in ORDER)
            names.setdefault(answers, set()).add(str(model._meta.verbose_name_plural))
    for answers, tables in names.items():
        yield Area("Lesen", (Row("lesen", (), answers),), ", ".join(sorted(tables, key=str.casefold)))


def _reads(role: Role, model: type[Model]) -> str:
    """What the rule gives that role of a table: all rows, those of the own district, or none."""
    rows = cast("Any", model._default_manager).visible_to(_person(role))
    if rows.query.is_empty():
        return "nein"
    return "eigene" if rows.query.where else "ja"


def _facts(role: Role) -> Iterator[str]:
    if role in LEAD_OF:
        lead = "eine andere Leitung" if LEAD_OF[role] == role else "eine Leitung"
        yield f"Kann {lead} der eigenen Stelle für einen Zeitraum vertreten; im Verlauf stehen beide Namen."
    if invited := [title(other) for other in ORDER if other in access.INVITES.get(role, ())]:
        yield f"Lädt ein: {'; '.join(invited)}."
    if (role or "operator") in settings.SECOND_FACTOR:
        yield "Meldet sich mit zweitem Faktor an."
    else:
        yield "Kann einen zweiten Faktor einrichten."
