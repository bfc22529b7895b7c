"""Column names as the source wrote them, refused where an engine could not tell them apart."""

import string
from collections.abc import Sequence

from tongban.errors import Refusal

RESERVED = ("_position", "_line", "_raw")
# the engine folds these letters and no others
FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class UnnamedColumn(Refusal):
    """Column {number} of {source} has no usable name. Give it one, or remove the column."""

    zh = "{source} 的第 {number} 列没有可用的列名，请补上列名或删除该列。"


class AmbiguousColumn(Refusal):
    """{source} names two columns {name} (upper and lower case count as one). Rename one."""

    zh = "{source} 有两列同名：{name}（不区分大小写），请改名其中一列。"


class ReservedColumn(Refusal):
    """{source} has a column {name}, a name that is kept for the position of rows. Rename it."""

    zh = "{source} 的列名 {name} 是系统保留名，请改名。"


def check_names(source: str, columns: Sequence[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(columns, 1):
        folded = name.translate(FOLD)
        if not name or "\0" in name:
            raise UnnamedColumn(source=source, number=number)
        if folded in RESERVED:
            raise ReservedColumn(source=source, name=name)
        if folded in seen:
            raise AmbiguousColumn(source=source, name=name)
        seen.add(folded)
