"""COLLECT with SUM, MIN, MAX or COUNT: many rules decide together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from sqlglot import exp

from tongban.engines.decisions.hits import PAIRS_LIMIT
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.dialects import Dialect
from tongban.engines.decisions.sql.kinds import NOTHING, TEXT, TRUTH, Number, exact, united, whole
from tongban.engines.decisions.sql.policies import Line, added
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.stages import Stages
from tongban.engines.decisions.sql.terms import AnyTerm, Term, plain
from tongban.engines.decisions.sql.truths import differs, either

_NONE, _ONE = sql.number(0), sql.number(1)


class Collecting:
    def __init__(
        self, lines: Sequence[Line], default: AnyTerm, stages: Stages, dialect: Dialect
    ) -> None:
        self._lines, self._default = tuple(lines), plain(default)
        self._outputs = [plain(each.output) for each in lines]
        self._stages, self._dialect = stages, dialect
        self._sure = [stages.keep(sql.known(each.sure)) for each in lines]
        self._open = {
            at: stages.keep(sql.known(each.open))
            for at, each in enumerate(lines)
            if each.open is not None
        }
        self._count = stages.keep(added([_one(each) for each in self._sure]))

    def term(self, aggregation: str) -> Term:
        """The default where no rule holds. Raises Unfit."""
        found = self._counted() if aggregation == "COUNT" else self._aggregated(aggregation)
        found = replace(found, value=self._stages.keep(found.value))
        kind = united(found.kind, self._default.kind)
        nothing = sql.equal(self._count, _NONE)
        value = sql.case([(nothing, self._default.value)], found.value)
        flags = [(nothing, self._default.is_unknown())]
        unknown = sql.case(flags, found.is_unknown())
        if self._open:
            unknown = sql.any_of([unknown, self._weighed(aggregation, found)])
        if sql.is_false(unknown):
            return Term(kind, value)
        unknown = self._stages.keep(unknown)
        return Term(kind, sql.case([(unknown, sql.null())], value), unknown)

    def _counted(self) -> Term:
        return Term(whole(0, len(self._lines)), self._count, nullable=False)

    def _aggregated(self, aggregation: str) -> Term:
        held = list(zip(self._sure, self._outputs, strict=True))
        found = self._total() if aggregation == "SUM" else self._extreme(aggregation)
        unknown: Sql | None = None
        for sure, output in held:
            if output.unknown is not None:
                unknown = either(unknown, sql.all_of([sure, output.unknown]))
        empty = [sql.all_of([sure, output.is_null()]) for sure, output in held]
        missing = [*empty, *([] if unknown is None else [unknown])]
        value = sql.case([(sql.any_of(missing), sql.null())], found.value)
        return replace(found, value=value, unknown=unknown)

    def _total(self) -> Term:
        low = high = Fraction(0)
        scale = 0
        for output in self._outputs:
            if not isinstance(output.kind, Number):
                raise Unfit("不是数字的合计", "A sum of what are no numbers")
            low, high = low + min(output.kind.low, 0), high + max(output.kind.high, 0)
            scale = max(scale, output.kind.scale)
        kind = exact(low, high, scale)
        width = "BIGINT" if kind.is_long() else f"DECIMAL({kind.digits()}, {scale})"
        parts = [
            sql.case([(sure, sql.cast(output.value, width))], _NONE)
            for sure, output in zip(self._sure, self._outputs, strict=True)
        ]
        return Term(replace(kind, long=kind.is_long()), added(parts))

    def _extreme(self, aggregation: str) -> Term:
        kind = self._outputs[0].kind if self._outputs else NOTHING
        for output in self._outputs:
            kind = united(kind, output.kind)
        if kind in (TRUTH, NOTHING):
            raise Unfit("不可比较的值的最小或最大", "The least or most of what has no order")
        function = exp.Least if aggregation == "MIN" else exp.Greatest
        values = [
            sql.case([(sure, self._ordered(output))], sql.null())
            for sure, output in zip(self._sure, self._outputs, strict=True)
        ]
        if len(values) == 1:
            return Term(kind, values[0])
        return Term(kind, function(this=values[0], expressions=values[1:], ignore_nulls=True))

    def _ordered(self, output: Term) -> Sql:
        return self._dialect.by_code_point(output.value) if output.kind == TEXT else output.value

    def _weighed(self, aggregation: str, found: Term) -> Sql:
        """Whether the answer is not the same in every world, as decisions/hits.py finds it."""
        if any(self._outputs[at].constant is None for at in self._open):
            what = "可能成立的规则中计算得出的结果"
            raise Unfit(what, "A computed result of a rule that may hold or not")
        nothing = sql.equal(self._count, _NONE)
        how_many = self._stages.keep(added([_one(each) for each in self._open.values()]))
        several = sql.binary(exp.GT, how_many, _ONE)
        matter: list[Sql] = []
        if len(self._open) > PAIRS_LIMIT:
            matter.append(sql.binary(exp.GT, how_many, sql.number(PAIRS_LIMIT)))
        for at, open_ in self._open.items():
            output = self._outputs[at]
            if aggregation == "COUNT":
                one = Term(whole(1, 1), _ONE, nullable=False)
                alone = sql.any_of([several, differs(one, self._default)])
                changes: Sql = sql.true()
            elif aggregation == "SUM":
                changes = sql.false() if output.constant == 0 else sql.true()
                alone = sql.any_of([differs(output, self._default), sql.all_of([several, changes])])
            else:
                sign = exp.LT if aggregation == "MIN" else exp.GT
                alone = differs(output, self._default)
                changes = sql.known(sql.binary(sign, self._ordered(output), found.value))
            weighed = sql.case([(nothing, alone)], self._unless_null(found, changes, aggregation))
            matter.append(sql.all_of([open_, weighed]))
        return sql.any_of(matter)

    def _unless_null(self, found: Term, changes: Sql, aggregation: str) -> Sql:
        """Null stays null, whatever else is added."""
        return (
            changes
            if aggregation == "COUNT"
            else sql.all_of([changes, sql.not_(sql.is_null(found.value))])
        )


def _one(flag: Sql) -> Sql:
    return sql.case([(flag, _ONE)], _NONE)
