"""What each kind of task asks for, and what its answer changes."""

from decimal import Decimal

import pytest

from tests.engines.processes.bpmn_cases import MONDAY, Case
from tests.engines.processes.bpmn_models import (
    declared,
    end,
    extended,
    model,
    node,
    path,
    script,
    service,
    start,
    tb_input,
    tb_output,
    user,
)
from tongban.engines.feel import Unknown
from tongban.engines.processes import CallService, Decide, Entered, Left, OpenTask, load
from tongban.engines.processes.running.run import WrongType
from tongban.engines.processes.values import NotAValue

ORDER = '<message id="m" name="paid"/>'


def one(task: str, id: str = "a", before: str = "", beside: str = "") -> bytes:
    return model(before, start(), task, end(), path("start", id, "end"), beside=beside)


def test_a_user_task_opens_for_its_own_post_with_its_form():
    lanes = '<laneSet id="s"><lane id="l" name="窗口"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    case = Case(one(user("a", name="初审", tb_form="f", tb_post="clerk"), before=lanes))

    assert case.last == (
        Entered("start"),
        Left("start"),
        Entered("a"),
        OpenTask(1, "a", "初审", "clerk", "f"),
    )


def test_without_a_post_of_its_own_a_task_is_for_its_lane():
    def lane(extra: str) -> str:
        inside = "<flowNodeRef>a</flowNodeRef>"
        return f'<laneSet id="s"><lane id="l" name="窗口" {extra}>{inside}</lane></laneSet>'

    assert Case(one(user("a"), before=lane(""))).last[-1] == OpenTask(1, "a", "a", "窗口", None)
    case = Case(one(user("a"), before=lane('tb:post="clerk"')))
    assert case.last[-1] == OpenTask(1, "a", "a", "clerk", None)
    assert Case(one(user("a"))).last[-1] == OpenTask(1, "a", "a", None, None)


def test_a_task_in_a_sub_process_is_for_the_lane_of_the_sub_process():
    lanes = '<laneSet id="s"><lane id="l" name="窗口"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
    inside = start("s1") + user("a") + end("e1") + path("s1", "a", "e1")
    case = Case(one(node("subProcess", "b", inside), "b", before=lanes))

    assert case.last[-1] == OpenTask(1, "a", "a", "窗口", None)


def test_manual_work_is_confirmed_by_a_person():
    case = Case(one(node("manualTask", "a", tb_post="surveyor")))
    assert case.last[-1] == OpenTask(1, "a", "a", "surveyor", None)

    case.do("a")
    assert case.over == ("finished", "end")


def test_an_abstract_task_and_a_milestone_are_passed():
    assert Case(one(node("task", "a"))).over == ("finished", "end")
    assert Case(one(node("intermediateThrowEvent", "a"))).trace() == ["start", "a", "end"]


def test_a_service_is_called_with_what_is_mapped_or_with_everything():
    mapped = service("a", extended(tb_input("who", "person.id"), tb_input("year", "2025 + 1")))

    case = Case(one(mapped), person={"id": "P7"})
    assert case.last[-1] == CallService(1, "a", "a", {"who": "P7", "year": Decimal(2026)})
    case = Case(one(service("a")), x=1)
    assert case.last[-1] == CallService(1, "a", "a", {"x": Decimal(1)})


def test_what_was_handed_over_does_not_change_when_the_case_goes_on():
    case = Case(one(service("a")), x=1)
    called = case.last[-1]
    case.do("a", x=2)

    assert called.inputs == {"x": Decimal(1)}
    assert case.state.variables == {"x": Decimal(2)}


def test_a_user_task_is_not_handed_the_variables_of_the_case():
    case = Case(one(user("a")), secret="L4")
    assert case.last[-1].inputs == {}

    case = Case(one(user("a", extended(tb_input("who", "name")))), name="张三", secret="L4")
    assert case.last[-1].inputs == {"who": "张三"}


def test_a_send_task_calls_its_operation():
    case = Case(one(node("sendTask", "a", tb_operation="notices.send")))

    assert case.last[-1] == CallService(1, "a", "notices.send", {})
    case.do("a")
    assert case.over == ("finished", "end")


def test_a_business_rule_task_asks_for_a_decision_and_takes_its_result():
    case = Case(one(node("businessRuleTask", "a", tb_decision="d", tb_result="ok")), age=40)
    assert case.last[-1] == Decide(1, "a", "d", {"age": Decimal(40)})

    case.do("a", result=Unknown(frozenset({"income"})))
    assert case.state.variables["ok"] == Unknown(frozenset({"income"}))


def test_a_script_computes_its_result_at_once():
    case = Case(one(script("a", "fee * 2", tb_result="total")), fee="1.50")
    assert case.state.variables["total"] is None

    case = Case(one(script("a", "fee * 2", tb_result="total")), fee=Decimal("1.50"))
    assert case.state.variables["total"] == Decimal("3.00")
    assert case.over == ("finished", "end")


def test_a_script_may_hand_parts_of_its_value_to_several_variables():
    outputs = extended(tb_output("low", "result.low"), tb_output("high", "result.high"))
    case = Case(one(script("a", "{low: 1, high: 2}", outputs, tb_result="both")))

    assert case.state.variables == {
        "low": Decimal(1),
        "high": Decimal(2),
        "both": {"low": Decimal(1), "high": Decimal(2)},
    }


def test_a_script_may_name_feel_as_its_language():
    assert Case(one(script("a", "1", tb_result="x", scriptFormat="text/feel"))).state.variables


def test_an_answer_is_taken_over_name_by_name_unless_outputs_are_mapped():
    case = Case(one(user("a")), kept=1)
    case.do("a", opinion="同意", kept=2)
    assert case.state.variables == {"kept": Decimal(2), "opinion": "同意"}

    case = Case(one(user("a", extended(tb_output("agreed", 'opinion = "同意"')))))
    case.do("a", opinion="同意", remark="…")
    assert case.state.variables == {"agreed": True}


def test_an_output_reads_the_answer_before_the_variables():
    case = Case(one(service("a", extended(tb_output("sum", "x + y")))), x=1, y=10)
    case.do("a", x=5)

    assert case.state.variables["sum"] == Decimal(15)


def test_a_receive_task_waits_for_its_message():
    case = Case(one(node("receiveTask", "a", messageRef="m"), beside=ORDER))
    assert case.open() == []

    case.say("paid", payload={"amount": 20})
    assert case.over == ("finished", "end")
    assert case.state.variables == {"amount": Decimal(20)}


def test_today_and_now_are_those_of_the_event():
    case = Case(one(script("a", "today()", tb_result="day")))
    assert case.state.variables["day"] == MONDAY.date()

    case = Case(one(script("a", "now()", tb_result="moment")))
    assert case.state.variables["moment"] == MONDAY


def test_a_declared_variable_takes_only_values_of_its_type():
    xml = one(user("a"), before=declared(age="number", born="date", tags="list", who="context"))

    case = Case(xml, age=40, born=MONDAY.date(), tags=["x"], who={"name": "张三"})
    with pytest.raises(WrongType) as refused:
        case.do("a", age="forty")
    assert refused.value.told("en").startswith("age is declared as number")
    assert case.state.variables["age"] == Decimal(40)
    with pytest.raises(WrongType):
        Case(xml, tags="x")


def test_a_declared_variable_may_be_null_or_unknown():
    xml = one(user("a"), before=declared(age="number"))

    assert Case(xml, age=None).state.variables == {"age": None}
    assert Case(xml, age=Unknown(frozenset({"born"}))).state.status == "running"


def test_a_value_that_feel_does_not_know_is_refused_with_its_name():
    with pytest.raises(NotAValue) as refused:
        Case(one(user("a")), order={"lines": [{"price": 0.1}]})

    assert refused.value.facts == {"name": "order.lines[1].price", "type": "float"}


def test_what_the_caller_keeps_in_his_hands_cannot_change_the_case():
    lines = ["a"]
    case = Case(one(user("a")), order={"lines": lines})
    lines.append("b")

    assert case.state.variables["order"] == {"lines": ["a"]}


def test_labels_fall_back_to_the_chinese_name_and_the_id():
    definition = load(one(user("a", name="初审")))

    assert definition.nodes["a"].label("en") == "初审"
    assert definition.nodes["end"].label("zh") == "end"
