"""What the public pages still need: contact data, a look at the project's own texts, answers to reported barriers."""

from django.conf import settings
from django.db.models import Count, Q

from aqb.barriers.actions import late_before
from aqb.models import BarrierReport, PageText
from aqb.page_texts import texts

type State = tuple[str, str, tuple[tuple[str, str], ...]]


def state() -> State:
    """State, sentence and facts for the page /betrieb/, see `aqb.health.Part`."""
    reports = BarrierReport.objects.filter(answered_at=None)
    late_ones = Q(reported_at__lt=late_before())
    number, late = reports.aggregate(number=Count("pk"), late=Count("pk", filter=late_ones)).values()
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
