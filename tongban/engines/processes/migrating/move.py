"""Where each thing of a case stands in another version of its process."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from tongban.engines.processes.finishing import JOINING
from tongban.engines.processes.model import BoundaryEvent, CallActivity, Definition
from tongban.engines.processes.rows import Scope, Subscription, Timer, Token
from tongban.engines.processes.state import State

# The kinds of scopes that a level of the model was opened for.
LEVELS: Final = ("process", "call", "body", "restored")


@dataclass(frozen=True)
class Move:
    """`mapping` says which node of the new version takes the place of one of the old; all others
    keep their ids."""

    old: Definition
    new: Definition
    state: State
    mapping: Mapping[str, str]

    def to(self, node: str) -> str:
        return self.mapping.get(node, node)

    def level(self, level: str | None) -> str | None:
        return level and self.to(level)

    def opened(self, scope: Scope) -> tuple[str | None, str | None]:
        """The level that a scope was opened for, in the old version and in the new."""
        if scope.kind == "process":
            return None, None
        return _level(self.old, scope.node), _level(self.new, self.to(scope.node))

    def via(self, token: Token) -> str | None:
        """The flow by which a token came that waits to be joined; `None` where it has no other end
        in the new version. For any other token it does not matter."""
        new = self.new.nodes[self.to(token.node)]
        if not isinstance(new, JOINING) or token.via in ("", *new.incoming):
            return token.via
        source = self.to(self.old.flows[token.via].source)
        same = [flow for flow in new.incoming if self.new.flows[flow].source == source]
        return same[0] if len(same) == 1 else None

    def is_own(self, row: Timer | Subscription) -> bool:
        """Whether a token stands where it is for this, or has it only on its border."""
        return row.token != 0 and not isinstance(self.old.nodes[row.node], BoundaryEvent)

    def moved(self) -> State:
        """The same state in the words of the new version; only what can be moved may be."""
        state = self.state
        tokens = {
            each.id: replace(each, node=self.to(each.node), via=self.via(each) or "")
            for each in state.tokens.values()
        }
        return replace(
            state,
            definition=self.new.version,
            tokens=MappingProxyType(tokens),
            **{each: self._renamed(getattr(state, each)) for each in ("scopes", "tasks", "done")},
        )

    def _renamed(self, rows: Mapping[int, Any]) -> Mapping[int, Any]:
        return MappingProxyType(
            {each.id: replace(each, node=self.to(each.node)) for each in rows.values()}
        )


def _level(definition: Definition, node: str) -> str:
    found = definition.nodes[node]
    return found.called if isinstance(found, CallActivity) else node
