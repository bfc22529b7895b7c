"""Pairs of answers in words, as they are kept and shown."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.business.items import changes
from tongban.business.items.models import DraftComparison
from tongban.data.exchange.gate import Answer, Change, Comparison

YES, NO = Answer(True, unknown=False), Answer(False, unknown=False)
UNKNOWN = Answer(None, unknown=True)
RARE = Answer(None, unknown=False, withheld=True)


@pytest.mark.parametrize(
    ("answer", "zh", "en"),
    [
        (YES, "是", "yes"),
        (NO, "否", "no"),
        (UNKNOWN, "未知", "unknown"),
        (Answer(None, unknown=False), "空", "empty"),
        (Answer(Decimal("12.50"), unknown=False), "12.5", "12.5"),
        (Answer("甲类", unknown=False), "甲类", "甲类"),
        (Answer(date(2026, 9, 21), unknown=False), "2026-09-21", "2026-09-21"),
        (
            Answer((("级别", "甲"), ("减免", Decimal(3))), unknown=False),
            "级别：甲；减免：3",
            "级别: 甲; 减免: 3",
        ),
        (RARE, "其他（每种不足 10 人，合并计数）", "others (fewer than 10 people each)"),
    ],
    ids=["yes", "no", "unknown", "null", "number", "text", "date", "members", "rare"],
)
def test_an_answer_is_told_in_both_languages(answer, zh, en):
    assert changes.told(answer) == (zh, en)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (YES, YES, "same"),
        (YES, NO, "differs"),
        (UNKNOWN, UNKNOWN, "same"),
        (UNKNOWN, NO, "differs"),
        (RARE, YES, "differs"),
        (RARE, RARE, "open"),
    ],
    ids=["same", "differs", "unknown twice", "now known", "one side rare", "both rare"],
)
def test_a_pair_is_the_same_another_or_cannot_be_compared(before, after, kind):
    (pair,) = changes.in_words(Comparison(4, 7, (Change(before, after, 7),)))
    assert (pair["kind"], pair["rows"]) == (kind, 7)


ANSWERS = st.sampled_from([YES, NO, UNKNOWN, RARE])


@given(st.lists(st.tuples(ANSWERS, ANSWERS, st.integers(1, 10**9)), max_size=16))
def test_nobody_is_lost_and_only_those_who_differ_are_counted_as_such(drawn):
    found = Comparison(1, sum(n for *_, n in drawn), tuple(Change(*each) for each in drawn))
    kept = DraftComparison(changes=changes.in_words(found), rows=found.rows)
    assert sum(each["rows"] for each in kept.changes) == found.rows
    same = sum(n for before, after, n in drawn if before == after)
    assert kept.differently == found.rows - same
