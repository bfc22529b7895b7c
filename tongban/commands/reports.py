"""What commands print."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tongban.data.lake.models import Load


def reconciliation(loads: Sequence[Load]) -> str:
    """Read = kept + quarantined, for every source of a run."""
    table = Table("source", "read", "kept", "quarantined", "new columns")
    for column in table.columns[1:4]:
        column.justify = "right"
    for load in loads:
        table.add_row(
            load.resource.code,
            f"{load.rows_read:,}",
            f"{load.rows_kept:,}",
            f"{load.rows_quarantined:,}",
            "、".join(load.columns_new),
        )
    out = io.StringIO()
    Console(file=out, width=100).print(table)
    return out.getvalue()
