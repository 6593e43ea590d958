"""What the parties sign, keep and say to each other."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile

from agreements.models import (
    Agreement,
    AgreementVersion,
    Document,
    Evidence,
    NotedRemark,
    RegionalStrategy,
    Remark,
    RemarkReply,
    ScanBatch,
    Signatory,
    Signature,
    Submission,
)
from aqb.access import Role
from aqb.models import District
from tests import factories as make
from tests.factories.plan import START


def signatory(version: AgreementVersion, party: str = "land", **fields: Any) -> Signatory:
    defaults = {
        "position": 1,
        "name": "Erika Muster",
        "office": "Landrätin" if party == "district" else "Staatsministerin",
    }
    return Signatory.objects.create(version=version, party=party, **{**defaults, **fields})


def signature(version: AgreementVersion, party: str = "land", **fields: Any) -> Signature:
    """A signature that a second person has confirmed, unless said otherwise; the version must be issued."""
    defaults = {
        "position": 1,
        "name": "Erika Muster",
        "office": "Landrätin" if party == "district" else "Staatsministerin",
        "place": "Musterstadt" if party == "district" else "Wiesbaden",
        "signed_on": date(2026, 3, 5),
        "recorded_at": START + timedelta(days=4),
        "recorded_by": make.person(Role.MINISTRY),
        "confirmed_at": START + timedelta(days=4),
        "confirmed_by": make.person(Role.MINISTRY_LEAD),
    }
    return Signature.objects.create(version=version, party=party, **{**defaults, **fields})


def document(
    agreement: Agreement | None = None,
    version: AgreementVersion | None = None,
    content: bytes | None = None,
    **fields: Any,
) -> Document:
    """A stored file; its bytes lie in the content store of the tests."""
    contract = agreement or (version.agreement if version else make.agreement())
    kind = fields.setdefault("kind", Document.Kind.ATTACHMENT)
    data = content if content is not None else f"%PDF-1.7 {kind} {contract.pk} {version and version.pk}".encode()
    digest = hashlib.sha256(data).hexdigest()
    row = Document(
        agreement=contract,
        version=version,
        **{
            "title": f"Dokument ({kind})",
            "sha256": digest,
            "size": len(data),
            "media_type": "application/pdf",
            "created_at": START + timedelta(days=3),
            "created_by": make.person(Role.MINISTRY),
            **fields,
        },
    )
    row.file.save(digest, ContentFile(data), save=False)
    row.save()
    return row


def evidence(
    version: AgreementVersion,
    party: str = "land",
    *,
    content: bytes | None = None,
    created_by: Any = None,
    **fields: Any,
) -> Evidence:
    """A scan that the district uploaded, of a version that must be issued; its pages name that version.

    With `form="electronic"` a file of no party that carries the signature of the field Unterschrift1.
    """
    electronic = fields.get("form") == Evidence.Form.ELECTRONIC
    whose = "" if electronic else party
    document = make.document(
        version=version, kind=Document.Kind.EVIDENCE, party=whose, number=version.document_number,
        content=content or f"%PDF-1.7 evidence {version.pk} {whose} {version.documents.count()}".encode(),
        created_by=created_by or make.person(Role.DISTRICT, version.agreement.district),
    )  # fmt: skip
    pages = [{"number": version.document_number, "page": 1}]
    findings = {"report": report()} if electronic else {"pages": pages}
    return Evidence.objects.create(document=document, **{"form": Evidence.Form.PAPER, "findings": findings, **fields})


def report(*names: str, signed_at: str = "", time_source: str = "none") -> dict[str, Any]:
    """A report about a file with one intact signature per name, in the fields Unterschrift1, Unterschrift2, ..."""
    return {
        "begins_with_issue": True,
        "only_signatures_added": True,
        "intact": True,
        "refusals": [],
        "signatures": [
            {
                "field": f"Unterschrift{number}",
                "kind": "signature",
                "signer": name,
                "organisation": "",
                "issuer": "Beispiel Vertrauensdienst",
                "serial": str(number),
                "signed_at": signed_at,
                "time_source": time_source,
                "intact": True,
                "covers": "die ganze Datei",
                "unchanged_since": True,
                "trust": "unconfirmed",
                "trust_text": "Der Aussteller gehört nicht zu den hinterlegten Vertrauensstellen.",
                "algorithm": "ecdsa",
            }
            for number, name in enumerate(names or ("Erika Muster",), start=1)
        ],
    }


def scan_batch(content: bytes = b"%PDF-1.7 several contracts", **fields: Any) -> ScanBatch:
    """A scan of several contracts with one page whose code nobody could read."""
    digest = hashlib.sha256(content).hexdigest()
    row = ScanBatch(
        **{
            "name": "scan.pdf",
            "pages": [{"number": "", "page": None}],
            "sha256": digest,
            "size": len(content),
            "media_type": "application/pdf",
            "created_at": START + timedelta(days=4),
            "created_by": make.person(Role.MINISTRY),
            **fields,
        }
    )
    row.file.save(digest, ContentFile(content), save=False)
    row.save()
    return row


def remark(version: AgreementVersion | None = None, **fields: Any) -> Remark:
    defaults = {
        "text": "Bitte nennen Sie die Zahl der Plätze.",
        "author": make.person(Role.MINISTRY),
        "created_at": START,
    }
    return Remark.objects.create(version=version or make.version(), **{**defaults, **fields})


def reply(remark: Remark | None = None, **fields: Any) -> RemarkReply:
    """An answer of the district, unless said otherwise."""
    row = remark or make.remark()
    defaults = {
        "side": "district",
        "text": "Es sind zwanzig Plätze.",
        "author": make.person(Role.DISTRICT, row.version.agreement.district),
        "written_at": START + timedelta(hours=1),
    }
    return RemarkReply.objects.create(remark=row, **{**defaults, **fields})


def note(version: AgreementVersion | None = None, **fields: Any) -> NotedRemark:
    """What the ministry has noted and not sent yet."""
    defaults = {"text": "Bitte begründen Sie den Betrag.", "author": make.person(Role.MINISTRY), "written_at": START}
    return NotedRemark.objects.create(version=version or make.version(status="submitted"), **{**defaults, **fields})


def submission(version: AgreementVersion | None = None, **fields: Any) -> Submission:
    """What the district has handed in once, without a project."""
    row = version or make.version()
    defaults = {"submitted_at": START + timedelta(days=1), "content": {"projects": [], "lines": []}}
    return Submission.objects.create(version=row, **{**defaults, **fields})


def strategy(district: District | None = None, *, confirmed: bool = True, **fields: Any) -> RegionalStrategy:
    """A strategy in force since 2020, confirmed unless said otherwise."""
    stamps = {"confirmed_at": START, "confirmed_by": make.person(Role.MINISTRY)} if confirmed else {}
    defaults = {"title": "Ausbildungs- und Arbeitsmarktstrategie", "valid_from": date(2020, 1, 1)}
    return RegionalStrategy.objects.create(district=district or make.district(), **{**defaults, **stamps, **fields})
