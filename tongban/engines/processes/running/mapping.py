"""What goes into a node, and what becomes of that which comes back."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tongban.engines.feel.values import Value
from tongban.engines.processes.model import Mapped
from tongban.engines.processes.running.run import NOTHING, Run


def inputs(run: Run, written: Iterable[Mapped], scope: int) -> Mapping[str, Value]:
    new = {each.target: run.evaluate(each.source, scope) for each in written}
    return MappingProxyType(new) if new else NOTHING


def inputs_or_all(run: Run, written: Iterable[Mapped], scope: int) -> Mapping[str, Value]:
    return inputs(run, written, scope) or MappingProxyType(dict(run.seen_from(scope)))


def take_over(
    run: Run, outputs: tuple[Mapped, ...], scope: int, payload: Mapping[str, Value]
) -> None:
    """Make variables of what came with an event: of what is asked for, or of all of it."""
    new = {each.target: run.evaluate(each.source, scope, payload) for each in outputs}
    for name, value in (new or payload).items():
        run.write(scope, name, value)
