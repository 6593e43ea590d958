"""What stands between a version and its next step: the same answers for page, button and action."""

from dataclasses import dataclass, field
from typing import Any

from agreements.models import (
    TRANSITIONS,
    AgreementVersion,
    Document,
    Party,
    Signature,
    Status,
)
from agreements.version_rows import rows
from aqb import access
from aqb.models import User
from aqb.money import format_euro


@dataclass(frozen=True)
class Check:
    """One condition of a step. `hint` says what to do while it is not met; `about` names the entry concerned."""

    key: str
    label: str
    met: bool
    hint: str = ""
    about: Any = None


@dataclass(frozen=True)
class Step:
    """A step that the version's status allows, and the German reasons why `by` cannot take it now."""

    name: str
    label: str
    refusals: list[str] = field(default_factory=list)
    needs_reason: bool = False

    @property
    def is_possible(self) -> bool:
        return not self.refusals


LABELS = {
    "submit": "Einreichen",
    "return": "Zurückgeben",
    "approve": "Freigeben",
    "issue": "Ausfertigen",
    "sign": "Unterschrift erfassen",
    "publish": "Veröffentlichen",
    "withdraw": "Zurückziehen",
    "terminate": "Beenden",
}
NEEDS_REASON = frozenset({"return", "withdraw", "terminate"})
# Words for "this step is not possible in that status".
WHEN = {
    "submit": "Einreichen lässt sich nur ein Entwurf.",
    "return": "Zurückgeben lässt sich nur, was eingereicht oder freigegeben ist.",
    "approve": "Freigeben lässt sich nur, was eingereicht ist.",
    "issue": "Ausfertigen lässt sich nur, was freigegeben ist.",
    "sign": "Unterschriften werden zu einer ausgefertigten, noch nicht vollständig unterzeichneten Fassung erfasst.",
    "publish": "Veröffentlichen lässt sich nur, was alle Seiten unterzeichnet haben.",
    "withdraw": "Zurückziehen lässt sich eine Fassung nur, solange sie nicht unterzeichnet ist.",
    "terminate": "Beenden lässt sich nur eine unterzeichnete Zielvereinbarung.",
}

SOMEBODY_ELSE = "Bitte lassen Sie eine andere Person des Ministeriums bestätigen."
NO_UPLOAD = "Belege gehören zu einer ausgefertigten, noch nicht von allen unterzeichneten Fassung."


def submission_checks(version: AgreementVersion) -> list[Check]:
    """What submitting asks for, in the order in which a district does it."""
    return [
        *_remark_checks(version),
        *_project_checks(version),
        *_money_checks(version),
        *_strategy_checks(version),
    ]


def _remark_checks(version: AgreementVersion) -> list[Check]:
    remarks = list(version.remarks.all())
    waiting = sum(remark.is_open for remark in remarks)
    if not remarks:
        return []
    if not waiting:
        return [Check("remarks", "alle Anmerkungen beantwortet", True)]
    label = "1 Anmerkung beantworten" if waiting == 1 else f"{waiting} Anmerkungen beantworten"
    return [Check("remarks", label, False, "Das Ministerium wartet auf Ihre Antwort.")]


def _project_checks(version: AgreementVersion) -> list[Check]:
    entries = rows(version, "entries")
    if not entries:
        return [Check("projects", "mindestens ein Projekt erfassen", False, "Es ist noch kein Projekt erfasst.")]
    tasks = version.entries.model.required_tasks()
    incomplete = [entry for entry in entries if entry.missing]
    checks = [Check("projects", f"mindestens ein Projekt erfasst ({len(entries)})", True)]
    for entry in incomplete:
        what = ", ".join(tasks[name] for name in entry.missing)
        checks.append(
            Check("entry", f"{entry.title}: {what}", False, f"Das Projekt „{entry.title}“ ist unvollständig.", entry)
        )
    if not incomplete:
        checks.append(Check("entries", "alle Projekte vollständig", True))
    return checks


def _money_checks(version: AgreementVersion) -> list[Check]:
    """Shares fit the agreed amounts, and agreed amounts fit the allocations."""
    lines = rows(version, "lines")
    if not lines:
        return [Check("sums", "Ansätze festlegen", False, "Das Ministerium hat noch keine Ansätze festgelegt.")]
    over = [line for line in lines if line.remaining < 0]
    checks = [
        Check(
            "sums",
            f"{line.line.title}: um {format_euro(-line.remaining)} € verringern",
            False,
            "Die Beträge der Projekte überschreiten den Ansatz.",
        )
        for line in over
    ]
    checks += [
        Check(
            "allocations",
            f"{line.line.title}: Ansatz liegt {format_euro(line.difference)} € über der Zuweisung",
            False,
            "Das Ministerium muss den Ansatz oder die Zuweisung anpassen.",
        )
        for line in lines
        if line.difference > 0
    ]
    return checks or [Check("sums", "Beträge halten die Ansätze ein", True)]


def _strategy_checks(version: AgreementVersion) -> list[Check]:
    agreement = version.agreement
    strategy = next(iter(rows(version, "strategies")), None)
    if strategy is not None:
        until = f" bis {strategy.valid_to:%d.%m.%Y}" if strategy.valid_to else ""
        return [Check("strategy", f"Arbeitsmarktstrategie gültig{until}", True)]
    if not agreement.budget_year.strategy_required:
        return []
    hint = "Für diesen Jahrgang ist eine bestätigte, gültige Ausbildungs- und Arbeitsmarktstrategie erforderlich."
    return [Check("strategy", "Ausbildungs- und Arbeitsmarktstrategie bestätigen", False, hint)]


def approval_checks(version: AgreementVersion) -> list[Check]:
    return [check for check in [*_project_checks(version), *_money_checks(version)] if check.key != "strategy"]


def expected_signatures(version: AgreementVersion) -> list[tuple[str, int]]:
    """Who is to sign: (party, position). Without named signatories one person per side signs."""
    named = [(person.party, person.position) for person in version.signatories.all()]
    expected: list[tuple[str, int]] = []
    for party in (Party.LAND, Party.DISTRICT):
        expected += [pair for pair in named if pair[0] == party] or [(party.value, 1)]
    return expected


def missing_signatures(version: AgreementVersion) -> list[tuple[str, int]]:
    """Whose signature is not recorded yet: (party, position)."""
    signed = {(signature.party, signature.position) for signature in version.signatures.all()}
    return [pair for pair in expected_signatures(version) if pair not in signed]


def unconfirmed_signatures(version: AgreementVersion) -> list[Signature]:
    """Signatures that are recorded and still wait for the second person."""
    return [signature for signature in version.signatures.all() if not signature.is_confirmed]


def upload_refusals(version: AgreementVersion, by: User, party: str) -> list[str]:
    """Why `by` cannot upload evidence of that party's signature; an empty party means any side it may speak for."""
    if reason := access.why_not(by, "evidence.upload", version.agreement.district):
        return [reason]
    if by.is_district and party == Party.LAND:
        return ["Belege für die Unterschrift des Landes lädt das Ministerium hoch."]
    return [] if version.status == Status.ISSUED else [NO_UPLOAD]


def confirmation_refusals(signature: Signature, by: User) -> list[str]:
    """Why `by` cannot confirm the signature: a step that is over, or not a second person."""
    if reasons := refusals(signature.version, "sign", by):
        return reasons
    if signature.is_confirmed:
        return ["Diese Unterschrift ist schon bestätigt."]
    if access.same_person(by, signature.recorded_by):
        return [f"Vier-Augen-Prinzip: Sie haben die Unterschrift erfasst. {SOMEBODY_ELSE}"]
    if signature.evidence and access.same_person(by, *_uploaders(signature.evidence)):
        return [f"Vier-Augen-Prinzip: Sie haben den Beleg hochgeladen. {SOMEBODY_ELSE}"]
    return []


def _uploaders(evidence: Document) -> list[User | None]:
    """Who brought the file in: itself, or the batch of scans that its pages were taken from."""
    batch = evidence.proof.batch
    return [evidence.created_by, batch.created_by if batch else None]


def refusals(version: AgreementVersion, step: str, by: User) -> list[str]:
    """Why `by` cannot take the step now, as German sentences; empty when they can. The reason is asked elsewhere."""
    if reason := access.why_not(by, f"version.{step}", version.agreement.district):
        return [reason]
    starts, _ = TRANSITIONS[step]
    if version.status not in starts:
        return [WHEN[step]]
    return _CONDITIONS[step](version, by) if step in _CONDITIONS else []


def _unmet(checks: list[Check]) -> list[str]:
    return [f"{check.label[0].upper()}{check.label[1:]}." for check in checks if not check.met]


def _approval_refusals(version: AgreementVersion, by: User) -> list[str]:
    eyes = access.same_person(by, version.prepared_by, version.submitted_by, verb="version.approve")
    return ([eyes] if eyes else []) + _noted(version) + _unmet(approval_checks(version))


def _noted(version: AgreementVersion) -> list[str]:
    """What colleagues have noted would be lost unread."""
    count = version.noted_remarks.count()
    if not count:
        return []
    what = "1 vorgemerkte Anmerkung ist" if count == 1 else f"{count} vorgemerkte Anmerkungen sind"
    return [f"{what} noch nicht gesendet. Bitte geben Sie die Fassung damit zurück oder löschen Sie sie."]


def _issue_refusals(version: AgreementVersion, by: User) -> list[str]:
    return _unmet([check for check in _money_checks(version) if check.key == "sums"])


_CONDITIONS = {
    "submit": lambda version, by: _unmet(submission_checks(version)),
    "approve": _approval_refusals,
    "issue": _issue_refusals,
}


def steps_for(version: AgreementVersion, by: User) -> list[Step]:
    """The steps that the status allows, in the order of the life, with the reasons that keep `by` from them."""
    return [
        Step(name, LABELS[name], refusals(version, name, by), name in NEEDS_REASON)
        for name, (starts, _) in TRANSITIONS.items()
        if version.status in starts
    ]


DISTRICT_TURN = frozenset({Status.DRAFT})
MINISTRY_TURN = frozenset({Status.SUBMITTED, Status.APPROVED, Status.ISSUED, Status.SIGNED})


def whose_turn(version: AgreementVersion) -> str:
    """Who has the ball: "district", "ministry" or nobody ("")."""
    if version.status in DISTRICT_TURN:
        return "district"
    return "ministry" if version.status in MINISTRY_TURN else ""
