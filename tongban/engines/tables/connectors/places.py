"""Files that a source may name: inside its city's folder, and nowhere else."""

import os
from pathlib import Path

from tongban.errors import Refusal


class PathEscapes(Refusal):
    """The path {path} leads out of the folder of the sources. Give a path inside of it."""

    zh = "路径 {path} 超出了来源目录，请改用目录内的相对路径。"


class FileMissing(Refusal):
    """The file {path} does not exist. Have it delivered, or correct the path."""

    zh = "文件 {path} 不存在。请补送该文件，或更正路径。"


def inside(base: Path, path: str) -> Path:
    """The real file that `path` names, links followed."""
    root = os.path.realpath(base)
    if "\0" in path or os.path.isabs(path):
        raise PathEscapes(path=path)
    real = os.path.realpath(os.path.join(root, path))
    if os.path.commonpath([root, real]) != root:
        raise PathEscapes(path=path)
    if not os.path.isfile(real):
        raise FileMissing(path=path)
    return Path(real)
