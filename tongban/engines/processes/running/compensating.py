"""Undoing what was completed: the handlers of activities run in the reverse order of completion.

A compensation is a scope. The rows of what is still to be undone belong to it, the youngest comes
next, and the event that threw it waits outside unless it says that it does not.
"""

from dataclasses import replace

from tongban.engines.processes.effects import Entered, Left
from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    EndEvent,
    EventSubProcess,
    StartEvent,
    Transaction,
)
from tongban.engines.processes.rows import Done, Scope, Token
from tongban.engines.processes.running import calling_off, catching, handlers, keeping
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.triggers import CompensationThrow, OnCancel

KINDS = ("compensation", "restored")


def begin(run: Run, token: Token, what: CompensationThrow) -> bool:
    """Whether there is anything to undo that the token has to wait for."""
    rows = [
        row
        for row in run.done.values()
        if row.scope in _within_reach(run, token) and what.activity in (None, row.node)
    ]
    if rows:
        _open(run, rows, token, token.scope, waits=what.waits)
    return bool(rows) and what.waits


def _within_reach(run: Run, token: Token) -> set[int]:
    """The scope of the event; out of an event sub-process, also the one around that."""
    reached: set[int] = set()
    while True:
        scope = run.scopes[token.scope]
        reached.add(scope.id)
        if not isinstance(run.definition.nodes.get(scope.node), EventSubProcess):
            return reached
        token = run.tokens[scope.token]


def _open(run: Run, rows: list[Done], token: Token, parent: int, *, waits: bool) -> None:
    scope = run.open_scope(
        "compensation", token.node, parent=parent, token=token.id if waits else 0
    )
    for row in rows:
        run.done[row.id] = replace(row, scope=scope.id)


def step(run: Run) -> bool:
    """Take one compensation a step on, in which nothing is under way; False where there is none."""
    lived_in = {token.scope for token in run.tokens.values()}
    lived_in |= {scope.parent for scope in run.scopes.values()}
    for scope in run.scopes.values():
        if scope.kind in KINDS and scope.id not in lived_in:
            _undo_next(run, scope)
            return True
    return False


def _undo_next(run: Run, scope: Scope) -> None:
    rows = [row for row in run.done.values() if row.scope == scope.id]
    if rows and scope.kind == "compensation":
        _undo(run, max(rows, key=lambda row: row.id), scope)
        return
    token = run.tokens.get(scope.token)
    calling_off.close_scope(run, scope.id)
    if token is not None:
        run.resumed.append(token)


def _undo(run: Run, row: Done, scope: Scope) -> None:
    node = run.definition.nodes[row.node]
    assert isinstance(node, Activity)
    inside = [each for each in run.done.values() if each.inside == row.id]
    del run.done[row.id]
    event, start = keeping.handler(run, node), keeping.event_sub_process(run, node)
    if event is not None and event.handler is not None:
        run.effects += [Entered(event.id), Left(event.id)]
        for each in inside:
            calling_off.forget(run, each.id)
        run.put(event.handler, scope.id)
        return
    kind = "restored" if start else "compensation"
    within = run.open_scope(kind, node.id, parent=scope.id, variables=row.variables)
    for each in inside:
        run.done[each.id] = replace(each, scope=within.id, inside=0)
    if start is not None:
        begins = run.definition.nodes[start]
        assert isinstance(begins, StartEvent)
        handlers.begin(run, begins, within.id)


def cancel(run: Run, token: Token) -> None:
    """End a transaction: call off what is going on in it, undo what was completed, leave."""
    scope = run.scopes[token.scope]
    while not isinstance(run.definition.nodes.get(scope.node), Transaction):
        scope = run.scopes[scope.parent]
    calling_off.clear(run, scope.id)
    calling_off.stop_listening(run, scope.id)
    rows = [row for row in run.done.values() if row.scope == scope.id]
    mark = replace(run.place(token.node, scope.id), held=True)
    run.tokens[mark.id] = mark
    _open(run, rows, mark, scope.id, waits=True)


def cancelled(run: Run, node: EndEvent, mark: Token) -> None:
    """Everything is undone: the transaction is left by its cancel event."""
    host = run.tokens[run.scopes[mark.scope].token]
    del run.tokens[mark.id]
    if run.scopes[host.scope].kind == "turn":
        host = run.tokens[run.scopes[run.scopes[host.scope].parent].token]
    event = _cancel_event(run, host)
    catching.leave_activity(run, event, host)


def _cancel_event(run: Run, host: Token) -> BoundaryEvent:
    node = run.definition.nodes[host.node]
    assert isinstance(node, Activity)
    events = [run.definition.nodes[id] for id in node.boundary]
    return next(
        each for each in events if isinstance(each, BoundaryEvent) and OnCancel() in each.triggers
    )
