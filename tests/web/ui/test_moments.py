"""Times in words, in both languages, beside 10:30 on 23 September 2026 in 云泽."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tests.web.ui.conftest import NOW
from tongban.web.ui import moments

TWO_O_CLOCK = datetime(2026, 9, 22, 18, tzinfo=UTC)  # 02:00 on the 23rd in 云泽
YESTERDAY = datetime(2026, 9, 22, 6, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (TWO_O_CLOCK, "今天 02:00", "today 02:00"),
        (date(2026, 9, 23), "今天", "today"),
        (YESTERDAY, "9月22日", "22 Sep"),
        (date(2026, 8, 3), "8月3日", "3 Aug"),
        (date(2021, 8, 3), "2021年8月3日", "3 Aug 2021"),
    ],
)
def test_a_chip_says_today_with_the_time_or_the_day(moment, zh, en):
    assert moments.when(moment, NOW) == zh
    with translation.override("en"):
        assert moments.when(moment, NOW) == en


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (date(2026, 9, 28), "9 月 28 日（周一）", "Mon 28 Sep"),
        (TWO_O_CLOCK, "9 月 23 日（周三）", "Wed 23 Sep"),
        (date(2027, 1, 3), "2027 年 1 月 3 日（周日）", "Sun 3 Jan 2027"),
    ],
)
def test_a_sentence_names_the_weekday(moment, zh, en):
    assert moments.day(moment, NOW) == zh
    with translation.override("en"):
        assert moments.day(moment, NOW) == en


@pytest.mark.parametrize(
    ("moment", "words"),
    [(YESTERDAY, "9-22 14:20"), (date(2026, 9, 2), "9-2"), (date(2025, 9, 2), "2025-9-2")],
)
def test_a_table_has_short_stamps(moment, words):
    assert moments.stamp(moment, NOW) == words


def test_the_machine_form_carries_the_time_zone():
    assert moments.machine(TWO_O_CLOCK) == "2026-09-23T02:00+08:00"
    assert moments.machine(date(2026, 9, 2)) == "2026-09-02"
