"""Amounts, days and counts as people read them, and the parts of a page that say where something stands."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Engine

from aqb import clock, screens
from aqb.screens import Check, Task
from aqb.templatetags import aqb as tags

NBSP = "\u00a0"
TODAY = datetime(2027, 3, 24, 10, 42, tzinfo=UTC)


def rendered(source: str, **context: Any) -> str:
    return Engine.get_default().from_string(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal(1356400), f"1.356.400,00{NBSP}€"),
        (Decimal(0), f"0,00{NBSP}€"),
        (Decimal("-12600.5"), f"\u221212.600,50{NBSP}€"),
        (None, "nicht bekannt"),
    ],
)
def test_euro_is_german_with_true_minus_and_unbroken_unit(amount: Decimal | None, text: str) -> None:
    assert tags.euro(amount) == text


def test_amount_makes_the_cents_quieter() -> None:
    cents = f'<span class="aqb-cents">,00{NBSP}€</span>'
    assert tags.amount(Decimal(67400)) == f'<span class="aqb-amount">67.400{cents}</span>'


def test_amount_is_signed_or_plain_when_asked() -> None:
    assert ">+67.400<" in tags.amount(Decimal(67400), "signed")
    assert ">\u221267.400<" in tags.amount(Decimal(-67400), "signed")
    assert ">0<" in tags.amount(Decimal(0), "signed")
    assert "€" not in tags.amount(Decimal(67400), "plain")


def test_amount_below_zero_says_so_in_words() -> None:
    source = '{% include "components/amount.html" with value=value only %}'
    assert "überschritten:" in rendered(source, value=Decimal("-0.01"))
    assert "überschritten:" not in rendered(source, value=Decimal(0))


def test_percent_is_full_only_when_nothing_is_left() -> None:
    assert tags.percent(Decimal("1201399.99"), Decimal(1201400)) == f"99{NBSP}%"
    assert tags.percent(Decimal(5), Decimal(5)) == f"100{NBSP}%"
    assert tags.percent(Decimal(0), Decimal(0)) == f"0{NBSP}%"


def test_dates_are_german() -> None:
    assert tags.date_short(date(2027, 3, 31)) == "31.03.2027"
    assert tags.date_long(date(2027, 3, 31)) == f"31.{NBSP}März 2027"
    assert tags.date_short(None) == tags.date_long(None) == tags.moment(None) == ""


def test_moment_counts_as_its_day_in_hesse() -> None:
    late = datetime(2027, 3, 24, 23, 30, tzinfo=UTC)
    assert tags.date_short(late) == "25.03.2027"
    assert tags.date_long(late) == f"25.{NBSP}März 2027"
    assert tags.moment(late) == f"25.03.2027, 00:30{NBSP}Uhr"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (31, f"noch 7{NBSP}Tage"),
        (25, f"noch 1{NBSP}Tag"),
        (24, "heute"),
        (23, f"seit 1{NBSP}Tag überschritten"),
        (21, f"seit 3{NBSP}Tagen überschritten"),
    ],
)
def test_days_left_speaks_of_the_distance(day: int, words: str) -> None:
    with clock.stopped(TODAY):
        assert tags.days_left(date(2027, 3, day)) == words


def test_days_since_counts_whole_days() -> None:
    with clock.stopped(TODAY):
        assert tags.days_since(date(2027, 3, 17)) == 7
        assert tags.days_since(TODAY) == 0


def test_count_bends_the_noun_and_groups_thousands() -> None:
    assert tags.count(1, "Projekt,Projekte") == f"1{NBSP}Projekt"
    assert tags.count(0, "Projekt,Projekte") == f"0{NBSP}Projekte"
    assert tags.count(12345, "Projekt,Projekte") == f"12.345{NBSP}Projekte"


def test_file_size_is_in_the_unit_that_people_compare() -> None:
    assert tags.file_size(12) == f"1{NBSP}kB"
    assert tags.file_size(148_000) == f"148{NBSP}kB"
    assert tags.file_size(2_400_000) == f"2,4{NBSP}MB"


def test_years_and_keys_get_no_thousand_separators() -> None:
    assert rendered("{{ year }}", year=2027) == "2027"


# ---- parts ----


def version(status: str = "draft", **moments: Any) -> Any:
    due = {"submission_due": date(2027, 3, 31), "approval_due": date(2027, 4, 15), "issue_due": None}
    plan = SimpleNamespace(**due, signing_due=None, publication_due=None)
    names = ("returned_at", "submitted_at", "approved_at", "issued_at", "signed_at", "published_at")
    blank = dict.fromkeys(names) | {"created_at": TODAY, "status_changed_at": TODAY}
    own = {"agreement": SimpleNamespace(budget_year=plan), "submission_due": plan.submission_due}
    return SimpleNamespace(status=status, **(own | blank | moments))


@pytest.mark.parametrize("status", screens.STATUS)
def test_status_is_words_and_icon_not_only_colour(status: str) -> None:
    badge = screens.STATUS[status]
    html = rendered("{% status_name status %}", status=status)
    assert badge.label in html
    assert f"kern-icon--{badge.icon}" in html


def test_every_status_of_a_version_has_a_badge() -> None:
    from agreements.models import Status

    assert set(Status.values) <= set(screens.STATUS)


def test_returned_draft_is_called_returned() -> None:
    assert "Zurückgegeben" in rendered("{% status_badge version %}", version=version(returned_at=TODAY))
    assert "Entwurf" in rendered("{% status_badge version %}", version=version())
    assert "Eingereicht" in rendered("{% status_badge version %}", version=version("submitted", returned_at=TODAY))


def test_path_tells_reached_current_and_planned_steps() -> None:
    steps = screens.path_of(version("submitted", submitted_at=TODAY))
    assert [step.state for step in steps] == ["done", "current", "ahead", "ahead", "ahead", "ahead"]
    assert [step.note for step in steps][:3] == ["24.03.2027", "seit 24.03.2027", "geplant 15.04.2027"]


def test_path_of_a_returned_draft_plans_to_submit_again() -> None:
    steps = screens.path_of(version(returned_at=TODAY, submitted_at=TODAY))
    assert (steps[0].state, steps[1].state, steps[1].note) == ("current", "ahead", "bis 31.03.2027")


def test_path_of_an_ended_version_stands_nowhere_and_plans_nothing() -> None:
    steps = screens.path_of(version("withdrawn", submitted_at=TODAY))
    assert [step.state for step in steps] == ["done", "done", "ahead", "ahead", "ahead", "ahead"]
    assert not any(step.note for step in steps[2:])
    assert 'aria-current="step"' not in rendered("{% path version %}", version=version("withdrawn"))


def test_task_that_is_not_possible_yet_is_no_link() -> None:
    html = rendered("{% task task 5 %}", task=Task("Einreichen", "later", note="sobald <alles> erledigt ist"))
    assert "<a " not in html
    assert "sobald &lt;alles&gt; erledigt ist" in html
    assert "Noch nicht möglich" in html


def test_check_leads_to_what_is_missing_only() -> None:
    assert 'href="/x"' in rendered("{% check check %}", check=Check("2 Anmerkungen beantworten", False, "/x"))
    done = rendered("{% check check %}", check=Check("mindestens ein Projekt", True, "/x"))
    assert "erfüllt:" in done
    assert "<a " not in done


def test_error_summary_links_to_the_first_input_of_a_field() -> None:
    class Asked(forms.Form):
        place = forms.ChoiceField(label="Wo?", choices=[("a", "A")], widget=forms.RadioSelect)
        title = forms.CharField(label="Titel")

    html = rendered('{% error_summary form note="gesichert" %}', form=Asked({}))
    assert 'href="#id_place_0"' in html
    assert 'href="#id_title"' in html
    assert "Wo? " in html
    assert "Titel: " in html
    assert f"Bitte prüfen Sie 2{NBSP}Angaben" in html
    assert "gesichert" in html


def test_error_summary_is_silent_without_errors() -> None:
    assert rendered("{% error_summary form %}", form=forms.Form({})).strip() == ""
