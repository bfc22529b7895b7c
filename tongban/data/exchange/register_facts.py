"""The facts of a whole register as one grant opens them to decisions; nothing has left yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tongban.data.exchange import prepared, selections, terms
from tongban.data.exchange.bulk import check_columns, current
from tongban.data.exchange.models import Grant
from tongban.data.exchange.prepared import Prepared
from tongban.data.exchange.selections import Selection
from tongban.data.exchange.terms import Reader
from tongban.data.lake import rows
from tongban.data.lake.models import Edition
from tongban.data.registers.models import FactDefinition
from tongban.engines.decisions import Decision
from tongban.engines.decisions.sql import Column, Relation
from tongban.engines.feel import Value
from tongban.engines.tables import Connection, Schema
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

SUBJECT = "subject_id"
PEOPLE = "people"  # the table of the connection that decisions are asked over


class NoSuchRegister(Refusal):
    """There is no register {register} with facts; there are: {registers}."""

    zh = "没有带事实的基础库 {register}；现有：{registers}。"


class NotAFact(Refusal):
    """{decision} reads {inputs}: no fact of register {register}. Derive it as a fact (facts.toml),
    or hand in one value for everybody."""

    zh = (
        "决策 {decision} 读取的 {inputs} 不是 {register} 库的事实。"
        "请在 facts.toml 中定义为事实，或给出对所有人相同的值。"
    )


class MaskedFact(Refusal):
    """Grant {grant} gives {columns} masked, and nothing can be decided on what is masked. Ask for a
    grant that gives it in the clear."""

    zh = "授权 {grant} 给出的 {columns} 已脱敏，不能据以决策；请申请不脱敏的授权。"


class TooManySubjects(Refusal):
    """{relation} has {held} rows under grant {grant}, which gives {most} at once; a decision over
    part of them would be wrong."""

    zh = (
        "{relation} 在授权 {grant} 下有 {held} 行，每次限 {most} 行；"
        "只对一部分作决策会得出错误结果。"
    )


class SubjectTwice(Refusal):
    """{relation} has {held} rows for {subjects} subjects in edition {edition}; a decision is asked
    once of each. Repair the SQL model of the facts."""

    zh = (
        "第 {edition} 版的 {relation} 有 {held} 行，却只有 {subjects} 个主体；"
        "每个主体只决策一次，请改正事实的数据模型。"
    )


@dataclass(frozen=True)
class RegisterFacts:
    reader: Reader
    grant: Grant
    edition: Edition
    schema: Schema
    selection: Selection
    relation: Relation  # over the table that `fill` makes
    columns: tuple[str, ...]

    def grade(self) -> int:
        """The highest of what is read: an answer tells of all of it."""
        return max(each.grade for each in self.schema.columns if each.name in self.columns)


def opened(
    reader: Reader,
    use: str,
    register: str,
    decisions: Sequence[Decision],
    given: Mapping[str, Value],
    at: datetime,
) -> RegisterFacts:
    """What these decisions read, under one grant. Raises NotGranted and its kinds, NotAFact,
    MaskedFact; nothing has been read then.

    A fact that is null is unknown, never known to be empty. A fact comes before what is given.
    """
    known = prepared.current()
    facts = _facts(known, register)
    local = timezone.localtime(at)
    constants = {**given, "today()": local.date(), "now()": local}
    for decision in decisions:
        _check_inputs(decision, {*facts, *constants}, register)
    names = {name for decision in decisions for name in decision.inputs}
    read = {key: facts[key] for key in sorted(names) if key in facts}
    same = {name: value for name, value in constants.items() if name not in read}
    columns = tuple(dict.fromkeys([SUBJECT, *(each.column for each in read.values())]))
    relation = next(iter(facts.values())).model  # all facts of a register have one
    what = "、".join(read) or relation
    grant = terms.choose(
        known, reader, use, local.date(), relation=relation, columns=columns, what=what
    )
    if masked := sorted(set(columns) & set(grant.mask)):
        raise MaskedFact(grant=grant.code, columns="、".join(masked))
    edition = current()
    schema = rows.schema(edition, relation)
    check_columns(edition, relation, columns, schema.names)
    return RegisterFacts(
        reader=reader,
        grant=grant,
        edition=edition,
        schema=schema,
        selection=selections.select(grant, reader, schema),
        relation=Relation(PEOPLE, (SUBJECT,), _columns(read, schema), constants=same),
        columns=columns,
    )


def fill(con: Connection, facts: RegisterFacts) -> int:
    """Everybody whom the grant is about, as the table PEOPLE; how many. Raises TooManySubjects."""
    shown = ", ".join(map(identifier, facts.columns))
    chosen = facts.selection
    rows.keep(con, PEOPLE, f"SELECT {shown} FROM ({chosen.query})", chosen.values)
    counted = f"SELECT count(*), count(DISTINCT {SUBJECT}) FROM {PEOPLE}"
    held, subjects = con.execute(counted).fetchall()[0]
    grant = facts.grant
    if held > grant.rows_per_request:
        raise TooManySubjects(
            relation=grant.relation, grant=grant.code, held=held, most=grant.rows_per_request
        )
    if subjects < held:
        edition = facts.edition.number
        raise SubjectTwice(relation=grant.relation, held=held, subjects=subjects, edition=edition)
    return held


def _facts(known: Prepared, register: str) -> Mapping[str, FactDefinition]:
    facts = {key: each for key, each in known.facts.items() if each.register == register}
    if not facts:
        there = sorted({each.register for each in known.facts.values()})
        raise NoSuchRegister(register=register, registers="、".join(there) or "—")
    return facts


def _check_inputs(decision: Decision, known: Collection[str], register: str) -> None:
    missing = sorted(set(decision.inputs) - set(known))
    if missing:
        raise NotAFact(decision=decision.name, inputs="、".join(missing), register=register)


def _columns(read: Mapping[str, FactDefinition], schema: Schema) -> dict[str, Column]:
    types = {each.name: each.duckdb for each in schema.columns}
    return {key: Column(each.column, types[each.column], "unknown") for key, each in read.items()}
