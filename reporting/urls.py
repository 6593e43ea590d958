from django.urls import path

from reporting import calendar_pages, health, notices, privacy, public, rights, sent_mails, views
from reporting.case_file.views import case_file
from reporting.search.views import search
from reporting.timeline import pages

urlpatterns = [
    path("", views.home, name="home"),
    path("suche/", search, name="search"),
    path("dokumente/", views.document_list, name="document_list"),
    path("dokumente/<int:pk>/abrufe/", views.document_downloads, name="document_downloads"),
    path("nachrichten/", notices.notice_list, name="notice_list"),
    path("nachrichten/<int:pk>/", notices.notice_open, name="notice_open"),
    path("nachrichten/gelesen/", notices.notices_read, name="notices_read"),
    path("nachrichten/kalenderadresse/", calendar_pages.calendar_address, name="calendar_address"),
    path("k/<str:token>.ics", calendar_pages.calendar, name="calendar"),
    path("nachrichten/e-mails/", notices.notice_mails, name="notice_mails"),
    path("verlauf/", pages.history, name="history"),
    path("vereinbarungen/<int:year>/<ags:ags>/verlauf/", pages.agreement_history, name="agreement_history"),
    path("vereinbarungen/<int:year>/<ags:ags>/fallakte/", case_file, name="case_file"),
    path("projekte/<int:pk>/verlauf/", pages.project_history, name="project_history"),
    path("rechte/", rights.rights_table, name="rights"),
    path("rechte/tabelle.csv", rights.rights_file, name="rights_file"),
    path("betrieb/mails/", sent_mails.sent_mails, name="sent_mails"),
    path("betrieb/", health.health, name="health"),
    path("datenschutz/", privacy.privacy, name="privacy"),
    path("pruefen/", public.document_verify, name="document_verify"),
    path("d/<str:number>/", public.document_check, name="document_check"),
    path("d/<str:number>/datei/", public.document_file, name="document_file"),
]
