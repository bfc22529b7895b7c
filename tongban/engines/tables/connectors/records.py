"""Delimited text into records: by the block where lines are plain, one by one where they are not.

A quote is special only where a field begins. A record ends at LF or CRLF outside of quotes; a lone
CR is content. An empty line is no record, except where there is one column. A record whose quotes
make no sense is given back by its first line alone and reading resumes at the next: one stray
quote must not swallow the rows after it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tongban.errors import Refusal

from .handover import Rejections
from .port import Words
from .texts import CutOff

LONGEST_RECORD = 1 << 20
QUOTED = re.compile(rb'"([^"]*(?:""[^"]*)*)"(?!")')


class NoHeader(Refusal):
    """{file} has no line with column names that can be read. Have it exported with a header."""

    zh = "{file} 没有可读的列名行。请导出时包含表头。"


class Fault(Enum):
    OPEN = Words("a quote is opened and never closed", "引号未闭合")
    TRAILING = Words("text follows a closing quote", "引号闭合后仍有文字")


def split(text: bytes, delimiter: bytes) -> list[bytes] | Fault:
    """The fields of one record that stands there without its line end."""
    fields: list[bytes] = []
    at = 0
    while True:
        if text.startswith(b'"', at):
            quoted = QUOTED.match(text, at)
            if quoted is None:
                return Fault.OPEN
            fields.append(quoted[1].replace(b'""', b'"'))
            at = quoted.end()
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            fields.append(text[at:end])
            at = end
        if at == len(text):
            return fields
        if not text.startswith(delimiter, at):
            return Fault.TRAILING
        at += 1


def join(fields: Sequence[bytes], delimiter: bytes) -> bytes:
    return delimiter.join(b'"' + field.replace(b'"', b'""') + b'"' for field in fields)


def content(delimiter: bytes) -> bytes:
    """The bytes that tell nothing about where fields and records end."""
    return bytes(byte for byte in range(256) if byte not in delimiter + b'"\n\r\0')


class Shape:
    """Tells lines that are plainly one record from those that must be looked at."""

    def __init__(self, delimiter: bytes, columns: int):
        self._delimiter = delimiter
        self._content = content(delimiter)
        fields = b'(?:"")?' + (re.escape(delimiter) + b'(?:"")?') * (columns - 1)
        self._plain = re.compile(fields + rb"\r?")

    def plain(self, lines: Sequence[bytes]) -> list[bool]:
        """For each line: the right number of delimiters, each field bare or in its own quotes?"""
        block = b"\n".join(lines)
        skeletons = block.translate(None, self._content).split(b"\n")
        known = {skeleton: bool(self._plain.fullmatch(skeleton)) for skeleton in set(skeletons)}
        flags = [known[skeleton] for skeleton in skeletons]
        if not all(known.values()):
            block = b"\n".join(line for line, flag in zip(lines, flags, strict=True) if flag)
        ended = b"\n" + block + b"\n"
        if b"\r" in block and ended.count(b"\r") != ended.count(b"\r\n"):
            flags = [f and b"\r" not in line[:-1] for f, line in zip(flags, lines, strict=True)]
        if b'"' in block and not self._quotes_at_edges(ended):
            flags = [f and b'"' not in line for f, line in zip(flags, lines, strict=True)]
        return flags

    def _quotes_at_edges(self, ended: bytes) -> bool:
        # Every field of these lines has no quote or two. At most one of them opens it and one
        # closes it, so if the sums agree, each does.
        opening = ended.count(self._delimiter + b'"') + ended.count(b'\n"')
        closing = ended.count(b'"' + self._delimiter)
        closing += ended.count(b'"\n') + ended.count(b'"\r\n')
        return opening == closing == ended.count(b'"') / 2


class Lines:
    """The lines that were read and not yet used; a record may need more of them."""

    def __init__(self, blocks: Iterator[bytes], delimiter: bytes):
        self._blocks, self._delimiter = blocks, delimiter
        self.waiting: list[bytes] = []
        self.first = 1  # number of the first waiting line
        self.ended = True  # the last one has its line end

    def fill(self) -> bool:
        for block in self._blocks:
            self.ended = block.endswith(b"\n")
            self.waiting += block.removesuffix(b"\n").split(b"\n")
            return True
        return False

    def drop(self, count: int) -> None:
        del self.waiting[:count]
        self.first += count

    def rest(self) -> Iterator[bytes]:
        """All that was not used yet, by the block."""
        if self.waiting:
            yield b"\n".join(self.waiting) + b"\n" * self.ended
        yield from self._blocks

    def empty(self, at: int) -> bool:
        return self.waiting[at] in (b"", b"\r")

    def record(self, at: int) -> tuple[int, bytes, list[bytes] | Fault]:
        """The record that begins at line `at`: the line after it, its text and its fields."""
        end = at + 1
        text = self.waiting[at]
        while (fields := split(text.removesuffix(b"\r"), self._delimiter)) is Fault.OPEN:
            closed = self._closing(end, LONGEST_RECORD - len(text))
            if closed is None:
                break
            end = closed
            text = b"\n".join(self.waiting[at:end])
        if isinstance(fields, Fault):
            end, text = at + 1, self.waiting[at]
        return end, text.removesuffix(b"\r"), fields

    def _closing(self, at: int, most: int) -> int | None:
        """The line after the one in which an open quote is closed, at most so many bytes on."""
        while at < len(self.waiting) or self.fill():
            line = self.waiting[at]
            at, most = at + 1, most - len(line) - 1
            if most < 0:
                return None
            if b'"' in line.replace(b'""', b""):
                return at
        return None


@dataclass
class Batch:
    """Records in order: as they stand in the file, and in a form that every parser reads alike."""

    raws: list[bytes] = field(default_factory=list[bytes])
    texts: list[bytes] = field(default_factory=list[bytes])
    lines: list[int] = field(default_factory=list[int])
    positions: list[int] = field(default_factory=list[int])


class Records:
    """The records after the header. Those that do not fit go to `rejections`, with their number."""

    def __init__(self, name: str, blocks: Iterator[bytes], delimiter: bytes):
        self.name, self.delimiter = name, delimiter
        self.rejections = Rejections(name)
        self.count = 0
        self.lines = Lines(blocks, delimiter)
        self.header_line, self.header = self._header()
        self._shape = Shape(delimiter, len(self.header))

    def _header(self) -> tuple[bytes, tuple[str, ...]]:
        lines = self.lines
        while lines.waiting or lines.fill():
            if not lines.empty(0):
                end, _, fields = lines.record(0)
                if isinstance(fields, Fault):
                    break
                line = b"\n".join(lines.waiting[:end])
                lines.drop(end)
                return line, tuple(name.decode() for name in fields)
            lines.drop(1)
        raise NoHeader(file=self.name)

    def batches(self) -> Iterator[Batch]:
        lines = self.lines
        while lines.waiting or lines.fill():
            batch = Batch()
            plain = self._shape.plain(lines.waiting)
            done = 0
            for at in (at for at, flag in enumerate(plain) if not flag):
                if at >= done:  # else a record before has taken this line
                    self._take_plain(batch, done, at)
                    done = self._take_one(batch, at)
            self._take_plain(batch, done, len(plain))
            lines.drop(max(done, len(plain)))
            yield batch

    def _take_plain(self, batch: Batch, start: int, end: int) -> None:
        texts = [line.removesuffix(b"\r") for line in self.lines.waiting[start:end]]
        batch.raws += texts
        batch.texts += texts
        batch.lines += range(self.lines.first + start, self.lines.first + start + len(texts))
        batch.positions += range(self.count + 1, self.count + 1 + len(texts))
        self.count += len(texts)

    def _take_one(self, batch: Batch, at: int) -> int:
        lines = self.lines
        if lines.empty(at):
            return at + 1
        end, text, fields = lines.record(at)
        self.count += 1
        if isinstance(fields, list) and len(fields) == len(self.header):
            batch.raws.append(text)
            batch.texts.append(join(fields, self.delimiter))
            batch.lines.append(lines.first + at)
            batch.positions.append(self.count)
            return end
        last = end == len(lines.waiting) and not lines.ended
        short = isinstance(fields, list) and len(fields) < len(self.header)
        if last and (short or fields is Fault.OPEN):
            raise CutOff(file=self.name, line=lines.first + end - 1)
        self.rejections.add(self.count, text.decode(), self._reason(fields), lines.first + at)
        return end

    def _reason(self, fields: list[bytes] | Fault) -> Words:
        if isinstance(fields, Fault):
            return fields.value
        found, expected = len(fields), len(self.header)
        return Words(
            f"{found} fields instead of {expected}", f"应有 {expected} 列，实有 {found} 列"
        )
