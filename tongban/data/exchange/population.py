"""A decision asked of everybody in a register, under a grant; only counts of its answers leave.

What is decided is computed where the facts lie. The answers stay in the lake, as a table of a draft
edition; whoever asked is told how many there are of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.audit.reads import Query
from tongban.data.exchange import answers, register_facts, terms
from tongban.data.exchange.answers import Answer
from tongban.data.exchange.decided import LAYER
from tongban.data.exchange.register_facts import SUBJECT, RegisterFacts
from tongban.data.exchange.terms import Reader
from tongban.data.lake import rows, writing
from tongban.data.lake.models import Edition
from tongban.engines.decisions import Decision
from tongban.engines.feel import Value
from tongban.engines.tables import Connection
from tongban.engines.tables.quoting import literal
from tongban.errors import Refusal

LIVE, DRAFT = "live", "draft"  # tables of the connection
NOTHING: Mapping[str, Value] = {}


class NotOfDecisions(Refusal):
    """What a decision answers cannot be table {table}; its name begins with decisions."""

    zh = "决策结果不能写入 {table}，表名须以 decisions. 开头。"


@dataclass(frozen=True)
class Decided:
    """`edition` is the one that was read."""

    table: str
    edition: int
    rows: int
    counts: tuple[tuple[Answer, int], ...]


@dataclass(frozen=True)
class Change:
    before: Answer
    after: Answer
    rows: int


@dataclass(frozen=True)
class Comparison:
    """Every pair of answers that occurs, also those that stay the same."""

    edition: int
    rows: int
    changes: tuple[Change, ...]


def decide_register(
    *,
    reader: Reader,
    use: str,
    register: str,
    decision: Decision,
    table: str,
    into: Edition,
    at: datetime,
    given: Mapping[str, Value] = NOTHING,
) -> Decided:
    """Ask it of every subject, and put the answers into the draft as `table`, decisions.…

    A fact that is null is unknown. `given` are values for everybody, of inputs that are no facts.
    Raises what a bulk read raises, NotAFact and MaskedFact, and NotInSubset where the decision has
    no SQL; the draft is as it was then.
    """
    if not table.startswith(f"{LAYER}."):
        raise NotOfDecisions(table=table)
    facts = register_facts.opened(reader, use, register, [decision], given, at)
    query = decision.sql(answers.DIALECT, facts.relation)
    with rows.attached(facts.edition, [facts.grant.relation]) as con:
        with transaction.atomic():
            terms.count_use(facts.grant, at)
            held = register_facts.fill(con, facts)
            answered = answers.answered(con, decision, query, LIVE)
            counts = answers.counted(con, LIVE, [answered])
            _record("register.decided", facts, held, {"decision": decision}, at)
        written = _write(con, facts, decision, table, into, at)
    told = tuple((answer, count) for (answer,), count in counts)
    return Decided(table, facts.edition.number, written.rows, told)


def compare(
    *,
    reader: Reader,
    use: str,
    register: str,
    live: Decision,
    draft: Decision,
    at: datetime,
    given: Mapping[str, Value] = NOTHING,
) -> Comparison:
    """Ask both of every subject, with the refusals of `decide_register`; nothing is stored.

    For the decision of an item, business/cases/population.py knows reader, use and what is given.
    """
    facts = register_facts.opened(reader, use, register, [live, draft], given, at)
    asked = {LIVE: live, DRAFT: draft}
    queries = {name: each.sql(answers.DIALECT, facts.relation) for name, each in asked.items()}
    with rows.attached(facts.edition, [facts.grant.relation]) as con, transaction.atomic():
        terms.count_use(facts.grant, at)
        held = register_facts.fill(con, facts)
        sides = [answers.answered(con, asked[name], sql, name) for name, sql in queries.items()]
        pairs = answers.counted(con, f"{LIVE} JOIN {DRAFT} USING ({SUBJECT})", sides)
        _record("register.compared", facts, held, {"decision": live, "draft": draft}, at)
    changes = tuple(Change(before, after, count) for (before, after), count in pairs)
    return Comparison(facts.edition.number, held, changes)


def _write(
    con: Connection,
    facts: RegisterFacts,
    decision: Decision,
    table: str,
    into: Edition,
    at: datetime,
) -> writing.Written:
    grades = {"edition": 1, "decided_on": 1, "decision": 1}  # these tell of nobody
    grades |= {each.name: each.grade for each in facts.schema.columns if each.name == SUBJECT}
    day = timezone.localdate(at).isoformat()
    query = (
        f"SELECT *, CAST({facts.edition.number} AS BIGINT) AS edition,"
        f" DATE {literal(day)} AS decided_on, {literal(decision.version)} AS decision FROM {LIVE}"
    )
    schema = writing.schema_of(con, query, lambda name: grades.get(name, facts.grade()))
    return writing.write(con, query, table, schema, into)


def _record(
    kind: str, facts: RegisterFacts, held: int, asked: Mapping[str, Decision], at: datetime
) -> None:
    """As a bulk read: whether somebody was in it can be found out years later."""
    grant, reader = facts.grant, facts.reader
    audit.record(
        kind,
        ("relation", grant.relation),
        actor=reader.actor,
        office=reader.office,
        post=reader.post,
        purpose=grant.use,
        basis=grant.basis_zh,
        at=at,
        edition=facts.edition.number,
        rows=held,
        query=Query(facts.selection.query, {"relations": [facts.selection.to_json()]}),
        details={
            "facts": list(facts.columns),
            "grant": grant.code,
            **{name: f"{each.name} {each.version}" for name, each in asked.items()},
        },
    )
