"""A process as it was drawn: names, whose work its steps are, what another text changes."""

import pytest

from tests.engines.processes.bpmn_models import (
    end,
    extended,
    flow,
    model,
    path,
    several,
    start,
    sub,
    tb_output,
    user,
)
from tongban.business.items import drawings
from tongban.business.items.drawings import PartChange, Step, StepChange
from tongban.engines.processes import Invalid

LANES = (
    '<laneSet id="s"><lane id="l" name="审批" tb:labelEn="Approver" tb:post="approver">'
    "<flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef></lane></laneSet>"
)


def drawn(*parts: str) -> str:
    return model(*parts).decode()


BEFORE = drawn(
    *(LANES, start(), user("a", name="审查", tb_labelEn="Review"), user("b"), end()),
    *(path("start", "a", "b"), flow("b", "end", "x > 1")),
)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "<a",
            "文件不是格式正确的 XML",
            "The file is not well-formed XML",
        ),
        ("<a/>", "文件以 <a> of “” 开头", "The file starts with <a> of “”"),
        ("<!DOCTYPE a><a/>", "文件含有文档类型声明", "holds a document type declaration"),
        (
            '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"/>',
            "文件中没有流程",
            "The file holds no process",
        ),
    ],
)
def test_what_is_no_process_is_refused_with_its_place(text, zh, en):
    with pytest.raises(Invalid) as raised:
        drawings.check_readable(text)
    assert raised.value.told("zh").startswith("流程模型不能使用，共 1 个问题，第一个：file (")
    assert zh in raised.value.told("zh")
    assert en in raised.value.told("en")


def test_a_process_that_could_not_run_is_readable():
    drawings.check_readable(drawn(user("alone")))


def test_steps_have_their_lane_s_post_unless_they_name_one():
    text = drawn(LANES, user("a", tb_form="f"), user("b", tb_post="clerk"), user("c"))
    assert drawings.steps(text) == (
        Step("a", "userTask", "a", "a", "approver", {"form": "f"}),
        Step("b", "userTask", "b", "b", "clerk", {"post": "clerk"}),
        Step("c", "userTask", "c", "c", "", {}),
    )


def test_steps_within_a_sub_process_are_steps_too():
    assert [each.id for each in drawings.steps(drawn(sub(user("x"), id="s")))] == ["s", "x"]


def test_everything_with_a_name_has_its_label_in_both_languages():
    assert drawings.labels(BEFORE, is_chinese=True) == {"p": "流程", "l": "审批", "a": "审查"}
    assert drawings.labels(BEFORE, is_chinese=False) == {
        "p": "流程",
        "l": "Approver",
        "a": "Review",
    }


def test_the_same_text_drawn_elsewhere_changes_nothing():
    assert drawings.changes(BEFORE, BEFORE.replace("><", ">\n<")) == ()


def test_a_new_step_with_its_flows_is_added_and_what_went_is_removed():
    after = drawn(
        *(LANES.replace("<flowNodeRef>b</flowNodeRef>", ""), start()),
        *(user("a", name="审查", tb_labelEn="Review"), user("c", name="复核"), end()),
        path("start", "a", "c", "end"),
    )
    told = [(each.kind, each.tag, each.id, each.zh) for each in drawings.changes(BEFORE, after)]
    assert told == [
        ("added", "userTask", "c", "复核"),
        ("added", "sequenceFlow", "a-c", "a-c"),
        ("added", "sequenceFlow", "c-end", "c-end"),
        ("removed", "userTask", "b", "b"),
        ("removed", "sequenceFlow", "a-b", "a-b"),
        ("removed", "sequenceFlow", "b-end", "b-end"),
        ("changed", "lane", "l", "审批"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (
            'name="审查"',
            'name="复核"',
            StepChange("changed", "userTask", "a", "复核", "Review", (
                PartChange("name", "审查", "复核"),
            )),
        ),
        (
            'tb:labelEn="Review"',
            "",
            StepChange("changed", "userTask", "a", "审查", "审查", (
                PartChange("labelEn", "Review", ""),
            )),
        ),
        (
            "x &gt; 1",
            "x &gt; 2",
            StepChange("changed", "sequenceFlow", "b-end", "b-end", "b-end", (
                PartChange("conditionExpression", "x > 1", "x > 2"),
            )),
        ),
        (
            '<userTask id="b"></userTask>',
            '<manualTask id="b"></manualTask>',
            StepChange("changed", "manualTask", "b", "b", "b", (
                PartChange("kind", "userTask", "manualTask"),
            )),
        ),
        (
            '<userTask id="b"></userTask>',
            user("b", extended(tb_output("x", "1"), tb_output("y", "2"))),
            StepChange("changed", "userTask", "b", "b", "b", (
                PartChange("output", "", "source=1 target=x\nsource=2 target=y"),
            )),
        ),
        (
            '<userTask id="b"></userTask>',
            user("b", several(count="3")),
            StepChange("changed", "userTask", "b", "b", "b", (
                PartChange(
                    "multiInstanceLoopCharacteristics", "", "isSequential=false loopCardinality(3)"
                ),
            )),
        ),
    ],
    ids=["name", "english", "condition", "kind", "outputs", "instances"],
)  # fmt: skip
def test_what_changed_of_a_step_is_told_part_by_part(old, new, change):
    assert old in BEFORE
    assert drawings.changes(BEFORE, BEFORE.replace(old, new)) == (change,)


def test_a_pool_without_an_english_name_is_called_as_its_process():
    text = BEFORE.replace('name="流程"', 'name="流程" tb:labelEn="Process"')
    pool = '<collaboration id="c"><participant id="pool" name="{}" processRef="p"/></collaboration>'
    for zh, en in (("流程", "Process"), ("公安局", "公安局")):
        drawn = text.replace("<process", pool.format(zh) + "<process", 1)
        assert drawings.labels(drawn, is_chinese=True)["pool"] == zh
        assert drawings.labels(drawn, is_chinese=False)["pool"] == en
