"""Ad-hoc sub-processes: what is in them may be done, at once or one after the other."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    flow,
    model,
    node,
    path,
    script,
    start,
    sub,
    timer,
    user,
)
from tongban.engines.processes import Invalid, load


def until(condition: str) -> str:
    return f"<completionCondition>{condition}</completionCondition>"


def ad_hoc(*parts: str, **attributes: str) -> bytes:
    return model(
        start(),
        sub(*parts, id="sub", tag="adHocSubProcess", **attributes),
        user("after"),
        end(),
        path("start", "sub", "after", "end"),
    )


THREE = user("a") + user("b") + user("c")


def test_everything_that_nothing_leads_to_is_begun_at_once():
    case = Case(ad_hoc(THREE))
    assert case.open() == ["a", "b", "c"]
    for task in "bca":
        case.do(task)

    assert case.open() == ["after"]


def test_what_follows_something_inside_waits_for_it():
    case = Case(ad_hoc(THREE, path("a", "b")))
    assert case.open() == ["a", "c"]
    case.do("a")
    case.do("c")
    case.do("b")

    assert case.open() == ["after"]


def test_in_sequence_the_next_begins_when_nothing_else_is_going_on():
    case = Case(ad_hoc(THREE, path("a", "b"), ordering="Sequential"))
    assert case.open() == ["a"]
    case.do("a")
    assert case.open() == ["b"]
    case.do("b")
    assert case.open() == ["c"]

    case.do("c")
    assert case.open() == ["after"]


def test_in_sequence_what_completes_by_itself_is_passed():
    inside = script("a", "n + 1", tb_result="n") + script("b", "n * 10", tb_result="n")
    case = Case(ad_hoc(inside, ordering="Sequential"), n=1)

    assert case.state.variables == {"n": 20}
    assert case.open() == ["after"]


@pytest.mark.parametrize("ordering", ["Parallel", "Sequential"])
def test_what_is_left_is_called_off_as_soon_as_it_is_enough(ordering: str):
    case = Case(ad_hoc(THREE, until("enough"), ordering=ordering), enough=False)
    case.do("a")
    assert "b" in case.open()
    case.do("b", enough=True)

    assert case.open() == ["after"]
    assert case.called_off() == (["c"] if ordering == "Parallel" else [])


@pytest.mark.parametrize(("ordering", "left"), [("Parallel", ["b", "c"]), ("Sequential", [])])
def test_what_was_begun_may_be_finished_where_the_model_says_so(ordering: str, left: list[str]):
    case = Case(ad_hoc(THREE, until("enough"), ordering=ordering,
                       cancelRemainingInstances="false"))  # fmt: skip
    case.do("a", enough=True)
    assert case.open() == (left or ["after"])
    for task in left:
        case.do(task)

    assert case.open() == ["after"]


def test_a_condition_that_is_not_known_is_not_enough():
    case = Case(ad_hoc(user("a") + user("b"), until("never_said")))
    case.do("a")
    assert case.open() == ["b"]
    case.do("b")

    assert case.open() == ["after"]


def test_a_deadline_calls_off_what_waits_for_its_turn_without_a_trace():
    xml = ad_hoc(THREE, ordering="Sequential").replace(
        b"</process>",
        (boundary("late", "sub", timer("timeDuration", "P1D")) + end("other")
         + flow("late", "other") + "</process>").encode(),
    )  # fmt: skip
    case = Case(xml)
    case.ring("late")

    assert case.called_off() == ["a", "sub"]
    assert case.over == ("finished", "other")


def test_events_and_gateways_have_their_place_inside():
    inside = (
        node("intermediateCatchEvent", "pause", timer("timeDuration", "P1D")) + user("a")
        + node("parallelGateway", "g") + user("b") + user("c")
        + path("pause", "g", "b") + path("g", "c")
    )  # fmt: skip
    case = Case(ad_hoc(inside))
    assert case.open() == ["a"]
    case.ring("pause")
    assert case.open() == ["a", "b", "c"]
    for task in "abc":
        case.do(task)

    assert case.open() == ["after"]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (ad_hoc(start("s") + THREE), ("unsupported", "s")),
        (ad_hoc(THREE + end("e")), ("unsupported", "e")),
        (ad_hoc(), ("no-start", "sub")),
        (ad_hoc(THREE, until("x +")), ("wrong-expression", "sub")),
        (ad_hoc(THREE, until("5")), ("wrong-result", "sub")),
    ],
)
def test_a_slip_in_one_is_found(xml: bytes, expected: tuple[str, str]):
    with pytest.raises(Invalid) as refused:
        load(xml)

    assert [(each.rule, each.element) for each in refused.value.findings] == [expected]
