"""The demo's current vintage: one agreement for each thing that people want to try. All days count back from today."""

from dataclasses import replace
from datetime import date, timedelta

from agreements.actions import drafting, evidence, steps, talk
from agreements.models import AgreementVersion, Party
from projects.actions import save_project
from projects.amounts import shares_of
from reporting.demo import electronic
from reporting.demo.cast import acting, working
from reporting.demo.life import WAY, Life, days_until
from reporting.demo.projects import fields, ideas

UNTOUCHED = ("06415", "06636", "06535")  # Hanau, Werra-Meißner, Vogelsberg
# Official key -> last step, how many days ago it was, and percent of the money that is entered.
PLANNED: dict[str, tuple[str, int, int]] = {
    "06431": ("enter", 20, 74),
    "06435": ("enter", 13, 55),
    "06533": ("enter", 9, 78),
    "06433": ("enter", 6, 62),
    "06531": ("submit", 4, 100),
    "06632": ("submit", 1, 98),
    "06413": ("submit", 15, 100),
    "06534": ("approve", 6, 100),
    "06635": ("approve", 1, 100),
    "06434": ("issue", 16, 100),
    "06634": ("sign_district", 2, 100),
    "06611": ("publish", 19, 100),
    "06440": ("publish", 8, 100),
}
PUBLISHED_DAYS_AGO = 38  # agreements of this vintage that something happened to afterwards


def live(life: Life, today: date) -> None:
    """Let one agreement of the current vintage go its way."""
    ags = life.version.agreement.district.ags
    if ags in PLANNED:
        last, days_ago, part = PLANNED[ags]
        replace(life, days=days_until(last, today - timedelta(days=days_ago)), part=part).go(last)
    elif ags in SPECIAL:
        SPECIAL[ags](life, today)


def _published(life: Life, today: date, part: int = 92) -> Life:
    life = replace(life, days=days_until("publish", today - timedelta(days=PUBLISHED_DAYS_AGO)), part=part)
    life.go("publish")
    return life


def _submitted(life: Life, end: date) -> Life:
    life = replace(life, days=days_until("submit", end))
    life.go("submit")
    return life


def returned(life: Life, today: date) -> None:
    """Landkreis Offenbach: given back with two remarks; the district has begun to revise."""
    life = _submitted(life, today - timedelta(days=12))
    backwind = life.version.entries.get(title="Rückenwind")
    trades = life.version.entries.get(title="Chance Handwerk")
    with acting(life.cast.ministry, working(today - timedelta(days=7), 11)) as by:
        for entry, field, title, text in (
            (backwind, "shares", "Betrag", "Warum steigen die Kosten je Platz von 5.800,00 € auf 7.445,00 €?"),
            (
                trades,
                "description",
                "Kurzbeschreibung",
                "Bitte nennen Sie die vier Gewerke. Dann können wir den Text so veröffentlichen.",
            ),
        ):
            talk.write_remark(
                version=life.version, text=text, by=by, project_key=entry.project.uid, project_title=entry.title,
                field=field, field_title=title,
            )  # fmt: skip
        steps.return_to_draft(
            version=life.version,
            unlock="projects",
            resubmit_due=today + timedelta(days=12),
            reason="Die Kosten je Platz in Rückenwind sind gegenüber dem Vorjahr deutlich gestiegen. Bitte begründen "
            "Sie das oder passen Sie den Betrag an. Der Rest ist aus unserer Sicht abgestimmt.",
            by=by,
        )
    with acting(life.cast.enters(life.version.agreement.district), working(today - timedelta(days=3), 10)) as by:
        save_project(version=life.version, entry=trades, fields={"ends_on": None}, shares=shares_of(trades), by=by)


def answered(life: Life, today: date) -> None:
    """Odenwaldkreis: given back, and the remark is answered already."""
    life = _submitted(life, today - timedelta(days=14))
    entry = life.version.entries.all()[0]
    with acting(life.cast.second, working(today - timedelta(days=9), 15)) as by:
        talk.write_remark(
            version=life.version, text="Wie viele Plätze stehen gleichzeitig zur Verfügung?", by=by,
            project_key=entry.project.uid, project_title=entry.title, field="places", field_title="Plätze",
        )  # fmt: skip
        reason = "Bitte klären Sie noch die Zahl der Plätze. Alles andere ist abgestimmt."
        steps.return_to_draft(version=life.version, reason=reason, by=by, unlock="fields")
    with acting(life.cast.leads["06437"], working(today - timedelta(days=5), 9)) as by:
        remark = life.version.remarks.get()
        talk.answer_remark(remark=remark, answer="Es sind 24 Plätze; im Jahr erreichen wir rund 40 Menschen.", by=by)


def resubmitted(life: Life, today: date) -> None:
    """Lahn-Dill-Kreis: given back for two fields of one project, answered, changed and handed in again."""
    life = _submitted(life, today - timedelta(days=16))
    version, district = life.version, life.version.agreement.district
    entry = version.entries.all()[0]
    fields = (("shares", "Betrag", "Wie setzt sich der Betrag zusammen?"),
              ("description", "Kurzbeschreibung", "Bitte nennen Sie die Zahl der Gruppen."))  # fmt: skip
    with acting(life.cast.second, working(today - timedelta(days=11), 14)) as by:
        for field, title, text in fields:
            talk.note_remark(
                version=version, text=text, by=by, project_key=entry.project.uid, project_title=entry.title, field=field,
                field_title=title,
            )  # fmt: skip
        reason = "Zu einem Projekt sind zwei Fragen offen. Der Rest ist aus unserer Sicht abgestimmt."
        steps.return_to_draft(version=version, reason=reason, by=by, unlock="fields")
    with acting(life.cast.enters(district), working(today - timedelta(days=6), 10)) as by:
        answers = ("Die Miete war doppelt gerechnet; der Betrag ist berichtigt.", "Ergänzt.")
        for remark, answer in zip(version.remarks.all(), answers, strict=True):
            talk.answer_remark(remark=remark, answer=answer, by=by)
        shares = {key: amount - 1200 if amount > 10_000 else amount for key, amount in shares_of(entry).items()}
        told = {"places": (entry.places or 0) + 2, "description": f"{entry.description} Es arbeiten drei Gruppen."}
        save_project(version=version, entry=entry, fields=told, shares=shares, by=by)
    with acting(life.cast.leads[district.ags], working(today - timedelta(days=5), 9)) as by:
        steps.submit(version=version, by=by)


def withdrawn(life: Life, today: date) -> None:
    """Wissenschaftsstadt Darmstadt: issued with a wrong amount, taken back; how it goes on is open."""
    life = replace(life, days=days_until("issue", today - timedelta(days=15)))
    life.go("issue")
    with acting(life.cast.ministry, working(today - timedelta(days=5), 16)) as by:
        steps.withdraw(
            version=life.version,
            reason="Die Stadt hat einen Betrag falsch gemeldet; die Zuweisung wird geprüft.",
            by=by,
        )


def followed_up(life: Life, today: date) -> None:
    """Main-Taunus-Kreis: issued, withdrawn, and submitted again as the next version."""
    life = replace(life, days=days_until("issue", today - timedelta(days=30)))
    life.go("issue")
    with acting(life.cast.ministry, working(today - timedelta(days=22), 16)) as by:
        taken_back = steps.withdraw(
            version=life.version, reason="Der Name eines Projekts war falsch geschrieben.", by=by
        )
        copy = drafting.follow_up(version=taken_back, by=by)
    with acting(life.cast.leads["06436"], working(today - timedelta(days=8), 10)) as by:
        steps.submit(version=copy, by=by)


def amended(life: Life, today: date) -> None:
    """Landkreis Kassel: an amendment in work."""
    _amend(_published(life, today), today - timedelta(days=10), "Ein Projekt kommt hinzu.")


def amendment_published(life: Life, today: date) -> None:
    """Stadt Frankfurt am Main: an amendment that both sides have signed and the ministry has published."""
    life = _published(life, today)
    version = _amend(life, today - timedelta(days=24), "Ein Projekt kommt hinzu, weil Mittel frei geblieben sind.")
    days = {step: today - timedelta(days=ago) for step, ago in zip(WAY, (24, 20, 16, 14, 9, 5, 3), strict=True)}
    with acting(life.cast.leads["06412"], working(days["enter"], 11)) as by:
        drafting.choose_signatories(version=version, party=Party.DISTRICT, people=life.people, by=by)
    replace(life, version=version, days=days).go("publish", first="submit")


def proven(life: Life, today: date) -> None:
    """Landeshauptstadt Wiesbaden: the city has uploaded its scan; two people's signatures are to be recorded from it."""
    life = replace(life, days=days_until("sign_district", today - timedelta(days=1)), part=97, looks_true=True)
    life.go("issue")
    life.prove("sign_district", Party.DISTRICT)


def awaiting(life: Life, today: date) -> None:
    """Landkreis Darmstadt-Dieburg: the last signature is recorded; a second person completes the contract."""
    life = replace(life, days=days_until("sign_district", today - timedelta(days=2)), looks_true=True)
    life.go("sign_land")
    life.record("sign_district", Party.DISTRICT, life.prove("sign_district", Party.DISTRICT))


def signed_electronically(life: Life, today: date) -> None:
    """Landkreis Fulda: the district has uploaded the issue with an electronic signature, which nobody has matched yet."""
    life = replace(life, days=days_until("sign_district", today - timedelta(days=4)), part=96, looks_true=True)
    life.go("sign_land")
    district = life.version.agreement.district
    with acting(life.cast.leads[district.ags], working(life.days["sign_district"], 14)) as by:
        moment = working(life.days["sign_district"], 13, 20)
        content = electronic.signed(life.paper(), name=life.people[0][0], organisation=district.name, at=moment)
        evidence.upload(version=life.version, party=Party.DISTRICT, content=content, name="unterzeichnet.pdf", by=by)


def terminated(life: Life, today: date) -> None:
    """Rheingau-Taunus-Kreis: ended before its time."""
    life = _published(life, today)
    with acting(life.cast.ministry, working(today - timedelta(days=9), 12)) as by:
        steps.terminate(
            version=life.version,
            reason="Der Kreis führt die Projekte nicht fort; beide Seiten haben das Ende vereinbart.",
            by=by,
        )


def _amend(life: Life, day: date, reason: str) -> AgreementVersion:
    """Begin an amendment and add a project from the money that is left."""
    ags = life.version.agreement.district.ags
    with acting(life.cast.leads[ags], working(day, 9)) as by:
        version = drafting.amend(agreement=life.version.agreement, reason=reason, by=by)
        idea = next(idea for idea in ideas() if idea.title == "Digital im Beruf")
        line = version.lines.with_totals().select_related("line").get(line__key="regel")
        save_project(
            version=version,
            fields=fields(idea, version.agreement.budget_year.year, life.providers),
            shares={(line.line_id, version.agreement.budget_year.first_cash_year): line.remaining},
            by=by,
        )
    return version


SPECIAL = {
    "06438": returned,
    "06437": answered,
    "06532": resubmitted,
    "06411": withdrawn,
    "06436": followed_up,
    "06633": amended,
    "06412": amendment_published,
    "06439": terminated,
    "06414": proven,
    "06432": awaiting,
    "06631": signed_electronically,
}
