"""Who works with the demo: invented people for every role, all with the one password that is printed."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password

from aqb.access import Role
from aqb.models import District, User

PASSWORD = "aqb-demo-2026"  # noqa: S105 - of invented people, on a machine for trying
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Person:
    """An account of the demo; `district` is the official key of a district."""

    email: str
    name: str
    role: Role
    office: str
    district: str = ""
    phone: str = ""


JANA = Person("jana.reinhardt@hmsi.example", "Jana Reinhardt", Role.MINISTRY, "Referat III 4", phone="0611 000-1234")
MIRIAM = Person("miriam.vogt@hmsi.example", "Miriam Vogt", Role.MINISTRY, "Referat III 4", phone="0611 000-1235")
TOBIAS = Person("tobias.heinemann@hmsi.example", "Dr. Tobias Heinemann", Role.MINISTRY_LEAD, "Referatsleitung III 4")
PETRA = Person("petra.lindner@revision.example", "Petra Lindner", Role.AUDITOR, "Innenrevision")
SHOWN = (
    JANA,
    MIRIAM,
    TOBIAS,
    Person("sabine.kroeger@kreis-offenbach.example", "Sabine Kröger", Role.DISTRICT, "Fachdienst Arbeit", "06438"),
    Person("aylin.demir@kreis-offenbach.example", "Aylin Demir", Role.DISTRICT_LEAD, "Fachbereichsleitung", "06438"),
    Person("lena.hartwig@kassel.example", "Lena Hartwig", Role.DISTRICT, "Amt für Arbeitsförderung", "06611"),
    Person("jonas.weidmann@kassel.example", "Jonas Weidmann", Role.DISTRICT_LEAD, "Amtsleitung", "06611"),
    Person("murat.aydin@main-kinzig.example", "Murat Aydin", Role.DISTRICT, "Referat Arbeit", "06435"),
    Person("petra.schoenfeld@main-kinzig.example", "Petra Schönfeld", Role.DISTRICT_LEAD, "Referatsleitung", "06435"),
    Person("martin.feldhaus@rp-kassel.example", "Martin Feldhaus", Role.GRANT_OFFICE, "Dezernat 57"),
    PETRA,
    Person("nils.oppermann@betrieb.example", "Nils Oppermann", Role.NONE, "Betrieb der Anwendung"),
)


@dataclass(frozen=True)
class Place:
    """What the demo invents for a district: its weight in the budget and who acts and signs for it."""

    ags: str
    weight: int
    lead: str
    signatories: tuple[tuple[str, str], ...]


def places() -> dict[str, Place]:
    """Official key -> invented facts, from the table beside this file."""
    with (FOLDER / "districts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["ags"]: Place(row["ags"], int(row["weight"]), row["lead"], _signatories(row)) for row in rows}


def _signatories(row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    pairs = ((row["signatory"], row["office"]), (row["second"], row["second_office"]))
    return tuple(pair for pair in pairs if pair[0])


def email_of_lead(ags: str) -> str:
    """The address of the lead in districts whose people are not listed one by one."""
    return f"leitung.{ags}@kreis.example"


def everybody() -> list[Person]:
    """All accounts: the listed ones, and a lead for each other district, without whom nobody could submit there."""
    listed = {person.district for person in SHOWN}
    leads = [
        Person(email_of_lead(place.ags), place.lead, Role.DISTRICT_LEAD, "Fachbereichsleitung", place.ags)
        for place in places().values()
        if place.ags not in listed
    ]
    return [*SHOWN, *leads]


def create() -> None:
    """Make the accounts. The password is hashed once: hashing is slow on purpose, and it is the same for all."""
    hashed = make_password(PASSWORD)
    districts = {district.ags: district for district in District.objects.all()}
    for person in everybody():
        user = User(
            email=person.email,
            name=person.name,
            role=person.role,
            office=person.office,
            phone=person.phone,
            district=districts.get(person.district),
            is_superuser=person.role == Role.NONE,
            password=hashed,
        )
        user.full_clean()
        user.save()


def user(person: Person) -> User:
    """The stored account."""
    return User.objects.get(email=person.email)


def exist() -> bool:
    """Whether the demo has been built in this database: people and everything else come in one transaction."""
    return User.objects.filter(email=JANA.email).exists()
