"""Taking things away: what a token waits for, the token itself, a scope with all that is in it."""

from dataclasses import replace

from tongban.engines.processes.effects import CancelTask, CancelTimer, Left
from tongban.engines.processes.model import ComplexGateway, InclusiveGateway, ParallelGateway
from tongban.engines.processes.rows import Subscription, Timer, Token
from tongban.engines.processes.running.run import Run

JOINING = InclusiveGateway | ParallelGateway | ComplexGateway


def close_scope(run: Run, scope: int) -> None:
    stop_listening(run, scope)
    for row in [each for each in run.done.values() if each.scope == scope]:
        forget(run, row.id)
    del run.scopes[scope]
    run.loops.pop(scope, None)


def forget(run: Run, done: int) -> None:
    """A completed activity can no longer be compensated, nor what is inside it."""
    del run.done[done]
    for row in [each for each in run.done.values() if each.inside == done]:
        forget(run, row.id)


def stop_waiting(run: Run, token: Token) -> None:
    """End the timers and subscriptions of a token: its own and those of boundary events."""
    _stop(run, token.id, 0)


def stop_listening(run: Run, scope: int) -> None:
    """From now on no event sub-process of the scope begins."""
    _stop(run, 0, scope)
    run.scopes[scope] = replace(run.scopes[scope], listening=False)


def _stop(run: Run, token: int, scope: int) -> None:
    def is_meant(each: Timer | Subscription) -> bool:
        return each.token == token and each.scope == scope

    for timer in list(filter(is_meant, run.timers.values())):
        del run.timers[timer.id]
        run.effects.append(CancelTimer(timer.id))
    for each in list(filter(is_meant, run.subscriptions.values())):
        del run.subscriptions[each.id]


def call_off(run: Run, token: Token) -> None:
    """Take a token away with everything that hangs on it, from the outside inwards."""
    for task in [each for each in run.tasks.values() if each.token == token.id]:
        del run.tasks[task.id]
        run.effects.append(CancelTask(task.id))
    stop_waiting(run, token)
    for scope in [each for each in run.scopes.values() if each.token == token.id]:
        clear(run, scope.id)
        close_scope(run, scope.id)
    if _has_entered(run, token):
        run.effects.append(Left(token.node, cancelled=True))
    del run.tokens[token.id]


def clear(run: Run, scope: int) -> None:
    """Call off everything inside a scope."""
    for token in run.tokens_in(scope):
        call_off(run, token)
    for turn in [each for each in run.scopes.values() if each.parent == scope]:
        clear(run, turn.id)
        close_scope(run, turn.id)


def _has_entered(run: Run, token: Token) -> bool:
    """One that has just arrived, is held, or waits to be joined, has not; a turn never does."""
    waits = isinstance(run.definition.nodes[token.node], JOINING)
    turn = run.scopes[token.scope].kind == "turn"
    return not (waits or turn or token.held or token in run.ready)
