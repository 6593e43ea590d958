"""The last touches to a PDF before it is written, for what WeasyPrint leaves open in PDF/A-3a with PDF/UA-1.

- Both standards stand in the one rdf:RDF of the metadata; PDF/A wants the foreign pdfuaid schema described.
- Page margins (footer, page number, draft mark) are artifacts; WeasyPrint tags them and links them nowhere.
- The list of associated files names each file once.
"""

from typing import Any

PDFUA = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />'
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b"<pdfaExtension:schemas><rdf:Bag>"
    b'<rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name>"
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas>"
    b"</rdf:Description>"
)
END_OF_RDF = b"</rdf:RDF>"
ARTIFACT = ("/Artifact", "<</Type /Pagination>>")


def finish(pdf: Any) -> None:
    """Complete the pydyf file that WeasyPrint has put together."""
    _declare_accessibility(pdf)
    _untag_margins(pdf)
    files = pdf.catalog["AF"]
    files[:] = list(dict.fromkeys(files))


def page_contents(pdf: Any) -> list[Any]:
    """The streams of the pages, in their order."""
    return [_at(pdf, _at(pdf, reference)["Contents"]) for reference in pdf.page_references]


def _at(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _declare_accessibility(pdf: Any) -> None:
    metadata = _at(pdf, pdf.catalog["Metadata"])
    content = b"".join(metadata.stream)
    head, end, tail = content.partition(END_OF_RDF)
    if not end or END_OF_RDF in tail:
        raise ValueError("WeasyPrint no longer writes exactly one rdf:RDF; PDF/UA cannot be declared")
    metadata.stream = [head + PDFUA + end + tail]


def _untag_margins(pdf: Any) -> None:
    """Turn marked content that no element of the structure tree reaches into artifacts."""
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    reached = set(_reachable(pdf, root["K"]))
    numbers = _at(pdf, root["ParentTree"])["Nums"]
    for index, contents in enumerate(page_contents(pdf)):
        parents = numbers[2 * index + 1]
        orphans = {mcid for mcid, parent in enumerate(parents) if parent not in reached}
        for mcid in orphans:
            _clear(pdf, parents[mcid])
            parents[mcid] = b"null"
        _mark_artifacts(contents.stream, orphans)


def _reachable(pdf: Any, kids: list[Any]) -> Any:
    for kid in kids:
        if isinstance(kid, bytes):
            yield kid
            yield from _reachable(pdf, _at(pdf, kid).get("K", []))


def _clear(pdf: Any, reference: bytes) -> None:
    """Empty an element and its ancestors up to the tree: nothing links to them, and no reader shall find them."""
    element = _at(pdf, reference)
    if element.get("S") != "/Document" and "P" in element:
        parent = element["P"]
        element.clear()
        _clear(pdf, parent)


def _mark_artifacts(stream: list[Any], orphans: set[int]) -> None:
    for position, token in enumerate(stream):
        if token == b"BDC" and stream[position - 1].get("MCID") in orphans:
            stream[position - 2 : position] = ARTIFACT
