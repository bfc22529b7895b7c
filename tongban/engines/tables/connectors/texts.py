"""Text files as blocks of UTF-8 bytes. Python decodes; no engine ever guesses an encoding."""

import codecs
import struct
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NoReturn

from tongban.errors import Refusal

from .port import SourceUnreachable, Words
from .untyped import pa

BLOCK = 1 << 20
BOM = codecs.BOM_UTF8
LONGEST_LINE = 1 << 24


class WrongEncoding(Refusal):
    """{file} is not {encoding}: the byte at offset {offset} (line {line}) cannot be read as such.
    Declare the encoding that it really has, or have it exported again as UTF-8."""

    zh = (
        "{file} 不是 {encoding} 编码：偏移 {offset} 处的字节（第 {line} 行）无法解读。"
        "请按实际编码声明，或请提供部门导出为 UTF-8。"
    )


class CutOff(Refusal):
    """{file} ends in the middle of line {line}: its transfer was not finished. Nothing is loaded,
    since rows may be missing; have the file delivered again."""

    zh = "{file} 在第 {line} 行中途结束，传输未完成，可能缺行，本次不予入库。请重新报送该文件。"


class EndlessLine(Refusal):
    """Line {line} of {file} is longer than {most} bytes: this is no text of rows and columns.
    Check that the right file was delivered."""

    zh = "{file} 的第 {line} 行超过 {most} 字节，不是行列式文本。请核对报送的文件是否正确。"


def pieces(path: Path, name: str) -> Iterator[bytes]:
    """The file as it is, in parts cut anywhere. Raises SourceUnreachable."""
    try:
        with path.open("rb", buffering=0) as file:
            while piece := file.read(BLOCK):
                yield piece
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SourceUnreachable(name, Words(why, why)) from error


def blocks(path: Path, name: str, encoding: str = "utf-8") -> Iterator[bytes]:
    """The file as UTF-8 without its mark, in blocks of whole lines, each of them checked.

    Only the last block may lack its line end. A file in another encoding is decoded on the way, so
    that its text never stands on the disk a second time.
    """
    offset = 0
    utf8 = encoding.startswith("utf-8")
    read = partial(pieces, path, name) if utf8 else partial(decoded, path, name, encoding)
    for block in _lines(read, name):
        if utf8:
            _check(block, path, name, offset, encoding)
        bare = block.removeprefix(BOM) if offset == 0 else block
        offset += len(block)
        if bare:
            yield bare


def _lines(read: Callable[[], Iterator[bytes]], name: str) -> Iterator[bytes]:
    waiting: list[bytes] = []
    offset = 0
    for piece in read():
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield (block := b"".join([*waiting, piece[:cut]]))
            waiting, offset = [], offset + len(block)
        waiting.append(piece[cut:])
        if len(waiting) * BLOCK > LONGEST_LINE:
            raise EndlessLine(file=name, line=_line_at(read(), offset), most=LONGEST_LINE)
    if rest := b"".join(waiting):
        yield rest


def _check(block: bytes, path: Path, name: str, offset: int, encoding: str) -> None:
    # Arrow validates several times faster than Python decodes
    bounds = pa.py_buffer(struct.pack("<ii", 0, len(block)))
    try:
        pa.StringArray.from_buffers(1, bounds, pa.py_buffer(block)).validate(full=True)
    except pa.ArrowInvalid:
        try:
            block.decode()
        except UnicodeDecodeError as error:
            cut = error.reason == "unexpected end of data"
            _refuse(path, name, offset + error.start, encoding, cut)


def decoded(path: Path, name: str, encoding: str) -> Iterator[bytes]:
    """The file as UTF-8. Line ends stay where they are, so a line keeps its number."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    for piece in chain(pieces(path, name), [b""]):
        if offset == 0 and piece.startswith(BOM) and not encoding.startswith("utf-8"):
            # these three bytes would decode to innocent-looking characters
            _refuse(path, name, 0, encoding, cut=False)
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            _refuse(path, name, offset - waiting + error.start, encoding, cut=not piece)
        yield text.encode()
        offset += len(piece)


def _refuse(path: Path, name: str, offset: int, encoding: str, cut: bool) -> NoReturn:
    line = _line_at(pieces(path, name), offset)
    if cut:
        raise CutOff(file=name, line=line)
    raise WrongEncoding(file=name, encoding=encoding, offset=offset, line=line)


def _line_at(text: Iterator[bytes], offset: int) -> int:
    line = 1
    for piece in text:
        line += piece[:offset].count(b"\n")
        offset -= len(piece)
        if offset <= 0:
            break
    return line
