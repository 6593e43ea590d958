"""PDF/A-3a and PDF/UA-1 after sealing: everything that the seal touches, looked at by hand and by the checker."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from aqb import paper, seal
from tests import pki
from tests.aqb.papers import findings, text_of
from tests.aqb.seals import configured, fair_copy, official, opened, pdfsig

WAYS = ("test", "official", "official-lta")


@pytest.fixture(scope="module", params=WAYS)
def sealed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A fair copy sealed in each way: EC key of the demo, RSA key with proof, and with time stamps as well."""
    folder = tmp_path_factory.mktemp("key")
    way = request.param
    setup = {
        "test": configured(),
        "official": official(folder, SEAL_REVOCATION=True),
        "official-lta": official(folder, SEAL_REVOCATION=True, TSA_URL=pki.tsa_url()),
    }[way]
    with pki.serve(), setup:
        return seal.seal(fair_copy(seal.kind()), at=datetime.now(UTC))


def test_checker_for_accessibility_finds_nothing(sealed: bytes, tmp_path: Path) -> None:
    report = findings(sealed, tmp_path)

    assert (report.returncode, "no findings" in report.stdout) == (0, True), report.stdout


def test_metadata_are_those_that_were_printed(sealed: bytes) -> None:
    with opened(sealed) as pdf, opened(fair_copy()) as printed:
        metadata = pdf.Root.Metadata.read_bytes()
        assert metadata == printed.Root.Metadata.read_bytes()
        assert dict(pdf.docinfo) == dict(printed.docinfo)
        assert str(pdf.Root.Lang) == "de"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(pdf.Root.MarkInfo.Marked)
    assert [metadata.count(one) for one in (b"<rdf:RDF", b"pdfaid:part=", b"pdfuaid:part=")] == [1, 1, 1]
    assert (b'pdfaid:part="3"' in metadata, b'pdfaid:conformance="A"' in metadata) == (True, True)


def test_file_stays_pdf_1_7(sealed: bytes) -> None:
    """PDF/A-3 is built on it; the revisions above must not say otherwise."""
    with opened(sealed) as pdf:
        assert pdf.pdf_version == "1.7"
        assert str(pdf.Root.get("/Version", "/1.7")) == "/1.7"
        assert set(pdf.Root.Extensions.keys()) == {"/ESIC"}
        assert "/Encrypt" not in pdf.trailer
        assert len(pdf.trailer.ID) == 2
    assert re.search(rb"%%EOF\n?$", sealed)


def test_form_has_nothing_but_seals(sealed: bytes) -> None:
    with opened(sealed) as pdf:
        form = pdf.Root.AcroForm
        assert set(form.keys()) == {"/Fields", "/SigFlags"}
        assert int(form.SigFlags) == 3
        assert set(pdf.Root.Perms.keys()) == {"/DocMDP"}
        (reference,) = pdf.Root.Perms.DocMDP.Reference
        assert (int(reference.TransformParams.P), str(reference.TransformMethod)) == (1, "/DocMDP")
        assert not {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(reference.keys())
        assert not any("/A" in one or "/AA" in one for one in form.Fields)


def test_widgets_are_printed_never_hidden_and_without_extent(sealed: bytes) -> None:
    with opened(sealed) as pdf:
        for page in pdf.pages:
            for widget in page.get("/Annots", []):
                flags = int(widget.F)
                assert (flags & 4, flags & (1 | 2 | 32 | 256)) == (4, 0)
                left, bottom, right, top = (float(one) for one in widget.Rect)
                assert (left, bottom) == (right, top)
                assert page.Tabs == "/S"
                assert str(widget.TU)
                # Whoever is not in the structure tree lies outside the page.
                assert "/StructParent" in widget or left < float(page.MediaBox[0])


def test_seal_is_a_form_in_the_structure_tree(sealed: bytes) -> None:
    with opened(sealed) as pdf:
        widget = next(one for one in pdf.Root.AcroForm.Fields if one.T == "Organisationssiegel")
        tree = pdf.Root.StructTreeRoot
        document = tree.K[0]
        element = document.K[-1]
        assert (str(element.S), element.P.objgen) == ("/Form", document.objgen)
        (reference,) = element.K
        assert (str(reference.Type), reference.Obj.objgen) == ("/OBJR", widget.objgen)
        assert reference.Pg.objgen == pdf.pages[-1].obj.objgen
        numbers = list(tree.ParentTree.Nums)
        keys = [int(one) for one in numbers[::2]]
        assert keys == sorted(set(keys))
        assert numbers[2 * keys.index(int(widget.StructParent)) + 1].objgen == element.objgen
        assert str(element.Alt) == str(widget.TU)
        assert "iegel" in str(widget.TU)


def test_embedded_data_are_still_there(sealed: bytes) -> None:
    with opened(sealed) as pdf, opened(fair_copy()) as printed:
        (name,) = pdf.attachments
        assert name == paper.ATTACHMENT
        data = pdf.attachments[name].get_file().read_bytes()
        assert b'"schema":"aqb-zielvereinbarung/1"' in data
        assert [one.AFRelationship for one in pdf.Root.AF] == ["/Data"]
        assert len(data) - len(printed.attachments[name].get_file().read_bytes()) in (0, -4)  # "test", "official"


def test_text_is_the_one_that_was_printed(sealed: bytes, tmp_path: Path) -> None:
    kind = "test" if "Testsiegel" in text_of(sealed, tmp_path) else "official"

    assert text_of(sealed, tmp_path) == text_of(fair_copy(kind), tmp_path)


def test_nothing_appended_is_encrypted_external_or_scripted(sealed: bytes) -> None:
    """Objects of the new revisions: no streams with forbidden filters, no references to other files."""
    with opened(sealed) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        assert not [one for one in streams if "/F" in one or _filters(one) - {"/FlateDecode"}]


def _filters(stream: Any) -> set[str]:
    found = stream.get("/Filter", pikepdf.Array())
    return {str(one) for one in (found if isinstance(found, pikepdf.Array) else [found])}


@pytest.mark.parametrize("pages", [1, 2, 40])
def test_papers_of_any_length_are_sealed_on_their_last_page(pages: int, tmp_path: Path) -> None:
    with configured():
        content = seal.seal(fair_copy("test", pages), at=datetime.now(UTC))

    with opened(content) as pdf:
        assert (len(pdf.pages) == 1, len(pdf.pages) > 30) == (pages == 1, pages == 40)
        assert [number for number, page in enumerate(pdf.pages, 1) if "/Annots" in page] == [len(pdf.pages)]
    said = pdfsig(content, tmp_path)
    assert ("Signature is Valid." in said, "Total document signed" in said) == (True, True)
    assert findings(content, tmp_path).returncode == 0
