"""Addresses of agreements, vintages and contract texts; binding names, German nouns."""

from django.urls import path

from agreements.views import (
    agreements,
    allocations,
    evidence,
    files,
    plan,
    scans,
    selection,
    signing,
    talk,
    versions,
    vintage,
    wording,
    wording_comparison,
    workbench,
)

AGREEMENT = "vereinbarungen/<int:year>/<ags:ags>/"
VERSION = f"{AGREEMENT}<int:number>/"
EVIDENCE = f"{VERSION}belege/<int:pk>/"
YEAR = "jahrgaenge/<int:year>/"
WORDING = "vertragstexte/<int:pk>/"
BATCH = "sammelscans/<int:pk>/"
SECTION = f"{WORDING}abschnitt/<int:section>/"

urlpatterns = [
    path("vereinbarungen/", agreements.agreement_list, name="agreement_list"),
    path("vereinbarungen/tabelle.<format:format>", agreements.agreement_table, name="agreement_table"),
    path(AGREEMENT, agreements.agreement_detail, name="agreement_detail"),
    path(f"{AGREEMENT}aendern/", versions.agreement_amend, name="agreement_amend"),
    path(VERSION, agreements.version_detail, name="version_detail"),
    path(f"{VERSION}vorschau.pdf", versions.version_preview, name="version_preview"),
    path(f"{VERSION}schritt/<str:step>/", versions.version_step, name="version_step"),
    path(f"{VERSION}ansaetze/", versions.version_lines, name="version_lines"),
    path(f"{VERSION}vertragstext/", versions.version_wording, name="version_wording"),
    path(f"{VERSION}unterzeichnende/", versions.version_signatories, name="version_signatories"),
    path(f"{VERSION}fortfuehren/", versions.version_follow_up, name="version_follow_up"),
    path(f"{VERSION}belege/neu/", evidence.evidence_upload, name="evidence_upload"),
    path(EVIDENCE, evidence.evidence_detail, name="evidence_detail"),
    path(f"{EVIDENCE}erfassen/", signing.evidence_record, name="evidence_record"),
    path(f"{EVIDENCE}zurueckweisen/", evidence.evidence_reject, name="evidence_reject"),
    path(f"{EVIDENCE}pruefbericht.json", evidence.evidence_report, name="evidence_report"),
    path(f"{VERSION}unterschrift/<int:pk>/bestaetigen/", signing.signature_confirm, name="signature_confirm"),
    path(f"{VERSION}unterschrift/<int:pk>/entfernen/", signing.signature_remove, name="signature_remove"),
    path(f"{VERSION}anmerkungen/neu/", talk.remark_create, name="remark_create"),
    path(f"{VERSION}anmerkungen/senden/", talk.notes_send, name="notes_send"),
    path("anmerkungen/<int:pk>/antwort/", talk.remark_answer, name="remark_answer"),
    path("anmerkungen/<int:pk>/weiter/", talk.remark_further, name="remark_further"),
    path("anmerkungen/<int:pk>/erledigt/", talk.remark_close, name="remark_close"),
    path("strategien/<ags:ags>/", talk.strategy_edit, name="strategy_edit"),
    path("strategien/<int:pk>/bestaetigen/", talk.strategy_confirm, name="strategy_confirm"),
    path("dokumente/<int:pk>/datei/", files.document_download, name="document_download"),
    path("dokumente/<int:pk>/seite/<int:page>.png", files.document_page, name="document_page"),
    path("jahrgaenge/", plan.budget_year_list, name="budget_year_list"),
    path("jahrgaenge/neu/", plan.budget_year_create, name="budget_year_create"),
    path(YEAR, vintage.budget_year_detail, name="budget_year_detail"),
    path(f"{YEAR}tabelle.<format:format>", vintage.budget_year_table, name="budget_year_table"),
    path(f"{YEAR}spalten/", vintage.budget_year_columns, name="budget_year_columns"),
    path(f"{YEAR}auswahl/", selection.budget_year_selection, name="budget_year_selection"),
    path(f"{YEAR}bearbeiten/", plan.budget_year_edit, name="budget_year_edit"),
    path(f"{YEAR}kopieren/", plan.budget_year_copy, name="budget_year_copy"),
    path(f"{YEAR}eroeffnen/", plan.budget_year_open, name="budget_year_open"),
    path(f"{YEAR}zuweisungen/", allocations.allocation_grid, name="allocation_grid"),
    path("sammelscans/", scans.scan_batch_list, name="scan_batch_list"),
    path("sammelscans/neu/", scans.scan_batch_create, name="scan_batch_create"),
    path(BATCH, scans.scan_batch_detail, name="scan_batch_detail"),
    path(f"{BATCH}seiten/", scans.scan_batch_pages, name="scan_batch_pages"),
    path(f"{BATCH}seite/<int:page>.png", scans.scan_batch_page, name="scan_batch_page"),
    path(f"{BATCH}verwerfen/", scans.scan_batch_discard, name="scan_batch_discard"),
    path("vertragstexte/", wording.wording_list, name="wording_list"),
    path("vertragstexte/neu/", wording.wording_create, name="wording_create"),
    path(WORDING, wording.wording_detail, name="wording_detail"),
    path(f"{WORDING}abschnitt/neu/", wording.section_add, name="section_add"),
    path(SECTION, wording.section_edit, name="section_edit"),
    path(f"{SECTION}verschieben/", wording.section_move, name="section_move"),
    path(f"{SECTION}platz/", wording.section_place, name="section_place"),
    path(f"{SECTION}zuruecksetzen/", wording_comparison.section_reset, name="section_reset"),
    path(f"{SECTION}entfernen/", wording.section_remove, name="section_remove"),
    path(f"{WORDING}freigeben/", wording.wording_release, name="wording_release"),
    path(f"{WORDING}vergleich/", wording_comparison.wording_compare, name="wording_compare"),
    path(f"{WORDING}vorschauen/", workbench.wording_previews, name="wording_previews"),
    path(f"{WORDING}vorschau/<ags:ags>.pdf", workbench.wording_pdf, name="wording_pdf"),
    path(f"{WORDING}vorschau/<ags:ags>/", workbench.wording_preview, name="wording_preview"),
]
