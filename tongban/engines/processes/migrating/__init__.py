"""Moving a running case to another version of its process.

    state, effects = migrate(old, new, state, at, {"review": "check"})

Pure, like `advance`: what has its place in the new version stays as it is, work that is open stays
open under its number. Where something has no place there, the case stays where it is, and each
obstacle is named.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from tongban.engines.processes.effects import Effect
from tongban.engines.processes.migrating import checking, renewing
from tongban.engines.processes.migrating.move import Move
from tongban.engines.processes.migrating.obstacles import CannotMigrate, Obstacle
from tongban.engines.processes.model import ComplexGateway, Definition, ParallelGateway
from tongban.engines.processes.running import (
    check_executable,
    check_fits,
    complex_gateways,
    gateways,
    settle,
)
from tongban.engines.processes.running.answers import check_running
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.state import State

__all__ = ["CannotMigrate", "Obstacle", "migrate"]

NOWHERE_ELSE: Final[Mapping[str, str]] = MappingProxyType({})


def migrate(
    old: Definition,
    new: Definition,
    state: State,
    at: datetime,
    mapping: Mapping[str, str] = NOWHERE_ELSE,
) -> tuple[State, tuple[Effect, ...]]:
    """`mapping` names, for nodes of the old version that the case waits at, those of the new that
    take their place. Raises `CannotMigrate` with every obstacle; then nothing happened."""
    check_fits(old, state, at)
    check_executable(new)
    check_running(Run(old, state, at))
    move = Move(old, new, state, mapping)
    obstacles = checking.check(move)
    if obstacles:
        raise CannotMigrate(obstacles)
    run = Run(new, move.moved(), at)
    # Only what is new now may have turned true; what else changed has been looked at.
    run.changed = False
    renewing.renew(run, move)
    _join(run, move)
    settle(run)
    return run.freeze(), tuple(run.effects)


def _join(run: Run, move: Move) -> None:
    """A gateway that fewer branches lead to now, or that needs less, may have enough."""
    for token in list(run.tokens.values()):
        if token.id not in run.tokens or token.held:
            continue
        match move.old.nodes[move.state.tokens[token.id].node], run.definition.nodes[token.node]:
            case _, ParallelGateway() as node:
                gateways.enter_parallel(run, node, token)
            case ComplexGateway() as before, ComplexGateway() as node if _needs(before) != _needs(
                node
            ):
                complex_gateways.enter(run, node, token)
            case _:
                pass


def _needs(gateway: ComplexGateway) -> tuple[frozenset[str], str]:
    activation = gateway.activation
    return frozenset(gateway.incoming), activation.text if activation is not None else ""
