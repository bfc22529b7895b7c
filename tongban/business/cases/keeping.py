"""The state of a process as rows: read with one statement, and what has changed written with one.

Everything happens in the transaction of the step, under the lock on the case.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, fields
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tongban.business.cases.models import Case, ProcessHead, ProcessRow
from tongban.engines.processes import State, rows, times, values

PURPOSE = "process"
READ = """
    SELECT head.definition, head.status, head.outcome, head.variables_sealed, head.counters,
        held.kind, held.number, held.node, held.name, held.due, held.cells, held.sealed
    FROM cases_processhead AS head
    LEFT JOIN cases_processrow AS held ON held.case_id = head.case_id
    WHERE head.case_id = %s
    ORDER BY held.kind, held.number
"""
WRITE = """
    WITH head AS (
        INSERT INTO cases_processhead
            (case_id, definition, status, outcome, variables_sealed, counters)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (case_id) DO UPDATE SET status = excluded.status, outcome = excluded.outcome,
            definition = excluded.definition, variables_sealed = excluded.variables_sealed,
            counters = excluded.counters
    ), gone AS (
        DELETE FROM cases_processrow USING unnest(%s::text[], %s::int[]) AS old (kind, number)
        WHERE case_id = %s AND cases_processrow.kind = old.kind
            AND cases_processrow.number = old.number
    )
    INSERT INTO cases_processrow (case_id, kind, number, node, name, due, cells, sealed)
    SELECT %s, * FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::timestamptz[],
        %s::jsonb[], %s::bytea[])
    ON CONFLICT (case_id, kind, number) DO UPDATE SET node = excluded.node, name = excluded.name,
        due = excluded.due, cells = excluded.cells, sealed = excluded.sealed
"""


class Part(NamedTuple):
    """One mapping of a State: the kind of its rows, and which attribute numbers them."""

    kind: str
    row: type[Any]
    key: str = "id"

    def attributes(self) -> list[str]:
        return [each.name for each in fields(self.row) if each.name != self.key]


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
OWN = ("node", "name", "due")  # attributes with a column of their own


def load(case: Case) -> State:
    """What was stored; of a case that has not begun, a new state."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [case.pk])
        found = cursor.fetchall()
    if not found:
        return State()
    held: dict[str, dict[int, Any]] = {name: {} for name in PARTS}
    for kind, number, *cells in (row[5:] for row in found if row[5] is not None):
        name, part = BY_KIND[kind]
        held[name][number] = _read(part, number, *cells)
    definition, status, outcome, variables, counters = found[0][:5]
    return State(
        definition=definition,
        status=status,
        outcome=outcome or None,
        variables=_variables(_opened(variables)),
        counters=rows.Counters(*json.loads(counters)),
        **{name: MappingProxyType(each) for name, each in held.items()},
    )


def store(case: Case, before: State, after: State) -> None:
    """Rows that are no longer there go, new and changed ones come, others stay untouched."""
    gone: list[tuple[str, int]] = []
    new: list[tuple[Any, ...]] = []
    for name, part in PARTS.items():
        was, now = getattr(before, name), getattr(after, name)
        if was is not now:
            gone += ((part.kind, number) for number in was if number not in now)
            changed = (row for number, row in now.items() if was.get(number) != row)
            new += (_written(part, row) for row in changed)
    head = [
        *(case.pk, after.definition, after.status, after.outcome or ""),
        *(_sealed(_dumped(after.variables)), json.dumps(astuple(after.counters))),
    ]
    old = [[each[place] for each in gone] for place in (0, 1)]
    columns = [[each[place] for each in new] for place in range(7)]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*head, *old, case.pk, case.pk, *columns])


def forget(case: Case) -> None:
    """A process that was called off waits for nothing and knows nothing."""
    ProcessRow.objects.filter(case=case).delete()
    ProcessHead.objects.filter(case=case).delete()


def _written(part: Part, row: Any) -> tuple[Any, ...]:
    """In the order of the columns of WRITE."""
    given = {name: getattr(row, name) for name in part.attributes()}
    own = (given.pop("node", ""), given.pop("name", ""), given.pop("due", None))
    sealed = {name: SEALED[name][0](given.pop(name)) for name in SEALED if name in given}
    cells = {name: _plain(value) for name, value in given.items()}
    number = getattr(row, part.key)
    return (part.kind, number, *own, json.dumps(cells), _sealed(sealed))


def _read(
    part: Part, number: int, node: str, name: str, due: Any, cells: str, sealed: bytes
) -> Any:
    """Months are counted from a moment in the city's zone."""
    given: dict[str, Any] = json.loads(cells)
    if given.get("every"):
        given["every"] = times.duration(given["every"])
    opened = _opened(sealed)
    given |= {key: SEALED[key][1](value) for key, value in opened.items()}
    own = {"node": node, "name": name, "due": due and timezone.localtime(due)}
    names = set(part.attributes())
    given |= {key: value for key, value in own.items() if key in names}
    return part.row(**{part.key: number}, **given)


def _plain(value: Any) -> Any:
    return value.iso() if isinstance(value, times.Duration) else value


def _sealed(content: Any) -> bytes:
    if not content:
        return b""
    return settings.VAULT.seal(json.dumps(content, ensure_ascii=False).encode(), PURPOSE)


def _opened(sealed: bytes) -> dict[str, Any]:
    return json.loads(settings.VAULT.open(bytes(sealed), PURPOSE)) if sealed else {}


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
