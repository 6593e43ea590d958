"""Reference data: complete, loaded once, and never over what people changed."""

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from agreements.models import MeasureCategory
from aqb.models import District, Ministry
from projects.models import TargetGroup

pytestmark = pytest.mark.django_db


def load(*options: str) -> str:
    out = StringIO()
    call_command("load_reference", *options, stdout=out)
    return out.getvalue()


def history_rows() -> int:
    return sum(model._default_manager.count() for model in apps.get_models() if model.__name__.endswith("Event"))


def test_all_districts_have_all_forms_and_hanau_comes_in_2026() -> None:
    said = load()

    assert "27 Gebietskörperschaften: 27 neu" in said
    assert District.objects.complete().count() == 27
    assert District.objects.valid_in(2023).count() == 26
    assert District.objects.valid_in(2026).count() == 27
    offenbach = District.objects.get(ags="06438")
    assert (offenbach.seat, offenbach.kind_word, offenbach.self_name) == ("Dietzenbach", "Landkreis", "Kreis Offenbach")


def test_ministry_follows_the_day() -> None:
    load()

    of_2023 = Ministry.objects.in_force(date(2023, 8, 8))
    of_2024 = Ministry.objects.in_force(date(2024, 5, 1))
    assert of_2023 is not None
    assert of_2024 is not None
    assert (of_2023.minister, of_2024.minister) == ("Kai Klose", "Heike Hofmann")
    assert of_2023.short_name == of_2024.short_name == "HMSI"


def test_four_kinds_of_measure_of_which_one_has_no_participants() -> None:
    load()

    assert [(one.key, one.has_participants) for one in MeasureCategory.objects.all()] == [
        ("AV", True),
        ("AA", True),
        ("QP", True),
        ("WB", False),
    ]
    assert TargetGroup.objects.count() == 9


def test_second_run_writes_nothing_not_even_history() -> None:
    load()
    before = history_rows()

    said = load()

    assert "27 Gebietskörperschaften: 0 neu, 27 unverändert." in said
    assert history_rows() == before


def test_row_changed_by_a_person_stays_and_is_named_until_update_asks() -> None:
    load()
    District.objects.filter(ags="06431").update(name="Bergstraße", self_name="Kreis an der Bergstraße")

    said = load()

    assert "26 unverändert, 1 abweichend (Bergstraße)" in said
    assert District.objects.get(ags="06431").self_name == "Kreis an der Bergstraße"
    assert "1 aktualisiert" in load("--update")
    assert District.objects.get(ags="06431").name == "Kreis Bergstraße"


def test_ministry_that_overlaps_a_stored_one_is_refused_in_a_sentence() -> None:
    load()
    Ministry.objects.filter(valid_to=None).update(valid_from=date(2024, 2, 1))

    with pytest.raises(CommandError, match="Für diese Zeit ist schon ein Ressort eingetragen"):
        load()
