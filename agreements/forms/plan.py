"""Forms of a vintage: its dates and rules, its pots of money, its copy."""

from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.text import slugify

from agreements.models import BudgetLine, BudgetYear
from agreements.models.plan import DUE_DATES
from aqb.forms import Form, ModelForm, TypedRows
from aqb.layout import Group, Pair

if TYPE_CHECKING:  # generic for mypy only
    _FormSet = forms.BaseModelFormSet[BudgetLine, "LineForm"]
else:
    _FormSet = forms.BaseModelFormSet

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class BudgetYearForm(ModelForm):
    """Year, cash years, dates and rules of a vintage."""

    subject = "diesen Jahrgang"

    constraint_fields = {
        "budgetyear_cash_years_in_order": "last_cash_year",
        "budgetyear_dates_in_order": "submission_due",
        "budgetyear_rounding_not_negative": "rounding",
    }

    class Meta(ModelForm.Meta):
        model = BudgetYear
        error_messages = {"year": {"unique": "Diesen Jahrgang gibt es schon. Bitte wählen Sie ein anderes Jahr."}}
        fields = (
            "year", "first_cash_year", "last_cash_year", "application_due", *DUE_DATES, "strategy_required", "rounding",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_cash_year"].help_text = "Kalenderjahr, in dem zum ersten Mal Geld fließt"
        self.fields["last_cash_year"].help_text = "höchstens vier Jahre später"
        if self.instance.opened_at:
            self.fields["year"].disabled = True
            self.fields["year"].help_text = "steht fest, seit der Jahrgang eröffnet ist"
        self.helper.layout = Layout(
            Group("1. Jahr", "year", Pair("first_cash_year", "last_cash_year")),
            Group(
                "2. Fristen",
                Pair("submission_due", "application_due"),
                Pair("approval_due", "issue_due"),
                Pair("signing_due", "publication_due"),
                note="Sie stehen auf den Seiten der Gebietskörperschaften und zeigen, was überfällig ist.",
            ),
            Group("3. Regeln", "strategy_required", "rounding"),
        )


class LineForm(ModelForm):
    """One pot of money. The key may stay empty in a new line: the title gives it."""

    subject = "diese Budgetlinie"

    constraint_fields = {"budgetline_title_unique": "title", "budgetline_key_unique": "key"}

    class Meta(ModelForm.Meta):
        model = BudgetLine
        fields = ("title", "amount", "key", "earmark")
        widgets = {"earmark": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.fields["key"].help_text = "bleibt über die Jahre gleich; leer: aus der Bezeichnung gebildet"
        name = (
            f"Budgetlinie „{self.instance.title}“"
            if self.instance.pk
            else f"{int((self.prefix or '0').rsplit('-', 1)[-1]) + 1}. Budgetlinie"
        )
        self.helper.layout = Layout(
            Group(name, Pair("title", "amount"), Pair("key", "earmark"), css_id=f"linie-{self.prefix}")
        )

    def clean_key(self) -> str:
        written = self.cleaned_data["key"] or slugify(self.cleaned_data.get("title", "").lower().translate(UMLAUTS))
        return str(written)[:30].strip("-")


class _Lines(TypedRows, _FormSet):
    """The lines of one vintage; two lines of the page may not share key or title."""

    def clean(self) -> None:
        seen: dict[str, set[str]] = {"key": set(), "title": set()}
        for form in self.forms:
            for name, values in seen.items():
                value = getattr(form, "cleaned_data", {}).get(name, "")
                if value and value in values:
                    label = form.fields[name].label
                    form.add_error(name, f"{label} „{value}“ steht schon bei einer anderen Budgetlinie.")
                values.add(value)

    def validate_unique(self) -> None:
        """Checked in `clean`, with a sentence at the line concerned."""


LineFormSet = forms.modelformset_factory(BudgetLine, form=LineForm, formset=_Lines, extra=1)
FirstLineFormSet = forms.modelformset_factory(BudgetLine, form=LineForm, formset=_Lines, extra=3, min_num=0)


class CopyForm(Form):
    """The year of a copy, and whether the amounts come along."""

    year = forms.IntegerField(label="Jahrgang der Kopie", min_value=2000, max_value=2100)
    with_amounts = forms.BooleanField(
        label="Beträge der Budgetlinien und Zuweisungen übernehmen",
        required=False,
        help_text="Zuweisungen nur für Gebietskörperschaften, die es im neuen Jahr gibt",
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if BudgetYear.objects.filter(year=year).exists():
            raise forms.ValidationError(f"Den Jahrgang {year} gibt es schon. Bitte wählen Sie ein anderes Jahr.")
        return year
