"""The table in which attempts are counted (CACHES in aqb/settings.py), as `createcachetable` would make it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("aqb", "0002_evidence")]

    operations = [
        migrations.RunSQL(
            [
                """
                CREATE TABLE aqb_cache (
                    cache_key varchar(255) NOT NULL PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamp with time zone NOT NULL
                )
                """,
                "CREATE INDEX aqb_cache_expires ON aqb_cache (expires)",
            ],
            "DROP TABLE aqb_cache",
        )
    ]
