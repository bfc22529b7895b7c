"""What holds for every model, every order of work, and at every step."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.processes.bpmn_blocks import (
    PAID,
    Block,
    Drawing,
    Inside,
    Sequence,
    Single,
    blocks,
    drawn,
)
from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_far_blocks import whole, wild
from tests.engines.processes.bpmn_models import boundary, end, flow, model, start, timer
from tongban.engines.processes import (
    CallService,
    CancelTask,
    CancelTimer,
    DataChanged,
    Entered,
    Event,
    Left,
    Message,
    OpenTask,
    Refused,
    ServiceDone,
    ServiceFailed,
    Signal,
    Start,
    StartTimer,
    State,
    TaskDone,
    TimerDue,
    advance,
)
from tongban.engines.processes.rows import Subscription, Task
from tongban.engines.processes.running.answers import NobodyCatches

quick = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def choices(case: Case) -> list[tuple[str, int]]:
    """Everything that could happen next."""
    state = case.state
    return [
        *(("task", task) for task in state.tasks),
        *(("timer", timer) for timer in state.timers),
        *((each.kind, each.id) for each in state.subscriptions.values()),
        *(("fail", task.id) for task in state.tasks.values() if fails(case, task)),
    ]


def fails(case: Case, task: Task) -> bool:
    """Whether a service may fail: somebody catches it."""
    if task.kind == "user":
        return False
    try:
        advance(case.definition, case.state, ServiceFailed(task.id, "LOST", case.at))
    except NobodyCatches:
        return False
    return True


def happen(case: Case, choice: tuple[str, int]) -> None:
    kind, id = choice
    if kind == "task":
        case.tell_task(id)
    elif kind == "timer":
        case.ring(case.state.timers[id].node)
    elif kind == "fail":
        case.tell(ServiceFailed(id, "LOST", case.at))
    elif kind == "condition":
        case.change(x=Decimal(9 if case.state.variables.get("x") != 9 else 0))
    elif kind == "signal":
        case.signal(case.state.subscriptions[id].name)
    else:
        case.say("paid")


def check(case: Case) -> None:
    """Nothing hangs in the air, and what was entered and not left is still there."""
    state = case.state
    for task in state.tasks.values():
        assert task.token in state.tokens
    for thing in (*state.timers.values(), *state.subscriptions.values()):
        # A token waits, or a scope listens, and that only as long as it may.
        assert (thing.token in state.tokens) is not (thing.scope in state.scopes)
        assert thing.token or state.scopes[thing.scope].listening
    for row in state.done.values():
        assert (row.scope in state.scopes) is not (row.inside in state.done)
    for scope in state.scopes.values():
        assert scope.token in state.tokens or not scope.token
        assert scope.parent in state.scopes or not scope.parent
    for token in state.tokens.values():
        assert token.scope in state.scopes
    assert not (state.status != "running" and (state.tokens or state.done or state.scopes))
    entered, left = balance(case)
    assert not left - entered
    assert set(entered - left) <= {token.node for token in state.tokens.values()}


def balance(case: Case) -> tuple[Counter[str], Counter[str]]:
    entered = Counter(each.node for each in case.effects if isinstance(each, Entered))
    left = Counter(each.node for each in case.effects if isinstance(each, Left))
    return entered, left


def run(case: Case, data: st.DataObject) -> Counter[str]:
    """Let things happen in any order until the case is over. What happened how often."""
    happened: Counter[str] = Counter()
    check(case)
    while case.state.status == "running":
        choice = data.draw(st.sampled_from(choices(case)))
        happened[choice[0]] += 1
        happen(case, choice)
        check(case)
    return happened


@quick
@given(st.one_of(blocks, whole), st.data())
def test_every_order_of_work_ends_and_leaves_nothing_behind(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(xml, **on.variables)
    run(case, data)

    assert case.over == ("finished", "done")
    for nothing in (case.state.tokens, case.state.tasks, case.state.timers, case.state.scopes):
        assert not nothing
    entered, left = balance(case)
    assert entered == left


@quick
@given(st.one_of(blocks, whole), st.data())
def test_exactly_the_tasks_run_that_the_structure_asks_for(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(xml, **on.variables)
    run(case, data)

    entered = Counter(case.trace())
    assert {task: entered[task] for task in block.ran()} == dict(block.ran())
    assert not {
        node
        for node in entered.keys() - block.ran().keys()
        if node.startswith(("user", "service", "script", "many", "turns", "looped"))
    }


@quick
@given(whole, st.data())
def test_every_split_is_joined(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(xml, **on.variables)
    run(case, data)

    entered = Counter(case.trace())
    for split, join in on.pairs:
        assert entered[split] == entered[join]


@quick
@given(st.one_of(blocks, whole), st.data())
def test_whatever_is_asked_for_is_answered_or_called_off(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(xml, **on.variables)
    happened = run(case, data)

    def number(*kinds: type) -> int:
        return sum(isinstance(each, kinds) for each in case.effects)

    assert number(OpenTask, CallService) == happened["task"] + number(CancelTask)
    assert number(StartTimer) == happened["timer"] + number(CancelTimer)


@quick
@given(st.one_of(blocks, whole), st.data())
def test_a_step_from_the_stored_state_equals_the_step_from_the_state_itself(
    block: Block, data: st.DataObject
):
    """`Case` goes through JSON after each step; the same events without JSON lead to the same."""
    xml, on = drawn(block)
    case = Case(xml, **on.variables)
    run(case, data)

    state, effects = State(), []
    for event in case.told:
        state, new = advance(case.definition, state, event)
        effects += new
    assert state == case.state
    assert effects == case.effects


@quick
@given(st.one_of(blocks, whole), st.data())
def test_whatever_goes_on_inside_a_deadline_calls_it_off(block: Block, data: st.DataObject):
    """A deadline around the whole model, at any point of the work."""
    on = Drawing()
    # An officer's task keeps the sub-process open until the deadline.
    sub, _ = Inside(Sequence([block, Single("user")]), 1).draw(on)
    xml = model(
        start(),
        *on.parts,
        boundary("deadline", sub, timer("timeDuration", "P30D")),
        end(),
        end("expired"),
        flow("start", sub),
        flow(sub, "end"),
        flow("deadline", "expired"),
        beside=PAID + "".join(on.beside),
    )
    case = Case(xml, **on.variables)
    for _ in range(data.draw(st.integers(0, 8))):
        now = [each for each in choices(case) if each != ("timer", case.timer("deadline"))]
        if len(case.open()) + len(now) > 2:
            happen(case, data.draw(st.sampled_from(now)))
        if case.state.status != "running":
            return
    case.ring("deadline")

    assert case.over == ("finished", "expired")
    check(case)
    entered, left = balance(case)
    assert entered == left


def anything(case: Case, data: st.DataObject) -> Event:
    """Any event, whether it fits or not."""
    number = data.draw(st.integers(0, 12))
    name = data.draw(st.sampled_from(["paid", "alarm", *(s.name for s in waiting_for(case))]))
    at = case.at + data.draw(st.sampled_from([timedelta(0), timedelta(days=2), timedelta(days=60)]))
    return data.draw(
        st.sampled_from(
            [
                TaskDone(number, {"x": Decimal(number)}, "officer", at),
                ServiceDone(number, {}, at),
                ServiceFailed(number, "LOST", at),
                TimerDue(number, at),
                Message(name, None, {"y": name}, at),
                Signal(name, {}, at),
                DataChanged({"x": Decimal(number)}, at),
                Start({}, at),
            ]
        )
    )


def waiting_for(case: Case) -> list[Subscription]:
    return list(case.state.subscriptions.values())


@quick
@given(wild, st.integers(0, 9), st.data())
def test_whatever_comes_is_refused_or_leaves_a_sound_state(
    block: Block, x: int, data: st.DataObject
):
    xml, on = drawn(block)
    case = Case(xml, **on.variables, x=x)
    for _ in range(data.draw(st.integers(0, 12))):
        before, effects = case.state, len(case.effects)
        event = anything(case, data)
        try:
            case.tell(event)
        except Refused:
            assert (case.state, len(case.effects)) == (before, effects)
        else:
            case.at = max(case.at, event.at)
        check(case)
        if case.state.status == "running" and data.draw(st.booleans()):
            happen(case, data.draw(st.sampled_from(choices(case))))
            check(case)


@quick
@given(wild, st.integers(0, 9), st.data())
def test_what_is_called_off_in_the_middle_comes_to_an_end_as_well(
    block: Block, x: int, data: st.DataObject
):
    xml, on = drawn(block)
    case = Case(xml, **on.variables, x=x)
    run(case, data)

    assert case.over == ("finished", "done")
    entered, left = balance(case)
    assert entered == left
