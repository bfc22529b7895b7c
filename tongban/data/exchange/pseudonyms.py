"""Who a row is about, as one recipient knows it (docs/adr/0004).

A column that points at a subject, or at the source row of one, leaves as HMAC-SM3 under a key of
the grant: within one grant equal stays equal, between two grants nothing can be joined. Nobody is
exempt: who must act on persons reads facts, and is told their subject ids by the case.
"""

from typing import Any

import pyarrow
from django.conf import settings

pa: Any = pyarrow  # without type stubs
DIGITS = 32  # 128 bits


def points_at_subject(column: str) -> bool:
    return column == "subject_id" or column.endswith("_row")


def pseudonym(grant: str, value: str) -> str:
    return settings.VAULT.digest(value, f"pseudonym {grant}").hex()[:DIGITS]


def replaced(rows: Any, grant: str) -> Any:
    """The Arrow table with every such column as pseudonyms."""
    for index, name in enumerate(rows.column_names):
        if points_at_subject(name):
            known = {value: pseudonym(grant, value) for value in _different(rows.column(index))}
            values = [known.get(value) for value in rows.column(index).to_pylist()]
            rows = rows.set_column(index, name, pa.array(values, pa.string()))
    return rows


def _different(column: Any) -> set[str]:
    return {value for value in column.unique().to_pylist() if value is not None}
