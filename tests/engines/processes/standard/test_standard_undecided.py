"""Whether a case can end before anything was decided on it."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    error,
    flow,
    message,
    model,
    node,
    path,
    service,
    start,
    timer,
    user,
)
from tests.engines.processes.standard.graphs import Everything, definition, paths
from tongban.engines.processes import Definition
from tongban.engines.processes.reading import load
from tongban.engines.processes.standard.tokens import Level
from tongban.engines.processes.standard.undecided import ends_undecided

SETTLING = frozenset({"issue", "refuse"})
MANY = settings(max_examples=25, deadline=None, derandomize=True)
PERMIT = Path(__file__).parents[1] / "residence_permit.bpmn"


def undecided(process: Definition) -> list[str]:
    return [flaw.element for flaw in ends_undecided(process, SETTLING)]


def drawn(*parts: str) -> Definition:
    return load(model(start(), *parts, end()))


def chosen(*ways: str, leads: str = "") -> str:
    """start → g → each of the ways → end; the first is the default."""
    gateway = node("exclusiveGateway", "g", default=f"g-{ways[0]}")
    flows = flow("g", ways[0]) + "".join(flow("g", way, "x = 1") for way in ways[1:])
    return gateway + flow("start", "g") + flows + "".join(path(way, "end") for way in ways) + leads


def test_a_process_that_decides_on_its_only_way_is_decided():
    assert undecided(drawn(service("issue"), path("start", "issue", "end"))) == []


def test_a_process_that_decides_nothing_ends_undecided():
    assert undecided(drawn(user("a"), path("start", "a", "end"))) == ["end"]
    assert undecided(drawn(service("tell"), path("start", "tell", "end"))) == ["end"]


def test_every_way_to_an_end_must_decide():
    both = chosen("issue", "refuse")
    one = chosen("issue", "a")

    assert undecided(drawn(service("issue"), service("refuse"), both)) == []
    assert undecided(drawn(service("issue"), user("a"), one)) == ["end"]


def test_the_end_that_is_reached_undecided_is_the_one_that_is_told():
    ways = path("start", "g", "issue", "end"), flow("g", "closed", "x = 1")
    gateway = node("exclusiveGateway", "g", default="g-issue")

    assert undecided(drawn(gateway, service("issue"), end("closed"), *ways)) == ["closed"]


def test_an_application_that_is_taken_back_needs_no_decision():
    ways = path("start", "g", "issue", "end"), flow("g", "back", "x = 1")
    gateway = node("exclusiveGateway", "g", default="g-issue")
    back = end("back", tb_outcome="withdrawn")

    assert undecided(drawn(gateway, service("issue"), back, *ways)) == []
    given_up = end("back", tb_outcome="closed")
    assert undecided(drawn(gateway, service("issue"), given_up, *ways)) == ["back"]


def test_of_parallel_branches_one_decides_for_all():
    fork = node("parallelGateway", "f")
    ways = path("start", "f", "issue", "end"), path("f", "a", "other")

    assert undecided(drawn(fork, service("issue"), user("a"), end("other"), *ways)) == []


def test_an_end_that_ends_everything_may_come_before_the_other_branch_decides():
    fork = node("parallelGateway", "f")
    ways = path("start", "f", "issue", "end"), path("f", "a", "stop")
    stop = end("stop", "<terminateEventDefinition/>")

    assert undecided(drawn(fork, service("issue"), user("a"), stop, *ways)) == ["stop"]


def test_an_end_that_ends_everything_behind_the_join_comes_after_the_decision():
    fork, join = node("parallelGateway", "f"), node("parallelGateway", "j")
    stop = end("stop", "<terminateEventDefinition/>")
    ways = path("start", "f", "issue", "j", "stop"), path("f", "a", "j")
    process = load(model(start(), fork, join, service("issue"), user("a"), stop, *ways))

    assert undecided(process) == []


def test_what_is_interrupted_has_decided_nothing():
    late = boundary("late", "issue", error()) + user("a") + path("late", "a", "end")
    ways = path("start", "issue", "end")

    assert undecided(drawn(service("issue"), late, ways)) == ["end"]
    mended = late.replace('userTask id="a"', 'serviceTask id="a" tb:operation="refuse"').replace(
        "userTask", "serviceTask"
    )
    assert undecided(drawn(service("issue"), mended, ways)) == []


def test_a_reminder_does_not_undo_the_decision():
    remind = boundary("remind", "issue", timer("timeDuration", "P1D"), cancelActivity="false")
    ways = path("start", "issue", "end"), flow("remind", "told")

    assert undecided(drawn(service("issue"), remind, end("told"), *ways)) == []


def test_an_error_that_ends_the_process_is_an_end_as_well():
    gateway = node("exclusiveGateway", "g", default="g-issue")
    ways = path("start", "g", "issue", "end"), flow("g", "oops", "x = 1")
    oops = end("oops", error("bad"))
    xml = model(start(), gateway, service("issue"), end(), oops, *ways, beside='<error id="bad"/>')

    assert undecided(load(xml)) == ["oops"]


def inside(*parts: str) -> Definition:
    sub = node("subProcess", "s", start("in") + "".join(parts) + end("out"))
    return drawn(sub, path("start", "s", "end"))


def test_a_sub_process_decides_when_every_way_through_it_does():
    gateway = node("exclusiveGateway", "g", default="g-issue")
    open_way = gateway + path("in", "g", "issue", "out") + flow("g", "out", "x = 1")

    assert undecided(inside(service("issue"), path("in", "issue", "out"))) == []
    assert undecided(inside(service("issue"), open_way)) == ["end"]
    assert undecided(inside(user("a"), path("in", "a", "out"))) == ["end"]


def test_a_sub_process_that_fails_has_decided_nothing_and_its_other_ways_count():
    gateway = node("exclusiveGateway", "g", default="g-issue")
    ways = path("in", "g", "issue", "out") + flow("g", "oops", "x = 1")
    oops = end("oops", error("bad"))
    sub = node(
        "subProcess", "s", start("in") + gateway + service("issue") + ways + oops + end("out")
    )
    caught = boundary("caught", "s", error("bad")) + flow("caught", "failed")
    xml = model(
        start(),
        sub,
        caught,
        end(),
        end("failed"),
        path("start", "s", "end"),
        beside='<error id="bad"/>',
    )

    assert undecided(load(xml)) == ["failed"]


def test_a_sub_process_inside_a_sub_process_counts_too():
    deep = node(
        "subProcess",
        "deep",
        start("in2") + service("refuse") + end("out2") + path("in2", "refuse", "out2"),
    )

    assert undecided(inside(deep, path("in", "deep", "out"))) == []


def interrupted(*then: str, interrupting: str = "true") -> Definition:
    """start → a → issue → end, unless a time ends all of it."""
    begun = node("startEvent", "late", timer("timeDuration", "P9D"), isInterrupting=interrupting)
    sub = node("subProcess", "s", begun + "".join(then) + end("gone"), triggeredByEvent="true")
    return drawn(user("a"), service("issue"), sub, path("start", "a", "issue", "end"))


def test_what_interrupts_the_whole_process_must_decide_too():
    assert undecided(interrupted(path("late", "gone"))) == ["gone"]
    assert undecided(interrupted(service("refuse"), path("late", "refuse", "gone"))) == []


def test_what_happens_beside_the_process_ends_nothing():
    assert undecided(interrupted(path("late", "gone"), interrupting="false")) == []


def test_a_process_that_is_begun_by_a_message_must_decide_as_well():
    begun = node("startEvent", "asked", message("m"))
    beside = '<message id="m" name="asked"/>'
    ways = path("start", "issue", "end"), path("asked", "a", "closed")
    nodes = service("issue"), user("a"), begun, end("closed")

    assert undecided(load(model(start(), *nodes, end(), *ways, beside=beside))) == ["closed"]


def test_a_called_process_decides_for_the_one_that_calls_it():
    caller = model(
        start(), node("callActivity", "a", calledElement="q"), end(), path("start", "a", "end")
    )

    def called(operation: str) -> bytes:
        steps = start("s"), service(operation), end("e"), path("s", operation, "e")
        return model(*steps).replace(b'process id="p"', b'process id="q"')

    assert undecided(load(caller, called("issue"))) == []
    assert undecided(load(caller, called("tell"))) == ["end"]


def test_a_loop_back_to_the_beginning_does_not_end():
    merge, again = node("exclusiveGateway", "m"), node("exclusiveGateway", "g", default="g-issue")
    ways = path("start", "m", "a", "g", "issue", "end"), flow("g", "m", "x = 1")

    assert undecided(drawn(merge, user("a"), again, service("issue"), *ways)) == []


def test_the_permit_of_the_demo_city_is_always_decided():
    process = load(PERMIT.read_bytes())
    settling = {
        reference.name for reference in process.references() if reference.kind == "operation"
    }

    assert ends_undecided(process, settling) == ()
    assert ends_undecided(process, frozenset()) != ()


def test_the_words_name_the_end_and_the_way_out():
    process = load(
        model(declared(x="number"), start(), end("end", name="办结"), flow("start", "end"))
    )
    (flaw,) = ends_undecided(process, SETTLING)

    assert (flaw.rule, flaw.element, flaw.severity) == ("ends-undecided", "end", "error")
    assert flaw.told("zh") == (
        "办件可能尚未作出决定就在“办结”结束。请使通往结束的每条路径都经过准予或不予的步骤。"
    )
    assert flaw.told("en") == (
        "A case can end at “办结” before anything was decided on it. Lead every way to an end "
        "through a step that grants or refuses."
    )


def test_several_ends_are_told_in_the_order_of_the_file():
    gateway = node("exclusiveGateway", "g", default="g-one")
    ways = path("start", "g", "one"), flow("g", "two", "x = 1")
    process = load(model(start(), gateway, "\n", end("two"), "\n", end("one"), *ways))

    assert undecided(process) == ["two", "one"]


@MANY
@given(paths("xpts"))
def test_one_order_of_work_shows_whether_any_order_ends_undecided(drawn_paths: list[str]):
    process = definition(*drawn_paths)
    settlers = [name for name in process.nodes if name[0] == "s" and name[1:].isdigit()]
    everything = Everything(Level(process, "start", settlers)).play()
    assume(everything.whole)

    told = {flaw.element for flaw in ends_undecided(process, {"settle"})}

    assert told <= everything.unsettled
    assert bool(told) == bool(everything.unsettled)


@pytest.mark.parametrize("settling", [frozenset({"settle"}), frozenset()])
def test_a_decision_is_only_what_the_caller_says_is_one(settling: frozenset[str]):
    process = definition("start s1 end")

    assert bool(ends_undecided(process, settling)) is not bool(settling)
