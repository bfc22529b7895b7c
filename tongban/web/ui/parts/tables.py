"""Figures and tables."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tongban.web.ui.parts.part import Part


@dataclass(frozen=True, slots=True)
class Kpi(Part):
    """A figure with what it is compared with; inside `<dl class="tb-kpis">`."""

    template: ClassVar[str] = "ui/parts/kpi.html"
    label: str
    value: str
    note: str
    unit: str = ""
    tone: Literal["", "ok", "bad", "unknown"] = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` short is never broken into lines. `place` is where the cell goes when rows are stacked
    below 700 px: the row's name (first), the line below at its start or end, among the labelled
    lines (empty), or nowhere (extra)."""

    label: str
    kind: Literal["", "number", "mono", "short"] = ""
    place: Literal["", "first", "start", "end", "extra"] = ""

    @property
    def classes(self) -> str:
        kind = {"": "", "number": "is-number", "mono": "tb-mono", "short": "tb-day"}[self.kind]
        return f"{kind} is-{self.place}".strip() if self.place else kind


@dataclass(frozen=True, slots=True)
class Cell:
    """Text or a part, a smaller line below; `bad` boxes the cell that failed a check."""

    value: str | Part
    note: str = ""
    href: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`preview`: the fragment that the list shows at its side when the row is chosen."""

    cells: tuple[Cell | Part | str, ...]
    selected: bool = False
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Table(Part):
    """Rows under headings, or stacked blocks below 700 px. `caption` is for screen readers."""

    template: ClassVar[str] = "ui/parts/table.html"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    nowrap: bool = False

    @property
    def body(self) -> list[tuple[Row, list[tuple[Column, Cell]]]]:
        return [
            (
                row,
                [
                    (column, _cell(cell))
                    for column, cell in zip(self.columns, row.cells, strict=True)
                ],
            )
            for row in self.rows
        ]


def _cell(value: Cell | Part | str) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


@dataclass(frozen=True, slots=True)
class Pager(Part):
    """第 1–11 条，共 28 条; `total` is None where counting would cost too much."""

    template: ClassVar[str] = "ui/parts/pager.html"
    first: int
    last: int
    total: int | None = None
    previous_url: str = ""
    next_url: str = ""
