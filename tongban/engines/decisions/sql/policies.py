"""Hit policies in SQL: what decisions/hits.py answers, worked out for each policy in advance.

`pick` is the number of the rule that decides; behind the last rule come the number of the default
and that of a conflict, for which there is no value. Where rules are open, that is where nobody
knows whether they hold, `open_` says in which rows the answer would not be the same in every world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from tongban.engines.decisions.hits import PAIRS_LIMIT
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.stages import Stages
from tongban.engines.decisions.sql.terms import AnyTerm, Group, Term, plain
from tongban.engines.decisions.sql.truths import differs

ROUND = 1_000_000  # more than any table has rules


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A rule: when it holds for sure, when nobody knows (None: never), and what it answers."""

    number: int
    sure: Sql
    open: Sql | None
    output: AnyTerm


class Picking:
    """The policies by which one rule decides. `order` is that in which rules are preferred."""

    def __init__(self, lines: Sequence[Line], default: AnyTerm, stages: Stages) -> None:
        self.lines, self.default, self._stages = tuple(lines), default, stages
        self.none, self.conflict = len(lines) + 1, len(lines) + 2
        self._open = {
            each.number: stages.keep(sql.known(each.open))
            for each in lines
            if each.open is not None
        }

    def first(self, order: Sequence[Line]) -> Sql:
        whens = [(each.sure, sql.number(each.number)) for each in order]
        return self._stages.keep(sql.case(whens, sql.number(self.none)))

    def only(self, disjoint: bool) -> Sql:
        """UNIQUE: a conflict where two rules hold."""
        if disjoint:
            return self.first(self.lines)
        numbers = [
            sql.case([(each.sure, sql.number(ROUND + each.number))], sql.number(0))
            for each in self.lines
        ]
        total = self._stages.keep(added(numbers))
        return self._stages.keep(
            sql.case(
                [
                    (sql.equal(total, sql.number(0)), sql.number(self.none)),
                    (
                        sql.binary(exp.LT, total, sql.number(2 * ROUND)),
                        sql.binary(exp.Sub, total, sql.number(ROUND)),
                    ),
                ],
                sql.number(self.conflict),
            )
        )

    def agreeing(self, disjoint: bool) -> Sql:
        """ANY: a conflict where two rules hold and answer differently."""
        first = self.first(self.lines)
        if disjoint or not self._ever_differ():
            return first
        clashes: list[Sql] = []
        for at, each in enumerate(self.lines):
            for other in self.lines[:at]:
                apart = differs(each.output, other.output)
                clashes.append(sql.all_of([each.sure, other.sure, apart]))
        clash = self._stages.keep(sql.known(sql.any_of(clashes)))
        return self._stages.keep(sql.case([(clash, sql.number(self.conflict))], first))

    def _ever_differ(self) -> bool:
        outputs = [each.output for each in self.lines]
        return any(not _same_constant(outputs[0], other) for other in outputs[1:])

    def any_open(self) -> Sql:
        return sql.any_of(list(self._open.values()))

    def open_count(self) -> Sql:
        ones = [sql.case([(each, sql.number(1))], sql.number(0)) for each in self._open.values()]
        return self._stages.keep(added(ones))

    def too_many(self, before: Sequence[Sql] | None = None) -> Sql:
        """Beyond a limit all open rules are taken to matter; `before`: those that are looked at."""
        flags = list(self._open.values()) if before is None else list(before)
        if len(flags) <= PAIRS_LIMIT:
            return sql.false()
        ones = [sql.case([(each, sql.number(1))], sql.number(0)) for each in flags]
        return sql.binary(exp.GT, self._stages.keep(added(ones)), sql.number(PAIRS_LIMIT))

    def open_first(self, pick: Sql, base: AnyTerm, order: Sequence[Line], stops: bool) -> Sql:
        """FIRST and PRIORITY: an open rule matters before the one that holds, if it differs."""
        place = {each.number: at for at, each in enumerate(order)}
        looked_at: list[Sql] = []
        matter: list[Sql] = []
        for each in order:
            if each.number not in self._open:
                continue
            # Nothing that is preferred to it holds.
            better = [sql.number(n) for n in place if place[n] < place[each.number]]
            ahead = sql.not_(exp.In(this=pick.copy(), expressions=better)) if better else sql.true()
            seen = sql.all_of([self._open[each.number], ahead])
            looked_at.append(seen if stops else self._open[each.number])
            matter.append(sql.all_of([seen, differs(each.output, base)]))
        return sql.any_of([self.too_many(looked_at), *matter])

    def open_only(self, pick: Sql, base: AnyTerm) -> Sql:
        """UNIQUE: one more rule makes the answer null, two make it null in any case."""
        none, conflict = (sql.equal(pick, sql.number(n)) for n in (self.none, self.conflict))
        flagged = [each for each in self.lines if each.number in self._open]
        other = [
            sql.all_of([self._open[each.number], differs(each.output, self.default)])
            for each in flagged
        ]
        valued = [
            sql.all_of([self._open[each.number], sql.not_(_is_null(each.output))])
            for each in flagged
        ]
        two: Sql = sql.false()
        if len(flagged) > 1:
            two = sql.binary(exp.GTE, self.open_count(), sql.number(2))
        by_two = sql.all_of([two, sql.any_of(valued)])
        weighed = sql.case(
            [(conflict, sql.false()), (none, sql.any_of([*other, by_two]))],
            sql.all_of([self.any_open(), sql.not_(_is_null(base))]),
        )
        return sql.any_of([self.too_many(), weighed])

    def open_agreeing(self, pick: Sql, base: AnyTerm) -> Sql:
        """ANY: an open rule matters where it would answer otherwise than those that hold."""
        none, conflict = (sql.equal(pick, sql.number(n)) for n in (self.none, self.conflict))
        flagged = [each for each in self.lines if each.number in self._open]
        other = [
            sql.all_of([self._open[each.number], differs(each.output, base)]) for each in flagged
        ]
        unknown = [
            sql.all_of([self._open[each.number], is_unknown(each.output)]) for each in flagged
        ]
        weighed = sql.case(
            [
                (conflict, sql.any_of(unknown)),
                (none, sql.any_of(other)),
                (_is_null(base), sql.any_of(unknown)),
            ],
            sql.any_of(other),
        )
        return sql.any_of([self.too_many(), weighed])

    def sure_unknown(self) -> Sql:
        """ANY: some rule holds whose answer is unknown."""
        found = [sql.all_of([each.sure, is_unknown(each.output)]) for each in self.lines]
        return sql.any_of([sql.known(each) for each in found if not sql.is_false(each)])

    def has_open(self) -> bool:
        return bool(self._open)


def added(numbers: Sequence[Sql]) -> Sql:
    total = sql.number(0)
    for each in numbers:
        total = exp.Add(this=total, expression=sql.tight(each))
    return total


def _same_constant(one: AnyTerm, other: AnyTerm) -> bool:
    if isinstance(one, Group) and isinstance(other, Group):
        if one.members.keys() != other.members.keys():
            return False
        pairs = [(part, other.members[name]) for name, part in one.members.items()]
        return all(_same_constant(part, its) for part, its in pairs)
    return (
        isinstance(one, Term)
        and isinstance(other, Term)
        and one.constant is not None
        and type(one.constant) is type(other.constant)
        and one.constant == other.constant
    )


def _is_null(term: AnyTerm) -> Sql:
    if isinstance(term, Group):
        return sql.false() if term.null is None else term.null
    return plain(term).is_null()


def is_unknown(term: AnyTerm) -> Sql:
    """Or a part of it."""
    if isinstance(term, Group):
        whole = [] if term.unknown is None else [term.unknown]
        return sql.any_of([*whole, *map(is_unknown, term.members.values())])
    return plain(term).is_unknown()
