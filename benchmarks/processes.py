"""A case through the process engine alone, in memory: cases per CPU-second, beside SpiffWorkflow.

    .venv/bin/python -m benchmarks.processes [--count 100]

Start, a user task, a gateway that chooses, three user tasks at once, a join, the end: five steps.
The second line also writes the state as text after each step and reads it before the next, as a
platform does between two requests; SpiffWorkflow then with its own serializer.
"""

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from benchmarks.pairs import interleaved, table
from tongban.engines.processes import Definition, Start, State, TaskDone, advance, load

COUNT = 100
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FLOWS = (
    *("start-accept", "accept-choose", "split-police", "split-housing", "split-tax"),
    *("police-join", "housing-join", "tax-join", "join-end", "refuse-refused"),
)
TASKS = ("accept", "refuse", "police", "housing", "tax")


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT)
    return run(parser.parse_args().count)


def run(count: int = COUNT) -> str:
    definition, specification = load(drawn()), parsed(drawn())
    lines = []
    for name, mine, theirs in (
        ("in memory", _ours, _theirs),
        ("state as text between two steps", _ours_stored, _theirs_stored),
    ):
        assert mine(definition) == theirs(specification) == [*TASKS[:1], *TASKS[2:]]
        found = interleaved(_all(mine, definition, count), _all(theirs, specification, count))
        ours, peer = found.seconds
        lines.append([name, f"{count / ours:,.0f}", f"{count / peer:,.0f}", f"{found.ratio:.2f}"])
    header = ["a case of five steps", "per CPU-second", "SpiffWorkflow", "× its CPU"]
    return f"{table(header, lines)}\n{count} a round, n = 7, load {os.getloadavg()[0]:.1f}\n"


def drawn() -> bytes:
    tasks = "".join(f'<userTask id="{task}"/>' for task in TASKS)
    flows = "".join(
        '<sequenceFlow id="{0}-{1}" sourceRef="{0}" targetRef="{1}"/>'.format(*flow.split("-"))
        for flow in (*FLOWS, "choose-refuse")
    )
    return f"""<definitions xmlns="{BPMN}" xmlns:xsi="{XSI}" targetNamespace="urn:b">
      <process id="p" isExecutable="true"><startEvent id="start"/>{tasks}{flows}
        <exclusiveGateway id="choose" default="choose-refuse"/>
        <sequenceFlow id="choose-split" sourceRef="choose" targetRef="split">
          <conditionExpression xsi:type="tFormalExpression">complete &gt; 0</conditionExpression>
        </sequenceFlow>
        <parallelGateway id="split"/><parallelGateway id="join"/>
        <endEvent id="end"/><endEvent id="refused"/></process></definitions>""".encode()


def _ours(definition: Definition, store: Callable[[State], State] = lambda state: state) -> list:
    state, _ = advance(definition, State(), Start({"complete": Decimal(0)}, AT))
    done = []
    while state.tasks:
        state = store(state)
        task = next(iter(state.tasks.values()))
        done.append(task.node)
        event = TaskDone(task.id, {"complete": Decimal(1)}, "officer", AT)
        state, _ = advance(definition, state, event)
    assert state.status == "finished"
    return done


def _ours_stored(definition: Definition) -> list:
    return _ours(definition, lambda state: State.from_json(state.to_json()))


def parsed(xml: bytes) -> Any:
    parser = BpmnParser()
    parser.add_bpmn_str(xml)
    return parser.get_spec("p")


def _theirs(specification: Any, store: Callable[[Any], Any] = lambda case: case) -> list:
    case = BpmnWorkflow(specification)
    case.get_next_task(spec_name="Start").data["complete"] = 0
    case.do_engine_steps()
    done = []
    while not case.completed:
        case = store(case)
        task = case.get_next_task(state=TaskState.READY, manual=True)
        done.append(task.task_spec.bpmn_id)
        task.data["complete"] = 1
        task.run()
        case.do_engine_steps()
    return done


SERIALIZER = BpmnWorkflowSerializer()


def _theirs_stored(specification: Any) -> list:
    return _theirs(
        specification,
        lambda case: SERIALIZER.deserialize_json(SERIALIZER.serialize_json(case)),
    )


def _all(run_one: Callable, model: Any, count: int) -> Callable[[], None]:
    def run_all() -> None:
        for _ in range(count):
            run_one(model)

    return run_all


if __name__ == "__main__":
    os.write(1, main().encode())
