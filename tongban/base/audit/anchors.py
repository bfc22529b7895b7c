"""The anchor file, outside the database: one line per sealing pass, appended and never rewritten.

A line is `count time hash proof`. The proof covers the proof of the line before it, so a line that
was changed or taken out is noticed. Only the end of the file can be cut without a trace in the file
itself: in production it lies where no database administrator can write (append-only, or shipped to
another machine).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tongban.base.audit.chain import GENESIS, PURPOSE

TAIL_BYTES = 4096
COLUMNS = 4


@dataclass(frozen=True)
class Anchor:
    count: int
    at: datetime
    hash: bytes
    proof: bytes

    def __str__(self) -> str:
        return f"{self.count} {_time(self.at)} {self.hash.hex()} {self.proof.hex()}"

    def follows(self, previous: bytes) -> bool:
        return self.proof == _proof(previous, self.count, self.at, self.hash)


def append(path: Path, *, count: int, at: datetime, head: bytes) -> None:
    """Durable when this returns. Only the sealer may call it, while it holds the lock."""
    before = last(path)
    proof = _proof(before.proof if before else GENESIS, count, at, head)
    line = f"{Anchor(count, at, head, proof)}\n"
    _write(path, line if _ends_with_newline(path) else "\n" + line)


def last(path: Path) -> Anchor | None:
    """The last whole line; a line torn by a crash is passed over."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().split(b"\n")
    return next((anchor for line in reversed(lines) if (anchor := _parse(line))), None)


def read(path: Path) -> Iterator[tuple[int, Anchor]]:
    """Line number and anchor, whole lines only."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if anchor := _parse(line.rstrip(b"\n")):
                yield number, anchor


def _parse(line: bytes) -> Anchor | None:
    """None for what is not written exactly as `append` writes it."""
    text = line.decode("ascii", errors="replace")
    parts = text.split(" ")
    if len(parts) != COLUMNS:
        return None
    try:
        count, at = int(parts[0]), datetime.fromisoformat(parts[1])
        anchor = Anchor(count, at, bytes.fromhex(parts[2]), bytes.fromhex(parts[3]))
        whole = at.tzinfo and len(anchor.hash) == len(anchor.proof) == len(GENESIS)
        return anchor if whole and str(anchor) == text else None
    except (ValueError, OverflowError):  # a year that no clock shows
        return None


def _proof(previous: bytes, count: int, at: datetime, head: bytes) -> bytes:
    return settings.VAULT.digest(
        f"anchor {previous.hex()} {count} {_time(at)} {head.hex()}", PURPOSE
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _ends_with_newline(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return True
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _write(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    # The file's own name must survive a power cut as well.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
