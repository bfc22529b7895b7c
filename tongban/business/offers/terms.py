"""A city's offers/<CODE>.toml: who is due what an item gives, as decided over a register, and what
they are told."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tongban import validation
from tongban.business.items.guide import Words
from tongban.data.exchange import decided
from tongban.engines.decisions import Model
from tongban.errors import Refusal

Kind = Literal["due", "change", "wrong"]
Cell = bool | str
Listed = Literal["number", "name", "account", "amount", "month"]


class OfferInvalid(Refusal):
    """{file} is not valid: {problem_en}"""

    zh = "{file} 有误：{problem_zh}"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Meaning(Strict):
    """Whose answer has the cells of `when` is a candidate of this kind; it is sure where it has
    those of `sure` too. `amount`, `since`, `before` and `reason` name members of the answer."""

    kind: Kind
    decision: str
    when: dict[str, Cell] = Field(min_length=1)
    sure: dict[str, Cell] = {}
    amount: str
    since: str
    before: str = ""
    reason: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        named = (*self.when, *self.sure, self.amount, self.since, self.before, self.reason)
        return tuple(dict.fromkeys(name for name in named if name))


class Unclear(Strict):
    """Who is counted and no candidate: the cells of `when`, and nobody knows `member`."""

    decision: str
    when: dict[str, Cell] = Field(min_length=1)
    member: str


class Running(Strict):
    """Among those with the cells of `when` (all who are due), who is paid already: as much as
    `amount` where the answer has the cells of `right`, else as much as `before`."""

    decision: str
    when: dict[str, Cell] = Field(min_length=1)
    right: dict[str, Cell] = Field(min_length=1)
    amount: str
    before: str
    since: str

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.when, *self.right, self.amount, self.before, self.since]))


class Reason(Strict):
    """Why something was paid wrongly. A dead person cannot be told: his household is."""

    name: Words
    law: Words
    tell: Literal["person", "household"]


class Texts(Strict):
    """What the person reads; {name}, {amount}, {since} and {until} are filled in."""

    title: Words
    due: Words
    change: Words
    wrong: Words
    law: Words


class Payments(Strict):
    """Facts of who is paid, and the columns of the list."""

    name: str
    account: str
    usable: str
    alive: str
    columns: tuple[Listed, ...] = Field(min_length=1)


class Schedule(Strict):
    day: int = Field(ge=1, le=28)


class Terms(Strict):
    version: Literal[1]
    item: str = Field(pattern=r"^[A-Z0-9]{2,16}$")
    register_: str = Field(alias="register")
    name: Words
    days_to_answer: int = Field(ge=1, le=366)
    monthly: Schedule
    meanings: tuple[Meaning, ...] = Field(min_length=1)
    unclear: tuple[Unclear, ...] = ()
    running: Running
    reasons: dict[str, Reason] = {}
    texts: Texts
    facts: tuple[str, ...] = Field(min_length=1)
    payments: Payments

    @property
    def code(self) -> str:
        return self.item

    @property
    def use(self) -> str:
        return f"offer:{self.item}"

    @property
    def payments_use(self) -> str:
        return f"payments:{self.item}"

    def tables(self) -> dict[str, tuple[str, ...]]:
        """By decision, what is read of its answers."""
        found: dict[str, list[str]] = {}
        for each in self.meanings:
            found.setdefault(each.decision, []).extend(each.columns)
        for each in self.unclear:
            found.setdefault(each.decision, []).extend([*each.when, each.member])
        found.setdefault(self.running.decision, []).extend(self.running.columns)
        return {name: tuple(dict.fromkeys(columns)) for name, columns in found.items()}


def parse(text: str, file: str) -> Terms:
    """Raises OfferInvalid with the key and what is expected there."""
    try:
        return Terms.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        zh, en = validation.words(error)
        raise OfferInvalid(file=file, problem_zh=zh, problem_en=en) from error


def content(terms: Terms) -> dict[str, Any]:
    """As in the file, and as it is kept."""
    return terms.model_dump(mode="json", by_alias=True)


Problem = tuple[str, str]  # in Chinese and in English


def problems(
    terms: Terms,
    items: Mapping[str, Model],
    facts: Collection[str],
    registers: Collection[str],
    granted: Mapping[str, Collection[str]],
) -> Iterator[Problem]:
    """What does not fit the rest of the city. `items`: their decisions by code. `granted`: by use
    and relation, as "use relation", the columns that the item's post is granted."""
    if terms.item not in items:
        yield f"没有事项 {terms.item}", f"no item {terms.item}"
        return
    if terms.register_ not in registers:
        yield f"没有基础库 {terms.register_}", f"no register {terms.register_}"
    known = items[terms.item].decisions
    for name, columns in terms.tables().items():
        if name not in known:
            yield f"{terms.item} 没有决策 {name}", f"{terms.item} has no decision {name}"
            continue
        relation = decided.table_of(terms.item, name)
        yield from _lacking(name, columns, decided.columns_of(known[name]))
        asked = ("subject_id", *columns)
        yield from _ungranted(terms.use, relation, asked, granted)
    paid = terms.payments
    named = (*terms.facts, paid.name, paid.account, paid.usable, paid.alive)
    for fact in dict.fromkeys(named):
        if fact not in facts:
            yield f"没有事实 {fact}", f"no fact {fact}"
    yield from _kinds(terms)


def _lacking(name: str, columns: Collection[str], held: Collection[str]) -> Iterator[Problem]:
    for column in columns:
        if column not in held:
            yield f"决策 {name} 的结果没有 {column}", f"decision {name} answers no {column}"


def _ungranted(
    use: str, relation: str, columns: Collection[str], granted: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    held = granted.get(f"{use} {relation}", ())
    if missing := sorted(set(columns) - set(held)):
        listed = "、".join(missing)
        yield (
            f"grants.toml 没有为 {use} 授权 {relation} 的 {listed}",
            f"grants.toml gives {use} no {listed} of {relation}",
        )


def _kinds(terms: Terms) -> Iterator[Problem]:
    counted = [each.kind for each in terms.meanings]
    for kind in sorted(set(counted)):
        if counted.count(kind) > 1:
            yield f"meanings：{kind} 出现了多次", f"meanings: {kind} is there more than once"
    for each in terms.meanings:
        if each.kind == "wrong" and not (each.reason and terms.reasons):
            yield (
                "meanings：wrong 须写明 reason，并有 reasons",
                "meanings: wrong needs its reason, and reasons",
            )
