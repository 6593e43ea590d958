from django.urls import path

from projects import provider_views, views

urlpatterns = [
    path("projekte/", views.project_list, name="project_list"),
    path("vereinbarungen/<int:year>/<ags:ags>/<int:number>/projekte/neu/", views.project_create, name="project_create"),
    path("projekte/<int:pk>/", views.project_detail, name="project_detail"),
    path("projekte/<int:pk>/bearbeiten/", views.project_edit, name="project_edit"),
    path("projekte/<int:pk>/entfernen/", views.project_remove, name="project_remove"),
    path("traeger/", provider_views.provider_list, name="provider_list"),
    path("traeger/neu/", provider_views.provider_create, name="provider_create"),
    path("traeger/<int:pk>/bearbeiten/", provider_views.provider_edit, name="provider_edit"),
]
