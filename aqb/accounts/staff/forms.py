"""The forms of people: invite somebody, accept, name a deputy, close an account; and the filters of the list."""

from typing import Any

import django_filters
from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet

from aqb import clock
from aqb.accounts.forms import PASSWORD_RULE
from aqb.accounts.staff import deputies, people
from aqb.forms import DateField, Form
from aqb.layout import Pair
from aqb.models import District, User

STATES = [("aktiv", "aktiv"), ("stillgelegt", "stillgelegt")]
PHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
NAME_HINT = "Vor- und Nachname, mit Titel, ohne Herr oder Frau"


class InviteForm(Form):
    """Who is invited to what. A lead of a district invites for the own one and is not asked which."""

    asked_later = ("district",)  # some roles need it, others must not have it: the word "optional" would mislead

    email = forms.EmailField(label="E-Mail-Adresse", help_text="An diese Adresse geht der Link; sie wird der Zugang.")
    name = forms.CharField(label="Name", max_length=120, help_text=NAME_HINT)
    office = forms.CharField(label="Funktion", max_length=120, required=False)
    role = forms.ChoiceField(label="Rolle", widget=forms.RadioSelect)
    district = forms.ModelChoiceField(
        label="Gebietskörperschaft", queryset=District.objects.none(), required=False,
        help_text="nur bei den Rollen der Gebietskörperschaften",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = people.invitable(by)
        role: Any = self.fields["role"]
        role.choices = [(one.value, people.explained(one)) for one in roles]
        if len(roles) == 1:
            role.initial = roles[0].value
        if by.is_district:
            del self.fields["district"]
            return
        district: Any = self.fields["district"]
        district.queryset = District.objects.valid_on(clock.today()).order_by("sort_name")
        if all(one in people.DISTRICT for one in roles):
            district.required, district.help_text, district.empty_label = True, "", "– bitte wählen –"


class AcceptForm(Form):
    """What an invited person says about themselves, and the password they choose."""

    name = forms.CharField(label="Name", max_length=120, help_text=NAME_HINT)
    office = forms.CharField(label="Funktion", max_length=120, required=False)
    phone = forms.CharField(label="Telefon", max_length=40, required=False, widget=PHONE)
    password = forms.CharField(
        label="Passwort", strip=False, help_text=PASSWORD_RULE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="Passwort wiederholen", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> Any:
        data = super().clean()
        first, second = self.cleaned_data.get("password"), self.cleaned_data.pop("again", None)
        if first and second and first != second:
            self.add_error("again", "Die beiden Passwörter stimmen nicht überein.")
        return data


class DeputyForm(Form):
    """Who stands in for the lead, and on which days."""

    deputy = forms.ModelChoiceField(label="Vertretung durch", queryset=User.objects.none())
    valid_from = DateField(label="erster Tag")
    valid_to = DateField(label="letzter Tag")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputy: Any = self.fields["deputy"]
        deputy.queryset = deputies.colleagues(by)
        self.helper.layout = Layout("deputy", Pair("valid_from", "valid_to"))

    def clean(self) -> Any:
        data = super().clean()
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Der letzte Tag liegt vor dem ersten.")
        return data


class CloseForm(Form):
    """Why an account is closed; it stands in the history."""

    reason = forms.CharField(
        label="Grund", max_length=300, required=False, help_text="zum Beispiel: Wechsel der Dienststelle"
    )


class FilterForm(Form):
    """A row of filters: none of them has to be set, so nothing says so."""

    says_optional = False


class PersonFilter(django_filters.FilterSet):
    """People by words, district and whether the account is open; the state stands in the address."""

    q = django_filters.CharFilter(label="Suche", method="search", widget=forms.TextInput(attrs={"type": "search"}))
    district = django_filters.ChoiceFilter(
        label="Gebietskörperschaft", field_name="district__ags", empty_label="alle",
        choices=lambda: list(District.objects.values_list("ags", "name")),
    )  # fmt: skip
    state = django_filters.ChoiceFilter(label="Stand", choices=STATES, method="in_state", empty_label="alle")

    class Meta:
        model = User
        form = FilterForm
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return people.search(rows, value)

    def in_state(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(is_active=value == "aktiv")
