"""Evidence: proofs of signatures come in, belong to exactly one issued version, and may be rejected.

What was uploaded is read before the version is locked: nobody waits for another person's file.
"""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from agreements import checks, news
from agreements.actions import files
from agreements.actions.steps import ask, locked, stated
from agreements.models import AgreementVersion, Document, Evidence, Party, ScanBatch
from aqb import clock
from aqb.access import Refused, require
from aqb.files import fingerprint
from aqb.models import User
from aqb.refusals import validation_refusals

PDF = "application/pdf"
LONGEST_NAME = 200
OTHER_BYTES = (
    "Diese Datei wurde über andere Bytes unterzeichnet als die Ausfertigung {number}. Bitte laden Sie die Ausfertigung "
    "herunter, unterzeichnen Sie genau diese Datei und laden Sie sie wieder hoch."
)
NOTHING_SIGNED = (
    "In dieser Datei steht keine Unterschrift: Sie ist die Ausfertigung {number} selbst. Bitte unterzeichnen Sie die "
    "Datei elektronisch, oder drucken und unterschreiben Sie sie und laden Sie den Scan hoch."
)
NO_PERSON = (
    "In dieser Datei steht keine Unterschrift einer Person, nur ein Siegel oder ein Zeitstempel. Bitte lassen Sie die "
    "Ausfertigung von der vorgesehenen Person unterzeichnen."
)
OTHER_NUMBER = (
    "Der Scan gehört zu {found}, nicht zu {number}. Bitte laden Sie ihn bei der Fassung hoch, deren Nummer er trägt."
)
SEVERAL = "Der Scan enthält Seiten von mehreren Ausfertigungen: {found}."
ALONE = "Bitte scannen Sie die Ausfertigung {number} für sich."
AS_BATCH = "Bitte laden Sie ihn als Sammelscan hoch; dort werden die Seiten ihren Ausfertigungen zugeordnet."
ALREADY = "Dieser Beleg liegt für {number} schon vor, hochgeladen am {day} von {who}. Er muss nicht noch einmal kommen."


def upload(*, version: AgreementVersion, party: str, content: bytes, name: str = "", by: User) -> Evidence:
    """Take in a scan of signed paper (PDF, JPEG, PNG) or an electronically signed PDF as proof for one version.

    `party` says whose signature a scan shows. A signed file belongs to no side until its signatures are matched.
    `name` is the file's name on the uploader's machine. Refuses: neither the ministry nor the party's own district, a
    version that is not issued or is signed by all, whatever `files.accept` refuses, a file that was signed over other
    bytes or whose signatures are not intact, the issue without a signature, the scan of another version or of several,
    the same bytes again.
    """
    # As it stands now, whoever holds the object; `attach` asks once more under the lock.
    version = AgreementVersion.objects.select_related("agreement__district").get(pk=version.pk)
    _ask(version, by, party)
    received = files.accept(content, images=True)
    findings: dict[str, Any] = {"name": PurePath(name).name[:LONGEST_NAME], "uploaded": fingerprint(content)}
    if received.signed:
        findings["report"] = _report(version, content)
        return attach(
            version=version, party="", content=content, form=Evidence.Form.ELECTRONIC, findings=findings, by=by
        )
    if party not in Party.values:
        raise Refused("Bitte wählen Sie, wessen Unterschrift der Scan zeigt.")
    findings |= _scanned(version, content, received, by)
    if received.media_type != PDF:
        from aqb import inspection

        content = inspection.as_pdf(content, title=_title(version, party))
    return attach(version=version, party=party, content=content, form=Evidence.Form.PAPER, findings=findings, by=by)


def _ask(version: AgreementVersion, by: User, party: str) -> None:
    require(by, "evidence.upload", version.agreement.district)
    if reasons := checks.upload_refusals(version, by, party):
        raise Refused(*reasons)


def _report(version: AgreementVersion, content: bytes) -> dict[str, Any]:
    """The validation report of a signed file; refuses what was signed over other bytes or is not intact."""
    from aqb import inspection

    report: dict[str, Any] = inspection.signature_report(
        content, original=_issued_bytes(version), roots=settings.TRUST_ROOTS
    )
    if not report["begins_with_issue"]:
        raise Refused(OTHER_BYTES.format(number=version.document_number))
    if report["refusals"]:
        raise Refused(*report["refusals"])
    if not any(found["kind"] == "signature" for found in report["signatures"]):
        raise Refused(NO_PERSON)
    return report


def _scanned(version: AgreementVersion, content: bytes, received: Any, by: User) -> dict[str, Any]:
    """What the codes of the pages say; refuses the scan of another version, of several, and what is no scan at all."""
    number = version.document_number
    if received.media_type == PDF and _is_issue_itself(version, content):
        raise Refused(NOTHING_SIGNED.format(number=number))
    found = list(dict.fromkeys(page.number for page in received.pages if page.number))
    if len(found) > 1:
        raise Refused(
            SEVERAL.format(found=", ".join(found)), AS_BATCH if by.is_ministry else ALONE.format(number=number)
        )
    if found and found != [number]:
        raise Refused(OTHER_NUMBER.format(found=found[0], number=number))
    return {"pages": [{"number": page.number, "page": page.page} for page in received.pages]}


def _is_issue_itself(version: AgreementVersion, content: bytes) -> bool:
    """Whether the file was never on paper: it is the issue, or carries the issue's data for machines."""
    from aqb import inspection

    if content.startswith(_issued_bytes(version)):
        return True
    return inspection.contents(content).data is not None


def _issued_bytes(version: AgreementVersion) -> bytes:
    return files.read(version.documents.get(kind=Document.Kind.ISSUED))


@transaction.atomic
def attach(
    *, version: AgreementVersion, party: str, content: bytes, form: Evidence.Form, findings: dict[str, Any],
    batch: ScanBatch | None = None, by: User,
) -> Evidence:  # fmt: skip
    """Put away a PDF that `files.accept` has taken in already, as evidence of one version.

    Refuses: whom `upload` refuses, a version that is not issued any more, the same bytes for the same side again unless
    they were rejected.
    """
    version = locked(version)
    _ask(version, by, party)
    _refuse_twice(version, party, {fingerprint(content), findings.get("uploaded", "")})
    with validation_refusals():
        document = files.store(
            agreement=version.agreement, version=version, kind=Document.Kind.EVIDENCE, title=_title(version, party),
            content=content, media_type=PDF, number=version.document_number, party=party, by=by,
        )  # fmt: skip
        evidence = Evidence(document=document, form=form, findings=findings, batch=batch)
        evidence.full_clean()
        evidence.save()
    news.proven(evidence, by)
    return evidence


def _refuse_twice(version: AgreementVersion, party: str, digests: set[str]) -> None:
    """One scan may show the signatures of both sides, so it may come once for each."""
    known = (
        Evidence.objects.standing()
        .filter(document__version=version, document__party=party)
        .filter(Q(document__sha256__in=digests) | Q(findings__uploaded__in=digests))
        .select_related("document__created_by")
        .first()
    )
    if known is not None:
        stored = known.document
        raise Refused(
            ALREADY.format(
                number=version.document_number, day=f"{clock.day(stored.created_at):%d.%m.%Y}", who=stored.created_by
            )
        )


def _title(version: AgreementVersion, party: str) -> str:
    district = version.agreement.district
    sides = {Party.LAND: "des Landes Hessen", Party.DISTRICT: district.genitive or f"für {district.name}"}
    what = f"Beleg {sides[Party(party)]}" if party else "Elektronisch unterzeichnete Datei"
    return f"{what} zu {version.document_number}"


@transaction.atomic
def reject(*, evidence: Evidence, reason: str, by: User) -> Evidence:
    """Set evidence aside with a reason that its uploader reads; the signatures that stand on it are taken back.

    Refuses: not the ministry, a version that all have signed or that was withdrawn, no reason, rejected already.
    """
    version = locked(evidence.version)
    ask(version, "sign", by)
    reason = stated(reason, "Wer den Beleg hochgeladen hat, muss wissen, was zu tun ist")
    evidence = Evidence.objects.select_related("document").get(pk=evidence.pk)
    if evidence.is_rejected:
        raise Refused("Dieser Beleg ist schon zurückgewiesen.")
    with validation_refusals(evidence):
        signatures = list(evidence.document.signatures.all())
        evidence.document.signatures.all().delete()
        evidence.rejected_at, evidence.rejected_by, evidence.rejected_reason = clock.now(), by, reason
        evidence.full_clean()
        evidence.save()
    news.rejected(evidence, signatures, by)
    return evidence
