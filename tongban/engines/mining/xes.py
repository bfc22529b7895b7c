"""XES (IEEE 1849) as rows: an event with its attributes, and those of its trace under `case:`.

Read as a stream. Extensions, globals and classifiers say what attributes mean and which every event
has; the figures need neither. Attributes inside of attributes, and lists, are counted and left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

import lxml.etree  # pyright: ignore[reportMissingTypeStubs]

from tongban.errors import Refusal

from ..tables.connectors.handover import RowWriter, refuse_without_rows
from ..tables.connectors.xml import BrokenXml, DeclaresEntities
from .log import Connection
from .names import ACTIVITY, CASE, OF_CASE

etree: Any = lxml.etree  # pyright: ignore  # lxml comes without types
Element: TypeAlias = Any

STRING = "string"
SINGLE = frozenset({STRING, "date", "int", "float", "boolean", "id"})
MANY = frozenset({"list", "container"})


class NoLog(Refusal):
    """{file} is no XES: its root is <{root}>, not <log>."""

    zh = "{file} 不是 XES：根元素是 <{root}>，应为 <log>。"


class NamelessTrace(Refusal):
    """{file}, line {line}: the trace has no concept:name. Number the cases before exporting."""

    zh = "{file} 第 {line} 行：该 trace 没有 concept:name。请先为办件编号再导出。"


class BadAttribute(Refusal):
    """{file}, line {line}: <{kind}> needs a key that nothing else here has, and a value. Found:
    key “{key}”."""

    zh = "{file} 第 {line} 行：<{kind}> 须有不重复的 key 和 value；现有 key 为“{key}”。"


@dataclass
class Read:
    relation: str = ""
    types: dict[str, str] = field(default_factory=dict[str, str])
    """Of columns whose values are all of one type that is no string."""
    counted: dict[str, int] = field(default_factory=dict[str, int])


def read_xes(stream: IO[bytes], name: str, con: Connection, scratch: Path) -> Read:
    """A relation on the connection with a text column for each key, ready for `log_of`."""
    reader = Reader(name, RowWriter(name, con, scratch))
    for element in _elements(stream, name):
        reader.take(element)
    events = reader.writer.position
    refuse_without_rows(name, events)
    types = {key: kind for key, kind in reader.types.items() if kind != STRING}
    return Read(reader.writer.finish(events).relation, types, reader.counted)


class Reader:
    def __init__(self, name: str, writer: RowWriter):
        self.name, self.writer = name, writer
        self.types: dict[str, str] = {}
        self.counted = {"nested": 0, "stray": 0, "empty": 0, "rejoined": 0}
        self._seen: set[str] = set()

    def take(self, element: Element) -> None:
        if _tag(element) == "event":
            self.counted["stray"] += 1
        else:
            self._trace(element)

    def _trace(self, trace: Element) -> None:
        of_case = {OF_CASE + key: value for key, value in self._attributes(trace, OF_CASE).items()}
        id = of_case.get(CASE)
        if not id:
            raise NamelessTrace(file=self.name, line=trace.sourceline)
        events = [child for child in trace if _tag(child) == "event"]
        self.counted["rejoined"] += id in self._seen
        self.counted["empty"] += not events
        self._seen.add(id)
        for event in events:
            cells = self._attributes(event, "")
            if clash := of_case.keys() & cells.keys():
                raise self._bad(event, min(clash))
            # every column is there from the first row on, so that no later file is wider
            self.writer.add({ACTIVITY: None, **of_case, **cells}, "", event.sourceline)

    def _attributes(self, holder: Element, prefix: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for child in holder:
            kind = _tag(child)
            if kind in MANY:
                self.counted["nested"] += 1
            if kind not in SINGLE:
                continue
            key: str = child.get("key") or ""
            value: str | None = child.get("value")
            if not key or value is None or key in found:
                raise self._bad(child, key)
            found[key] = value
            self.counted["nested"] += sum(_tag(inner) in SINGLE | MANY for inner in child)
            column = prefix + key
            if self.types.setdefault(column, kind) != kind:
                self.types[column] = STRING
        return found

    def _bad(self, element: Element, key: str) -> BadAttribute:
        return BadAttribute(file=self.name, line=element.sourceline, kind=_tag(element), key=key)


def _elements(stream: IO[bytes], name: str) -> Iterator[Element]:
    """Each trace, and each event outside of one; forgotten when the next is asked for."""
    parser = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for happened, element in parser:
            if happened == "start":
                if depth == 0:
                    _check_root(element, name)
                depth += 1
                continue
            depth -= 1
            if depth == 1:
                if _tag(element) in ("trace", "event"):
                    yield element
                _forget(element)
    except etree.XMLSyntaxError as error:
        found = [(entry.line, entry.message) for entry in parser.error_log]
        line, why = (*found, (1, error.msg))[0]
        raise BrokenXml(file=name, line=line, why=why) from error


def _check_root(root: Element, name: str) -> None:
    if root.getroottree().docinfo.doctype:
        raise DeclaresEntities(file=name)
    if _tag(root) != "log":
        raise NoLog(file=name, root=_tag(root))


def _tag(element: Element) -> str:
    return etree.QName(element).localname


def _forget(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]
