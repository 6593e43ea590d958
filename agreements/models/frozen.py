"""What the database refuses once a version is issued or withdrawn: every change of what it states."""

import pgtrigger

from aqb import triggers

STATES = "Eine ausgefertigte Fassung ändert sich nicht mehr."
OTHER_EVIDENCE = "Der Beleg gehört nicht zu dieser Ausfertigung oder Seite, oder er ist zurückgewiesen."
MEND = "Bitte ziehen Sie sie zurück oder vereinbaren Sie eine Änderung."

# What each further step writes once a version is issued; without a step nothing changes, not even a stamp.
FURTHER_STEPS = {
    "signed": ("signed_at",),
    "published": ("published_at", "published_by_id"),
    "withdrawn": ("withdrawn_at", "withdrawn_by_id", "ended_reason"),
    "terminated": ("terminated_at", "terminated_by_id", "ended_reason"),
}


def _written(columns: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{column}'" for column in ("status", "status_changed_at", *columns)) + "]"


ISSUED_IS_FROZEN = triggers.trigger(
    "agreementversion_issued_is_frozen",
    pgtrigger.Update,
    f"""
    IF OLD.issued_at IS NULL AND OLD.status <> 'withdrawn' THEN RETURN NEW; END IF;
    IF NEW.status <> OLD.status THEN
        written := CASE NEW.status
            {" ".join(f"WHEN '{step}' THEN {_written(columns)}" for step, columns in FURTHER_STEPS.items())}
            ELSE {_written(())} END;
    END IF;
    IF to_jsonb(OLD) - written IS DISTINCT FROM to_jsonb(NEW) - written THEN
        {triggers.refuse("agreementversion_issued_is_frozen", triggers.text(f"{STATES} {MEND}"))}
    END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
    declare=[("written", "text[] := '{}'")],
)


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

# A version that is approved keeps to the allocations until it is issued; before that, approving asks.
LINE_WITHIN_ALLOCATION = triggers.trigger(
    "agreementline_within_allocation",
    pgtrigger.Insert | pgtrigger.Update,
    f"""
    SELECT NEW.amount - COALESCE(allocation.amount, 0) INTO excess
        FROM agreements_agreementversion version
        JOIN agreements_agreement agreement ON agreement.id = version.agreement_id
        LEFT JOIN agreements_allocation allocation
            ON allocation.line_id = NEW.line_id AND allocation.district_id = agreement.district_id
        WHERE version.id = NEW.version_id AND version.status = 'approved';
    IF excess > 0 THEN
        {
        triggers.refuse(
            "agreementline_within_allocation",
            f"'Die Fassung ist freigegeben; der Ansatz läge um ' || {triggers.euro('excess')} || ' über der Zuweisung.'",
        )
    }
    END IF;
    RETURN NULL;
    """,
    declare=[("excess", "numeric")],
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

# Whoever rejects evidence locks the version, as whoever signs does: the later one sees what the first has done.
EVIDENCE_OF_VERSION = triggers.trigger(
    "signature_evidence_of_version",
    pgtrigger.Insert | pgtrigger.Update,
    f"""
    IF NEW.evidence_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM agreements_document document
        JOIN agreements_evidence evidence ON evidence.document_id = document.id
        WHERE document.id = NEW.evidence_id AND document.version_id = NEW.version_id
            AND evidence.rejected_at IS NULL AND document.party IN ('', NEW.party)
            AND (evidence.form = 'electronic') = (NEW.field_name <> '')
    ) THEN
        {triggers.refuse("signature_evidence_of_version", triggers.text(OTHER_EVIDENCE))}
    END IF;
    RETURN NULL;
    """,
)

CONFIRMED_NOT_BY_UPLOADER = triggers.trigger(
    "signature_confirmed_not_by_uploader",
    pgtrigger.Insert | pgtrigger.Update,
    f"""
    IF NEW.confirmed_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM agreements_document document
        LEFT JOIN agreements_evidence evidence ON evidence.document_id = document.id
        LEFT JOIN agreements_scanbatch batch ON batch.id = evidence.batch_id
        WHERE document.id = NEW.evidence_id AND NEW.confirmed_by_id IN (document.created_by_id, batch.created_by_id)
    ) THEN
        {
        triggers.refuse(
            "signature_confirmed_not_by_uploader",
            triggers.text("Vier-Augen-Prinzip: Wer den Beleg hochgeladen hat, bestätigt die Unterschrift nicht."),
        )
    }
    END IF;
    RETURN NULL;
    """,
)

CONFIRMED_IS_UNCHANGED = triggers.trigger(
    "signature_confirmed_is_unchanged",
    pgtrigger.Update,
    f"""
    IF OLD.confirmed_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
        {
        triggers.refuse(
            "signature_confirmed_is_unchanged",
            triggers.text("Eine bestätigte Unterschrift ändert sich nicht mehr; wer sie berichtigt, erfasst sie neu."),
        )
    }
    END IF;
    RETURN NEW;
    """,
    when=pgtrigger.Before,
)
