from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "Projekte"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aqb import anonymise, daily
        from projects.table import forgetting

        daily.add(daily.Duty("forget_tables", "Eingelesene Tabellen", forgetting.run))
        anonymise.also(forgetting.forget_person)
