"""A FEEL value in SQL: the value itself, and where needed whether it is unknown.

What is unknown is NULL as a value, and so is null; only the flag tells them apart. A flag that
could never be true does not exist, and of what cannot be null nobody asks whether it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.kinds import NOTHING, TRUTH, Kind
from tongban.engines.decisions.sql.refusals import Unfit


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A value without parts."""

    kind: Kind
    value: Sql
    unknown: Sql | None = None  # never NULL itself
    nullable: bool = True  # whether the value may be null, beside being unknown
    yes: Sql | None = None  # of a truth: cheaper than the value, true only where it is true
    constant: Any = None  # the Python value, where it is the same in every row

    def holds(self) -> Sql:
        return (self.yes if self.yes is not None else self.value).copy()

    def is_unknown(self) -> Sql:
        return sql.false() if self.unknown is None else self.unknown.copy()

    def is_null(self) -> Sql:
        """Known to be empty; never NULL itself."""
        if not self.nullable:
            return sql.false()
        missing = sql.is_null(self.value)
        if self.unknown is None:
            return missing
        return sql.all_of([missing, sql.not_(self.unknown)])


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A context. Where it is null or unknown as a whole, so are its members."""

    members: Mapping[str, AnyTerm]
    null: Sql | None = None
    unknown: Sql | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list whose items stand in the text."""

    items: tuple[AnyTerm, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A list that is read from a table. `alias` is how `item` and `where` call its row."""

    table: str
    alias: str
    joined: Sql
    item: AnyTerm
    where: tuple[Sql, ...] = ()
    unknown: Sql | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Callee:
    """A function: what it computes for terms."""

    names: tuple[str, ...]
    call: Callable[[Sequence[AnyTerm], int], AnyTerm]  # given how many calls there are around it


AnyTerm: TypeAlias = Term | Group | Items | Rows | Callee
NULL = Term(NOTHING, sql.null())
UNKNOWN = Term(NOTHING, sql.null(), sql.true(), nullable=False)


@dataclass(frozen=True, slots=True)
class Strict:
    """What operators and functions share: null for null, else unknown for unknown."""

    terms: Sequence[Term]
    unknown: Sql | None = field(init=False)

    def __post_init__(self) -> None:
        flags = [term.unknown for term in self.terms if term.unknown is not None]
        if not flags:
            object.__setattr__(self, "unknown", None)
            return
        others = self.terms if len(self.terms) > 1 else ()
        sure = [_not_null(term) for term in others if term.nullable]
        object.__setattr__(self, "unknown", flag(sql.all_of([sql.any_of(flags), *sure])))

    def of(self, kind: Kind, value: Sql, may_be_null: bool = False) -> Term:
        """`value` must be NULL as soon as one of the terms is."""
        nullable = may_be_null or any(term.nullable for term in self.terms)
        if any(sql.is_nothing(term.value) for term in self.terms):
            value = sql.null()
        return Term(kind, value, self.unknown, nullable)


def flag(unknown: Sql) -> Sql | None:
    """None for what can never be unknown."""
    return None if sql.is_false(unknown) else unknown


def _not_null(term: Term) -> Sql:
    present = sql.not_(sql.is_null(term.value))
    return present if term.unknown is None else sql.any_of([term.unknown, present])


def plain(term: AnyTerm) -> Term:
    """Raises Unfit for what has parts."""
    if isinstance(term, Term):
        return term
    words = {
        Group: ("上下文", "A context"),
        Items: ("列表", "A list"),
        Rows: ("列表", "A list"),
        Callee: ("函数", "A function"),
    }
    zh, en = words[type(term)]
    raise Unfit(f"此处的{zh}", f"{en} in this place")


def truth(value: Sql, unknown: Sql | None = None, nullable: bool = True) -> Term:
    return Term(TRUTH, value, unknown, nullable)
