"""Whatever stands in a delimited file comes back, and by whichever way it was read."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tongban.engines.tables.connectors import csv as connector
from tongban.engines.tables.connectors import open_connector, texts
from tongban.engines.tables.connectors.names import FOLD
from tongban.engines.tables.doors import CIPHER, SEALED, load
from tongban.errors import Refusal

CELLS = st.text(
    st.one_of(st.sampled_from("\",;\n\r\0\ufeff \t'䶮㛃𬭁张N1"), st.characters(codec="utf-8")),
    max_size=8,
)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
# every sign that decides where something ends, and two that do not
CONTENT = st.text(st.sampled_from('a张,,""\n\n\r'), max_size=40)


@st.composite
def tables(draw):
    header = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=lambda n: n.translate(FOLD)))
    assume(not {"_position", "_line", "_raw"} & {name.translate(FOLD) for name in header})
    row = st.lists(CELLS, min_size=len(header), max_size=len(header))
    return header, draw(st.lists(row, min_size=1, max_size=6))


def minimal(cell, delimiter):
    return any(sign in cell for sign in (delimiter, '"', "\r", "\n"))


def all_cells(cell, delimiter):
    return True


def all_but_numbers(cell, delimiter):
    return not cell.isdigit()


def written(rows, quoted, delimiter, line_end):
    """Not by the standard library: it leaves a lone CR bare, so that it becomes part of a CRLF."""
    return "".join(
        delimiter.join(
            '"' + cell.replace('"', '""') + '"' if quoted(cell, delimiter) or row == [""] else cell
            for cell in row
        )
        + line_end
        for row in rows
    )


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect(config=SEALED) as con:
        load(con, CIPHER)
        yield con


@contextmanager
def extracted(con, data, block=1 << 20, **options):
    folder = Path(tempfile.mkdtemp())
    (folder / "t.csv").write_bytes(data)
    try:
        with patch.object(texts, "BLOCK", block):
            source = open_connector("csv", {"path": "t.csv", **options}, folder)
            extract = source.extract(con, folder)
            yield extract, con.execute(f"FROM {extract.relation} ORDER BY _position").fetchall()
    finally:
        shutil.rmtree(folder)


@settings(deadline=None, max_examples=100)
@given(
    table=tables(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    quoted=st.sampled_from([minimal, all_cells, all_but_numbers]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from(",;\t|"),
    block=st.sampled_from([1, 5, 64, 1 << 20]),
)
def test_a_table_of_strings_comes_back(engine, table, encoding, quoted, line_end, delimiter, block):
    header, rows = table
    style = (quoted, delimiter, line_end)
    data = written([header, *rows], *style).encode(encoding)
    # a first character that is itself a mark would be taken for the file's own
    assume(not header[0].startswith("\ufeff") and not data.startswith(b"\xef\xbb\xbf\xef\xbb\xbf"))

    with extracted(engine, data, block, encoding=encoding, delimiter=delimiter) as (extract, found):
        assert list(extract.columns) == header
        assert [list(row[: len(header)]) for row in found] == rows
        raws = [written([row], *style).removesuffix(line_end) for row in rows]
        assert [row[-1] for row in found] == raws
        assert [row[-3] for row in found] == list(range(1, len(rows) + 1))
        assert (extract.rows, extract.rejected) == (len(rows), ())


@settings(deadline=None, max_examples=120)
@given(header=st.sampled_from(["x,y\n", '"x","y"\r\n', "x\n", "x,y,z\r\n"]), body=CONTENT)
def test_nothing_is_lost_and_every_block_size_and_way_agree(engine, header, body):
    data = (header + body).encode()
    outcomes = []
    for block, way in ((1 << 20, connector.survey), (2, connector.survey), (7, lambda _: None)):
        with patch.object(connector, "survey", way):
            try:
                with extracted(engine, data, block) as (extract, found):
                    outcomes.append((found, extract.rejected, extract.rows))
            except Refusal as refusal:
                outcomes.append((type(refusal), refusal.facts))
    assert outcomes[0] == outcomes[1] == outcomes[2]

    if len(outcomes[0]) == 3:
        found, rejected, count = outcomes[0]
        assert count == len(found) + len(rejected)
        records = sorted(
            [(row[-3], row[-2], row[-1]) for row in found]
            + [(gone.position, gone.line, gone.raw) for gone in rejected]
        )
        assert [position for position, _, _ in records] == list(range(1, count + 1))
        lines = (header + body).split("\n")
        used = [line for _, at, raw in records for line in lines[at - 1 : at + raw.count("\n")]]
        assert [raw for _, _, raw in records] == rejoined(records, lines)
        left = [line for line in lines[1:] if line not in ("", "\r")]
        assert [line for line in used if line not in ("", "\r")] == left


def rejoined(records, lines):
    """Each record's text as it stands in the file from the line where it is said to begin."""
    return [
        "\n".join(lines[at - 1 : at + raw.count("\n")]).removesuffix("\r") for _, at, raw in records
    ]
