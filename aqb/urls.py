"""All addresses. Nouns are German; what belongs to an app stands in its own `urls.py`."""

from django.contrib import admin
from django.urls import include, path

import aqb.addresses  # noqa: F401  registers <ags:…> before the apps use it
from aqb.accounts import adapter

urlpatterns = [
    path("verwaltung/", admin.site.urls),
    path("konto/email/", adapter.address_is_kept, name="account_email"),  # before allauth's own
    path("konto/", include("allauth.account.urls")),
    path("", include("reporting.urls")),
    path("", include("agreements.urls")),
    path("", include("projects.urls")),
]

handler400 = "aqb.errors.not_understood"
handler500 = "aqb.errors.broken"
