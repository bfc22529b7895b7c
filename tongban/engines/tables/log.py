"""The Delta log as the files it is, for the two things `deltalake` does not do with it.

Replaying tells which version held which file. Forgetting takes statistics out of what was already
committed: a value that may no longer stand in plain text must leave old entries too.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .storage import Storage

LOG = "_delta_log"
COMMIT = re.compile(r"(\d{20})\.json")
CHECKPOINT = re.compile(r"\d{20}\.checkpoint.*\.parquet")
HINT = "_last_checkpoint"
PER_COLUMN = ("minValues", "maxValues", "nullCount")

Actions = list[dict[str, Any]]


def replay(storage: Storage, folder: str) -> Iterator[tuple[int, frozenset[str]]]:
    """Each version with the files it consists of, oldest first; reads the whole log."""
    live: frozenset[str] = frozenset()
    for path, version in _commits(storage, folder):
        actions = _read(storage, path)
        live -= {action["remove"]["path"] for action in actions if "remove" in action}
        live |= {action["add"]["path"] for action in actions if "add" in action}
        yield version, live


def forget(storage: Storage, folder: str, forgotten: Callable[[str, str], bool]) -> None:
    """Take the statistics of these (file path, column) out of every entry. Hold the table's lock.

    Checkpoints repeat them and are dropped; the entries they sum up are all still there.
    """
    for path, _ in _commits(storage, folder):
        actions = _read(storage, path)
        stripped = [_strip(action, forgotten) for action in actions]
        if any(stripped):
            lines = (json.dumps(action, ensure_ascii=False) for action in actions)
            storage.replace(path, "\n".join(lines).encode())
    names = storage.sizes(folder, LOG)
    # the hint first: a checkpoint without a hint is only slow, a hint without one is an error
    for name in [HINT, *filter(CHECKPOINT.fullmatch, names)]:
        if name in names:
            storage.delete(f"{folder}/{LOG}/{name}")


def _commits(storage: Storage, folder: str) -> Iterator[tuple[str, int]]:
    for name in sorted(storage.sizes(folder, LOG)):
        if match := COMMIT.fullmatch(name):
            yield f"{folder}/{LOG}/{name}", int(match[1])


def _read(storage: Storage, path: str) -> Actions:
    # not splitlines(): a column may be called by one of the many characters that it splits at
    return [json.loads(line) for line in storage.read(path).decode().split("\n") if line]


def _strip(action: dict[str, Any], forgotten: Callable[[str, str], bool]) -> bool:
    """Whether something was taken out."""
    entry: dict[str, Any] = action.get("add") or action.get("remove") or {}
    if not entry.get("stats"):
        return False
    stats = json.loads(entry["stats"])
    found = False
    for kind in PER_COLUMN:
        for column in [c for c in stats.get(kind, ()) if forgotten(entry["path"], c)]:
            del stats[kind][column]
            found = True
    entry["stats"] = json.dumps(stats, ensure_ascii=False)
    return found
