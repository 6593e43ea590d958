"""The table of addresses: who may read and write what, for `test_access.py`. A new address gets its row here."""

from collections.abc import Iterator
from dataclasses import dataclass

MINISTRY = {"ministry", "ministry_lead"}
LEAD = {"ministry_lead"}
DISTRICT = {"own district", "own district_lead"}
DISTRICT_LEAD = {"own district_lead"}
BOTH = MINISTRY | DISTRICT
FOREIGN = {"foreign district", "foreign district_lead"}
READERS = BOTH | {"grant_office", "auditor", "operator"}
SIGNED_IN = READERS | FOREIGN
ANYBODY = SIGNED_IN | {"anonymous"}
NO_START = 409  # the empty form does not say what it started from: nothing stored is overwritten


@dataclass(frozen=True)
class Row:
    """Who may ask an address, what they get, and what a foreign district gets: 404 where a row belongs to a district.

    `read` and `write` name those who may; None means that the address does not answer that method (405).
    """

    name: str
    of: str = ""
    read: set[str] | None = None
    write: set[str] | None = None
    foreign: int = 403
    gets: int = 200
    after: int = 200  # an empty form comes back with its errors; 302 where nothing has to be filled in
    more: tuple[tuple[str, str], ...] = ()  # further parts of the address
    data: tuple[tuple[str, str], ...] = ()


def rows_of_agreements() -> Iterator[Row]:
    yield Row("agreement_list", read=SIGNED_IN)
    yield Row("agreement_table", "", SIGNED_IN, foreign=200, more=(("format", "csv"),))
    yield Row("agreement_detail", "draft.agreement", READERS, foreign=404, gets=302)
    yield Row("agreement_amend", "published.agreement", MINISTRY | DISTRICT_LEAD, MINISTRY | DISTRICT_LEAD, 404)
    yield Row("version_detail", "draft", READERS, foreign=404)
    yield Row("version_detail", "published", READERS, foreign=404)
    yield Row("version_preview", "draft", READERS, foreign=404)
    steps = {
        "submit": DISTRICT_LEAD, "approve": LEAD, "issue": MINISTRY, "publish": MINISTRY,
        "withdraw": MINISTRY, "terminate": MINISTRY,
    }  # fmt: skip
    for step, may in steps.items():
        yield Row("version_step", "draft", may, may, 404, more=(("step", step),))
    yield Row("version_lines", "draft", MINISTRY, MINISTRY, 404, after=NO_START)
    yield Row("version_wording", "draft", None, MINISTRY, 404, after=302, data=(("wording", "draft"),))
    yield Row("version_signatories", "draft", BOTH, BOTH, 404, after=302)
    yield Row("version_follow_up", "withdrawn", MINISTRY, MINISTRY, 404, after=302)
    yield Row("evidence_upload", "issued", BOTH, BOTH, 404)
    yield Row("evidence_detail", "evidence", READERS, foreign=404)
    yield Row("evidence_detail", "evidence.electronic", READERS, foreign=404)
    yield Row("evidence_record", "evidence.electronic", MINISTRY, MINISTRY, 404, gets=302, after=302)  # nothing is left
    yield Row("evidence_reject", "evidence", MINISTRY, MINISTRY, 404)
    yield Row("evidence_report", "evidence.electronic", READERS, foreign=404)
    yield Row("signature_confirm", "evidence.signature", None, MINISTRY, 404)
    yield Row("signature_remove", "signature", MINISTRY, MINISTRY, 404, after=302)
    yield Row("remark_create", "draft", MINISTRY, MINISTRY, 404)
    yield Row("remark_answer", "remark", DISTRICT, DISTRICT, 404)
    yield Row("remark_further", "remark", MINISTRY, MINISTRY, 404)
    yield Row("remark_close", "remark", None, MINISTRY, 404, after=302)
    yield Row("notes_send", "draft", MINISTRY, MINISTRY, 404, after=302)
    yield Row("version_return", "draft", MINISTRY, MINISTRY, 404, after=302)
    yield Row("version_review", "draft", MINISTRY, foreign=404)
    yield Row("version_unlock", "draft", MINISTRY, MINISTRY, 404, gets=409, after=409)  # nothing was given back
    yield Row("strategy_edit", "district", BOTH, BOTH, 404)
    yield Row("strategy_confirm", "strategy", BOTH, BOTH, 404, after=302)
    yield Row("document_download", "document", READERS, foreign=404)
    yield Row("document_page", "scan", READERS, foreign=404, more=(("page", "1"),))


def rows_of_the_plan() -> Iterator[Row]:
    yield Row("budget_year_list", read=MINISTRY)
    yield Row("budget_year_create", "", MINISTRY, MINISTRY)
    yield Row("budget_year_detail", "year", MINISTRY)
    yield Row("budget_year_table", "year", MINISTRY, more=(("format", "csv"),))
    yield Row("budget_year_columns", "year", None, MINISTRY, after=302)
    yield Row("budget_year_selection", "year", None, MINISTRY, after=404)  # it does not say what to do
    yield Row("budget_year_edit", "year", MINISTRY, MINISTRY, after=NO_START)
    yield Row("budget_year_copy", "year", MINISTRY, MINISTRY)
    yield Row("budget_year_open", "year", MINISTRY, MINISTRY, after=302)
    yield Row("allocation_grid", "year", MINISTRY, MINISTRY)
    yield Row("allocation_table", "year", MINISTRY, more=(("kind", "xlsx"),))
    yield Row("allocation_import", "year", MINISTRY, MINISTRY)
    yield Row("indicators", "year", MINISTRY, MINISTRY)
    yield Row("indicator_table", "year", MINISTRY, more=(("kind", "ods"),))
    yield Row("scenario_list", "year", MINISTRY)
    yield Row("scenario_create", "year", MINISTRY, MINISTRY)
    yield Row("scenario_edit", "scenario", MINISTRY, MINISTRY, after=NO_START)
    yield Row("scenario_remove", "scenario", MINISTRY, MINISTRY, after=302)
    yield Row("distribution_list", read=MINISTRY | {"auditor"})
    yield Row("distribution_detail", "distribution", MINISTRY | {"auditor"})
    yield Row("wording_list", read=MINISTRY)
    yield Row("wording_create", "", MINISTRY, MINISTRY)
    yield Row("wording_detail", "wording", MINISTRY, MINISTRY, after=NO_START)
    yield Row("section_add", "wording", MINISTRY, MINISTRY)
    yield Row("section_edit", "wording.section", MINISTRY, MINISTRY, after=NO_START)
    yield Row("section_move", "wording.section", None, MINISTRY, after=302)
    yield Row("section_place", "wording.section", None, MINISTRY, after=302)
    yield Row("section_reset", "wording.section", MINISTRY, MINISTRY)
    yield Row("section_remove", "wording.section", MINISTRY, MINISTRY, after=409)
    yield Row("wording_release", "wording", LEAD, LEAD, after=302)
    yield Row("wording_compare", "wording", MINISTRY)
    yield Row("wording_previews", "wording", MINISTRY)
    yield Row("wording_pdf", "wording.preview", MINISTRY)
    yield Row("wording_preview", "wording.preview", MINISTRY, MINISTRY)


def rows_of_projects() -> Iterator[Row]:
    yield Row("project_list", read=SIGNED_IN)
    yield Row("project_table", "", SIGNED_IN, foreign=200, more=(("format", "csv"),))
    yield Row("project_detail", "entry", READERS, foreign=404)
    yield Row("project_create", "draft", BOTH, BOTH, 404)
    yield Row("project_edit", "entry", BOTH, BOTH, 404, after=NO_START)
    yield Row("project_continue", "draft", BOTH, BOTH, 404)
    yield Row("table_export", "draft", READERS, foreign=404, more=(("kind", "csv"),))
    yield Row("table_template", "draft", BOTH, foreign=404, more=(("kind", "csv"),))
    yield Row("table_read", "draft", BOTH, BOTH, 404)
    yield Row("table_preview", "draft", BOTH, foreign=404, gets=302)  # nothing was read
    yield Row("table_refused", "draft", BOTH, foreign=404, gets=404)
    yield Row("table_take", "draft", None, BOTH, 404, after=409)
    yield Row("table_discard", "draft", None, BOTH, 404, after=409)
    yield Row("project_remove", "entry", BOTH, BOTH, 404, after=302)
    yield Row("provider_list", read=SIGNED_IN)
    yield Row("provider_edit", "provider", BOTH, BOTH, 404, after=NO_START)


def rows_of_reporting() -> Iterator[Row]:
    yield Row("home", read=SIGNED_IN)
    yield Row("search", read=SIGNED_IN)
    yield Row("document_list", read=SIGNED_IN)
    yield Row("rights", read=SIGNED_IN)
    yield Row("rights_file", read=SIGNED_IN)
    yield Row("health", read=MINISTRY | {"auditor", "operator"})
    yield Row("document_downloads", "document", MINISTRY | {"auditor"})
    yield Row("document_verify", "", ANYBODY, ANYBODY, foreign=200)
    yield Row("document_check", "number", ANYBODY, foreign=200)
    yield Row("document_file", "number", ANYBODY, foreign=200)
    yield Row("case_file", "published.agreement", None, MINISTRY | {"auditor"}, 404)
    yield Row("sent_mails", read=SIGNED_IN)
    yield Row("privacy", "", ANYBODY, foreign=200)


def rows_of_the_public_pages() -> Iterator[Row]:
    keepers = MINISTRY | {"operator"}
    for name in ("accessibility", "plain_language", "imprint", "sign_language"):
        yield Row(name, "", ANYBODY, foreign=200)
    yield Row("barrier_report", "", ANYBODY, ANYBODY, foreign=200)
    yield Row("barrier_reported", "barrier.number", ANYBODY, foreign=200)
    yield Row("appearance", "", ANYBODY, ANYBODY, foreign=200, after=302)
    yield Row("barrier_list", read=keepers)
    yield Row("barrier_detail", "barrier", keepers, keepers)
    yield Row("page_text_list", read=keepers)
    yield Row("page_text_edit", "page text", keepers, keepers, after=NO_START)
    yield Row("page_text_preview", "page text", None, keepers)


def rows_of_scans() -> Iterator[Row]:
    yield Row("scan_batch_list", read=MINISTRY)
    yield Row("scan_batch_create", "", MINISTRY, MINISTRY)
    yield Row("scan_batch_detail", "batch", MINISTRY, MINISTRY)
    yield Row("scan_batch_pages", "batch", MINISTRY)
    yield Row("scan_batch_page", "batch", MINISTRY, more=(("page", "1"),))
    yield Row("scan_batch_discard", "batch", MINISTRY, MINISTRY, after=302)


def rows_of_the_history() -> Iterator[Row]:
    yield Row("history", read=MINISTRY | {"auditor"})
    yield Row("agreement_history", "draft.agreement", READERS, foreign=404)
    yield Row("project_history", "entry", READERS, foreign=404)


def rows_of_notices() -> Iterator[Row]:
    yield Row("notice_list", read=SIGNED_IN)
    yield Row(
        "calendar_address", "", SIGNED_IN - {"auditor", "operator"}, SIGNED_IN - {"auditor", "operator"}, foreign=200,
        after=302,
    )  # fmt: skip
    yield Row("notices_read", "", None, SIGNED_IN, after=302)
    yield Row("notice_mails", "", None, SIGNED_IN)


def rows_of_people() -> Iterator[Row]:
    lead, leads = {"own district_lead"}, {"own district_lead", "foreign district_lead"}
    keepers = MINISTRY | leads | {"operator"}
    yield Row("person_list", read=keepers)
    yield Row("person_invite", "", keepers, keepers)
    yield Row("invitation_resend", "invitation", None, lead | {"operator"}, 404, after=302)
    yield Row("invitation_revoke", "invitation", lead | {"operator"}, lead | {"operator"}, 404, after=302)
    yield Row("person_close", "colleague", lead | {"operator"}, lead | {"operator"}, 404, after=302)
    yield Row("person_reopen", "closed colleague", lead | {"operator"}, lead | {"operator"}, 404, after=302)
    yield Row("person_reset", "colleague", {"operator"}, {"operator"}, after=302)
    yield Row("person_factors", "colleague", {"operator"}, {"operator"}, after=409)  # there is none to take
    yield Row("deputy_name", "", LEAD | leads, LEAD | leads)
    yield Row("deputy_end", "deputy", lead, lead, 404, after=302)
    yield Row("invitation_accept", "link", ANYBODY, ANYBODY, foreign=200)


def rows_of_the_account() -> Iterator[Row]:
    yield Row("account", read=SIGNED_IN)
    yield Row("mfa_index", read=SIGNED_IN)
    yield Row("second_factor_later", "", None, SIGNED_IN, after=302)
    yield Row("usersessions_list", read=SIGNED_IN)
    yield Row("sessions_end_others", "", SIGNED_IN, SIGNED_IN, after=302)
    yield Row("session_state", "", ANYBODY, ANYBODY, foreign=200)
    yield Row("signed_in_again", read=SIGNED_IN)
    yield Row("job_list", read=SIGNED_IN)
    yield Row("typed_discard", "", SIGNED_IN, SIGNED_IN, after=302)
    yield Row("draft_list", read=SIGNED_IN)


TABLE = [
    *rows_of_people(), *rows_of_the_account(),
    *rows_of_agreements(), *rows_of_scans(), *rows_of_the_plan(), *rows_of_projects(), *rows_of_reporting(),
    *rows_of_the_history(), *rows_of_notices(), *rows_of_the_public_pages(),
]  # fmt: skip
# Addresses whose answer depends on more than the role; each has a test of its own below.
OWN_TEST = {"provider_create", "session_end", "job_detail", "notice_open", "calendar", "draft_discard"}
ACCOUNTS = {  # allauth's pages: name -> (not signed in, signed in)
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_signup": (200, 302),  # says that nobody signs up
    "account_email": (302, 403),
    "account_email_verification_sent": (302, 404),  # nobody confirms an address
    "account_confirm_email": (302, 404),
    "account_confirm_login_code": (302, 404),
    "account_reauthenticate": (302, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 403),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_inactive": (200, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),  # without a code there is only the password
    "mfa_activate_totp": (302, 200),
    "mfa_deactivate_totp": (302, 404),
    "mfa_list_webauthn": (302, 302),
    "mfa_add_webauthn": (302, 200),
    "mfa_login_webauthn": (302, 302),
    "mfa_reauthenticate_webauthn": (302, 302),
    "mfa_remove_webauthn": (302, 404),
    "mfa_edit_webauthn": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 200),
    "mfa_download_recovery_codes": (302, 404),
    "sign_on": (405, 405),  # without a sign-on service there is nothing (tests/aqb/test_single_sign_on.py)
    "sign_on_again": (302, 404),
    "openid_connect_callback": (404, 404),
}
KEYS: dict[str, dict[str, str]] = {
    "openid_connect_callback": {"provider_id": "anmeldedienst"},
    "mfa_remove_webauthn": {"pk": "1"},
    "mfa_edit_webauthn": {"pk": "1"},
    "account_confirm_email": {"key": "falsch"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "falsch-falsch"},
}
