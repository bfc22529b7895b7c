"""A quarantined row on the steward's page: what was written, and what it should say."""

from collections.abc import Mapping
from datetime import datetime

from tongban.base.people.models import User
from tongban.data.lake import queries as lake
from tongban.data.lake.models import QuarantinedRow
from tongban.data.registers import actions as registers
from tongban.data.standards import queries as standards
from tongban.web.ui import origins, parts


def opened(row: QuarantinedRow, user: User, at: datetime):
    """The row as it was written; looking at it is audited."""
    return standards.opened_row(row, by=str(user.pk), at=at)


def cells(row: QuarantinedRow) -> list[tuple[str, str]]:
    """Column and label of every cell, in the contract's order."""
    zh = origins.is_chinese()
    contract = lake.live_contract(row.resource)
    return [(c.name, c.label.zh if zh else c.label.en) for c in contract.columns]


def fields(row: QuarantinedRow, values: Mapping[str, str | None]) -> list[parts.Field]:
    return [
        parts.Field(
            f"cell-{name}", f"{label}（{name}）", value=values.get(name) or "", required=False
        )
        for name, label in cells(row)
    ]


def correct(row: QuarantinedRow, posted: Mapping[str, str], user: User, at: datetime) -> None:
    """Let the corrected row in, and derive everything that hangs on it anew."""
    names = [name for name, _label in cells(row)]
    values = {name: posted.get(f"cell-{name}") or None for name in names}
    registers.correct_row(row_id=row.pk, values=values, by=str(user.pk), at=at)
