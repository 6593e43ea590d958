"""A seal in a PDF (PAdES, by pyHanko) that leaves PDF/A-3a and PDF/UA-1 as they are.

- The field is a widget without extent, marked to be printed, in the structure tree as a form with a name that a screen
  reader says. Metadata stay as they were printed: pyHanko would write them anew and forget both standards.
- Everything goes into one revision that the seal covers as a whole, with the certificates, lists and answers that prove
  it later. The document is certified: nothing may change any more, except that further time stamps may be added, which
  ISO 32000-2 always allows. So proof can be renewed before today's algorithms grow weak.
- With a time stamp service and complete proof, a time stamp over the whole file follows (PAdES-B-LTA). Its field lies
  outside the page: PDF/UA wants such a one neither named nor tagged, and readers accept that a structure tree does not
  change after certification.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

FIELD, STAMP_FIELD = "Organisationssiegel", "Archivzeitstempel"
DIGEST = "sha256"
VERSION = (1, 7)
REASON = "Siegel der Reinschrift"


class Writer(IncrementalPdfFileWriter):
    """Appends to a PDF, leaves its metadata alone and lets it stay what PDF/A-3 demands: PDF 1.7."""

    def _update_meta(self) -> None:
        """Nothing: the document is the one that was printed, and the seal states its own time."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Nothing above 1.7: pyHanko would call a file with an ECDSA signature PDF 2.0."""
        super().ensure_output_version(min(version, VERSION))

    def register_extension(self, ext: DeveloperExtension) -> None:
        """Only extensions of PDF 1.7, for the same reason."""
        if ext.base_version == f"/{VERSION[0]}.{VERSION[1]}":
            super().register_extension(ext)


async def sealed(
    pdf: bytes, signer: signers.Signer, *, title: str, at: datetime, stamper: TimeStamper | None,
    proof: ValidationContext | None,
) -> bytes:  # fmt: skip
    """The PDF with the seal of `signer`, named `title`, made at `at`; `proof` holds what shows the certificates valid."""
    writer = Writer(BytesIO(pdf))
    _add_field(writer, title)
    machine = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            reason=REASON,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=proof is not None,
            validation_context=proof,
            signer_key_usage=set(),  # checked when the key was opened
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        ),
        signer,
        timestamper=stamper,
    )
    content = await _signed(machine, writer, at)
    return await _stamped(content, stamper) if stamper and proof else content


async def _signed(machine: signers.PdfSigner, writer: Writer, at: datetime) -> bytes:
    """What PdfSigner.async_sign_pdf does, with a time of our own."""
    session = machine.init_signing_session(writer, existing_fields_only=True)
    session.system_time = at
    collected = await session.perform_presign_validation(writer)
    size = await session.estimate_signature_container_size(collected)
    document = session.prepare_tbs_document(collected, size)
    output = BytesIO()
    digest, _ = document.digest_tbs_document(output=output)
    done = await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    await done.post_signature_processing(output)
    content: bytes = output.getvalue()
    return content


async def _stamped(content: bytes, stamper: TimeStamper) -> bytes:
    outside = fields.InvisSigSettings(box_out_of_bounds=True)
    machine = signers.PdfTimeStamper(
        stamper, field_name=STAMP_FIELD, invis_settings=outside, readable_field_name=STAMP_FIELD
    )
    output = await machine.async_timestamp_pdf(Writer(BytesIO(content)), DIGEST)
    stamped: bytes = output.getvalue()
    return stamped


def _add_field(writer: Writer, title: str) -> None:
    """An empty signature field on the last page, at the end of the structure tree."""
    fields.append_signature_field(writer, fields.SigFieldSpec(FIELD, on_page=-1, readable_field_name=title))
    widget = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    page = writer.find_page_for_modification(-1)[0]
    tree = writer.root["/StructTreeRoot"]
    document = tree["/K"].raw_get(0)
    reference = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Pg"): page, pdf_name("/Obj"): widget}
    )
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): document,
                pdf_name("/Pg"): page,
                pdf_name("/Alt"): generic.TextStringObject(title),
                pdf_name("/K"): generic.ArrayObject([reference]),
            }
        )
    )
    _append(writer, document.get_object()["/K"], element)
    numbers = tree["/ParentTree"]["/Nums"]
    key = generic.NumberObject(1 + max(numbers[at] for at in range(0, len(numbers), 2)))
    _append(writer, numbers, key, element)
    widget.get_object()[pdf_name("/StructParent")] = key


def _append(writer: Writer, array: Any, *items: Any) -> None:
    array.extend(items)
    writer.update_container(array)
