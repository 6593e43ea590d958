"""The outbox: mails are rows, written with what they tell and sent afterwards, by as many senders as there are.

What is guaranteed: a mail that is committed leaves, or is shown on /betrieb/ as given up. Of two senders only one has it.
An attempt is noted before it is made; a sender that is killed between the mail server's yes and its own note leaves the
mail waiting, and it leaves once more for each such death, never more often than TRIES.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPException, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from aqb import clock
from aqb.models import Mail, Notice, User
from aqb.models.notices import TRIES

logger = logging.getLogger(__name__)

# After each attempt that failed: a quarter of an hour, two hours, six, sixteen; together about a day.
PAUSES = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=6), timedelta(hours=16))
MANY = 500  # mails that one call sends at most; the next one goes on


def write(person: User, *, subject: str, body: str, key: str = "") -> Mail:
    """Put one mail into the outbox, to be sent at the next opportunity. With `key` it is written only once for good."""
    if key and (known := Mail.objects.filter(key=key).first()):
        return known
    mail: Mail = Mail.objects.create(**_fields(person.pk, subject, body), key=key)
    return mail


def write_about(notices: list[Notice]) -> None:
    """One mail for each of these notices, to its recipient."""
    for notice, mail in zip(notices, Mail.objects.bulk_create(_about(one) for one in notices), strict=True):
        notice.mail = mail
    Notice.objects.bulk_update(notices, ["mail"])


def _about(notice: Notice) -> Mail:
    body = render_to_string("notices/mail.txt", {"notice": notice, **places(notice)})
    return Mail(**_fields(notice.recipient_id, f"AQB: {notice.said_by_mail}", body))


def places(notice: Notice | None = None) -> dict[str, str]:
    """Absolute addresses that mails name: of the notice, and of the page with all of them."""
    page = f"{settings.BASE_URL}{reverse('notice_list')}"
    return {"link": f"{settings.BASE_URL}{reverse('notice_open', args=[notice.pk])}" if notice else page, "page": page}


def _fields(person: int, subject: str, body: str) -> dict[str, object]:
    now = clock.now()
    return {
        "recipient_id": person, "subject": subject, "body": body.strip() + "\n", "created_at": now, "next_try_at": now,
    }  # fmt: skip


def send_due(most: int = MANY) -> tuple[int, int]:
    """Send what is due, the oldest first; answers how many mails left and how many did not. Never raises for a mail."""
    sent = failed = 0
    while sent + failed < most and (mail := _claim()):
        if mail.state != Mail.State.WAITING:
            continue
        if _send(mail):
            sent += 1
        else:
            failed += 1
    return sent, failed


@transaction.atomic
def _claim() -> Mail | None:
    """The next mail that is due, its attempt already noted: from now on no other sender finds it.

    One whose recipient must not have it any more comes back as dropped, one without attempts left as given up.
    """
    due = Mail.objects.filter(state=Mail.State.WAITING, next_try_at__lte=clock.now())
    mail: Mail | None = (
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient")
        .order_by("next_try_at", "pk")
        .first()
    )
    if mail is None:
        return None
    if not mail.recipient.is_active or not _still_seen(mail):
        return _end(mail, Mail.State.DROPPED)
    if mail.attempts >= TRIES:
        return _end(mail, Mail.State.GIVEN_UP)
    mail.attempts += 1
    mail.next_try_at = clock.now() + PAUSES[min(mail.attempts, len(PAUSES)) - 1]
    mail.save(update_fields=["attempts", "next_try_at"])
    return mail


def _still_seen(mail: Mail) -> bool:
    """Whether the recipient may still see something of what the mail tells; a mail without notices tells nothing secret."""
    told: Iterable[Notice] = mail.notices.all()
    return not told or mail.notices.readable().exists()


def _send(mail: Mail) -> bool:
    try:
        EmailMessage(mail.subject, mail.body, to=[mail.recipient.email]).send()
    except (SMTPException, OSError) as error:
        mail.last_error = _said(error)
        logger.warning("mail %s did not leave at attempt %s: %s", mail.pk, mail.attempts, mail.last_error)
        if mail.attempts >= TRIES:
            _end(mail, Mail.State.GIVEN_UP)
        else:
            mail.save(update_fields=["last_error"])
        return False
    mail.last_error = ""
    _end(mail, Mail.State.SENT)
    return True


def _said(error: Exception) -> str:
    """What went wrong without the server's own words, which may repeat an address."""
    code = f" {error.smtp_code}" if isinstance(error, SMTPResponseException) else ""
    number = f" {error.errno}" if isinstance(error, OSError) and error.errno else ""
    return f"{type(error).__name__}{code or number}"


def _end(mail: Mail, state: str) -> Mail:
    mail.state, mail.next_try_at, mail.ended_at = state, None, clock.now()
    mail.save(update_fields=["state", "next_try_at", "ended_at", "last_error"])
    return mail
