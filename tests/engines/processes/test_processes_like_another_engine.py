"""Random models run here and in SpiffWorkflow, step by step: the same is open, the same comes out.

At every step the same tasks must be open in both, each equally often; those of a random node are
completed in both. At the end the same activities must have been entered equally often, and the
variables must hold the same.

Where the two differ because SpiffWorkflow does, the models leave it out:

- It copies the variables into every branch and instance and merges the copies, so that an old value
  of one branch can hide a new one of another; in BPMN the data of a process are one (BPMN 2.0.2,
  10.4.1). Here each variable has one place that sets it to one value, and no two instances that
  run at the same time count with the same counter.
- A parallel or inclusive join that lies on a circle counts, in the second turn, tokens of the first
  and goes on too early; a parallel join takes exactly one token from each flow (13.4.1). Here a
  circle holds such a join only inside a sub-process, which is new in every turn.
- Its scripts are Python and assign; ours are FEEL and give a value (`tb:result`). The expressions
  in both are the same text.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any, Protocol

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import end, flow, model, node, path, several, start, user


@dataclass
class Pen:
    """Draws the same model for either engine: only the text of scripts differs."""

    assigns: bool
    parts: list[str] = field(default_factory=list)
    variables: dict[str, int] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))

    def id(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def add(self, *parts: str) -> None:
        self.parts += parts

    def script(self, id: str, target: str, value: str, inside: str = "") -> None:
        text = f"{target} = {value}" if self.assigns else value
        script = f"<script>{text}</script>"
        self.add(node("scriptTask", id, inside + script, tb_result=target))

    def inner(self) -> "Pen":
        return Pen(self.assigns, [], self.variables, self.numbers)


class Block(Protocol):
    def draw(self, pen: Pen) -> tuple[str, str]:
        """The ids of the first and the last node."""
        ...


LOOPS = {
    "once": "",
    "three at once": several(count="3"),
    "two in turn": several(sequential=True, count="2"),
    "until it is enough": '<standardLoopCharacteristics loopMaximum="2"/>',
}
ACTIVITIES = ("user", "script", "reset", "step", "sub")
# In these a second turn begins only after the first.
IN_TURN = ("once", "two in turn", "until it is enough")


@dataclass(frozen=True)
class Work(Block):
    kind: str
    loop: str

    def draw(self, pen: Pen) -> tuple[str, str]:
        id = pen.id(self.kind)
        if self.kind == "script":
            pen.script(id, f"v_{id}", "3 * 4 - 5", LOOPS[self.loop])
        else:
            pen.add(user(id, LOOPS[self.loop]))
        return id, id


@dataclass(frozen=True)
class Sequence(Block):
    blocks: tuple[Block, ...]

    def draw(self, pen: Pen) -> tuple[str, str]:
        drawn = [block.draw(pen) for block in self.blocks]
        for (_, before), (after, _) in zip(drawn, drawn[1:], strict=False):
            pen.add(flow(before, after))
        return drawn[0][0], drawn[-1][1]


@dataclass(frozen=True)
class Branches(Block):
    """The first branch is the default; the others are taken where their condition holds."""

    gateway: str
    blocks: tuple[Block, ...]
    holds: tuple[bool, ...]

    def draw(self, pen: Pen) -> tuple[str, str]:
        split, join = pen.id("split"), pen.id("join")
        chooses = self.gateway != "parallelGateway"
        default = {"default": f"{split}-0"} if chooses else {}
        pen.add(node(self.gateway, split, **default), node(self.gateway, join))
        for number, block in enumerate(self.blocks):
            first, last = block.draw(pen)
            condition = f"{split}_{number} > 0" if chooses and number else ""
            pen.add(flow(split, first, condition, id=f"{split}-{number}"), flow(last, join))
            pen.variables[f"{split}_{number}"] = int(self.holds[number])
        return split, join


@dataclass(frozen=True)
class Repeated(Block):
    """Drawn as a circle with a counter that a script sets anew before the first turn."""

    block: Block
    times: int

    def draw(self, pen: Pen) -> tuple[str, str]:
        reset, merge, step, again, out = (
            pen.id(kind) for kind in ("reset", "merge", "step", "again", "out")
        )
        first, last = self.block.draw(pen)
        pen.script(reset, f"n_{again}", "0")
        pen.script(step, f"n_{again}", f"n_{again} + 1")
        pen.script(out, f"v_{out}", "1")
        pen.add(
            node("exclusiveGateway", merge),
            node("exclusiveGateway", again, default=f"{again}-{merge}"),
            path(reset, merge, first),
            path(last, step, again, merge),
            flow(again, out, f"n_{again} >= {self.times}"),
        )
        return reset, out


@dataclass(frozen=True)
class Inside(Block):
    block: Block
    loop: str

    def draw(self, pen: Pen) -> tuple[str, str]:
        sub, begin, stop, inner = pen.id("sub"), pen.id("begin"), pen.id("stop"), pen.inner()
        first, last = self.block.draw(inner)
        inner.add(start(begin), end(stop), flow(begin, first), flow(last, stop))
        pen.add(node("subProcess", sub, LOOPS[self.loop] + "".join(inner.parts)))
        return sub, sub


Blocks = st.SearchStrategy[Block]


GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")


def _branches(inner: Blocks, *gateways: str) -> Blocks:
    several_of = st.lists(inner, min_size=2, max_size=3).map(tuple)
    holds = st.tuples(*[st.booleans()] * 3)
    return st.builds(Branches, st.sampled_from(gateways), several_of, holds)


def _sequences(inner: Blocks) -> Blocks:
    return st.builds(Sequence, st.lists(inner, min_size=2, max_size=3).map(tuple))


def _circles(inner: Blocks) -> Blocks:
    return st.builds(Repeated, inner, st.integers(1, 3))


def _insides(inner: Blocks, *loops: str) -> Blocks:
    return st.builds(Inside, inner, st.sampled_from(loops or sorted(LOOPS)))


works: Blocks = st.builds(Work, st.sampled_from(["user", "script"]), st.sampled_from(sorted(LOOPS)))
joinless: Blocks = st.recursive(
    works,
    lambda inner: st.one_of(
        _sequences(inner), _branches(inner, "exclusiveGateway"), _insides(inner)
    ),
    max_leaves=3,
)
circleless: Blocks = st.recursive(
    works,
    lambda inner: st.one_of(_sequences(inner), _branches(inner, *GATEWAYS), _insides(inner)),
    max_leaves=4,
)
blocks: Blocks = st.recursive(
    st.one_of(circleless, _circles(st.one_of(joinless, _insides(circleless)))),
    lambda inner: st.one_of(
        _sequences(inner),
        _branches(inner, *GATEWAYS),
        _insides(inner, *IN_TURN),
        _circles(_insides(inner, *IN_TURN)),
    ),
    max_leaves=3,
)


def drawn(block: Block, pen: Pen) -> bytes:
    first, last = block.draw(pen)
    pen.add(start(), end(), flow("start", first), flow(last, "end"))
    return model(*pen.parts)


class Theirs:
    """The other engine, driven the same way."""

    def __init__(self, xml: bytes, variables: dict[str, int]):
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        self.flow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.flow.get_next_task(spec_name="Start").data.update(variables)
        self.ran: Counter[str] = Counter()
        self.go_on()

    def go_on(self) -> None:
        self.flow.do_engine_steps(did_complete_task=self.note)

    def note(self, task: Any) -> None:
        """An instance of a repeated activity has another name than the activity itself."""
        if task.task_spec.name == task.task_spec.bpmn_id:
            self.ran[task.task_spec.name] += 1

    def waiting(self) -> list[Any]:
        return self.flow.get_tasks(state=TaskState.READY, manual=True)

    def open(self) -> list[str]:
        return [task.task_spec.bpmn_id for task in self.waiting()]

    def do_all(self, id: str, **outputs: int) -> None:
        for task in [task for task in self.waiting() if task.task_spec.bpmn_id == id]:
            task.data.update(outputs)
            task.run()
            self.note(task)
            self.go_on()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(blocks, st.data())
def test_the_same_is_open_at_every_step_and_the_same_comes_out(block: Block, data: st.DataObject):
    ours_pen, their_pen = Pen(assigns=False), Pen(assigns=True)
    ours = Case(drawn(block, ours_pen), **ours_pen.variables)
    theirs = Theirs(drawn(block, their_pen), their_pen.variables)

    while ours.open():
        assert Counter(ours.open()) == Counter(theirs.open())
        node = data.draw(st.sampled_from(sorted(set(ours.open()))))
        do_all(ours, node, **{f"v_{node}": 7})
        theirs.do_all(node, **{f"v_{node}": 7})

    assert ours.over == ("finished", "end")
    assert (theirs.flow.completed, theirs.open()) == (True, [])
    assert activities(Counter(ours.trace())) == activities(theirs.ran)
    assert numbers(ours.state.variables) == numbers(theirs.flow.last_task.data)


def do_all(case: Case, node: str, **outputs: int) -> None:
    """Of several instances of an activity none is the first: all that are open are completed."""
    for task in [task for task, work in case.work().items() if work.node == node]:
        case.tell_task(task, **outputs)


def activities(ran: Counter[str]) -> dict[str, int]:
    return {node: n for node, n in ran.items() if node.startswith(ACTIVITIES)}


def numbers(variables: Any) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in variables.items()}
