"""What the database refuses about versions: states without their time stamps, illegal steps, changes after issue."""

import pgtrigger
from django.db.models import CheckConstraint, F, Q

from aqb import triggers

REACHED = {
    "submitted": ("submitted", "approved", "issued", "signed", "published", "terminated"),
    "approved": ("approved", "issued", "signed", "published", "terminated"),
    "issued": ("issued", "signed", "published", "terminated"),
    "signed": ("signed", "published", "terminated"),
}
MOMENTS = ("created_at", "submitted_at", "approved_at", "issued_at", "signed_at", "published_at", "terminated_at")
# What still may change once a version is issued: its further way, and nothing that it states.
FURTHER_WAY = (
    "status", "status_changed_at", "signed_at", "published_at", "published_by_id", "withdrawn_at", "withdrawn_by_id",
    "terminated_at", "terminated_by_id", "ended_reason",
)  # fmt: skip
STATES = "Eine ausgefertigte Fassung ändert sich nicht mehr."
MEND = "Bitte ziehen Sie sie zurück oder vereinbaren Sie eine Änderung."


def has(moment: str) -> Q:
    return Q((f"{moment}__isnull", False))


def lacks(*moments: str) -> Q:
    return Q(*((f"{moment}__isnull", True) for moment in moments))


def _reached(step: str, *facts: Q) -> Q:
    """Whoever has reached the step carries its facts; an old contract taken over has not gone through the steps."""
    condition = ~Q(status__in=REACHED[step])
    for fact in facts:
        condition |= fact
    return condition


def _moments_in_order() -> Q:
    condition = Q()
    steps = MOMENTS[1:]  # an old contract is signed before it is created here
    for i, earlier in enumerate(steps):
        for later in steps[i + 1 :]:
            condition &= (
                Q((f"{earlier}__isnull", True)) | Q((f"{later}__isnull", True)) | Q((f"{earlier}__lte", F(later)))
            )
    return condition


STATUS_CONSTRAINTS = (
    CheckConstraint(
        condition=Q(
            status__in=["draft", "submitted", "approved", "issued", "signed", "published", "withdrawn", "terminated"]
        ),
        name="agreementversion_status_known",
        violation_error_message="Diesen Stand gibt es nicht.",
    ),
    CheckConstraint(
        condition=~Q(status="draft")
        | lacks("submitted_at", "submitted_by", "approved_at", "approved_by", "issued_at", "signed_at", "published_at"),
        name="agreementversion_draft_is_blank",
        violation_error_message="Ein Entwurf ist weder eingereicht noch freigegeben.",
    ),
    CheckConstraint(
        condition=_reached("submitted", Q(taken_over=True), has("submitted_at") & has("submitted_by")),
        name="agreementversion_submitted_by_person",
        violation_error_message="Zum Einreichen gehören Person und Zeitpunkt.",
    ),
    CheckConstraint(
        condition=_reached("approved", Q(taken_over=True), has("approved_at") & has("approved_by")),
        name="agreementversion_approved_by_person",
        violation_error_message="Zur Freigabe gehören Person und Zeitpunkt.",
    ),
    CheckConstraint(
        condition=_reached(
            "issued",
            has("issued_at") & ~Q(document_number="") & has("snapshot") & (Q(taken_over=True) | has("issued_by")),
        ),
        name="agreementversion_issued_with_snapshot",
        violation_error_message="Zur Ausfertigung gehören Zeitpunkt, Person, Nummer und gedruckter Stand.",
    ),
    CheckConstraint(
        condition=_reached("signed", has("signed_at")),
        name="agreementversion_signed_with_date",
        violation_error_message="Zur Unterzeichnung gehört ihr Zeitpunkt.",
    ),
    CheckConstraint(
        condition=~Q(status="published") | (has("published_at") & has("published_by")),
        name="agreementversion_published_by_person",
        violation_error_message="Zur Veröffentlichung gehören Person und Zeitpunkt.",
    ),
    CheckConstraint(
        condition=(~Q(status="withdrawn") & lacks("withdrawn_at", "withdrawn_by"))
        | (Q(status="withdrawn") & has("withdrawn_at") & has("withdrawn_by") & ~Q(ended_reason="")),
        name="agreementversion_withdrawn_with_reason",
        violation_error_message="Zum Zurückziehen gehören Person, Zeitpunkt und Grund.",
    ),
    CheckConstraint(
        condition=(~Q(status="terminated") & lacks("terminated_at", "terminated_by"))
        | (Q(status="terminated") & has("terminated_at") & has("terminated_by") & ~Q(ended_reason="")),
        name="agreementversion_terminated_with_reason",
        violation_error_message="Zum Beenden gehören Person, Zeitpunkt und Grund.",
    ),
    CheckConstraint(
        condition=lacks("returned_at", "returned_by")
        | (has("returned_at") & has("returned_by") & ~Q(return_reason="")),
        name="agreementversion_returned_with_reason",
        violation_error_message="Zur Rückgabe gehören Person, Zeitpunkt und Grund.",
    ),
    CheckConstraint(
        condition=_moments_in_order(),
        name="agreementversion_moments_in_order",
        violation_error_message="Die Zeitpunkte der Schritte müssen in ihrer Reihenfolge liegen.",
    ),
    CheckConstraint(
        condition=(Q(approved_by__isnull=True) | Q(prepared_by__isnull=True) | ~Q(approved_by=F("prepared_by")))
        & (Q(approved_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(approved_by=F("submitted_by"))),
        name="agreementversion_approved_by_second_person",
        violation_error_message="Vier-Augen-Prinzip: Wer vorbereitet hat, gibt nicht frei.",
    ),
)


def _status_steps() -> str:
    steps = {
        "draft": ("submitted", "withdrawn"),
        "submitted": ("draft", "approved", "withdrawn"),
        "approved": ("draft", "issued", "withdrawn"),
        "issued": ("signed", "withdrawn"),
        "signed": ("published", "terminated"),
        "published": ("terminated",),
    }
    pairs = ", ".join(f"'{start}>{end}'" for start, ends in steps.items() for end in ends)
    taken_over = "NEW.taken_over AND OLD.status = 'draft' AND NEW.status = 'issued'"
    return f"(OLD.status || '>' || NEW.status IN ({pairs})) OR ({taken_over})"


_NUMBERED = triggers.trigger(
    "agreementversion_number_without_gaps",
    pgtrigger.Insert,
    f"""
    PERFORM 1 FROM agreements_agreement WHERE id = NEW.agreement_id FOR NO KEY UPDATE;
    SELECT COALESCE(max(number) + 1, 0) INTO following FROM agreements_agreementversion
        WHERE agreement_id = NEW.agreement_id;
    IF NEW.number <> following THEN
        {
        triggers.refuse(
            "agreementversion_number_without_gaps",
            "'Die nächste Fassung hat die Nummer ' || following || ', nicht ' || NEW.number || '.'",
        )
    }
    END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
    declare=[("following", "integer")],
)

_KEPT = triggers.trigger(
    "agreementversion_kept",
    pgtrigger.Delete,
    triggers.refuse(
        "agreementversion_kept",
        triggers.text(
            "Eine Fassung wird nicht gelöscht, damit ihre Nummern ohne Lücke bleiben. Bitte ziehen Sie sie zurück."
        ),
    ),
    when=pgtrigger.Before,
)

_IDENTITY = "Eine Fassung behält ihre Zielvereinbarung, ihre Nummer und ihre Herkunft."
_NO_STEP = "'Dieser Schritt ist nicht vorgesehen: von ' || OLD.status || ' nach ' || NEW.status || '.'"
_STEPS = triggers.trigger(
    "agreementversion_steps",
    pgtrigger.Update,
    f"""
    IF NEW.agreement_id <> OLD.agreement_id OR NEW.number <> OLD.number OR NEW.taken_over <> OLD.taken_over THEN
        {triggers.refuse("agreementversion_steps", triggers.text(_IDENTITY))}
    END IF;
    IF OLD.status <> NEW.status AND NOT ({_status_steps()}) THEN
        {triggers.refuse("agreementversion_steps", _NO_STEP)}
    END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
)

_FURTHER = "ARRAY[" + ", ".join(f"'{column}'" for column in FURTHER_WAY) + "]::text[]"
_FROZEN = triggers.trigger(
    "agreementversion_issued_is_frozen",
    pgtrigger.Update,
    f"""
    IF (OLD.issued_at IS NOT NULL OR OLD.status = 'withdrawn')
       AND to_jsonb(OLD) - {_FURTHER} IS DISTINCT FROM to_jsonb(NEW) - {_FURTHER} THEN
        {triggers.refuse("agreementversion_issued_is_frozen", triggers.text(f"{STATES} {MEND}"))}
    END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
)

# The allocation rows are locked before they are compared: a cut that is being saved must be seen.
_WITHIN_ALLOCATION = triggers.trigger(
    "agreementversion_within_allocation",
    pgtrigger.Update,
    f"""
    IF OLD.status = NEW.status OR NOT (NEW.status = 'approved' OR (NEW.status = 'issued' AND NEW.taken_over)) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM agreements_allocation
        JOIN agreements_agreement ON agreements_agreement.district_id = agreements_allocation.district_id
        WHERE agreements_agreement.id = NEW.agreement_id FOR SHARE OF agreements_allocation;
    SELECT agreements_budgetline.title, agreed.amount - COALESCE(allocation.amount, 0) INTO pot, excess
        FROM agreements_agreementline agreed
        JOIN agreements_budgetline ON agreements_budgetline.id = agreed.line_id
        JOIN agreements_agreement ON agreements_agreement.id = NEW.agreement_id
        LEFT JOIN agreements_allocation allocation
            ON allocation.line_id = agreed.line_id AND allocation.district_id = agreements_agreement.district_id
        WHERE agreed.version_id = NEW.id AND agreed.amount > COALESCE(allocation.amount, 0) LIMIT 1;
    IF FOUND THEN
        {
        triggers.refuse(
            "agreementversion_within_allocation",
            f"'Der Ansatz „' || pot || '“ liegt um ' || {triggers.euro('excess')} || ' über der Zuweisung.'",
        )
    }
    END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
    declare=[("pot", "text"), ("excess", "numeric")],
)

VERSION_TRIGGERS = (_NUMBERED, _KEPT, _STEPS, _FROZEN, _WITHIN_ALLOCATION)


def with_version(model: str, thing: str, version: str = "{row}.version_id") -> pgtrigger.Trigger:
    """Rows of `model` are frozen with their version; `version` is an SQL expression with `{row}` for OLD or NEW.

    The version is locked first: an issue that runs at the same moment is waited for, then seen.
    """
    name = f"{model}_frozen_with_version"
    refusal = triggers.refuse(name, triggers.text(f"{STATES} Deshalb bleibt auch {thing} unverändert. {MEND}"))
    closed = "(issued_at IS NOT NULL OR status = 'withdrawn')"
    old, new = version.format(row="OLD"), version.format(row="NEW")
    return triggers.trigger(
        name,
        pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        f"""
        IF TG_OP <> 'INSERT' THEN
            PERFORM 1 FROM agreements_agreementversion WHERE id = ({old}) FOR SHARE;
            IF EXISTS (SELECT 1 FROM agreements_agreementversion WHERE id = ({old}) AND {closed}) THEN
                {refusal}
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        PERFORM 1 FROM agreements_agreementversion WHERE id = ({new}) FOR SHARE;
        IF EXISTS (SELECT 1 FROM agreements_agreementversion WHERE id = ({new}) AND {closed}) THEN
            {refusal}
        END IF;
        RETURN NEW;
        """,
        when=pgtrigger.Before,
    )


LINE_OF_VINTAGE = triggers.trigger(
    "agreementline_of_vintage",
    pgtrigger.Insert | pgtrigger.Update,
    f"""
    IF NOT EXISTS (
        SELECT 1 FROM agreements_agreementversion version
        JOIN agreements_agreement agreement ON agreement.id = version.agreement_id
        JOIN agreements_budgetline line ON line.budget_year_id = agreement.budget_year_id
        WHERE version.id = NEW.version_id AND line.id = NEW.line_id
    ) THEN
        {triggers.refuse("agreementline_of_vintage", triggers.text("Die Budgetlinie gehört zu einem anderen Jahrgang."))}
    END IF;
    RETURN NULL;
    """,
)

ONLY_WHILE_ISSUED = triggers.trigger(
    "signature_only_while_issued",
    pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    f"""
    IF NOT EXISTS (
        SELECT 1 FROM agreements_agreementversion
        WHERE status = 'issued' AND id = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END
        FOR SHARE
    ) OR (TG_OP = 'UPDATE' AND NEW.version_id <> OLD.version_id) THEN
        {
        triggers.refuse(
            "signature_only_while_issued",
            triggers.text(
                "Unterschriften gehören zu einer ausgefertigten, noch nicht von allen unterzeichneten Fassung."
            ),
        )
    }
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
)
