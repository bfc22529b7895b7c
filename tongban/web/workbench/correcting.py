"""A quarantined row on the steward's page: what was written, and what it should say."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tongban.base.people.models import User
from tongban.data.lake import queries as lake
from tongban.data.lake.models import QuarantinedRow
from tongban.data.registers import actions as registers
from tongban.data.standards import queries as standards
from tongban.web.ui import origins, parts


def opened(row: QuarantinedRow, user: User, at: datetime):
    """The row as it was written; looking at it is audited."""
    return standards.opened_row(row, by=str(user.pk), at=at)


def fields(row: QuarantinedRow, values: Mapping[str, str | None]) -> list[parts.Field]:
    """Every cell in the contract's order; the one that failed says so."""
    zh = origins.is_chinese()
    return [
        parts.Field(
            f"cell-{column.name}",
            column.label.zh if zh else column.label.en,
            value=values.get(column.name) or "",
            hint=column.name,
            error=_("这一格没有通过检查") if column.name == row.column else "",
            required=column.required,
            autocomplete="off",  # what is in quarantine is no suggestion for other forms
        )
        for column in lake.live_contract(row.resource).columns
    ]


def correct(row: QuarantinedRow, posted: Mapping[str, str], user: User, at: datetime) -> None:
    """Judge the corrected row; a job lets it in and derives what hangs on it."""
    names = [column.name for column in lake.live_contract(row.resource).columns]
    values = {name: posted.get(f"cell-{name}") or None for name in names}
    registers.accept_correction(row_id=row.pk, values=values, by=str(user.pk), at=at)
