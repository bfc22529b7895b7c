"""The whole query: what the relation hands in, each decision after what it requires, the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.engines.decisions.refusals import Address, Label
from tongban.engines.decisions.services import KnowledgeModel, Outputs
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.constants import constant
from tongban.engines.decisions.sql.dialects import dialect as dialect_of
from tongban.engines.decisions.sql.expressions import Writer
from tongban.engines.decisions.sql.kinds import of_column
from tongban.engines.decisions.sql.lists import table_of
from tongban.engines.decisions.sql.policies import is_unknown
from tongban.engines.decisions.sql.refusals import NotInRelation, NotInSubset, Unfit
from tongban.engines.decisions.sql.relation import Child, Column, Columns, Relation
from tongban.engines.decisions.sql.scopes import Scope
from tongban.engines.decisions.sql.shaping import to_unknown
from tongban.engines.decisions.sql.stages import Stages
from tongban.engines.decisions.sql.tables import Ruled, ruled, table_term
from tongban.engines.decisions.sql.terms import UNKNOWN, AnyTerm, Callee, Group, Rows, Term
from tongban.engines.decisions.steps import Input, Key, Knowledge, Step
from tongban.engines.decisions.tables import Table
from tongban.engines.feel import ANY, ContextOf, ListOf, Type, Undefined, Unknown
from tongban.engines.feel.types import is_open

VALUE, OPEN, RULE = "value", "unknown", "rule"


def query(
    steps: Sequence[Step],
    inputs: Sequence[Input],
    outputs: Outputs,
    dialect: str,
    relation: Relation,
) -> str:
    """One SELECT. Raises NotInSubset and NotInRelation."""
    return _Query(inputs, dialect, relation).written(steps, outputs)


class _Query:
    def __init__(self, inputs: Sequence[Input], dialect: str, relation: Relation) -> None:
        self._dialect, self._relation = dialect_of(dialect), relation
        names = list(dict.fromkeys(_columns(relation)))
        self._stages = Stages(table_of(relation.table, sql.ROW), names)
        self._writer = Writer(self._dialect, self._stages, table_term)
        self._known: dict[Key, AnyTerm] = {each.key: self._input(each) for each in inputs}
        self._rules: dict[Key, Sql] = {}

    def written(self, steps: Sequence[Step], outputs: Outputs) -> str:
        for step in steps:
            self._known[step.key] = self._step(step)
        answers = {name: self._known[key] for name, key in outputs.keys.items()}
        single = len(answers) == 1
        answer = next(iter(answers.values())) if single else Group(answers)
        answer = self._shaped(answer, _last(steps), outputs)
        rule = self._rules.get(next(iter(outputs.keys.values()))) if single else None
        shown = [(name, sql.column(name)) for name in self._relation.key]
        shown += self._answer(answer)
        shown.append((OPEN, is_unknown(answer)))
        shown += [] if rule is None else [(RULE, rule)]
        names = [name for name, _ in shown]
        for name in names:
            if names.count(name) > 1:
                raise NotInRelation(Label(f"结果中有两列“{name}”", f"two columns “{name}” result"))
        kept = self._dialect.stages_are_kept
        return self._stages.query(shown, kept).sql(self._dialect.name)

    def _shaped(self, answer: AnyTerm, address: Address, outputs: Outputs) -> AnyTerm:
        try:
            return self._writer.shaped(answer, outputs.shape)
        except Unfit as unfit:
            raise NotInSubset(address, unfit.what) from unfit

    def _answer(self, answer: AnyTerm) -> list[tuple[str, Sql]]:
        """The value, or the members of a context."""
        if isinstance(answer, Term):
            return [(VALUE, answer.value)]
        if isinstance(answer, Group):
            parts = answer.members.items()
            if all(isinstance(part, Term) for _, part in parts):
                return [(name, part.value) for name, part in parts if isinstance(part, Term)]
        what = Label("列表、函数或多层的结果", "A result that is a list, a function or nested")
        raise NotInSubset(Address(), what)

    def _step(self, step: Step) -> AnyTerm:
        scope = Scope(
            Address(step.name),
            {each.name: self._known[each.key] for each in step.fillings if each.key in self._known},
        )
        if isinstance(step.logic, Knowledge):
            return self._knowledge(step, step.logic, scope)
        if isinstance(step.logic, Table):
            found = ruled(self._writer, step.logic, scope)
        else:
            found = Ruled(self._writer.term(step.logic.tree, scope), None)
        try:
            value = self._writer.shaped(found.value, step.shape)
        except Unfit as unfit:
            raise NotInSubset(scope.address, unfit.what) from unfit
        if found.rule is not None:
            self._rules[step.key] = found.rule
        return self._writer.kept(value)

    def _knowledge(self, step: Step, logic: Knowledge, scope: Scope) -> AnyTerm:
        if not isinstance(logic.make, KnowledgeModel):
            return Callee((), _no_service(step))
        names = dict(scope.names)
        inner = Scope(scope.address, names)
        found = self._writer.term(logic.make.tree, inner)
        names[step.name] = found  # a model may call itself, and is then refused where it is called
        return found

    def _input(self, asked: Input) -> AnyTerm:
        name, relation = asked.name, self._relation
        if name in relation.constants:
            return self._constant(asked)
        if name in relation.children:
            term: AnyTerm = self._rows(asked, relation.children[name])
        elif name in relation.columns:
            term = self._columns(asked.name, relation.columns[name], asked.shape.type, sql.ROW)
        else:
            zh, en = f"没有说明输入“{name}”在哪里", f"it does not say where the input “{name}” is"
            raise NotInRelation(Label(zh, en))
        try:
            failing = self._writer.shaping.failing(term, asked.shape)
        except Unfit as unfit:
            raise NotInSubset(Address(name), unfit.what) from unfit
        return self._writer.kept(to_unknown(term, failing))

    def _constant(self, asked: Input) -> AnyTerm:
        value = self._relation.constants[asked.name]
        try:
            return constant(value if isinstance(value, Unknown) else asked.shape.take(value))
        except Undefined:
            return UNKNOWN
        except Unfit as unfit:
            raise NotInSubset(Address(asked.name), unfit.what) from unfit

    def _rows(self, asked: Input, child: Child) -> Rows:
        type_ = asked.shape.type
        if not (is_open(type_) or isinstance(type_, ListOf)):
            raise NotInRelation(_of_type(asked.name, type_))
        alias = self._stages.alias()
        item = type_.item if isinstance(type_, ListOf) else ANY
        element = self._columns(asked.name, child.element, item, alias)
        joined = [
            sql.equal(sql.column(own, alias), sql.column(of)) for own, of in child.join.items()
        ]
        return Rows(child.table, alias, sql.all_of(joined), element)

    def _columns(self, name: str, columns: Columns, type_: Type, of: str) -> AnyTerm:
        if isinstance(columns, Column):
            return self._column(name, columns, type_, of)
        if not (is_open(type_) or isinstance(type_, ContextOf)):
            raise NotInRelation(_of_type(name, type_))
        known: Mapping[str, Type] = dict(type_.members) if isinstance(type_, ContextOf) else {}
        return Group(
            {
                member: self._column(f"{name}.{member}", column, known.get(member, ANY), of)
                for member, column in columns.items()
            }
        )

    def _column(self, name: str, column: Column, type_: Type, of: str) -> Term:
        kind = of_column(column.type, type_, self._dialect.name)
        if kind is None:
            raise NotInRelation(
                Label(
                    f"列“{column.name}”的类型 {column.type} 不能用作“{name}”（{type_}）",
                    f"the column “{column.name}” ({column.type}) cannot be “{name}” ({type_})",
                )
            )
        value = sql.column(column.name, of)
        if column.null_is == "unknown":
            return Term(kind, value, sql.is_null(value), nullable=False)
        return Term(kind, value)


def _columns(relation: Relation) -> list[str]:
    """The columns of the relation's table that the query may read."""
    found = list(relation.key)
    for columns in relation.columns.values():
        parts = [columns] if isinstance(columns, Column) else columns.values()
        found += [each.name for each in parts]
    for child in relation.children.values():
        found += child.join.values()
    return found


def _of_type(name: str, type_: Type) -> Label:
    return Label(f"输入“{name}”应为 {type_}", f"the input “{name}” must be {type_}")


def _no_service(step: Step):
    def call(given: Sequence[AnyTerm], calls: int) -> AnyTerm:
        raise Unfit(f"决策服务“{step.name}”的调用", f"A call of the decision service “{step.name}”")

    return call


def _last(steps: Sequence[Step]) -> Address:
    return Address(steps[-1].name)
