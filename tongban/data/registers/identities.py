"""Minting subject ids: one per key, once, for ever (docs/adr/0004)."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import connection, transaction

PREFIX = {"person": "P", "enterprise": "E", "property": "R"}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_CHARACTERS = 26


def digest(register: str, key: str) -> bytes:
    return settings.VAULT.digest(key, f"identity {register}")


@transaction.atomic
def subject_ids(register: str, keys: Sequence[str], at: datetime) -> Mapping[str, str]:
    """The subject id of every key; keys never seen before get one now."""
    digests = {digest(register, key): key for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE wanted (digest bytea PRIMARY KEY, subject_id text) ON COMMIT DROP"
        )
        _copy(cursor, "wanted (digest, subject_id)", ((d, _mint(register)) for d in digests))
        cursor.execute(
            "INSERT INTO registers_identity (register, digest, subject_id, minted_at)"
            " SELECT %s, digest, subject_id, %s FROM wanted ORDER BY digest"
            " ON CONFLICT (register, digest) DO NOTHING",
            [register, at],
        )
        cursor.execute(
            "SELECT i.digest, i.subject_id FROM registers_identity i"
            " JOIN wanted w ON w.digest = i.digest WHERE i.register = %s",
            [register],
        )
        found = {digests[bytes(row[0])]: row[1] for row in iter(partial(_next, cursor), None)}
        cursor.execute("DROP TABLE wanted")
    return found


def _next(cursor):
    return cursor.fetchone()


def _copy(cursor, target: str, rows: Iterable[tuple]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["bytea", "text"])
        for row in rows:
            copy.write_row(row)


def _mint(register: str) -> str:
    number = secrets.randbits(128)
    digits = [CROCKFORD[number >> 5 * place & 31] for place in reversed(range(ID_CHARACTERS))]
    return PREFIX[register] + "".join(digits)
