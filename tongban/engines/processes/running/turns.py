"""The end of one instance of an activity: what it throws, and what comes next."""

from dataclasses import replace

from tongban.engines.feel.values import Value
from tongban.engines.processes.model import Activity
from tongban.engines.processes.repeating import MultiInstance
from tongban.engines.processes.rows import Loop, Token
from tongban.engines.processes.running import activities, loops, throwing
from tongban.engines.processes.running.run import NOTHING, Run


def end(run: Run, token: Token) -> None:
    node = run.definition.nodes[token.node]
    assert isinstance(node, Activity)
    assert node.loop is not None
    if isinstance(node.loop, MultiInstance):
        _announce(run, node.loop, token)
    # What was thrown may have called off the whole activity.
    if token.id in run.tokens:
        outer = loops.end_turn(run, node, node.loop, token)
        if outer is not None:
            activities.depart(run, node, outer)


def _announce(run: Run, loop: MultiInstance, token: Token) -> None:
    """An event that tells of one instance interrupts no other: on the boundary of this very
    activity it always counts as one that does not interrupt."""
    around = run.scopes[run.scopes[token.scope].parent]
    before = run.loops[around.id]
    if loop.behaviour == "One" and before.completed:
        return
    told = _told(before)
    run.announcing = around.token
    for each in loop.announced:
        holds = each.condition is None or run.evaluate(each.condition, token.scope, told) is True
        if holds and token.id in run.tokens:
            throwing.throw(run, run.tokens[around.token], each.throw, NOTHING)
    run.announcing = 0


def _told(before: Loop) -> dict[str, Value]:
    return loops.counts(replace(before, completed=before.completed + 1))
