"""The table of actions: who may do what, for `test_access_actions.py`. A new action gets its row here.

Who may stands here once more, on purpose: the policy in `aqb/access.py` is what is tested.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from agreements.actions import (
    deadlines,
    distribution,
    drafting,
    evidence,
    plan,
    reminders,
    returned,
    scans,
    signing,
    steps,
    talk,
    wording,
)
from agreements.models import Party, Wording
from aqb import clock
from aqb.access import Role
from aqb.accounts.factor import second_factor
from aqb.accounts.staff import deputies, invitations, people
from aqb.barriers import actions as barriers
from aqb.models import User
from aqb.page_texts import actions as page_texts
from aqb.tables import Record
from aqb.tables.records import Heading
from projects import actions as projects
from projects import together
from projects.continuing import taking as taking_over
from projects.table import keeping
from projects.table import taking as table
from reporting.case_file.packing import pack
from tests import factories as make
from tests.access import World, blank_page
from tests.access_table import BOTH, DISTRICT, DISTRICT_LEAD, LEAD, MINISTRY
from tests.agreements.actors import REASON

OPERATOR = {"operator"}
ALL_DISTRICTS_LEADS = {"own district_lead", "foreign district_lead"}


@dataclass(frozen=True)
class Act:
    """An action, its verb, who may do it, and a call of it in the world of the table."""

    action: Callable[..., Any]
    verb: str
    may: set[str]
    call: Callable[[World, User], Any]

    @property
    def name(self) -> str:
        return f"{self.action.__module__}.{self.action.__name__}"


# Parts of actions with a `by`: they ask nobody themselves, because the action has asked; or they answer who may.
WITHIN = {
    "agreements.actions.drafting": {"start", "open_agreement", "copy_content"},
    "agreements.actions.evidence": {"attach"},
    # Everybody fetches what they see: the document comes by `visible_to`, see rows of `document_download`.
    "agreements.actions.files": {"store", "fetch"},
    "agreements.actions.plan": {"copy_wording"},
    "agreements.actions.reminders": {"refusals"},
    "agreements.actions.steps": {"ask", "freeze", "mark_prepared", "changeable_by", "move", "record"},
    "agreements.actions.wording": {"four_eyes"},
    "projects.actions": {"say"},
    "projects.table.keeping": {"planned", "of_person"},
    "reporting.case_file.read_me": {"text"},
    "aqb.accounts.staff.people": {"why_not_at_all", "acts_as", "invitable", "within", "visible_to", "why_not_keep"},
    "aqb.accounts.staff.invitations": {"within", "visible_to", "why_not_keep"},
    "aqb.accounts.staff.deputies": {"why_not_end"},
}  # fmt: skip


def acts_of_the_plan() -> Iterator[Act]:
    def of(action: Callable[..., Any], verb: str, call: Callable[[World, User], Any]) -> Act:
        return Act(action, verb, MINISTRY, call)

    def vintage(world: World) -> Any:
        return world.versions["draft"].agreement.budget_year

    yield of(deadlines.save_deadline, "vintage.keep", lambda world, by: deadlines.save_deadline(
        budget_year=vintage(world), title="Nachweis", day=clock.today(), audience="all", by=by))  # fmt: skip
    yield of(deadlines.remove_deadline, "vintage.keep", lambda world, by: deadlines.remove_deadline(
        deadline=make.deadline(vintage(world)), by=by))  # fmt: skip
    yield of(plan.create_budget_year, "vintage.keep", lambda world, by: plan.create_budget_year(
        year=2031, first_cash_year=2031, last_cash_year=2033, by=by))  # fmt: skip
    yield of(plan.change_budget_year, "vintage.keep", lambda world, by: plan.change_budget_year(
        budget_year=vintage(world), by=by))  # fmt: skip
    yield of(plan.save_line, "vintage.keep", lambda world, by: plan.save_line(
        budget_year=vintage(world), by=by, key="neu", title="Neu", amount=Decimal(1), position=9, earmark=""))  # fmt: skip
    yield of(plan.copy_budget_year, "vintage.keep", lambda world, by: plan.copy_budget_year(
        source=vintage(world), year=2032, by=by))  # fmt: skip
    yield of(plan.open_budget_year, "vintage.open", lambda world, by: plan.open_budget_year(
        budget_year=vintage(world), by=by))  # fmt: skip
    yield of(plan.save_allocations, "vintage.keep", lambda world, by: plan.save_allocations(
        budget_year=vintage(world), amounts={}, by=by))  # fmt: skip
    yield of(distribution.store_indicators, "vintage.keep", lambda world, by: distribution.store_indicators(
        budget_year=vintage(world), indicators=[], source="leer.xlsx", by=by))  # fmt: skip
    yield of(distribution.save_scenario, "vintage.keep", lambda world, by: distribution.save_scenario(
        line=world.line, name="Neu", calculation=world.scenario.calculation, by=by))  # fmt: skip
    yield of(distribution.remove_scenario, "vintage.keep", lambda world, by: distribution.remove_scenario(
        scenario=world.scenario, by=by))  # fmt: skip
    yield of(drafting.set_lines, "lines.keep", lambda world, by: drafting.set_lines(
        version=world.versions["draft"], amounts={}, by=by))  # fmt: skip
    yield of(drafting.choose_wording, "lines.keep", lambda world, by: drafting.choose_wording(
        version=world.versions["draft"], wording=world.versions["draft"].wording, by=by))  # fmt: skip
    yield of(talk.close_remark, "remark.close", lambda world, by: talk.close_remark(remark=world.remark, by=by))
    yield of(scans.receive, "scans.assign", lambda world, by: scans.receive(
        content=blank_page(), name="scan.pdf", by=by))  # fmt: skip
    yield of(scans.assign, "scans.assign", lambda world, by: scans.assign(
        batch=world.batch, parties=[Party.LAND], pages={}, by=by))  # fmt: skip
    yield of(scans.discard, "scans.assign", lambda world, by: scans.discard(batch=world.batch, by=by))


def acts_of_remarks() -> Iterator[Act]:
    def of(action: Callable[..., Any], verb: str, call: Callable[[World, User], Any]) -> Act:
        return Act(action, verb, MINISTRY, call)

    yield of(talk.write_remark, "remark.write", lambda world, by: talk.write_remark(
        version=world.versions["draft"], text="Bitte prüfen.", by=by))  # fmt: skip
    yield of(talk.ask_further, "remark.write", lambda world, by: talk.ask_further(
        remark=world.remark, text="Und nun?", by=by))  # fmt: skip
    yield of(talk.note_remark, "remark.write", lambda world, by: talk.note_remark(
        version=world.versions["draft"], text="Bitte prüfen.", by=by))  # fmt: skip
    yield of(talk.change_note, "remark.write", lambda world, by: talk.change_note(
        note=world.note, text="Anders.", by=by))  # fmt: skip
    yield of(talk.drop_note, "remark.write", lambda world, by: talk.drop_note(note=world.note, by=by))
    yield of(returned.send_notes, "remark.write", lambda world, by: returned.send_notes(
        version=world.versions["draft"], by=by))  # fmt: skip
    yield of(returned.unlock_more, "version.unlock", lambda world, by: returned.unlock_more(
        version=world.versions["draft"], everything=True, by=by))  # fmt: skip


def acts_of_wordings() -> Iterator[Act]:
    def of(action: Callable[..., Any], call: Callable[[World, User], Any]) -> Act:
        return Act(action, "wording.keep", MINISTRY, call)

    def section(world: World) -> Any:
        return world.wording.sections.get(key="Mittel")

    yield of(wording.create_wording, lambda world, by: wording.create_wording(
        budget_year=world.wording.budget_year, kind=Wording.Kind.AMENDMENT, by=by))  # fmt: skip
    yield of(wording.change_wording, lambda world, by: wording.change_wording(
        wording=world.wording, title="T", purpose="P", land_label="L", district_label="D", by=by))  # fmt: skip
    yield of(wording.save_section, lambda world, by: wording.save_section(
        section=section(world), heading="H", text="Text", by=by))  # fmt: skip
    yield of(wording.add_section, lambda world, by: wording.add_section(
        wording=world.wording, key="Neu", heading="H", text="Text", by=by))  # fmt: skip
    yield of(wording.move_section, lambda world, by: wording.move_section(section=section(world), up=True, by=by))
    yield of(wording.place_section, lambda world, by: wording.place_section(section=section(world), behind=None, by=by))
    yield of(
        wording.reset_section,
        lambda world, by: wording.reset_section(section=section(world), source=world.wording, by=by),
    )
    yield of(wording.remove_section, lambda world, by: wording.remove_section(section=section(world), by=by))
    yield Act(wording.release_wording, "wording.release", LEAD, lambda world, by: wording.release_wording(
        wording=world.wording, by=by))  # fmt: skip


def acts_of_versions() -> Iterator[Act]:
    def draft(action: Callable[..., Any], verb: str, may: set[str], **more: Any) -> Act:
        return Act(action, verb, may, lambda world, by: action(version=world.versions["draft"], by=by, **more))

    yield draft(steps.submit, "version.submit", DISTRICT_LEAD)
    yield draft(steps.return_to_draft, "version.return", MINISTRY, reason=REASON)
    yield draft(steps.approve, "version.approve", LEAD)
    yield draft(steps.issue, "version.issue", MINISTRY)
    yield draft(steps.publish, "version.publish", MINISTRY)
    yield draft(reminders.remind, "version.remind", MINISTRY)
    yield draft(steps.withdraw, "version.withdraw", MINISTRY, reason=REASON)
    yield draft(steps.terminate, "version.terminate", MINISTRY, reason=REASON)
    yield Act(drafting.choose_signatories, "signatory.keep", BOTH, lambda world, by: drafting.choose_signatories(
        version=world.versions["draft"], party=Party.DISTRICT, people=[], by=by))  # fmt: skip
    yield Act(drafting.amend, "version.amend", MINISTRY | DISTRICT_LEAD, lambda world, by: drafting.amend(
        agreement=world.versions["published"].agreement, reason=REASON, by=by))  # fmt: skip
    yield Act(drafting.follow_up, "version.withdraw", MINISTRY, lambda world, by: drafting.follow_up(
        version=world.versions["withdrawn"], by=by))  # fmt: skip
    yield Act(evidence.upload, "evidence.upload", BOTH, lambda world, by: evidence.upload(
        version=world.versions["issued"], party="district", content=b"", by=by))  # fmt: skip
    yield Act(evidence.reject, "version.sign", MINISTRY, lambda world, by: evidence.reject(
        evidence=world.evidence, reason=REASON, by=by))  # fmt: skip
    yield Act(signing.record_signature, "version.sign", MINISTRY, lambda world, by: signing.record_signature(
        version=world.versions["issued"], party="district", name="Erika Muster", office="Landrätin", place="Offenbach",
        signed_on=clock.today(), evidence=world.evidence.document, by=by))  # fmt: skip
    yield Act(signing.confirm_signature, "version.seal", MINISTRY, lambda world, by: signing.confirm_signature(
        signature=world.unconfirmed, by=by))  # fmt: skip
    yield Act(signing.remove_signature, "version.sign", MINISTRY, lambda world, by: signing.remove_signature(
        signature=world.unconfirmed, by=by))  # fmt: skip


def acts_of_projects_and_talk() -> Iterator[Act]:
    yield Act(talk.answer_remark, "remark.answer", DISTRICT, lambda world, by: talk.answer_remark(
        remark=world.remark, answer="Ja.", by=by))  # fmt: skip
    yield Act(talk.save_strategy, "strategy.keep", BOTH, lambda world, by: talk.save_strategy(
        district=world.own, title="Strategie", valid_from=clock.today(), valid_to=None, by=by))  # fmt: skip
    yield Act(talk.confirm_strategy, "strategy.keep", BOTH, lambda world, by: talk.confirm_strategy(
        strategy=world.strategy, by=by))  # fmt: skip
    yield Act(projects.save_project, "project.keep", BOTH, lambda world, by: projects.save_project(
        version=world.versions["draft"], fields={"title": "Neues Projekt"}, shares={}, by=by))  # fmt: skip
    yield Act(projects.remove_project, "project.keep", BOTH, lambda world, by: projects.remove_project(
        entry=world.entry, by=by))  # fmt: skip
    yield Act(together.save_projects, "project.keep", BOTH, lambda world, by: together.save_projects(
        version=world.versions["draft"], statements=[together.Statement({"title": "Neues Projekt"}, {})], by=by))  # fmt: skip
    yield Act(taking_over.continue_projects, "project.keep", BOTH, lambda world, by: taking_over.continue_projects(
        version=world.versions["draft"], source=world.versions["issued"], projects={1}, with_amounts=False, by=by))  # fmt: skip
    yield Act(keeping.keep_table, "project.keep", BOTH, lambda world, by: keeping.keep_table(
        version=world.versions["draft"], records=[Record(2, Heading({}, {}))], name="", sheet="", by=by))  # fmt: skip

    def table_of(world: World, by: User) -> Any:
        return make.table_import(world.versions["draft"], by)

    yield Act(keeping.check_table, "project.keep", BOTH, lambda world, by: keeping.check_table(
        kept=table_of(world, by), by=by))  # fmt: skip
    yield Act(keeping.discard_table, "project.keep", BOTH, lambda world, by: keeping.discard_table(
        kept=table_of(world, by), by=by))  # fmt: skip
    yield Act(table.take_table, "project.keep", BOTH, lambda world, by: table.take_table(
        kept=table_of(world, by), by=by))  # fmt: skip
    yield Act(projects.save_provider, "provider.keep", BOTH, lambda world, by: projects.save_provider(
        district=world.own, name="Träger", city="Stadt", own=False, by=by))  # fmt: skip


def acts_of_audit() -> Iterator[Act]:
    yield Act(pack, "case_file.fetch", MINISTRY | {"auditor"}, lambda world, by: pack(
        agreement=world.versions["draft"].agreement, by=by, target=BytesIO()))  # fmt: skip


def acts_of_the_public_pages() -> Iterator[Act]:
    keepers = MINISTRY | OPERATOR
    yield Act(page_texts.change_text, "page_text.keep", keepers, lambda world, by: page_texts.change_text(
        key="impressum", title="Impressum", body="Text", by=by))  # fmt: skip
    yield Act(barriers.answer_barrier, "barrier.answer", keepers, lambda world, by: barriers.answer_barrier(
        report=world.barrier, answer="Behoben.", by=by))  # fmt: skip


def acts_of_people() -> Iterator[Act]:
    def invite(role: Role) -> Callable[[World, User], Any]:
        return lambda world, by: invitations.invite(
            email="neu@example.org", name="Neu", role=role, district=world.own, by=by
        )

    def open_invitation(world: World) -> Any:
        return make.invitation("another-token", invited_by=make.user(Role.DISTRICT_LEAD, world.own))

    def colleague(world: World, **fields: Any) -> User:
        return make.user(Role.DISTRICT, world.own, **fields)

    keep, operators = "person.keep", DISTRICT_LEAD | OPERATOR
    yield Act(invitations.invite, keep, operators, invite(Role.DISTRICT))
    yield Act(invitations.invite, keep, MINISTRY | OPERATOR, invite(Role.DISTRICT_LEAD))
    yield Act(invitations.invite, keep, OPERATOR, lambda world, by: invitations.invite(
        email="neu@example.org", name="Neu", role=Role.MINISTRY_LEAD, by=by))  # fmt: skip
    yield Act(invitations.resend, keep, operators, lambda world, by: invitations.resend(
        invitation=open_invitation(world), by=by))  # fmt: skip
    yield Act(invitations.revoke, keep, operators, lambda world, by: invitations.revoke(
        invitation=open_invitation(world), by=by))  # fmt: skip
    yield Act(people.deactivate, keep, operators, lambda world, by: people.deactivate(person=colleague(world), by=by))
    yield Act(people.deactivate, keep, MINISTRY | OPERATOR, lambda world, by: people.deactivate(
        person=make.user(Role.DISTRICT_LEAD, world.own), by=by))  # fmt: skip
    yield Act(people.deactivate, keep, OPERATOR, lambda world, by: people.deactivate(
        person=make.user(Role.MINISTRY), by=by))  # fmt: skip
    yield Act(people.reactivate, keep, operators, lambda world, by: people.reactivate(
        person=colleague(world, is_active=False), by=by))  # fmt: skip
    yield Act(people.change, "user.keep", OPERATOR, lambda world, by: people.change(person=colleague(world), by=by))
    yield Act(people.send_reset, "user.keep", OPERATOR, lambda world, by: people.send_reset(
        person=colleague(world, is_active=False), by=by, request=None))  # type: ignore[arg-type]  # fmt: skip
    yield Act(second_factor.take_away, "user.keep", OPERATOR, lambda world, by: second_factor.take_away(
        colleague(world), by))  # fmt: skip


def acts_of_deputies() -> Iterator[Act]:
    week = timedelta(days=7)
    yield Act(deputies.name, "deputy.name", LEAD | ALL_DISTRICTS_LEADS, lambda world, by: deputies.name(
        deputy=make.user(Role.DISTRICT, world.own), valid_from=clock.today(), valid_to=clock.today() + week, by=by))  # fmt: skip
    yield Act(deputies.end, "deputy.name", DISTRICT_LEAD, lambda world, by: deputies.end(
        deputy=make.deputy(make.user(Role.DISTRICT_LEAD, world.own)), by=by))  # fmt: skip


ACTS = [
    *acts_of_the_plan(), *acts_of_remarks(),
    *acts_of_wordings(), *acts_of_versions(), *acts_of_projects_and_talk(), *acts_of_people(),
    *acts_of_deputies(),
    *acts_of_audit(), *acts_of_the_public_pages(),
]  # fmt: skip
