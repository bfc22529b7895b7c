"""A comparison as a matrix, a list and a picture."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tongban.business.items import changes
from tongban.business.items.models import DraftComparison
from tongban.data.exchange.gate import Answer, Change, Comparison
from tongban.web.workbench.decisions import comparing

YES, NO = Answer(True, unknown=False), Answer(False, unknown=False)
UNKNOWN, EMPTY = Answer(None, unknown=True), Answer(None, unknown=False)
RARE = Answer(None, unknown=False, withheld=True)


def shown(*pairs):
    drawn = tuple(Change(before, after, rows) for before, after, rows in pairs)
    total = sum(each.rows for each in drawn)
    kept = changes.in_words(Comparison(4, total, drawn))
    return comparing.of(DraftComparison(changes=kept, rows=total, edition=4))


def test_answers_stand_in_the_same_order_whatever_their_number():
    found = shown((UNKNOWN, UNKNOWN, 900), (NO, YES, 30), (EMPTY, NO, 2), (YES, YES, 68))
    assert [line.before for line in found.lines] == ["是", "否", "未知", "空"]
    assert found.answers == ("是", "否", "未知")


def test_a_line_has_a_place_for_every_answer_of_the_draft():
    found = shown((YES, YES, 68), (NO, YES, 30), (NO, NO, 2))
    yes, no = found.lines
    assert yes.pairs == (comparing.Pair("是", "是", "68", "68.0%", "same"), None)
    assert no.pairs == (
        comparing.Pair("否", "是", "30", "30.0%", "differs"),
        comparing.Pair("否", "否", "2", "2.0%", "same"),
    )
    assert (found.differently, found.share, found.rows) == ("30", "30.0%", "100")


def test_other_answers_come_after_those_by_how_many_have_them_and_rare_ones_last():
    grades = [Answer(name, unknown=False) for name in "甲乙"]
    found = shown((RARE, RARE, 90), (grades[0], grades[0], 20), (grades[1], YES, 30))
    assert [line.before for line in found.lines] == ["乙", "甲", changes.WITHHELD.zh]


def test_what_was_counted_together_is_said_to_be_open():
    assert shown((YES, YES, 5)).undecided == ""
    found = shown((RARE, RARE, 1234), (YES, NO, 5))
    assert (found.undecided, found.differently) == ("1,234", "5")


def test_many_answers_are_listed_as_pairs_with_the_changed_ones_first():
    grades = [Answer(f"第 {n} 档", unknown=False) for n in range(7)]
    pairs = [(grade, grade, 100 + n) for n, grade in enumerate(grades)]
    found = shown(*pairs, (grades[0], grades[1], 3), (grades[2], grades[1], 9))
    assert (found.lines, found.chart) == ((), {})
    assert [(each.before, each.after, each.rows) for each in found.pairs[:3]] == [
        ("第 2 档", "第 1 档", "9"),
        ("第 0 档", "第 1 档", "3"),
        ("第 6 档", "第 6 档", "106"),
    ]


def test_the_picture_holds_the_same_figures():
    chart = shown((YES, YES, 68), (NO, YES, 30), (NO, NO, 2)).chart
    assert [(one["name"], one["data"]) for one in chart["series"]] == [
        ("是", [68, 98]),
        ("否", [32, 2]),
    ]
    assert chart["yAxis"]["data"] == ["现行版", "草稿"]


def test_an_empty_register_divides_by_nothing():
    found = shown()
    assert (found.rows, found.share, found.lines) == ("0", "0.0%", ())


@pytest.mark.parametrize(
    ("rows", "total", "share"),
    [(0, 10, "0.0%"), (1, 100_000, "< 0.1%"), (1, 1000, "0.1%"), (1, 3, "33.3%")],
)
def test_a_share_of_somebody_is_never_nothing(rows, total, share):
    found = shown((NO, YES, rows), (YES, YES, total - rows))
    assert found.share == share


def test_in_english_the_words_are_english():
    with translation.override("en"):
        found = shown((YES, YES, 1), (NO, UNKNOWN, 1))
    assert found.answers == ("yes", "unknown")
    assert found.chart["yAxis"]["data"] == ["In force", "Draft"]


ANSWERS = st.sampled_from([YES, NO, UNKNOWN, EMPTY, RARE])
PAIRS = st.dictionaries(st.tuples(ANSWERS, ANSWERS), st.integers(1, 10**7), max_size=12)


@given(PAIRS)
def test_the_matrix_adds_up_to_everybody(drawn):
    found = shown(*((before, after, rows) for (before, after), rows in drawn.items()))
    cells = [pair for line in found.lines for pair in line.pairs if pair]
    assert sum(int(cell.rows.replace(",", "")) for cell in cells) == sum(drawn.values())
    bars = [sum(one["data"][side] for one in found.chart["series"]) for side in (0, 1)]
    assert bars == [sum(drawn.values())] * 2
