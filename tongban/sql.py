"""What Django's cursor leaves to say."""

from typing import Any


def only_row(cursor: Any) -> tuple[Any, ...]:
    """The one row of a statement that always answers with one."""
    row = cursor.fetchone()
    assert row is not None
    return row
