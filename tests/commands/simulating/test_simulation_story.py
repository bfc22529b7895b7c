"""What happens is settled by terms, plan and calendar alone."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.commands.simulating.small import (
    CITY,
    HOLIDAY,
    UNTIL,
    ZONE,
    arrivals,
    hours,
    known,
    luck,
    story,
    terms,
)
from tongban.commands.simulating import figures, paper, ways
from tongban.commands.simulating.arrivals import Arrival, TooFew
from tongban.commands.simulating.story import Story, tell
from tongban.commands.simulating.ways import AsksOutside, NoSuchStep, by_facts, on_paper
from tongban.engines import processes

TOLD = terms()
HOURS = hours(TOLD)
CAME = arrivals(TOLD, 400)


@pytest.fixture(scope="module", params=[by_facts, on_paper])
def played(request) -> Story:
    return story(TOLD, request.param, CAME)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


def one(moment: datetime, item: str = "B09", number: int = 1, **changes) -> Arrival:
    return Arrival(number, item, moment, "web", luck(**changes))


def test_a_plan_has_exactly_so_many_cases_in_order_of_time_all_before_its_end():
    assert [one.number for one in CAME] == list(range(1, 401))
    moments = [one.at for one in CAME]
    assert moments == sorted(moments)
    assert moments[0].date() >= date(2026, 9, 1)
    assert moments[-1] < datetime(2026, 11, 1, tzinfo=ZONE)


def test_the_same_seed_gives_the_same_and_another_gives_others():
    assert arrivals(TOLD, 400) == CAME
    assert arrivals(terms(seed=7), 400) != CAME


def test_nobody_comes_to_a_closed_counter():
    assert all(HOURS.is_open(one.at) for one in CAME if one.channel == "counter" and one.at.minute)
    assert {one.channel for one in CAME} == {"web", "phone", "counter"}


def test_without_a_count_there_are_as_many_as_the_terms_say_a_working_day():
    begin, end = date(2026, 9, 1), UNTIL
    days = (begin + timedelta(days=n) for n in range((end - begin).days))
    working = sum(HOURS.calendar.is_working(day) for day in days)
    assert len(arrivals(TOLD, None)) == working * 181  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("cases", "months"), [(0, 2), (-1, 2), (5, 0), (5, 121), (2_000_001, 2)])
def test_what_cannot_be_simulated_is_refused(cases, months):
    with pytest.raises(TooFew) as refused:
        arrivals(TOLD, cases, months)
    assert refused.value.told("en") == (
        f"{cases} cases cannot be simulated in {months} months: take 1 to 2000000 cases and 1 to "
        "120 months."
    )
    assert refused.value.told("zh") == (
        f"不能在 {months} 个月内模拟 {cases} 件：件数应为 1 至 2000000，月数应为 1 至 120。"
    )


def test_whatever_arrived_is_finished_or_open(played):
    told = figures.of(played, TOLD.cost)
    assert told["arrived"] == 400
    assert told["granted"] + told["refused"] + told["withdrawn"] + told["running"] == 400
    assert sum(told["bars"]) == told["granted"] + told["refused"]
    assert [case.arrival.number for case in played.cases] == list(range(1, 401))


def test_moves_follow_each_other_and_each_begins_with_a_submission(played):
    assert [move.at for move in played.moves] == sorted(move.at for move in played.moves)
    first = {move.case: move.kind for move in reversed(played.moves)}
    assert set(first.values()) == {"submit"}
    assert len(first) == 400


def test_nobody_works_outside_office_hours_or_on_a_holiday(played):
    worked = [move for move in played.moves if move.officer]
    for move in worked:
        assert HOURS.is_open(move.began)
        assert HOURS.is_open(move.at - timedelta(microseconds=10))
        assert HOLIDAY not in (move.began.date(), move.at.date())
    assert worked


def test_an_officer_does_one_thing_at_a_time(played):
    by_officer = defaultdict(list)
    for move in played.moves:
        if move.officer:
            by_officer[move.desk, move.officer].append((move.began, move.at))
    for spans in by_officer.values():
        spans.sort()
        assert all(end <= begin for (_, end), (begin, _) in zip(spans, spans[1:], strict=False))
    staff = {((each.office, each.post), each.people) for each in TOLD.staff}
    most = dict(staff)
    assert all(1 <= number <= most[desk] for desk, number in by_officer)


def test_who_waits_is_taken_in_order_of_the_promised_day():
    """Three come in the night; the one that is promised for the next day is taken first."""
    told = terms(staff=[{"office": "GA", "post": "approver", "people": 1}])
    way = by_facts(TOLD.items[0], known()["B09"])
    short = replace(way, known=replace(way.known, promised=replace(way.known.promised, days=1)))
    came = [one(at(21, 20), number=1), one(at(21, 21), "X", 2), one(at(21, 22), number=3)]
    played = tell(came, {"B09": way, "X": short}, told.staff, HOURS, until=UNTIL)
    assert [move.case for move in played.moves if move.kind == "complete"] == [2, 1, 3]
    assert [move.began for move in played.moves if move.kind == "complete"][0] == at(22, 9)


def test_a_rule_that_settles_it_needs_nobody():
    played = story(
        TOLD, by_facts, [one(at(19, 3), outcome="true"), one(at(19, 4), number=2, outcome="false")]
    )
    assert [(case.result, case.automatic, case.finished) for case in played.cases] == [
        ("granted", True, at(19, 3)),
        ("refused", True, at(19, 4)),
    ]
    assert [move.kind for move in played.moves] == ["submit", "submit"]


def test_whoever_disputes_a_fact_is_looked_at_by_a_person():
    played = story(TOLD, by_facts, [one(at(21, 10), outcome="true", disputes=True)])
    assert [move.kind for move in played.moves] == ["submit", "complete"]
    refused = story(TOLD, by_facts, [one(at(21, 10), outcome="false", disputes=True)])
    assert [move.kind for move in refused.moves] == ["submit"]


def test_on_paper_every_case_goes_through_two_hands_with_its_materials():
    played = story(TOLD, on_paper, [one(at(21, 10), outcome="true")])
    kinds = [(move.kind, move.node) for move in played.moves]
    assert kinds == [("submit", ""), ("complete", paper.CHECK), ("complete", paper.REVIEW)]
    assert (played.cases[0].materials, played.cases[0].automatic) == (3, False)


@pytest.mark.parametrize("outcome", ["true", "false", "unknown"])
def test_both_ways_decide_the_same_where_nothing_is_open(outcome):
    results = {
        story(TOLD, made, [one(at(21, 10), outcome=outcome)]).cases[0].result
        for made in (by_facts, on_paper)
    }
    assert results == {"refused" if outcome == "false" else "granted"}


def test_a_correction_stops_the_clock_until_it_is_answered():
    played = story(TOLD, by_facts, [one(at(21, 10), correction=0.0, answer_days=2.0)])
    kinds = [move.kind for move in played.moves]
    assert kinds == ["submit", "ask", "correct", "complete"]
    # Five working days, 21 to 23 September not counted; the 25th is a holiday.
    assert played.cases[0].promised_on == date(2026, 10, 1)
    asked, corrected = (m.at for m in played.moves if m.kind in ("ask", "correct"))
    assert corrected - asked == timedelta(days=2)
    assert played.cases[0].corrections == 1


def test_whoever_does_not_answer_is_decided_by_what_there_is():
    played = story(TOLD, by_facts, [one(at(1, 10), correction=0.0, answer_days=300.0)])
    assert [move.kind for move in played.moves] == ["submit", "ask", "complete"]
    # Fifteen working days from 1 September, the first included, end on the 20th, a made-up Sunday.
    assert played.moves[-1].began == at(21, 9)
    assert played.cases[0].corrections == 0


def test_who_withdraws_in_time_is_not_decided_and_who_is_late_is():
    early = story(TOLD, by_facts, [one(at(19, 10), withdraws_after=0.5)])
    assert [move.kind for move in early.moves] == ["submit", "withdraw"]
    assert early.cases[0].result == "withdrawn"
    late = story(TOLD, by_facts, [one(at(21, 10), withdraws_after=9.0)])
    assert [move.kind for move in late.moves] == ["submit", "complete"]


def test_what_is_withdrawn_in_an_officers_hands_costs_him_his_time():
    began = story(TOLD, by_facts, [one(at(21, 10))]).moves[-1]
    within = (began.at - at(21, 10)) / timedelta(days=2)
    played = story(TOLD, by_facts, [one(at(21, 10), withdraws_after=within)])
    assert [move.kind for move in played.moves] == ["submit", "withdraw"]
    assert played.cases[0].minutes > 0


def test_a_process_with_other_steps_than_the_terms_name_is_refused():
    item = TOLD.items[0].model_copy(update={"handling": {}})
    with pytest.raises(NoSuchStep) as refused:
        by_facts(item, known()["B09"])
    assert refused.value.told("en") == (
        "The process of B09 has the steps review, and simulation.toml says how long — take: name "
        "each of them and no other."
    )
    assert refused.value.told("zh") == (
        "B09 的流程有步骤 review，simulation.toml 写了 — 的用时：请逐一对应，不多不少。"
    )


def test_an_item_that_asks_another_system_is_refused():
    drawn = processes.load((CITY / "items" / "B10" / "process.bpmn").read_bytes())
    there = replace(known()["B09"], definition=drawn)
    item = TOLD.items[0].model_copy(update={"code": "B10"})
    with pytest.raises(AsksOutside) as refused:
        by_facts(item, there)
    assert refused.value.told("en") == (
        "B10 waits for another system, which cannot be simulated. Take it out of simulation.toml."
    )
    assert refused.value.told("zh") == (
        "B10 要等待外部系统，无法模拟。请从 simulation.toml 中去掉它。"
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 10_000), st.integers(1, 40), st.integers(1, 3))
def test_nothing_is_lost_whatever_the_seed_and_the_desks(seed, cases, people):
    desks = [{**one.model_dump(), "people": people} for one in TOLD.staff]
    told = terms(seed=seed, staff=desks)
    came = arrivals(told, cases, months=1)
    for made in (by_facts, on_paper):
        played = story(told, made, came)
        assert len(played.cases) == cases
        assert all((case.finished is None) == (case.result == "running") for case in played.cases)
        assert played == story(told, made, came)


def test_desks_are_of_the_offices_that_the_items_belong_to():
    found = ways.of(TOLD, known(), on_paper)
    assert {desk for way in found.values() for desk in way.desks()} == {
        (office, post) for office in ("GA", "MZ") for post in ("clerk", "approver")
    }
