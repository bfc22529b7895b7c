"""What is true of a case or not. Filters are traits, and so is whatever a figure counts: the cases
behind a figure are those that have its trait beside the filter's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from tongban.errors import Refusal

from ..tables.quoting import identifier, literal
from .checking import NoSuchAttribute, check_activities
from .log import EventLog
from .names import BEGAN_MONTH, FINISHED_MONTH

Verdict = Literal["finished", "open", "on_time", "late", "unpromised"]
# what hands over to whom, and the columns of `cases` that count it
Carrier = Literal["resource", "office"]
MONTHS = {BEGAN_MONTH: "began_month", FINISHED_MONTH: "finished_month"}
VERDICTS: dict[Verdict, str] = {
    "finished": "finished IS NOT NULL",
    "open": "finished IS NULL",
    "on_time": "on_time",
    "late": "NOT on_time",
    "unpromised": "finished IS NOT NULL AND planned IS NULL",
}


class NoSuchVariant(Refusal):
    """{source} has no variant {variant}; they are numbered 1 to {last}."""

    zh = "{source} 中没有第 {variant} 种路径；编号为 1 到 {last}。"


@dataclass(frozen=True)
class Has:
    """The attribute (or month) has this value; None: it has none."""

    column: str
    value: str | None


@dataclass(frozen=True)
class Began:
    """`since` <= beginning < `until`; None is no limit."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Does:
    activity: str


@dataclass(frozen=True)
class StartsWith:
    activity: str


@dataclass(frozen=True)
class EndsWith:
    activity: str


@dataclass(frozen=True)
class Follows:
    """One activity comes directly after the other."""

    source: str
    target: str


@dataclass(frozen=True)
class Takes:
    """The variant of this number."""

    variant: int


@dataclass(frozen=True)
class Repeats:
    """The activity, or any at all, is done again."""

    activity: str | None = None


@dataclass(frozen=True)
class HandsOver:
    """Consecutive steps of two resources, or of two offices."""

    carrier: Carrier
    source: str
    target: str


@dataclass(frozen=True)
class Is:
    verdict: Verdict


Trait: TypeAlias = (
    Has | Began | Does | StartsWith | EndsWith | Follows | Takes | Repeats | HandsOver | Is
)


def cases_of(log: EventLog, traits: Sequence[Trait]) -> tuple[str, ...]:
    """The cases that have all of these traits, in the order of the log."""
    found = log.rows(f"SELECT id FROM cases{chosen(log, traits)} ORDER BY no")
    return tuple(id for (id,) in found)


def chosen(log: EventLog, traits: Sequence[Trait]) -> str:
    """WHERE … for any table with a column `no`; nothing where nothing is asked."""
    if not traits:
        return ""
    conditions = " AND ".join(f"({_condition(log, trait)})" for trait in traits)
    numbers = f"SELECT no FROM cases JOIN case_attributes USING (no) WHERE {conditions}"
    return f" WHERE no IN ({numbers})"


def attribute(log: EventLog, column: str) -> str:
    """The column of `cases` or `case_attributes` as text."""
    if column not in log.attributes:
        known = ", ".join(log.attributes)
        raise NoSuchAttribute(source=log.source, column=column, columns=known)
    return MONTHS.get(column) or f"CAST({identifier(column)} AS VARCHAR)"


def _condition(log: EventLog, trait: Trait) -> str:
    return CONDITIONS[type(trait)](log, trait)  # pyright: ignore[reportArgumentType]


def _has(log: EventLog, trait: Has) -> str:
    cell = attribute(log, trait.column)
    return f"{cell} IS NULL" if trait.value is None else f"{cell} = {literal(trait.value)}"


def _began(log: EventLog, trait: Began) -> str:
    limits = [(">=", trait.since), ("<", trait.until)]
    return (
        " AND ".join(
            f"began {sign} TIMESTAMP {literal(at.astimezone(UTC).replace(tzinfo=None).isoformat())}"
            for sign, at in limits
            if at is not None
        )
        or "true"
    )


def _does(log: EventLog, trait: Does) -> str:
    return _some_step(f"activity = {_activity(log, trait.activity)}")


def _starts(log: EventLog, trait: StartsWith) -> str:
    return _some_step(f"n = 1 AND activity = {_activity(log, trait.activity)}")


def _ends(log: EventLog, trait: EndsWith) -> str:
    return _some_step(f"is_last AND activity = {_activity(log, trait.activity)}")


def _follows(log: EventLog, trait: Follows) -> str:
    source, target = _activity(log, trait.source), _activity(log, trait.target)
    return _some_step(f"activity_before = {source} AND activity = {target}")


def _takes(log: EventLog, trait: Takes) -> str:
    ((last,),) = log.rows("SELECT max(variant) FROM variants")
    if not 1 <= trait.variant <= last:
        raise NoSuchVariant(source=log.source, variant=trait.variant, last=last)
    return f"variant = {trait.variant}"


def _repeats(log: EventLog, trait: Repeats) -> str:
    if trait.activity is None:
        return "repeats > 0"
    return _some_step(f"activity = {_activity(log, trait.activity)} AND time_done > 1")


def _hands_over(log: EventLog, trait: HandsOver) -> str:
    """A name that nobody has is no member of the type; as text it is just equal to none."""
    pairs = ((f"{trait.carrier}_before", trait.source), (trait.carrier, trait.target))
    return _some_step(" AND ".join(f"CAST({c} AS VARCHAR) = {literal(v)}" for c, v in pairs))


def _is(log: EventLog, trait: Is) -> str:
    return VERDICTS[trait.verdict]


def _some_step(condition: str) -> str:
    return f"no IN (SELECT no FROM steps WHERE {condition})"


def _activity(log: EventLog, activity: str) -> str:
    check_activities(log.source, [activity], log.activities)
    return literal(activity)


CONDITIONS: dict[type, Callable[..., str]] = {
    Has: _has,
    Began: _began,
    Does: _does,
    StartsWith: _starts,
    EndsWith: _ends,
    Follows: _follows,
    Takes: _takes,
    Repeats: _repeats,
    HandsOver: _hands_over,
    Is: _is,
}
