"""The search for one person through everything that can still be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from tongban.base.audit.chain import PURPOSE as AUDIT
from tongban.business.cases.attachments import PURPOSE as ATTACHMENT
from tongban.business.cases.deciding import PURPOSE as DECISION
from tongban.business.cases.evidence import PURPOSE as EVIDENCE
from tongban.business.cases.keeping import PURPOSE as PROCESS
from tongban.business.cases.messages import PURPOSE as MESSAGE
from tongban.business.cases.models import PURPOSE as CASE
from tongban.business.cases.outside_models import PURPOSE as OUTSIDE
from tongban.business.certificates.actions import PURPOSE as CERTIFICATE
from tongban.commands.erasing.target import Target
from tongban.commands.simulating.applicants import PURPOSE as SIMULATION
from tongban.data.lake import erasing as lake
from tongban.data.lake.quarantine import PURPOSE as QUARANTINE
from tongban.data.registers.rows import PURPOSE as FACTS
from tongban.sql import only_row
from tongban.vault import Unreadable

PURPOSES = (
    *(FACTS, QUARANTINE, EVIDENCE, DECISION, ATTACHMENT, CERTIFICATE, CASE, PROCESS, AUDIT),
    *(MESSAGE, OUTSIDE, SIMULATION),
)
KEPT = ("audit_",)  # the log is never changed; what it holds is told, not counted as found
BATCH = 5_000
COLUMNS = """
    SELECT table_name, array_agg(column_name::text) FILTER (WHERE data_type = 'bytea')
    FROM information_schema.columns JOIN pg_class ON relname = table_name AND relkind = 'r'
    WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1
"""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Proof:
    """What was looked at, and where the person still stands."""

    lake_rows: int
    log_entries: int
    database_rows: int
    sealed_values: int  # opened
    unopened: int  # digests, keys and other bytes that nobody sealed
    found: dict[str, int]  # place → how often
    kept: dict[str, int]  # in the audit log

    @property
    def is_clean(self) -> bool:
        return not self.found


@dataclass
class _Count:
    rows: int = 0
    sealed: int = 0
    unopened: int = 0


def prove(target: Target, told: Told) -> Proof:
    found: dict[str, int] = {}
    kept: dict[str, int] = {}
    lake_rows = entries = 0
    tables = len(lake.tables())
    for done, (table, seen) in enumerate(lake.find(target.sought), 1):
        lake_rows += seen.searched
        found[f"lake {table}"] = sum(seen.holding.values())
        told("searching the lake", done, tables)
    for entry in lake.logs():
        entries += 1
        found["lake log"] = found.get("lake log", 0) + target.names(entry)
    count = _Count()
    places = _tables()
    for done, (table, sealed) in enumerate(places.items(), 1):
        hits = kept if table.startswith(KEPT) else found
        hits[table] = _in_text(table, target, count)
        for column in sealed:
            hits[f"{table}.{column}"] = _in_sealed(table, column, target, count)
        told("searching the database", done, len(places))
    return Proof(
        *(lake_rows, entries, count.rows, count.sealed, count.unopened),
        found={place: n for place, n in found.items() if n},
        kept={place: n for place, n in kept.items() if n},
    )


def _tables() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return {table: columns or [] for table, columns in cursor.fetchall()}


def _in_text(table: str, target: Target, count: _Count) -> int:
    """Every row as text, whatever its columns are."""
    quoted = connection.ops.quote_name(table)
    wanted = [f"%{form}%" for form in target.forms]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE upper(t::text) LIKE ANY(%s))"
            f" FROM {quoted} AS t",
            [wanted],
        )
        rows, hits = only_row(cursor)
    count.rows += rows
    return hits


def _in_sealed(table: str, column: str, target: Target, count: _Count) -> int:
    hits = 0
    purposes: list[str] = [*PURPOSES]
    for sealed in _values(table, column):
        plain = _opened(sealed, purposes)
        if plain is None:
            count.unopened += 1
            continue
        count.sealed += 1
        hits += target.names(plain.decode(errors="replace"))
    return hits


def _values(table: str, column: str) -> Iterator[bytes]:
    """By the block: the store of facts does not fit into memory."""
    names = connection.ops.quote_name(table), connection.ops.quote_name(column)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"DECLARE sealed NO SCROLL CURSOR FOR SELECT {names[1]} FROM {names[0]}"
            f" WHERE {names[1]} IS NOT NULL"
        )
        while True:
            cursor.execute(f"FETCH {BATCH} FROM sealed")
            block = cursor.fetchall()
            if not block:
                break
            yield from (bytes(value) for (value,) in block)
        cursor.execute("CLOSE sealed")


def _opened(sealed: bytes, purposes: list[str]) -> bytes | None:
    """Tries the purpose that fitted last time first."""
    for place, purpose in enumerate(purposes):
        try:
            plain = settings.VAULT.open(sealed, purpose)
        except Unreadable:
            continue
        purposes.insert(0, purposes.pop(place))
        return plain
    return None
