"""The life of a version: from the draft to what the parties signed, back, and out of force."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from agreements import checks, documents, news, sending, submissions, unlocking
from agreements.actions import files
from agreements.facts import responsible_ministry
from agreements.filling import Unprintable
from agreements.models import TRANSITIONS, AgreementVersion, Document, Status, StatusChange
from aqb import clock, paper
from aqb.access import Refused, represented, require
from aqb.circumstances import because
from aqb.models import User
from aqb.refusals import validation_refusals
from aqb.screens import german_date


def locked(version: AgreementVersion) -> AgreementVersion:
    """The version as it stands now, locked until the transaction ends: two people take turns."""
    found: AgreementVersion = (
        AgreementVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "agreement__district",
            "agreement__budget_year",
            "wording",
            "base",
            "ministry",
            "prepared_by",
            "submitted_by",
        )
        .get(pk=version.pk)
    )
    return found


def ask(version: AgreementVersion, step: str, by: User) -> None:
    """Raise Refused with every reason why `by` cannot take the step."""
    require(by, f"version.{step}", version.agreement.district)
    if reasons := checks.refusals(version, step, by):
        raise Refused(*reasons)


def move(
    version: AgreementVersion, step: str, by: User | None, *, reason: str = "", **changes: Any
) -> AgreementVersion:
    """Assign the step's new status with `changes`, save, record the step, and tell whom it concerns."""
    before = version.status
    _, version.status = TRANSITIONS[step]
    version.status_changed_at = clock.now()
    for name, value in changes.items():
        setattr(version, name, value)
    with validation_refusals(version):
        version.full_clean()
        version.save()
    record(version, before, by, reason, represented(by, f"version.{step}") if by else None)
    news.step(version, step, by, reason)
    return version


def record(
    version: AgreementVersion, before: str, by: User | None, reason: str = "", on_behalf_of: User | None = None
) -> None:
    """Add the step to the version's history of states; `on_behalf_of` is the lead whom `by` stands in for."""
    StatusChange.objects.create(
        version=version,
        from_status=before,
        to_status=version.status,
        at=version.status_changed_at,
        by=by,
        reason=reason,
        on_behalf_of=on_behalf_of,
    )


def stated(reason: str, what: str) -> str:
    """The reason, trimmed and noted beside every change that follows; refuses an empty one."""
    if not reason.strip():
        raise Refused(f"Bitte nennen Sie den Grund: {what}.")
    because(reason.strip())
    return reason.strip()


@transaction.atomic
def submit(*, version: AgreementVersion, by: User) -> AgreementVersion:
    """The district hands its draft to the ministry.

    Refuses: not the district's lead, not a draft, no project, an incomplete entry, sums that do not fit, unanswered
    remarks, no current strategy where the vintage demands one.
    """
    version = locked(version)
    ask(version, "submit", by)
    version = move(
        version, "submit", by, submitted_at=clock.now(), submitted_by=by, unlocked=None, resubmit_due=None
    )  # fmt: skip
    submissions.freeze(version)
    return version


@transaction.atomic
def return_to_draft(
    *,
    version: AgreementVersion,
    reason: str,
    by: User,
    unlock: unlocking.Choice = "all",
    resubmit_due: date | None = None,
) -> AgreementVersion:
    """The ministry gives it back for revision; what it has noted is sent with it.

    `unlock` says what the district may change: only the remarked "fields", all fields of the remarked "projects", or
    "all". Refuses: not submitted or approved, no reason, a day that has passed, fields or projects without a remark.
    """
    version = locked(version)
    ask(version, "return", by)
    reason = stated(reason, "Die Gebietskörperschaft muss wissen, was zu überarbeiten ist")
    if resubmit_due is not None and resubmit_due < clock.today():
        raise Refused(f"Der {german_date(resubmit_due)} ist vorbei. Bitte nennen Sie einen späteren Tag.")
    submissions.freeze(version)
    with validation_refusals():
        sending.send_noted(version, clock.now())
    waiting = sending.waiting(version)
    if unlock != "all" and not waiting:
        raise Refused(
            "Es gibt keine offene Anmerkung. Bitte merken Sie etwas an oder geben Sie die ganze Zielvereinbarung frei."
        )
    opened = unlocking.of_places(waiting, unlock)
    return move(
        version, "return", by, reason=reason,
        returned_at=clock.now(), returned_by=by, return_reason=reason, resubmit_due=resubmit_due,
        unlocked=opened.as_data() if opened is not None else None,
        submitted_at=None, submitted_by=None, approved_at=None, approved_by=None,
    )  # fmt: skip


@transaction.atomic
def approve(*, version: AgreementVersion, by: User) -> AgreementVersion:
    """A lead of the ministry agrees to the content.

    Refuses: not a lead, not submitted, the same person prepared or submitted it, sums that do not fit. The
    database checks the agreed amounts against the allocations once more while it locks them.
    """
    version = locked(version)
    ask(version, "approve", by)
    return move(version, "approve", by, approved_at=clock.now(), approved_by=by)


@transaction.atomic
def issue(*, version: AgreementVersion, by: User) -> AgreementVersion:
    """Freeze everything printed, give the number, make the PDF and store it. Refuses: not approved."""
    version = locked(version)
    ask(version, "issue", by)
    return freeze(version, by, clock.now(), "issue")


def freeze(version: AgreementVersion, by: User | None, at: datetime, step: str) -> AgreementVersion:
    """Give number and snapshot, move on, and store the paper; the same for an issue and an old contract taken over.

    The paper is made from the stored snapshot and from nothing else.
    """
    version.document_number = documents.document_number(version)
    version.issued_at = at
    try:
        version.ministry = version.ministry or responsible_ministry(
            version.agreement.budget_year.year, amendment=version.base_id is not None
        )
        snapshot = documents.snapshot(version, state="issued")
    except Unprintable as error:
        raise Refused(*error.reasons) from error
    move(version, step, by, issued_by=by, snapshot=snapshot)
    files.store(
        agreement=version.agreement, version=version, kind=Document.Kind.ISSUED,
        title=f"{paper_title(snapshot)} – Ausfertigung", content=paper.render(snapshot),
        media_type="application/pdf", number=version.document_number, by=by,
    )  # fmt: skip
    return version


def paper_title(snapshot: documents.Snapshot) -> str:
    """What the paper calls itself, such as "Zielvereinbarung 2026"."""
    return f"{snapshot['title']} {snapshot['subtitle']}"


@transaction.atomic
def publish(*, version: AgreementVersion, by: User) -> AgreementVersion:
    """Make the signed agreement public. Refuses: not signed by all parties."""
    version = locked(version)
    ask(version, "publish", by)
    return move(version, "publish", by, published_at=clock.now(), published_by=by)


@transaction.atomic
def withdraw(*, version: AgreementVersion, reason: str, by: User) -> AgreementVersion:
    """Take back a version that is not signed yet; it stays, and a copy may follow. Refuses: signed, no reason."""
    version = locked(version)
    ask(version, "withdraw", by)
    reason = stated(reason, "Er steht im Verlauf und bei der öffentlichen Prüfung")
    version.noted_remarks.all().delete()  # nobody is left to answer
    return move(
        version, "withdraw", by, reason=reason, withdrawn_at=clock.now(), withdrawn_by=by, ended_reason=reason,
        unlocked=None, resubmit_due=None,
    )  # fmt: skip


@transaction.atomic
def terminate(*, version: AgreementVersion, reason: str, by: User) -> AgreementVersion:
    """End a signed agreement before its time. Refuses: not signed, no reason."""
    version = locked(version)
    ask(version, "terminate", by)
    reason = stated(reason, "Er steht im Verlauf und bei der öffentlichen Prüfung")
    return move(
        version, "terminate", by, reason=reason, terminated_at=clock.now(), terminated_by=by, ended_reason=reason
    )


def mark_prepared(version: AgreementVersion, by: User) -> None:
    """Note that `by` changed lines, wording or entries in the ministry's name: they may not approve it."""
    if by.is_ministry:
        AgreementVersion.objects.filter(pk=version.pk).update(prepared_at=clock.now(), prepared_by=by)


def changeable_by(version: AgreementVersion, by: User) -> str | None:
    """None when the status lets `by` change what the version states, else the German reason and the way out.

    A district changes drafts; the ministry also what is submitted, because approving comes after it.
    """
    allowed = (Status.DRAFT, Status.SUBMITTED) if by.is_ministry else (Status.DRAFT,)
    if version.status in allowed:
        return None
    if version.is_frozen or version.status == Status.WITHDRAWN:
        return "Eine ausgefertigte oder zurückgezogene Fassung ändert sich nicht mehr. Bitte vereinbaren Sie eine Änderung."
    if version.status == Status.APPROVED and by.is_ministry:
        return "Die Fassung ist freigegeben. Bitte geben Sie sie erst zurück, wenn etwas zu ändern ist."
    return "Die Fassung liegt beim Ministerium. Ändern können Sie sie, sobald das Ministerium sie zurückgibt."
