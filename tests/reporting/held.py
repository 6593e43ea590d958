"""Documents as people hold them: real papers of a version, sealed by the tests' own authority, and copies of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from agreements import documents
from agreements.actions import files, steps
from agreements.models import AgreementVersion
from aqb import paper
from aqb.access import Role
from aqb.seal.pdf import FIELD
from tests import factories as make
from tests import hostile, pki
from tests.agreements.actors import sign_and_confirm


def issued(**fields: Any) -> AgreementVersion:
    """A version with three projects whose issue is a real PDF."""
    make.ministry()
    version = make.version(status="approved", entries=3, **fields)
    steps.issue(version=version, by=make.person(Role.MINISTRY))
    version.refresh_from_db()
    return version


def signed(
    *, sealed: bool = False, published: bool = False, version: AgreementVersion | None = None
) -> AgreementVersion:
    """A version signed by both sides on paper, with the fair copy that the last confirmation made."""
    version, by = version or issued(), make.person(Role.MINISTRY)
    # A demo seals with its test seal, production without a key not at all.
    with override_settings(PRODUCTION=not sealed):
        for party in ("land", "district"):
            sign_and_confirm(version, by, party)
    if published:
        steps.publish(version=version, by=by)
    version.refresh_from_db()
    return version


def signed_by(content: bytes, name: str, field: str = FIELD) -> bytes:
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


def written_over(content: bytes) -> bytes:
    """The file with a line of text on its first page, added as a new revision so that all old bytes stay."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    font = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Font"),
        generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
        generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
    })  # fmt: skip
    fonts = generic.DictionaryObject({generic.pdf_name("/Zusatz"): font})
    line = generic.StreamObject(stream_data=b"BT /Zusatz 12 Tf 72 20 Td (Nachtrag: 5 Mio. Euro) Tj ET")
    resources = generic.DictionaryObject({generic.pdf_name("/Font"): fonts})
    writer.add_stream_to_page(0, writer.add_object(line), resources=resources)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def letter(text: str) -> bytes:
    """A PDF of somebody else with this line of text."""

    def write(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream(f"BT /F 12 Tf 72 700 Td ({text}) Tj ET".encode("latin-1"))

    return hostile.plain(change=write)


def upload(client: Client, content: bytes, name: str = "vertrag.pdf") -> str:
    """The page that answers an upload; it is never anything but a page."""
    answer = client.post(reverse("document_verify"), {"file": SimpleUploadedFile(name, content, "application/pdf")})
    assert answer.status_code == 200
    return answer.text


def title(text: str) -> str:
    return text.split('<h2 class="kern-title">')[1].split("</h2>", maxsplit=1)[0]
