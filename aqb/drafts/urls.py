"""Addresses of one's own drafts."""

from django.urls import path

from aqb.drafts import views

urlpatterns = [
    path("entwuerfe/", views.draft_list, name="draft_list"),
    path("entwuerfe/<int:pk>/verwerfen/", views.draft_discard, name="draft_discard"),
]
