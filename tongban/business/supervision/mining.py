"""The course of all cases that a supervisor may see, or the head of an office: figures, and the
cases behind each. Everything goes through the gate, for the use `supervise`."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from tongban.base.people.models import Post, User
from tongban.business.supervision import queries
from tongban.data.exchange import gate
from tongban.data.exchange.gate import Reader, Shape
from tongban.data.lake import queries as lake
from tongban.engines import mining
from tongban.engines.mining import (
    EventLog,
    Figures,
    Graph,
    Handover,
    Has,
    Promise,
    Trait,
    Variant,
)
from tongban.errors import Refusal

USE = "supervise"
ROLES = (Post.Role.SUPERVISOR, Post.Role.LEAD)
ITEM, VERSION, CHANNEL = "case:item", "case:version", "case:channel"
OFFICE, STATUS, MONTH = "case:office", "case:status", "month:began"
GROUPS = (ITEM, OFFICE, CHANNEL, MONTH)
SHAPE = Shape(
    position="event",
    names={
        "case:concept:name": "case",
        "concept:name": "activity",
        "activity_zh": "activity_zh",
        "activity_en": "activity_en",
        "concept:instance": "instance",
        "lifecycle:transition": "transition",
        "time:timestamp": "at",
        "org:role": "role",
        "org:group": "office",
        ITEM: "item",
        VERSION: "version",
        CHANNEL: "channel",
        OFFICE: "case_office",
        STATUS: "status",
        "case:submitted": "submitted",
        "case:accepted": "accepted",
        "case:finished": "finished",
        "case:promised": "promised",
        "case:statutory": "statutory",
        "case:automatic": "automatic",
    },
    promise=Promise(planned="case:promised", finished="case:finished", began="case:submitted"),
)


class NothingHandedIn(Refusal):
    """No case has been handed in to the lake yet. Events come twice a minute once a first edition
    was published (`tongban run`) and the worker runs."""

    zh = (
        "数据湖中还没有办件事件：发布过第一版数据（tongban run）、"
        "后台任务在运行后，每分钟送入两次。"
    )


@dataclass(frozen=True)
class Found:
    """`together` and what follows are of the chosen cases, `values` of all that may be chosen."""

    edition: int
    together: Figures
    graph: Graph
    variants: tuple[Variant, ...]
    handovers: tuple[Handover, ...]
    groups: Mapping[str, tuple[Figures, ...]]
    statuses: Mapping[str, int]
    values: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, tuple[str, str]]  # activity → its name in Chinese and English
    behind: tuple[str, ...] | None  # numbers of the cases that were asked for


@contextmanager
def opened(
    user: User, at: datetime, kind: Literal["log.mined", "log.exported"] = "log.mined"
) -> Generator[EventLog]:
    """The log as this account's first post that watches shows it. Raises NothingHandedIn and what
    the gate refuses."""
    source, current = queries.source(), lake.current_edition()
    if source is None or current is None or source.table not in lake.tables_of(current):
        raise NothingHandedIn
    reader = reader_of(user)
    relation = source.table
    try:
        with gate.event_log(
            reader=reader, use=USE, relation=relation, shape=SHAPE, at=at, kind=kind
        ) as log:
            yield log
    except mining.NoEvents as refusal:
        raise NothingHandedIn from refusal


def reader_of(user: User) -> Reader:
    """A supervisor's post before a head's: it shows more."""
    posts = [post for post in user.posts.select_related("office") if post.role in ROLES]
    post = min(posts, key=lambda each: ROLES.index(Post.Role(each.role)))
    return Reader(str(user.pk), post.role, post.office.code)


def ask(
    log: EventLog, traits: Sequence[Trait], behind: Sequence[Trait] | None, edition: int = 0
) -> Found:
    """Every figure of the page; `behind` are the traits of a figure whose cases are wanted."""
    return Found(
        edition=edition,
        together=mining.together(log, traits),
        graph=mining.graph(log, traits),
        variants=mining.variants(log, traits),
        handovers=mining.handovers(log, "office", traits),
        groups={column: mining.grouped(log, column, traits) for column in GROUPS},
        statuses=_counts(log, STATUS, traits),
        values={column: tuple(_counts(log, column, ())) for column in GROUPS},
        labels=labels(log),
        behind=mining.cases_of(log, [*traits, *behind]) if behind is not None else None,
    )


def labels(log: EventLog) -> Mapping[str, tuple[str, str]]:
    """What an activity was called last."""
    found = log.rows(
        'SELECT "concept:name", arg_max(activity_zh, _position), arg_max(activity_en, _position)'
        " FROM log_rows GROUP BY ALL"
    )
    return {name: (zh or name, en or zh or name) for name, zh, en in found}


def export(
    user: User, path: Path, form: Literal["xes", "csv"], traits: Sequence[Trait], at: datetime
) -> int:
    """The chosen cases as a file that does not exist yet; the number of events."""
    with opened(user, at, "log.exported") as log:
        write = mining.write_xes if form == "xes" else mining.write_csv
        return write(log, path, traits)


def chosen(values: Mapping[str, str]) -> list[Trait]:
    """Attributes with a value, as traits."""
    return [Has(column, value) for column, value in values.items() if value]


def _counts(log: EventLog, column: str, traits: Sequence[Trait]) -> Mapping[str, int]:
    return {
        each.value: each.cases
        for each in mining.grouped(log, column, traits)
        if each.value is not None
    }
