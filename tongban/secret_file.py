"""A secret in a file for its owner alone, made by whoever needs it first."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def text(path: Path, made: Callable[[], str]) -> str:
    """What stands in the file; `made` where there is none yet. Of two processes that come at the
    same time both get what one of them made, and nobody ever reads half of it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(made())
                file.flush()
                os.fsync(file.fileno())
            _name(draft, path)
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


def _name(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was first
