"""Fields that remarks are about get the name that people read, recorded by the history as it is from now on."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

TITLES = {
    "title": "Titel", "category": "Maßnahmenart", "provider": "Träger", "implementation": "Durchführung",
    "starts_on": "Laufzeit", "ends_on": "Laufzeit", "places": "Plätze", "description": "Kurzbeschreibung",
    "target_groups": "Zielgruppen", "legal_circles": "Rechtskreise", "shares": "Betrag",
}  # fmt: skip


def give_names(apps, schema_editor):
    Remark = apps.get_model("agreements", "Remark")
    for name, title in TITLES.items():
        Remark.objects.filter(field=name, field_title="").update(field_title=title)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0011_one_answer_no_more")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="remark", name="remark_stays_as_sent"),
        migrations.RunPython(give_names, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="remark",
            trigger=pgtrigger.compiler.Trigger(
                name="remark_stays_as_sent",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ARRAY['done_at', 'done_by_id'] IS DISTINCT FROM\n                   to_jsonb(NEW) - ARRAY['done_at', 'done_by_id'] THEN\n                    RAISE EXCEPTION USING MESSAGE = 'Was gesagt ist, wird weder geändert noch gelöscht.', ERRCODE = '23514', CONSTRAINT = 'remark_stays_as_sent', HINT = 'aqb';\n                END IF;\n                RETURN NEW;\n                ",
                    hash="2aa06c2afe820320e522c7376adaa7d3b38aaa9f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_remark_stays_as_sent_e6fcc",
                    table="agreements_remark",
                    when="BEFORE",
                ),
            ),
        ),
    ]
