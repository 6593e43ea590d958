"""The search: everything that a person may see and nothing else, in German, with the way to each place."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion, RemarkReply
from aqb import full_text
from aqb.access import Role
from aqb.models import District
from projects.models import ProjectEntry
from reporting.search.asked import asked
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def offenbach() -> AgreementVersion:
    """An agreement of 2026 in which a project of each kind of find stands."""
    place = make.district(name="Landkreis Offenbach", sort_name="Offenbach", ags="06438")
    version = make.version(make.agreement(make.budget_year(year=2026), place), "submitted", entries=0)
    provider = make.provider(place, name="Lernwerk Rhein-Main gGmbH", city="Dietzenbach")
    make.entry(version, title="Rückenwind", provider=provider, amount="100.00",
               description="Schulmüde Jugendliche finden zurück in einen geregelten Tag.")  # fmt: skip
    make.remark(version, text="Warum steigen die Kosten je Platz?", project_title="Rückenwind")
    return version


def ask(user: Any, text: str, **more: str) -> str:
    """The main part of the page as a person reads it."""
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("search"), {"q": text, **more})
    assert answer.status_code == 200
    main: str = answer.text.split("<main")[1].split("</main")[0]
    return re.sub(r"\s+", " ", re.sub(r"<(?!mark|/mark|a |/a)[^>]*>", " ", main)).replace("\u00a0", " ")


class TestFound:
    @pytest.mark.parametrize(
        ("text", "label"),
        [
            ("Rückenwind", "Projekte"),
            ("rückenwi", "Projekte"),
            ("jugendlicher geregelte Tage", "Projekte"),  # other forms of the same words
            ("Lernwerk", "Träger"),
            ("Kosten Platz", "Anmerkungen"),
            ("Offenbach", "Zielvereinbarungen"),
            ("Zielvereinbarung 2026 Landkreis Offenbach", "Zielvereinbarungen"),
            ("Rückenwind Offenbach", "Projekte"),  # a word of the project and one of the district
        ],
    )
    def test_words_lead_to_their_kind(self, offenbach: AgreementVersion, text: str, label: str) -> None:
        assert f"{label} (1)" in ask(make.user(Role.AUDITOR), text).replace(" ( ", " (")

    def test_project_is_found_by_its_provider_too(self, offenbach: AgreementVersion) -> None:
        assert ">Rückenwind<" in ask(make.user(Role.AUDITOR), "Lernwerk")

    def test_remark_is_found_by_what_was_replied_to_it(self, offenbach: AgreementVersion) -> None:
        district = offenbach.agreement.district
        clerk = make.user(Role.DISTRICT, district, name="Sabine Kröger")
        make.reply(offenbach.remarks.get(), text="Die Tarife der Fachkräfte sind höher.", author=clerk)
        for reader in (make.user(Role.AUDITOR), clerk):
            for words in ("Tarif", "Tarif Offenbach"):
                found = ask(reader, words).replace(" ( ", " (")
                assert "Anmerkungen (1)" in found
                assert "Warum steigen die Kosten je Platz?" in found
                assert "Sabine Kröger: … <mark>Tarife</mark> der Fachkräfte" in found
        assert "Sabine Kröger:" not in ask(clerk, "Kosten"), "the remark itself speaks of it"

    def test_number_leads_to_agreement_and_paper(self) -> None:
        version = make.version(status="issued")
        found = ask(make.user(Role.AUDITOR), version.document_number[:9], jahrgang="alle")
        assert "Zielvereinbarungen (1)" in found
        assert "Dokumente (1)" in found

    def test_paper_is_found_by_the_projects_it_prints(self) -> None:
        version = make.version(status="issued", entries=1)
        found = ask(make.user(Role.AUDITOR), version.entries.get().title, jahrgang="alle")
        assert "Dokumente (1)" in found
        assert "nennt <mark>Projekt</mark> <mark>1</mark>" in found

    def test_what_was_found_is_marked_and_leads_to_its_place(self, offenbach: AgreementVersion) -> None:
        found = ask(make.user(Role.AUDITOR), "schulmüde")
        assert "<mark>Schulmüde</mark> Jugendliche" in found
        assert reverse("project_detail", args=[offenbach.entries.get().pk]) in found

    def test_only_the_newest_version_of_a_project_counts(self) -> None:
        first = make.version(status="published", entries=1)
        make.version(first.agreement, "draft", base=first, entries=1)
        title = first.entries.get().title
        assert "Projekte (1)" in ask(make.user(Role.AUDITOR), title, jahrgang="alle")

    def test_all_of_one_kind_are_paged(self, offenbach: AgreementVersion) -> None:
        for _ in range(30):
            make.entry(offenbach, title="Rückenwind", provider=None)
        found = ask(make.user(Role.AUDITOR), "Rückenwind", art="projekte", page="2")
        assert "Seite 2 von 2" in found
        assert "Alle 31 Projekte ansehen" in ask(make.user(Role.AUDITOR), "Rückenwind")


class TestHidden:
    def test_district_finds_nothing_of_another(self, offenbach: AgreementVersion) -> None:
        other = make.user(Role.DISTRICT, make.district(name="Stadt Kassel", sort_name="Kassel"))
        make.reply(offenbach.remarks.get(), text="Die Tarife sind höher.")
        for text in (
            "Rückenwind",
            "Lernwerk",
            "Offenbach",
            "Kosten",
            "Tarife",
            "Rükenwind",
            offenbach.document_number or "ZV-",
        ):
            found = ask(other, text, jahrgang="alle")
            assert "Treffer für" not in found, text
            assert "Meinten Sie" not in found, "a guess would tell what others call their projects"

    def test_what_is_noted_and_not_sent_is_not_found(self, offenbach: AgreementVersion) -> None:
        make.note(offenbach, text="Die Pauschale klären.", reply_to=offenbach.remarks.get())
        for role in (Role.MINISTRY, Role.AUDITOR):
            assert "Treffer für" not in ask(make.user(role), "Pauschale")

    def test_own_district_finds_it(self, offenbach: AgreementVersion) -> None:
        own = make.user(Role.DISTRICT, offenbach.agreement.district)
        assert "Projekte (1)" in ask(own, "Rückenwind")

    def test_count_elsewhere_tells_nothing_of_others(self, offenbach: AgreementVersion) -> None:
        place = make.district(name="Stadt Kassel", sort_name="Kassel")
        make.agreement(make.budget_year(year=2027), place)
        assert "In anderen Jahrgängen" not in ask(make.user(Role.DISTRICT, place), "Rückenwind", jahrgang="2027")


class TestVintages:
    def test_hint_names_other_vintages(self, offenbach: AgreementVersion) -> None:
        make.agreement(make.budget_year(year=2027), offenbach.agreement.district)
        found = ask(make.user(Role.AUDITOR), "Rückenwind", jahrgang="2027")
        assert "In anderen Jahrgängen gibt es Treffer" in found
        assert "AQB 2026 (2)" in found, "the project and the remark"
        assert "3 Treffer" not in found

    def test_all_vintages_can_be_searched_at_once(self, offenbach: AgreementVersion) -> None:
        found = ask(make.user(Role.AUDITOR), "Rückenwind", jahrgang="alle")
        assert "2 Treffer in allen Jahrgängen" in found
        assert "In anderen Jahrgängen" not in found


class TestNothing:
    def test_guess_is_offered_with_its_number(self, offenbach: AgreementVersion) -> None:
        found = ask(make.user(Role.AUDITOR), "Rükenwint")
        assert "haben wir im AQB 2026 nichts gefunden" in found.replace("  ", " ")
        assert "Rückenwind</a>? Dazu gibt es 2 Treffer" in found

    @pytest.mark.parametrize("text", ["", "   ", "&|!():*<->", "''", "%", "\\"])
    def test_signs_alone_ask_for_words(self, text: str) -> None:
        assert "Durchsucht werden" in ask(make.user(Role.AUDITOR), text)

    @pytest.mark.parametrize("text", ["a & b", "it's", "x:*", "!wind", "(", "<b>wind</b>", "wind \\ '", "ß ﷽ 🙂 wind"])
    def test_signs_of_the_query_language_are_text(self, text: str) -> None:
        found = ask(make.user(Role.AUDITOR), text)
        assert "<b>" not in found

    def test_long_text_is_refused_with_a_sentence(self) -> None:
        assert "Möglich sind höchstens 200" in ask(make.user(Role.AUDITOR), "x" * 10_000)

    @pytest.mark.parametrize("year", ["1", "zweitausend", "99999999999999999999"])
    def test_unknown_vintage_is_refused_with_a_sentence(self, year: str) -> None:
        assert "steht nicht zur Verfügung" in ask(make.user(Role.AUDITOR), "wind", jahrgang=year)

    def test_marks_in_somebodys_text_stay_text(self, offenbach: AgreementVersion) -> None:
        title = f"<i>Wind</i> {full_text.START} schräg"
        make.entry(offenbach, title=title)
        found = ask(make.user(Role.AUDITOR), "schräg")
        assert "&lt;i&gt;Wind&lt;/i&gt; <mark>schräg</mark>" in found


def test_named_most_fully_wins() -> None:
    land = District(pk=1, name="Landkreis Offenbach", sort_name="Offenbach")
    city = District(pk=2, name="Stadt Offenbach am Main", sort_name="Offenbach am Main")
    assert asked("Landkreis Offenbach", [land, city]).districts == [land]
    assert asked("offenbach", [land, city]).districts == [land, city]
    assert asked("Stadt Offenbach Joblinge", [land, city]).rest == ["Joblinge"]
    assert asked("Landkreis", [land, city]).districts == []


@pytest.mark.parametrize(
    ("model", "fields", "index"),
    [(ProjectEntry, ("title", "description"), "projectentry_words"), (RemarkReply, ("text",), "remarkreply_words")],
)
def test_index_answers_the_query(model: Any, fields: tuple[str, ...], index: str) -> None:
    """The expression in the query must be the one in the index, to the letter."""
    rows = model.objects.alias(found=full_text.vector(*fields))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.filter(found=full_text.query(["Rückenwind"])).order_by().explain()
    assert index in plan
