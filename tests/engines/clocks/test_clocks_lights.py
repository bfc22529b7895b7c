"""Lamps: none, blue, yellow, red, purple, stopped."""

from datetime import date
from fractions import Fraction

import pytest

from tongban.engines.clocks import (
    Calendar,
    Clock,
    Clocks,
    Light,
    LightRules,
    Limit,
    Pause,
    light,
)

WEEKS = Calendar({}, announced_until=date(2026, 12, 31))
MONDAY = date(2026, 3, 2)
WORKING_10, WORKING_20 = Limit(10, "working"), Limit(20, "working")
CASE = Clocks(promised=Clock(MONDAY, WORKING_10), statutory=Clock(MONDAY, WORKING_20))


def lamp(clocks, day, *rules):
    return light(clocks, date.fromisoformat(day), WEEKS, *rules)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-02", Light.NONE),
        ("2026-03-06", Light.NONE),  # 6 of 10 left
        ("2026-03-09", Light.BLUE),  # 5 of 10
        ("2026-03-12", Light.BLUE),  # 2 working days
        ("2026-03-13", Light.YELLOW),  # 1 working day, over a weekend
        ("2026-03-16", Light.YELLOW),  # the last day
        ("2026-03-17", Light.RED),
        ("2026-03-30", Light.RED),  # the statutory limit's last day
        ("2026-03-31", Light.PURPLE),
    ],
)
def test_the_lamp_grows_graver_as_the_promise_and_then_the_law_runs_out(day, expected):
    assert lamp(CASE, day) is expected


def test_a_limit_that_ends_on_a_friday_is_overdue_on_saturday():
    case = Clocks(promised=Clock(MONDAY, Limit(4, "working")))

    assert lamp(case, "2026-03-06") is Light.YELLOW
    assert lamp(case, "2026-03-07") is Light.RED


def test_calendar_days_turn_yellow_by_the_working_days_before_their_end():
    case = Clocks(statutory=Clock(MONDAY, Limit(13, "calendar")))  # ends on a Sunday

    assert lamp(case, "2026-03-11") is Light.BLUE
    assert lamp(case, "2026-03-12") is Light.YELLOW


def test_the_last_step_of_a_package_may_have_no_promise_and_a_case_no_clock():
    assert lamp(Clocks(statutory=Clock(MONDAY, WORKING_20)), "2026-03-03") is Light.NONE
    assert lamp(Clocks(), "2026-03-03") is Light.NONE


def test_something_to_be_done_at_once_is_yellow_that_day_and_red_the_next():
    case = Clocks(promised=Clock(MONDAY, Limit(0, "working")))

    assert lamp(case, "2026-03-02") is Light.YELLOW
    assert lamp(case, "2026-03-03") is Light.RED


def test_a_step_that_is_overdue_turns_yellow_though_the_case_is_in_time():
    step = Clock(MONDAY, Limit(1, "working"))
    case = Clocks(promised=CASE.promised, statutory=CASE.statutory, steps=[step])

    assert lamp(case, "2026-03-03") is Light.NONE
    assert lamp(case, "2026-03-04") is Light.YELLOW


def paused(first, last=None, *, limit=WORKING_10, steps=()):
    pause = Pause(date.fromisoformat(first), last and date.fromisoformat(last), "testing")
    return Clocks(promised=Clock(MONDAY, limit, (pause,)), steps=steps)


def test_a_suspended_case_shows_that_its_clock_stands_for_as_long_as_it_stands():
    assert lamp(paused("2026-03-05"), "2026-03-04") is Light.NONE
    assert lamp(paused("2026-03-05"), "2026-03-05") is Light.PAUSED
    assert lamp(paused("2026-03-05"), "2026-12-31") is Light.PAUSED


def test_afterwards_it_goes_on_where_it_stood():
    case = paused("2026-03-05", "2026-03-31")

    assert lamp(case, "2026-03-31") is Light.PAUSED
    assert lamp(case, "2026-04-01") is Light.NONE
    assert lamp(case, "2026-04-03") is Light.BLUE


def test_stopping_the_clock_does_not_put_out_a_lamp():
    assert lamp(paused("2026-03-17"), "2026-03-20") is Light.RED


def test_a_laboratory_that_is_late_shows_though_the_clock_of_the_case_stands():
    laboratory = Clock(date(2026, 3, 5), Limit(10, "working"))
    case = paused("2026-03-05", steps=[laboratory])

    assert lamp(case, "2026-03-19") is Light.PAUSED
    assert lamp(case, "2026-03-20") is Light.YELLOW


def test_a_city_sets_its_own_thresholds():
    rules = LightRules(blue_share=Fraction("0.8"), yellow_working_days=3)

    assert lamp(CASE, "2026-03-04", rules) is Light.BLUE
    assert lamp(CASE, "2026-03-11", rules) is Light.YELLOW


def test_every_lamp_has_a_word():
    assert [each.label("zh") for each in Light] == ["无灯", "蓝灯", "黄灯", "红灯", "紫灯", "停表"]
    assert [each.label("en") for each in Light] == [
        *("No light", "Blue", "Yellow", "Red", "Purple", "Clock stopped")
    ]
