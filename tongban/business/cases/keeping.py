"""The state of a process as rows: read with one statement, and what has changed written with one.

Everything happens in the transaction of the step, under the lock on the case.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils import timezone

from tongban import sql
from tongban.business.cases.models import Case, ProcessHead, ProcessRow
from tongban.engines.feel.values import Value
from tongban.engines.processes import State, rows, times, values

PURPOSE = "process"
READ = """
    SELECT json_build_array(definition, status, outcome, encode(variables_sealed, 'hex'), counters,
        (SELECT coalesce(json_agg(json_build_array(
                kind, number, node, name, due, cells, encode(sealed, 'hex')
            ) ORDER BY kind, number), '[]') FROM cases_processrow WHERE case_id = $1))
    FROM cases_processhead WHERE case_id = $1
"""
WRITE = """
    WITH head AS (
        INSERT INTO cases_processhead
            (case_id, definition, status, outcome, variables_sealed, counters)
        VALUES ($1, $2, $3, $4, decode($5, 'hex'), $6)
        ON CONFLICT (case_id) DO UPDATE SET status = excluded.status, outcome = excluded.outcome,
            definition = excluded.definition, variables_sealed = excluded.variables_sealed,
            counters = excluded.counters
    ), gone AS (
        DELETE FROM cases_processrow
        USING jsonb_to_recordset($7) AS old (kind text, number int)
        WHERE case_id = $1 AND cases_processrow.kind = old.kind
            AND cases_processrow.number = old.number
    )
    INSERT INTO cases_processrow (case_id, kind, number, node, name, digest, due, cells, sealed)
    SELECT $1, kind, number, node, name, decode(digest, 'hex'), due, cells, decode(sealed, 'hex')
    FROM jsonb_to_recordset($8) AS new (kind text, number int, node text, name text, digest text,
        due timestamptz, cells jsonb, sealed text)
    ON CONFLICT (case_id, kind, number) DO UPDATE SET node = excluded.node, name = excluded.name,
        digest = excluded.digest, due = excluded.due, cells = excluded.cells,
        sealed = excluded.sealed
"""
OWN = ("node", "name", "due")  # attributes with a column of their own
COUNTED = tuple(each.name for each in fields(rows.Counters))
NOTHING = {"node": "", "name": "", "due": None}


@dataclass(frozen=True)
class Part:
    """One mapping of a State: the kind of its rows, and which attribute numbers them."""

    kind: str
    row: type[Any]
    key: str = "id"

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        return tuple(each.name for each in fields(self.row) if each.name != self.key)

    @cached_property
    def own(self) -> tuple[str, ...]:
        return tuple(name for name in OWN if name in self.attributes)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        return tuple(n for n in self.attributes if n not in OWN and n not in SEALED)

    @cached_property
    def sealed(self) -> tuple[str, ...]:
        return tuple(name for name in self.attributes if name in SEALED)


PARTS: Mapping[str, Part] = {
    "scopes": Part(ProcessRow.Kind.SCOPE, rows.Scope),
    "loops": Part(ProcessRow.Kind.LOOP, rows.Loop, "scope"),
    "tokens": Part(ProcessRow.Kind.TOKEN, rows.Token),
    "tasks": Part(ProcessRow.Kind.TASK, rows.Task),
    "timers": Part(ProcessRow.Kind.TIMER, rows.Timer),
    "subscriptions": Part(ProcessRow.Kind.SUBSCRIPTION, rows.Subscription),
    "done": Part(ProcessRow.Kind.DONE, rows.Done),
}
BY_KIND = {part.kind: (name, part) for name, part in PARTS.items()}


def load(case: Case) -> State:
    """What was stored; of a case that has not begun, a new state."""
    found = sql.prepared(READ, str(case.pk))
    if found is None:
        return State()
    definition, status, outcome, variables, counters, written = found
    held: dict[str, dict[int, Any]] = {name: {} for name in PARTS}
    for kind, number, *cells in written:
        name, part = BY_KIND[kind]
        held[name][number] = _read(part, number, *cells)
    return State(
        definition=definition,
        status=status,
        outcome=outcome or None,
        variables=_variables(_opened(variables)),
        counters=rows.Counters(*counters),
        **{name: MappingProxyType(each) for name, each in held.items()},
    )


def store(case: Case, before: State, after: State) -> None:
    """Rows that are no longer there go, new and changed ones come, others stay untouched."""
    gone: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for name, part in PARTS.items():
        was, now = getattr(before, name), getattr(after, name)
        if was is not now:
            gone += ({"kind": part.kind, "number": old} for old in was if old not in now)
            changed = (row for number, row in now.items() if was.get(number) != row)
            new += (_written(part, row) for row in changed)
    head = (after.definition, after.status, after.outcome or "", _sealed(_dumped(after.variables)))
    lists = (json.dumps(each) for each in (_counted(after.counters), gone, new))
    sql.prepared(WRITE, str(case.pk), *head, *lists)


def forget(case: Case) -> None:
    """A process that was called off waits for nothing and knows nothing."""
    ProcessRow.objects.filter(case=case).delete()
    ProcessHead.objects.filter(case=case).delete()


def digest(correlation: Value) -> str | None:
    """What a sealed correlation is found by, in hexadecimal: equal for equal values."""
    if correlation is None:
        return None
    return settings.VAULT.digest(json.dumps(values.dump(_canonical(correlation))), PURPOSE).hex()


def _canonical(value: Value) -> Value:
    """1.0 is 1 and midnight in one zone is what it is in another."""
    match value:
        case Decimal():
            return value.normalize()
        case datetime() if value.tzinfo:
            return value.astimezone(UTC)
        case list():
            return [_canonical(each) for each in value]
        case dict():
            return {key: _canonical(value[key]) for key in sorted(value)}
        case _:
            return value


def _counted(counters: rows.Counters) -> list[int]:
    return [getattr(counters, name) for name in COUNTED]


def _written(part: Part, row: Any) -> dict[str, Any]:
    """As WRITE takes it; times in JSON are text."""
    own = {name: getattr(row, name) for name in part.own}
    if "due" in own:
        own["due"] = own["due"].isoformat()
    return {
        "kind": part.kind,
        "number": getattr(row, part.key),
        **NOTHING,
        **own,
        "digest": digest(getattr(row, "correlation", None)),
        "cells": {name: _plain(getattr(row, name)) for name in part.cells},
        "sealed": _sealed({name: SEALED[name][0](getattr(row, name)) for name in part.sealed}),
    }


def _read(
    part: Part,
    number: int,
    node: str,
    name: str,
    due: str | None,
    cells: dict[str, Any],
    sealed: str,
) -> Any:
    """Months are counted from a moment in the city's zone."""
    given = {**cells, **{key: SEALED[key][1](value) for key, value in _opened(sealed).items()}}
    if given.get("every"):
        given["every"] = times.duration(given["every"])
    moment = timezone.localtime(datetime.fromisoformat(due)) if due else None
    own = {"node": node, "name": name, "due": moment}
    given |= {key: own[key] for key in part.own}
    return part.row(**{part.key: number}, **given)


def _plain(value: Any) -> Any:
    return value.iso() if isinstance(value, times.Duration) else value


def _sealed(content: Any) -> str:
    """In hexadecimal; nothing where there is nothing to hide."""
    if not content:
        return ""
    written = json.dumps(content, ensure_ascii=False).encode()
    return settings.VAULT.seal(written, PURPOSE).hex()


def _opened(sealed: str) -> dict[str, Any]:
    return json.loads(settings.VAULT.open(bytes.fromhex(sealed), PURPOSE)) if sealed else {}


def _dumped(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.dump(value) for name, value in variables.items()}


def _variables(written: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({name: values.load(value) for name, value in written.items()})


def _listed(items: tuple[Any, ...] | None) -> list[Any] | None:
    return None if items is None else [values.dump(item) for item in items]


def _items(written: list[Any] | None) -> tuple[Any, ...] | None:
    return None if written is None else tuple(values.load(item) for item in written)


def _pairs(results: Mapping[int, Any]) -> list[list[Any]]:
    return [[turn, values.dump(value)] for turn, value in results.items()]


def _results(written: list[list[Any]]) -> Mapping[int, Any]:
    return MappingProxyType({turn: values.load(value) for turn, value in written})


# What may be personal: how it is written and read.
SEALED: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "variables": (_dumped, _variables),
    "items": (_listed, _items),
    "results": (_pairs, _results),
    "correlation": (values.dump, values.load),
}
