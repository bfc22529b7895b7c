"""Models that somebody has spoilt: they deploy or are refused by name, and nothing else happens."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import lxml.etree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.processes.bpmn_models import (
    HEAD,
    association,
    boundary,
    end,
    error,
    extended,
    flow,
    handler,
    link,
    model,
    node,
    path,
    script,
    service,
    several,
    start,
    sub,
    tb_input,
    thrown,
    timer,
    user,
    when,
)
from tongban.engines.processes import (
    CallService,
    Decide,
    Definition,
    Effect,
    Event,
    Invalid,
    OpenTask,
    Refused,
    ServiceDone,
    Start,
    StartTimer,
    State,
    TaskDone,
    TimerDue,
    advance,
    deploy,
)

etree: Any = lxml.etree
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = 60

CHOICE = model(
    start(), node("exclusiveGateway", "g", default="g-b"), user("a"), service("b"),
    node("exclusiveGateway", "j"), end(),
    path("start", "g"), flow("g", "a", "x > 1"), path("g", "b", "j", "end"), flow("a", "j"),
)  # fmt: skip
TOGETHER = model(
    start(), node("parallelGateway", "f"), user("a", several(count="2")), script("b", "x + 1"),
    node("inclusiveGateway", "j"), end(), path("start", "f", "a", "j", "end"), path("f", "b", "j"),
).replace(b'<scriptTask id="b"', b'<scriptTask id="b" tb:result="x"')  # fmt: skip
INSIDE = model(
    start(),
    sub(start("s"), user("t"), boundary("late", "t", timer("timeDuration", "P1D")), end("e"),
        path("s", "t", "e"), flow("late", "e")),
    handler("h", when("x > 5"), end("he"), flow("h_start", "he")),
    boundary("failed", "a", error("err")), end(), path("start", "a", "end"), flow("failed", "end"),
    beside=node("error", "err", errorCode="E"),
)  # fmt: skip
UNDONE = model(
    start(), user("a"), boundary("undo", "a", thrown("compensate")),
    service("k", isForCompensation="true"), association("undo", "k"),
    node("intermediateThrowEvent", "o", link("L")), node("intermediateCatchEvent", "i", link("L")),
    node("intermediateThrowEvent", "back", thrown("compensate")),
    end("end", thrown("terminate")), path("start", "a", "o"), path("i", "back", "end"),
)  # fmt: skip
CALLS = (
    f'{HEAD}<process id="p" isExecutable="true">{start()}'
    + node("callActivity", "a", extended(tb_input("y", "x")), calledElement="q")
    + node("subProcess", "l", user("w"))
    + f'{end()}{path("start", "a", "l", "end")}</process><process id="q">{start("qs")}'
    + node("businessRuleTask", "d", tb_decision="fit", tb_result="y")
    + f"{end('qe')}{path('qs', 'd', 'qe')}</process></definitions>"
).encode()
VALID = (CHOICE, TOGETHER, INSIDE, UNDONE, CALLS)

Mutation = Callable[[Any, Any], None]


def delete(one: Any, other: Any) -> None:
    if one.getparent() is not None:
        one.getparent().remove(one)


def double(one: Any, other: Any) -> None:
    if one.getparent() is not None:
        one.getparent().append(etree.fromstring(etree.tostring(one)))


def move(one: Any, other: Any) -> None:
    if one.getparent() is not None and one not in other.iterancestors() and one is not other:
        other.append(one)


def rename(one: Any, other: Any) -> None:
    one.tag = other.tag


def lose_attributes(one: Any, other: Any) -> None:
    for name in list(one.attrib)[:1]:
        del one.attrib[name]


def swap_attributes(one: Any, other: Any) -> None:
    for name, value in other.attrib.items():
        one.attrib[name] = value


def swap_text(one: Any, other: Any) -> None:
    one.text, other.text = other.text, one.text


MUTATIONS: tuple[Mutation, ...] = (
    *(delete, double, move, rename, lose_attributes, swap_attributes, swap_text),
)


@st.composite
def mutants(choose: st.DrawFn) -> bytes:
    root = etree.fromstring(choose(st.sampled_from(VALID)))
    for _ in range(choose(st.integers(1, 4))):
        elements = list(root.iter())
        one, other = (elements[choose(st.integers(0, len(elements) - 1))] for _ in range(2))
        choose(st.sampled_from(MUTATIONS))(one, other)
    return etree.tostring(root)


Answer = tuple[type[TaskDone] | type[ServiceDone] | type[TimerDue], int]


def run(definition: Definition) -> State:
    """Every task is done and every timer comes, until the case ends or nothing is left to do."""
    state, effects = advance(definition, State(), Start({"x": Decimal(2)}, AT))
    waiting = list(_answers(effects))
    for step in range(STEPS):
        if not waiting or state.status != "running":
            break
        try:
            state, effects = advance(
                definition, state, _event(*waiting.pop(0), AT + timedelta(days=2 * step))
            )
        except Refused:
            continue  # what was called off meanwhile, or has nothing to go on with
        waiting += _answers(effects)
    return state


def _answers(effects: tuple[Effect, ...]) -> Iterator[Answer]:
    for effect in effects:
        match effect:
            case OpenTask(task=task):
                yield TaskDone, task
            case CallService(task=task) | Decide(task=task):
                yield ServiceDone, task
            case StartTimer(timer=timer):
                yield TimerDue, timer
            case _:
                pass


def _event(kind: type, id: int, at: datetime) -> Event:
    if kind is TimerDue:
        return TimerDue(id, at)
    outputs = {"result": Decimal(3)}
    if kind is TaskDone:
        return TaskDone(id, outputs, "someone", at)
    return ServiceDone(id, outputs, at)


def test_the_models_that_are_spoilt_are_fine_before():
    for xml in VALID:
        assert run(deploy(xml)).status == "finished"


@given(mutants())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_spoilt_model_deploys_or_is_refused_in_both_languages(xml: bytes):
    try:
        definition = deploy(xml)
    except Invalid as refused:
        for each in refused.findings:
            assert each.told("zh") and each.told("en")
        return
    try:
        assert run(definition).status in ("running", "finished", "failed")
    except Refused as refused:
        assert refused.told("zh") and refused.told("en")
