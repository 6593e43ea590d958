"""What the database refuses about the life of a version: states without their time stamps, steps that do not exist."""

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
        condition=lacks("unlocked", "resubmit_due") | (Q(status="draft") & has("returned_at")),
        name="agreementversion_locked_while_returned",
        violation_error_message="Gesperrt ist etwas nur, solange die Fassung zur Überarbeitung zurückgegeben ist.",
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

_BEGINS = triggers.trigger(
    "agreementversion_begins_as_draft",
    pgtrigger.Insert,
    f"""
    IF NEW.status <> 'draft' THEN
        {triggers.refuse("agreementversion_begins_as_draft", triggers.text("Jede Fassung beginnt als Entwurf."))}
    END IF;
    RETURN NULL;
    """,
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

_SIGNED = triggers.trigger(
    "agreementversion_signed_by_both",
    pgtrigger.Update,
    f"""
    IF NEW.status <> 'signed' OR OLD.status = 'signed' THEN RETURN NULL; END IF;
    IF (SELECT count(DISTINCT party) FROM agreements_signature WHERE version_id = NEW.id) < 2 THEN
        {
        triggers.refuse(
            "agreementversion_signed_by_both",
            triggers.text("Unterzeichnet ist eine Fassung erst, wenn die Unterschriften beider Seiten erfasst sind."),
        )
    }
    END IF;
    IF NOT NEW.taken_over
       AND EXISTS (SELECT 1 FROM agreements_signature WHERE version_id = NEW.id AND confirmed_at IS NULL) THEN
        {
        triggers.refuse(
            "agreementversion_signed_by_both",
            triggers.text(
                "Unterzeichnet ist eine Fassung erst, wenn eine zweite Person alle Unterschriften bestätigt hat."
            ),
        )
    }
    END IF;
    RETURN NULL;
    """,
)

_WORDING = "Der Vertragstext gehört zu einem anderen Jahrgang."
_BASE = "Eine Änderung bezieht sich auf eine frühere Fassung derselben Zielvereinbarung."
_FITS = triggers.trigger(
    "agreementversion_fits_agreement",
    pgtrigger.Insert | pgtrigger.Update,
    f"""
    IF NOT EXISTS (
        SELECT 1 FROM agreements_wording wording
        JOIN agreements_agreement agreement ON agreement.budget_year_id = wording.budget_year_id
        WHERE wording.id = NEW.wording_id AND agreement.id = NEW.agreement_id
    ) THEN
        {triggers.refuse("agreementversion_fits_agreement", triggers.text(_WORDING))}
    END IF;
    IF NEW.base_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM agreements_agreementversion base
        WHERE base.id = NEW.base_id AND base.agreement_id = NEW.agreement_id AND base.number < NEW.number
    ) THEN
        {triggers.refuse("agreementversion_fits_agreement", triggers.text(_BASE))}
    END IF;
    RETURN NULL;
    """,
)

STATUS_TRIGGERS = (_NUMBERED, _BEGINS, _KEPT, _STEPS, _WITHIN_ALLOCATION, _SIGNED, _FITS)
