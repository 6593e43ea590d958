"""What the ministry has noted becomes what it says: remarks, further questions, remarks opened again."""

from datetime import datetime

from agreements.models import AgreementVersion, NotedRemark, Party, Remark, RemarkReply
from aqb.models import User


def waiting(version: AgreementVersion) -> list[Remark]:
    """The remarks on which the district is still to answer."""
    return list(version.remarks.unanswered())


def send_noted(version: AgreementVersion, at: datetime) -> list[Remark]:
    """Send everything that is noted for the version; part of an action that has locked it. Answers what was sent on."""
    sent = [_send(note, at) for note in version.noted_remarks.select_related("author", "reply_to")]
    version.noted_remarks.all().delete()
    return sent


def _send(note: NotedRemark, at: datetime) -> Remark:
    if note.reply_to is not None:
        return say_more(note.reply_to, note.text, note.author, at)
    return say(note, at)


def say(note: NotedRemark, at: datetime) -> Remark:
    """A new remark in the words of the note and of whoever wrote it."""
    remark = Remark(
        version=note.version, project_key=note.project_key, project_title=note.project_title, field=note.field,
        field_title=note.field_title, text=note.text, author=note.author, created_at=at,
    )  # fmt: skip
    remark.full_clean()
    remark.save()
    return remark


def say_more(remark: Remark, text: str, by: User, at: datetime) -> Remark:
    """The ministry asks further; a remark that was closed is opened again, and the question is the reason."""
    closed = Remark.objects.select_for_update(of=("self",), no_key=True).get(pk=remark.pk)
    reopens = closed.done_at is not None
    if reopens:
        closed.done_at, closed.done_by = None, None
        closed.save(update_fields=["done_at", "done_by"])
    reply = RemarkReply(remark=closed, side=Party.LAND, text=text, author=by, written_at=at, reopens=reopens)
    reply.full_clean()
    reply.save()
    return closed
