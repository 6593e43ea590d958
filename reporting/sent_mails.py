"""What the demo would have sent: a trial writes mails to a folder, and this page shows them. In production there is none."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aqb.pages import Request

SHOWN = 50
LINE = b"-" * 79  # stands below each mail of a file


@dataclass(frozen=True)
class Sent:
    """One mail as it lies in the folder."""

    at: datetime
    to: str
    subject: str
    body: str


@never_cache
@require_safe
def sent_mails(request: Request) -> HttpResponse:
    """The newest mails of the demo, as plain text, for everybody who is signed in."""
    if settings.PRODUCTION:
        raise Http404("mails are sent, not shown")
    return render(request, "reporting/sent_mails.html", {"mails": newest(), "most": SHOWN})


def newest() -> list[Sent]:
    """What lies in the folder of the mail backend, the newest first."""
    place = settings.MAILERS["default"].get("OPTIONS", {}).get("file_path")
    folder = Path(place) if place else None
    if folder is None or not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return [mail for path in files[:SHOWN] for mail in reversed(_read(path))][:SHOWN]


def _read(path: Path) -> list[Sent]:
    at = timezone.make_aware(datetime.fromtimestamp(path.stat().st_mtime))  # noqa: DTZ006 - made aware at once
    messages = (part.strip(b"\n") for part in path.read_bytes().split(LINE))
    return [_mail(content, at) for content in messages if content.strip()]


def _mail(content: bytes, at: datetime) -> Sent:
    message: EmailMessage = message_from_bytes(content, policy=policy.default)
    text = message.get_body(("plain",))
    body = str(text.get_content()) if text is not None else ""
    return Sent(at, str(message["To"] or ""), str(message["Subject"] or ""), body.strip())
