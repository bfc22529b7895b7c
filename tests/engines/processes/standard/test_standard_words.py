"""What a rule says: in both languages, with the same facts, with a way out, with its number."""

import re
import string

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    HEAD,
    around,
    breaches,
    drawn,
    event,
    hanging,
    inputs,
    task,
)
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.standard import RULES, Rule, kinds
from tongban.engines.processes.standard.soundness import WORDS

CHINESE = re.compile("[\u4e00-\u9fff]")
NAMED = {f"{'/'.join(rule.codes)}-{number}": rule for number, rule in enumerate(RULES)}


def facts_in(words: str) -> set[str]:
    names = (name for _, name, _, _ in string.Formatter().parse(words) if name)
    return {name.removesuffix("_zh") for name in names}


@pytest.mark.parametrize("rule", NAMED.values(), ids=NAMED)
def test_a_rule_says_in_both_languages_what_is_wrong_and_the_way_out(rule: Rule):
    english, chinese = rule.en + rule.way_out_en, rule.zh + rule.way_out_zh

    assert facts_in(english) == facts_in(chinese)
    assert not CHINESE.search(english)
    for words in (rule.en, rule.way_out_en):
        assert words.endswith(".") and len(words) > 8
    for words in (rule.zh, rule.way_out_zh):
        assert CHINESE.search(words) and words.endswith("。") and len(words) > 5
    assert rule.codes and all(re.fullmatch(r"EXT\d{3}|REF", code) for code in rule.codes)


def test_one_number_stands_for_one_rule_unless_the_standard_says_it_of_several_things():
    codes = [code for rule in RULES for code in rule.codes]

    assert sorted({code for code in codes if codes.count(code) > 1}) == [
        *("EXT020", "EXT118", "EXT125", "REF")
    ]


def test_the_catalogue_is_covered_but_for_what_nobody_can_check_or_nobody_numbered_here():
    codes = {code for rule in RULES for code in rule.codes if code != "REF"}
    missing = {number for number in range(1, 153) if f"EXT{number:03}" not in codes}

    assert sorted(missing) == [
        *(5, 14, 15, 16, 34, 41, 54, 55, 60, 66, 71, 72, 73, 74, 75, 77, 121, 130, 145),
    ]


def test_every_kind_of_element_is_named_in_both_languages():
    for english, chinese in kinds.NAMES.values():
        assert english == english.lower() and not CHINESE.search(english)
        assert CHINESE.search(chinese)
    assert kinds.name_of("task", "en") == "task"
    assert kinds.name_of("task", "zh-hans") == "任务"


def test_what_a_person_draws_has_a_name():
    drawn_ = kinds.FLOW_NODES | kinds.ARTIFACTS | kinds.EVENT_DEFINITIONS

    assert drawn_ <= kinds.NAMES.keys()


def test_what_has_no_name_is_shown_as_it_is_written():
    assert kinds.name_of("loopCardinality", "zh") == "<loopCardinality>"
    assert kinds.name_of("loopCardinality", "en") == "<loopCardinality>"


SAMPLES = {
    "a node by its name": (
        around(task(), start("again"), flow("again", "a"))
        .replace(b'id="start"', b'id="start" name="\xe6\x8f\x90\xe4\xba\xa4"')
        .replace(b"</process>", flow("a", "start").encode() + b"</process>"),
        "Start event “提交”: A sequence flow leads into it. Lead the flow to the node behind the "
        "start. (BPMN 2.0 rule EXT096)",
        "开始事件“提交”：有顺序流进入开始事件。请将该线改接到开始事件之后的节点。"
        "（BPMN 2.0 规则 EXT096）",
    ),
    "a node by its id": (
        drawn(task(), end(), flow("a", "end")),
        "End event “end”: There is an end event here and no start event. Add a start event to "
        "the same level. (BPMN 2.0 rule EXT097)",
        "结束事件“end”：本层有结束事件，却没有开始事件。请在同一层添加开始事件。"
        "（BPMN 2.0 规则 EXT097）",
    ),
    "what is inside a node by the node": (
        around(task("a", inputs("x", sets="<inputSet/>"), name="核对"), beside=""),
        "Data input “x”: itemSubjectRef names item, and the file has no such element. Choose one "
        "that exists, or remove the reference. (BPMN 2.0 rule REF)",
        "数据输入“x”：itemSubjectRef 指向 item，而文件中没有该元素。"
        "请选择已有的元素，或删除该引用。（BPMN 2.0 规则 REF）",
    ),
    "a flow by its id": (
        around(task(), node("textAnnotation", "note"), flow("a", "note")),
        "Sequence flow “a-note”: It leads to an association, a group or an annotation. Lead it "
        "to an activity, event or gateway; an association may point to the artifact. "
        "(BPMN 2.0 rule EXT006)",
        "顺序流“a-note”：该线指向了关联、分组或注释。请改接到活动、事件或网关；"
        "指向附注图形请用关联线。（BPMN 2.0 规则 EXT006）",
    ),
    "what has neither by what is around it": (
        drawn("<startEvent/>", runs=False),
        "Start event “p”: It has no id, so that nothing can refer to it. Give it an id. "
        "(BPMN 2.0 rule EXT003)",
        "开始事件“p”：没有标识，其他元素无法引用。请补上标识。（BPMN 2.0 规则 EXT003）",
    ),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_breach_names_its_element_the_fault_the_way_out_and_the_rule(sample: str):
    xml, english, chinese = SAMPLES[sample]
    first = breaches(xml)[0]

    assert (first.told("en"), first.told("zh")) == (english, chinese)


def test_what_is_called_nothing_anywhere_is_called_by_its_tag():
    nameless = HEAD.replace(' id="definitions"', "") + "<message/></definitions>"
    (breach,) = breaches(nameless.encode())

    assert (breach.element, breach.label) == ("", "message")
    assert breach.told("zh") == (
        "消息“message”：没有标识，其他元素无法引用。请补上标识。（BPMN 2.0 规则 EXT003）"
    )


def test_a_breach_is_a_finding_like_any_other():
    (breach,) = breaches(drawn(task(), end(), flow("a", "end")))

    assert isinstance(breach, Finding)
    assert (breach.rule, breach.element, breach.line) == ("EXT097", "end", 1)
    assert (breach.kind, breach.label) == ("endEvent", "end")
    assert breach.told("zh-hans") == breach.told("zh")


def test_a_breach_knows_its_line():
    xml = drawn("\n", start(), "\n", event("endEvent", "end", "link"), "\n", flow("start", "end"))

    assert [(each.rule, each.line) for each in breaches(xml)] == [("EXT146", 3)]


def test_breaches_come_in_the_order_of_the_file():
    parts = [task("a"), "\n", hanging("late", "link"), "\n", end("other"), "\n", path("a", "a")]
    told = breaches(drawn(*parts))

    assert [each.line for each in told] == sorted(each.line for each in told)
    assert len({each.rule for each in told}) > 2


@pytest.mark.parametrize("rule", WORDS)
def test_a_flaw_is_told_in_both_languages_with_the_same_facts(rule: str):
    severity, english, chinese = WORDS[rule]

    assert severity in ("error", "warning")
    assert facts_in(english) == facts_in(chinese)
    assert english.endswith(".") and chinese.endswith("。")
    assert not CHINESE.search(english) and CHINESE.search(chinese)
