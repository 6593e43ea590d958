"""What somebody fills in to report a barrier, and to answer for it."""

from datetime import datetime, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from aqb import clock
from aqb.forms import Form

QUICKEST = timedelta(seconds=2)  # nobody reads, writes and sends within this time; programs do
LONGEST = timedelta(days=1)
signer = signing.Signer(salt="aqb.barriers")


class BarrierForm(Form):
    """Which page, what, and where an answer goes. No riddle keeps programs out: an unseen field and the time do."""

    page = forms.CharField(
        label="Auf welcher Seite?", max_length=200, required=False,
        help_text="Adresse oder Name der Seite; eingetragen ist die Seite, von der Sie kommen",
    )  # fmt: skip
    text = forms.CharField(
        label="Was ist nicht zugänglich?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Was wollten Sie tun, und woran ist es gescheitert? Wenn Sie mögen, nennen Sie Gerät, Browser und Hilfsmittel.",
    )
    answer_to = forms.EmailField(
        label="E-Mail-Adresse für die Antwort", required=False,
        help_text="Ohne Adresse können wir die Barriere beseitigen, Ihnen aber nicht antworten.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    # The page hides it from people and their devices; whoever fills it in is a program.
    website = forms.CharField(
        label="Bitte leer lassen", required=False, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )
    begun = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("page", "text", "answer_to")

    @property
    def stamp(self) -> str:
        """When the form was shown, signed."""
        return signer.sign(clock.now().isoformat())

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError("Dieses Feld bleibt leer; es hält Programme ab. Bitte leeren Sie es.")
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            waited = clock.now() - datetime.fromisoformat(signer.unsign(self.data.get("begun", "")))
        except (signing.BadSignature, ValueError):
            waited = timedelta(0)
        if not QUICKEST <= waited <= LONGEST:
            raise ValidationError(
                "Bitte senden Sie das Formular noch einmal ab: Es war zu kurz oder zu lange offen. Ihre Angaben stehen noch da."
            )
        return cleaned


class AnswerForm(Form):
    """What somebody of the ministry or the operator has answered and done."""

    answer = forms.CharField(
        label="Antwort",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Was haben Sie geantwortet, was wird bis wann getan? Die E-Mail an die meldende Person schreiben Sie selbst.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("answer")
