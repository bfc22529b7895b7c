"""Where ways part and meet."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import end, flow, model, node, path, script, start, user
from tongban.engines.feel import Unknown
from tongban.engines.processes import Entered, Finished, Left, Refused
from tongban.engines.processes.running.ending import Stuck
from tongban.engines.processes.running.leaving import NoWayOut


def exclusive(*conditions: str) -> bytes:
    """start → x → one end for each condition; an empty one is the default."""
    ends = [f"e{number}" for number, _ in enumerate(conditions)]
    default = next((f"x-{e}" for e, text in zip(ends, conditions, strict=True) if not text), "")
    return model(
        start(),
        node("exclusiveGateway", "x", **({"default": default} if default else {})),
        *(end(each) for each in ends),
        flow("start", "x"),
        *(flow("x", e, text) for e, text in zip(ends, conditions, strict=True)),
    )


@pytest.mark.parametrize(
    ("variables", "outcome"),
    [
        ({"age": 70}, "e0"),
        ({"age": 20}, "e1"),
        ({"age": 3}, "e2"),
        ({"age": None}, "e2"),
        ({"age": Unknown(frozenset({"age"}))}, "e2"),
        ({}, "e2"),
    ],
)
def test_the_first_true_condition_wins_and_anything_else_is_for_the_default(variables, outcome):
    assert Case(exclusive("age > 60", "age > 17", ""), **variables).over == ("finished", outcome)


def test_the_default_is_taken_last_wherever_it_is_drawn():
    assert Case(exclusive("", "age > 17"), age=40).over == ("finished", "e1")


def test_without_default_a_case_that_fits_no_condition_is_refused_and_says_what_was_read():
    with pytest.raises(NoWayOut) as refused:
        Case(exclusive("age > 60", 'region = "329906"'))

    assert refused.value.facts == {"name": "x", "node": "x", "read": "age, region"}
    assert "age, region" in refused.value.told("zh")


def test_exclusive_gateways_merge_without_waiting():
    xml = model(
        start(),
        node("parallelGateway", "split"),
        node("exclusiveGateway", "merge"),
        user("a"),
        end(),
        path("start", "split"),
        flow("split", "merge", id="one"),
        flow("split", "merge", id="two"),
        path("merge", "a", "end"),
    )
    case = Case(xml)

    assert case.open() == ["a", "a"]


def parallel() -> bytes:
    return model(
        start(),
        node("parallelGateway", "split"),
        user("a"),
        user("b"),
        node("parallelGateway", "join"),
        end(),
        path("start", "split", "a", "join", "end"),
        path("split", "b", "join"),
    )


def test_a_parallel_gateway_waits_for_every_way_and_is_passed_once():
    case = Case(parallel())
    assert case.open() == ["a", "b"]

    case.do("b")
    assert case.last == (Left("b"),)
    case.do("a")
    assert case.last == (
        Left("a"),
        Entered("join"),
        Left("join"),
        Entered("end"),
        Left("end"),
        Finished("end"),
    )


def test_a_parallel_gateway_ignores_conditions():
    xml = parallel().replace(
        b'targetRef="a"></sequenceFlow>',
        b'targetRef="a"><conditionExpression>false</conditionExpression></sequenceFlow>',
    )

    assert Case(xml).open() == ["a", "b"]


def test_two_tokens_by_one_flow_do_not_open_a_parallel_gateway():
    xml = model(
        start(),
        node("parallelGateway", "split"),
        node("exclusiveGateway", "merge"),
        user("a"),
        node("parallelGateway", "join"),
        user("b"),
        end(),
        path("start", "split", "merge", "join", "end"),
        flow("split", "a"),
        flow("a", "merge"),
        path("split", "b", "join"),
    )
    case = Case(xml)
    case.do("a")
    assert case.open() == ["b"]

    with pytest.raises(Stuck) as refused:
        case.do("b")
    assert refused.value.facts == {"nodes": "join"}
    assert case.open() == ["b"]


def inclusive(*conditions: str, default: str = "") -> bytes:
    """start → split → user tasks t0, t1, … → join → end."""
    tasks = [f"t{number}" for number, _ in enumerate(conditions)]
    return model(
        start(),
        node("inclusiveGateway", "split", **({"default": default} if default else {})),
        *(user(each) for each in tasks),
        node("inclusiveGateway", "join"),
        end(),
        flow("start", "split"),
        *(flow("split", t, text) for t, text in zip(tasks, conditions, strict=True)),
        *(flow(each, "join") for each in tasks),
        flow("join", "end"),
    )


@pytest.mark.parametrize(
    ("variables", "opened"),
    [
        ({"a": True, "b": True}, ["t0", "t1"]),
        ({"a": True, "b": False}, ["t0"]),
        ({"a": False, "b": True}, ["t1"]),
        ({"a": False}, ["t2"]),
    ],
)
def test_an_inclusive_gateway_opens_every_true_way_and_joins_exactly_those(variables, opened):
    case = Case(inclusive("a", "b", "", default="split-t2"), **variables)
    assert case.open() == opened

    for task in reversed(opened):
        assert case.state.status == "running"
        case.do(task)
    assert case.over == ("finished", "end")
    assert case.trace().count("join") == 1


def test_an_inclusive_gateway_without_a_true_way_is_refused():
    with pytest.raises(NoWayOut):
        Case(inclusive("a", "b"), a=False)


def test_an_inclusive_join_does_not_wait_for_what_can_no_longer_come():
    """b leads to an end of its own for some: then the join must not wait."""
    xml = model(
        start(),
        node("parallelGateway", "split"),
        user("a"),
        user("b"),
        node("exclusiveGateway", "x", default="x-join"),
        node("inclusiveGateway", "join"),
        user("c"),
        end(),
        end("apart"),
        path("start", "split", "a", "join", "c", "end"),
        path("split", "b", "x"),
        flow("x", "join"),
        flow("x", "apart", "away"),
    )

    waits = Case(xml, away=True)
    waits.do("a")
    assert waits.open() == ["b"]
    waits.do("b")
    assert waits.open() == ["c"]

    joins = Case(xml, away=False)
    joins.do("a")
    joins.do("b")
    assert joins.open() == ["c"]
    assert joins.trace().count("join") == 1


def test_an_inclusive_join_in_a_loop_waits_for_what_goes_round():
    xml = model(
        start(),
        node("parallelGateway", "split"),
        node("exclusiveGateway", "again"),
        user("a"),
        node("exclusiveGateway", "enough", default="enough-join"),
        user("b"),
        node("inclusiveGateway", "join"),
        end(),
        path("start", "split", "again", "a", "enough", "join", "end"),
        flow("enough", "again", "more"),
        path("split", "b", "join"),
    )
    case = Case(xml)
    case.do("b")
    case.do("a", more=True)
    assert case.open() == ["a"]
    case.do("a", more=False)
    assert case.over == ("finished", "end")
    assert case.trace().count("join") == 1


def test_a_token_that_can_also_join_by_a_taken_flow_is_not_waited_for():
    """The exception of the standard: c can reach the join by the flow that has a token already."""
    xml = model(
        start(),
        node("parallelGateway", "split"),
        user("a"),
        node("exclusiveGateway", "one"),
        user("c"),
        node("exclusiveGateway", "two", default="two-join"),
        node("inclusiveGateway", "join"),
        user("d"),
        end(),
        path("start", "split", "a", "one", "join", "d", "end"),
        path("split", "c", "two"),
        flow("two", "one", "back"),
        flow("two", "join"),
    )
    case = Case(xml)
    case.do("a")

    assert case.open() == ["c", "d"]


def test_an_inclusive_join_waits_for_the_way_behind_a_boundary_event():
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    xml = model(
        start(),
        node("parallelGateway", "split"),
        user("a"),
        user("b"),
        node("boundaryEvent", "late", timer, attachedToRef="b"),
        node("inclusiveGateway", "join"),
        end(),
        end("apart"),
        path("start", "split", "a", "join", "end"),
        path("split", "b", "apart"),
        flow("late", "join"),
    )
    case = Case(xml)
    case.do("a")
    assert case.open() == ["b"]

    case.ring("late")
    assert case.over == ("finished", "end")
    assert case.trace().count("join") == 1


def test_conditions_on_the_flows_of_a_task_choose_like_an_inclusive_gateway():
    xml = model(
        start(),
        user("a", default="a-c"),
        user("b"),
        user("c"),
        user("d"),
        end(),
        path("start", "a"),
        flow("a", "b", "yes"),
        flow("a", "c"),
        flow("a", "d"),
        *(flow(each, "end") for each in "bcd"),
    )

    def after(**outputs: object) -> list[str]:
        case = Case(xml)
        case.do("a", **outputs)
        return case.open()

    assert after(yes=True) == ["b", "d"]
    assert after(yes=False) == ["c", "d"]


def test_a_gateway_with_one_way_in_and_one_way_out_lets_everything_pass():
    tags = "exclusiveGateway", "inclusiveGateway", "parallelGateway"
    for tag in tags:
        xml = model(start(), node(tag, "g"), end(), path("start", "g", "end"))
        assert Case(xml).over == ("finished", "end")


def test_a_case_that_could_never_go_on_is_refused_when_it_would_get_stuck():
    xml = model(
        start(),
        node("exclusiveGateway", "x", default="x-b"),
        script("b", "1", tb_result="n"),
        node("parallelGateway", "join"),
        end(),
        flow("start", "x"),
        flow("x", "join", "a"),
        path("x", "b", "join", "end"),
    )

    with pytest.raises(Refused) as refused:
        Case(xml)
    assert isinstance(refused.value, Stuck)
    assert "join" in refused.value.told("zh")


def test_a_gateway_that_nothing_follows_ends_its_token_where_levels_have_no_events():
    xml = model(user("a"), node("exclusiveGateway", "g"), user("b"), path("a", "g"), path("b", "g"))
    case = Case(xml)
    case.do("a")
    assert case.open() == ["b"]
    case.do("b")

    assert case.over == ("finished", None)
    assert case.trace() == ["a", "b", "g", "g"]
