"""Text that the engine can read where it lies, and whose rows can be told from their cells.

That is so when each record is a line of its own, has the same number of fields, and its writer
quoted all fields, or just those that need it. Most files are so from end to end; it is proven by
the block, since it runs over every byte of every source.
"""

from collections.abc import Callable, Sequence

from ..quoting import identifier, literal
from .records import Records, content, join, split

LONGEST_BLOCK = 1_900_000  # a longer one may hold a line that the engine refuses (2 MB)


def _nothing(block: bytes, rows: int) -> None:
    return None


def survey(
    records: Records, keep: Callable[[bytes, int], None] = _nothing
) -> "tuple[Layout, int] | None":
    """The layout of what follows the header, and how many records; None where it has no such.

    `keep` is handed each block with its records, also of a text that turns out to have none.
    """
    layout, count = None, 0
    for block in records.lines.rest():
        layout = layout or Layout(records, block)
        rows = layout.rows(block)
        if rows is None:
            return None
        keep(block, rows)
        count += rows
    return (layout, count) if layout and layout.covers(records.header_line) else None


class Layout:
    """How the writer of a file wrote, taken from its header and the first line after it."""

    def __init__(self, records: Records, block: bytes):
        self.delimiter, self.columns = records.delimiter, len(records.header)
        self.quotes = False
        self._content = content(self.delimiter)
        self._end = b"\r\n" if records.header_line.endswith(b"\r") else b"\n"
        first = block.split(self._end, 1)[0].removesuffix(b"\n")
        fields = split(first, self.delimiter)
        self.all_quoted = isinstance(fields, list) and first == join(fields, self.delimiter)
        self._inner = self.delimiter.join([b'""' if self.all_quoted else b""] * self.columns)
        self._unit = self._inner + self._end
        self._pattern = b""

    def rows(self, block: bytes) -> int | None:
        """How many records the block holds, or None if one of them is written otherwise."""
        if not block.endswith(b"\n"):
            block += self._end
        if len(block) > LONGEST_BLOCK or not block.endswith(self._end):
            return None
        skeleton = block.translate(None, self._content)
        if len(skeleton) > len(self._pattern):
            self._pattern = self._unit * (len(skeleton) // len(self._unit) + 1)
        count, odd = divmod(len(skeleton), len(self._unit))
        if odd or not self._pattern.startswith(skeleton):
            return self._mixed(block, skeleton)
        self.quotes |= self.all_quoted
        return count if self._in_place(block, count) else None

    def _mixed(self, block: bytes, skeleton: bytes) -> int | None:
        """Some lines have a delimiter or a quote inside of a field: those are taken apart."""
        lines, skeletons = block.split(self._end)[:-1], skeleton.split(self._end)[:-1]
        if len(lines) != len(skeletons):
            return None
        self.quotes = True
        regular: list[bytes] = []
        for line, signs in zip(lines, skeletons, strict=True):
            if signs == self._inner:
                regular.append(line)
            elif not self._again(line, self.all_quoted):
                return None
        joined = self._end.join([*regular, b""])
        return len(lines) if self._in_place(joined, len(regular)) else None

    def _in_place(self, block: bytes, count: int) -> bool:
        """Lines whose skeletons are right: are their line ends and quotes where they belong?"""
        if self._end == b"\r\n" and block.count(b"\r\n") != count:
            return False
        if not self.all_quoted:
            return True
        between = block.count(b'"' + self.delimiter + b'"')
        opening, closing = (b"\n" + block).count(b'\n"'), block.count(b'"' + self._end)
        return between == count * (self.columns - 1) and opening == closing == count

    def covers(self, header: bytes) -> bool:
        """May the engine skip this line as the header, and an empty line as none?"""
        header = header.removesuffix(b"\r")
        self.quotes |= b'"' in header
        # A delimiter in a name, after a byte order mark, makes it lose every row; and the first CR
        # or LF that it meets, quoted or not, is what it takes for the end of a line.
        fields = header.replace(b'"', b"").split(self.delimiter)
        bare, quoted = self.delimiter.join(fields), join(fields, self.delimiter)
        plain = len(fields) == self.columns > 1 and b"\r" not in header
        return plain and header in (bare, quoted)

    def _again(self, line: bytes, all_quoted: bool) -> bool:
        """Would the same line be written again from its fields?"""
        fields = split(line, self.delimiter)
        if not isinstance(fields, list) or len(fields) != self.columns:
            return False
        if b"\n" in line or b"\r" in line:  # the engine would take it for the end of a line
            return False
        return line == (join(fields, self.delimiter) if all_quoted else self._written(fields))

    def _written(self, fields: Sequence[bytes]) -> bytes:
        return self.delimiter.join(
            join([field], b"") if self.delimiter in field or b'"' in field else field
            for field in fields
        )

    def sql(self, columns: Sequence[str]) -> str:
        """The row as it stands in the file, from its cells."""
        cells = ", ".join(self._cell(identifier(column)) for column in columns)
        return f"concat_ws({literal(self.delimiter.decode())}, {cells})"

    def _cell(self, cell: str) -> str:
        quoted = f"""'"' || replace({cell}, '"', '""') || '"'"""
        if self.all_quoted:
            return quoted
        if not self.quotes:
            return cell
        delimiter = literal(self.delimiter.decode())
        special = f"contains({cell}, {delimiter}) OR contains({cell}, '\"')"
        return f"CASE WHEN {special} THEN {quoted} ELSE {cell} END"
