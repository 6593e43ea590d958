from django.apps import AppConfig


class AqbConfig(AppConfig):
    name = "aqb"
    verbose_name = "Stellen und Personen"
    default_auto_field = "django.db.models.BigAutoField"
