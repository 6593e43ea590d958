"""What came into a PDF behind the issued bytes: signatures and what belongs to them, or something else.

pyHanko compares revisions of a file and explains every object that is new or was replaced. What it does not foresee is
a first revision without any form and signature; the rules for that are here.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError, PdfStrictReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign import diff_analysis as diff
from pyhanko.sign.diff_analysis.commons import compare_key_refs, qualify_transforming
from pyhanko.sign.diff_analysis.constants import ROOT_EXEMPT_STRICT_COMPARISON

from aqb.inspection import pages, structure
from aqb.inspection.reasons import MOST_PAGES

Box = tuple[float, float, float, float]  # left, bottom, right, top in points
FORM_KEYS = {"/Fields", "/SigFlags", "/DR", "/DA", "/Q", "/NeedAppearances"}
Update = tuple[diff.ModificationLevel, diff.ReferenceUpdate]
Change = tuple[diff.ModificationLevel, diff.FormUpdate]


def opened(content: bytes) -> PdfFileReader:
    """The file with all its revisions; raises what pyHanko does when it is damaged.

    Some programs number what they add against the rules (poppler, so Okular). Such a file is read leniently when qpdf,
    which shares nothing with pyHanko, finds no fault in it: where readers have to guess, they see different files.
    """
    try:
        return PdfFileReader(BytesIO(content))
    except PdfStrictReadError:
        with structure.opened(content, mend=False) as pdf:
            if pdf.check_pdf_syntax():
                raise
    reader = PdfFileReader(BytesIO(content), strict=False)
    if reader.xrefs.hybrid_xrefs_present:
        raise PdfReadError("two tables of contents for readers of different age")
    return reader


def entry(holder: Any, key: str, default: Any = None) -> Any:
    """What stands under this key, also when it is an object of its own."""
    return holder[key] if key in holder else default  # noqa: SIM401 - `get` gives the reference, not the object


class Catalog(diff.CatalogModificationRule):
    """The catalogue stays, but a certifying signature may note itself there."""

    def __init__(self) -> None:
        super().__init__(ROOT_EXEMPT_STRICT_COMPARISON | {"/Perms"})

    def apply_qualified(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Update]:
        _, permissions = yield from qualify_transforming(
            diff.ModificationLevel.FORM_FILLING,
            compare_key_refs("/Perms", old, old.root, new.root),
            transform=diff.ReferenceUpdate.curry_ref(),
        )
        if "/Perms" in old.root:
            if new.root.raw_get("/Perms") != old.root.raw_get("/Perms"):
                raise diff.SuspiciousModification("Permissions were changed")
        elif permissions is not None and not _certifies(permissions):
            raise diff.SuspiciousModification("Permissions are more than those of a certifying signature")
        yield from super().apply_qualified(old, new)


def _certifies(permissions: generic.PdfObject) -> bool:
    return (
        isinstance(permissions, generic.DictionaryObject)
        and set(permissions) == {"/DocMDP"}
        and isinstance(permissions.raw_get("/DocMDP"), generic.IndirectObject)
    )


class Form(diff.FormUpdatingRule):
    """The form of a file; an issue has none, so its first signature brings one, with signature fields and no others."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Change]:
        return super().apply(old, new) if "/AcroForm" in old.root else self._brought(old, new)

    def _brought(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterator[Change]:
        def found(key: str, place: Any, before: Any) -> Any:
            _, value = yield from qualify_transforming(
                diff.ModificationLevel.FORM_FILLING,
                compare_key_refs(key, old, before, place),
                transform=diff.FormUpdate.curry_ref(),
            )
            return value

        form = yield from found("/AcroForm", new.root, old.root)
        if form is None:
            return
        if not isinstance(form, generic.DictionaryObject) or set(form) - FORM_KEYS:
            raise diff.SuspiciousModification("The form holds more than signatures")
        nothing = generic.DictionaryObject()
        fields = yield from found("/Fields", form, nothing)
        resources = yield from found("/DR", form, nothing)
        if resources is not None:
            for reference in new.collect_dependencies(resources, since_revision=old.revision + 1):
                yield diff.ModificationLevel.FORM_FILLING, diff.FormUpdate(reference)
        context = diff.FieldComparisonContext(_specifications(fields), old, new)
        for rule in self.field_rules:
            yield from rule.apply(context)


def _specifications(fields: generic.PdfObject) -> dict[str, diff.FieldComparisonSpec]:
    """The fields of a new form by name; they stand side by side and are for signatures."""
    found: dict[str, diff.FieldComparisonSpec] = {}
    if not isinstance(fields, generic.ArrayObject):
        raise diff.SuspiciousModification("Fields are no list")
    for one in fields:
        field = one.get_object() if isinstance(one, generic.IndirectObject) else None
        name = entry(field, "/T") if isinstance(field, generic.DictionaryObject) else None
        if not isinstance(name, str) or name in found or "." in name or entry(field, "/FT") != "/Sig":
            raise diff.SuspiciousModification("Not a field for a signature")
        found[name] = diff.FieldComparisonSpec("/Sig", None, one.reference, None)
    return found


# No rule for other form fields: an issue has none.
POLICY = diff.StandardDiffPolicy(
    global_rules=[
        Catalog(),
        *(
            rule.as_qualified(diff.ModificationLevel.LTA_UPDATES)
            for rule in (
                diff.DocInfoRule(), diff.XrefStreamRule(), diff.ObjectStreamRule(), diff.DSSCompareRule(),
                diff.MetadataUpdateRule(),
            )
        ),
    ],
    form_rule=Form(field_rules=[diff.SigFieldCreationRule(), diff.SigFieldModificationRule()]),
)  # fmt: skip


def base(reader: PdfFileReader, original: bytes) -> int | None:
    """The revision of the file that is the issue; None when the file does not stand on it.

    That a file begins with the bytes of the issue does not make readers look at them: only its tables of contents do.
    """
    issued, found = PdfFileReader(BytesIO(original)).xrefs, reader.xrefs
    last = issued.total_revisions - 1
    if found.total_revisions <= last:
        return None
    for revision in range(found.total_revisions):
        place = found.get_xref_container_info(revision)
        if revision > last:
            if place.start_location < len(original):
                return None
        elif place != issued.get_xref_container_info(revision):
            return None
    return last


def only_signatures(reader: PdfFileReader, since: int) -> bool:
    """Whether every revision after this one only brought signatures, time stamps and data for checking them."""
    result = POLICY.review_file(reader, since)
    return isinstance(result, diff.DiffResult) and result.modification_level <= diff.ModificationLevel.FORM_FILLING


def widgets(field: generic.DictionaryObject) -> list[tuple[Any, generic.DictionaryObject]]:
    """What a field shows on pages, with the references to it: itself, or its children."""
    if "/Kids" not in field:
        return [(field.container_ref, field)]
    return [(kid.reference, kid.get_object()) for kid in field["/Kids"]]


def places(reader: PdfFileReader) -> dict[generic.Reference, int]:
    """The page (from 1) on which each annotation stands."""
    found = {}
    for index in range(min(int(reader.root["/Pages"]["/Count"]), MOST_PAGES)):
        page = reader.find_page_for_modification(index)[0].get_object()
        for one in entry(page, "/Annots", ()):
            if isinstance(one, generic.IndirectObject):
                found[one.reference] = index + 1
    return found


def box(widget: generic.DictionaryObject) -> Box | None:
    """Where a widget shows something; None when it is invisible."""
    x1, y1, x2, y2 = (float(one) for one in entry(widget, "/Rect", (0, 0, 0, 0)))
    left, bottom, right, top = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    return (left, bottom, right, top) if left < right and bottom < top else None


def text_beneath(original: bytes, page: int, place: Box) -> str:
    """The text of the issue at this place of a page (from 1)."""
    with pages.opened(original) as pdf:
        text: str = pdf[page - 1].get_textpage().get_text_bounded(*place) if page <= len(pdf) else ""
        return text


def oddities(name: str, field: generic.DictionaryObject) -> list[str]:
    """German sentences about a signature field that does or shows more than a signature should."""
    parts = [field, *(widget for _, widget in widgets(field))]
    found = []
    if any({"/A", "/AA"} & set(part) or entry(part, "/Subtype", "/Widget") != "/Widget" for part in parts):
        found.append(f"Das Unterschriftsfeld „{name}“ enthält mehr als eine Unterschrift.")
    if "/V" not in field and any(_paints(part) for part in parts):
        found.append(f"Das leere Unterschriftsfeld „{name}“ zeigt einen Text oder ein Bild.")
    return found


def _paints(widget: generic.DictionaryObject) -> bool:
    """Whether a widget has an appearance that draws anything."""
    looks = entry(widget, "/AP", {})
    for look in (looks[key] for key in looks):
        for stream in [look] if isinstance(look, generic.StreamObject) else [look[key] for key in look]:
            if stream.read_data(DecodePurpose.GENERIC).strip():
                return True
    return False
