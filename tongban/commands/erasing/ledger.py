"""The list of erasures outside the database, beside the audit anchors.

A backup that was made before an erasure knows nothing of it. Whoever restores it hands in this
list. A line holds the keyed digest of a number, never the number.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tongban.data.pipelines import erased
from tongban.errors import Refusal

PURPOSE = "erasures"


class ListDamaged(Refusal):
    """Line {line} of {file} was changed, or written under another master key. Take the list from
    where its copies are kept."""

    zh = "{file} 第 {line} 行被改动，或不是用当前主密钥写的。请改用另行保管的清单。"


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
    file = place()
    digest = erased.digest(erased.REGISTER, key).hex()
    if file.exists() and any(line.digest == digest for line in read(file)):
        return
    line = Line(erased.REGISTER, digest, erased.bucket(key), basis, by, at.isoformat())
    text = json.dumps({**asdict(line), "proof": line.proof}, ensure_ascii=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(f"{text}\n".encode())
        out.flush()
        os.fsync(out.fileno())


def read(file: Path) -> list[Line]:
    """Raises ListDamaged. A last line without its end was cut off by a crash: that erasure had not
    begun."""
    texts = file.read_text(encoding="utf-8").split("\n")[:-1]
    return [_line(file, number, text) for number, text in enumerate(texts, 1)]


def _line(file: Path, number: int, text: str) -> Line:
    try:
        content = json.loads(text)
        proof = content.pop("proof")
        line = Line(**content)
    except (ValueError, KeyError, TypeError) as error:
        raise ListDamaged(file=file, line=number) from error
    if proof != line.proof:
        raise ListDamaged(file=file, line=number)
    return line
