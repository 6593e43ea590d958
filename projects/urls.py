from django.urls import path

from agreements.urls import VERSION
from projects import provider_views, views
from projects.continuing import views as continuing
from projects.review import returning, reviewing, unlocking
from projects.table import views as table

PROJECTS = f"{VERSION}projekte/"

urlpatterns = [
    path("projekte/", views.project_list, name="project_list"),
    path(f"{PROJECTS}neu/", views.project_create, name="project_create"),
    path(f"{PROJECTS}uebernehmen/", continuing.project_continue, name="project_continue"),
    path(f"{PROJECTS}tabelle.<str:kind>", table.table_export, name="table_export"),
    path(f"{PROJECTS}vorlage.<str:kind>", table.table_template, name="table_template"),
    path(f"{PROJECTS}einlesen/", table.table_read, name="table_read"),
    path(f"{PROJECTS}einlesen/ergebnis/", table.table_preview, name="table_preview"),
    path(f"{PROJECTS}einlesen/nicht-uebernommen.xlsx", table.table_refused, name="table_refused"),
    path(f"{PROJECTS}einlesen/uebernehmen/", table.table_take, name="table_take"),
    path(f"{PROJECTS}einlesen/verwerfen/", table.table_discard, name="table_discard"),
    path(f"{VERSION}zurueckgeben/", returning.version_return, name="version_return"),
    path(f"{VERSION}pruefung/", reviewing.version_review, name="version_review"),
    path(f"{VERSION}felder-freigeben/", unlocking.version_unlock, name="version_unlock"),
    path("projekte/liste.<format:format>", views.project_table, name="project_table"),
    path("projekte/<int:pk>/", views.project_detail, name="project_detail"),
    path("projekte/<int:pk>/bearbeiten/", views.project_edit, name="project_edit"),
    path("projekte/<int:pk>/entfernen/", views.project_remove, name="project_remove"),
    path("traeger/", provider_views.provider_list, name="provider_list"),
    path("traeger/neu/", provider_views.provider_create, name="provider_create"),
    path("traeger/<int:pk>/bearbeiten/", provider_views.provider_edit, name="provider_edit"),
]
