"""Documents as people hold them: real papers of a version, sealed by the tests' own authority, and copies of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pikepdf

from agreements import documents
from agreements.actions import files, steps
from agreements.models import AgreementVersion, Document, Status
from aqb import clock, paper
from aqb.access import Role
from tests import factories as make
from tests import pki

SEAL_FIELD = "Siegel"


def issued(**fields: Any) -> AgreementVersion:
    """A version with three projects whose issue is a real PDF."""
    version = make.version(status="approved", entries=3, **fields)
    steps.issue(version=version, by=make.person(Role.MINISTRY))
    version.refresh_from_db()
    return version


def signed(*, seal: str = "", published: bool = False, version: AgreementVersion | None = None) -> AgreementVersion:
    """A version signed by both sides on paper, with its real fair copy, sealed or not."""
    version = version or issued()
    for party in ("land", "district"):
        make.signature(version, party, signed_on=clock.today())
    copy = documents.fair_copy(version.snapshot or {}, version.signatures.all(), seal=seal or "none")  # type: ignore[arg-type]
    content = paper.render(copy)
    files.store(
        agreement=version.agreement, version=version, kind=Document.Kind.SIGNED, title="Reinschrift", seal=seal,
        content=sealed(content) if seal else content, media_type="application/pdf", number=version.document_number,
        by=make.person(Role.MINISTRY),
    )  # fmt: skip
    version.status, version.status_changed_at, version.signed_at = Status.SIGNED, clock.now(), clock.now()
    version.save()
    if published:
        steps.publish(version=version, by=make.person(Role.MINISTRY))
        version.refresh_from_db()
    return version


def sealed(content: bytes, name: str = "seal", field: str = SEAL_FIELD) -> bytes:
    """The file with a signature appended, made in a thread of its own: the browser's tests keep an event loop in theirs."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(pki.sign, content, name=name, field=field).result()


def paper_of(version: AgreementVersion, kind: str = "signed") -> bytes:
    """The stored bytes of the version's fair copy or issue."""
    return files.read(version.documents.get(kind=kind))


def changed(content: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The file opened, changed and saved by another program."""
    target = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(target)
    return target.getvalue()


def forged(version: AgreementVersion, **changes: Any) -> bytes:
    """A fair copy that our own press made from other data, as a forger with our program would."""
    snapshot = documents.fair_copy(version.snapshot or {}, version.signatures.all())
    return paper.render({**snapshot, **changes})


def printed(content: bytes) -> bytes:
    """The pages as pictures in a PDF of their own, as after printing and scanning."""
    import img2pdf
    import pypdfium2

    pictures = []
    pdf = pypdfium2.PdfDocument(content)
    for page in pdf:
        target = BytesIO()
        page.render(scale=2).to_pil().save(target, "PNG")
        pictures.append(target.getvalue())
    pdf.close()
    result: bytes = img2pdf.convert(pictures)
    return result
