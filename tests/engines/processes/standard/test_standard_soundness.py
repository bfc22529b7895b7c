"""Whether a case can finish: flaws by hand, no false alarm on what is well made, an oracle."""

import pytest
from hypothesis import assume, given, settings

from tests.engines.processes.bpmn_blocks import Block, blocks, drawn
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    error,
    flow,
    message,
    model,
    node,
    path,
    start,
    timer,
    user,
)
from tests.engines.processes.standard.graphs import Everything, definition, paths
from tongban.engines.processes import Definition
from tongban.engines.processes.reading import load
from tongban.engines.processes.standard import tokens
from tongban.engines.processes.standard.soundness import Flaw, unsound
from tongban.engines.processes.standard.tokens import Game, Level

FEW = settings(max_examples=12, deadline=None, derandomize=True)
MANY = settings(max_examples=25, deadline=None, derandomize=True)


def flaws(process: Definition) -> list[tuple[str, str]]:
    return [(flaw.rule, flaw.element) for flaw in unsound(process)]


@pytest.mark.parametrize(
    ("drawn_paths", "expected"),
    [
        (["start x1 t1 p1 end", "x1 t2 p1"], [("join-never-satisfied", "p1")]),
        (["start x1 t1 x2 end", "x1 t2 x2"], []),
        (["start p1 t1 p2 end", "p1 t2 p2"], []),
        (["start p1 t1 x1 t3 end", "p1 t2 x1"], [("runs-twice", "x1")]),
        (["start p1 t1 x1 end", "p1 t2 x1"], []),
        (["start p1 t1 t3 end", "p1 t2 t3"], [("runs-twice", "t3")]),
        (["start o1 t1 p1 end", "o1 t2 p1"], [("can-stand-still", "p1")]),
        (["start o1 t1 o2 end", "o1 t2 o2"], []),
        (["start p1 t1 o1 end", "p1 t2 o1"], []),
        (["start x1 t1 o1 end", "x1 t2 o1"], []),
        (["start o1 t1 x1 t3 end", "o1 t2 x1"], [("runs-twice", "x1")]),
        (["start t1 t2 p1 end", "t1 t3 p1"], []),
        (["start t1 t2 end", "t1 t3 end2"], []),
        (["start x1 t1 x1", "x1 end"], []),
        (["start x1 t1 x2 x1", "x2 end"], []),
        (["start p1 t1 stop", "p1 t2 end"], []),
        (["start p1 x1 t1 p2 end", "p1 t2 p2", "x1 t3 end2"], [("can-stand-still", "p2")]),
        (["start x1 p1 end", "x1 p2 p1", "p2 t1 p1"], [("join-never-satisfied", "p1")]),
    ],
)
def test_what_a_drawing_does_to_its_tokens_is_told(
    drawn_paths: list[str], expected: list[tuple[str, str]]
):
    assert flaws(definition(*drawn_paths)) == expected


def test_a_join_that_is_satisfied_in_one_run_and_not_in_another_can_stand_still():
    choice = definition("start x1 p1 t1 p2 end", "p1 x2 t2 p2", "x1 t4 x2")

    assert flaws(choice) == [("can-stand-still", "p2")]


def test_an_end_that_ends_everything_leaves_nothing_standing():
    waiting = definition("start p1 x1 t1 p2 end", "p1 t2 p2", "x1 stop")

    assert flaws(waiting) == []


def test_of_two_joins_that_wait_for_one_another_both_are_told():
    knot = definition("start x1 p1 t1 p2 end", "p2 t2 p1", "x1 p2")

    assert sorted(flaws(knot)) == [("join-never-satisfied", "p1"), ("join-never-satisfied", "p2")]


def test_a_loop_that_splits_again_and_again_is_not_followed_for_ever():
    piling = definition("start x1 t1 x2 t2 p1 x1", "p1 p2 end", "x2 t3 p2")

    assert Game(Level(piling, "start")).play().whole is False
    assert ("join-never-satisfied", "p2") not in flaws(piling)


def test_what_would_take_too_long_is_not_told(monkeypatch: pytest.MonkeyPatch):
    stuck = ["start x1 t1 p1 end", "x1 t2 p1"]
    monkeypatch.setattr(tokens, "EFFORT", 1)

    assert flaws(definition(*stuck)) == []


def test_a_choice_between_many_ways_is_not_tried_in_every_combination():
    ways = [f"o1 t{number} o2" for number in range(12)]
    wide = definition("start o1", *ways, "o2 end")

    assert flaws(wide) == []


def test_a_flaw_is_told_with_its_name_its_severity_and_the_way_out():
    xml = model(
        start(),
        node("exclusiveGateway", "g", default="g-a"),
        user("a"),
        user("b"),
        node("parallelGateway", "j", name="汇合"),
        end(),
        path("start", "g", "a", "j", "end"),
        flow("g", "b", "x = 1"),
        flow("b", "j"),
    )
    (flaw,) = unsound(load(xml))

    assert isinstance(flaw, Flaw)
    assert (flaw.rule, flaw.element, flaw.line, flaw.severity) == (
        "join-never-satisfied",
        "j",
        1,
        "error",
    )
    assert flaw.told("zh") == (
        "“汇合”要等齐 2 条入线，而任何情况下都不会等齐。由排他网关分出的分支，请用排他网关汇合。"
    )
    assert flaw.told("en") == (
        "“汇合” waits for a token from each of its 2 incoming flows, and no run ever brings them "
        "all. Join with an exclusive gateway what an exclusive one split."
    )


def test_what_may_go_wrong_is_a_warning():
    (still,) = unsound(definition("start o1 t1 p1 end", "o1 t2 p1"))
    (twice,) = unsound(definition("start p1 t1 x1 t3 end", "p1 t2 x1"))

    assert (still.severity, twice.severity) == ("warning", "warning")
    assert still.told("zh") == (
        "在某些情况下“p1”等不齐所有入线，办件将停在此处。请用与分支相同种类的网关汇合。"
    )
    assert twice.told("en") == (
        "Two tokens can come to “x1” one after the other: what follows is done twice. Join with "
        "a parallel gateway what a parallel one split."
    )


def around_task(task: str, *events: str, after: str = "") -> Definition:
    """start → a → join of a and b → end, with events on the border of `a`."""
    nodes = node("parallelGateway", "f"), task, user("b"), node("parallelGateway", "j")
    ways = path("start", "f", "a", "j", "end"), path("f", "b", "j")
    return load(
        model(start(), *nodes, *events, end(), *ways, after, beside='<message id="m" name="paid"/>')
    )


def test_an_event_that_interrupts_takes_the_token_with_it():
    late = boundary("late", "a", timer("timeDuration", "P1D"))

    assert flaws(around_task(user("a"), late, end("gone"), after=flow("late", "gone"))) == [
        ("can-stand-still", "j")
    ]
    back = node("exclusiveGateway", "g") + flow("late", "g")
    joined = around_task(user("a"), late, back, end("x"), after=flow("g", "x") + flow("b", "g"))
    assert ("can-stand-still", "j") in flaws(joined)


def test_an_event_that_does_not_interrupt_brings_a_token_more():
    remind = boundary("remind", "a", message("m"), cancelActivity="false")

    assert flaws(around_task(user("a"), remind, end("told"), after=flow("remind", "told"))) == []
    again = node("exclusiveGateway", "g") + user("c") + path("remind", "g", "c", "told")
    assert flaws(around_task(user("a"), remind, again, end("told"), after=flow("b", "g"))) == [
        ("runs-twice", "g")
    ]


def test_conditions_behind_an_activity_choose_like_an_inclusive_gateway():
    def behind(join: str) -> Definition:
        return load(
            model(
                start(),
                user("a", default="a-c"),
                user("b"),
                user("c"),
                node(join, "j"),
                end(),
                path("start", "a", "c", "j", "end"),
                flow("a", "b", "x = 1"),
                flow("b", "j"),
            )
        )

    assert flaws(behind("inclusiveGateway")) == []
    assert flaws(behind("exclusiveGateway")) == []
    assert flaws(behind("parallelGateway")) == [("join-never-satisfied", "j")]


def test_an_unconditional_flow_is_taken_beside_those_with_conditions():
    xml = model(
        start(),
        user("a"),
        user("b"),
        node("parallelGateway", "j"),
        end(),
        path("start", "a", "j", "end"),
        flow("a", "b", "x = 1"),
        flow("b", "j"),
    )

    assert flaws(load(xml)) == [("can-stand-still", "j")]


def test_a_race_brings_one_token():
    race = (
        node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "a", timer("timeDuration", "P1D")),
        node("intermediateCatchEvent", "b", timer("timeDuration", "P2D")),
    )

    def joined(tag: str) -> Definition:
        ways = path("start", "g", "a", "j", "end"), path("g", "b", "j")
        return load(model(start(), *race, node(tag, "j"), end(), *ways))

    assert flaws(joined("exclusiveGateway")) == []
    assert flaws(joined("parallelGateway")) == [("join-never-satisfied", "j")]


@pytest.mark.parametrize(
    "other",
    [
        user("b", startQuantity="2"),
        user("b", completionQuantity="2"),
        node("complexGateway", "b") + end("spare") + flow("b", "spare", "x = 2"),
    ],
)
def test_of_a_level_with_tokens_that_only_counting_tells_nothing_is_said(other: str):
    def chosen(task: str) -> Definition:
        nodes = node("exclusiveGateway", "g", default="g-a"), user("a"), task
        ways = path("start", "g", "a", "j", "end"), flow("g", "b", "x = 1")
        join = node("parallelGateway", "j"), flow("b", "j", "x > 0" if "spare" in task else "")
        return load(model(start(), *nodes, *join, end(), *ways))

    assert flaws(chosen(user("b"))) == [("join-never-satisfied", "j")]
    assert flaws(chosen(other)) == []


def test_of_several_starts_each_begins_a_run_of_its_own():
    second = node("startEvent", "by_message", message("m"))
    ways = path("start", "a", "j", "end"), path("by_message", "b", "j")
    beside = '<message id="m" name="paid"/>'

    def begun(join: str) -> Definition:
        nodes = second, user("a"), user("b"), node(join, "j")
        return load(model(start(), *nodes, end(), *ways, beside=beside))

    assert flaws(begun("exclusiveGateway")) == []
    assert flaws(begun("parallelGateway")) == [("join-never-satisfied", "j")]


def test_a_join_that_one_of_several_starts_satisfies_can_only_stand_still():
    second = node("startEvent", "by_message", message("m"))
    ways = path("start", "f", "a", "j", "end"), path("f", "b", "j"), path("by_message", "x", "b")
    nodes = (
        second,
        node("parallelGateway", "f"),
        user("a"),
        node("exclusiveGateway", "x", default="x-b"),
    )
    joined = user("b"), node("parallelGateway", "j"), end(), end("other")
    leave = flow("x", "other", "y = 1")
    xml = model(start(), *nodes, *joined, *ways, leave, beside='<message id="m" name="paid"/>')

    assert flaws(load(xml)) == [("can-stand-still", "j")]


def test_of_a_level_that_begins_at_several_nodes_at_once_nothing_is_said():
    both = load(model(user("a"), user("b"), node("exclusiveGateway", "x"), user("c"),
                      path("a", "x", "c"), path("b", "x")))  # fmt: skip

    assert flaws(both) == []


def test_what_happens_on_an_event_is_looked_at_for_itself():
    inside = (
        node("startEvent", "s", timer("timeDuration", "P1D"))
        + node("exclusiveGateway", "g", default="g-b")
        + user("b")
        + user("c")
        + node("parallelGateway", "j")
        + end("e")
        + path("s", "g", "b", "j", "e")
        + flow("g", "c", "x = 1")
        + flow("c", "j")
    )
    late = node("subProcess", "late", inside, triggeredByEvent="true")
    xml = model(start(), user("a"), late, end(), path("start", "a", "end"))

    assert flaws(load(xml)) == [("join-never-satisfied", "j")]


def test_every_level_is_looked_at_for_itself():
    inside = (
        start("s")
        + node("exclusiveGateway", "g", default="g-b")
        + user("b")
        + user("c")
        + node("parallelGateway", "j")
        + end("e")
        + path("s", "g", "b", "j", "e")
        + flow("g", "c", "x = 1")
        + flow("c", "j")
    )
    xml = model(start(), node("subProcess", "a", inside), end(), path("start", "a", "end"))

    assert flaws(load(xml)) == [("join-never-satisfied", "j")]


def test_an_error_leaves_the_level_and_nothing_standing():
    inside = (
        start("s")
        + node("parallelGateway", "g")
        + user("b")
        + end("oops", error("bad"))
        + node("exclusiveGateway", "x", default="x-j")
        + node("parallelGateway", "j")
        + end("e")
        + path("s", "g", "x", "j", "e")
        + path("g", "b", "j")
        + flow("x", "oops", "y = 1")
    )
    caught = boundary("caught", "a", error("bad"))
    xml = model(
        start(),
        node("subProcess", "a", inside),
        caught,
        end(),
        end("failed"),
        path("start", "a", "end"),
        flow("caught", "failed"),
        beside='<error id="bad" errorCode="bad"/>',
    )

    assert flaws(load(xml)) == []


@FEW
@given(blocks)
def test_what_is_made_of_blocks_is_sound(block: Block):
    xml, _ = drawn(block)

    assert unsound(load(xml)) == ()


OTHER = {"parallelGateway": "exclusiveGateway", "exclusiveGateway": "parallelGateway"}


@FEW
@given(blocks.filter(lambda block: b"parallelGateway" in drawn(block)[0]))
def test_joining_with_the_wrong_kind_is_noticed(block: Block):
    xml, on = drawn(block)
    told = []
    for split, join in on.pairs:
        if f'<parallelGateway id="{split}"'.encode() in xml:
            wrong = f'<exclusiveGateway id="{join}"></exclusiveGateway>'.encode()
            right = f'<parallelGateway id="{join}"></parallelGateway>'.encode()
            told.append(unsound(load(xml.replace(right, wrong))))
    # A join right before the end of its level does what follows, nothing, twice.
    assert told
    assert all(flaw.rule == "runs-twice" for each in told for flaw in each)


@FEW
@given(blocks.filter(lambda block: b'<exclusiveGateway id="split' in drawn(block)[0]))
def test_waiting_for_all_where_one_was_chosen_is_always_noticed(block: Block):
    xml, on = drawn(block)
    for split, join in on.pairs:
        if f'<exclusiveGateway id="{split}"'.encode() in xml:
            right = f'<exclusiveGateway id="{join}"></exclusiveGateway>'.encode()
            wrong = f'<parallelGateway id="{join}"></parallelGateway>'.encode()
            told = unsound(load(xml.replace(right, wrong)))
            assert ("join-never-satisfied", join) in [(each.rule, each.element) for each in told]


@MANY
@given(paths())
def test_one_order_of_work_shows_what_every_order_shows(drawn_paths: list[str]):
    level = Level(definition(*drawn_paths), "start")
    everything, played = Everything(level).play(), Game(level).play()

    assume(everything.whole and played.whole)
    assert bool(played.stuck) == bool(everything.stuck)
    assert played.stuck <= everything.stuck
    assert played.joined <= everything.joined | {
        node.id for node in level.nodes.values() if len(node.incoming) > 1
    }
    assert played.doubled <= everything.met


@MANY
@given(paths(circles=True))
def test_circles_change_nothing_about_that(drawn_paths: list[str]):
    level = Level(definition(*drawn_paths), "start")
    everything, played = Everything(level).play(), Game(level).play()

    assume(everything.whole and played.whole)
    assert bool(played.stuck) == bool(everything.stuck)
    assert played.doubled <= everything.met


@MANY
@given(paths())
def test_what_is_said_never_to_happen_never_happens(drawn_paths: list[str]):
    process = definition(*drawn_paths)
    everything = Everything(Level(process, "start")).play()
    assume(everything.whole)

    never = {flaw.element for flaw in unsound(process) if flaw.rule == "join-never-satisfied"}
    assert not never & everything.joined
