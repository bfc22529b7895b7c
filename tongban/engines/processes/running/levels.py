"""How a level of the model is opened: its variables, who listens, where tokens begin."""

from collections.abc import Mapping

from tongban.engines.feel.values import Value
from tongban.engines.processes.rows import Scope, ScopeKind
from tongban.engines.processes.running import waiting
from tongban.engines.processes.running.run import NOTHING, Run


def open_level(
    run: Run,
    kind: ScopeKind,
    node: str,
    *,
    parent: int,
    token: int = 0,
    variables: Mapping[str, Value] = NOTHING,
) -> Scope:
    """A scope for a sub-process or a called process; no token stands in it yet."""
    scope = run.open_scope(kind, node, parent=parent, token=token, variables=variables)
    empty = dict.fromkeys(run.definition.data.get(run.level_of(scope), ()))
    if empty:
        run.write_local(scope.id, {**empty, **variables})
    waiting.listen(run, scope)
    return scope


def begin(run: Run, scope: Scope) -> None:
    for node in run.definition.begins[run.level_of(scope)]:
        run.put(node, scope.id)
