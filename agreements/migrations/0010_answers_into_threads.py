"""The one answer that a remark had becomes the first reply of its thread; fields get the name that people read."""

from django.db import migrations

TITLES = {
    "title": "Titel", "category": "Maßnahmenart", "provider": "Träger", "implementation": "Durchführung",
    "starts_on": "Laufzeit", "ends_on": "Laufzeit", "places": "Plätze", "description": "Kurzbeschreibung",
    "target_groups": "Zielgruppen", "legal_circles": "Rechtskreise", "shares": "Betrag",
}  # fmt: skip


def give_replies(apps, schema_editor):
    """Each answer keeps its person and time."""
    Remark = apps.get_model("agreements", "Remark")
    RemarkReply = apps.get_model("agreements", "RemarkReply")
    for remark in Remark.objects.exclude(answer="").order_by("pk"):
        RemarkReply.objects.create(
            remark=remark, side="district", text=remark.answer, author=remark.answered_by, written_at=remark.answered_at
        )
    for name, title in TITLES.items():
        Remark.objects.filter(field=name).update(field_title=title)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0009_remark_threads")]

    operations = [migrations.RunPython(give_replies, migrations.RunPython.noop)]
