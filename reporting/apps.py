from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Auswertungen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aqb import daily
        from reporting import reminders

        daily.add(daily.Duty("remind", "Erinnerungen an Fristen", reminders.run))
