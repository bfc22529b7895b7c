"""The list of erasures outside the database, beside the audit anchors.

A backup that was made before an erasure knows nothing of it. Whoever restores it hands in this
list. A line holds the keyed digest of a number, never the number.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings

from tongban.data.pipelines import erased
from tongban.errors import Refusal

PURPOSE = "erasures"


class ListDamaged(Refusal):
    """Line {line} of {file} was changed, or written under another master key. Take the list from
    where its copies are kept."""

    zh = "{file} 第 {line} 行被改动，或不是用当前主密钥写的。请改用另行保管的清单。"


class ListMissing(Refusal):
    """There is no list of erasures {file}. Nothing was done; name the list, which is kept with the
    copies of the audit anchors."""

    zh = "没有依法删除清单 {file}。未作任何操作，请指定与审计锚点一起保管的清单。"


@dataclass(frozen=True)
class Line:
    register: str
    digest: str
    bucket: str
    basis: str
    by: str
    at: str

    @property
    def proof(self) -> str:
        return settings.VAULT.digest(json.dumps(asdict(self), sort_keys=True), PURPOSE).hex()


def place() -> Path:
    return settings.AUDIT_ANCHOR.with_name("erasures")


def append(*, key: str, basis: str, by: str, at: datetime) -> None:
    """Durable when this returns; a person who stands there already is not written again."""
    digest = erased.digest(erased.REGISTER, key).hex()
    keep([Line(erased.REGISTER, digest, erased.bucket(key), basis, by, at.isoformat())])


def keep(lines: Iterable[Line]) -> None:
    """Write what the list of this deployment does not have yet. Raises ListDamaged."""
    file = place()
    is_new = not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        known = {line.digest for line in read(file)}
        wanted = [line for line in lines if line.digest not in known]
        if wanted:
            _go_to_end(out)
            out.writelines(_written(line) for line in wanted)
            out.flush()
            os.fsync(out.fileno())
    if is_new:
        _make_durable(file.parent)


def read(file: Path) -> list[Line]:
    """Raises ListMissing or ListDamaged. A last line without its end was cut off by a crash: that
    erasure had not begun."""
    if not file.is_file():
        raise ListMissing(file=file)
    written = file.read_bytes().split(b"\n")[:-1]
    return [_line(file, number, text) for number, text in enumerate(written, 1)]


def _written(line: Line) -> bytes:
    return (json.dumps({**asdict(line), "proof": line.proof}, ensure_ascii=False) + "\n").encode()


def _go_to_end(out: IO[bytes]) -> None:
    """Of the last whole line: what a crash left behind it would spoil the next one."""
    content = out.read()
    out.seek(content.rfind(b"\n") + 1)
    out.truncate()


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(file: Path, number: int, text: bytes) -> Line:
    try:
        content = dict(json.loads(text))
        proof = content.pop("proof")
        line = Line(**content)
    except (ValueError, KeyError, TypeError) as error:
        raise ListDamaged(file=file, line=number) from error
    if proof != line.proof:
        raise ListDamaged(file=file, line=number)
    return line
