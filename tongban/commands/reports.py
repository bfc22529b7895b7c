"""What commands print."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tongban.commands.demo.accounts import Account
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
    return _printed(table)


def account_table(accounts: Sequence[Account]) -> str:
    """Demo accounts with their passwords, which are shown this once."""
    table = Table("account", "password", "who")
    for account in accounts:
        table.add_row(account.username, account.password, account.who)
    return _printed(table)


def _printed(table: Table) -> str:
    out = io.StringIO()
    # What a source names its columns is no markup of ours.
    Console(file=out, width=100, markup=False, emoji=False, highlight=False).print(table)
    return out.getvalue()
