"""Conditional events: they come when their condition turns true, on the edge."""

from dataclasses import replace

from tongban.engines.processes.rows import Subscription
from tongban.engines.processes.running import catching, waiting
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.triggers import OnCondition


def look(run: Run) -> bool:
    """Look at every condition that is waited for, where anything may have changed since the last
    time. Whether one has turned true."""
    if not run.changed:
        return False
    run.changed = False
    came = False
    for each in list(run.subscriptions.values()):
        if each.kind == "condition" and each.id in run.subscriptions:
            came = _look_at(run, each) or came
    return came


def _look_at(run: Run, each: Subscription) -> bool:
    trigger = waiting.triggers(run.definition.nodes[each.node])[each.trigger]
    assert isinstance(trigger, OnCondition)
    scope = run.tokens[each.token].scope if each.token else each.scope
    met = run.evaluate(trigger.condition, scope) is True
    if met == each.met:
        return False
    run.subscriptions[each.id] = each = replace(each, met=met)
    if met:
        run.count_step(each.node)
        catching.happened(run, each)
    return met
