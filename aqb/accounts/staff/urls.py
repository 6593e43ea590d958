"""Addresses of people: who works here, invitations, deputies."""

from django.urls import path

from aqb.accounts.staff import views

urlpatterns = [
    path("personen/", views.person_list, name="person_list"),
    path("personen/einladen/", views.person_invite, name="person_invite"),
    path("personen/einladungen/<int:pk>/erneut/", views.invitation_resend, name="invitation_resend"),
    path("personen/einladungen/<int:pk>/zuruecknehmen/", views.invitation_revoke, name="invitation_revoke"),
    path("personen/vertretung/", views.deputy_name, name="deputy_name"),
    path("personen/vertretung/<int:pk>/beenden/", views.deputy_end, name="deputy_end"),
    path("personen/<int:pk>/stilllegen/", views.person_close, name="person_close"),
    path("personen/<int:pk>/zurueckholen/", views.person_reopen, name="person_reopen"),
    path("personen/<int:pk>/neues-passwort/", views.person_reset, name="person_reset"),
    path("personen/<int:pk>/zweiter-faktor/", views.person_factors, name="person_factors"),
    path("einladung/<str:token>/", views.invitation_accept, name="invitation_accept"),
]
