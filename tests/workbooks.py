"""Workbooks as a stranger sends them, part by part. Every builder gives the bytes of one file."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = " ".join(
    f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text", "style")
)
# Look 1 is a date by its number, look 2 by its own format; in look 3 the d belongs to a word.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00 &quot;Euro und Cent&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/></cellXfs></styleSheet>'
)


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip archive of these parts."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def excel(  # the parts of a workbook, each of which a test spoils
    *rows: str,
    sheets: dict[str, str] | None = None,
    before: str = "",
    after: str = "",
    texts: str = "",
    book: str = "",
    states: dict[str, str] | None = None,
    kind: str = SHEET_TYPE,
    more: dict[str, str | bytes] | None = None,
) -> bytes:
    """A workbook as Excel writes it. `rows` are the <row> elements of the one sheet, or `sheets` holds them by name."""
    contents = {"Projekte": "".join(rows)} if sheets is None else sheets
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}" state="{(states or {}).get(name, "visible")}"/>'
        for at, name in enumerate(contents, 1)
    )
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(contents) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{book}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{RELATIONS}/styles" Target="/xl/styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": STYLES,
    }
    for at, content in enumerate(contents.values(), 1):
        parts[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{MAIN}">{before}<sheetData>{content}</sheetData>{after}</worksheet>'
        )
    return packed(parts | (more or {}))


def row(number: int, *cells: str, hidden: bool = False) -> str:
    """A row of an Excel sheet; cells as `text`, or as elements."""
    content = "".join(one if one.startswith("<") else f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in cells)
    return f'<row r="{number}"{' hidden="1"' if hidden else ""}>{content}</row>'


def number(digits: str, look: int = 0) -> str:
    """A number in an Excel sheet, with these digits."""
    return f'<c s="{look}"><v>{digits}</v></c>'


def opendocument(
    *rows: str,
    before: str = "",
    after: str = "",
    styles: str = "",
    table: str = "",
    body: str = "",
    more: dict[str, str | bytes] | None = None,
    prolog: str = "",
) -> bytes:
    """A workbook as LibreOffice writes it; `rows` are the <table:table-row> elements of the sheet „Projekte“."""
    content = (
        f"{prolog}<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{before}{
            body or f'<table:table table:name="Projekte" {table}>{"".join(rows)}</table:table>'
        }{after}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts: dict[str, str | bytes] = {"mimetype": ODS, "META-INF/manifest.xml": manifest, "content.xml": content}
    return packed(parts | (more or {}))


def line(*cells: str, attributes: str = "") -> str:
    """A row of an OpenDocument sheet; cells as `text`, or as elements."""
    content = "".join(
        one
        if one.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>'
        for one in cells
    )
    return f"<table:table-row {attributes}>{content}</table:table-row>"
