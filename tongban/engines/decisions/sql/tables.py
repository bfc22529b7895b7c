"""Decision tables in SQL: one CASE finds the rule that decides, a look-up what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tongban.engines.decisions.hits import same as same_value
from tongban.engines.decisions.index import line
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.collecting import Collecting
from tongban.engines.decisions.sql.kinds import TRUTH, Kind, united
from tongban.engines.decisions.sql.policies import Line, Picking, is_unknown
from tongban.engines.decisions.sql.refusals import NotInSubset, Unfit
from tongban.engines.decisions.sql.scopes import Scope
from tongban.engines.decisions.sql.shaping import to_unknown
from tongban.engines.decisions.sql.terms import NULL, AnyTerm, Group, Term, plain
from tongban.engines.decisions.sql.truths import as_group, either
from tongban.engines.decisions.tables import Column, Output, Rule, Table, Test
from tongban.engines.feel import Value, Variable, tree
from tongban.engines.feel.compiler import Compiler

if TYPE_CHECKING:
    from tongban.engines.decisions.sql.expressions import Writer

OVERLAP_LIMIT = 500  # rules; beyond it nobody looks whether two can hold at once


class Ruled:
    """What a table answers, and the number of the rule that decides, where one rule does."""

    def __init__(self, value: AnyTerm, rule: Sql | None) -> None:
        self.value, self.rule = value, rule


def table_term(writer: Writer, table: Table, scope: Scope) -> AnyTerm:
    return ruled(writer, table, scope).value


def ruled(writer: Writer, table: Table, scope: Scope) -> Ruled:
    return _Tables(writer, table, scope).ruled()


class _Tables:
    def __init__(self, writer: Writer, table: Table, scope: Scope) -> None:
        self._writer, self._table, self._scope = writer, table, scope

    def ruled(self) -> Ruled:
        columns = {
            column.slot: self._column(column, number)
            for number, column in enumerate(self._table.columns, 1)
        }
        lines = [self._line(rule, columns) for rule in self._table.rules]
        default = self._outputs(self._table.default, "默认输出", "default output")
        try:
            if self._table.aggregation:
                stages, dialect = self._writer.stages, self._writer.dialect
                found = Collecting(lines, default or NULL, stages, dialect)
                return Ruled(self._writer.kept(found.term(self._table.aggregation)), None)
            disjoint = self._are_disjoint(columns)
            return self._picked(lines, default or NULL, disjoint)
        except Unfit as unfit:
            raise NotInSubset(self._scope.address, unfit.what) from unfit

    def _column(self, column: Column, number: int) -> AnyTerm:
        zh, en = f"第 {number} 个输入“{column.label.zh}”", f"input {number} “{column.label.en}”"
        inside = self._scope.at(zh, en)
        term = self._writer.kept(self._writer.term(column.tree, inside))
        try:
            failing = self._writer.shaping.failing(term, column.shape)
        except Unfit as unfit:
            raise NotInSubset(inside.address, unfit.what) from unfit
        return self._writer.kept(to_unknown(term, failing))

    def _line(self, rule: Rule, columns: Mapping[int, AnyTerm]) -> Line:
        tests = [self._test(rule, test, columns[test.column.slot]) for test in rule.tests]
        sure = sql.all_of([test.holds() for test in tests])
        flags = [test.unknown for test in tests if test.unknown is not None]
        open_ = None
        if flags and not sql.is_false(sure):
            either_way = [
                test.holds() if test.unknown is None else sql.any_of([test.holds(), test.unknown])
                for test in tests
            ]
            open_ = sql.all_of([sql.any_of(flags), *either_way])
        zh, en = f"第 {rule.number} 条规则", f"rule {rule.number}"
        output = self._outputs(rule.outputs, zh, en) or NULL
        return Line(rule.number, sure, open_, output)

    def _test(self, rule: Rule, test: Test, term: AnyTerm) -> Term:
        number = 1 + next(at for at, each in enumerate(self._table.columns) if each is test.column)
        label = test.column.label
        inside = self._scope.at(
            f"第 {rule.number} 条规则第 {number} 个输入“{label.zh}”",
            f"rule {rule.number}, input {number} “{label.en}”",
        )
        found = self._writer.plain(test.tree, inside.testing(term))
        if found.kind != TRUTH:
            return Term(TRUTH, sql.false(), found.unknown)  # what is no truth does not hold
        return found

    def _outputs(self, outputs: Sequence[Output], zh: str, en: str) -> AnyTerm | None:
        values = {each.name: self._output(each, zh, en) for each in outputs}
        if not outputs:
            return None
        return Group(values) if len(outputs) > 1 else values[outputs[0].name]

    def _output(self, output: Output, zh: str, en: str) -> AnyTerm:
        inside = self._scope.at(f"{zh}输出“{output.name}”", f"{en}, output “{output.name}”")
        term = self._writer.term(output.tree, inside)
        try:
            return term if output.constant else self._writer.shaped(term, output.shape)
        except Unfit as unfit:
            raise NotInSubset(inside.address, unfit.what) from unfit

    def _picked(self, lines: Sequence[Line], default: AnyTerm, disjoint: bool) -> Ruled:
        picking = Picking(lines, default, self._writer.stages)
        order = self._by_rank(lines) if self._table.policy == "PRIORITY" else lines
        pick = self._pick(picking, order, disjoint)
        outputs = [line.output for line in lines]
        base = self._writer.kept(self._chosen(pick, [*outputs, default]))
        open_ = self._writer.stages.keep(self._open(picking, pick, base, order))
        value = _unless(open_, base)
        return Ruled(self._writer.kept(value), self._rule(pick, len(lines), value))

    def _pick(self, picking: Picking, order: Sequence[Line], disjoint: bool) -> Sql:
        policy = self._table.policy
        if policy in ("FIRST", "PRIORITY"):
            return picking.first(order)
        if policy == "UNIQUE":
            return picking.only(disjoint)
        if policy == "ANY":
            return picking.agreeing(disjoint)
        raise Unfit(f"命中策略 {policy} 的列表", f"The list of hit policy {policy}")

    def _open(self, picking: Picking, pick: Sql, base: AnyTerm, order: Sequence[Line]) -> Sql:
        """Where the answer is unknown although the outputs of the rules that hold are known."""
        policy = self._table.policy
        sure = picking.sure_unknown() if policy == "ANY" else sql.false()
        if not picking.has_open():
            return sure
        if policy == "UNIQUE":
            weighed = picking.open_only(pick, base)
        elif policy == "ANY":
            weighed = picking.open_agreeing(pick, base)
        else:
            weighed = picking.open_first(pick, base, order, stops=policy == "FIRST")
        return sql.any_of([sure, sql.all_of([picking.any_open(), weighed])])

    def _rule(self, pick: Sql, count: int, value: AnyTerm) -> Sql:
        decided = sql.binary(sql.exp.LTE, pick, sql.number(count))
        whens = [(is_unknown(value), sql.null()), (decided, pick)]
        return sql.case(whens, sql.null())

    def _chosen(self, pick: Sql, outputs: Sequence[AnyTerm]) -> AnyTerm:
        shape = next((each for each in outputs if isinstance(each, Group)), None)
        if shape is None:
            return self._chosen_plain(pick, [plain(each) for each in outputs])
        groups = [as_group(each, shape) for each in outputs]
        members: dict[str, AnyTerm] = {
            name: self._chosen(pick, [group.members[name] for group in groups])
            for name in shape.members
        }
        numbered = list(enumerate(groups, 1))
        nulls = [(sql.equal(pick, sql.number(n)), g.null) for n, g in numbered if g.null]
        null = sql.case(nulls, sql.equal(pick, sql.number(len(groups) + 1)))
        flags = [(sql.equal(pick, sql.number(n)), g.unknown) for n, g in numbered if g.unknown]
        return Group(members, null, sql.case(flags, sql.false()) if flags else None)

    def _chosen_plain(self, pick: Sql, outputs: Sequence[Term]) -> Term:
        kind: Kind = NULL.kind
        for each in outputs:
            kind = united(kind, each.kind)
        values = [each.value for each in outputs]
        numbered = [(sql.equal(pick, sql.number(n)), each) for n, each in enumerate(outputs, 1)]
        if all(each.constant is not None or each is NULL for each in outputs):
            return Term(kind, self._writer.dialect.pick(values, pick))
        value = sql.case([(when, each.value) for when, each in numbered], sql.null())
        flags = [(when, each.unknown) for when, each in numbered if each.unknown is not None]
        unknown = sql.case(flags, sql.false()) if flags else None
        return Term(kind, value, unknown)

    def _by_rank(self, lines: Sequence[Line]) -> list[Line]:
        """PRIORITY with constants: the order of the output values, then that of the rules."""

        def rank(at: Line) -> tuple[int, ...]:
            outputs = self._table.rules[at.number - 1].outputs
            return tuple(map(_rank, outputs))

        return sorted(lines, key=lambda at: (rank(at), at.number))

    def _are_disjoint(self, columns: Mapping[int, AnyTerm]) -> bool:
        """Whether no two rules can hold at once, as far as cells compare with constants."""
        count = len(self._table.rules)
        if count > OVERLAP_LIMIT:
            return False
        together = [(1 << count) - 1] * count
        for column in self._table.columns:
            cells = self._table.cells(column)
            found = line(cells)
            if found is None:
                continue
            masks = [*found.masks, _accepting_null(cells)]
            for rule in range(count):
                also = 0
                for mask in masks:
                    also |= mask if mask >> rule & 1 else 0
                together[rule] &= also
        return all(also & ~(1 << rule) == 0 for rule, also in enumerate(together))


def _accepting_null(cells: Sequence[tree.Node | None]) -> int:
    """The rules whose cell holds for null, as a bit mask."""
    mask = 0
    for rule, cell in enumerate(cells):
        if cell is None or _of_null(cell) is True:
            mask |= 1 << rule
    return mask


def _of_null(cell: tree.Node) -> Value:
    compiler = Compiler()
    code = compiler.code(cell)
    tested: set[Variable] = tree.reads(cell)
    frame = compiler.blank()
    for variable in tested:
        frame[compiler.slot(variable)] = None
    return code(frame)


def _rank(output: Output) -> int:
    if not (output.constant and isinstance(output.tree, tree.Literal)):
        raise Unfit("计算得出的优先级结果", "A computed result under hit policy PRIORITY")
    order, value = output.shape.listed(), output.tree.value
    return next((at for at, known in enumerate(order) if same_value(known, value)), len(order))


def _unless(open_: Sql, term: AnyTerm) -> AnyTerm:
    """The value, unknown where it is open."""
    if sql.is_false(open_):
        return term
    if isinstance(term, Group):
        members = {name: _unless(open_, part) for name, part in term.members.items()}
        null = term.null and sql.case([(open_, sql.false())], term.null)
        return Group(members, null, either(term.unknown, open_))
    found = plain(term)
    value = sql.case([(open_, sql.null())], found.value)
    return Term(found.kind, value, either(found.unknown, open_), found.nullable)
