import pytest

from tongban.engines.tables.connectors import Rejected, open_connector
from tongban.engines.tables.connectors.handover import NoRows
from tongban.engines.tables.connectors.names import ReservedColumn
from tongban.engines.tables.connectors.xml import BrokenXml, DeclaresEntities


@pytest.fixture
def rows_of(collect, base):
    """Rows of an XML file with this content."""

    def rows_of(content, encoding="utf-8"):
        (base / "t.xml").write_bytes(content.encode(encoding))
        return collect("xml", path="t.xml", row="row")

    return rows_of


def test_attributes_and_child_elements_are_columns(rows_of):
    extract, rows = rows_of(
        '<?xml version="1.0"?>\n<all>\n<row id="01"><xm>张三 </xm><je unit="万元">1.10</je></row>\n'
        '<row id="02"><xm/><bz>a&lt;b<!-- c -->c</bz></row>\n</all>'
    )
    assert extract.columns == ("id", "xm", "je", "je@unit", "bz")
    assert [row[:7] for row in rows] == [
        ("01", "张三 ", "1.10", "万元", None, 1, 3),
        ("02", "", None, None, "a<bc", 2, 4),
    ]
    assert rows[0][7] == '<row id="01"><xm>张三 </xm><je unit="万元">1.10</je></row>'


def test_elements_inside_of_a_column_stay_as_text(rows_of):
    _, rows = rows_of("<all><row><dz>x<qu>江城</qu>&amp;<lu/></dz></row></all>")
    assert rows[0][0] == "x<qu>江城</qu>&amp;<lu/>"


def test_namespaces_are_dropped_and_rows_may_lie_deep(rows_of):
    _, rows = rows_of(
        '<a xmlns="urn:a" xmlns:b="urn:b"><data><b:row b:n="1"><x>y</x></b:row></data></a>'
    )
    assert rows[0][:3] == ("1", "y", 1)


def test_a_row_inside_of_a_row_belongs_to_it(rows_of):
    extract, rows = rows_of("<all><row><a><row><b>1</b></row></a></row><row><a>2</a></row></all>")
    assert [row[0] for row in rows] == ["<row><b>1</b></row>", "2"]
    assert extract.rows == 2


def test_rows_that_do_not_split_into_columns_go_back(rows_of):
    extract, rows = rows_of(
        "<all>\n<row><a>1</a><a>2</a></row>\n<row a='1'><a>2</a></row>\n<row>text</row>\n"
        "<row><a>1</a>tail</row>\n<row><a>5</a></row></all>"
    )
    twice = ("two columns have the name a", "有两列同名：a")
    outside = ("the row has text outside of its columns", "该行在列之外还有文字")
    assert extract.rejected == (
        Rejected(1, "<row><a>1</a><a>2</a></row>", *twice, 2),
        Rejected(2, '<row a="1"><a>2</a></row>', *twice, 3),
        Rejected(3, "<row>text</row>", *outside, 4),
        Rejected(4, "<row><a>1</a>tail</row>", *outside, 5),
    )
    assert (extract.rows, [row[:3] for row in rows]) == (5, [("5", 5, 6)])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_the_encoding_is_the_one_that_the_file_declares(rows_of, encoding):
    _, rows = rows_of(
        f'<?xml version="1.0" encoding="{encoding}"?><all><row><a>䶮㛃𬭁</a></row></all>', encoding
    )
    assert rows[0][0] == "䶮㛃𬭁"


def test_many_rows_keep_their_lines(rows_of):
    count = 70_000  # more than an unsigned short
    _, rows = rows_of("<all>\n" + "<row><a>1</a></row>\n" * count + "</all>")
    assert rows[-1][1:3] == (count, count + 1)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 1),
        ("<all>\n<row><a>1</a></row>\n<row><a>", 3),
        ("<all>\n<row><a>1</b></row></all>", 2),
        ("<all>\n<row><a>&undefined;</a></row></all>", 2),
    ],
)
def test_a_broken_file_is_refused_with_its_line(rows_of, con, content, line):
    with pytest.raises(BrokenXml) as refused:
        rows_of(content)
    assert (refused.value.facts["file"], refused.value.facts["line"]) == ("t.xml", line)
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)


def test_a_wrong_encoding_is_refused(rows_of):
    with pytest.raises(BrokenXml):
        rows_of("<all><row><a>张</a></row></all>", "gb18030")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE all [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE all SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE all [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_file_that_declares_entities_is_refused(base, doctype):
    (base / "t.xml").write_text(f"{doctype}<all><row><a>&b;</a></row></all>")
    with pytest.raises(DeclaresEntities):
        open_connector("xml", {"path": "t.xml", "row": "row"}, base).check()


def test_a_file_without_rows_is_refused(rows_of, base):
    with pytest.raises(NoRows, match=r"t\.xml"):
        rows_of("<all><line/></all>")
    open_connector("xml", {"path": "t.xml", "row": "row"}, base).check()


def test_a_reserved_name_is_refused(rows_of):
    with pytest.raises(ReservedColumn):
        rows_of("<all><row><_line>1</_line></row></all>")
