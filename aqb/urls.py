"""All addresses. Nouns are German; what belongs to an app stands in its own `urls.py`."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("verwaltung/", admin.site.urls),
    path("konto/", include("allauth.account.urls")),
    path("", include("reporting.urls")),
    path("", include("agreements.urls")),
    path("", include("projects.urls")),
]
