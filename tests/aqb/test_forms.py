"""What forms understand, what they refuse, and in which words; and that no constraint of a model slips through."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from crispy_forms.layout import Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Engine

from aqb.forms import DateField, EuroFormField, Form, ModelForm
from aqb.layout import Group, Pair
from aqb.models import District, Ministry


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1.234,50", "1234.50"), ("1234,5", "1234.50"), ("1.234", "1234.00"), (" 0 ", "0.00"), ("12 €", "12.00")],
)
def test_amount_is_read_as_people_write_it(written: str, amount: str) -> None:
    assert EuroFormField().clean(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["1.234,505", "-5", "1e9", "12,3,4", "123456789012345", "1.5", "NaN", "1\u0660", "0x10", "1" * 5000]
)
def test_wrong_amount_is_refused_by_a_german_sentence(written: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        EuroFormField().clean(written)
    [sentence] = refusal.value.messages
    assert sentence.endswith(".")
    assert "Betrag" in sentence
    assert written in sentence or len(written) > EuroFormField.longest


def test_empty_amount_is_none_unless_required() -> None:
    assert EuroFormField(required=False).clean("  ") is None
    with pytest.raises(ValidationError):
        EuroFormField().clean("")


def test_amount_is_shown_as_it_is_written() -> None:
    assert EuroFormField().prepare_value(Decimal("1234.5")) == "1.234,50"
    assert EuroFormField().prepare_value("12,3,4") == "12,3,4"


def test_unchanged_amount_is_no_change() -> None:
    assert not EuroFormField().has_changed(Decimal("1234.50"), "1.234,50")
    assert EuroFormField().has_changed(Decimal("1234.50"), "12,3,4")


class Span(Form):
    starts_on = DateField(label="Beginn")
    ends_on = DateField(label="Ende", required=False)


def posted(day: str, month: str, year: str) -> dict[str, str]:
    return {"starts_on_day": day, "starts_on_month": month, "starts_on_year": year}


def test_date_is_read_from_three_fields() -> None:
    form = Span(posted("1", "01", "2027"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"starts_on": date(2027, 1, 1), "ends_on": None}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("", "", ""), "Bitte geben Sie ein Datum an."),
        (("31", "", "2027"), "Bitte geben Sie auch den Monat an."),
        (("", "", "2027"), "Bitte geben Sie auch den Tag und den Monat an."),
        (("31", "2", "2027"), "Den 31.2.2027 gibt es nicht im Kalender."),
        (("31", "12", "27"), "Bitte schreiben Sie das Jahr mit vier Ziffern, zum Beispiel 2027 (angegeben ist „27“)."),
        (("31", "12", "0000"), "Den 31.12.0000 gibt es nicht im Kalender."),
    ],
)
def test_wrong_date_is_refused_by_naming_what_is_wrong(parts: tuple[str, str, str], sentence: str) -> None:
    assert Span(posted(*parts)).errors["starts_on"] == [sentence]


@pytest.mark.parametrize("parts", [("ein", "2", "2027"), ("٣", "2", "2027"), ("1", "-2", "2027"), ("1", "2", "99999")])
def test_date_that_is_not_digits_is_refused(parts: tuple[str, str, str]) -> None:
    [sentence] = Span(posted(*parts)).errors["starts_on"]
    assert "ist kein Datum" in sentence


def test_date_keeps_what_was_written_after_a_refusal() -> None:
    html = render_crispy_form(Span(posted("31", "", "2027")))
    assert 'name="starts_on_day" value="31"' in html
    assert 'name="starts_on_month" value=""' in html
    assert 'aria-describedby="id_starts_on_error"' in html


class Asked(Form):
    title = forms.CharField(label="Titel", max_length=5, help_text="so wie auf dem Papier")
    places = forms.IntegerField(label="Plätze", required=False)
    kind = forms.ChoiceField(label="Art", choices=[("", "---------"), ("a", "A")])
    circles = forms.MultipleChoiceField(
        label="Rechtskreise", choices=[("SGB II", "SGB II")], widget=forms.CheckboxSelectMultiple
    )
    own = forms.CharField(label="Eigenes", error_messages={"required": "Eigener Satz."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Group("1. Grunddaten", "title", Pair("kind", "places")), Group("2. Mehr", "circles", "own")
        )


def test_sentences_are_ours_and_name_rule_and_value() -> None:
    form = Asked({"title": "zu lang", "kind": "b", "places": "x", "circles": ["SGB V"]})
    assert form.errors["title"] == ["Der Text hat 7 Zeichen. Möglich sind höchstens 5."]
    assert form.errors["kind"] == ["Die Auswahl „b“ steht nicht zur Verfügung."]
    assert form.errors["places"] == ["Bitte geben Sie eine ganze Zahl an, zum Beispiel 24."]
    assert form.errors["circles"] == ["Die Auswahl „SGB V“ steht nicht zur Verfügung."]
    assert form.errors["own"] == ["Eigener Satz."]
    assert Asked({}).errors["title"] == ["Bitte machen Sie hier eine Angabe."]


def test_form_in_kern_ties_hint_and_error_to_the_input() -> None:
    html = render_crispy_form(Asked({"title": "zu lang"}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "kern-form-input__input--error" in html


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    html = render_crispy_form(Asked())
    assert html.count("(freiwillig)") == 1
    assert "– bitte wählen –" in html
    assert "---------" not in html


def test_text_of_people_is_escaped_everywhere() -> None:
    html = render_crispy_form(Asked({"title": "<b>&\"'", "places": "<i>", "kind": "<u>", "own": "x"}))
    assert not any(tag in html for tag in ("<b>", "<i>", "<u>"))


def test_form_brings_neither_form_tag_nor_token() -> None:
    html = render_crispy_form(Asked())
    assert "<form" not in html
    assert "csrf" not in html


def test_single_field_can_be_shown_alone() -> None:
    source = "{% load crispy_forms_filters %}{{ form.title|as_crispy_field }}"
    html = Engine.get_default().from_string(source).render(Context({"form": Asked()}))
    assert 'for="id_title"' in html


# ---- constraints ----


class ValidityForm(ModelForm):
    """Shows the end only: the constraint over beginning and end names a field that is not there."""

    class Meta(ModelForm.Meta):
        model = District
        fields = ("valid_to",)


class ValidityFormAtField(ValidityForm):
    constraint_fields = {"district_validity_in_order": "valid_to"}

    class Meta(ValidityForm.Meta):
        pass


def end(year: str) -> dict[str, str]:
    return {"valid_to_day": "31", "valid_to_month": "12", "valid_to_year": year}


@pytest.mark.django_db
def test_constraint_over_a_field_outside_the_form_is_checked() -> None:
    form = ValidityForm(end("1999"), instance=District(ags="06438", kind="county", valid_from=date(2000, 1, 1)))
    assert form.non_field_errors() == ["Das Ende der Gültigkeit darf nicht vor ihrem Beginn liegen."]
    assert ValidityForm(end("2001"), instance=form.instance).is_valid()


@pytest.mark.django_db
def test_constraint_sentence_stands_at_the_field_it_belongs_to() -> None:
    district = District(ags="06438", kind="county", valid_from=date(2000, 1, 1))
    assert list(ValidityFormAtField(end("1999"), instance=district).errors) == ["valid_to"]


@pytest.mark.django_db
def test_unique_field_outside_the_form_is_checked_above_the_form() -> None:
    District.objects.create(
        ags="06438", name="A", sort_name="A", kind="county", region="Darmstadt", seat="B", valid_from=date(2000, 1, 1)
    )
    form = ValidityForm(end("2001"), instance=District(ags="06438", kind="county", valid_from=date(2000, 1, 1)))
    assert not form.is_valid()
    assert list(form.errors) == ["__all__"]


@pytest.mark.django_db
def test_field_that_already_failed_silences_its_constraints() -> None:
    district = District(ags="06438", kind="county", valid_from=date(2000, 1, 1))
    form = ValidityForm(end("99"), instance=district)
    assert list(form.errors) == ["valid_to"]
    assert len(form.errors["valid_to"]) == 1


def test_date_of_a_model_is_asked_for_in_three_fields() -> None:
    class MinistryForm(ModelForm):
        class Meta(ModelForm.Meta):
            model = Ministry
            fields = ("name", "valid_from")

    assert isinstance(MinistryForm().fields["valid_from"], DateField)
    assert isinstance(MinistryForm().fields["name"], forms.CharField)
