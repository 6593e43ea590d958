"""What a form starts from, and that every form of ours that shows something stored carries it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import WordingSection
from aqb.access import Role
from aqb.conflicts import ComparedForm, ComparedRows
from aqb.conflicts.authors import Author
from aqb.conflicts.comparison import Difference, Who
from aqb.conflicts.page import Choice
from aqb.conflicts.start import Start, mark, opened, plain
from aqb.conflicts.words import beside
from aqb.models import User
from tests import factories as make
from tests.forms import started

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestState:
    def test_marks_know_a_value_typed_or_stored(self) -> None:
        assert plain("eins\r\nzwei ") == plain("eins\nzwei")
        assert plain(Decimal("100.00")) == plain(Decimal(100))
        assert plain(None) == plain("") == plain(False)
        assert plain(["b", "a"]) == plain(("a", "b"))
        assert mark(date(2027, 3, 1)) != mark(date(2027, 1, 3))

    def test_start_is_signed(self) -> None:
        sealed = Start(at=timezone.now(), marks={"name": mark("Bauhof")}).sealed()
        assert opened(sealed) is not None
        assert opened(sealed[:-1] + ("A" if sealed[-1] != "A" else "B")) is None
        assert opened("") is None

    def test_start_stays_small_however_long_the_texts_are(self) -> None:
        section = make.wording(released=False).sections.get(key="Mittel")
        WordingSection.objects.filter(pk=section.pk).update(text="Wort " * 5000)
        client = browser(make.person(Role.MINISTRY))
        page = client.get(reverse("section_edit", kwargs={"pk": section.wording_id, "section": section.pk}))
        assert len(started(page, "text")["started"]) < 400

    def test_differing_words_are_found_on_both_sides(self) -> None:
        mine, theirs = beside("Neu ist die Begleitung.", "Neu ist das Konzept.")
        assert [piece.text for piece in mine if piece.differs] == ["die Begleitung"]
        assert "".join(piece.text for piece in theirs) == "Neu ist das Konzept."


def test_field_that_is_named_after_words_has_an_id_all_the_same() -> None:
    difference = Difference("weight:Junge Menschen", "weight:Junge Menschen", "Gewicht", Who.BOTH, "60", "40")
    assert (
        Choice(difference, Author(), [], [], "", "", is_missing=False).ident == "id_entscheidung-weight:Junge_Menschen"
    )


# ---- every form ----

OURS = {"aqb", "agreements", "projects", "reporting"}
# Forms of a model that do not compare, and why.
OTHERWISE: dict[str, str] = {}
# Forms without a model that show something stored, and so say `compares`.
SHOW_STORED = {"LinesForm", "PartyForm", "WordingChoiceForm"}


def forms_below(cls: Any) -> set[Any]:
    """Every form of ours that is made from the class."""
    found: set[Any] = set()
    for form in cls.__subclasses__():
        found |= {form} | forms_below(form)
    return {form for form in found if form.__module__.split(".")[0] in OURS}


def test_every_form_of_a_model_carries_what_it_started_from() -> None:
    ours = forms_below(forms.ModelForm)
    assert {form.__name__ for form in ours if not issubclass(form, ComparedForm)} == set(OTHERWISE)
    assert {"ProjectForm", "ProviderForm", "BudgetYearForm", "LineForm", "SectionForm"} <= {
        form.__name__ for form in ours
    }


def test_every_table_of_the_back_office_uses_such_a_form_also_for_its_rows() -> None:
    tables = admin.site._registry.values()
    assert all(issubclass(table.form, ComparedForm) for table in tables)
    rows: list[Any] = [row for table in tables for row in table.inlines]
    assert all(issubclass(row.form, ComparedForm) and issubclass(row.formset, ComparedRows) for row in rows)
    assert len(rows) > 5


def test_forms_without_a_model_that_show_something_stored_are_known() -> None:
    assert {form.__name__ for form in forms_below(forms.Form) if getattr(form, "compares", False)} == SHOW_STORED
