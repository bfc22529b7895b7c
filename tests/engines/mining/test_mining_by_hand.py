"""A log of three permits (permits.csv), every figure worked out on paper.

P1: submit 9:00, check 10:00-11:30, decide two days later 17:00. P2: sent back and submitted again.
P3: still being checked.
"""

from datetime import UTC, datetime, timedelta

from tongban.engines.mining import (
    Began,
    Does,
    Follows,
    HandsOver,
    Has,
    Is,
    Repeats,
    Takes,
    cases_of,
    graph,
    grouped,
    handovers,
    together,
    variants,
)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_what_the_log_holds_is_told(permits):
    reading = permits.reading
    assert (reading.events, reading.cases, reading.activities) == (14, 3, 3)
    assert reading.first == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert reading.last == datetime(2026, 4, 1, 1, tzinfo=UTC)
    assert reading.transitions == {"ate_abort": 1, "complete": 8, "schedule": 1, "start": 4}
    assert (reading.steps, reading.timed, reading.unfinished) == (9, 3, 1)
    assert (reading.offsets, reading.without_zone) == (("+08:00",), 0)
    assert (reading.single, reading.duplicates, reading.out_of_order) == (0, 0, 0)


def test_edges_count_and_wait_from_the_end_of_one_step_to_the_start_of_the_next(permits):
    edges = {(e.source, e.target): e for e in graph(permits).edges}

    assert {pair: edge.count for pair, edge in edges.items()} == {
        ("submit", "check"): 3,
        ("check", "decide"): 2,
        ("check", "submit"): 1,
    }
    to_check = edges["submit", "check"].waited  # 1, 24 and 23 hours
    assert (to_check.total, to_check.median, to_check.p95) == (hours(48), hours(23), hours(24))
    to_decide = edges["check", "decide"].waited  # 53.5 and 95 hours: decide has no start
    assert (to_decide.total, to_decide.median) == (hours(148.5), hours(53.5))


def test_the_step_that_waits_most_comes_first_with_its_share(permits):
    decide, check, submit = graph(permits).activities

    assert (decide.name, decide.waited.total) == ("decide", hours(148.5))
    assert decide.share == 148.5 / (148.5 + 48 + 24)
    assert (check.name, check.waited.total) == ("check", hours(48))
    assert (submit.name, submit.waited.total) == ("submit", hours(24))


def test_work_is_told_from_waiting_where_a_step_has_a_start(permits):
    check = next(a for a in graph(permits).activities if a.name == "check")

    assert (check.steps, check.timed) == (3, 3)
    assert check.worked.total == hours(1.5 + 0.5 + 1)
    assert (check.worked.median, check.worked.p95) == (hours(1), hours(1.5))
    assert next(a for a in graph(permits).activities if a.name == "decide").worked is None


def test_starts_and_ends_count_cases(permits):
    found = graph(permits)
    assert found.starts == {"submit": 3}
    assert found.ends == {"decide": 2, "submit": 1}


def test_rework_is_an_activity_done_again_in_its_case(permits):
    check = next(a for a in graph(permits).activities if a.name == "check")
    assert (check.cases, check.repeats, check.repeating, check.loops) == (2, 1, 1, 0)
    assert (together(permits).reworked, together(permits).repeats) == (1, 2)
    assert cases_of(permits, [Repeats()]) == cases_of(permits, [Repeats("check")]) == ("P2",)


def test_variants_are_numbered_by_how_common_they_are(permits):
    assert [(v.number, v.activities, v.cases) for v in variants(permits)] == [
        (1, ("submit",), 1),
        (2, ("submit", "check", "decide"), 1),
        (3, ("submit", "check", "submit", "check", "decide"), 1),
    ]
    assert sum(v.share for v in variants(permits)) == 1
    (only,) = variants(permits, [Has("case:channel", "desk")])
    assert only.activities == ("submit", "check", "submit", "check", "decide")
    assert cases_of(permits, [Takes(only.number)]) == ("P2",)


def test_handovers_need_two_names(permits):
    assert [(h.source, h.target, h.count) for h in handovers(permits, "resource")] == [
        ("li", "wang", 1),
        ("zhao", "wang", 1),
    ]
    assert [(h.source, h.target, h.count) for h in handovers(permits, "office")] == [
        ("RS", "GA", 1)
    ]
    assert cases_of(permits, [HandsOver("office", "RS", "GA")]) == ("P2",)
    assert cases_of(permits, [HandsOver("office", "GA", "nobody")]) == ()


def test_on_time_is_over_finished_cases_and_a_promised_day_lasts_until_midnight(permits):
    figures = together(permits)
    assert (figures.cases, figures.finished, figures.open) == (3, 2, 1)
    assert (figures.on_time, figures.late, figures.on_time_rate) == (1, 1, 0.5)
    assert cases_of(permits, [Is("on_time")]) == ("P1",)
    assert cases_of(permits, [Is("late")]) == ("P2",)
    assert cases_of(permits, [Is("open")]) == ("P3",)
    assert cases_of(permits, [Is("finished")]) == ("P1", "P2")
    assert cases_of(permits, [Is("unpromised")]) == ()


def test_speed_up_is_the_share_of_the_promised_time_that_was_not_needed(permits):
    microsecond = timedelta(microseconds=1)
    promised = [
        timedelta(days=4, hours=15) - microsecond,
        timedelta(days=4, hours=14.5) - microsecond,
    ]
    used = [timedelta(days=2, hours=8), timedelta(days=6, hours=23.5)]
    each = sorted((p - u) / p for p, u in zip(promised, used, strict=True))

    figures = together(permits)

    given, needed = sum(promised, timedelta()), sum(used, timedelta())
    assert figures.speed_up == (given - needed) / given
    assert figures.median_speed_up == each[0]
    assert figures.backwards == 0


def test_groups_by_attribute_come_by_size_and_months_in_their_order(permits):
    web, desk = grouped(permits, "case:channel")
    assert (web.value, web.cases, web.open, web.on_time) == ("web", 2, 1, 1)
    assert (desk.value, desk.cases, desk.reworked, desk.late) == ("desk", 1, 1, 1)
    assert [(g.value, g.cases) for g in grouped(permits, "month:began")] == [
        ("2026-03", 2),
        ("2026-04", 1),
    ]
    assert [(g.value, g.cases) for g in grouped(permits, "month:finished")] == [
        ("2026-03", 2),
        (None, 1),
    ]


def test_filters_choose_whole_cases(permits):
    april = [Began(since=datetime(2026, 4, 1, tzinfo=UTC))]
    assert cases_of(permits, [Does("decide")]) == ("P1", "P2")
    assert cases_of(permits, [Follows("check", "submit")]) == ("P2",)
    assert cases_of(permits, [Follows("check", "submit"), Has("case:channel", "web")]) == ()
    assert cases_of(permits, april) == ("P3",)
    assert cases_of(permits, [Began()]) == cases_of(permits, ()) == ("P1", "P2", "P3")
    assert graph(permits, april).edges == ()
    assert together(permits, [Has("case:channel", None)]).cases == 0
