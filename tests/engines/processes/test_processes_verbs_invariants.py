"""What holds for every model when an administration interferes at any point."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engines.processes.bpmn_blocks import ALARM, PAID, Block, Drawing, blocks, drawn
from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_far_blocks import whole, wild
from tests.engines.processes.bpmn_models import end, flow, model, start
from tests.engines.processes.standard.graphs import DRAW, paths
from tests.engines.processes.test_processes_invariants import balance, check, choices, happen
from tongban.engines.processes import (
    AddSigner,
    Entered,
    Event,
    Refused,
    Return,
    Skip,
    advance,
    load,
    migrate,
    returnable,
)
from tongban.engines.processes.standard.soundness import unsound

quick = settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def persons(case: Case) -> list[int]:
    return [task.id for task in case.state.tasks.values() if task.kind == "user"]


def verbs(case: Case) -> list[Event]:
    """Everything that somebody with authority could do now."""
    state, at = case.state, case.at
    back = [(task, to) for task in [*persons(case), None] for to in targets(case, task)]
    mains = [task for task in persons(case) if state.tasks[task].beside is None]
    signed = {task.beside for task in state.tasks.values()}
    return [
        *(Return(task, to, "officer", at) for task, to in back),
        *(AddSigner(task, "officer", at) for task in mains),
        *(Skip(task, "lead", at) for task in persons(case) if task not in signed),
    ]


def targets(case: Case, task: int | None) -> tuple[str, ...]:
    return returnable(case.definition, case.state, task)


def skippable(xml: bytes) -> bytes:
    return xml.replace(b"<userTask", b'<userTask tb:skippable="lead" tb:signatures="signed"')


def interfere(case: Case, data: st.DataObject) -> None:
    """Some steps of work, and verbs between them."""
    for _ in range(data.draw(st.integers(1, 12))):
        if case.state.status != "running":
            return
        if (possible := verbs(case)) and data.draw(st.booleans()):
            case.tell(data.draw(st.sampled_from(possible)))
        else:
            step(case, data)
        check(case)


def step(case: Case, data: st.DataObject) -> None:
    signed = {task.beside for task in case.state.tasks.values()}
    ready = [each for each in choices(case) if each[0] != "task" or each[1] not in signed]
    happen(case, data.draw(st.sampled_from(ready)))


@quick
@given(st.one_of(blocks, whole), st.data())
def test_whatever_an_administration_does_the_case_can_be_finished(
    block: Block, data: st.DataObject
):
    xml, on = drawn(block)
    case = Case(skippable(xml), **on.variables)
    interfere(case, data)
    while case.state.status == "running":
        step(case, data)
        check(case)

    assert case.over == ("finished", "done")
    entered, left = balance(case)
    assert entered == left


@quick
@given(st.one_of(blocks, whole, wild), st.data())
def test_a_case_goes_back_where_it_is_said_to_and_nowhere_else(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(xml, **on.variables, x=1)
    for _ in range(data.draw(st.integers(0, 6))):
        if case.state.status != "running":
            return
        happen(case, data.draw(st.sampled_from(choices(case))))
    if case.state.status != "running":
        return
    task = data.draw(st.sampled_from([*persons(case), None]))
    said = targets(case, task)
    went: set[str] = set()
    for node in case.definition.nodes:
        try:
            _, told = advance(case.definition, case.state, Return(task, node, "officer", case.at))
        except Refused:
            continue
        went.add(node)
        assert Entered(node) in told

    assert set(said) == went
    assert len(said) == len(went)


def paths_as_model(drawn_paths: list[str]) -> tuple[bytes, list[str]]:
    """Flows between nodes as they come, and the variables that choose between them; without any,
    each choice takes the shortest way to an end."""
    pairs = list(dict.fromkeys(p for each in drawn_paths for p in pairwise(each.split())))
    names = dict.fromkeys(name for pair in pairs for name in pair)
    after = {name: [to for source, to in pairs if source == name] for name in names}
    far = distances(after)
    shortest = {name: min(tos, key=far.__getitem__) for name, tos in after.items() if tos}
    choosing = {name for name in names if name[0] in "xo" and len(after[name]) > 1}
    flows: list[str] = []
    asked: list[str] = []
    for source, to in pairs:
        chosen = source in choosing and to != shortest[source]
        asked += [f"{source}_{to}"] if chosen else []
        flows.append(flow(source, to, f"{source}_{to} = true" if chosen else ""))
    nodes = "".join(DRAW[re.sub(r"\d+", "", name)](name) for name in names)
    for name in choosing:
        nodes = nodes.replace(f'id="{name}"', f'id="{name}" default="{name}-{shortest[name]}"')
    return model(nodes, *flows), asked


def distances(after: dict[str, list[str]]) -> dict[str, int]:
    """How many flows it is from each node to the nearest end."""
    far = {name: 0 if not tos else len(after) for name, tos in after.items()}
    for _ in after:
        far = {name: 1 + min(far[to] for to in tos) if tos else 0 for name, tos in after.items()}
    return far


@quick
@given(st.one_of(paths(), paths(circles=True)), st.data())
def test_where_flows_lead_anywhere_a_case_that_went_back_can_be_finished(
    drawn_paths: list[str], data: st.DataObject
):
    # Who goes round in a circle and on at the same time never comes to an end.
    assume(all(each[0] == "x" for each in drawn_paths if " t9 " in each))
    xml, asked = paths_as_model(drawn_paths)
    assume(not unsound(load(xml)))
    case = Case(xml)

    def decide(name: str) -> bool:
        return data.draw(st.booleans(), label=name)

    for _ in range(data.draw(st.integers(1, 10))):
        if case.state.status != "running":
            return
        task = data.draw(st.sampled_from(list(case.state.tasks)))
        if (said := targets(case, task)) and decide("back"):
            to = data.draw(st.sampled_from(said))
            case.tell(Return(task, to, "officer", case.at))
        else:
            case.tell_task(task, **{name: decide(name) for name in asked})
        check(case)
    for _ in range(50):
        if case.state.status == "running":
            task = data.draw(st.sampled_from(list(case.state.tasks)))
            case.tell_task(task, **dict.fromkeys(asked, False))

    assert case.state.status == "finished"


def another(xml: bytes) -> bytes:
    """The same model under another version."""
    return xml.replace(b"</definitions>", b"<!-- the same -->\n</definitions>")


@quick
@given(st.one_of(blocks, whole, wild), st.data())
def test_a_version_in_which_nothing_changed_changes_nothing(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(xml, **on.variables, x=1)
    for _ in range(data.draw(st.integers(0, 8))):
        if case.state.status == "running":
            happen(case, data.draw(st.sampled_from(choices(case))))
    if case.state.status != "running":
        return
    later = case.later(days=400)
    new = load(another(xml))

    same, told = migrate(case.definition, case.definition, case.state, later)
    assert (same, told) == (case.state, ())
    moved, told = migrate(case.definition, new, case.state, later)
    assert (moved, told) == (replace(case.state, definition=new.version), ())


@quick
@given(st.one_of(blocks, whole), st.data())
def test_to_move_and_then_go_on_is_to_go_on_and_then_move(block: Block, data: st.DataObject):
    xml, on = drawn(block)
    case = Case(skippable(xml), **on.variables)
    old, new = case.definition, load(another(skippable(xml)))
    while case.state.status == "running":
        before, told = case.state, len(case.told)
        step(case, data)
        (event,) = case.told[told:]
        moved, _ = migrate(old, new, before, case.at)
        after, effects = advance(new, moved, event)
        assert effects == case.last
        assert after == replace(case.state, definition=new.version)


@quick
@given(st.one_of(blocks, whole), st.one_of(blocks, whole), st.data())
def test_a_case_that_moves_to_a_longer_version_comes_to_its_end_there(
    block: Block, more: Block, data: st.DataObject
):
    """What the new version adds behind the old is done as well."""
    on = Drawing()
    first, last = block.draw(on)
    old = ended(on, first, last)
    added, end_ = more.draw(on)
    on.add(flow(last, added))
    case = Case(old, **on.variables)
    for _ in range(data.draw(st.integers(0, 6))):
        if case.state.status == "running":
            step(case, data)
    if case.state.status != "running":
        return
    new = load(ended(on, first, end_))
    case.state, effects = migrate(case.definition, new, case.state, case.at)
    assert effects == ()
    case.definition = new
    while case.state.status == "running":
        step(case, data)
        check(case)

    entered = Counter(case.trace())
    assert case.over == ("finished", "done")
    assert {task: entered[task] for task in more.ran()} == dict(more.ran())


def ended(on: Drawing, first: str, last: str) -> bytes:
    """A whole model of what is drawn so far."""
    around = (start(), end(tb_outcome="done"), flow("start", first), flow(last, "end"))
    return model(*on.parts, *around, beside=PAID + ALARM + "".join(on.beside))
