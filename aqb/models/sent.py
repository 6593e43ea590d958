"""What has been sent already, so that nothing happens twice."""

from django.db import models


class SentForm(models.Model):
    """A form that has come through: where its answer led, and what was said there.

    `key` is the SHA-256 of the form's token, its address and the person, `content` that of everything typed. Not
    recorded in the history: it changes nothing of the business, and the daily job removes it after a day (`aqb.once`).
    """

    key = models.CharField("Kennzeichen", max_length=64)
    sent_at = models.DateTimeField("angekommen am", db_index=True)
    led_to = models.TextField("führte zu", blank=True)
    content = models.CharField("Inhalt", max_length=64)
    said = models.TextField("Meldung", blank=True)

    class Meta:
        verbose_name = "angekommenes Formular"
        verbose_name_plural = "angekommene Formulare"
        ordering = ("-sent_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("key",),
                name="sentform_once",
                violation_error_message="Dieses Formular ist schon angekommen.",
            ),
        )

    def __str__(self) -> str:
        return f"Formular vom {self.sent_at:%d.%m.%Y}"
