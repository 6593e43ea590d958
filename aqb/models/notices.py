"""What people are told: notices in the application, the mails about them, and how each person wants to hear.

No business rows: they repeat what agreements and vintages record, and go after a year. So they have no history.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aqb.access import SEES_ALL, Person
from aqb.models.places import District

TRIES = 5  # the last one about a day after the first (aqb/notices/outbox.py)
ONE_LINE = r"^[^\r\n]+$"


class Mail(models.Model):
    """One mail to one person, written in the transaction of what it tells and sent by whoever sends next.

    It holds no address: a mail goes to the one that the account has when it leaves. Neither amounts nor attachments.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "wartet"
        SENT = "sent", "gesendet"
        GIVEN_UP = "given_up", "aufgegeben"
        DROPPED = "dropped", "entfallen"  # the account was closed, or what it told is not the person's to see any more

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails", verbose_name="Empfängerin oder Empfänger"
    )
    subject = models.CharField("Betreff", max_length=220)
    body = models.TextField("Text")
    key = models.CharField("einmalig als", max_length=100, blank=True)
    state = models.CharField("Stand", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("Versuche", default=0)
    created_at = models.DateTimeField("erstellt am")
    next_try_at = models.DateTimeField("nächster Versuch", null=True, blank=True)
    ended_at = models.DateTimeField("abgeschlossen am", null=True, blank=True)
    last_error = models.CharField("letzter Fehler", max_length=200, blank=True)

    class Meta:
        verbose_name = "E-Mail"
        verbose_name_plural = "E-Mails"
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(fields=("next_try_at", "id"), condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=("created_at",), name="mail_created"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["sent", "given_up", "dropped"], next_try_at__isnull=True, ended_at__isnull=False),
                name="mail_state_fits_moments",
                violation_error_message="Eine wartende E-Mail hat einen nächsten Versuch, jede andere ein Ende.",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=TRIES),
                name="mail_tries_are_limited",
                violation_error_message=f"Eine E-Mail wird höchstens {TRIES}-mal versucht.",
            ),
            models.CheckConstraint(
                condition=Q(subject__regex=ONE_LINE),
                name="mail_subject_in_one_line",
                violation_error_message="Der Betreff einer E-Mail steht in einer Zeile.",
            ),
            models.CheckConstraint(
                condition=~Q(subject__contains="€") & ~Q(body__contains="€"),
                name="mail_without_amounts",
                violation_error_message="E-Mails enthalten keine Beträge, nur Verweise.",
            ),
            models.UniqueConstraint(
                fields=("key",),
                condition=~Q(key=""),
                name="mail_once",
                violation_error_message="Diese E-Mail ist schon geschrieben.",
            ),
        )

    def __str__(self) -> str:
        return self.subject


class NoticeSet(models.QuerySet["Notice"]):
    def readable(self) -> "NoticeSet":
        """Without what the recipient may not see any more, because role or district have changed since."""
        own = Q(district=None) | Q(district=F("recipient__district")) | Q(recipient__role__in=sorted(SEES_ALL))
        return self.filter(own)

    def visible_to(self, user: Person) -> "NoticeSet":
        """The person's own notices; nobody reads another one's."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.readable().filter(recipient=user.pk)

    def unread(self) -> "NoticeSet":
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something that a person should know, until it is read or later news about the same thing make it old.

    `about` names the thing ("version:17"), `key` an occasion that comes only once ("frist:4:submission_due:…"). The
    acting person is a reference, never a name in the text, so that anonymising reaches it.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name="Empfängerin oder Empfänger"
    )
    kind = models.CharField("Art", max_length=30)
    about = models.CharField("Gegenstand", max_length=60, blank=True)
    key = models.CharField("einmalig als", max_length=100, blank=True)
    title = models.CharField("Mitteilung", max_length=200)
    text = models.CharField("Erläuterung", max_length=300, blank=True)
    mail_title = models.CharField("Mitteilung in der E-Mail", max_length=200, blank=True)
    url = models.CharField("Ort", max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="von"
    )
    district = models.ForeignKey(
        District, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Gebietskörperschaft"
    )
    created_at = models.DateTimeField("mitgeteilt am")
    read_at = models.DateTimeField("gelesen am", null=True, blank=True)
    awaits_digest = models.BooleanField("wartet auf die Sammelmail", default=False)
    mail = models.ForeignKey(
        Mail, models.SET_NULL, null=True, blank=True, related_name="notices", verbose_name="E-Mail"
    )

    objects = NoticeSet.as_manager()

    class Meta:
        verbose_name = "Mitteilung"
        verbose_name_plural = "Mitteilungen"
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(fields=("recipient", "-created_at", "-id"), name="notice_of_person"),
            models.Index(fields=("recipient",), condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=("about",), condition=Q(read_at=None), name="notice_about"),
            models.Index(fields=("created_at",), condition=Q(awaits_digest=True), name="notice_awaits_digest"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(url__regex=r"^(/([^/\\].*)?)?$"),
                name="notice_leads_within",
                violation_error_message="Eine Mitteilung führt nur auf Seiten dieser Anwendung.",
            ),
            models.UniqueConstraint(
                fields=("recipient", "key"),
                condition=~Q(key=""),
                name="notice_once",
                violation_error_message="Das ist dieser Person schon mitgeteilt.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    @property
    def said_by_mail(self) -> str:
        """The title as a mail may say it."""
        return self.mail_title or self.title


class Subscription(models.Model):
    """How a person wants to hear of things. Who has chosen nothing gets one mail a day and has no calendar address.

    Of the calendar's address only a random part and a SHA-256 are kept: whoever reads the table cannot use it
    (`aqb.notices.calendar_address`).
    """

    class Mails(models.TextChoices):
        AT_ONCE = "at_once", "sofort je Ereignis"
        DAILY = "daily", "einmal am Tag gesammelt"
        DEADLINES = "deadlines", "nur Fristen"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscription", verbose_name="Person"
    )
    mails = models.CharField("Wie oft?", max_length=10, choices=Mails, default=Mails.DAILY)
    calendar_nonce = models.CharField(max_length=64, blank=True, editable=False)
    calendar_digest = models.CharField(max_length=64, blank=True, editable=False)
    calendar_since = models.DateTimeField("Kalenderadresse seit", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "Wunsch zu Nachrichten"
        verbose_name_plural = "Wünsche zu Nachrichten"
        constraints = (
            models.CheckConstraint(
                condition=Q(mails__in=["at_once", "daily", "deadlines"]),
                name="subscription_mails_known",
                violation_error_message="Bitte wählen Sie, wie oft Sie E-Mails bekommen möchten.",
            ),
            models.CheckConstraint(
                condition=Q(calendar_digest="", calendar_nonce="", calendar_since__isnull=True)
                | (Q(calendar_digest__regex=r"^[0-9a-f]{64}$", calendar_since__isnull=False) & ~Q(calendar_nonce="")),
                name="subscription_calendar_whole",
                violation_error_message="Eine Kalenderadresse ist entweder ganz da oder gar nicht.",
            ),
            models.UniqueConstraint(
                fields=("calendar_digest",),
                condition=~Q(calendar_digest=""),
                name="subscription_calendar_unique",
                violation_error_message="Diese Kalenderadresse ist schon vergeben.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_mails_display()}"
