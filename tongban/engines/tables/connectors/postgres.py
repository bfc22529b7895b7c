"""One table or view of a PostgreSQL server, each value in the words of the server itself.

The address and the password come from the environment: the contract names the variable only, and
no error shows what is in it.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongban.errors import Refusal

from ..quoting import identifier, literal
from .copying import Copy, show, write
from .extensions import engine_with
from .handover import Engine, Rejections, Spool
from .names import check_names
from .port import Extract, SourceUnreachable, Words, connects

PATIENCE = 10  # seconds until a server that does not answer counts as unreachable
COLUMNS = """
    SELECT attname, has_table_privilege(c.oid, 'SELECT') FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
# The words for dates, intervals and bytes must not hang on how an account is set up.
WORDS = """
    SELECT set_config('datestyle', 'ISO, YMD', true) AS a, set_config('bytea_output', 'hex', true)
    AS b, set_config('intervalstyle', 'postgres', true) AS c,
    set_config('extra_float_digits', '1', true) AS d
"""


class NoAddress(Refusal):
    """The environment variable {variable} holds no address of a PostgreSQL server. Set it to one,
    for example postgresql://account@host/database, where the platform runs."""

    zh = (
        "环境变量 {variable} 中没有可用的 PostgreSQL 地址。"
        "请在平台运行环境中设置，例如 postgresql://account@host/database。"
    )


class NoSuchRelation(Refusal):
    """{source} does not exist, or not for this account. Correct schema and table in the contract,
    or have the account admitted to the schema."""

    zh = "{source} 不存在或该账号不可见。请更正资源约定中的模式名和表名，或请对方授权。"


class NotPermitted(Refusal):
    """The account may not read {source}. Have its owner grant SELECT to it."""

    zh = "该账号无权读取 {source}，请对方授予 SELECT 权限。"


@connects("postgres")
@dataclass(frozen=True)
class PostgresTable:
    base: Path
    dsn_env: str
    table: str
    schema: str = "public"

    def check(self) -> None:
        self._columns(self._address())

    def extract(self, con: Engine, scratch: Path) -> Extract:
        address = self._address()
        columns = self._columns(address)
        check_names(self._name, columns)
        spool = Spool(scratch)
        try:
            copy, rejections = self._copy(address, columns, spool)
        except duckdb.Error as error:
            stopped = _without_secrets(str(error), address)
        else:
            return show(con, copy, spool, rejections)
        # raised out here, so that the engine's error is not carried along
        raise SourceUnreachable(self._name, Words(stopped, stopped))

    @property
    def _name(self) -> str:
        return f"{self.schema}.{self.table}"

    def _address(self) -> str:
        try:
            given = conninfo_to_dict(os.environ.get(self.dsn_env, ""))
        except psycopg.ProgrammingError:
            given = {}
        if not given:
            raise NoAddress(variable=self.dsn_env)
        usual = {"connect_timeout": PATIENCE, "client_encoding": "UTF8"}
        return make_conninfo("", **usual | given)

    def _columns(self, address: str) -> tuple[str, ...]:
        found = None
        with suppress(psycopg.Error), psycopg.connect(address) as server:
            found = server.execute(COLUMNS, (self.schema, self.table)).fetchall()
        if found is None:  # the driver's words are not shown: they may hold a misplaced password
            raise SourceUnreachable(
                self._name,
                Words(
                    f"no connection with the address, account and password in {self.dsn_env}",
                    f"用 {self.dsn_env} 中的地址、账号和口令无法建立连接",
                ),
            )
        if not found:
            raise NoSuchRelation(source=self._name)
        if not all(readable for _, readable in found):
            raise NotPermitted(source=self._name)
        return tuple(name for name, _ in found)

    def _copy(
        self, address: str, columns: tuple[str, ...], spool: Spool
    ) -> tuple[Copy, Rejections]:
        """Every row, and how many the server says there are, from one state of the database."""
        table = f"{identifier(self.schema)}.{identifier(self.table)}"
        cells = ", ".join(f"CAST({name} AS text) AS {name}" for name in map(identifier, columns))
        with engine_with("postgres_scanner", spool.folder / "spill") as reader:
            reader.execute(f"ATTACH {literal(address)} AS source (TYPE postgres, READ_ONLY)")
            reader.execute("BEGIN")  # the server's, too: repeatable read
            reader.execute(_query(WORDS)).fetchall()
            ((rows,),) = reader.execute(_query(f"SELECT count(*) FROM {table}")).fetchall()
            copy = Copy(self._name, columns, _query(f"SELECT {cells} FROM {table}"), rows)
            return copy, write(reader, copy, spool)


def _without_secrets(text: str, address: str) -> str:
    """What the engine said, without the address, and without values that stand there in quotes."""
    line = re.sub(r'"[^"]*("|$)', "…", text.replace(address, "…").split("\n")[0])
    password = conninfo_to_dict(address).get("password")
    return line.replace(str(password), "…") if password else line


def _query(sql: str) -> str:
    return f"SELECT * FROM postgres_query('source', {literal(sql)})"
