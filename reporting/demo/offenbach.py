"""The nine projects of Landkreis Offenbach: titles from its published contract of 2023, everything else invented."""

from decimal import Decimal

from agreements.models import AgreementVersion
from aqb.models import User
from projects.actions import save_project, save_provider
from projects.models import ProjectEntry, Provider
from reporting.demo.projects import Idea, fields

JOBLESS, WELFARE = ("SGB II", "SGB III"), ("SGB II", "SGB VIII")
YOUNG, REFUGEES, PARENTS = (
    ("not-yet-trainable",),
    ("migration", "not-yet-trainable"),
    ("single-parents", "family-carers"),
)
PROVIDERS = (
    ("Lernwerk Rhein-Main gGmbH", "Dreieich", False),
    ("Handwerkshof Rodgau gGmbH", "Rodgau", False),
    ("Jugendhilfeverein Dreieich e. V.", "Dreieich", False),
    ("Kreis Offenbach (eigene Durchführung)", "Dietzenbach", True),
)
TEXTS = {
    "Joblinge": "Junge Menschen ohne Ausbildungsplatz arbeiten sechs Monate in Gruppen und Betrieben und werden dabei "
    "von Freiwilligen begleitet.",
    "Wege in die Pflege": "Eltern und pflegende Angehörige bereiten sich in Teilzeit auf eine Ausbildung in der Pflege vor.",
    "Partizipation konkret": "Zugewanderte lernen Betriebe des Kreises kennen und sprechen dort von Anfang an Deutsch.",
    "Heranführung an Ausbildung und EQ": "Jugendliche holen Schulstoff nach und gehen in eine Einstiegsqualifizierung.",
    "Chance Handwerk": "Junge Menschen ohne Ausbildungsplatz erproben sich in vier Gewerken und werden beim Übergang in "
    "eine betriebliche Ausbildung begleitet.",
    "Rückenwind": "Schulmüde Jugendliche finden in kleinen Gruppen zurück in einen geregelten Tag.",
    "Jugendaktiv VII": "Junge Menschen in der Jugendhilfe arbeiten an eigenen Vorhaben und planen ihren Weg in Ausbildung.",
    "Partizipation": "Geflüchtete werden beraten und in Praktika vermittelt.",
    "BASS": "Fachkräfte der Beratung bilden sich in vier Modulen weiter und werten gemeinsam Fälle aus.",
}


def _idea(title: str, provider: int, places: int, circles: tuple[str, ...], groups: tuple[str, ...]) -> Idea:
    category = "WB" if title == "BASS" else "AV"
    part_time = groups == PARENTS
    return Idea(
        category, title, provider, 0, places, "migration" in groups, part_time, circles, groups, TEXTS[title]
    )  # fmt: skip


IDEAS = (
    _idea("Joblinge", 0, 40, JOBLESS, YOUNG),
    _idea("Wege in die Pflege", 0, 18, JOBLESS, PARENTS),
    _idea("Partizipation konkret", 3, 18, ("SGB II", "AsylbLG"), REFUGEES),
    _idea("Heranführung an Ausbildung und EQ", 3, 36, JOBLESS, YOUNG),
    _idea("Chance Handwerk", 1, 24, JOBLESS, YOUNG),
    _idea("Rückenwind", 2, 20, WELFARE, ("school-avoidance",)),
    _idea("Jugendaktiv VII", 2, 28, WELFARE, ("youth-welfare",)),
    _idea("Partizipation", 3, 16, ("SGB II", "AsylbLG"), REFUGEES),
    _idea("BASS", 3, 30, (), ()),
)
# Euro by line in the order of IDEAS. 2023 uses everything; in the current vintage 67.400 Euro are still free.
SHARES: dict[int, dict[str, tuple[int, ...]]] = {
    2023: {
        "regel": (222_000, 91_500, 138_400, 196_000, 184_200, 149_400, 165_500, 98_900, 55_500),
        "teilzeit": (0, 55_000, 0, 0, 0, 0, 0, 0, 0),
    },
    2026: {
        "regel": (210_000, 87_500, 78_400, 186_000, 164_200, 148_900, 157_500, 46_000, 55_500),
        "teilzeit": (0, 55_000, 0, 0, 0, 0, 0, 0, 0),
        "sprache": (0, 0, 50_000, 0, 0, 0, 0, 50_000, 0),
    },
}


def provide(by: User) -> list[Provider]:
    """The providers of the nine projects."""
    district = by.district
    assert district is not None  # noqa: S101 - a lead of a district always has one
    return [save_provider(district=district, name=name, city=city, own=own, by=by) for name, city, own in PROVIDERS]


def enter(version: AgreementVersion, providers: list[Provider], by: User) -> list[ProjectEntry]:
    """Enter the nine projects with the amounts of the version's vintage."""
    vintage = version.agreement.budget_year
    lines = {line.key: line.pk for line in vintage.lines.all()}
    return [
        save_project(
            version=version,
            fields=fields(idea, vintage.year, providers),
            shares={
                (lines[key], vintage.first_cash_year): Decimal(amounts[at])
                for key, amounts in SHARES[vintage.year].items()
            },
            by=by,
        )
        for at, idea in enumerate(IDEAS)
    ]
