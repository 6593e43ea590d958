"""Scans from before there was evidence: where signing goes on, each gets its row, so that it can be confirmed or rejected."""

from django.db import migrations


def give_rows(apps, schema_editor):
    """One row of evidence for each scan of a version that is issued and not yet signed by all; others are settled."""
    Document = apps.get_model("agreements", "Document")
    Evidence = apps.get_model("agreements", "Evidence")
    open_scans = Document.objects.filter(kind="evidence", version__status="issued", proof__isnull=True)
    for scan in open_scans.order_by("pk"):
        Evidence.objects.create(document=scan, form="paper", findings={})


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_evidence")]

    operations = [migrations.RunPython(give_rows, migrations.RunPython.noop)]
