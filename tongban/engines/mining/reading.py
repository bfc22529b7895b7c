"""A file becomes an event log: CSV with the column names of XES, or XES itself; either one gzipped.

Nothing is guessed: the name says what the file is, the caller its encoding and its time zone.
"""

import gzip
import os
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tongban.errors import Refusal

from ..tables.connectors import Extract, SourceUnreachable, open_connector
from ..tables.connectors.port import Words
from ..tables.doors import private_folder, shut_in
from ..tables.quoting import identifier, literal
from ..tables.storage import Storage
from .log import EventLog, Promise
from .preparing import log_of
from .xes import read_xes

MEMORY, THREADS = "2GB", 2
BLOCK = 1 << 20
LARGEST = 8 << 30  # of what comes out of a gzip: one that never ends must not fill the disk
NO_PROMISE = Promise()
# what a spreadsheet would take for a formula, behind the apostrophes that make it text
GUARDED = "^'+[=+@\\t\\r-]"


class UnknownForm(Refusal):
    """{file} is no event log by its name. Call it .csv or .xes, with .gz where it is gzipped."""

    zh = "从文件名看，{file} 不是事件日志。请使用扩展名 .csv 或 .xes，压缩文件再加 .gz。"


class BrokenGzip(Refusal):
    """{file} is no complete gzip file: {why}. Nothing is read; have it transferred again."""

    zh = "{file} 不是完整的 gzip 文件：{why}。未读取任何内容，请重新传送。"


class TooLarge(Refusal):
    """{file} holds more than {most} bytes unpacked. Cut the log into periods."""

    zh = "{file} 解压后超过 {most} 字节。请按时段拆分日志。"


class OddRecords(Refusal):
    """{file}: {count} records do not fit its columns, the first is record {position}: {reason}.
    Nothing is read, since the figures would be wrong; have it exported again."""

    zh = (
        "{file}：有 {count} 条记录与列不符，最前的是第 {position} 条：{reason_zh}。"
        "为免结果有误，未读取任何内容，请重新导出。"
    )


@contextmanager
def open_log(
    path: Path,
    *,
    zone: str,
    scratch: Path,
    encoding: str = "utf-8",
    promise: Promise = NO_PROMISE,
) -> Generator[EventLog]:
    """Reads the whole file; the log lives as long as the block. `encoding` is that of a CSV."""
    form = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if form not in ("csv", "xes"):
        raise UnknownForm(file=path.name)
    with (
        private_folder(scratch) as folder,
        shut_in(
            Storage(str(folder), {}),
            scratch,
            memory_limit=MEMORY,
            threads=THREADS,
            sources=[path.resolve().parent],
        ) as con,
    ):
        if form == "xes":
            with _unpacked(path) as stream:
                read = read_xes(stream, path.name, con, folder)
            relation, types, counted = read.relation, read.types, read.counted
        else:
            source = _plain(path, folder)
            options = {"path": source.name, "encoding": encoding}
            extract = open_connector("csv", options, source.parent).extract(con, folder)
            relation, types, counted = _sound(extract, path.name), {}, {}
            con.execute(_unguarded(relation, extract.columns))
            relation = "unguarded"
        yield log_of(
            con,
            relation,
            source=path.name,
            zone=zone,
            promise=promise,
            types=types,
            counted=counted,
        )


@contextmanager
def _unpacked(path: Path) -> Generator[IO[bytes]]:
    """Raises SourceUnreachable, or BrokenGzip out of whatever reads the stream."""
    gzipped = path.name.lower().endswith(".gz")
    try:
        with gzip.open(path) if gzipped else path.open("rb") as stream:
            yield stream  # pyright: ignore[reportReturnType]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenGzip(file=path.name, why=error) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SourceUnreachable(path.name, Words(why, why)) from error


def _plain(path: Path, folder: Path) -> Path:
    """The file itself, or what is packed in it, in a folder that goes with the connection."""
    if not path.name.lower().endswith(".gz"):
        return path.resolve()
    unpacked = folder / path.name.removesuffix(path.suffix)
    with _unpacked(path) as stream, unpacked.open("xb") as written:
        os.fchmod(written.fileno(), 0o600)
        for block in _blocks(stream, path.name):
            written.write(block)
    return unpacked


def _blocks(stream: IO[bytes], name: str) -> Iterator[bytes]:
    size = 0
    while block := stream.read(BLOCK):
        size += len(block)
        if size > LARGEST:
            raise TooLarge(file=name, most=LARGEST)
        yield block


def _sound(extract: Extract, name: str) -> str:
    if extract.rejected:
        first = extract.rejected[0]
        raise OddRecords(
            file=name,
            count=len(extract.rejected),
            position=first.position,
            reason=first.reason,
            reason_zh=first.zh,
        )
    return extract.relation


def _unguarded(relation: str, columns: tuple[str, ...]) -> str:
    """Takes off the apostrophe by which a text is kept from being a formula (exporting.py)."""
    cells = ", ".join(
        f"CASE WHEN regexp_matches({cell}, {literal(GUARDED)}) THEN substr({cell}, 2)"
        f" ELSE {cell} END AS {cell}"
        for cell in map(identifier, columns)
    )
    return f"CREATE TEMP VIEW unguarded AS SELECT _position, {cells} FROM {relation}"
