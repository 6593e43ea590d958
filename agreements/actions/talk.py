"""Remarks between ministry and district, and the strategy that the funding presupposes."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction

from agreements import news, sending
from agreements.actions.steps import locked
from agreements.models import AgreementVersion, NotedRemark, Party, RegionalStrategy, Remark, RemarkReply, Status
from aqb import clock
from aqb.access import Refused, require
from aqb.models import District, User
from aqb.refusals import validation_refusals

NO_TEXT = "Bitte schreiben Sie, was Sie fragen oder erbitten."
OPEN_FOR_TALK = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)


@transaction.atomic
def write_remark(
    *, version: AgreementVersion, text: str, by: User, project_key: uuid.UUID | None = None, project_title: str = "",
    field: str = "", field_title: str = "",
) -> Remark | NotedRemark:  # fmt: skip
    """Ask or request something about the agreement, a project or one field.

    While the district works it is sent at once; while the ministry does it is noted and sent with the return. Refuses:
    not the ministry, an empty text, a version that is already issued.
    """
    place = {"project_key": project_key, "project_title": project_title, "field": field, "field_title": field_title}
    note = note_remark(version=version, text=text, by=by, **place)
    if note.version.status != Status.DRAFT:
        return note
    note.delete()
    news.remarked(note.version, 1, by)
    with validation_refusals(note):
        return sending.say(note, clock.now())


@transaction.atomic
def note_remark(*, version: AgreementVersion, text: str, by: User, **place: Any) -> NotedRemark:
    """Write a remark down without sending it; `place` holds the fields of `Place`. Refuses what `write_remark` refuses."""
    version = _open_for_talk(version, by)
    said = _said(text, NO_TEXT)
    return _noted(NotedRemark(version=version, text=said, author=by, written_at=clock.now(), **place))


@transaction.atomic
def ask_further(*, remark: Remark, text: str, by: User, seen: str | None = None) -> RemarkReply | NotedRemark:
    """The ministry asks once more, or opens a closed remark again and says why; sent or noted like a new remark.

    `seen` is how far the thread had come on the person's page (`Remark.seen`). Refuses: not the ministry, an empty text, a
    version that is already issued, a thread that has gone on or was closed meanwhile.
    """
    version = _open_for_talk(remark.version, by)
    remark = _locked_remark(remark)
    closed = remark.done_at is not None
    said = _said(text, "Bitte nennen Sie den Grund." if closed else "Bitte schreiben Sie Ihre Frage.")
    if seen is not None and seen != remark.seen:
        raise _gone_on(remark, seen, "Ihre Frage steht noch im Feld. Bitte senden Sie sie, wenn sie noch passt.")
    if version.status == Status.DRAFT:
        news.remarked(version, 1, by)
        with validation_refusals():
            return sending.say_more(remark, said, by, clock.now()).thread[-1]
    place = {name: getattr(remark, name) for name in ("project_key", "project_title", "field", "field_title")}
    return _noted(NotedRemark(version=version, reply_to=remark, text=said, author=by, written_at=clock.now(), **place))


@transaction.atomic
def change_note(*, note: NotedRemark, text: str, by: User, seen: datetime | None = None) -> NotedRemark:
    """Word a note anew; any colleague may, and then it is theirs. `seen` is when it was written as the page knows it.

    Refuses: not the ministry, an empty text, a note that was sent or deleted meanwhile, or that somebody else has changed.
    """
    require(by, "remark.write", note.version.agreement.district)
    stored = NotedRemark.objects.select_for_update(of=("self",)).select_related("author").filter(pk=note.pk).first()
    if stored is None:
        raise Refused("Diese Anmerkung ist inzwischen gesendet oder gelöscht. Ihr Text steht noch im Feld.")
    said = _said(text, NO_TEXT)
    if seen is not None and stored.written_at != seen and stored.text != said:
        raise Refused(
            f"{stored.author} hat diese Anmerkung inzwischen geändert: „{stored.text}“ Nichts ist überschrieben; Ihr Text "
            "steht noch im Feld. Bitte merken Sie ihn, wenn er gelten soll."
        )
    stored.text, stored.author, stored.written_at = said, by, clock.now()
    return _noted(stored)


@transaction.atomic
def drop_note(*, note: NotedRemark, by: User) -> None:
    """Take a note back before it is sent. Refuses: not the ministry; doing it twice changes nothing."""
    require(by, "remark.write", note.version.agreement.district)
    NotedRemark.objects.filter(pk=note.pk).delete()


@transaction.atomic
def answer_remark(*, remark: Remark, answer: str, by: User, seen: str | None = None) -> RemarkReply:
    """The district answers. `seen` is how far the thread had come on the person's page (`Remark.seen`).

    Refuses: another district, an empty answer, a remark that is done, a version that is not with the district, a thread
    that has gone on meanwhile. The same answer sent twice stands there once.
    """
    version = locked(remark.version)
    require(by, "remark.answer", version.agreement.district)
    remark = _locked_remark(remark)
    if remark.done_at is not None:
        raise Refused(f"{remark.done_by} hat die Anmerkung schon erledigt. Eine Antwort ist nicht mehr nötig.")
    if version.status != Status.DRAFT:
        raise Refused("Antworten können Sie, solange die Fassung bei Ihnen liegt.")
    said = _said(answer, "Bitte schreiben Sie eine Antwort.")
    last = remark.thread[-1] if remark.thread else None
    if last is not None and (last.author_id, last.text) == (by.pk, said):
        return last
    if seen is not None and seen != remark.seen:
        raise _gone_on(remark, seen, "Ihre Antwort steht noch im Feld. Bitte senden Sie sie, wenn sie noch nötig ist.")
    reply = RemarkReply(remark=remark, side=Party.DISTRICT, text=said, author=by, written_at=clock.now())
    with validation_refusals(reply):
        reply.full_clean()
        reply.save()
    news.answered(remark, by)
    return reply


@transaction.atomic
def close_remark(*, remark: Remark, by: User, seen: str | None = None) -> Remark:
    """The ministry marks a remark as done; doing it twice changes nothing.

    `seen` is how far the thread had come on the person's page. Refuses: not the ministry, an answer that came meanwhile.
    """
    remark = _locked_remark(remark)
    require(by, "remark.close", remark.version.agreement.district)
    if remark.done_at is not None:
        return remark
    if seen is not None and seen != remark.seen:
        raise _gone_on(
            remark, seen, "Die Anmerkung ist deshalb noch nicht erledigt. Bitte lesen Sie erst den neuen Beitrag."
        )
    remark.done_at, remark.done_by = clock.now(), by
    with validation_refusals(remark):
        remark.full_clean()
        remark.save()
    return remark


def _open_for_talk(version: AgreementVersion, by: User) -> AgreementVersion:
    version = locked(version)
    require(by, "remark.write", version.agreement.district)
    if version.status not in OPEN_FOR_TALK:
        raise Refused("Anmerkungen gehören zu einer Fassung, die noch nicht ausgefertigt ist.")
    return version


def _locked_remark(remark: Remark) -> Remark:
    """The remark as it stands now: whoever answers, asks further or closes it waits here."""
    rows = Remark.objects.with_threads().select_for_update(of=("self",))
    found: Remark = rows.select_related("author", "version__agreement__district", "done_by").get(pk=remark.pk)
    return found


def _said(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip().replace("\r\n", "\n")


def _noted(note: NotedRemark) -> NotedRemark:
    with validation_refusals(note):
        note.full_clean()
        note.save()
    return note


def _gone_on(remark: Remark, seen: str, what_now: str) -> Refused:
    """Somebody was faster: who it was and what they said."""
    if remark.done_at is not None and not seen.endswith("!"):
        return Refused(f"{remark.done_by} hat die Anmerkung inzwischen erledigt. {what_now}")
    if not remark.thread:
        return Refused(f"Die Anmerkung hat inzwischen einen anderen Stand. {what_now}")
    last = remark.thread[-1]
    return Refused(f"{last.author} hat inzwischen geschrieben: „{last.text}“ {what_now}")


@transaction.atomic
def save_strategy(
    *, district: District, title: str, valid_from: date, valid_to: date | None, by: User,
    strategy: RegionalStrategy | None = None,
) -> RegionalStrategy:  # fmt: skip
    """Enter or change a district's strategy; it counts once it is confirmed. Refuses: another district."""
    require(by, "strategy.keep", district)
    strategy = strategy or RegionalStrategy(district=district)
    if strategy.district_id != district.pk:
        raise Refused("Die Strategie gehört zu einer anderen Gebietskörperschaft.")
    strategy.title, strategy.valid_from, strategy.valid_to = title.strip(), valid_from, valid_to
    with validation_refusals(strategy):
        strategy.full_clean()
        strategy.save()
    return strategy


@transaction.atomic
def confirm_strategy(*, strategy: RegionalStrategy, by: User) -> RegionalStrategy:
    """State that the strategy is current and agreed with the regional actors. Refuses: another district."""
    require(by, "strategy.keep", strategy.district)
    strategy.confirmed_at, strategy.confirmed_by = clock.now(), by
    with validation_refusals(strategy):
        strategy.full_clean()
        strategy.save()
    return strategy
