"""What ministry and district say to each other about an agreement, a project or one field of it."""

from typing import Any

import pghistory
import pghistory.models
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery

from agreements.models.agreement import OfVersion, Party, moment, person
from aqb import full_text, triggers
from aqb.access import MINISTRY, VisibleTo
from aqb.history import recorded

KEPT = "Was gesagt ist, wird weder geändert noch gelöscht."


class Place(models.Model):
    """What is spoken about: the agreement, a project, or a field of either.

    A project is named by its `uid`, a field by its name in the form (`amount_<line>_<year>` for a single amount), and both
    by what they were called: the remark stays readable when the project goes.
    """

    project_key = models.UUIDField("Projekt", null=True, blank=True)
    project_title = models.CharField("Projekttitel", max_length=300, blank=True)
    field = models.CharField("Feld", max_length=40, blank=True)
    field_title = models.CharField("Feldname", max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """`Rückenwind · Feld Betrag`."""
        parts = [self.project_title, f"Feld {self.field_title}" if self.field_title else ""]
        return " · ".join(filter(None, parts)) or "Zielvereinbarung als Ganzes"


class RemarkSet(OfVersion):
    def with_threads(self) -> "RemarkSet":
        """Each with its author and all replies, in two queries however many there are."""
        replies = self.model.replies.rel.related_model.objects.select_related("author")
        return self.select_related("author").prefetch_related(models.Prefetch("replies", replies))

    def _open(self) -> "RemarkSet":
        """Those that the ministry has not closed, with `last_side`: who spoke last after the remark, None for nobody."""
        replies = self.model.replies.rel.related_model.objects.filter(remark=models.OuterRef("pk"))
        last = Subquery(replies.order_by("-written_at", "-pk").values("side")[:1])
        return self.filter(done_at__isnull=True).annotate(last_side=last)

    def unanswered(self) -> "RemarkSet":
        """Those on which the district is to have the next word."""
        return self._open().filter(Q(last_side__isnull=True) | ~Q(last_side=Party.DISTRICT))

    def answered(self) -> "RemarkSet":
        """Those on which the district had the last word, and the ministry has not closed them."""
        return self._open().filter(last_side=Party.DISTRICT)


class EventOfRemark(pghistory.models.Event):
    """The history of remarks keeps the columns of the one answer that a remark had before threads: it is chained."""

    answer = models.TextField("Antwort", blank=True, default="", db_default="", max_length=4000)
    answered_at = models.DateTimeField("beantwortet am", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+",
        related_query_name="+", verbose_name="beantwortet von",
    )  # fmt: skip

    class Meta:
        abstract = True


@recorded(base_model=EventOfRemark, model_name="RemarkEvent", obj_field=pghistory.ObjForeignKey(related_name="events"))
class Remark(Place):
    """Anmerkung: question or request of the ministry, and the thread that follows. It exists once the district sees it.

    What is being written stands in NotedRemark. Only `done_at` and `done_by` ever change.
    """

    version = models.ForeignKey(
        "agreements.AgreementVersion", models.PROTECT, related_name="remarks", verbose_name="Fassung"
    )
    text = models.TextField("Anmerkung", max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="von")
    created_at = models.DateTimeField("am")
    done_at = moment("erledigt am")
    done_by = person("erledigt von")

    objects = RemarkSet.as_manager()

    class Meta:
        verbose_name = "Anmerkung"
        verbose_name_plural = "Anmerkungen"
        ordering = ("version", "created_at", "pk")
        indexes = (
            full_text.index("remark_words", "text"),
            full_text.index("remark_title_words", "project_title"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""), name="remark_says_something", violation_error_message="Die Anmerkung ist leer."
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="remark_done_by_person",
                violation_error_message="Zur Erledigung gehören Person und Zeitpunkt.",
            ),
        )
        triggers = (
            triggers.trigger(
                "remark_stays_as_sent",
                pgtrigger.Update | pgtrigger.Delete,
                f"""
                IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ARRAY['done_at', 'done_by_id'] IS DISTINCT FROM
                   to_jsonb(NEW) - ARRAY['done_at', 'done_by_id'] THEN
                    {triggers.refuse("remark_stays_as_sent", triggers.text(KEPT))}
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
            triggers.never_emptied("remark"),
        )

    def __str__(self) -> str:
        return f"{self.project_title or 'Zielvereinbarung'}: {self.text[:60]}"

    @property
    def thread(self) -> list["RemarkReply"]:
        """The replies in their order, read once for the row (`with_threads()` where there are many)."""
        return list(self.replies.all())

    @property
    def is_answered(self) -> bool:
        """Whether the district had the last word."""
        replies = self.thread
        return bool(replies) and replies[-1].side == Party.DISTRICT

    @property
    def is_open(self) -> bool:
        """Whether the ministry waits for an answer."""
        return self.done_at is None and not self.is_answered

    @property
    def seen(self) -> str:
        """How far the thread has come: a page that shows less than is stored cannot answer blindly."""
        replies = self.thread
        return f"{replies[-1].pk if replies else 0}{'!' if self.done_at else ''}"


class OfRemark(VisibleTo):
    district_path = "remark__version__agreement__district"


@recorded()
class RemarkReply(models.Model):
    """One contribution to a thread after the remark: an answer of the district or a further question of the ministry.

    `reopens` marks the reason for which the ministry has opened a closed remark again.
    """

    remark = models.ForeignKey(Remark, models.PROTECT, related_name="replies", verbose_name="Anmerkung")
    side = models.CharField("Seite", max_length=10, choices=Party)
    text = models.TextField("Text", max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="von")
    written_at = models.DateTimeField("am")
    reopens = models.BooleanField("öffnet wieder", default=False)

    objects = OfRemark.as_manager()

    class Meta:
        verbose_name = "Beitrag zu einer Anmerkung"
        verbose_name_plural = "Beiträge zu Anmerkungen"
        ordering = ("remark", "written_at", "pk")
        indexes = (full_text.index("remarkreply_words", "text"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""),
                name="remarkreply_says_something",
                violation_error_message="Die Antwort ist leer.",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["land", "district"]),
                name="remarkreply_side_known",
                violation_error_message="Diese Seite gibt es nicht.",
            ),
            models.CheckConstraint(
                condition=Q(reopens=False) | Q(side="land"),
                name="remarkreply_reopened_by_ministry",
                violation_error_message="Wieder öffnet eine Anmerkung nur das Ministerium.",
            ),
        )
        triggers = (
            *triggers.append_only("remarkreply", KEPT),
            triggers.trigger(
                "remarkreply_while_open",
                pgtrigger.Insert,
                f"""
                PERFORM 1 FROM agreements_remark WHERE id = NEW.remark_id FOR SHARE;
                IF EXISTS (SELECT 1 FROM agreements_remark WHERE id = NEW.remark_id AND done_at IS NOT NULL) THEN
                    {
                    triggers.refuse(
                        "remarkreply_while_open",
                        triggers.text("Die Anmerkung ist erledigt. Sie muss erst wieder geöffnet werden."),
                    )
                }
                END IF;
                RETURN NEW;
                """,
                when=pgtrigger.Before,
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class NotedSet(OfVersion):
    """Only the ministry sees what it has not sent yet."""

    def visible_to(self, user: Any) -> Any:
        return super().visible_to(user) if user.is_authenticated and user.role in MINISTRY else self.none()


class NotedRemark(Place):
    """Vorgemerkte Anmerkung: what the ministry is writing and nobody else sees; sending makes a Remark or a reply of it.

    A sheet of notes shared by the colleagues, so it keeps no history: what counts is recorded when it is sent.
    """

    version = models.ForeignKey(
        "agreements.AgreementVersion", models.PROTECT, related_name="noted_remarks", verbose_name="Fassung"
    )
    reply_to = models.ForeignKey(
        Remark, models.PROTECT, null=True, blank=True, related_name="noted_replies", verbose_name="zur Anmerkung"
    )
    text = models.TextField("Anmerkung", max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="von")
    written_at = models.DateTimeField("am")

    objects = NotedSet.as_manager()

    class Meta:
        verbose_name = "vorgemerkte Anmerkung"
        verbose_name_plural = "vorgemerkte Anmerkungen"
        ordering = ("version", "written_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(text=""),
                name="notedremark_says_something",
                violation_error_message="Die Anmerkung ist leer.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place}: {self.text[:60]}"
