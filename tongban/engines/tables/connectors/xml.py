"""XML files: one element is a row, its attributes and child elements are the columns.

A child's own attributes become columns name@attribute. A child that has elements inside keeps them
as text. Namespaces are dropped from names. Nothing outside of the file is ever read, and a file
that declares entities is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tongban.errors import Refusal

from .handover import RowWriter, refuse_without_rows
from .places import inside
from .port import Extract, Words, connects
from .untyped import Element, etree

TWICE = Words("two columns have the name {name}", "有两列同名：{name}")
OUTSIDE = Words("the row has text outside of its columns", "该行在列之外还有文字")


class BrokenXml(Refusal):
    """{file} is no complete XML: line {line}: {why}. Nothing is loaded; have it delivered again."""

    zh = "{file} 不是完整的 XML：第 {line} 行：{why}。本次不予入库，请重新报送。"


class DeclaresEntities(Refusal):
    """{file} has a DOCTYPE. Such a file can make its reader open others; have it sent without."""

    zh = "{file} 含有 DOCTYPE 声明，可能诱使读取其他文件。请去掉该声明后重新报送。"


@connects("xml")
@dataclass(frozen=True)
class XmlFile:
    base: Path
    path: str
    row: str

    def check(self) -> None:
        """Reads as far as the first row."""
        next(self._elements(inside(self.base, self.path)), None)

    def extract(self, con: duckdb.DuckDBPyConnection, scratch: Path) -> Extract:
        file = inside(self.base, self.path)
        writer = RowWriter(self.path, con, scratch)
        rows = 0
        for element in self._elements(file):
            rows += 1
            _take(element, writer)
        refuse_without_rows(self.path, rows)
        return writer.finish(rows)

    def _elements(self, file: Path) -> Iterator[Element]:
        name = "{*}" + self.row
        with file.open("rb") as stream:
            parser = etree.iterparse(
                stream,
                events=("end",),
                tag=name,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            try:
                for _, element in parser:
                    if element.getroottree().docinfo.doctype:
                        raise DeclaresEntities(file=self.path)
                    if next(element.iterancestors(name), None) is None:
                        yield element
                        _forget(element)
            except etree.XMLSyntaxError as error:
                # an entity that nobody declared stands in the log only
                found = [(entry.line, entry.message) for entry in parser.error_log]
                line, why = (*found, (1, error.msg))[0]
                raise BrokenXml(file=self.path, line=line, why=why) from error


def _take(element: Element, writer: RowWriter) -> None:
    raw = etree.tostring(element, encoding="unicode", with_tail=False)
    row: dict[str, str | None] = {}
    for name, value in _cells(element):
        if name in row:
            reason = Words(TWICE.en.format(name=name), TWICE.zh.format(name=name))
            return writer.reject(raw, reason, element.sourceline)
        row[name] = value
    around = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in around):
        return writer.reject(raw, OUTSIDE, element.sourceline)
    writer.add(row, raw, element.sourceline)


def _cells(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield etree.QName(name).localname, value
    for child in element:
        column = etree.QName(child).localname
        inner = "".join(etree.tostring(part, encoding="unicode") for part in child)
        yield column, (child.text or "") + inner
        for name, value in child.attrib.items():
            yield f"{column}@{etree.QName(name).localname}", value


def _forget(element: Element) -> None:
    """Free what was read: the file may be larger than the memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
