"""Complex gateways: they go on as soon as it is enough, and swallow what comes late."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    flow,
    model,
    node,
    path,
    start,
    sub,
    timer,
    user,
)
from tongban.engines.processes import Entered, Invalid, load
from tongban.engines.processes.running.leaving import NoWayOut


def enough(condition: str) -> str:
    return f"<activationCondition>{condition}</activationCondition>"


def joining(condition: str, *more: str, branches: str = "abc") -> bytes:
    """A task per branch, joined by the complex gateway, then `after`."""
    return model(
        start(),
        *(user(each) for each in branches),
        node("complexGateway", "g", enough(condition)),
        user("after"),
        end(),
        *(path("start", each, "g") for each in branches),
        path("g", "after", "end"),
        *more,
    )


def done(case: Case, order: str) -> list[int]:
    """How often `after` is open, after each of the tasks."""
    found: list[int] = []
    for task in order:
        case.do(task)
        found.append(case.open().count("after"))
    return found


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("activationCount >= 1", [1, 1, 1]),
        ("activationCount >= 2", [0, 1, 1]),
        ("activationCount >= 3", [0, 0, 1]),
        ("activationCount >= needed", [0, 1, 1]),
    ],
)
@pytest.mark.parametrize("order", ["abc", "cba", "bca"])
def test_it_goes_on_once_as_soon_as_it_is_enough(condition: str, expected: list[int], order: str):
    case = Case(joining(condition), needed=2)
    assert done(case, order) == expected

    case.do("after")
    assert case.over == ("finished", "end")
    assert case.effects.count(Entered("g")) == 1


def test_a_round_ends_where_nothing_more_can_come():
    """The exclusive gateway chose one branch: the others are not waited for."""
    xml = model(
        start(), node("inclusiveGateway", "i", default="i-a"), user("a"), user("b"), user("c"),
        node("complexGateway", "g", enough("activationCount >= 1")), user("after"), end(),
        path("start", "i", "a", "g", "after", "end"), flow("i", "b", "x"), path("b", "g"),
        flow("i", "c", "y"), path("c", "g"),
    )  # fmt: skip
    case = Case(xml, x=True, y=False)
    case.do("b")
    assert case.open() == ["after"]
    assert not [token for token in case.state.tokens.values() if token.held]

    case.do("after")
    assert case.over == ("finished", "end")


def test_while_something_can_come_the_round_goes_on():
    case = Case(joining("activationCount >= 1"))
    case.do("a")
    case.do("after")

    assert case.state.status == "running"
    assert [token.held for token in case.state.tokens.values() if token.node == "g"] == [True]
    case.do("b")
    case.do("c")
    assert case.over == ("finished", "end")


def test_a_second_token_by_the_same_flow_belongs_to_the_next_round():
    xml = model(
        start(), user("a", completionQuantity="2"), user("b", completionQuantity="2"),
        node("complexGateway", "g", enough("activationCount >= 2")), user("after"), end(),
        path("start", "a", "g"), path("start", "b", "g"), path("g", "after", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    assert case.open() == ["b", "after"]
    case.do("b")

    assert case.open().count("after") == 2
    assert case.effects.count(Entered("g")) == 2


def test_it_splits_like_an_inclusive_gateway():
    xml = model(
        start(), node("complexGateway", "g", default="g-c"), user("a"), user("b"), user("c"),
        end(), path("start", "g"), flow("g", "a", "x"), flow("g", "b", "y"), flow("g", "c"),
        path("a", "end"), path("b", "end"), path("c", "end"),
    )  # fmt: skip

    assert Case(xml, x=True, y=True).open() == ["a", "b"]
    assert Case(xml, x=False, y=True).open() == ["b"]
    assert Case(xml, x=False, y=False).open() == ["c"]


def test_without_a_way_out_it_says_so():
    xml = model(
        start(), node("complexGateway", "g"), user("a"), end(), path("start", "g"),
        flow("g", "a", "x"), path("a", "end"),
    )  # fmt: skip
    with pytest.raises(NoWayOut) as refused:
        Case(xml, x=False)

    assert refused.value.facts == {"name": "g", "node": "g", "read": "x"}


def test_a_flow_may_be_kept_for_the_end_of_the_round():
    late = user("late"), flow("g", "late", "not(waitingForStart)"), path("late", "end")
    first = joining("activationCount >= 1", *late).replace(
        flow("g", "after").encode(), flow("g", "after", "waitingForStart").encode()
    )
    case = Case(first)
    case.do("a")
    assert case.open() == ["b", "c", "after"]

    case.do("b")
    case.do("c")
    assert case.open() == ["after", "late"]


def test_both_phases_may_give_tokens_by_one_flow():
    both = joining("activationCount >= 1").replace(
        flow("g", "after").encode(), flow("g", "after", "waitingForStart in (true, false)").encode()
    )
    case = Case(both)

    assert done(case, "abc") == [1, 1, 2]


def test_what_is_held_is_called_off_without_a_trace():
    branches = user("a") + user("b") + node("complexGateway", "g", enough("activationCount >= 1"))
    inside = start("s") + branches + end("e") + path("s", "a", "g", "e") + path("s", "b", "g")
    xml = model(
        start(), sub(inside, id="sub"), boundary("late", "sub", timer("timeDuration", "P1D")),
        end(), end("other"), path("start", "sub", "end"), flow("late", "other"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.ring("late")

    assert case.called_off() == ["b", "sub"]


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("", "missing-attribute"),
        ("activationCount >=", "wrong-expression"),
        ("activationCount + 1", "wrong-result"),
    ],
)
def test_a_slip_in_the_condition_is_found(condition: str, rule: str):
    with pytest.raises(Invalid) as refused:
        load(joining(condition))

    assert [(each.rule, each.element) for each in refused.value.findings] == [(rule, "g")]


def test_where_variables_are_declared_its_own_are_known_there_and_nowhere_else():
    declared = '<extensionElements><tb:variable name="x" type="boolean"/></extensionElements>'
    xml = joining("activationCount >= 1").replace(
        b"<startEvent", declared.encode() + b"<startEvent"
    )
    load(xml)

    elsewhere = xml.replace(flow("start", "a").encode(), b"").replace(
        b"</process>",
        (node("exclusiveGateway", "h", default="h-a") + path("start", "h", "a")
         + flow("h", "b", "waitingForStart") + "</process>").encode(),
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        load(elsewhere)
    assert [each.element for each in refused.value.findings] == ["h-b"]
