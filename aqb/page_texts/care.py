"""What the public pages still need: contact data, a look at the project's own texts, answers to reported barriers."""

from django.conf import settings

from aqb import clock
from aqb.barriers.actions import TERM
from aqb.models import BarrierReport, PageText
from aqb.page_texts import texts

type State = tuple[str, str, tuple[tuple[str, str], ...]]


def state() -> State:
    """State, sentence and facts for the page /betrieb/, see `aqb.health.Part`."""
    open_reports = BarrierReport.objects.filter(answered_at=None)
    number = open_reports.count()
    late = open_reports.filter(reported_at__lt=clock.now() - TERM).count() if number else 0
    worded = set(PageText.objects.values_list("key", flat=True))
    unread = [known.title for key, known in texts.TEXTS.items() if key not in worded]
    unset = texts.missing_settings()
    facts = tuple(
        fact
        for fact in (
            ("Fehlt in der Umgebung", ", ".join(unset)),
            ("Mustertext, von niemandem geprüft", ", ".join(unread)),
            ("Gemeldete Barrieren ohne Antwort", str(number) if number else ""),
            ("davon länger als sechs Wochen", str(late) if late else ""),
        )
        if fact[1]
    )
    if late:
        return "notice", "Gemeldete Barrieren warten länger als sechs Wochen auf eine Antwort (§ 4 HVBIT).", facts
    if not settings.PRODUCTION:
        return (
            "off",
            "Im Probebetrieb stehen die Mustertexte der Anwendung; im Betrieb verantwortet sie das Ministerium.",
            facts,
        )
    if unset or unread:
        return (
            "notice",
            "Erklärung zur Barrierefreiheit, Impressum und andere öffentliche Seiten sind noch zu ergänzen.",
            facts,
        )
    return "good", "Alle Texte sind geprüft, und keine Meldung wartet länger als sechs Wochen.", facts
