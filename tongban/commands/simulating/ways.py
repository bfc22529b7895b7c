"""The two ways of working that are compared, and what each of them takes of an item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tongban.commands.simulating import paper
from tongban.commands.simulating.terms import Item, Spread, Terms
from tongban.engines.clocks import Limit
from tongban.engines.processes import Definition
from tongban.engines.processes.model import ServiceTask, UserTask
from tongban.errors import Refusal

OUTSIDE = "outside:"


class AsksOutside(Refusal):
    """{item} waits for another system, which cannot be simulated. Take it out of
    simulation.toml."""

    zh = "{item} 要等待外部系统，无法模拟。请从 simulation.toml 中去掉它。"


class NoSuchStep(Refusal):
    """The process of {item} has the steps {steps}, and simulation.toml says how long {told} take:
    name each of them and no other."""

    zh = "{item} 的流程有步骤 {steps}，simulation.toml 写了 {told} 的用时：请逐一对应，不多不少。"


@dataclass(frozen=True)
class Known:
    """What an item of the city is to a simulation."""

    code: str
    office: str
    definition: Definition
    promised: Limit
    statutory: Limit


@dataclass(frozen=True)
class Way:
    """One item done in one way. `minutes` of each step, `factor` times each."""

    known: Known
    definition: Definition
    minutes: Mapping[str, Spread]
    factor: Mapping[str, int]
    corrections: float
    materials: int  # what applicants hand in
    decides: bool  # do the rules?

    def desks(self) -> set[tuple[str, str]]:
        return {(self.known.office, post_of(node)) for node in user_tasks(self.definition)}


Made = Callable[[Item, Known], Way]


def by_facts(item: Item, known: Known) -> Way:
    steps = {node.id for node in user_tasks(known.definition)}
    if steps != set(item.handling):
        named = ", ".join(sorted(item.handling)) or "—"
        raise NoSuchStep(item=item.code, steps=", ".join(sorted(steps)) or "—", told=named)
    if any(_is_outside(node) for node in known.definition.nodes.values()):
        raise AsksOutside(item=item.code)
    share = item.correction.share if item.correction else 0.0
    return Way(known, known.definition, item.handling, {}, share, 0, decides=True)


def on_paper(item: Item, known: Known) -> Way:
    told = item.paper
    minutes = {paper.CHECK: told.check, paper.REVIEW: told.review}
    return Way(
        known,
        paper.definition(),
        minutes,
        {paper.CHECK: told.materials},
        told.corrections,
        told.materials,
        decides=False,
    )


def of(terms: Terms, known: Mapping[str, Known], made: Made) -> dict[str, Way]:
    """By the item's code."""
    return {item.code: made(item, known[item.code]) for item in terms.items}


def user_tasks(definition: Definition) -> list[UserTask]:
    return [node for node in definition.nodes.values() if isinstance(node, UserTask)]


def post_of(node: UserTask) -> str:
    return node.post or "approver"


def _is_outside(node: object) -> bool:
    return isinstance(node, ServiceTask) and node.operation.startswith(OUTSIDE)
