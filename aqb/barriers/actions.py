"""What can be done with the report of a barrier."""

import logging
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from aqb import clock
from aqb.access import Refused, require
from aqb.models import BarrierReport, User
from aqb.refusals import validation_refusals

logger = logging.getLogger(__name__)
TERM = timedelta(weeks=6)  # within which a report is answered
SAME = timedelta(hours=1)  # the same words again within this time are a second click


@transaction.atomic
def report_barrier(*, page: str, text: str, answer_to: str = "") -> BarrierReport:
    """Store what a visitor reports, and send it to the address of the installation when this is committed.

    Anybody may, so there is no `by`. The same report once more within an hour is the first one.
    """
    fields = {"page": page.strip(), "text": text.strip(), "answer_to": answer_to.strip()}
    if same := BarrierReport.objects.filter(**fields, reported_at__gte=clock.now() - SAME).first():
        return same
    report = BarrierReport(**fields, reported_at=clock.now())
    with validation_refusals(report):
        report.full_clean()
        report.save()
    transaction.on_commit(lambda: _mail(report))
    return report


def _mail(report: BarrierReport) -> None:
    """A mail server that does not answer loses nothing: the report is stored, and the pages name what is unanswered."""
    if not settings.CONTACT_MAIL:
        logger.warning("Barrier report %s was not mailed: AQB_CONTACT_MAIL is not set.", report.pk)
        return
    link = f"{settings.BASE_URL}{reverse('barrier_detail', args=[report.pk])}"
    context = {"report": report, "link": link, "due": due(report)}
    mail = EmailMessage(
        f"Gemeldete Barriere Nr. {report.pk}",
        render_to_string("public/mail/barrier.txt", context),
        to=[settings.CONTACT_MAIL],
        reply_to=[report.answer_to] if report.answer_to else None,
    )
    try:
        mail.send()
    except (SMTPException, OSError):
        logger.exception("Barrier report %s was not mailed.", report.pk)


@transaction.atomic
def answer_barrier(*, report: BarrierReport, answer: str, by: User) -> BarrierReport:
    """Note what was answered and done. Refuses what has been answered already, and an empty answer."""
    require(by, "barrier.answer")
    row = BarrierReport.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
    if row.answered_at:
        raise Refused("Diese Meldung ist schon beantwortet.")
    if not answer.strip():
        raise Refused("Bitte schreiben Sie, was Sie geantwortet oder getan haben.")
    row.answer, row.answered_at, row.answered_by = answer.strip(), clock.now(), by
    with validation_refusals(row):
        row.full_clean()
        row.save()
    return row


def due(report: BarrierReport) -> date:
    """The day by which the report must be answered."""
    return clock.day(report.reported_at + TERM)


def late_before() -> datetime:
    """Whatever came before this moment and is not answered should have been by yesterday; as `due` counts, in whole days."""
    return clock.morning(clock.today()).astimezone(UTC) - TERM
