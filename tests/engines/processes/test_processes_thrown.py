"""What events throw: signals to everybody in the case, messages out of it, escalations upwards."""

import pytest

from tests.engines.processes.bpmn_cases import MONDAY, Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    escalation,
    extended,
    flow,
    handler,
    link,
    message,
    model,
    node,
    path,
    script,
    signal,
    start,
    sub,
    tb_input,
    tb_output,
    user,
)
from tongban.engines.processes import (
    Entered,
    Invalid,
    Left,
    Receiver,
    SendMessage,
    Signal,
    State,
    ThrowSignal,
    advance,
    load,
)
from tongban.engines.processes.running.answers import NobodyHears
from tongban.engines.processes.running.starting import NotStarted
from tongban.engines.processes.running.waiting import NoCorrelation

BESIDE = (
    '<signal id="s" name="alarm"/><signal id="nameless"/><message id="m" name="order"/>'
    '<escalation id="up" escalationCode="LATE"/><escalation id="else" escalationCode="OTHER"/>'
)


def throw(id: str, inside: str) -> str:
    return node("intermediateThrowEvent", id, inside)


def catch(id: str, inside: str) -> str:
    return node("intermediateCatchEvent", id, inside)


def listeners(*more: str) -> bytes:
    """Two branches wait for the alarm, a third sounds it once its officer is done."""
    return model(
        start(),
        catch("one", signal("s")),
        catch("two", signal("s")),
        user("a"),
        throw("sound", signal("s")),
        end(),
        path("start", "one", "end"),
        path("start", "two", "end"),
        path("start", "a", "sound", "end"),
        *more,
        beside=BESIDE,
    )


# -- signals


def test_a_signal_is_heard_by_everybody_in_the_case_and_then_told_to_others():
    case = Case(listeners())
    case.do("a")

    assert case.over == ("finished", "end")
    assert case.last[1:6] == (
        Entered("sound"),
        Left("one"),
        Left("two"),
        ThrowSignal("sound", "alarm", {}),
        Left("sound"),
    )


def test_a_signal_that_nobody_in_the_case_waits_for_is_told_to_others_all_the_same():
    xml = model(start(), throw("a", signal("nameless")), end(), path("start", "a", "end"),
                beside=BESIDE)  # fmt: skip

    assert Case(xml).effects_of(ThrowSignal) == [ThrowSignal("a", "nameless", {})]


def test_a_signal_from_outside_is_heard_as_one_from_inside():
    case = Case(listeners())
    case.signal("alarm")

    assert case.open() == ["a"]
    assert not case.state.subscriptions
    assert not case.effects_of(ThrowSignal)


def test_a_signal_that_nobody_waits_for_is_refused_and_nothing_changes():
    case = Case(listeners())
    before = case.state

    with pytest.raises(NobodyHears) as refused:
        case.signal("fire")
    assert case.state == before
    assert refused.value.told("en") == "Nobody in this case waits for the signal fire."
    assert refused.value.told("zh") == "该办件中没有节点在等待信号 fire。"


def test_no_signal_is_heard_before_the_case_began():
    with pytest.raises(NotStarted):
        advance(load(listeners()), State(), Signal("alarm", {}, MONDAY))


def test_a_signal_carries_what_the_throwing_event_puts_in():
    xml = model(
        start(),
        catch("one", extended(tb_output("heard", "level + 1")) + signal("s")),
        throw("sound", extended(tb_input("level", "x * 10")) + signal("s")),
        end(),
        path("start", "one", "end"),
        path("start", "sound", "end"),
        beside=BESIDE,
    )
    case = Case(xml, x=4)

    assert case.effects_of(ThrowSignal) == [ThrowSignal("sound", "alarm", {"level": 40})]
    assert case.state.variables == {"x": 4, "heard": 41}


def test_who_is_about_to_wait_hears_a_signal_that_is_thrown_in_the_same_step():
    """The throwing branch comes first in the file, and waits until the others are at rest."""
    xml = model(
        start(),
        throw("sound", signal("s")),
        script("c", "1", tb_result="x"),
        catch("one", signal("s")),
        end(),
        path("start", "sound", "end"),
        path("start", "c", "one", "end"),
        beside=BESIDE,
    )

    assert Case(xml).over == ("finished", "end")


def test_an_interrupting_boundary_signal_calls_the_task_off_and_the_thrower_goes_on():
    xml = model(
        start(),
        user("a"),
        boundary("alarmed", "a", signal("s")),
        user("b"),
        throw("sound", signal("s")),
        end(),
        end("other"),
        path("start", "a", "end"),
        path("start", "b", "sound", "end"),
        flow("alarmed", "other"),
        beside=BESIDE,
    )
    case = Case(xml)
    case.do("b")

    assert case.called_off() == ["a"]
    assert case.over[0] == "finished"
    assert case.trace()[-4:] == ["sound", "alarmed", "other", "end"]


def test_a_boundary_signal_that_does_not_interrupt_hears_each_time():
    xml = model(
        start(),
        user("a"),
        boundary("alarmed", "a", signal("s"), cancelActivity="false"),
        user("b"),
        end(),
        path("start", "a", "end"),
        path("alarmed", "b", "end"),
        beside=BESIDE,
    )
    case = Case(xml)
    case.signal("alarm")
    case.signal("alarm")

    assert case.open() == ["a", "b", "b"]


def test_of_two_who_hear_the_first_may_call_off_the_second():
    inside = start("s1") + catch("in", signal("s")) + end("e") + path("s1", "in", "e")
    xml = model(
        start(),
        sub(inside, id="sub"),
        boundary("out", "sub", signal("s")),
        end(),
        end("other"),
        path("start", "sub", "end"),
        flow("out", "other"),
        beside=BESIDE,
    )
    case = Case(xml)
    case.signal("alarm")

    assert case.over == ("finished", "other")
    assert case.called_off() == ["in", "sub"]


def test_an_end_event_throws_a_signal_after_its_token_has_ended():
    xml = model(
        start(),
        catch("one", signal("s")),
        end("sound", signal("s")),
        end(),
        path("start", "one", "end"),
        path("start", "sound"),
        beside=BESIDE,
    )
    case = Case(xml)

    assert case.over == ("finished", "sound")
    assert case.last[4:9] == (
        Left("sound"),
        Left("one"),
        ThrowSignal("sound", "alarm", {}),
        Entered("end"),
        Left("end"),
    )


# -- messages


def sending(inside: str, tag: str = "intermediateThrowEvent", **attributes: str) -> bytes:
    return model(
        start(), node(tag, "a", inside, **attributes), end(), path("start", "a", "end"),
        beside=BESIDE,
    )  # fmt: skip


def test_a_message_leaves_the_case_with_its_correlation_and_payload():
    given = extended(tb_input("sum", "fee * 2"), tb_input("number", '"N" + string(fee)'))
    case = Case(sending(given + message("m", "number")), fee=5)

    assert case.effects_of(SendMessage) == [
        SendMessage("a", "order", "N5", {"sum": 10, "number": "N5"}, None)
    ]
    assert case.over == ("finished", "end")


def test_a_message_is_not_heard_in_the_case_that_sends_it():
    xml = model(
        start(),
        catch("one", message("m")),
        throw("a", message("m")),
        end(),
        path("start", "one", "end"),
        path("start", "a", "end"),
        beside=BESIDE,
    )
    case = Case(xml)

    assert [each.node for each in case.state.subscriptions.values()] == ["one"]
    case.say("order")
    assert case.over == ("finished", "end")


def test_a_message_with_a_correlation_that_is_not_known_is_not_sent():
    with pytest.raises(NoCorrelation) as refused:
        Case(sending(message("m", "order.number")))

    assert refused.value.facts == {"name": "a", "node": "a", "value": "unknown (order)"}


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<messageEventDefinition/>", "message-without-name"),
        (message("ghost"), "wrong-reference"),
        (message("m", "x +"), "wrong-expression"),
    ],
)
def test_a_slip_in_a_message_that_is_sent_is_found(inside: str, rule: str):
    with pytest.raises(Invalid) as refused:
        load(sending(inside))

    assert [(each.rule, each.element) for each in refused.value.findings] == [(rule, "a")]


def test_an_end_event_may_send_a_message():
    xml = model(start(), end("a", message("m")), flow("start", "a"), beside=BESIDE)
    case = Case(xml)

    assert case.effects_of(SendMessage) == [SendMessage("a", "order", None, {}, None)]
    assert case.over == ("finished", "a")


def test_a_send_task_that_names_a_message_sends_it_and_is_done():
    inside = extended(tb_input("sum", "fee"))
    case = Case(sending(inside, "sendTask", messageRef="m", tb_correlation="fee"), fee=7)

    assert case.effects_of(SendMessage) == [SendMessage("a", "order", 7, {"sum": 7}, None)]
    assert case.trace() == ["start", "a", "end"]
    assert case.state.variables == {"fee": 7}


def test_a_message_flow_tells_where_a_message_goes():
    other = '<process id="q">' + start("begin") + end("done") + path("begin", "done") + "</process>"
    pools = (
        '<participant id="us" processRef="p"/><participant id="them" processRef="q"/>'
        '<participant id="outside"/>'
    )

    def to(target: str) -> Receiver | None:
        flows = f'<messageFlow id="f" sourceRef="a" targetRef="{target}"/>'
        beside = f'{BESIDE}<collaboration id="c">{pools}{flows}</collaboration>{other}'
        xml = sending(message("m")).replace(BESIDE.encode(), beside.encode())
        (sent,) = Case(xml).effects_of(SendMessage)
        return sent.to

    assert to("begin") == Receiver("q", "begin")
    assert to("them") == Receiver("q", None)
    assert to("outside") is None


def test_an_event_may_throw_several_things_at_once():
    xml = model(
        start(), throw("a", signal("s") + message("m")), end("e", message("m") + signal("s")),
        path("start", "a", "e"), beside=BESIDE,
    )  # fmt: skip
    case = Case(xml)

    thrown = [type(each) for each in case.effects if isinstance(each, SendMessage | ThrowSignal)]
    assert thrown == [ThrowSignal, SendMessage, SendMessage, ThrowSignal]


# -- escalations


def escalating(inside: str, *more: str, **attributes: str) -> bytes:
    """A sub-process that escalates and then lets an officer work; `up` on its border."""
    within = sub(
        start("s1"), throw("raise", inside), user("b"), end("e"),
        path("s1", "raise", "b", "e"), id="sub",
    )  # fmt: skip
    return model(
        start(),
        within,
        boundary("up_event", "sub", escalation("up"), **attributes),
        user("chief"),
        end(),
        end("other"),
        path("start", "sub", "end"),
        path("up_event", "chief", "other"),
        *more,
        beside=BESIDE,
    )


def test_an_interrupting_escalation_calls_off_the_sub_process_that_threw_it():
    case = Case(escalating(escalation("up")))

    assert case.open() == ["chief"]
    assert case.called_off() == ["raise", "sub"]


def test_an_escalation_that_does_not_interrupt_lets_the_work_go_on():
    case = Case(escalating(escalation("up"), cancelActivity="false"))

    assert case.open() == ["chief", "b"]
    case.do("b")
    case.do("chief")
    assert case.over[0] == "finished"


def test_an_escalation_that_nobody_catches_does_no_harm():
    case = Case(escalating(escalation("else")))

    assert case.open() == ["b"]


def test_an_event_for_the_very_code_comes_before_one_for_any():
    any_ = boundary("any", "sub", escalation())
    case = Case(escalating(escalation("up"), any_, flow("any", "other")))
    other = Case(escalating(escalation("else"), any_, flow("any", "other")))

    assert case.open() == ["chief"]
    assert other.over == ("finished", "other")


def test_an_escalation_climbs_over_levels_until_somebody_catches_it():
    inner = sub(start("s2"), end("raise", escalation("up")), flow("s2", "raise"), id="inner")
    within = sub(start("s1"), inner, end("e"), path("s1", "inner", "e"), id="sub")
    xml = model(
        start(),
        within,
        boundary("caught", "sub", escalation("up")),
        end(),
        end("other"),
        path("start", "sub", "end"),
        flow("caught", "other"),
        beside=BESIDE,
    )
    case = Case(xml)

    assert case.over == ("finished", "other")
    assert case.called_off() == ["inner", "sub"]


def test_what_an_escalation_carries_is_taken_over():
    carried = extended(tb_input("days", "late + 1")) + escalation("up")
    catching = boundary(
        "caught", "sub", extended(tb_output("told", "days")) + escalation("up"),
        cancelActivity="false",
    )  # fmt: skip
    within = sub(start("s1"), end("raise", carried), flow("s1", "raise"), id="sub")
    xml = model(
        start(), within, catching, end(), path("start", "sub", "end"), flow("caught", "end"),
        beside=BESIDE,
    )  # fmt: skip

    assert Case(xml, late=3).state.variables == {"late": 3, "told": 4}


# -- links


def test_a_link_leads_on_at_its_other_end():
    xml = model(
        start(),
        throw("out", link("far")),
        catch("in", link("far")),
        user("a"),
        end(),
        path("start", "out"),
        path("in", "a", "end"),
    )
    case = Case(xml)

    assert case.trace() == ["start", "out", "in", "a"]
    assert case.definition.flows["out→in"].target == "in"


def test_several_links_may_lead_to_one_end():
    xml = model(
        start(),
        throw("out", link("far")),
        throw("out2", link("far")),
        catch("in", link("far")),
        user("a"),
        end(),
        path("start", "out"),
        path("start", "out2"),
        path("in", "a", "end"),
    )

    assert Case(xml).open() == ["a", "a"]


def test_a_link_joins_within_its_level_only():
    within = sub(start("s1"), catch("in", link("far")), end("e"), path("s1", "e"), path("in", "e"))
    xml = model(start(), within, throw("out", link("far")), path("start", "a", "out"))

    with pytest.raises(Invalid) as refused:
        load(xml)
    assert {finding.rule for finding in refused.value.findings} == {"link-without-pair"}


def test_the_end_of_a_link_that_nothing_leads_to_is_found():
    xml = model(start(), catch("in", link("far")), end(), path("start", "end"), path("in", "end"))

    with pytest.raises(Invalid) as refused:
        load(xml)
    (finding,) = refused.value.findings
    assert (finding.rule, finding.element) == ("link-without-pair", "in")


def test_a_handler_of_the_process_hears_an_escalation_of_its_end():
    heard = handler("h", escalation("up"), user("chief"), end("he"), path("h_start", "chief", "he"),
                    interrupting=False)  # fmt: skip
    xml = model(start(), end("raise", escalation("up")), flow("start", "raise"), heard,
                beside=BESIDE)  # fmt: skip
    case = Case(xml)

    assert case.open() == ["chief"]
    case.do("chief")
    assert case.over == ("finished", "raise")
