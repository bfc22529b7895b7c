"""Small processes straight from a list of flows, and every run of them the long way round.

`Everything` is the reference for `standard.tokens`: it lets every node that can work do so, in
every order. It is slow and has nothing to be wrong with.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.engines.processes import bpmn_models as draw
from tongban.engines.processes import Definition
from tongban.engines.processes.model import Node
from tongban.engines.processes.reading import load
from tongban.engines.processes.standard.tokens import Level
from tongban.engines.processes.standard.ways import ends_all

DRAW = {
    "x": lambda name: draw.node("exclusiveGateway", name),
    "p": lambda name: draw.node("parallelGateway", name),
    "o": lambda name: draw.node("inclusiveGateway", name),
    "t": draw.user,
    "s": lambda name: draw.service(name, tb_operation="settle"),
    "start": draw.start,
    "end": draw.end,
    "stop": lambda name: draw.end(name, "<terminateEventDefinition/>"),
}
MANY = 5
STATES = 400


def definition(*paths: str) -> Definition:
    """Paths like "start x1 t1 x2 end"; letters are the kind of a node. Every choice is open."""
    pairs = list(
        dict.fromkeys(
            pair for path in paths for pair in zip(path.split(), path.split()[1:], strict=False)
        )
    )
    names = dict.fromkeys(name for pair in pairs for name in pair)
    nodes = [DRAW[re.sub(r"\d+", "", name)](name) for name in names]
    chosen = [source for source, _ in pairs if source[0] in "xo"]
    flows = [
        draw.flow(one, other, "x = 1" if chosen.count(one) > 1 else "") for one, other in pairs
    ]
    return load(draw.model(*nodes, *flows))


@dataclass
class Everything:
    """Every marking that any order of work leads to; `whole` unless there are too many."""

    level: Level
    joined: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    unsettled: set[str] = field(default_factory=set)
    whole: bool = True

    def play(self) -> "Everything":
        waiting = list(self._after(Counter(), False, self.level.nodes["start"], ()))
        seen = set()
        while waiting and self.whole:
            marking, settled = waiting.pop()
            self.whole = len(seen) < STATES
            key = frozenset(marking.items()), settled
            if key not in seen:
                seen.add(key)
                waiting += self._next(marking, settled)
        return self

    def _next(self, marking: Counter[str], settled: bool) -> Iterator[tuple[Counter[str], bool]]:
        able = {self.level.target(flow).id: self.level.target(flow) for flow in marking}
        working = [each for each in able.values() if self.level.takes(each, marking)]
        if not working:
            self.stuck |= able.keys()
        for node in working:
            if sum(marking[flow] for flow in node.incoming) > 1:
                self.met.add(node.id)
            if ends_all(node):
                self.unsettled |= set() if settled else {node.id}
                continue
            for flow in node.incoming:
                taken = self.level.takes(node, marking)
                if len(taken) > 1 or flow in marking:
                    yield from self._after(
                        marking, settled, node, taken if len(taken) > 1 else (flow,)
                    )

    def _after(
        self, marking: Counter[str], settled: bool, node: Node, taken: tuple[str, ...]
    ) -> Iterator[tuple[Counter[str], bool]]:
        if len(taken) > 1:
            self.joined.add(node.id)
        for given, settles in self.level.outcomes(node):
            left = +(marking - Counter(taken) + Counter(given))
            if not left:
                self.unsettled |= set() if settled or settles else {node.id}
            elif max(left.values()) < MANY:
                yield left, settled or settles
            else:
                self.whole = False


@st.composite
def paths(choose: st.DrawFn, kinds: str = "xpot", circles: bool = False) -> list[str]:
    """Flows between up to four nodes between a start and one or two ends; in a circle is work."""
    count = choose(st.integers(2, 4))
    names = [f"{choose(st.sampled_from(kinds))}{number}" for number in range(count)]
    ends = choose(st.sampled_from([["end"], ["end", "end2"], ["end", "stop"]]))
    every = ["start", *names, *ends]
    found = [f"start {names[0]}"]
    for place, name in enumerate(names, 1):
        later = every[place + 1 :]
        targets = choose(st.lists(st.sampled_from(later), min_size=1, max_size=2, unique=True))
        found += [f"{name} {target}" for target in targets]
        if place < count and not any(each.endswith(f" {every[place + 1]}") for each in found):
            source = choose(st.sampled_from(names[:place]))
            found.append(f"{source} {every[place + 1]}")
    if circles:
        back = choose(st.integers(0, count - 1))
        found.append(f"{names[choose(st.integers(back, count - 1))]} t9 {names[back]}")
    reached = {each.split()[1] for each in found}
    found += [f"{names[-1]} {each}" for each in ends if each not in reached]
    return found
