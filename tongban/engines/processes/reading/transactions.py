"""What cancelling and compensating refer to, across the levels of a process."""

from collections.abc import Iterator

from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    EventSubProcess,
    Node,
    ThrowEvent,
    Transaction,
)
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.triggers import CancelThrow, CompensationThrow, OnCancel


def check(draft: Draft) -> None:
    for node in draft.nodes.values():
        if isinstance(node, ThrowEvent):
            for throw in node.throws:
                if isinstance(throw, CancelThrow):
                    _check_cancel(draft, node)
                elif isinstance(throw, CompensationThrow):
                    _check_reach(draft, node, throw.activity)
        elif _takes_cancel(node) and not isinstance(_host(draft, node), Transaction):
            _find(draft, "cancel-outside", node)


def _find(draft: Draft, rule: str, node: Node, **facts: object) -> None:
    draft.findings.append(Finding(rule, node.id, node.line, facts))


def _takes_cancel(node: Node) -> bool:
    return isinstance(node, BoundaryEvent) and OnCancel() in node.triggers


def _host(draft: Draft, node: Node) -> Node | None:
    return draft.nodes.get(node.attached) if isinstance(node, BoundaryEvent) else None


def _around(draft: Draft, node: Node) -> Iterator[Node]:
    """The sub-processes around a node, the inner first."""
    level = draft.nodes.get(node.level or "")
    while level is not None:
        yield level
        level = draft.nodes.get(level.level or "")


def _check_cancel(draft: Draft, node: Node) -> None:
    transaction = next((t for t in _around(draft, node) if isinstance(t, Transaction)), None)
    if transaction is None:
        _find(draft, "cancel-outside", node)
    elif not any(_takes_cancel(draft.nodes[id]) for id in transaction.boundary):
        _find(draft, "cancel-without-exit", node, transaction=transaction.id)


def _check_reach(draft: Draft, node: Node, activity: str | None) -> None:
    reach = {node.level}
    for around in _around(draft, node):
        if not isinstance(around, EventSubProcess):
            break
        reach.add(around.level)
    target = draft.nodes.get(activity or "")
    if activity and not (isinstance(target, Activity) and target.level in reach):
        _find(draft, "compensates-nothing", node, target=activity)
