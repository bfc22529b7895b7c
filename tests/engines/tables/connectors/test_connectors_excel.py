import zipfile

import pytest

from tests.engines.tables.connectors.made_workbook import number, row, text, workbook
from tongban.engines.tables.connectors import Rejected, open_connector
from tongban.engines.tables.connectors.handover import NoRows
from tongban.engines.tables.connectors.names import AmbiguousColumn, UnnamedColumn
from tongban.engines.tables.connectors.options import BadOption
from tongban.engines.tables.connectors.records import NoHeader
from tongban.engines.tables.connectors.workbook import NoSuchSheet, NotAWorkbook

HEADER = row(1, text("A1", "证件号"), text("B1", "日期"))
SOURCE = {"path": "t.xlsx"}


@pytest.fixture
def rows_of(collect, base):
    """Rows of a one-sheet workbook."""

    def rows_of(*rows, options=None, **more):
        workbook(base / "t.xlsx", ("Sheet1", rows), **more)
        return collect("excel", **SOURCE, **(options or {}))

    return rows_of


def test_numbers_and_dates_stay_the_text_that_the_file_holds(rows_of):
    extract, rows = rows_of(
        HEADER,
        row(2, number("A2", "3.2990119900307002E+17"), '<c r="B2" s="1"><v>44927</v></c>'),
        row(3, number("A3", "329901199003070020"), '<c r="B3" s="1"><v>44927.5</v></c>'),
        row(4, text("A4", " 0329 "), text("B4", "2024/1/2")),
        row(5, number("A5", "0.30000000000000004"), '<c r="B5" t="e"><v>#N/A</v></c>'),
        row(6, '<c r="A6" t="str"><f>A4&amp;"x"</f><v>0329x</v></c>'),
    )

    assert [cells[:2] for cells in rows] == [
        ("3.2990119900307002E+17", "44927"),
        ("329901199003070020", "44927.5"),
        (" 0329 ", "2024/1/2"),
        ("0.30000000000000004", "#N/A"),
        ("0329x", None),
    ]
    assert rows[0][2:] == (1, 2, '{"证件号":"3.2990119900307002E+17","日期":"44927"}')
    assert (extract.columns, extract.rows) == (("证件号", "日期"), 5)


def test_shared_strings_keep_their_spaces_and_their_runs(rows_of):
    shared = ("<t>a</t>", "<r><t>张</t></r><r><t> 三</t></r><rPh><t>zhang</t></rPh>", "<t></t>")
    _, rows = rows_of(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>1</v></c></row>',
        '<row r="3"><c r="A3" t="s"><v>2</v></c></row>',
        shared=shared,
    )
    assert [cells[0] for cells in rows] == ["张 三", ""]


def test_empty_rows_are_no_records_and_a_row_keeps_its_number_in_the_sheet(rows_of):
    extract, rows = rows_of(
        HEADER,
        row(2, number("A2", "1")),
        '<row r="3"/><row r="4"><c r="A4" s="1"/><c r="B4"><v></v></c></row>',
        row(9, number("B9", "2")),
    )
    assert [cells[:4] for cells in rows] == [("1", None, 1, 2), (None, "2", 2, 9)]
    assert extract.rows == 2


def test_a_sheet_without_references_is_read_by_order(rows_of):
    _, rows = rows_of(
        '<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>',
        "<row><c><v>1</v></c><c><v>2</v></c></row>",
    )
    assert rows == [("1", "2", 1, 2, '{"a":"1","b":"2"}')]


def test_a_value_beside_the_columns_gives_its_row_back(rows_of):
    extract, rows = rows_of(
        HEADER,
        row(2, number("A2", "1"), text("D2", "合计")),
        row(3, number("A3", "2")),
    )
    reason = "a cell has a value to the right of the header"
    assert extract.rejected == (
        Rejected(1, '["1",null,null,"合计"]', reason, "表头右侧之外的单元格有内容", 2),
    )
    assert rows == [("2", None, 2, 3, '{"证件号":"2","日期":null}')]
    assert extract.rows == 2


def test_a_header_below_a_title_takes_names_merged_from_above(rows_of):
    _, rows = rows_of(
        row(1, text("A1", "云泽市补贴发放表")),
        row(2, text("A2", "姓名"), text("B2", "金额"), text("D2", "备注")),
        row(3, text("B3", "应发"), text("C3", "实发")),
        row(4, text("A4", "张三"), number("B4", "10"), number("C4", "9"), text("D4", "-")),
        options={"header": 3},
        merged=("A1:D1", "A2:A3", "B2:C2", "D2:D3"),
    )
    assert rows == [
        ("张三", "10", "9", "-", 1, 4, '{"姓名":"张三","应发":"10","实发":"9","备注":"-"}')
    ]


def test_a_sheet_is_chosen_by_name_else_the_first_is_read(collect, base):
    for_year = [("2023", [HEADER, row(2, number("A2", "1"))])]
    hostile = 'it\'s "2024"; DROP'
    name = hostile.replace('"', "&quot;")
    workbook(base / "t.xlsx", *for_year, (name, [HEADER, row(2, number("A2", "2"))]))

    assert collect("excel", path="t.xlsx")[1][0][0] == "1"
    assert collect("excel", path="t.xlsx", sheet=hostile)[1][0][0] == "2"
    with pytest.raises(NoSuchSheet) as refused:
        open_connector("excel", {"path": "t.xlsx", "sheet": "2025"}, base).check()
    assert refused.value.facts["known"] == f"2023, {hostile}"


def test_a_wide_sheet(rows_of):
    names = [f"{chr(65 + n // 26 - 1) if n >= 26 else ''}{chr(65 + n % 26)}" for n in range(60)]
    extract, rows = rows_of(
        row(1, *(text(f"{name}1", f"c{name}") for name in names)),
        row(2, *(number(f"{name}2", n) for n, name in enumerate(names))),
    )
    assert extract.columns == tuple(f"c{name}" for name in names)
    assert rows[0][:60] == tuple(str(n) for n in range(60))


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([HEADER], NoRows),
        ([], NoHeader),
        (['<row r="1"><c r="A1" s="1"/></row>', row(2, number("A2", "1"))], NoHeader),
        ([row(1, text("A1", "a"), text("C1", "c")), row(2, number("A2", "1"))], UnnamedColumn),
        ([row(1, text("A1", "a"), text("B1", "A")), row(2, number("A2", "1"))], AmbiguousColumn),
        ([row(2, number("A2", "1")), HEADER], NotAWorkbook),
        ([HEADER, row(2, number("B2", "1"), number("A2", "1"))], NotAWorkbook),
        ([HEADER, row(2, number("A3", "1"))], NotAWorkbook),
        ([HEADER, '<row r="2"><c r="A2" t="s"><v>99</v></c></row>'], NotAWorkbook),
        ([HEADER, '<row r="2"><c'], NotAWorkbook),
    ],
)
def test_a_sheet_that_cannot_be_trusted_is_refused(rows_of, con, rows, refusal):
    with pytest.raises(refusal, match=r"t\.xlsx"):
        rows_of(*rows)
    assert con.execute("SELECT 1").fetchone() == (1,)


def test_check_reads_the_header_alone(base):
    workbook(base / "t.xlsx", ("Sheet1", [HEADER]))
    open_connector("excel", SOURCE, base).check()
    with pytest.raises(NoHeader):
        open_connector("excel", SOURCE | {"header": 2}, base).check()


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 not a package"])
def test_another_file_is_no_workbook(base, content):
    (base / "t.xlsx").write_bytes(content)
    with pytest.raises(NotAWorkbook, match="or not complete"):
        open_connector("excel", SOURCE, base).check()


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/worksheets/s1.xml", "_rels/.rels"])
def test_a_workbook_that_lacks_a_part_is_refused(rows_of, missing):
    with pytest.raises(NotAWorkbook, match="or not complete"):
        rows_of(HEADER, parts={missing: None})


def test_a_workbook_without_sheets_is_refused(base):
    workbook(base / "t.xlsx")
    with pytest.raises(NotAWorkbook):
        open_connector("excel", SOURCE, base).check()


def test_a_damaged_package_is_refused(base):
    workbook(
        base / "t.xlsx", ("Sheet1", [HEADER, *(row(n, number(f"A{n}", n)) for n in range(2, 99))])
    )
    with zipfile.ZipFile(base / "t.xlsx") as book:
        place = book.getinfo("xl/worksheets/s1.xml").header_offset + 60
    data = bytearray((base / "t.xlsx").read_bytes())
    data[place : place + 40] = b"\xff" * 40
    (base / "t.xlsx").write_bytes(data)
    with pytest.raises(NotAWorkbook, match="or not complete"):
        open_connector("excel", SOURCE, base).check()


def test_a_workbook_that_declares_entities_is_refused(rows_of):
    bomb = '<!DOCTYPE sst [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
    with pytest.raises(NotAWorkbook, match="declares entities"):
        rows_of(HEADER, parts={"xl/sharedStrings.xml": bomb})


def test_a_workbook_that_grows_too_large_is_refused(rows_of, monkeypatch):
    monkeypatch.setattr("tongban.engines.tables.connectors.workbook.LARGEST", 1000)
    with pytest.raises(NotAWorkbook, match="too large"):
        rows_of(HEADER, row(2, number("A2", "1")))


def test_the_header_row_is_counted_from_one(base):
    with pytest.raises(BadOption, match="a row number from 1"):
        open_connector("excel", SOURCE | {"header": 0}, base)
