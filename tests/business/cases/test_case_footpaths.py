"""Which flows lie between two steps: all where there is one way, the shared ones where there are
several, none where the log cannot tell."""

from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    handler,
    model,
    node,
    path,
    service,
    start,
    sub,
    tb_output,
    timer,
    user,
)
from tongban.business.cases import footpaths
from tongban.engines import processes

WAIT = timer("timeDuration", "P1D")
ANSWER = extended(tb_output("ok", "ok"))


def found(*parts: str) -> set[tuple]:
    definition = processes.load(model(declared(ok="boolean"), *parts))
    return {
        (
            *(each.source, each.departure, each.target, each.ends, each.branch),
            " ".join(each.flows) + "".join(f" +{flow}" for flow in each.behind),
        )
        for each in footpaths.of(definition)
    }


def gateway(kind: str, id: str, **attributes: str) -> str:
    return node(f"{kind}Gateway", id, **attributes)


def test_steps_in_a_row_are_joined_by_one_flow_each():
    assert found(start(), user("a"), service("b"), end(), path("start", "a", "b", "end")) == {
        ("", "start", "a", False, 0, "start-a"),
        ("a", "complete", "b", False, 0, "a-b"),
        ("b", "complete", "", True, 0, "b-end"),
    }


def test_a_way_through_gateways_takes_all_of_their_flows():
    choice = gateway("exclusive", "x", default="x-b")
    assert found(
        *(start(), user("a", ANSWER), choice, user("b"), end("e1"), end("e2")),
        *(path("start", "a", "x"), path("x", "b", "e2"), flow("x", "e1", "ok")),
    ) == {
        ("", "start", "a", False, 0, "start-a"),
        ("a", "complete", "b", False, 0, "a-x x-b"),
        ("a", "complete", "", True, 0, "a-x x-e1"),
        ("b", "complete", "", True, 1, "b-e2"),
    }


def test_of_two_ways_between_the_same_steps_only_what_they_share_is_sure():
    assert found(
        *(start(), user("a", ANSWER), gateway("exclusive", "x", default="low")),
        *(
            gateway("exclusive", "y"),
            user("b"),
            end(),
            path("start", "a", "x"),
            path("y", "b", "end"),
        ),
        *(flow("x", "y", "ok", "high"), flow("x", "y", id="low")),
    ) >= {("a", "complete", "b", False, 0, "a-x y-b")}


def test_where_branches_are_joined_each_of_them_has_its_own_way():
    ways = found(
        *(start(), gateway("parallel", "f"), user("a"), user("b"), gateway("parallel", "j")),
        *(user("c"), end(), path("start", "f", "a", "j", "c", "end"), path("f", "b", "j")),
    )
    assert ways == {
        ("", "start", "a", False, 0, "start-f f-a"),
        ("", "start", "b", False, 0, "start-f f-b"),
        ("a", "complete", "c", False, 0, "a-j +j-c"),
        ("b", "complete", "c", False, 1, "b-j +j-c"),
        ("c", "complete", "", True, 0, "c-end"),
    }


def test_between_a_join_and_a_split_a_flow_is_nobodys():
    ways = found(
        *(start(), gateway("parallel", "f"), user("a"), user("b"), gateway("parallel", "j")),
        *(gateway("parallel", "g"), user("c"), user("d"), end()),
        *(
            path("start", "f", "a", "j", "g", "c", "end"),
            path("f", "b", "j"),
            path("g", "d", "end"),
        ),
    )
    assert {way for way in ways if way[2] == "d"} == {
        ("a", "complete", "d", False, 0, "a-j +g-d"),
        ("b", "complete", "d", False, 1, "b-j +g-d"),
    }


def test_a_loop_back_is_an_alternative_way_to_the_step():
    ways = found(
        *(start(), user("a", ANSWER), gateway("exclusive", "x", default="x-end"), end()),
        *(path("start", "a", "x", "end"), flow("x", "a", "ok", "back")),
    )
    assert {way for way in ways if way[2] == "a"} == {
        ("", "start", "a", False, 0, "start-a"),
        ("a", "complete", "a", False, 0, "a-x back"),
    }


def test_a_circle_that_waits_for_time_alone_is_passed_once():
    ways = found(
        *(start(), user("a", ANSWER), gateway("exclusive", "x")),
        *(gateway("exclusive", "y", default="y-end"), node("intermediateCatchEvent", "w", WAIT)),
        *(end(), path("start", "a", "x", "y", "end"), flow("y", "w", "ok"), path("w", "x")),
    )
    assert {way for way in ways if way[3]} == {("a", "complete", "", True, 0, "a-x x-y y-end")}


def test_an_event_that_interrupts_leaves_its_host_called_off_and_another_leaves_nothing():
    ways = found(
        *(start(), user("a"), user("b"), user("c"), end(), path("start", "a", "end")),
        *(boundary("late", "a", WAIT), path("late", "b", "end")),
        *(boundary("hint", "a", WAIT, cancelActivity="false"), path("hint", "c", "end")),
    )
    assert {way for way in ways if way[2] == "b"} == {("a", "withdraw", "b", False, 0, "late-b")}
    assert {way for way in ways if way[2] == "c"} == set()
    assert ("c", "complete", "", True, 0, "c-end") in ways


def test_a_sub_process_begins_and_ends_by_itself():
    inner = (start("s"), user("x"), end("t"), path("s", "x", "t"))
    ways = found(start(), sub(*inner), end(), path("start", "a", "end"))
    assert ways == {
        ("", "start", "a", False, 0, "start-a"),
        ("a", "start", "x", False, 0, "s-x"),
        ("x", "complete", "a", True, 0, "x-t"),
        ("a", "complete", "", True, 0, "a-end"),
    }


def test_an_event_sub_process_is_entered_by_its_event():
    inner = (user("x"), end("t"), path("h_start", "x", "t"))
    ways = found(
        *(start(), user("a"), end(), path("start", "a", "end")), handler("h", WAIT, *inner)
    )
    assert ("h", "start", "x", False, 0, "h_start-x") in ways
