"""Made-up persons, and a keyring without a database."""

from contextlib import nullcontext

from tongban.engines.tables import Column, DataKey, KeyDestroyed, Schema

FREE = nullcontext()  # one process, one writer: nothing to keep out

PEOPLE = Schema(
    (
        Column("id", "integer", 2),
        Column("name", "string", 3),
        Column("citizen", "string", 4),
        Column("born", "date", 3),
        Column("street", "string", 1),
        Column("seen", "timestamp", 2),
        Column("fee", "decimal(12,2)", 2),
    )
)


class MemoryKeyring:
    """Keys in a dictionary; the product's are rows."""

    def __init__(self):
        self.secrets: dict[str, bytes] = {}
        self.destroyed: dict[str, str] = {}

    def create(self, table, run):
        key = DataKey(f"{table}/{run}/{len(self.secrets)}", bytes([len(self.secrets)]) * 32)
        self.secrets[key.id] = key.secret
        return key

    def secret(self, id):
        if id in self.destroyed or id not in self.secrets:
            raise KeyDestroyed(key=id)
        return self.secrets[id]

    def destroy(self, ids, reason):
        self.destroyed |= dict.fromkeys(ids, reason)


def people(count, start=0):
    """A query of so many made-up persons."""
    return f"""
        SELECT i AS id, '名' || i AS name, '32990019900101' || (1000 + i) AS citizen,
            DATE '1990-01-01' + i::INT AS born, '街道' || i % 7 AS street,
            TIMESTAMP '2026-01-01 08:00:00.1234' + to_seconds(i) AS seen,
            (i / 100)::DECIMAL(12,2) AS fee
        FROM range({start}, {start + count}) t(i)
    """
