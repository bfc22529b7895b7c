"""Moving a case to another version of its process: what stays and what is renewed."""

import pytest

from tests.engines.processes.bpmn_administration import (
    BESIDE,
    catch,
    line,
    move,
    obstacles,
    race,
    told,
)
from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    flow,
    handler,
    message,
    model,
    node,
    path,
    service,
    several,
    signal,
    start,
    sub,
    timer,
    user,
    when,
)
from tongban.engines.processes import (
    AddSigner,
    CancelTimer,
    Entered,
    Left,
    StartTimer,
    TaskChanged,
    load,
)

# -- what stays


def test_the_case_goes_on_by_the_new_version_under_the_same_numbers():
    case = Case(line("a", "b"), x=1)
    case.do("a")
    before = case.state
    new = line("a", "b", "c")

    assert move(case, new) == ()
    assert case.state.definition == load(new).version != before.definition
    assert (case.state.tokens, case.state.tasks) == (before.tokens, before.tasks)
    case.do("b")
    assert case.open() == ["c"]


def test_what_lies_behind_the_case_may_be_anything():
    case = Case(line("a", "b"))
    case.do("a")
    move(case, line(service("s"), "b"))
    case.do("b")

    assert case.over == ("finished", "end")


def test_an_open_task_that_became_another_tells_who_has_it():
    case = Case(line(user("a", tb_form="f1", tb_post="clerk")))
    task = case.task("a")
    new = line(user("a", name="复核", tb_form="f2", tb_post="lead"))

    assert move(case, new) == (TaskChanged(task, "a", "复核", "lead", "f2"),)
    assert list(case.state.tasks) == [task]


def test_a_signer_hears_of_it_too_and_an_english_name_counts():
    case = Case(line("a"))
    task = case.task("a")
    case.tell(AddSigner(task, "officer", case.at))
    new = line(user("a", tb_labelEn="Review"))

    assert move(case, new) == (
        TaskChanged(task, "a", "a", None, None),
        TaskChanged(task + 1, "a", "a", None, None),
    )
    assert case.state.tasks[task + 1].beside == task


def test_open_work_is_led_to_another_step():
    case = Case(line("a", "b"))
    case.do("a")
    task = case.task("b")

    assert move(case, line("a", "b1", "b2"), {"b": "b2"}) == (
        TaskChanged(task, "b2", "b2", None, None),
    )
    assert case.state.tasks[task].node == "b2"
    case.tell_task(task)
    assert case.over == ("finished", "end")


def test_work_inside_a_renamed_sub_process_is_led_there_with_it():
    def inside(id: str) -> bytes:
        return line(sub(start("s1"), user("a"), end("e1"), path("s1", "a", "e1"), id=id))

    case = Case(inside("one"))
    assert obstacles(case, inside("two")) == [("gone", "one"), ("other-level", "a")]
    move(case, inside("two"), {"one": "two"})
    case.do("a")

    assert case.over == ("finished", "end")


# -- what is renewed


def watched(*events: str, beside: str = "") -> bytes:
    """A task with boundary events that do not interrupt; each leads to the end."""
    ids = [each.split('id="')[1].split('"')[0] for each in events]
    return model(
        start(),
        user("a"),
        *events,
        end(),
        path("start", "a", "end"),
        *(flow(each, "end") for each in ids),
        beside=beside or BESIDE,
    )


def on_border(id: str, what: str) -> str:
    return boundary(id, "a", what, cancelActivity="false")


def test_boundary_events_come_and_go_with_the_version():
    case = Case(
        watched(on_border("late", timer("timeDuration", "P1D")), on_border("heard", message("m")))
    )
    gone = case.timer("late")
    effects = move(
        case,
        watched(
            on_border("soon", timer("timeDuration", "PT1H")), on_border("alarm_", signal("alarm"))
        ),
    )
    soon = case.timer("soon")

    assert effects == (CancelTimer(gone), StartTimer(soon, case.state.timers[soon].due))
    assert soon == gone + 1
    assert [each.node for each in case.state.subscriptions.values()] == ["alarm_"]


def test_a_deadline_that_runs_goes_on_running():
    case = Case(watched(on_border("late", timer("timeDuration", "P1D"))))
    timers = case.state.timers
    case.later(hours=5)

    assert move(case, watched(on_border("late", timer("timeDuration", "P9D")))) == ()
    assert case.state.timers == timers


def test_a_deadline_that_is_over_does_not_begin_again():
    case = Case(watched(on_border("late", timer("timeDuration", "P1D"))))
    case.ring("late")

    assert move(case, watched(on_border("late", timer("timeDuration", "P9D")))) == ()
    assert case.state.timers == {}


def test_a_boundary_event_under_another_id_is_the_same_where_it_is_said_to_be():
    case = Case(watched(on_border("late", timer("timeDuration", "P1D"))))
    running = case.timer("late")

    assert (
        move(case, watched(on_border("later", timer("timeDuration", "P1D"))), {"late": "later"})
        == ()
    )
    assert case.timer("later") == running


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        (message("m"), message("n"), ["settled"]),
        (signal("alarm"), signal("calm"), ["calm"]),
        (signal("alarm"), message("m"), ["paid"]),
        (message("m") + signal("alarm"), message("m"), ["paid"]),
        (message("m"), message("m") + signal("calm"), ["paid", "calm"]),
        (when("x > 1"), when("x > 2"), [""]),
    ],
)
def test_what_is_listened_for_is_what_the_new_version_names(
    before: str, after: str, names: list[str]
):
    case = Case(watched(on_border("b", before)))
    move(case, watched(on_border("b", after)))

    assert [each.name for each in case.state.subscriptions.values()] == names


def test_a_condition_that_holds_already_comes_with_the_new_version():
    case = Case(watched(), x=5)
    effects = move(case, watched(on_border("b", when("x > 1"))))

    assert Entered("b") in effects
    assert case.open() == ["a"]


def listening(*handlers: str) -> bytes:
    return model(start(), user("a"), *handlers, end(), path("start", "a", "end"), beside=BESIDE)


def by(id: str, what: str, *, interrupting: bool = False) -> str:
    task, done = f"{id}_task", f"{id}_end"
    steps = (user(task), end(done), path(f"{id}_start", task, done))
    return handler(id, what, *steps, interrupting=interrupting)


def test_event_sub_processes_come_and_go_with_the_version():
    case = Case(listening(by("h", message("m"))))
    move(case, listening(by("k", timer("timeDuration", "P1D"))))
    assert case.state.subscriptions == {}
    case.ring("k_start")

    assert case.open() == ["a", "k_task"]


def test_nothing_is_listened_for_where_an_event_sub_process_took_over():
    case = Case(listening(by("h", message("m"), interrupting=True)))
    case.say("paid")
    move(case, listening(by("h", message("m"), interrupting=True), by("k", signal("alarm"))))

    assert case.state.subscriptions == {}


def test_in_an_open_sub_process_as_well():
    def inside(*handlers: str) -> bytes:
        steps = (start("s1"), user("a"), end("e1"), path("s1", "a", "e1"))
        return line(sub(*steps, *handlers, id="s"))

    case = Case(inside())
    move(case, inside(by("h", signal("alarm"))))
    case.signal("alarm")

    assert case.open() == ["a", "h_task"]


def test_an_event_based_gateway_waits_for_what_is_added_behind_it():
    two = (catch("paid", message("m")), catch("late", timer("timeDuration", "P1D")))
    case = Case(race(*two))
    move(case, race(*two, catch("alarm_", signal("alarm"))))
    case.signal("alarm")

    assert case.trace()[-2:] == ["alarm_", "end"]
    assert case.over == ("finished", "end")


def test_an_event_waits_for_the_message_that_the_new_version_names():
    case = Case(line(catch("c", message("m"))))
    move(case, line(catch("c", message("n"))))
    case.say("settled")

    assert case.over == ("finished", "end")


def test_a_receive_task_and_its_turns_do_so_too():
    def receive(message_: str) -> bytes:
        return line(
            node("receiveTask", "a", several(count="2"), messageRef=message_), "b", beside=BESIDE
        )

    case = Case(receive("m"))
    move(case, receive("n"))
    case.say("settled")
    case.say("settled")

    assert case.open() == ["b"]


def test_data_objects_that_are_added_begin_empty():
    def with_data(*names: str) -> bytes:
        def data(place: str) -> str:
            return "".join(node("dataObject", f"{each}_{place}") for each in names)

        inner = sub(data("in"), start("s1"), user("a"), end("e1"), path("s1", "a", "e1"), id="s")
        return model(data("out"), start(), inner, end(), path("start", "s", "end"))

    case = Case(with_data("sum"))
    move(case, with_data("sum", "note"))

    assert case.state.variables == {"sum_out": None, "note_out": None}
    (body,) = (each for each in case.state.scopes.values() if each.kind == "body")
    assert body.variables == {"sum_in": None, "note_in": None}


def test_nobody_has_signed_for_a_list_that_is_new():
    case = Case(line(user("a")))
    move(case, line(user("a", tb_signatures="signed")))

    assert case.state.variables == {"signed": []}


# -- joins


def joined(*branches: str, gateway: str = "parallelGateway", needs: str = "") -> bytes:
    inside = f"<activationCondition>{needs}</activationCondition>" if needs else ""
    return model(
        start(),
        node("parallelGateway", "split"),
        *map(user, branches),
        node(gateway, "join", inside),
        user("z"),
        end(),
        path("start", "split"),
        *(path("split", each, "join") for each in branches),
        path("join", "z", "end"),
    )


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway"])
def test_an_open_branch_is_led_to_another_and_joined(gateway: str):
    case = Case(joined("a", "b", "c", gateway=gateway))
    case.do("a")
    case.do("b")
    third = case.task("c")
    assert obstacles(case, joined("a", "b", gateway=gateway)) == [("gone", "c")]
    move(case, joined("a", "b", "d", gateway=gateway), {"c": "d"})
    case.tell_task(third)

    assert case.open() == ["z"]


def test_where_all_branches_wait_already_the_case_goes_on_at_once():
    """The third branch had come to an end of its own."""

    def aside(joins: bool) -> bytes:
        third = path("split", "c", "join") if joins else path("split", "c", "end")
        return model(
            start(),
            node("parallelGateway", "split"),
            *map(user, ("a", "b", "c", "z")),
            node("parallelGateway", "join"),
            end(),
            path("start", "split"),
            *(path("split", each, "join") for each in ("a", "b")),
            third,
            path("join", "z", "end"),
        )

    case = Case(aside(True))
    case.do("a")
    case.do("b")
    effects = move(case, aside(False))

    assert effects[:2] == (Entered("join"), Left("join"))
    assert sorted(case.open()) == ["c", "z"]


def test_a_complex_gateway_that_needs_less_goes_on():
    def needs(count: int) -> bytes:
        return joined("a", "b", gateway="complexGateway", needs=f"activationCount >= {count}")

    case = Case(needs(2))
    case.do("a")
    assert move(case, needs(2).replace(b'name="', b'name="x')) == ()
    effects = move(case, needs(1))

    assert Entered("join") in effects
    assert sorted(case.open()) == ["b", "z"]


def test_a_branch_that_waits_keeps_its_place_though_its_flow_has_another_id():
    case = Case(joined("a", "b"))
    case.do("a")
    move(case, joined("a", "b").replace(b"a-join", b"flow-7"))
    case.do("b")

    assert case.open() == ["z"]


def test_a_branch_that_waits_where_none_leads_any_more_is_in_the_way():
    case = Case(joined("a", "b"))
    case.do("a")

    assert told(case, joined("b", "d")) == (
        "A branch that is through waits at the parallel gateway “join” (join), and in the new "
        "version it does not lead there. Complete the other branches first.",
        "已办完的分支正在并行网关“join”（join）等待汇合，而新版本中它不通向该处。"
        "请先办结其他分支。",
    )


def test_a_join_that_would_wait_for_ever_is_in_the_way():
    """The case is past the place where the branches part now."""
    case = Case(line("a", "z"))

    def forked() -> bytes:
        return joined("a", "b")

    assert told(case, forked()) == (
        "In the new version the parallel gateway “join” (join) could wait for ever for branches "
        "that the case is past. Complete the open branches first, or send the case back before "
        "they part.",
        "在新版本中，并行网关“join”（join）可能永远等待办件已经走过的分支。"
        "请先办结未完成的分支，或退回到分支之前。",
    )
    case.do("a")
    move(case, forked())
    case.do("z")
    assert case.over == ("finished", "end")


def test_flows_that_became_conditional_may_leave_a_join_waiting():
    """The same lines, but from now on `b` may be left out, and the case is at its place."""

    def drawn(condition: str) -> bytes:
        return model(
            start(),
            user("r"),
            *map(user, ("a", "b")),
            node("parallelGateway", "join"),
            end(),
            path("start", "r", "a", "join", "end"),
            flow("r", "b", condition),
            path("b", "join"),
        )

    case = Case(drawn(""))
    # The drawing itself can stand still, wherever the case is: that is no worse for this one.
    move(case, drawn("x = 1"))

    assert case.open() == ["r"]
