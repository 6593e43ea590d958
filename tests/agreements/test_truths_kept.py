"""What PostgreSQL keeps for good: documents, the way of a version, downloads, and the history of every row."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pghistory
import pghistory.models
import pytest
from django.apps import apps
from django.db import models

from agreements.models import Document, Download, StatusChange, Submission
from aqb import history
from aqb.access import Role
from tests import factories as make
from tests.factories import START
from tests.truths import empty, erase, refused, write

pytestmark = pytest.mark.django_db


def download() -> Download:
    return Download.objects.create(document=make.document(), user=make.user(), at=START)


def change() -> StatusChange:
    return make.version(status="submitted").status_changes.get()


KEPT: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("document_append_only", make.document, {"title": "Ein anderer Titel"}),
    ("document_append_only", make.document, {"sha256": "0" * 64}),
    ("statuschange_append_only", change, {"reason": "nachträglich"}),
    ("download_append_only", download, {"at": START}),
    ("submission_append_only", make.submission, {"submitted_at": START}),
    ("remarkreply_append_only", make.reply, {"text": "Anders"}),
]


@pytest.mark.parametrize(("name", "row", "values"), KEPT, ids=[f"{name}-{values}" for name, _, values in KEPT])
def test_kept_row_is_not_changed_on_any_path(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    rows = type(made)._default_manager
    for field, value in values.items():
        setattr(made, field, value)
    with refused(name, "weder geändert noch gelöscht"):
        made.save()
    with refused(name):
        rows.filter(pk=made.pk).update(**values)
    with refused(name):
        rows.bulk_update([made], list(values))
    with refused(name):
        write(made, **values)


@pytest.mark.parametrize(("name", "row", "values"), KEPT[1:], ids=[name for name, _, _ in KEPT[1:]])
def test_kept_row_is_not_deleted_on_any_path(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    with refused(name):
        made.delete()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).delete()
    with refused(name):
        erase(made)


EMPTIED = [
    ("agreements_document", "document_never_emptied"),
    ("agreements_statuschange", "statuschange_never_emptied"),
    ("agreements_download", "download_never_emptied"),
    ("agreements_submission", "submission_never_emptied"),
    ("agreements_remark", "remark_never_emptied"),
    ("agreements_remarkreply", "remarkreply_never_emptied"),
    ("agreements_agreementline", "agreementline_never_emptied"),
    ("agreements_signatory", "signatory_never_emptied"),
    ("agreements_signature", "signature_never_emptied"),
    ("agreements_evidence", "evidence_never_emptied"),
    ("agreements_scanbatch", "scanbatch_never_emptied"),
    ("agreements_applieddistribution", "applieddistribution_never_emptied"),
    ("agreements_indicatorset", "indicatorset_never_emptied"),
    ("agreements_indicator", "indicator_never_emptied"),
    ("agreements_indicatorvalue", "indicatorvalue_never_emptied"),
    ("agreements_wordingsection", "wordingsection_never_emptied"),
    ("projects_fundingshare", "fundingshare_never_emptied"),
    ("projects_projectentry", "fundingshare_never_emptied"),
    ("pghistory_context", "circumstance_never_emptied"),
    ("agreements_agreementversionevent", "history_never_emptied"),
    ("projects_fundingshareevent", "history_never_emptied"),
]


@pytest.mark.parametrize(("table", "name"), EMPTIED, ids=[table for table, _ in EMPTIED])
def test_table_of_the_case_is_not_emptied(table: str, name: str) -> None:
    make.version(status="signed")
    with refused(name):
        empty(table)


def test_versions_are_not_emptied_with_all_that_hangs_on_them() -> None:
    make.version(status="signed")
    with refused("agreementline_never_emptied"):
        empty("agreements_agreementversion")


def events() -> list[type[pghistory.models.Event]]:
    return [model for model in apps.get_models() if issubclass(model, pghistory.models.Event) and model._meta.managed]


def test_every_history_is_append_only_and_never_emptied() -> None:
    for event in events():
        names = {trigger.name for trigger in event._meta.triggers}  # type: ignore[attr-defined]
        assert {"history_append_only", "history_never_emptied"} <= names, event.__name__


def _history_of(row: models.Model) -> Any:
    return row.events  # type: ignore[attr-defined]


def test_history_records_what_was_before_on_every_path() -> None:
    line = make.line(title="Regelbudget")
    line.title = "Grundbudget"
    line.save()
    type(line).objects.update(title="Sockel")
    write(line, title="Basis")
    erase(line)
    recorded = [(event.pgh_label, event.title) for event in _history_of(line).order_by("pgh_id")]
    assert recorded == [
        ("insert", "Regelbudget"),
        ("update", "Grundbudget"),
        ("update", "Sockel"),
        ("update", "Basis"),
        ("delete", "Basis"),
    ]


@pytest.mark.parametrize(
    "row",
    [make.district, make.user, make.line, make.allocation, make.wording, make.version, make.entry, make.provider],
    ids=lambda row: row.__name__,
)
def test_history_row_is_neither_changed_nor_deleted(row: Callable[[], models.Model]) -> None:
    event = _history_of(row()).first()
    with refused("history_append_only"):
        type(event).objects.filter(pk=event.pk).update(pgh_label="nothing")
    with refused("history_append_only"):
        type(event).objects.filter(pk=event.pk)._raw_delete("default")
    event.pgh_label = "nothing"
    with refused("history_append_only"):
        event.save()
    with refused("history_append_only"):
        event.delete()


def test_who_and_where_of_a_change_stay_as_recorded() -> None:
    with pghistory.context(user=7, url="/jahrgaenge/"):
        line = make.line()
    context = _history_of(line).get().pgh_context
    rows = history.Circumstance.objects.filter(pk=context.pk)
    for metadata in ({"user": 8, "url": "/jahrgaenge/"}, {"user": 7}, {}, {"user": None, "url": "/jahrgaenge/"}):
        with refused("circumstance_only_grows"):
            rows.update(metadata=metadata)
    with refused("circumstance_only_grows"):
        rows.update(created_at=START)
    with refused("circumstance_only_grows"):
        rows._raw_delete("default")
    rows.update(metadata={"user": 7, "url": "/jahrgaenge/", "seal": "x"})


def test_person_who_logs_in_during_a_request_completes_the_circumstance() -> None:
    with pghistory.context(user=None, url="/accounts/login/"):
        line = make.line()
        with pghistory.context(user=7):
            write(line, title="Regelbudget neu")
    recorded = {event.pgh_context.metadata["user"] for event in _history_of(line).all()}
    assert recorded == {7}


BROKEN: list[tuple[str, Callable[[], models.Model], dict[str, Any]]] = [
    ("remark_done_by_person", make.remark, {"done_at": START}),
    ("notedremark_says_something", make.note, {"text": ""}),
    ("regionalstrategy_confirmed_by_person", make.strategy, {"confirmed_by": None}),
    ("regionalstrategy_confirmed_by_person", make.strategy, {"confirmed_at": None}),
    ("regionalstrategy_validity_in_order", make.strategy, {"valid_to": date(2019, 12, 31)}),
]


@pytest.mark.parametrize(("name", "row", "values"), BROKEN, ids=[f"{name}-{values}" for name, _, values in BROKEN])
def test_wrong_value_past_the_forms_is_refused(name: str, row: Callable[[], models.Model], values: Any) -> None:
    made = row()
    with refused(name):
        type(made)._default_manager.filter(pk=made.pk).update(**values)
    with refused(name):
        write(made, **values)


def test_remark_done_by_somebody_without_a_time_is_refused() -> None:
    remark = make.remark()
    with refused("remark_done_by_person"):
        write(remark, done_by=make.person(Role.MINISTRY).pk)


def test_remark_is_neither_reworded_nor_deleted() -> None:
    remark = make.remark()
    with refused("remark_stays_as_sent"):
        write(remark, text="Anders gefragt")
    with refused("remark_stays_as_sent"):
        write(remark, project_title="Ein anderes Projekt")
    with refused("remark_stays_as_sent"):
        erase(remark)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("remarkreply_says_something", {"text": ""}),
        ("remarkreply_side_known", {"side": "press"}),
        ("remarkreply_reopened_by_ministry", {"reopens": True}),
    ],
)
def test_reply_without_words_or_of_a_wrong_side_is_refused(name: str, fields: dict[str, Any]) -> None:
    remark = make.remark()
    with refused(name):
        make.reply(remark, **fields)


def test_empty_remark_is_refused() -> None:
    with refused("remark_says_something"):
        make.remark(text="")


def test_reply_to_a_remark_that_is_done_is_refused() -> None:
    remark = make.remark(done_at=START, done_by=make.person(Role.MINISTRY))
    with refused("remarkreply_while_open", "wieder geöffnet"):
        make.reply(remark)


@pytest.mark.parametrize(
    ("status", "fields"),
    [("draft", {"resubmit_due": "2026-03-01"}), ("submitted", {"unlocked": '{"projects": [], "fields": []}'})],
)
def test_lock_of_a_version_that_did_not_come_back_is_refused(status: str, fields: dict[str, Any]) -> None:
    version = make.version(status=status)
    with refused("agreementversion_locked_while_returned"):
        write(version, **fields)


def test_same_submission_is_kept_once() -> None:
    kept = make.submission()
    with refused("submission_unique"):
        Submission.objects.create(version=kept.version, submitted_at=kept.submitted_at, content={})


@pytest.mark.parametrize("kind", ["issued", "signed"])
def test_second_issue_or_fair_copy_is_refused(kind: str) -> None:
    version = make.version(status="signed")
    with refused("document_one_issue_and_fair_copy"):
        make.document(version=version, kind=kind, content=b"%PDF another")


@pytest.mark.parametrize("kind", ["issued", "signed", "evidence"])
def test_paper_without_a_version_is_refused(kind: str) -> None:
    with refused("document_of_version"):
        make.document(kind=kind)


@pytest.mark.parametrize("values", [{"sha256": "abc"}, {"sha256": "A" * 64}, {"sha256": ""}, {"size": 0}])
def test_document_without_fingerprint_or_content_is_refused(values: dict[str, Any]) -> None:
    with refused("document_has_fingerprint"):
        make.document(**values)


def test_document_of_another_agreements_version_is_refused() -> None:
    with refused("document_of_agreement"):
        make.document(make.agreement(), make.version(), kind=Document.Kind.EVIDENCE)
