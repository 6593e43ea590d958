"""People, districts and ministries; invitations and deputies."""

import hashlib
from datetime import date, timedelta
from typing import Any

from aqb import clock
from aqb.access import DISTRICT, Role
from aqb.models import Deputy, District, Draft, Invitation, Ministry, User
from tests import factories as make

PASSWORD = "Streuobstwiese-2026"
TOKEN = "Schluessel-aus-der-Mail"


def district(**fields: Any) -> District:
    """A county with all its grammatical forms; `sort_name` alone gives a name and forms of its own."""
    number = District.objects.count() + 1
    sort_name = fields.pop("sort_name", f"Musterland {number}")
    forms = {
        "nominative": f"der Landkreis {sort_name}",
        "genitive": f"des Landkreises {sort_name}",
        "dative": f"dem Landkreis {sort_name}",
        "accusative": f"den Landkreis {sort_name}",
        "locative": f"im Landkreis {sort_name}",
        "short_nominative": "der Landkreis",
        "short_genitive": "des Landkreises",
        "short_dative": "dem Landkreis",
        "short_accusative": "den Landkreis",
        "pronoun": "er",
        "possessive": "sein",
    }
    defaults = {
        "ags": f"06{900 + number}",
        "name": f"Landkreis {sort_name}",
        "sort_name": sort_name,
        "kind": District.Kind.COUNTY,
        "region": "Darmstadt",
        "seat": "Musterstadt",
        "valid_from": date(2000, 1, 1),
    }
    return District.objects.create(**{**defaults, **forms, **fields})


def ministry(**fields: Any) -> Ministry:
    """The ministry in force since 2000; without keywords the one that is there already (only one fits a time)."""
    if not fields and (known := Ministry.objects.last()):
        return known
    defaults = {
        "short_name": "HMSI",
        "name": "Hessisches Ministerium für Soziales und Integration",
        "nominative": "das Hessische Ministerium für Soziales und Integration",
        "genitive": "des Hessischen Ministeriums für Soziales und Integration",
        "dative": "dem Hessischen Ministerium für Soziales und Integration",
        "accusative": "das Hessische Ministerium für Soziales und Integration",
        "minister": "Kai Beispiel",
        "minister_office": "Staatsminister",
        "seat": "Wiesbaden",
        "valid_from": date(2000, 1, 1),
    }
    return Ministry.objects.create(**{**defaults, **fields})


def user(role: str = Role.MINISTRY, district: District | None = None, **fields: Any) -> User:
    """A person with the role and PASSWORD; district roles get a new district unless one is given."""
    number = User.objects.count() + 1
    if role in DISTRICT and district is None:
        district = make.district()
    fields = {"email": f"person-{number}@example.org", "name": f"Person {number}", **fields}
    row = User(role=role, district=district, **fields)
    row.set_password(PASSWORD)
    row.save()
    return row


def operator(**fields: Any) -> User:
    """The operator: a superuser without a role."""
    return user(role="", is_superuser=True, **fields)


def person(role: str, district: District | None = None) -> User:
    """The one person of that role and district; made when there is none."""
    return User.objects.filter(role=role, district=district).first() or user(role, district)


def deputy(lead: User | None = None, colleague: User | None = None, **fields: Any) -> Deputy:
    """Somebody who stands in for a lead from today for a week; both of the same new district unless given."""
    lead = lead or user(Role.DISTRICT_LEAD)
    own = Role.MINISTRY if lead.role == Role.MINISTRY_LEAD else Role.DISTRICT
    today = clock.today()
    defaults = {
        "lead": lead, "deputy": colleague or user(own, lead.district), "valid_from": today,
        "valid_to": today + timedelta(days=7), "created_at": clock.now(), "created_by": lead,
    }  # fmt: skip
    return Deputy.objects.create(**{**defaults, **fields})


def invitation(token: str = TOKEN, **fields: Any) -> Invitation:
    """An open invitation that the link with `token` opens; by a lead to a colleague of the own district unless given."""
    by = fields.pop("invited_by", None) or user(Role.DISTRICT_LEAD)
    number = Invitation.objects.count() + 1
    now = clock.now()
    defaults = {
        "email": f"neu-{number}@example.org", "name": f"Neue Person {number}", "role": Role.DISTRICT,
        "district": by.district, "invited_at": now, "invited_by": by, "expires_at": now + timedelta(days=14),
        "token_digest": hashlib.sha256(token.encode()).hexdigest(),
    }  # fmt: skip
    return Invitation.objects.create(**{**defaults, **fields})


def draft(person: User, page: str, **fields: Any) -> Draft:
    """What somebody has typed on a page and not sent."""
    now = clock.now()
    given = {"title": "Projekt ohne Titel", "fields": "title=Neu", "begun_at": now, "saved_at": now}
    return Draft.objects.create(**{"person": person, "page": page, **given, **fields})
