"""The files of the repository: what is committed, and what is about to be."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Everything git does not ignore and that is there; raises where this is no checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return tuple(sorted({ROOT / name for name in listed.split("\0") if name and _is_file(name)}))


def _is_file(name: str) -> bool:
    return (ROOT / name).is_file()


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    """Empty for what is no text, such as a picture or a workbook."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")
