"""How the application is doing: everything that it stands on, each with one sentence for people.

Nothing here waits long for a service that does not answer, and nothing raises: a fault is what the page is for.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import number_format
from django_tasks_db.models import DBTaskResult

from aqb import clock, database_rights, seal, virus
from aqb.accounts.sign_on import oidc, single_sign_on
from aqb.files import store
from aqb.models import HistoryLink, User
from aqb.notices import care as mail_care
from aqb.page_texts import care
from aqb.screens import NBSP
from aqb.stored import ArchiveCheck
from aqb.templatetags.aqb import figure
from aqb.work import survivors

CHECK_EVERY = timedelta(days=8)  # the archive is read every week, and cron may be a day late
CHAIN_EVERY = timedelta(days=2)  # a link is made every day, and cron may be late
WAITS_LONG = timedelta(minutes=10)  # a job begins within seconds unless others stand before it
SOON = timedelta(days=60)  # an authority's certificate takes weeks to replace
SHOWN = 10  # findings of each kind on the page


@dataclass(frozen=True)
class Part:
    """One thing that the application stands on. `state` is good, notice, bad, or off: not set up, which is no fault."""

    key: str
    title: str
    state: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def needs_care(self) -> bool:
        return self.state in ("notice", "bad")


def parts() -> list[Part]:
    """Everything, in the order of the page."""
    services = [database(), storage(), jobs(), archive(), scanner(), official_seal(), trust_roots(), sign_on()]
    return [*services, history_chain(), history_guard(), public_pages(), mails()]


def database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    where = connection.settings_dict["HOST"] or "/"
    facts = (
        ("Version", f"PostgreSQL {version.split()[0]}"),
        ("Ort", "Rechner dieser Anwendung" if where.startswith("/") else where),
        ("Größe", filesizeformat(size)),
    )
    return Part("datenbank", "Datenbank", "good", "Die Datenbank antwortet.", facts)


def storage() -> Part:
    state = store().state()
    facts = (("Ort", state.place), *state.facts)
    name = "Speicher für Dokumente"
    if state.problem:
        return Part("speicher", name, "bad", state.problem, facts)
    if state.warning:
        return Part("speicher", name, "notice", state.warning, facts)
    return Part("speicher", name, "good", "Dokumente lassen sich ablegen und lesen.", facts)


def jobs() -> Part:
    """Who works at what people have started, and how much waits."""
    name = "Aufträge im Hintergrund"
    workers = len(survivors.living())
    waiting = DBTaskResult.objects.ready().aggregate(number=Count("pk"), oldest=Min("enqueued_at"))
    number, oldest = waiting["number"], waiting["oldest"]
    facts: tuple[tuple[str, str], ...] = (("Worker", str(workers)), ("Wartende Schritte", str(number)))
    if oldest:
        facts = (*facts, ("Wartet am längsten", f"seit {_moment(oldest)}"))
    if not workers:
        text = "Kein Worker arbeitet. Was gestartet wird, bleibt liegen, bis »manage.py work« läuft."
        return Part("auftraege", name, "bad" if number else "notice", text, facts)
    if oldest and clock.now() - oldest > WAITS_LONG:
        text = "Es wartet mehr, als die Worker schaffen, oder sie hängen. Mehr Worker helfen: AQB_TASK_WORKERS."
        return Part("auftraege", name, "notice", text, facts)
    return Part("auftraege", name, "good", "Die Worker arbeiten ab, was gestartet wird.", facts)


def mails() -> Part:
    """Whether what waits in the outbox also leaves (aqb/notices)."""
    return Part("mails", "E-Mails", *mail_care.state())


def archive() -> Part:
    """The last reading of the whole store. The page shows its findings beside."""
    last = ArchiveCheck.objects.first()
    name = "Prüfung des Archivs"
    if last is None:
        text = "Das Archiv wurde noch nie geprüft. Der Befehl »manage.py verify_archive« soll jede Woche laufen."
        return Part("archiv", name, "notice", text)
    seconds = max(0.1, (last.finished_at - last.started_at).total_seconds())
    facts = (
        ("Zuletzt geprüft", f"{_moment(last.finished_at)}, in {number_format(seconds, 1)} Sekunden"),
        ("Gelesen", f"{figure(last.files)} Dateien, {filesizeformat(last.bytes)}"),
        ("Abweichungen", f"{last.missing} fehlend, {last.changed} verändert, {last.orphaned} herrenlos"),
    )
    if last.missing or last.changed:
        text = "Im Archiv fehlen Dateien, oder sie haben sich verändert. Bitte aus der Sicherung wiederherstellen."
        return Part("archiv", name, "bad", text, facts)
    if last.orphaned:
        text = "Alle Dokumente sind da und unverändert. Daneben liegen Dateien, die zu keinem Dokument gehören."
        return Part("archiv", name, "notice", text, facts)
    if clock.now() - last.finished_at > CHECK_EVERY:
        text = "Die letzte Prüfung war gut, liegt aber länger als eine Woche zurück."
        return Part("archiv", name, "notice", text, facts)
    return Part("archiv", name, "good", "Alle Dokumente sind da und unverändert.", facts)


def findings() -> list[tuple[str, str, list[dict[str, str]], int]]:
    """What the last check found: label, tone, the first findings, and how many more there are."""
    last = ArchiveCheck.objects.first()
    if last is None:
        return []
    kinds = (("missing", "Fehlt", "danger"), ("changed", "Verändert", "danger"), ("orphaned", "Herrenlos", "warning"))
    found = ((label, tone, last.findings.get(kind, []), getattr(last, kind)) for kind, label, tone in kinds)
    return [(label, tone, kept[:SHOWN], number - len(kept[:SHOWN])) for label, tone, kept, number in found if number]


def scanner() -> Part:
    name = "Virenscanner"
    if not settings.CLAMD:
        return Part(
            "virenscanner",
            name,
            "off",
            "Es ist keiner eingerichtet; was hochgeladen wird, prüft niemand auf Schadsoftware.",
        )
    facts = (("Ort", settings.CLAMD),)
    try:
        version = virus.version()
    except virus.Silent:
        text = "Der Virenscanner antwortet nicht. Bis er es tut, wird nichts angenommen, was jemand hochlädt."
        return Part("virenscanner", name, "bad", text, facts)
    return Part("virenscanner", name, "good", "Er prüft alles, was hochgeladen wird.", (*facts, ("Version", version)))


def official_seal() -> Part:
    state = seal.describe()
    facts = [
        ("Siegel", state.subject),
        ("Ausgestellt von", state.issuer),
        ("Gültig bis", f"{timezone.localtime(state.valid_until):%d.%m.%Y}" if state.valid_until else ""),
        ("Quelle", state.source if state.kind == "official" else ""),
        ("Zeitstempeldienst", state.time_stamps or ("keiner" if state.subject else "")),
        ("Stufe", state.level),
    ]
    shown = tuple(fact for fact in facts if fact[1])
    if state.kind == "none":
        return Part(
            "siegel", "Siegel", "off" if len(state.problems) == 1 else "notice", " ".join(state.problems), shown
        )
    if state.problems:
        return Part("siegel", "Siegel", "notice" if state.subject else "bad", " ".join(state.problems), shown)
    if state.kind == "test":
        text = "Reinschriften tragen das Testsiegel dieser Installation; es hat keine rechtliche Wirkung."
        return Part("siegel", "Siegel", "good", text, shown)
    return Part("siegel", "Siegel", "good", "Reinschriften tragen das Organisationssiegel.", shown)


def trust_roots() -> Part:
    name = "Vertrauensstellen"
    folder: Path | None = settings.TRUST_ROOTS
    if folder is None:
        text = "Es sind keine hinterlegt; wer elektronisch unterzeichnet hat, gilt als nicht bestätigt."
        return Part("vertrauen", name, "off", text)
    facts: tuple[tuple[str, str], ...] = (("Ordner", str(folder)),)
    try:
        expiries, unreadable = _certificates(folder)
    except OSError:
        return Part("vertrauen", name, "bad", "Der Ordner der Zertifikate lässt sich nicht lesen.", facts)
    if unreadable:
        text = f"Diese Dateien enthalten kein lesbares Zertifikat: {', '.join(unreadable)}."
        return Part("vertrauen", name, "bad", text, facts)
    if not expiries:
        return Part("vertrauen", name, "bad", "Der Ordner enthält keine Zertifikate.", facts)
    facts = (*facts, ("Zertifikate", f"{len(expiries)}, das erste läuft am {min(expiries):%d.%m.%Y} ab"))
    if min(expiries) < clock.now() + SOON:
        return Part("vertrauen", name, "notice", "Ein Zertifikat läuft bald ab oder ist abgelaufen.", facts)
    return Part("vertrauen", name, "good", "Elektronische Unterschriften werden daran gemessen.", facts)


def sign_on_service() -> Part:
    """The sign-on service itself, asked over the net."""
    name = "Anmeldedienst"
    if settings.SIGN_ON is None:
        return Part("anmeldedienst", name, "off", "Es ist keiner eingerichtet; alle melden sich mit Passwort an.")
    facts = (("Name", settings.SIGN_ON.name), ("Ort", settings.SIGN_ON.server))
    try:
        oidc.describe()
    except oidc.Fault as fault:
        return Part("anmeldedienst", name, "bad", str(fault), facts)
    return Part("anmeldedienst", name, "good", "Der Anmeldedienst antwortet.", facts)


def sign_on() -> Part:
    """The sign-on service, and whom it knows otherwise than we do."""
    found = sign_on_service()
    refused = single_sign_on.refusals() if found.state == "good" else []
    if not refused:
        return found
    people = User.objects.in_bulk([one.user for one in refused if one.user])
    named = tuple(
        (_moment(one.at), f"{people.get(one.user or 0, 'Unbekannte Person')}: {one.text}") for one in refused[:SHOWN]
    )
    number = "wurde eine Anmeldung" if len(refused) == 1 else f"wurden {len(refused)}{NBSP}Anmeldungen"
    text = f"{found.text} In den letzten 30{NBSP}Tagen {number} abgelehnt."
    return replace(found, state="notice", text=text, facts=(*found.facts, *named))


def history_chain() -> Part:
    """The last link of the chain over the history (aqb/chain)."""
    last = HistoryLink.objects.first()
    name = "Kette über den Verlauf"
    if last is None:
        text = "Der Verlauf ist noch nicht verkettet. Der Befehl »manage.py chain_history« soll jeden Tag laufen."
        return Part("kette", name, "notice", text)
    facts = (("Letztes Glied", f"Nummer {last.number} vom {_moment(last.made_at)}"), ("Prüfwert", last.digest))
    if clock.now() - last.made_at > CHAIN_EVERY:
        text = "Das letzte Kettenglied ist älter als zwei Tage. Was seither geschah, ist noch nicht verkettet."
        return Part("kette", name, "notice", text, facts)
    return Part("kette", name, "good", "Der Verlauf ist verkettet; wer ihn nachträglich ändert, fällt auf.", facts)


def history_guard() -> Part:
    """Triggers that stand, and a role in the database that cannot switch them off (aqb/database_rights.py)."""
    name = "Schutz des Verlaufs"
    if faulty := database_rights.faulty_triggers():
        facts = (("Betroffen", "; ".join(faulty[:SHOWN])),)
        return Part("schutz", name, "bad", "In der Datenbank fehlen Trigger, oder sie sind abgeschaltet.", facts)
    excesses = database_rights.excesses()
    if not excesses:
        text = "Die Trigger stehen, und die Anwendung darf sie in der Datenbank nicht abschalten."
        return Part("schutz", name, "good", text)
    if settings.PRODUCTION:
        return Part("schutz", name, "notice", " ".join(excesses))
    return Part("schutz", name, "off", "Die Trigger stehen. Im Probebetrieb gehört die Datenbank der Anwendung selbst.")


def public_pages() -> Part:
    """What the ministry and the operator owe the public: texts, contact, answers."""
    return Part("seiten", "Öffentliche Seiten", *care.state())


def _certificates(folder: Path) -> tuple[list[datetime], list[str]]:
    """When each certificate in the folder ends, and the files in which none can be read."""
    from asn1crypto import pem, x509  # only here: most processes never look into a certificate

    expiries, unreadable = [], []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        content = path.read_bytes()
        try:
            blocks = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
            expiries += [x509.Certificate.load(der, strict=True).not_valid_after for der in blocks]
        except ValueError:
            unreadable.append(path.name)
    return expiries, unreadable


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M} Uhr"
