"""All addresses. Nouns are German; what belongs to an app stands in its own `urls.py`."""

from django.contrib import admin
from django.urls import include, path

import aqb.addresses  # noqa: F401  registers <ags:…> before the apps use it
from aqb.accounts.sign_on import views as sign_on_views
from aqb.accounts.sign_on.oidc import PROVIDER

urlpatterns = [
    path("verwaltung/", admin.site.urls),
    path("konto/", include("aqb.accounts.session.urls")),
    path("konto/anmeldedienst/", sign_on_views.start, name="sign_on"),
    path("konto/anmeldedienst/erneut/", sign_on_views.again, name="sign_on_again"),
    path("konto/anmeldedienst/zurueck/", sign_on_views.back, {"provider_id": PROVIDER}, name="openid_connect_callback"),
    path("konto/", include("aqb.accounts.urls")),  # with allauth's own
    path("", include("aqb.accounts.staff.urls")),
    path("auftraege/", include("aqb.work.urls")),
    path("", include("aqb.page_texts.urls")),
    path("", include("aqb.drafts.urls")),
    path("", include("reporting.urls")),
    path("", include("agreements.urls")),
    path("", include("projects.urls")),
]

handler400 = "aqb.errors.not_understood"
handler429 = "aqb.attempts.too_often"  # allauth asks for this name
handler500 = "aqb.errors.broken"
