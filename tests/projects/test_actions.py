"""What can happen to projects, and what is refused below the pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from agreements.models import AgreementVersion
from aqb.access import Refused, Role
from aqb.models import User
from projects.actions import OverLine, remove_project, save_project, save_provider
from projects.models import FundingShare, Project, ProjectEntry, Provider
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> AgreementVersion:
    """A draft with one line of 100,000 euro."""
    return make.version()


@pytest.fixture
def clerk(version: AgreementVersion) -> User:
    return make.person(Role.DISTRICT, version.agreement.district)


def line_of(version: AgreementVersion) -> int:
    return version.lines.get().line_id


def in_first_year(version: AgreementVersion, amount: str) -> dict[tuple[int, int], Decimal]:
    return {(line_of(version), version.agreement.budget_year.first_cash_year): Decimal(amount)}


def save(version: AgreementVersion, by: User, amount: str = "100.00", **kwargs: Any) -> ProjectEntry:
    fields = {"title": "Chance Handwerk", **kwargs.pop("fields", {})}
    shares = kwargs.pop("shares", None)
    return save_project(
        version=version,
        fields=fields,
        shares=in_first_year(version, amount) if shares is None else shares,
        by=by,
        **kwargs,
    )


class TestSaving:
    def test_draft_may_be_incomplete(self, version: AgreementVersion, clerk: User) -> None:
        entry = save(version, clerk, "0.00")
        stored = ProjectEntry.objects.with_missing().get(pk=entry.pk)
        assert stored.title == "Chance Handwerk"
        assert "provider" in stored.missing
        assert (stored.changed_by, stored.shares.count()) == (clerk, 0)

    def test_amounts_are_replaced_as_a_whole(self, version: AgreementVersion, clerk: User) -> None:
        entry = save(version, clerk, "60000.00")
        year = version.agreement.budget_year.first_cash_year
        save(version, clerk, entry=entry, shares={(line_of(version), year + 1): Decimal("100000.00")})
        assert [(share.cash_year, share.amount) for share in entry.shares.all()] == [(year + 1, Decimal("100000.00"))]

    def test_money_moves_between_years_of_a_full_line(self, version: AgreementVersion, clerk: User) -> None:
        year, line = version.agreement.budget_year.first_cash_year, line_of(version)
        entry = save(version, clerk, shares={(line, year): Decimal(40_000), (line, year + 1): Decimal(60_000)})
        save(version, clerk, entry=entry, shares={(line, year): Decimal(60_000), (line, year + 1): Decimal(40_000)})
        assert entry.shares.get(cash_year=year).amount == 60_000

    def test_zero_is_not_stored(self, version: AgreementVersion, clerk: User) -> None:
        entry = save(version, clerk, "10.00")
        save(version, clerk, "0.00", entry=entry)
        assert not FundingShare.objects.exists()

    def test_new_projects_stand_after_the_others(self, version: AgreementVersion, clerk: User) -> None:
        assert [save(version, clerk).position, save(version, clerk).position] == [1, 2]

    def test_ministry_is_noted_as_preparing(self, version: AgreementVersion) -> None:
        save(version, make.person(Role.MINISTRY))
        version.refresh_from_db()
        assert version.prepared_by == make.person(Role.MINISTRY)

    def test_known_amounts_end_the_unknown(self, version: AgreementVersion, clerk: User) -> None:
        entry = make.entry(version, amounts_unknown=True)
        assert save(version, clerk, "0.00", entry=entry).amounts_unknown
        assert not save(version, clerk, "5.00", entry=entry).amounts_unknown

    def test_unknown_field_is_a_mistake_of_ours(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(TypeError, match="position"):
            save(version, clerk, fields={"position": 3})


class TestMoney:
    def test_project_above_line_by_one_cent_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        make.entry(version, amount="70000.00")
        with pytest.raises(OverLine) as refusal:
            save(version, clerk, "30000.01")
        assert refusal.value.reasons == [
            "Im Regelbudget fehlen 0,01\u00a0€. Für dieses Projekt sind höchstens 30.000,00\u00a0€ verfügbar."
        ]
        assert ProjectEntry.objects.count() == 1

    def test_last_cent_is_accepted(self, version: AgreementVersion, clerk: User) -> None:
        make.entry(version, amount="70000.00")
        assert save(version, clerk, "30000.00").shares.get().amount == 30_000

    def test_line_is_named_in_quotes_where_grammar_is_unknown(self, clerk: User, version: AgreementVersion) -> None:
        line = make.line(version.agreement.budget_year, title="Sprachförderung", key="sprache")
        make.agreement_line(version, line, "10.00")
        shares = {(line.pk, version.agreement.budget_year.first_cash_year): Decimal("10.50")}
        with pytest.raises(OverLine, match="In der Budgetlinie „Sprachförderung“ fehlen 0,50"):
            save(version, clerk, shares=shares)

    def test_line_without_agreed_amount_is_refused_by_the_database(
        self, clerk: User, version: AgreementVersion
    ) -> None:
        line = make.line(version.agreement.budget_year, title="Sprachförderung", key="sprache")
        shares = {(line.pk, version.agreement.budget_year.first_cash_year): Decimal("10.50")}
        with pytest.raises(Refused, match="kein Ansatz vereinbart"):
            save(version, clerk, shares=shares)
        assert not ProjectEntry.objects.exists()


class TestForged:
    def test_provider_of_another_district_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused, match="Träger gehört zu einer anderen"):
            save(version, clerk, fields={"provider": make.provider()})

    def test_category_of_another_time_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        old = make.category("XX", title="Altes", valid_to=date(2001, 1, 1))
        with pytest.raises(Refused, match="Die Maßnahmenart „Altes“ gibt es im AQB 2023 nicht"):
            save(version, clerk, fields={"category": old})

    def test_line_of_another_vintage_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused, match="Budgetlinie gehört zu einem anderen Jahrgang"):
            save(version, clerk, shares={(make.line().pk, 2023): Decimal(1)})

    def test_year_without_money_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused, match="Das Jahr 1999 ist kein Kassenjahr"):
            save(version, clerk, shares={(line_of(version), 1999): Decimal(1)})

    def test_unknown_target_group_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused, match="angebotenen Zielgruppen"):
            save(version, clerk, fields={"target_groups": ["erfunden"]})

    def test_unknown_legal_circle_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused):
            save(version, clerk, fields={"legal_circles": ["SGB XX"]})

    def test_entry_of_another_version_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        foreign = make.entry(make.version())
        with pytest.raises(Refused, match="gehört nicht zu dieser Fassung"):
            save(version, clerk, entry=foreign)

    def test_identity_of_another_project_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused, match="gehört zu einem anderen Projekt"):
            save(version, clerk, uid=make.project().uid)

    def test_dates_the_wrong_way_round_are_refused(self, version: AgreementVersion, clerk: User) -> None:
        with pytest.raises(Refused, match="Das Ende muss nach dem Beginn liegen"):
            save(version, clerk, fields={"starts_on": date(2023, 5, 2), "ends_on": date(2023, 5, 1)})


class TestWho:
    def test_other_district_is_refused(self, version: AgreementVersion) -> None:
        with pytest.raises(Refused, match="nur für die eigene Gebietskörperschaft"):
            save(version, make.user(Role.DISTRICT))

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.GRANT_OFFICE])
    def test_reader_is_refused(self, version: AgreementVersion, role: str) -> None:
        with pytest.raises(Refused, match="Projekte erfassen nur"):
            save(version, make.user(role))

    def test_operator_is_refused(self, version: AgreementVersion) -> None:
        with pytest.raises(Refused, match="entscheidet nicht in der Sache"):
            save(version, make.operator())

    @pytest.mark.parametrize("status", ["submitted", "approved", "issued", "signed", "published", "withdrawn"])
    def test_district_changes_only_drafts(self, status: str) -> None:
        version = make.version(status=status)
        with pytest.raises(Refused):
            save(version, make.person(Role.DISTRICT, version.agreement.district))

    def test_ministry_may_correct_what_is_submitted(self) -> None:
        assert save(make.version(status="submitted"), make.person(Role.MINISTRY))

    @pytest.mark.parametrize("status", ["approved", "issued", "signed", "published", "withdrawn"])
    def test_ministry_does_not_change_what_is_decided(self, status: str) -> None:
        with pytest.raises(Refused):
            save(make.version(status=status), make.person(Role.MINISTRY))


class TestTogether:
    def test_the_same_form_makes_one_project(self, version: AgreementVersion, clerk: User) -> None:
        uid = uuid4()
        first = save(version, clerk, uid=uid)
        assert save(version, clerk, uid=uid) == first
        assert Project.objects.get().uid == uid

    def test_the_same_form_with_other_words_is_asked_about(self, version: AgreementVersion, clerk: User) -> None:
        uid = uuid4()
        save(version, clerk, uid=uid)
        with pytest.raises(Refused, match="schon ein Projekt entstanden"):
            save(version, clerk, uid=uid, fields={"title": "Anders"})
        assert ProjectEntry.objects.get().title == "Chance Handwerk"


class TestRemoving:
    def test_removed_project_frees_its_money(self, version: AgreementVersion, clerk: User) -> None:
        entry = make.entry(version, amount="100000.00")
        remove_project(entry=entry, by=clerk)
        assert save(version, clerk, "100000.00")
        assert Project.objects.count() == 1

    def test_identity_stays_while_another_version_states_it(self) -> None:
        base = make.version(status="signed", entries=0, taken_over=True)
        project = make.project(base.agreement)
        amendment = make.version(base.agreement, base=base)
        earlier = AgreementVersion.objects.get(pk=amendment.pk)
        entry = make.entry(earlier, project=project)
        later = make.agreement(make.budget_year(), base.agreement.district)
        follower = make.project(later, continued_from=project)
        remove_project(entry=entry, by=make.person(Role.DISTRICT, base.agreement.district))
        assert set(Project.objects.all()) == {project, follower}

    def test_removing_twice_is_refused(self, version: AgreementVersion, clerk: User) -> None:
        entry = make.entry(version)
        remove_project(entry=ProjectEntry.objects.get(pk=entry.pk), by=clerk)
        with pytest.raises(Refused, match="inzwischen entfernt"):
            remove_project(entry=entry, by=clerk)

    def test_submitted_project_stays(self) -> None:
        version = make.version(status="submitted")
        with pytest.raises(Refused, match="liegt beim Ministerium"):
            remove_project(entry=version.entries.get(), by=make.person(Role.DISTRICT_LEAD, version.agreement.district))


class TestProviders:
    def test_district_keeps_its_own_list(self, clerk: User) -> None:
        assert clerk.district
        provider = save_provider(district=clerk.district, name="Lehrbauhof", city="Offenbach", own=False, by=clerk)
        save_provider(district=clerk.district, provider=provider, name="Lehrbauhof gGmbH", city="", own=True, by=clerk)
        assert Provider.objects.get().name == "Lehrbauhof gGmbH"

    def test_same_name_twice_is_refused(self, clerk: User) -> None:
        assert clerk.district
        make.provider(clerk.district, name="Lehrbauhof")
        with pytest.raises(Refused, match="gibt es in Ihrer Liste schon"):
            save_provider(district=clerk.district, name="lehrbauhof", city="", own=False, by=clerk)

    def test_foreign_provider_is_refused(self, clerk: User) -> None:
        assert clerk.district
        with pytest.raises(Refused, match="anderen Gebietskörperschaft"):
            save_provider(
                district=clerk.district,
                provider=make.provider(),
                name="X",
                city="",
                own=False,
                by=clerk,
            )

    def test_foreign_list_is_refused(self, clerk: User) -> None:
        with pytest.raises(Refused, match="eigene Gebietskörperschaft"):
            save_provider(district=make.district(), name="X", city="", own=False, by=clerk)


def test_moment_of_saving_moves_on(version: AgreementVersion, clerk: User) -> None:
    entry = make.entry(version)
    assert save(version, clerk, entry=entry).changed_at - make.START > timedelta(0)
