"""What a connector promises, and the register of kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import duckdb

from tongban.errors import Refusal


class Words(NamedTuple):
    """The same thing said in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Rejected:
    """A record that could not be split into columns: the office gets it back as it wrote it."""

    position: int
    raw: str
    reason: str
    zh: str
    line: int | None = None


@dataclass(frozen=True)
class Extract:
    """What a source held, ready to be read through `relation` on the connection.

    Beside the source's own columns (all VARCHAR) the relation has `_position` (1-based number of
    the record), `_line` (line of the text file or row of the sheet where it begins, else NULL) and
    `_raw` (the row as the source wrote it). Rejected records are not in the relation, but they
    are numbered, and counted in `rows`.
    """

    relation: str
    columns: tuple[str, ...]
    rows: int
    rejected: tuple[Rejected, ...]
    source: str

    def reconcile(self, read: int) -> None:
        """Raises Unreconciled unless `read` rows of the relation and the rejected ones add up.

        A text file is read by the engine only when its rows are loaded, so whoever reads it
        counts in the same pass and calls this; every other kind was reconciled by `extract`.
        """
        if read + len(self.rejected) != self.rows:
            raise Unreconciled(
                source=self.source, rows=self.rows, read=read, rejected=len(self.rejected)
            )


class Unreconciled(Refusal):
    """{source} holds {rows} records, but {read} were read and {rejected} rejected. Nothing is kept;
    collect it again while nobody writes to it."""

    zh = (
        "{source} 共有 {rows} 条记录，但读出 {read} 条、退回 {rejected} 条，数目不符。"
        "本次不予入库，请在来源无人写入时重新归集。"
    )


class SourceUnreachable(Refusal):
    """{source} cannot be read: {why}. Check the address and the rights, then collect it again."""

    zh = "无法读取 {source}：{why_zh}。请检查地址和权限后重新归集。"

    def __init__(self, source: str, why: Words):
        super().__init__(source=source, why=why.en, why_zh=why.zh)


class UnknownKind(Refusal):
    """There is no connector of kind {kind}. Use one of: {known}."""

    zh = "没有名为 {kind} 的连接方式，请改用：{known}。"


class Connector(Protocol):
    def check(self) -> None:
        """Can it be reached and may it be read? Raises a refusal that says what is in the way."""
        ...

    def extract(self, con: duckdb.DuckDBPyConnection, scratch: Path) -> Extract:
        """Hand over every record. `con` must have the engine's cipher: what is written into
        `scratch` is encrypted under a key that only this process knows. The caller removes that
        folder when the relation has been read."""
        ...


KINDS: dict[str, type[Connector]] = {}


C = TypeVar("C", bound=Connector)


def connects(kind: str) -> Callable[[type[C]], type[C]]:
    """Registers a dataclass whose fields, beside `base`, are the options of this kind."""

    def register(connector: type[C]) -> type[C]:
        KINDS[kind] = connector
        return connector

    return register
