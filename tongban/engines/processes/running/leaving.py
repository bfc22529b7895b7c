"""Out of a node, along its flows."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import Left
from tongban.engines.processes.model import Node
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Token
from tongban.engines.processes.running.run import NOTHING, Run


class NoWayOut(Refused):
    """None of the conditions behind {name} ({node}) is true, and it has no default flow. What they
    read: {read}. Complete these data, or give the model a default flow."""

    zh: ClassVar[str] = (
        "{name}（{node}）之后没有任何条件成立，也没有默认连线。条件读取：{read}。"
        "请补全这些数据，或为模型设置默认连线。"
    )


def go(run: Run, node: Node, token: Token, flows: Iterable[str], times: int = 1) -> None:
    """The token leaves; so many new ones arrive at the other end of each flow."""
    run.effects.append(Left(node.id))
    del run.tokens[token.id]
    put(run, flows, token.scope, times)


def put(run: Run, flows: Iterable[str], scope: int, times: int = 1) -> None:
    for flow in flows:
        for _ in range(times):
            run.put(run.definition.flows[flow].target, scope, via=flow)


def every(
    run: Run,
    node: Node,
    default: str | None,
    scope: int,
    besides: Mapping[str, Value] = NOTHING,
) -> list[str]:
    """The flows without a condition and those whose condition is true, else the default.

    `besides` is what the conditions may read of the node itself.
    """
    others = [flow for flow in node.outgoing if flow != default]
    taken = {flow for flow in others if _holds(run, flow, scope, besides)}
    if default is not None and not any(run.definition.flows[flow].condition for flow in taken):
        taken.add(default)
    if node.outgoing and not taken:
        raise _no_way_out(run, node)
    return [flow for flow in node.outgoing if flow in taken]


def first(run: Run, node: Node, default: str | None, scope: int) -> str:
    """The first flow in the order of the file that `every` would take."""
    for flow in node.outgoing:
        if flow != default and _holds(run, flow, scope):
            return flow
    if default is None:
        raise _no_way_out(run, node)
    return default


def _holds(run: Run, flow: str, scope: int, besides: Mapping[str, Value] = NOTHING) -> bool:
    """Only true is true: what is false, null or unknown leaves the way to the default flow."""
    condition = run.definition.flows[flow].condition
    return condition is None or run.evaluate(condition, scope, besides) is True


def _no_way_out(run: Run, node: Node) -> NoWayOut:
    conditions = [run.definition.flows[flow].condition for flow in node.outgoing]
    read = sorted({name for each in conditions if each for name in each.reads})
    return NoWayOut(name=node.name, node=node.id, read=", ".join(read) or "–")
