"""Where the inputs of a decision lie in a database, for every row of a register at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tongban.engines.feel import Value


@dataclass(frozen=True, slots=True)
class Column:
    """`null_is` says what NULL means: FEEL's null (known to be empty), or that nobody knows.

    A duration is a whole number of months or of microseconds, as the decision declares it; the
    smaller its type, the more can be computed with it: DECIMAL(15, 0) holds thirty years.
    """

    name: str
    type: str  # as the dialect of the query writes it: INTEGER, DECIMAL(10, 2), VARCHAR, DATE, …
    null_is: Literal["null", "unknown"] = "null"


Columns: TypeAlias = Column | Mapping[str, Column]  # one value, or a context of several


@dataclass(frozen=True, slots=True)
class Child:
    """A list: the rows of another table that belong to a row of the relation, in no order."""

    table: str
    join: Mapping[str, str]  # a column of the child: the column of the relation that it equals
    element: Columns


@dataclass(frozen=True, slots=True)
class Relation:
    """Tables are named `table` or `schema.table`; `today()` is an input like all others."""

    table: str
    key: tuple[str, ...]
    columns: Mapping[str, Columns] = field(default_factory=dict[str, Columns])
    children: Mapping[str, Child] = field(default_factory=dict[str, Child])
    constants: Mapping[str, Value] = field(default_factory=dict[str, Value])
