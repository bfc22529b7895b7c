import codecs
import os
from pathlib import Path

import duckdb
import pytest

from tongban.engines.tables.connectors import Rejected, Unreconciled, open_connector, texts
from tongban.engines.tables.connectors.handover import NoRows, TooManyRejected
from tongban.engines.tables.connectors.names import (
    AmbiguousColumn,
    ReservedColumn,
    UnnamedColumn,
)
from tongban.engines.tables.connectors.places import FileMissing, PathEscapes
from tongban.engines.tables.connectors.port import SourceUnreachable
from tongban.engines.tables.connectors.records import NoHeader
from tongban.engines.tables.connectors.texts import CutOff, EndlessLine, WrongEncoding

RARE = "䶮㛃𬭁"  # two bytes, and twice four bytes in GB18030


@pytest.fixture
def rows_of(collect, base):
    """Rows of a delimited file with this content."""

    def rows_of(content, **options):
        data = content if isinstance(content, bytes) else content.encode()
        (base / "t.csv").write_bytes(data)
        return collect("csv", path="t.csv", **options)

    return rows_of


def reads_in_place(extract, scratch):
    return (scratch / extract.relation / "source.csv").exists()


def test_a_well_written_file_is_read_where_it_lies(rows_of, scratch, base):
    extract, rows = rows_of("xm,xb\n张三, 1 \n,NULL\n")

    assert rows == [("张三", " 1 ", 1, 2, "张三, 1 "), ("", "NULL", 2, 3, ",NULL")]
    assert (extract.columns, extract.rows, extract.rejected) == (("xm", "xb"), 2, ())
    assert (scratch / extract.relation / "source.csv").readlink() == base / "t.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_each_declared_encoding_comes_back_as_text(rows_of, encoding):
    name = "张" if encoding == "gbk" else RARE
    _, rows = rows_of(f"姓名,编号\n{name},0123\n".encode(encoding), encoding=encoding)
    assert rows == [(name, "0123", 1, 2, f"{name},0123")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(rows_of, encoding):
    extract, rows = rows_of(("\ufeffa,b\n\ufeff1,2\n").encode(encoding), encoding=encoding)
    assert extract.columns == ("a", "b")
    assert rows == [("\ufeff1", "2", 1, 2, "\ufeff1,2")]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('"a","b"\n"x","y"\n', ("x", "y", 1, 2, '"x","y"')),
        ('a,b\n"x","y"\n', ("x", "y", 1, 2, '"x","y"')),
        ('a,b\r\n"x, 1","say ""hi"""\r\n', ("x, 1", 'say "hi"', 1, 2, '"x, 1","say ""hi"""')),
        ('"a","b"\r\n"x, 1",""\r\n', ("x, 1", "", 1, 2, '"x, 1",""')),
        ("a,b\r\n1,2\r\n", ("1", "2", 1, 2, "1,2")),
        ("a,b\n1,2", ("1", "2", 1, 2, "1,2")),
        ("a,b\n1\x002,\n", ("1\x002", "", 1, 2, "1\x002,")),
    ],
)
def test_quotes_and_line_ends_of_good_writers_need_no_copy(rows_of, scratch, content, row):
    extract, rows = rows_of(content)
    assert rows == [row]
    assert reads_in_place(extract, scratch)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('a,b\n"x",y\n', ("x", "y", 1, 2, '"x",y')),
        ('a,b\n"x","y"\nz,w\n', ("x", "y", 1, 2, '"x","y"')),
        ('a,b\n5" pipe,2\n', ('5" pipe', "2", 1, 2, '5" pipe,2')),
        ('a,b\n"\r",2\n', ("\r", "2", 1, 2, '"\r",2')),
        ('\ufeff"a,b",c\n1,2\n', ("1", "2", 1, 2, "1,2")),
        ('a,"\r"\n1,2\n', ("1", "2", 1, 2, "1,2")),
        ('a,b\n"x\ny",2\n', ("x\ny", "2", 1, 2, '"x\ny",2')),
        ('a,b\n"x\r\ny",2\r\n', ("x\r\ny", "2", 1, 2, '"x\r\ny",2')),
        ('a,b\n"x\n""y"",\n",""\n', ('x\n"y",\n', "", 1, 2, '"x\n""y"",\n",""')),
        ('a,b\n"x\ny","z\n"\n', ("x\ny", "z\n", 1, 2, '"x\ny","z\n"')),
        ("a,b\n1,2\r3\n", ("1", "2\r3", 1, 2, "1,2\r3")),
        ("a,b\r\n1,2\r3\n", ("1", "2\r3", 1, 2, "1,2\r3")),
        ("a,b\r\n1,2\r3\n4,5\r\n", ("1", "2\r3", 1, 2, "1,2\r3")),
        ("a,b\r\n1,2\r3\r\n4,5\r\n", ("1", "2\r3", 1, 2, "1,2\r3")),
        ('a,b\r\n"x",1\r\n1,2\r3\n4,5\r\n', ("x", "1", 1, 2, '"x",1')),
        ("a,b\n1,2\r\n3,4\n", ("1", "2", 1, 2, "1,2")),
        ("a,b\n\n1,2\n\r\n\n", ("1", "2", 1, 3, "1,2")),
        ("\n\na,b\n1,2\n", ("1", "2", 1, 4, "1,2")),
        ('"a\nx",b\n1,2\n', ("1", "2", 1, 3, "1,2")),
        ('a",b\n1,2\n', ("1", "2", 1, 2, "1,2")),
        ('"a","b"\n"x""","y"z",1\n"p","q"\n', ("p", "q", 2, 3, '"p","q"')),
    ],
)
def test_what_others_write_is_taken_apart_as_meant(rows_of, scratch, content, row):
    extract, rows = rows_of(content)
    assert rows[0] == row
    assert not reads_in_place(extract, scratch)
    assert os.listdir(scratch / extract.relation) == ["000001.parquet"]


def test_in_one_column_an_empty_line_is_a_row(rows_of):
    _, rows = rows_of('a\nx\n\n""\n"p,q"\n')
    assert rows == [
        ("x", 1, 2, "x"),
        ("", 2, 3, ""),
        ("", 3, 4, '""'),
        ("p,q", 4, 5, '"p,q"'),
    ]


def test_a_row_with_the_wrong_number_of_fields_goes_back_as_it_is(rows_of):
    extract, rows = rows_of('a,b,c\n1,2,3\n1,2\n\n1,2,3,4\n"x\ny",2\n7,8,9\n')

    assert [row[3:5] for row in rows] == [(1, 2), (5, 8)]
    assert extract.rows == 5
    assert extract.rejected == (
        Rejected(2, "1,2", "2 fields instead of 3", "应有 3 列，实有 2 列", 3),
        Rejected(3, "1,2,3,4", "4 fields instead of 3", "应有 3 列，实有 4 列", 5),
        Rejected(4, '"x\ny",2', "2 fields instead of 3", "应有 3 列，实有 2 列", 6),
    )


def test_a_stray_quote_takes_its_own_line_and_no_other(rows_of):
    extract, rows = rows_of('a,b\n1,"x\n2,y\n3,"z"\n4,"p"q\n5,w\n6,"r\n7,s\n')

    assert [row[0] for row in rows] == ["2", "3", "5", "7"]
    open_quote, trailing = "a quote is opened and never closed", "text follows a closing quote"
    assert [(r.position, r.raw, r.reason, r.line) for r in extract.rejected] == [
        (1, '1,"x', trailing, 2),
        (4, '4,"p"q', trailing, 5),
        (6, '6,"r', open_quote, 7),
    ]


def test_a_quoted_field_ends_somewhere(rows_of):
    long = "x" * 600_000
    extract, rows = rows_of(f'a,b\n1,"{long}\n{long}\n"\n2,y\n')

    assert [row[:2] for row in rows] == [("2", "y")]
    assert [r.reason for r in extract.rejected] == [
        "a quote is opened and never closed",
        "1 fields instead of 2",
        "a quote is opened and never closed",
    ]


def test_a_source_of_which_nothing_fits_is_refused_as_a_whole(rows_of, monkeypatch, con):
    monkeypatch.setattr("tongban.engines.tables.connectors.handover.MOST_REJECTED", 2)
    with pytest.raises(TooManyRejected) as refused:
        rows_of("a,b\n1\n2\n3\n")
    assert refused.value.facts["position"] == 3
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)


@pytest.mark.parametrize(
    ("encoding", "content", "offset", "line"),
    [
        ("utf-8", "a,b\n张,2\n".encode("gb18030"), 4, 2),
        ("utf-8", b"a,b\n1,2\n\n\xed\xa0\x80,1\n", 9, 4),
        ("gb18030", b"a,b\n1,2\n\xff,3\n", 8, 3),
        ("gbk", f"a,b\n1,{RARE[1]}\n".encode("gb18030"), 6, 2),
        ("gb18030", "\ufeffa,b\n1,2\n".encode(), 0, 1),
        ("utf-8", "a,b\n1,2\n".encode("utf-16"), 0, 1),
    ],
)
def test_the_wrong_encoding_is_refused_with_its_place(rows_of, encoding, content, offset, line):
    with pytest.raises(WrongEncoding) as refused:
        rows_of(content, encoding=encoding)
    assert refused.value.facts == {
        "file": "t.csv",
        "encoding": encoding,
        "offset": offset,
        "line": line,
    }


@pytest.mark.parametrize("size", [1, 3, 7])
def test_the_place_of_a_wrong_byte_does_not_hang_on_how_it_was_read(rows_of, monkeypatch, size):
    monkeypatch.setattr(texts, "BLOCK", size)
    for encoding, wrong in (("utf-8", b"\xe5\xbc\xff"), ("gb18030", b"\x81\x30\xff")):
        with pytest.raises(WrongEncoding) as refused:
            rows_of("a,b\n张,1\n".encode(encoding) + wrong + b",2\n", encoding=encoding)
        start = len("a,b\n张,1\n".encode(encoding))
        assert (refused.value.facts["offset"], refused.value.facts["line"]) == (start, 3)


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", b"a,b\n1,2\n3"),
        ("utf-8", b'a,b\n1,2\n3,"x'),
        ("utf-8", b"a,b\n1,2\n3,\xe5\xbc"),
        ("gb18030", b"a,b\n1,2\n3,\x81\x30"),
    ],
)
def test_a_file_that_was_cut_off_is_refused(rows_of, encoding, content):
    with pytest.raises(CutOff) as refused:
        rows_of(content, encoding=encoding)
    assert refused.value.facts == {"file": "t.csv", "line": 3}


def test_a_last_line_with_too_many_fields_is_only_rejected(rows_of):
    extract, rows = rows_of("a,b\n1,2\n3,4,5")
    assert (len(rows), [r.raw for r in extract.rejected]) == (1, ["3,4,5"])


@pytest.mark.parametrize("content", ["", "\n\r\n", '"a,b\n1,2\n', codecs.BOM_UTF8])
def test_a_file_without_a_header_is_refused(rows_of, content):
    with pytest.raises(NoHeader, match="t.csv"):
        rows_of(content)


@pytest.mark.parametrize("content", ["a,b", "a,b\n", '"a\n",b\n\n'])
def test_a_header_alone_is_refused(rows_of, content):
    with pytest.raises(NoRows, match="t.csv"):
        rows_of(content)


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        ("a,A", AmbiguousColumn),
        ("a,a", AmbiguousColumn),
        ("a,", UnnamedColumn),
        ("a\0,b", UnnamedColumn),
        ("a,_RAW", ReservedColumn),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(rows_of, base, header, refusal):
    with pytest.raises(refusal, match="t.csv"):
        rows_of(f"{header}\n1,2\n")
    with pytest.raises(refusal, match="t.csv"):
        open_connector("csv", {"path": "t.csv"}, base).check()


def test_names_that_only_look_alike_are_kept(rows_of):
    extract, rows = rows_of("Ａ,ａ,Ä,ä\n1,2,3,4\n")
    assert extract.columns == ("Ａ", "ａ", "Ä", "ä")
    assert rows[0][:4] == ("1", "2", "3", "4")


@pytest.mark.parametrize("quoted", ["", '"x\ny",1,2\n'])
def test_a_hostile_column_name_is_a_name(rows_of, con, quoted):
    con.execute("CREATE TABLE keep AS SELECT 1")
    names = ('x"; DROP TABLE keep; --', "'); DROP TABLE keep; --", "{'a': 1}")
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)

    extract, rows = rows_of(f"{header}\n1,2,3\n{quoted}")

    assert extract.columns == names
    assert rows[0][:3] == ("1", "2", "3")
    assert con.execute("FROM keep").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "name",
    [
        "a*b?.csv",
        "[1].csv",
        "'); DROP TABLE keep; --.csv",
        "a\\b.csv",
        "k=v.csv.gz",
        "~.csv",
        "a\nb",
    ],
)
def test_a_hostile_file_name_is_a_name(collect, base, name):
    folder = base / "year=[2024]"
    folder.mkdir()
    (folder / name).write_text("a,b\n1,2\n")
    (folder / "ab1.csv").write_text("a,b\nwrong,wrong\n")

    _, rows = collect("csv", path=f"year=[2024]/{name}")
    assert rows == [("1", "2", 1, 2, "1,2")]


@pytest.mark.parametrize("quoted", ["", '"x\ny",1\n'])
def test_a_scratch_folder_may_have_any_name(con, base, tmp_path, quoted):
    scratch = tmp_path / "it's [a] *"
    scratch.mkdir()
    (base / "t.csv").write_text("a,b\n1,2\n" + quoted)
    extract = open_connector("csv", {"path": "t.csv"}, base).extract(con, scratch)
    assert con.execute(f"SELECT a FROM {extract.relation}").fetchone() == ("1",)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^", ".", " ", "$"])
def test_other_delimiters(rows_of, delimiter):
    content = f'a{delimiter}b\n1{delimiter}2\n"x\ny"{delimiter}"3{delimiter}"\n'
    _, rows = rows_of(content, delimiter=delimiter)
    assert [row[:2] for row in rows] == [("1", "2"), ("x\ny", f"3{delimiter}")]


def test_a_path_stays_inside_the_folder(base, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (base / "link.csv").symlink_to(tmp_path / "secret.csv")
    for path in ("../secret.csv", str(tmp_path / "secret.csv"), "link.csv", "a\0.csv", "x/../.."):
        with pytest.raises(PathEscapes):
            open_connector("csv", {"path": path}, base).check()


@pytest.mark.parametrize("path", ["gone.csv", "."])
def test_a_missing_file_is_named(base, path):
    with pytest.raises(FileMissing, match=path):
        open_connector("csv", {"path": path}, base).check()


def test_a_file_that_the_system_does_not_hand_out_is_named():
    unreadable = open_connector("csv", {"path": "mem"}, Path("/proc/self"))
    with pytest.raises(SourceUnreachable, match="mem cannot be read: Input/output error"):
        unreadable.check()


def test_check_reads_the_header_alone(base):
    (base / "t.csv").write_bytes("姓名,b\n".encode("gb18030") + b"x" * (1 << 20) + b"\xff")
    open_connector("csv", {"path": "t.csv", "encoding": "gb18030"}, base).check()
    with pytest.raises(WrongEncoding):
        open_connector("csv", {"path": "t.csv"}, base).check()


def test_a_line_without_end_is_refused(rows_of, monkeypatch):
    monkeypatch.setattr(texts, "LONGEST_LINE", 100)
    monkeypatch.setattr(texts, "BLOCK", 10)
    with pytest.raises(EndlessLine) as refused:
        rows_of("a,b\n1,2\n" + "x" * 200 + "\n")
    assert refused.value.facts == {"file": "t.csv", "line": 3, "most": 100}


def test_a_line_too_long_for_the_engine_is_taken_apart(rows_of, scratch):
    long = "x" * 2_100_000
    extract, rows = rows_of(f"a,b\n{long},2\n")
    assert rows == [(long, "2", 1, 2, f"{long},2")]
    assert not reads_in_place(extract, scratch)


def test_more_than_one_row_group(rows_of, monkeypatch):
    monkeypatch.setattr("tongban.engines.tables.connectors.csv.ROW_GROUP", 10)
    monkeypatch.setattr(texts, "BLOCK", 16)
    lines = [f'{n},"x\n{n}"' for n in range(1, 50)]
    _, rows = rows_of("a,b\n" + "\n".join(lines) + "\n")
    assert [(row[0], row[2], row[3], row[4]) for row in rows] == [
        (str(n), n, 2 * n, lines[n - 1]) for n in range(1, 50)
    ]


def test_whoever_reads_counts(rows_of):
    extract, _ = rows_of("a,b\n1,2\n3,4\n")
    with pytest.raises(Unreconciled) as refused:
        extract.reconcile(1)
    assert refused.value.facts == {"source": "t.csv", "rows": 2, "read": 1, "rejected": 0}


def test_a_file_that_changes_after_the_scan_does_not_pass_unnoticed(con, base, scratch):
    (base / "t.csv").write_text("a,b\n1,2\n3,4\n")
    extract = open_connector("csv", {"path": "t.csv"}, base).extract(con, scratch)
    (base / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Unreconciled):
        extract.reconcile(len(con.execute(f"FROM {extract.relation}").fetchall()))
    (base / "t.csv").write_text("a,b\n1\n")
    with pytest.raises(duckdb.Error):
        con.execute(f"FROM {extract.relation}").fetchall()


@pytest.mark.parametrize("content", ["a,b\n1,2\n", 'a,b\n1,"2\n3"\n'])
def test_an_engine_that_is_shut_in_may_read_it(engine, base, tmp_path, content):
    scratch = tmp_path / "scratch"
    (base / "t.csv").write_text(content)
    with engine.connect([base]) as con:
        extract = open_connector("csv", {"path": "t.csv"}, base).extract(con, scratch)
        assert con.execute(f"SELECT a, _raw FROM {extract.relation}").fetchall() == [
            ("1", content[4:-1])
        ]
