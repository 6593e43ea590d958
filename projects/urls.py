from django.urls import path

from agreements.urls import VERSION
from projects import provider_views, views
from projects.review import returning, reviewing, unlocking

urlpatterns = [
    path("projekte/", views.project_list, name="project_list"),
    path("vereinbarungen/<int:year>/<ags:ags>/<int:number>/projekte/neu/", views.project_create, name="project_create"),
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
