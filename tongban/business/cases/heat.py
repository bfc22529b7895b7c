"""What a process's cases have done at each of its steps: how often, how long, along which flows.

One statement over the log of all of them. A step's n-th beginning in a case belongs to its n-th
end there; what was not ended when its case was is called off.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection

from tongban.business.cases import footpaths
from tongban.business.cases.models import CaseEvent
from tongban.engines.processes import Definition

Transition = CaseEvent.Transition
Behind = Literal["visits", "waiting", "repeated", "called_off"]

STAYS = """
    WITH counted AS (
        SELECT id, number, status, submitted_at, finished_at FROM cases_case
        WHERE version_id = ANY(%(versions)s::bigint[])
            AND (%(since)s::timestamptz IS NULL OR submitted_at >= %(since)s)
            AND (%(office)s::bigint IS NULL OR office_id = %(office)s)
            AND CASE WHEN %(only)s::bigint IS NULL
                THEN NOT EXISTS (SELECT FROM cases_simulatedcase WHERE case_id = cases_case.id)
                ELSE id = %(only)s END
    ), happened AS (
        SELECT case_id, event.id, activity, activity_zh, activity_en, transition, at
        FROM cases_caseevent AS event JOIN counted ON counted.id = case_id
        WHERE transition = 'withdraw'
            OR transition IN ('start', 'complete') AND instance = ''  -- not what a signer says
    ), turned AS (
        SELECT *, transition = 'start' AS begins, row_number() OVER (
            PARTITION BY case_id, activity, transition = 'start' ORDER BY id
        ) AS turn
        FROM happened
    ), stay AS (
        SELECT case_id, activity, turn, max(activity_zh) AS zh, max(activity_en) AS en,
            max(at) FILTER (WHERE begins) AS since,
            extract(epoch FROM max(at) FILTER (WHERE NOT begins) - max(at) FILTER (WHERE begins)
                )::float8 AS seconds,
            bool_or(transition = 'complete') AS is_done,
            bool_and(begins) AND max(finished_at) IS NULL AS is_open
        FROM turned JOIN counted ON counted.id = case_id
        GROUP BY case_id, activity, turn HAVING bool_or(begins)
    )
"""
HEAT = (
    STAYS
    + """, noted AS (
        SELECT case_id, branch, kind, number, event.id,
            count(*) FILTER (WHERE kind = 'came') OVER (
                PARTITION BY case_id, branch ORDER BY event.id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS visit
        FROM (
            SELECT case_id, id, activity, transition FROM happened
            UNION ALL SELECT id, 0, '', 'start' FROM counted
            UNION ALL SELECT id, 9223372036854775807, '', 'complete' FROM counted
            WHERE finished_at IS NOT NULL AND status <> 'withdrawn'
        ) AS event
        JOIN unnest(%(activities)s::text[], %(transitions)s::text[], %(branches)s::int[],
                %(kinds)s::text[], %(numbers)s::bigint[])
            AS meant (activity, transition, branch, kind, number) USING (activity, transition)
    ), came AS (
        SELECT case_id, branch, visit, number, max(id) FILTER (WHERE kind = 'came') AS came,
            max(id) FILTER (WHERE kind = 'went') AS went,
            coalesce(max(id) FILTER (WHERE kind = 'elsewhere'), -1) AS elsewhere
        FROM noted GROUP BY case_id, branch, visit, number
    ), taken AS (
        SELECT case_id, max(came) AS came,
            max(ARRAY[went, number]) FILTER (WHERE went > elsewhere) AS went
        FROM came GROUP BY case_id, branch, visit HAVING count(came) > 0
    )
    SELECT 'step', activity, max(zh), max(en), count(*), count(DISTINCT case_id),
        count(*) FILTER (WHERE is_done), count(*) FILTER (WHERE is_open),
        count(DISTINCT case_id) FILTER (WHERE turn > 1),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE is_done),
        percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE is_done),
        min(since) FILTER (WHERE is_open)
    FROM stay GROUP BY activity
    UNION ALL
    SELECT 'flow', flow, '', '', count(*), 0, 0, 0, 0, NULL, NULL, NULL
    FROM (
        SELECT DISTINCT flow, behind, case_id, CASE WHEN behind THEN came ELSE went[1] END
        FROM taken JOIN unnest(%(on)s::bigint[], %(flows)s::text[], %(behind)s::bool[])
            AS lies (number, flow, behind) ON number = went[2]
    ) AS passed
    GROUP BY flow
    UNION ALL
    SELECT 'cases', '', '', '', count(*), 0, 0, count(*) FILTER (WHERE finished_at IS NULL), 0,
        NULL, NULL, NULL
    FROM counted
"""
)
BEHIND = (
    STAYS
    + """
    SELECT number, count(*), sum(seconds), min(since) FILTER (WHERE is_open), status
    FROM stay JOIN counted ON counted.id = case_id
    WHERE activity = %(step)s
    GROUP BY counted.id, number, status, submitted_at
    HAVING CASE %(what)s WHEN 'waiting' THEN bool_or(is_open) WHEN 'repeated' THEN count(*) > 1
        WHEN 'called_off' THEN bool_or(is_done IS NOT TRUE AND NOT is_open) ELSE true END
    ORDER BY min(since) FILTER (WHERE is_open), sum(seconds) DESC NULLS LAST, number
    LIMIT %(most)s
"""
)


@dataclass(frozen=True)
class Asked:
    """Which cases are counted: of these versions (their keys), submitted since then, of one
    office; or a single one. Simulated ones are not, unless it is the single one."""

    versions: tuple[int, ...]
    since: datetime | None = None
    office: int | None = None
    only: int | None = None


@dataclass(frozen=True)
class StepHeat:
    """`zh` and `en` are what the log calls the step. Times are those of visits that were
    completed; `oldest` is since when the longest waiting one waits."""

    node: str
    zh: str
    en: str
    visits: int
    cases: int
    done: int
    waiting: int
    repeated: int  # cases that came here more than once
    median: timedelta | None
    p90: timedelta | None
    oldest: datetime | None

    @property
    def called_off(self) -> int:
        return self.visits - self.done - self.waiting


@dataclass(frozen=True)
class Heat:
    """`flows` holds those whose number the log tells; of others nothing is known."""

    cases: int
    running: int
    steps: Mapping[str, StepHeat]
    flows: Mapping[str, int]


@dataclass(frozen=True)
class CaseBehind:
    """`spent` is the time of its completed visits to the step."""

    number: str
    status: str
    visits: int
    spent: timedelta
    waits_since: datetime | None


def of(definition: Definition, asked: Asked) -> Heat:
    """One query; `definition` is the drawing on which the flows are counted."""
    paths = footpaths.of(definition)
    rows = _rows(HEAT, {**_where(asked), **_meanings(paths), **_flows(paths)})
    steps = {row[1]: _step(row) for row in rows if row[0] == "step"}
    flows = {flow: 0 for path in paths for flow in (*path.flows, *path.behind)}
    for row in rows:
        if row[0] == "flow":
            flows[row[1]] += row[4]
    (cases, running) = next((row[4], row[7]) for row in rows if row[0] == "cases")
    return Heat(cases, running, steps, flows)


def of_several(drawn: Definition, definitions: Mapping[int, Definition], asked: Asked) -> Heat:
    """Of cases that went by several drawings, each by the one of its version (its key). A flow
    counts where the drawn one has it too, and only if the log tells it in each that has it."""
    whole = of(drawn, asked)
    ways = [
        (definition, of(definition, replace(asked, versions=(key,))).flows)
        for key, definition in definitions.items()
    ]
    told = {
        flow: sum(flows.get(flow, 0) for _, flows in ways)
        for flow in whole.flows
        if all(flow in flows or flow not in definition.flows for definition, flows in ways)
    }
    return replace(whole, flows=told)


def behind(asked: Asked, step: str, what: Behind, most: int) -> tuple[CaseBehind, ...]:
    """The cases that a number of a step consists of: those that wait first, then the longest."""
    rows = _rows(BEHIND, {**_where(asked), "step": step, "what": what, "most": most})
    return tuple(
        CaseBehind(number, status, visits, timedelta(seconds=seconds or 0), since)
        for number, visits, seconds, since, status in rows
    )


def _where(asked: Asked) -> dict[str, Any]:
    return {
        "versions": list(asked.versions),
        "since": asked.since,
        "office": asked.office,
        "only": asked.only,
    }


def _meanings(paths: Collection[footpaths.Footpath]) -> dict[str, Any]:
    """What an event means for a branch: a token came, it went this way, or it went elsewhere than
    to the end that the branch leads to. The beginning and the end of a case are events without a
    step."""
    branches: dict[tuple[str, bool, int], int] = {}
    meant: set[tuple[str, str, int, str, int]] = set()
    for number, path in enumerate(paths):
        branch = branches.setdefault((path.target, path.ends, path.branch), len(branches))
        arrival = Transition.COMPLETE if path.ends else Transition.START
        meant.add((path.target, arrival, branch, "came", -1))
        meant.add((path.source, path.departure, branch, "went", number))
        for other in paths if path.ends else ():
            same = (other.source, other.departure) == (path.source, path.departure)
            if same and not other.ends:
                meant.add((other.target, Transition.START, branch, "elsewhere", number))
    columns = ("activities", "transitions", "branches", "kinds", "numbers")
    return {name: [each[place] for each in meant] for place, name in enumerate(columns)}


def _flows(paths: Collection[footpaths.Footpath]) -> dict[str, Any]:
    lie = [
        (number, flow, behind)
        for number, path in enumerate(paths)
        for behind, flows in ((False, path.flows), (True, path.behind))
        for flow in flows
    ]
    numbers, flows, behind = ([each[place] for each in lie] for place in range(3))
    return {"on": numbers, "flows": flows, "behind": behind}


def _rows(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def _step(row: tuple[Any, ...]) -> StepHeat:
    _kind, node, zh, en, visits, cases, done, waiting, repeated, median, p90, oldest = row
    return StepHeat(
        node=node,
        zh=zh,
        en=en,
        visits=visits,
        cases=cases,
        done=done,
        waiting=waiting,
        repeated=repeated,
        median=None if median is None else timedelta(seconds=median),
        p90=None if p90 is None else timedelta(seconds=p90),
        oldest=oldest,
    )
