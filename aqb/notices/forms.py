"""The form in which a person says how often mails are to come."""

from django import forms
from django.utils.html import format_html

from aqb.forms import Form
from aqb.models import Subscription

HINTS = {
    Subscription.Mails.AT_ONCE: "",
    Subscription.Mails.DAILY: "werktags um 07:00 Uhr, nur wenn es etwas gibt",
    Subscription.Mails.DEADLINES: "14, 7 und 2 Tage vorher",
}


def _label(choice: Subscription.Mails) -> str:
    return format_html('{}<span class="aqb-sub">{}</span>', choice.label, HINTS[choice])


class MailsForm(Form):
    """One of three ways; none at all would mean to miss a deadline."""

    mails = forms.ChoiceField(
        label="Wie oft?",
        choices=[(choice.value, _label(choice) if HINTS[choice] else choice.label) for choice in Subscription.Mails],
        widget=forms.RadioSelect,
    )
