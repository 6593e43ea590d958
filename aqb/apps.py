from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class AqbConfig(AppConfig):
    name = "aqb"
    verbose_name = "Stellen und Personen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from aqb import health_check  # noqa: F401 - registers its checks
        from aqb.seal import check  # noqa: F401 - registers its checks


class BackOfficeConfig(AdminConfig):
    """Django's admin with our own site, which asks aqb.access instead of Django's permissions."""

    default_site = "aqb.back_office.site.BackOffice"


class StaticFiles(StaticFilesConfig):
    """Static files for browsers: the paper's stylesheet is for the press only, its fonts lie outside the served folder."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "document.css"]
