"""Contract texts side by side: redline, putting a section back, its place in the order, and all districts at once."""

from typing import Any

import pytest

from agreements.actions import wording as actions
from agreements.models import Wording
from agreements.wording_comparison import compare, predecessor
from aqb.access import Role
from aqb.differences import compared
from tests import factories as make
from tests.agreements.pages import lead, ministry, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts() -> tuple[Wording, Wording]:
    """Last year's released text and this year's draft, with districts that it can be formed for."""
    make.ministry()
    make.district(name="Stadt Beispiel", sort_name="Beispiel", nominative="die Stadt Beispiel")
    before = make.wording(make.budget_year(year=2023))
    after = make.wording(make.budget_year(year=2024), released=False)
    return before, after


def change(section: Any, **fields: Any) -> None:
    type(section).objects.filter(pk=section.pk).update(**fields)


def url(wording: Wording, rest: str) -> str:
    return f"/vertragstexte/{wording.pk}/{rest}"


class TestRedline:
    def test_placeholder_is_one_word(self) -> None:
        marks = [
            (piece.mark, piece.text) for piece in compared("im Jahr {Jahrgang} an", "im Jahr {Betrag abgesetzt} an")
        ]
        assert marks == [("", "im Jahr "), ("old", "{Jahrgang}"), ("new", "{Betrag abgesetzt}"), ("", " an")]

    def test_every_kind_of_change_is_told(self, texts: tuple[Wording, Wording]) -> None:
        before, after = texts
        first, *_, last = after.sections.order_by("position")
        change(first, text=f"{first.text} Und mehr.", heading="Neuer Kopf")
        gone = last.key
        last.delete()
        actions.add_section(wording=after, key="Frisch", heading="Frisch", text="Neu.", by=make.user(Role.MINISTRY))
        change(after.sections.get(key="Frisch"), numbered=False)
        found = compare(before, Wording.objects.get(pk=after.pk))
        states = {section.key: section.state for section in found.sections}
        assert states[first.key] == "changed"
        assert states["Frisch"] == "new"
        assert states[gone] == "gone"
        assert found.same == len(states) - 3

    def test_only_the_section_that_was_moved_counts_as_moved(self, texts: tuple[Wording, Wording]) -> None:
        before, after = texts
        one, *others = after.sections.order_by("position")
        actions.place_section(section=one, behind=others[-1], by=make.user(Role.MINISTRY))
        assert [section.key for section in compare(before, after).differing] == [one.key]

    def test_page_marks_words_for_eye_and_ear(self, texts: tuple[Wording, Wording]) -> None:
        _, after = texts
        one = after.sections.get(key="Mittel")
        change(one, text=one.text.replace("Betrag", "Betrag", 1) + " Zusatz")
        page = text(ministry().get(url(after, "vergleich/")))
        assert "1 Abschnitt geändert" in page.replace("\u00a0", " ")
        assert '<ins class="aqb-new"><span class="kern-sr-only">neu: </span>' in page
        assert "mit „Vertragstext 2023“" in page

    def test_equal_texts_are_said_to_be_equal(self, texts: tuple[Wording, Wording]) -> None:
        assert "Die beiden Texte stimmen überein." in text(ministry().get(url(texts[1], "vergleich/")))

    def test_another_text_can_be_chosen_but_none_of_another_kind(self, texts: tuple[Wording, Wording]) -> None:
        before, after = texts
        other = make.wording(after.budget_year, kind=Wording.Kind.AMENDMENT)
        assert ministry().get(url(after, f"vergleich/?mit={before.pk}")).status_code == 200
        assert ministry().get(url(after, f"vergleich/?mit={other.pk}")).status_code == 404
        assert ministry().get(url(after, "vergleich/?mit=x")).status_code == 404

    def test_first_text_of_all_has_nothing_to_compare(self, texts: tuple[Wording, Wording]) -> None:
        before, _ = texts
        Wording.objects.filter(pk=texts[1].pk).delete()
        assert predecessor(before) is None
        assert "Kein früherer Text" in text(ministry().get(url(before, "vergleich/")))


class TestReset:
    def test_section_gets_last_years_words_after_a_question(self, texts: tuple[Wording, Wording]) -> None:
        before, after = texts
        one = after.sections.get(key="Mittel")
        change(one, text="Anders.", heading="Anders")
        page = url(after, f"abschnitt/{one.pk}/zuruecksetzen/")
        assert "wird durch" in text(ministry().get(page)) or "werden durch" in text(ministry().get(page))
        ministry().post(page)
        one.refresh_from_db()
        model = before.sections.get(key="Mittel")
        assert (one.heading, one.text) == (model.heading, model.text)

    def test_section_without_a_model_says_so(self, texts: tuple[Wording, Wording]) -> None:
        one = texts[1].sections.get(key="Mittel")
        change(one, key="Neues")
        page = url(texts[1], f"abschnitt/{one.pk}/zuruecksetzen/")
        assert "hat keinen Abschnitt mit dem Kurznamen" in text(ministry().get(page))
        assert "hat keinen Abschnitt mit dem Kurznamen" in text(ministry().post(page))


class TestPlace:
    @pytest.mark.parametrize(("moved", "behind"), [(0, 2), (2, 0), (1, 1), (2, None), (0, None)])
    def test_section_stands_where_it_was_dropped(self, texts: tuple[Wording, Wording], moved: int, behind: Any) -> None:
        after = texts[1]
        for key in ("Eins", "Zwei", "Drei"):
            actions.add_section(wording=after, key=key, heading=key, text="Text.", by=make.user(Role.MINISTRY))
        order = list(after.sections.order_by("position"))
        wanted = [one for one in order if one is not order[moved]]
        if behind != moved:
            wanted.insert(wanted.index(order[behind]) + 1 if behind is not None else 0, order[moved])
        else:
            wanted = order
        target = order[behind].pk if behind is not None else ""
        ministry().post(url(after, f"abschnitt/{order[moved].pk}/platz/"), {"behind": target})
        assert [one.pk for one in after.sections.order_by("position")] == [one.pk for one in wanted]
        assert sorted(one.position for one in after.sections.all()) == list(range(1, len(order) + 1))

    def test_section_of_another_text_is_no_place(self, texts: tuple[Wording, Wording]) -> None:
        before, after = texts
        there, here = before.sections.get(key="Mittel"), after.sections.get(key="Mittel")
        address = url(after, f"abschnitt/{here.pk}/platz/")
        assert ministry().post(address, {"behind": there.pk}).status_code == 404


class TestAllDistricts:
    def test_every_district_reads_the_chosen_section(self, texts: tuple[Wording, Wording]) -> None:
        after = texts[1]
        make.district(name="Landkreis Muster", sort_name="Muster", nominative="der Landkreis Muster")
        one = after.sections.get(key="Mittel")
        change(one, text="{Gebiet Nominativ groß} erhält Geld.")
        page = text(ministry().get(url(after, f"vorschauen/?abschnitt={one.pk}")))
        assert "2 Vorschauen" in page.replace("\u00a0", " ")
        assert "Die Stadt Beispiel</mark> erhält Geld." in page
        assert "Der Landkreis Muster</mark> erhält Geld." in page
        assert "zwischen" in text(ministry().get(url(after, "vorschauen/")))

    def test_text_that_fails_for_one_district_is_not_released(self, texts: tuple[Wording, Wording]) -> None:
        after = texts[1]
        make.district(name="Stadt Hanau", sort_name="Hanau", locative="")
        change(after.sections.get(key="Mittel"), text="{im Gebiet} steht nichts.")
        answer = text(lead().post(url(after, "freigeben/")))
        assert "Stadt Hanau:" in answer
        assert not Wording.objects.get(pk=after.pk).is_released
        assert "Stadt Hanau" in text(ministry().get(url(after, "vorschauen/")))
