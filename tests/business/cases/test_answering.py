"""Which steps of a person decide, and which are only done."""

import pytest

from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    flow,
    model,
    node,
    path,
    several,
    start,
    sub,
    tb_input,
    tb_output,
    user,
)
from tests.permits import CITY
from tongban.business.cases import answering
from tongban.engines import processes

END = (node("exclusiveGateway", "which", default="no"), end("issued"), end("refused"))
POST = {"tb_post": "approver"}


def decided(*parts: str) -> dict[str, bool]:
    """By step, of a process that ends in a choice by `approved` or `first`."""
    names = declared(approved="boolean", first="boolean")
    read = processes.load(model(names, start(), *parts, *END))
    people = (name for name, each in read.nodes.items() if type(each).__name__ == "UserTask")
    return {name: answering.decides(read, name) for name in people}


def choice(condition: str = "approved = true") -> tuple[str, str]:
    return flow("which", "issued", condition), flow("which", "refused", id="no")


def test_the_step_before_a_choice_by_its_answer_decides():
    assert decided(user("a", **POST), path("start", "a", "which"), *choice()) == {"a": True}


def test_a_step_whose_answer_another_overwrites_decides_nothing():
    found = decided(
        user("check", **POST), user("review", **POST), path("start", "check", "review", "which"),
        *choice(),
    )  # fmt: skip
    assert found == {"check": False, "review": True}


def test_an_answer_that_is_kept_by_another_name_decides_past_the_next_person():
    kept = extended(tb_output("first", "approved"))
    found = decided(
        user("a", kept, **POST), user("b", **POST), path("start", "a", "b", "which"),
        *choice("first = true"),
    )  # fmt: skip
    assert found == {"a": True, "b": False}


def test_outputs_that_leave_the_answer_out_decide_nothing():
    other = extended(tb_output("first", "opinion"))
    found = decided(user("a", other, **POST), path("start", "a", "which"), *choice("first = true"))
    assert found == {"a": False}


def test_a_step_that_may_be_skipped_decides_nothing():
    skippable = user("a", tb_skippable="lead", **POST)
    assert decided(skippable, path("start", "a", "which"), *choice()) == {"a": False}


def test_of_two_branches_each_decides_where_the_choice_reads_after_the_join():
    found = decided(
        node("parallelGateway", "fork"),
        node("parallelGateway", "join"),
        user("a", **POST),
        user("b", extended(tb_output("first", "approved")), **POST),
        path("start", "fork", "a", "join", "which"),
        path("fork", "b", "join"),
        *choice("approved = true and first = true"),
    )
    assert found == {"a": True, "b": True}


def test_a_step_inside_a_sub_process_decides_by_the_choice_behind_it():
    inside = (start("in"), user("a", **POST), end("out"), path("in", "a", "out"))
    parts = (sub(*inside, id="sub"), path("start", "sub", "which"), *choice())
    assert decided(*parts) == {"a": True}


def test_a_choice_inside_the_next_sub_process_reads_the_answer():
    inside = (
        start("in"), node("exclusiveGateway", "x", default="else"), end("o1"), end("o2"),
        path("in", "x"), flow("x", "o1", "approved = true"), flow("x", "o2", id="else"),
    )  # fmt: skip
    parts = (user("a", **POST), sub(*inside, id="sub"), path("start", "a", "sub", "which"))
    assert decided(*parts, *choice("first = true")) == {"a": True}


def test_what_a_later_step_is_handed_counts_as_read():
    handed = extended(tb_input("said", "approved"))
    found = decided(
        user("a", **POST), user("b", handed, **POST), path("start", "a", "b", "which"),
        *choice("first = true"),
    )  # fmt: skip
    assert found == {"a": True, "b": False}


def test_a_loop_back_to_itself_ends():
    again = flow("which", "a", "first = true")
    found = decided(user("a", **POST), path("start", "a", "which"), again, *choice("first = false"))
    assert found == {"a": False}


VOTES = {"tb_outputCollection": "votes", "tb_outputElement": "approved"}
TWO = "count(votes[item = true]) >= 2"


def test_signatures_that_are_counted_behind_the_step_decide():
    signed = user("a", several(count="3", **VOTES), **POST)
    assert decided(signed, path("start", "a", "which"), *choice(TWO)) == {"a": True}


def test_signatures_that_say_whether_there_are_enough_decide():
    signed = user("a", several(count="3", until=TWO, **VOTES), **POST)
    assert decided(signed, path("start", "a", "which"), *choice("first")) == {"a": True}


def test_signatures_that_nobody_counts_decide_nothing():
    signed = user("a", several(count="3", **VOTES), **POST)
    assert decided(signed, path("start", "a", "which"), *choice("first")) == {"a": False}


def test_what_is_done_again_until_it_is_approved_decides():
    again = "<standardLoopCharacteristics><loopCondition>approved = false</loopCondition>"
    step = user("a", again + "</standardLoopCharacteristics>", **POST)
    assert decided(step, path("start", "a", "which"), *choice("first")) == {"a": True}


@pytest.mark.parametrize("item", ["B09"])
def test_the_review_of_the_demo_city_decides(item):
    read = processes.load((CITY / "items" / item / "process.bpmn").read_bytes())
    assert answering.decides(read, "review")
