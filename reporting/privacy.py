"""What the application stores about people, said in public. docs/privacy.md has the same with tables and commands."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aqb import notices
from aqb.access import why_not
from aqb.page_texts import texts
from aqb.work import forgetting
from projects.models.table_import import KEPT


@dataclass(frozen=True)
class Stored:
    """Something that is stored about people: what, what for, how long, and who sees it."""

    what: str
    purpose: str
    term: str
    readers: str


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Facts about this installation; the law behind them is the ministry's to tell."""
    row = texts.current("datenschutz")
    context = {
        "page_text": row,
        "blocks": texts.shown(row),
        "open_points": texts.to_complete(row),
        "key": row.key,
        "may_keep": why_not(request.user, "page_text.keep") is None,
        "contact": settings.PRIVACY_CONTACT,
        "years": settings.ANONYMISE_AFTER_YEARS,
        "unused": settings.UNUSED_DAYS,
        "accounts": [*_accounts(), *_ways_of_working(), *_arrangements(), *_traces()],
        "contracts": list(_contracts()),
    }
    return render(request, "reporting/privacy.html", context)


def _term() -> str:
    """How long a name stays after its account was closed."""
    years = settings.ANONYMISE_AFTER_YEARS
    if not years:
        return "unbegrenzt; die Frist ist in dieser Installation abgeschaltet"
    return f"bis {years} {'Jahr' if years == 1 else 'Jahre'} nach der Stilllegung des Kontos"


def _minutes() -> str:
    minutes = settings.SESSION_IDLE // 60
    return "1 Minute" if minutes == 1 else f"{minutes} Minuten"


def _accounts() -> list[Stored]:
    return [
        Stored(
            "Name, E-Mail-Adresse, Rolle, Gebietskörperschaft; freiwillig Funktion und Telefon",
            "anmelden, zuständige Person erkennen, Nachrichten schicken",
            _term(),
            "Betrieb, Ministerium und die Leitung des eigenen Gebiets; den Namen auch, wer dieselbe Zielvereinbarung "
            "sehen darf; E-Mail-Adresse und Telefon der zuständigen Person im Ministerium auch deren Gebietskörperschaft",
        ),
        Stored(
            "Passwort (nur als Prüfwert), zweiter Faktor, Verknüpfung mit einem Anmeldedienst",
            "anmelden",
            "bis zur Löschung durch Sie oder den Betrieb, spätestens bis zur Anonymisierung",
            "niemand; Sie sehen auf Ihrer Kontoseite, was eingerichtet ist",
        ),
        Stored(
            "Sitzungen: Beginn, letzte Nutzung, Browser, IP-Adresse ohne ihren letzten Teil",
            "angemeldet bleiben, fremde Anmeldungen erkennen",
            f"bis einen Tag nach dem Ende der Sitzung; sie endet nach {_minutes()} ohne Nutzung, spätestens nach "
            f"{settings.SESSION_LONGEST // 3600} Stunden",
            "nur Sie selbst",
        ),
        Stored(
            "Was Sie absenden, wenn die Sitzung schon zu Ende ist oder jemand anders inzwischen gespeichert hat, ohne Passwörter "
            "und Dateien; dass ein Formular angekommen ist",
            "dort weitermachen, wo Sie waren; nichts doppelt tun",
            "höchstens einen Tag",
            "nur Sie selbst",
        ),
    ]


def _ways_of_working() -> list[Stored]:
    return [
        Stored(
            "Mitteilungen an Sie, E-Mails dazu (ohne Beträge und ohne Ihre Adresse), wie oft Sie E-Mails wünschen, Ihre "
            "Kalenderadresse (nur als Prüfwert)",
            "wissen, was zu tun ist und was geschehen ist",
            f"Mitteilungen {settings.NOTICE_DAYS} Tage, E-Mails {notices.MAILS_AFTER.days} Tage; Wunsch und Kalenderadresse, "
            "bis Sie sie ändern, spätestens bis zur Anonymisierung",
            "nur Sie selbst; Betreff und Stand der E-Mails auch Betrieb und Ministerium. Ihren Kalender liest, wer die "
            "Adresse kennt",
        ),
        Stored(
            "welche Spalten Sie in einer Tabelle sehen wollen",
            "sie überall so zeigen, wo Sie sich anmelden",
            "so lange wie das Konto",
            "nur Sie selbst",
        ),
        Stored(
            "Aufträge: was Sie im Hintergrund haben erledigen lassen und was daraus wurde",
            "weiterarbeiten, während es läuft",
            f"bis {forgetting.JOBS_AFTER.days} Tage nach dem Ende des Auftrags",
            "nur Sie selbst",
        ),
        Stored(
            "Was Sie in Formulare eingeben und noch nicht absenden, ohne Passwörter und Dateien",
            "nichts geht verloren, wenn Netz, Sitzung oder Browser enden",
            f"bis Sie es absenden oder verwerfen, sonst {settings.DRAFT_DAYS} Tage nach der letzten Eingabe",
            "den Inhalt nur Sie selbst; dass Sie an einem Projekt arbeiten, wer das Projekt sehen darf",
        ),
        Stored(
            "Tabellen mit Projekten, die Sie eingelesen und noch nicht übernommen haben: ihre Zeilen und der Name der Datei",
            "zeigen, was übernommen würde, bevor Sie entscheiden",
            f"bis Sie die Tabelle übernehmen oder verwerfen, sonst {KEPT.days} Tage",
            "nur Sie selbst",
        ),
    ]


def _arrangements() -> list[Stored]:
    return [
        Stored(
            "Einladungen: Name, Funktion und E-Mail-Adresse der eingeladenen Person",
            "ein Konto öffnen",
            "angenommen: wie das Konto; sonst ein Jahr nach Ablauf oder Rücknahme",
            "Betrieb und Ministerium; die Leitung des Gebiets, für das eingeladen wurde",
        ),
        Stored(
            "Vertretungen: wer wen von wann bis wann vertritt",
            "nachweisen, wer entscheiden durfte",
            "der Eintrag bleibt; der Name wie beim Konto",
            "Ministerium und die eigene Gebietskörperschaft",
        ),
    ]


def _traces() -> list[Stored]:
    return [
        Stored(
            "Verlauf: wer was wann auf welcher Seite geändert hat",
            "nachweisen, wie eine Zielvereinbarung zustande kam",
            "der Eintrag bleibt, solange es die Zielvereinbarung gibt; der Name wie beim Konto",
            "Ministerium und Prüfung; zur eigenen Zielvereinbarung auch die Gebietskörperschaft",
        ),
        Stored(
            "Abrufe: wer welches Dokument oder welche Fallakte wann heruntergeladen hat",
            "nachweisen, wer ein Dokument hat",
            "wie der Verlauf",
            "Ministerium und Prüfung",
        ),
    ]


def _contracts() -> list[Stored]:
    return [
        Stored(
            "Name, Amt, Ort und Datum der Unterschrift; auf dem Scan die Unterschrift, in elektronisch "
            "unterzeichneten Dateien das Zertifikat",
            "Schriftform des Vertrags, Nachweis der Unterzeichnung",
            "so lange wie der Vertrag; Verträge und Belege werden nicht gelöscht und nicht anonymisiert",
            "Ministerium, Regierungspräsidium, Prüfung, die eigene Gebietskörperschaft; bei veröffentlichten "
            "Zielvereinbarungen steht der Name in der Reinschrift, die alle abrufen können",
        ),
        Stored(
            "Was Menschen in freie Felder schreiben: Anmerkungen, Antworten, Begründungen, Protokolle",
            "Verständigung über die Zielvereinbarung",
            "so lange wie die Zielvereinbarung",
            "wer die Zielvereinbarung sehen darf",
        ),
    ]
