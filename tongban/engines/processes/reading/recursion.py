"""Processes that call themselves: each would need another one inside, without end."""

from collections.abc import Mapping

from tongban.engines.processes import graph
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding


def findings(drafts: Mapping[str, Draft]) -> list[Finding]:
    """One for each circle of calls, at a call activity that belongs to it."""
    calls = {
        id: [called.id for called in draft.calls.values() if called.id in drafts]
        for id, draft in drafts.items()
    }
    return [_finding(drafts[circle[0]], circle) for circle in graph.circles(calls)]


def _finding(draft: Draft, circle: list[str]) -> Finding:
    activity = next(id for id, called in draft.calls.items() if called.id in circle)
    facts = {"path": " → ".join((*circle, circle[0]))}
    return Finding("calls-itself", activity, draft.nodes[activity].line, facts)
