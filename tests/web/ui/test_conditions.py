"""From what rules and sources say to words and marks."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from tongban.business.cases.models import Case
from tongban.web.ui import conditions, origins, parts
from tongban.web.workbench import words


@pytest.mark.parametrize(
    ("value", "state"),
    [(True, "ok"), (False, "bad"), (None, "unknown"), (0, "unknown"), ("true", "unknown")],
)
def test_only_true_and_false_are_an_answer(value, state):
    assert conditions.state(value) == state


@pytest.mark.parametrize(
    ("language", "line"), [("zh-hans", "参保：14；在世：是"), ("en", "参保: 14; 在世: 是")]
)
def test_what_was_found_stands_in_one_line(language, line):
    with translation.override(language):
        assert conditions.found([("参保", "14"), ("在世", "是")]) == line
        assert conditions.found([]) == ""


def test_each_origin_stands_once_in_a_steady_order():
    police, social = parts.Origin("公安局", "人口"), parts.Origin("人社局", "参保")
    assert conditions.chips([police, social, police]) == conditions.chips([social, police])
    assert len(conditions.chips([police, social, police])) == 2


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [
        (0, "上午好"),
        (10, "上午好"),
        (11, "中午好"),
        (12, "中午好"),
        (13, "下午好"),
        (17, "下午好"),
        (18, "晚上好"),
    ],
)
def test_the_parts_of_a_day(hour, greeting):
    assert origins.part_of_day(datetime(2026, 9, 21, hour, 59, tzinfo=UTC)) == greeting


@pytest.mark.parametrize(
    ("status", "kind", "icon"),
    [
        (Case.Status.RUNNING, "unknown", "hourglass"),
        (Case.Status.GRANTED, "ok", "check"),
        (Case.Status.REFUSED, "bad", "x"),
        (Case.Status.WITHDRAWN, "line", "arrow-back-up"),
    ],
)
def test_the_state_of_a_case_has_its_own_look(status, kind, icon):
    tag = words.case_status(Case(status=status))
    assert (tag.kind, tag.icon, tag.text) == (kind, icon, Case.Status(status).label)


def test_what_has_no_name_of_ours_stands_as_it_is():
    assert words.done("strange.event") == "strange.event"
    assert words.post("program") == "program"
    assert words.post("approver") == "审批人员"
    assert words.number(1234567) == "1,234,567"
