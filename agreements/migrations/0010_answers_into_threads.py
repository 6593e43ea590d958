"""The one answer that a remark had becomes the first reply of its thread."""

from django.db import migrations


def give_replies(apps, schema_editor):
    """Each answer keeps its person and time."""
    Remark = apps.get_model("agreements", "Remark")
    RemarkReply = apps.get_model("agreements", "RemarkReply")
    for remark in Remark.objects.exclude(answer="").order_by("pk"):
        RemarkReply.objects.create(
            remark=remark, side="district", text=remark.answer, author=remark.answered_by, written_at=remark.answered_at
        )


class Migration(migrations.Migration):
    dependencies = [("agreements", "0009_remark_threads")]

    operations = [migrations.RunPython(give_replies, migrations.RunPython.noop)]
