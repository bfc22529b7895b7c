"""Reads a certificate's PDF back: its words, through the fonts' own tables, and its QR code.

Knows as much of PDF and of QR codes (versions 1 to 6, error level M, bytes) as is needed here.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import product

OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
FONT = re.compile(rb"/f(\d+) (\d+) 0 R")
TO_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
GLYPH = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
TEXT = re.compile(rb"/f(\d+) [\d.]+ Tf.*? Tm(.*?)T[jJ]\nET", re.DOTALL)
LITERAL = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
DARK = re.compile(rb"(\d+) (\d+)\.5 m (\d+) \2\.5 l")
# By version: blocks, and bytes of data in each.
BLOCKS = {1: (1, 16), 2: (1, 28), 3: (1, 44), 4: (2, 32), 5: (2, 43), 6: (4, 27)}
MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)
FORMAT_MASK = 0b101010000010010


def words(pdf: bytes) -> list[str]:
    """Every run of text, in reading order."""
    fonts = _fonts(pdf)
    return [_text(run[2], fonts[run[1]]) for run in TEXT.finditer(_page(pdf))]


def code(pdf: bytes) -> str:
    """What the QR code says."""
    dark = {
        (int(y), x)
        for start, y, end in DARK.findall(_page(pdf))
        for x in range(int(start), int(end))
    }
    size = max(y for y, _ in dark) + 1
    version = (size - 17) // 4
    places = [*range(6), 7, 8]
    bits = [(8, x) in dark for x in places] + [(y, 8) in dark for y in reversed(places[:-1])]
    format_ = int("".join(str(int(bit)) for bit in bits), 2) ^ FORMAT_MASK
    assert format_ >> 13 == 0, "error level M"
    mask = MASKS[format_ >> 10 & 7]
    read = [((y, x) in dark) ^ (mask(y, x) == 0) for y, x in _way(size, version)]
    return _message(_bytes(read), version)


def _objects(pdf: bytes) -> dict[bytes, bytes]:
    """By number; a stream is there as what it unpacks to."""
    found = dict(OBJECT.findall(pdf))
    for number, content in found.items():
        packed = STREAM.search(content)
        if packed and b"/FlateDecode" in content:
            found[number] = zlib.decompress(packed[1])
    return found


def _page(pdf: bytes) -> bytes:
    (page,) = [each for each in _objects(pdf).values() if each.startswith(b"/Artifact")]
    return page


def _fonts(pdf: bytes) -> dict[bytes, dict[int, str]]:
    objects = _objects(pdf)
    named = {name: number for each in objects.values() for name, number in FONT.findall(each)}
    return {name: _table(objects, objects[number]) for name, number in named.items()}


def _table(objects: dict[bytes, bytes], font: bytes) -> dict[int, str]:
    (table,) = TO_UNICODE.findall(font)
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in GLYPH.findall(objects[table])
    }


def _text(run: bytes, font: dict[int, str]) -> str:
    glyphs = b"".join(ESCAPED.sub(_plain, each) for each in LITERAL.findall(run))
    numbers = [int.from_bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2)]
    return "".join(font[number] for number in numbers)


def _plain(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    if len(escape) == 3:
        return bytes([int(escape, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(escape, escape)


def _way(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Where the bits lie: two columns at a time from the right, up and down, around the marks."""
    taken = {(6, x) for x in range(size)} | {(y, 6) for y in range(size)}
    taken |= set(product(range(9), range(9)))
    taken |= set(product(range(9), range(size - 8, size)))
    taken |= set(product(range(size - 8, size), range(9)))
    if version > 1:
        taken |= set(product(range(size - 9, size - 4), range(size - 9, size - 4)))
    upwards = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        rows = range(size - 1, -1, -1) if upwards else range(size)
        yield from ((y, x) for y in rows for x in (right, right - 1) if (y, x) not in taken)
        upwards = not upwards


def _bytes(bits: list[bool]) -> list[int]:
    whole = len(bits) // 8 * 8
    return [
        int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, whole, 8)
    ]


def _message(read: list[int], version: int) -> str:
    blocks, length = BLOCKS[version]
    data = [read[at * blocks + block] for block in range(blocks) for at in range(length)]
    whole = int.from_bytes(bytes(data))
    bits = f"{whole:0{8 * len(data)}b}"
    assert bits[:4] == "0100", "bytes"
    count = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(count)).decode()
