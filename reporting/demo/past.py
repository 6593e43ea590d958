"""The demo's past vintages: every agreement signed and published, one of them ended early."""

from dataclasses import replace
from datetime import date, timedelta

from agreements.actions import files, steps
from agreements.models import Agreement, Document, SteeringDialogue
from reporting.demo.cast import Cast, acting, working
from reporting.demo.life import Life
from reporting.demo.money import OFFENBACH

# Month and day of each step; districts follow one another by some days.
CALENDAR: dict[int, dict[str, tuple[int, int]]] = {
    2023: {
        "enter": (3, 6), "submit": (3, 20), "approve": (4, 12), "issue": (7, 24), "sign_land": (8, 8),
        "sign_district": (8, 16), "publish": (9, 20),
    },
    2024: {
        "enter": (3, 4), "submit": (3, 18), "approve": (4, 8), "issue": (4, 22), "sign_land": (5, 6),
        "sign_district": (5, 13), "publish": (6, 3),
    },
    2025: {
        "enter": (3, 3), "submit": (3, 17), "approve": (4, 7), "issue": (4, 22), "sign_land": (5, 7),
        "sign_district": (5, 12), "publish": (6, 2),
    },
}  # fmt: skip
LAGGING = ("submit", "sign_district")  # steps whose day differs from district to district
LONGEST_LAG = 12
TERMINATED = (2024, "06535")
# From the published contract of 2023: who signed it where and when.
CONTRACT = {
    "land": ("Kai Klose", "Staatsminister"),
    "people": (("Carsten Müller", "Kreisbeigeordneter"),),
    "sign_land": date(2023, 8, 8),
    "sign_district": date(2023, 9, 6),
}


def live(life: Life) -> None:
    """Let one agreement of a past vintage go its whole way."""
    agreement = life.version.agreement
    year, ags = agreement.budget_year.year, agreement.district.ags
    lag = timedelta(days=life.number % LONGEST_LAG)
    days = {step: date(year, *day) + (lag if step in LAGGING else timedelta()) for step, day in CALENDAR[year].items()}
    life = replace(life, days=days)
    if (year, ags) == (2023, OFFENBACH):
        life = _as_published(life)
    life.go("publish")
    if (year, ags) == TERMINATED:
        with acting(life.cast.ministry, working(date(year, 10, 14), 11)) as by:
            steps.terminate(
                version=life.version, reason="Die Projekte wurden nicht begonnen; die Mittel fielen zurück.", by=by
            )


def _as_published(life: Life) -> Life:
    days = {step: CONTRACT.get(step, day) for step, day in life.days.items()}
    return replace(life, days=days, land=CONTRACT["land"], people=CONTRACT["people"])  # type: ignore[arg-type]


def look_back(cast: Cast) -> None:
    """What happened afterwards to Offenbach's agreement of 2023: the yearly dialogue, and an auditor who read it."""
    agreement = Agreement.objects.get(budget_year__year=2023, district__ags=OFFENBACH)
    with acting(cast.ministry, working(date(2023, 11, 14), 10)):
        Agreement.objects.filter(pk=agreement.pk).update(reference="III 4 – 55k 0500-0001/2023/019")
        SteeringDialogue.objects.create(
            agreement=agreement,
            held_on=date(2023, 11, 14),
            participants="Jana Reinhardt (HMSI), Aylin Demir und Sabine Kröger (Landkreis Offenbach)",
            progress="Acht von neun Projekten laufen wie geplant; in „Chance Handwerk“ sind noch vier Plätze frei.",
            minutes="Die freien Plätze werden zum zweiten Halbjahr besetzt. Die Projekte werden 2024 fortgesetzt.",
        )
    for month, kind in ((2, Document.Kind.ISSUED), (3, Document.Kind.SIGNED)):
        with acting(cast.auditor, working(date(2024, month, 6), 9)) as by:
            files.fetch(document=agreement.documents.get(kind=kind), by=by)
