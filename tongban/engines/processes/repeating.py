"""How often an activity runs, and what its instances leave behind."""

from dataclasses import dataclass
from typing import Literal

from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.triggers import Throw


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Each instance adds the value of `element` to the list `target`, in the instances' order."""

    target: str
    element: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What an instance that is done throws: where the condition holds, or there is none."""

    condition: Expression | None
    throw: Throw


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """Either `count` or `collection` is there, never both.

    `behaviour` tells which instances throw what is `announced`: the first, or each.
    """

    sequential: bool
    count: Expression | None
    collection: Expression | None
    element: str | None
    collected: Collected | None
    until: Expression | None
    behaviour: Literal["All", "None", "One", "Complex"]
    announced: tuple[Announced, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop:
    """Goes on as long as the condition is true, at most `maximum` times."""

    before: bool
    maximum: int | None
    condition: Expression | None
