"""Addresses of one's own sessions, below /konto/."""

from django.urls import path

from aqb.accounts.session import views as session_views

urlpatterns = [
    path("sitzungen/", session_views.session_list, name="usersessions_list"),
    path("sitzungen/andere-beenden/", session_views.sessions_end_others, name="sessions_end_others"),
    path("sitzungen/<int:pk>/beenden/", session_views.session_end, name="session_end"),
    path("aktiv/", session_views.session_state, name="session_state"),
    path("wieder-da/", session_views.signed_in_again, name="signed_in_again"),
    path("eingaben/verwerfen/", session_views.typed_discard, name="typed_discard"),
]
