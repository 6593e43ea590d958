"""Addresses of public pages with texts, of their editor, of reported barriers, and of the choice of colours."""

from django.urls import path

from aqb import appearance
from aqb.barriers import views as barriers
from aqb.page_texts import views

urlpatterns = [
    path("barrierefreiheit/", views.page, {"key": "barrierefreiheit"}, name="accessibility"),
    path("leichte-sprache/", views.page, {"key": "leichte-sprache"}, name="plain_language"),
    path("impressum/", views.page, {"key": "impressum"}, name="imprint"),
    path("gebaerdensprache/", views.sign_language, name="sign_language"),
    path("seitentexte/", views.page_text_list, name="page_text_list"),
    path("seitentexte/<slug:key>/", views.page_text_edit, name="page_text_edit"),
    path("seitentexte/<slug:key>/vorschau/", views.page_text_preview, name="page_text_preview"),
    path("barriere-melden/", barriers.barrier_report, name="barrier_report"),
    path("barriere-melden/<int:number>/gesendet/", barriers.barrier_reported, name="barrier_reported"),
    path("darstellung/", appearance.appearance, name="appearance"),
    path("barrieren/", barriers.barrier_list, name="barrier_list"),
    path("barrieren/<int:pk>/", barriers.barrier_detail, name="barrier_detail"),
]
