"""The table that a decision's answers about a register lie in: its name, its columns, its age."""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from tongban.data.exchange.answers import RULE, UNKNOWN, VALUE
from tongban.data.lake import queries as lake
from tongban.data.lake import rows
from tongban.data.registers import queries as registers
from tongban.engines.decisions import Decision
from tongban.engines.feel import ContextOf

LAYER = "decisions"
LONGEST = 63
TABLE = re.compile("[a-z][a-z0-9_]{0,62}")
FIRST, LAST = ("subject_id",), (UNKNOWN, RULE, "edition", "decided_on", "decision")


def table_of(item: str, decision: str) -> str:
    """decisions.<item>_<decision>; where no table can be called so, with a mark of its own."""
    name = f"{item.lower()}_{decision}"
    if not TABLE.fullmatch(name):
        mark = sha256(name.encode()).hexdigest()[:8]
        plain = "_".join(["i", *re.findall("[a-z0-9]+", name.lower())])
        name = f"{plain[: LONGEST - len(mark) - 1]}_{mark}"
    return f"{LAYER}.{name}"


def columns_of(decision: Decision) -> tuple[str, ...]:
    """What a grant over the table may name. `rule` is there where one table decided alone."""
    type_ = decision.type
    members = [name for name, _ in type_.members] if isinstance(type_, ContextOf) else [VALUE]
    return (*FIRST, *members, *LAST)


@dataclass(frozen=True)
class State:
    """Of which edition the answers are, since when, and by which version of the decision."""

    edition: int
    decided_on: date
    decision: str


def state(relation: str) -> State | None:
    """As the current edition holds it; it tells of nobody. None where nothing was decided."""
    current = lake.current_edition()
    if current is None or relation not in lake.tables_of(current):
        return None
    with rows.attached(current, [relation]) as con:
        query = f"SELECT edition, decided_on, decision FROM {rows.named(relation)} LIMIT 1"
        found = con.execute(query).fetchone()
    return State(*found) if found else None


def is_about_current_facts(register: str, edition: int) -> bool:
    """Whether the register's facts of that edition are those that readers see now.

    To publish the answers makes a new edition of the same facts, so the numbers say nothing.
    """
    current, asked = lake.current_edition(), lake.edition(edition)
    models = {fact.model for fact in registers.all_facts() if fact.register == register}
    if current is None or asked is None or not models:
        return False
    now, then = lake.tables_of(current), lake.tables_of(asked)
    return all(model in now and then.get(model) == now[model] for model in models)
