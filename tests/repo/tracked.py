"""The files of the repository: what is committed, and what is about to be."""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Made by tools; only needed where the repository came as an archive, without git to ask.
MADE = {"node_modules", "dist", "screens", "__pycache__"}


@cache
def files() -> tuple[Path, ...]:
    """Everything git does not ignore, and that is there."""
    found = _of_git() if (ROOT / ".git").exists() else _of_folder(ROOT)
    return tuple(sorted(path for path in found if path.is_file()))


def _of_git() -> set[Path]:
    # A container often runs as another user than the one who owns the checkout.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    command += ["--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return {ROOT / name for name in listed.split("\0") if name}


def _of_folder(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not (path.name in MADE or path.name.startswith(".")):
            yield from _of_folder(path)
        elif not path.name.endswith((".pyc", ".mo")):
            yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    """Empty for what is no text, such as a picture or a workbook."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")
