"""Workbooks written part by part, so that a test says exactly what the file holds."""

from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def text(place, value):
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(place, value):
    return f'<c r="{place}"><v>{value}</v></c>'


def row(line, *cells):
    return f'<row r="{line}">{"".join(cells)}</row>'


def workbook(path, *sheets, shared=(), merged=(), parts=()):
    """Each sheet is a name and its rows as XML; `parts` replaces or adds parts of the package."""
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    content = {
        "[Content_Types].xml": (
            f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/'
            'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
            f' ContentType="{SHEET_TYPE}.worksheet+xml"/><Override PartName="/xl/workbook.xml"'
            f' ContentType="{SHEET_TYPE}.sheet.main+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1"'
            f' Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
            + "".join(
                f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
                for n, (name, _) in enumerate(sheets, 1)
            )
            + "</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/s{n}.xml"/>'
                for n in range(1, len(sheets) + 1)
            )
            + f'<Relationship Id="shared" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
            + "</Relationships>"
        ),
        "xl/sharedStrings.xml": (
            f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in shared) + "</sst>"
        ),
        **{
            f"xl/worksheets/s{n}.xml": (
                f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>'
                f"<mergeCells>{merges}</mergeCells></worksheet>"
            )
            for n, (_, rows) in enumerate(sheets, 1)
        },
        **dict(parts),
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for name, xml in content.items():
            if xml is not None:
                book.writestr(name, xml)
