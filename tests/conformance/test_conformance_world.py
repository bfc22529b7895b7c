"""Several processes of one file, run together: messages, signals, calls, data, times that begin."""

from pathlib import Path
from typing import Any

import pytest

from conformance.bpmn import betsy
from conformance.bpmn.deploying import deploy
from tests.conformance.kits import asks, execution, file, process, row, word
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    message,
    model,
    node,
    path,
    signal,
    start,
    timer,
    when,
)

BESIDE = '<message id="m" name="paid"/><signal id="s" name="alarm"/>'
THROW = node("intermediateThrowEvent", "throw", message("m"))
ALARM = node("intermediateThrowEvent", "throw", signal("s"))
# Says task1, throws what is given, says task2.
SENDER = word("t1", "SCRIPT_task1") + word("t2", "SCRIPT_task2") + end() + start()
SENDS = process("sender", SENDER, THROW, path("start", "t1", "throw", "t2", "end"))
ALARMS = process("sender", SENDER, ALARM, path("start", "t1", "throw", "t2", "end"))


def begun(id: str, begin: str, *words: str) -> str:
    """A process that begins with what is given, or by hand, and then says the words."""
    return process(id, node("startEvent", f"{id}-start", begin), row(id, *words))


def waiting(id: str, catch: str, *words: str) -> str:
    """A process that is begun by hand and waits for what is given."""
    return process(
        id,
        start(f"{id}-begin"),
        node("intermediateCatchEvent", f"{id}-start", catch),
        path(f"{id}-begin", f"{id}-start"),
        row(id, *words),
    )


def flow_to(target: str) -> str:
    """A message flow from the throwing event."""
    drawn = f'<messageFlow id="f" sourceRef="throw" targetRef="{target}"/>'
    return (
        f'<collaboration id="c"><participant id="pool" processRef="sender"/>{drawn}</collaboration>'
    )


@pytest.fixture
def judge(tmp_path: Path):
    def judged(xml: bytes, *cases: dict[str, Any]) -> list[str]:
        return [each.wrong for each in betsy.run(execution(tmp_path, it=(xml, [*cases]))).cases]

    return judged


# -- messages


def test_a_message_begins_another_process(judge):
    other = begun("other", message("m"), "CREATE_MARKER_FILE")
    assert judge(file(SENDS, other, beside=BESIDE), asks("task1", "task2", "marker")) == [""]


def test_a_message_of_an_end_event_does_too(judge):
    sends = process("sender", start(), end("throw", message("m")), path("start", "throw"))
    other = begun("other", message("m"), "CREATE_MARKER_FILE")
    assert judge(file(sends, other, beside=BESIDE), asks("marker")) == [""]


def test_a_message_flow_says_who_gets_it(judge):
    others = [begun(id, message("m"), f"SCRIPT_{id}") for id in ("one", "other")]
    xml = file(SENDS, *others, beside=BESIDE + flow_to("other-start"))
    assert judge(xml, asks("task1", "task2", "other")) == [""]


def test_a_case_that_waits_gets_the_message_and_none_is_begun(judge):
    other = waiting("other", message("m"), "CREATE_MARKER_FILE")
    third = begun("third", message("m"), "SCRIPT_task3")
    xml = file(SENDS, other, third, beside=BESIDE)
    begun_by_hand = asks("task1", "task2", "marker", also_start="other")
    assert judge(xml, begun_by_hand, asks("task1", "task2", "task3")) == ["", ""]


def test_a_message_that_nobody_takes_does_no_harm(judge):
    other = waiting("other", message("m"), "CREATE_MARKER_FILE")
    assert judge(file(SENDS, other, beside=BESIDE), asks("task1", "task2")) == [""]


def test_a_message_is_kept_until_somebody_waits_for_it(judge):
    late = process(
        "late",
        start("late-begin"),
        node("intermediateCatchEvent", "pause", timer("timeDuration", "PT1H")),
        node("receiveTask", "late-start", messageRef="m"),
        path("late-begin", "pause", "late-start"),
        row("late", "CREATE_MARKER_FILE"),
    )
    xml = file(SENDS, late, beside=BESIDE)
    assert judge(xml, asks("task1", "task2", "marker", also_start="late")) == [""]


def test_a_case_does_not_hear_its_own_message(judge):
    deaf = process(
        "deaf",
        start(),
        node("parallelGateway", "split"),
        node("intermediateThrowEvent", "throw", message("m")),
        node("intermediateCatchEvent", "catch", message("m")),
        word("t1", "SCRIPT_task1"),
        end(),
        end("other"),
        path("start", "split", "throw", "end"),
        path("split", "catch", "t1", "other"),
    )
    assert judge(file(deaf, beside=BESIDE), asks()) == [""]


# -- signals


def test_a_signal_is_heard_by_other_cases_and_begins_processes(judge):
    hears = waiting("hears", signal("s"), "CREATE_MARKER_FILE")
    begins = begun("begins", signal("s"), "SCRIPT_task3")
    xml = file(ALARMS, hears, begins, beside=BESIDE)
    assert judge(
        xml,
        asks("task1", "task2", "task3"),
        asks("task1", "task2", "task3", "marker", also_start="hears"),
    ) == ["", ""]


def test_a_signal_that_nobody_hears_does_no_harm_and_is_not_kept(judge):
    late = process(
        "late",
        start("late-begin"),
        node("intermediateCatchEvent", "pause", timer("timeDuration", "PT1H")),
        node("intermediateCatchEvent", "late-start", signal("s")),
        path("late-begin", "pause", "late-start"),
        row("late", "CREATE_MARKER_FILE"),
    )
    xml = file(ALARMS, late, beside=BESIDE)
    assert judge(xml, asks("task1", "task2", also_start="late")) == [""]


def test_two_processes_that_set_each_other_off_go_on_for_ever(judge):
    def echo(id: str, heard: str, thrown: str) -> str:
        begin = node("startEvent", f"{id}-start", signal(heard))
        throw = node("endEvent", f"{id}-end", signal(thrown))
        return process(id, begin, throw, path(f"{id}-start", f"{id}-end"))

    beside = '<signal id="a" name="a"/><signal id="b" name="b"/>'
    first = process("first", start(), end("end", signal("a")), path("start", "end"))
    xml = file(first, echo("ping", "a", "b"), echo("pong", "b", "a"), beside=beside)
    assert judge(xml, asks()) == ["it goes on for ever"]


# -- what begins a case


def test_other_processes_begin_only_where_the_case_says_so(judge):
    xml = file(*(begun(id, "", f"SCRIPT_{id}") for id in ("one", "two", "three")))
    assert judge(
        xml,
        asks("one"),
        asks("one", also_start=False),
        asks("one", "two", also_start=True),
        asks("one", "three", also_start="three"),
        asks("one", "two", "three", also_start=["three", "two"]),
    ) == ["", "", "", "", ""]


def test_the_process_of_a_case_is_the_first_that_begins_by_hand_and_is_not_called(judge):
    caller = process(
        "caller",
        start(),
        node("callActivity", "call", calledElement="called"),
        end(),
        path("start", "call", "end"),
    )
    called = begun("called", "", "SCRIPT_task1")
    receiver = begun("receiver", message("m"), "SCRIPT_task2")
    assert judge(file(receiver, called, caller, beside=BESIDE), asks("task1")) == [""]
    assert judge(file(receiver, beside=BESIDE), asks()) == [""]


def test_a_signal_thrown_at_once_is_heard_by_whatever_begins_with_it(judge):
    hears = waiting("hears", signal("s"), "CREATE_MARKER_FILE")
    both = asks("task1", "task2", "marker", also_start=True)
    assert judge(file(ALARMS, hears, beside=BESIDE), both) == [""]
    assert judge(file(hears, ALARMS, beside=BESIDE), both) == [""]


def test_a_process_that_data_begin_begins_where_its_condition_holds(judge):
    xml = file(begun("watches", when('test.contains("a")'), "SCRIPT_task1"))
    assert judge(xml, asks("task1", test="xa"), asks(test="b")) == ["", ""]


def test_a_process_that_a_time_begins_begins_then(judge):
    pause = boundary("late", "slow", timer("timeDuration", "PT5S"))
    timed = process(
        "timed",
        node("startEvent", "begin", timer("timeDuration", "PT10S")),
        word("slow", "WAIT_TEN_SECONDS"),
        pause,
        word("too_late", "SCRIPT_task1"),
        end(),
        path("begin", "slow", "end"),
        path("late", "too_late", "end"),
    )
    assert judge(file(timed), asks("task1")) == [""]


def test_what_fails_in_a_process_that_was_begun_is_an_error(judge):
    xml = file(SENDS, begun("other", message("m"), "THROW_ERROR"), beside=BESIDE)
    assert judge(xml, asks("task1", "task2", runtime_error=True)) == [""]


# -- calls and data


def test_what_ran_in_a_called_process_is_handed_back(judge):
    caller = process(
        "caller",
        start(),
        word("t1", "SCRIPT_task1"),
        node("callActivity", "call", calledElement="called"),
        word("t2", "SCRIPT_task2"),
        end(),
        path("start", "t1", "call", "t2", "end"),
    )
    xml = file(caller, begun("called", "", "CREATE_MARKER_FILE", "SCRIPT_task3"))
    assert judge(xml, asks("task1", "marker", "task3", "task2")) == [""]


def test_a_called_process_reads_what_the_case_gives(judge):
    called = process(
        "called",
        node("startEvent", "in"),
        word("count", "INCREMENT_INTEGER_VARIABLE_AND_LOG"),
        end("out"),
        path("in", "count", "out"),
    )
    caller = process(
        "caller",
        start(),
        node("callActivity", "call", calledElement="called"),
        end(),
        path("start", "call", "end"),
    )
    assert judge(file(caller, called), asks("increment", number=2)) == [""]


def stored(read: str) -> bytes:
    """Writes a data object through a data output and looks at it through a data input."""
    write = (
        '<ioSpecification><dataOutput id="o"/><inputSet/>'
        "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification>"
        "<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>ref</targetRef>"
        "</dataOutputAssociation>"
    )
    look = (
        '<ioSpecification><dataInput id="i"/>'
        "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification>"
        f"<dataInputAssociation><sourceRef>{read}</sourceRef><targetRef>i</targetRef>"
        "</dataInputAssociation>"
    )
    return model(
        start(),
        word("set", "SET_STRING_DATA", write),
        word("log", "LOG_DATA", look),
        end(),
        path("start", "set", "log", "end"),
        '<dataObject id="held" name="held"/><dataObject id="other" name="other"/>',
        '<dataObjectReference id="ref" dataObjectRef="held"/>',
        '<dataObjectReference id="wrong" dataObjectRef="other"/>',
    )


def test_data_are_there_only_where_they_were_written(judge):
    assert judge(stored("ref"), asks("data_correct")) == [""]
    assert judge(stored("wrong"), asks("data_correct")) == ["ran nothing instead of data_correct"]


# -- deployment


def test_every_process_with_something_in_it_is_deployed_in_the_order_of_the_file():
    xml = file(begun("b", ""), '<process id="box"/>', begun("a", ""))
    done = deploy(xml)
    assert (list(done.definitions), done.refused) == (["b", "a"], [])


def test_a_file_is_deployed_as_a_whole_and_the_rest_is_still_told():
    parts = (start("bs"), node("serviceTask", "u"), end("be"), path("bs", "u", "be"))
    done = deploy(file(begun("good", ""), process("broken", *parts)))
    assert list(done.definitions) == ["good"]
    assert [each.element for each in done.refused] == ["u"]


def test_what_is_wrong_with_the_whole_file_is_told_once():
    done = deploy(file(begun("a", ""), begun("b", ""), beside='<nonsense id="n"/>'))
    assert len(done.refused) == 2
    (told,) = done.findings()
    assert told.startswith("unsupported n (1): <nonsense> is not supported here.")


@pytest.mark.parametrize(
    ("xml", "told"),
    [
        (file(), "no-process  (1): The file holds no process. Draw one."),
        (file(process("box")), "no-start box (1): There is no start event."),
        (b"<definitions", "not-xml"),
    ],
)
def test_a_file_with_nothing_to_run_is_refused_with_what_loading_says(xml, told):
    (finding,) = deploy(xml).findings()
    assert finding.startswith(told)
