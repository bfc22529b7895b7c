"""An event log as a file that other tools read: XES (IEEE 1849-2016) and CSV.

Reading either back gives the same log. Instants are written in UTC.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import IO, Any

import lxml.etree  # pyright: ignore[reportMissingTypeStubs]

from tongban.errors import Refusal

from ..tables.quoting import identifier
from .log import Connection, EventLog, attributes_of
from .names import ACTIVITY, CASE, OF_CASE, TIME, TRANSITION
from .traits import Trait, chosen
from .xes import STRING

etree: Any = lxml.etree  # pyright: ignore  # lxml comes without types
Cells = dict[str, str]

AT_ONCE = 10_000
NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = {
    "concept": "Concept",
    "lifecycle": "Lifecycle",
    "org": "Organizational",
    "time": "Time",
}
FORMULA = re.compile("'*[=+@\t\r-]")
# of the characters that a text of the log may hold, those that XML 1.0 has no way to write
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NEEDED = {"trace": (("string", ACTIVITY),), "event": (("string", ACTIVITY), ("date", TIME))}
DEFAULTS = {"string": "", "date": "1970-01-01T00:00:00.000+00:00"}


class AlreadyThere(Refusal):
    """{file} exists already. Name a new file."""

    zh = "{file} 已存在，请另取文件名。"


class Unwritable(Refusal):
    """Event {position}: the value of {column} holds the control character {sign}, which XML cannot
    write. Export as CSV, or correct the value."""

    zh = (
        "第 {position} 个事件：{column} 的值含控制字符 {sign}，XML 无法表示。"
        "请导出为 CSV，或更正该值。"
    )


def write_csv(log: EventLog, path: Path, traits: Sequence[Trait] = ()) -> int:
    """The number of events. `path` must not exist.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; reading takes it
    off again.
    """
    events = _events(log, traits, of_case="log_rows")
    with _new(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as text:
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(log.columns)
        count = 0
        for _, cells in events:
            writer.writerow([guarded(cells.get(column, "")) for column in log.columns])
            count += 1
    return count


def guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def write_xes(log: EventLog, path: Path, traits: Sequence[Trait] = ()) -> int:
    """The number of events. `path` must not exist; a refusal leaves none.

    An attribute of a case has one value here, the first, where it changes within the case.
    """
    events = _events(log, traits, of_case="case_attributes")
    try:
        with _new(path) as file, etree.xmlfile(file, encoding="utf-8") as xml:
            xml.write_declaration()
            features = {"xes.version": "1849-2016", "xes.features": "", "xmlns": NAMESPACE}
            with xml.element("log", features):
                for element in _head(log):
                    xml.write(element, pretty_print=True)
                return _write_traces(log, xml, events)
    except Unwritable:
        path.unlink()
        raise


def _new(path: Path) -> IO[bytes]:
    try:
        return path.open("xb")
    except FileExistsError as error:
        raise AlreadyThere(file=path.name) from error


def _head(log: EventLog) -> Iterator[Any]:
    used = {column.removeprefix(OF_CASE).partition(":")[0] for column in log.columns}
    for prefix, name in EXTENSIONS.items():
        if prefix in used:
            uri = f"{NAMESPACE}{prefix}.xesext"
            yield etree.Element("extension", name=name, prefix=prefix, uri=uri)
    for scope, needed in NEEDED.items():
        element = etree.Element("global", scope=scope)
        for kind, key in needed:
            etree.SubElement(element, kind, key=key, value=DEFAULTS[kind])
        yield element
    keys = f"{ACTIVITY} {TRANSITION}" if TRANSITION in log.columns else ACTIVITY
    yield etree.Element("classifier", name="activity", keys=keys)


def _write_traces(log: EventLog, xml: Any, found: Iterator[tuple[int, Cells]]) -> int:
    count = 0
    for _, events in groupby(found, key=lambda event: event[1][CASE]):
        trace = etree.Element("trace")
        for position, cells in events:
            of_case = {key: text for key, text in cells.items() if key.startswith(OF_CASE)}
            if not len(trace):
                _write(trace, log, of_case, position)
            event = etree.SubElement(trace, "event")
            _write(event, log, {key: cells[key] for key in cells if key not in of_case}, position)
            count += 1
        xml.write(trace, pretty_print=True)
    return count


def _write(holder: Any, log: EventLog, cells: Cells, position: int) -> None:
    for column, text in cells.items():
        if found := UNWRITABLE.search(text):
            sign = f"U+{ord(found[0]):04X}"
            raise Unwritable(position=position, column=column, sign=sign)
        kind = "date" if column == TIME else log.types.get(column, STRING)
        etree.SubElement(holder, kind, key=column.removeprefix(OF_CASE), value=text)


def _events(log: EventLog, traits: Sequence[Trait], *, of_case: str) -> Iterator[tuple[int, Cells]]:
    """Case by case in the order of the log, in a case by time and then by place."""
    cells: list[str] = []
    for column in log.columns:
        table = of_case if column in attributes_of(log.columns) else "log_rows"
        text = f"CAST({table}.{identifier(column)} AS VARCHAR)"
        cells.append("strftime(utc, '%Y-%m-%dT%H:%M:%S.%f+00:00')" if column == TIME else text)
    found = log.con.execute(
        f"SELECT place, {', '.join(cells)}"
        f" FROM (SELECT no, place, utc FROM events{chosen(log, traits)})"
        f" JOIN log_rows ON _position = place JOIN case_attributes USING (no)"
        f" ORDER BY no, utc, place"
    )
    return _fetched(found, log.columns)


def _fetched(found: Connection, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    while rows := found.fetchmany(AT_ONCE):
        for position, *texts in rows:
            present = {c: t for c, t in zip(columns, texts, strict=True) if t is not None}
            yield position, present
