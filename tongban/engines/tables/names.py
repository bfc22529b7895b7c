"""Names that become folders: checked once, so that no name can point outside its table."""

import re
from pathlib import PurePosixPath

from tongban.errors import Refusal

TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}")
SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
DATA = "data"


class BadTableName(Refusal):
    """{table!r} is no table name: write layer.table in lower case, digits and underscores."""

    zh = "{table!r} 不是表名；请写成“层.表”，只用小写字母、数字和下划线。"


class BadFolderName(Refusal):
    """{name!r} cannot name a run or a key; use letters, digits, dots, dashes and underscores."""

    zh = "{name!r} 不能作写入批次或密钥的编号；只能用字母、数字、点、短横线和下划线。"


class ForeignFile(Refusal):
    """{path!r} was not written by Tongban: a table holds data/<run>/<key>/<file> only."""

    zh = "{path!r} 不是通办写入的文件：表中只能有 data/<批次>/<密钥>/<文件>。"


def table_folder(table: str) -> str:
    if not TABLE.fullmatch(table):
        raise BadTableName(table=table)
    return table.replace(".", "/")


def data_folder(run: str, key: str) -> str:
    """Where one staging writes, inside its table. A key id may hold slashes, a run may not."""
    for name in (run, *key.split("/")):
        if not SEGMENT.fullmatch(name):
            raise BadFolderName(name=name)
    return f"{DATA}/{run}/{key}"


def run_of(path: str) -> str:
    return _parts(path)[1]


def key_of(path: str) -> str:
    """The id of the data key; the path is the only place of the log that can carry it."""
    return "/".join(_parts(path)[2:-1])


def _parts(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).parts
    if len(parts) < 4 or parts[0] != DATA or not all(map(SEGMENT.fullmatch, parts[1:-1])):
        raise ForeignFile(path=path)
    return parts
