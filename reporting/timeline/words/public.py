"""Words for what the public reads and reports: texts of public pages, and barriers."""

from reporting.timeline.words.ground import Seen, Words, quiet


def _barrier(seen: Seen) -> str | None:
    report = f"die gemeldete Barriere Nr. {seen.event.key}"
    if seen.is_new():
        return f"die Barriere Nr. {seen.event.key} gemeldet"
    if seen.filled("answered_at"):
        return f"{report} beantwortet"
    return f"die Antwortadresse zu Barriere Nr. {seen.event.key} gelöscht" if seen.filled("anonymised_at") else None


WORDS = {
    "aqb.PageText": Words(
        "texts",
        lambda seen: f"den Text der Seite „{seen.row['title']}“",
        lambda seen: f" der Seite „{seen.row['title']}“",
        {"title": "den Titel", "body": "den Text"},
        quiet("key", "changed_at", "changed_by_id"),
        labels={"key": "Seite"},
    ),
    "aqb.BarrierReport": Words(
        "basics",
        lambda seen: f"die gemeldete Barriere Nr. {seen.event.key}",
        lambda seen: f" der gemeldeten Barriere Nr. {seen.event.key}",
        {"page": "die Seite", "text": "die Meldung", "answer_to": "die Antwortadresse", "answer": "die Antwort"},
        quiet("reported_at", "answered_at", "answered_by_id", "anonymised_at"),
        deed=_barrier,
    ),
}
