"""How often, how long and along which flows: exact figures, and the same as a slow count."""

from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.business.applying import apply, complete
from tests.business.cases.logs import DEFINITION, EARLIER, STEPS, case, log
from tests.known import MONDAY
from tongban.base.people import queries as people
from tongban.business.cases import footpaths, heat, running
from tongban.business.cases.heat import Asked, CaseBehind
from tongban.business.cases.models import Case, CaseEvent
from tongban.business.items.models import ItemVersion

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
STRAIGHT = (
    *(("a", "start", 0), ("a", "complete", 1), ("b", "start", 1), ("c", "start", 1)),
    *(("c", "complete", 2), ("b", "complete", 4), ("d", "start", 4), ("d", "complete", 6)),
)
BACK = (
    *(("a", "start", 0), ("a", "complete", 3), ("b", "start", 3), ("c", "start", 3)),
    *(("b", "complete", 4), ("c", "complete", 5), ("d", "start", 5), ("d", "complete", 9)),
    *(("a", "start", 9), ("a", "complete", 10), ("b", "start", 10), ("c", "start", 10)),
)
LATE = (
    *(("a", "start", 0), ("a", "complete", 2), ("b", "start", 2), ("c", "start", 2)),
    *(("b", "complete", 3), ("c", "complete", 3), ("d", "start", 3), ("d", "withdraw", 27)),
    *(("e", "start", 27), ("e", "complete", 28)),
)


@pytest.fixture
def three(permit):
    straight = case(permit, status="granted", finished_at=MONDAY + 6 * HOUR)
    log(straight, *STRAIGHT)
    back = case(permit)
    log(back, *BACK)
    late = case(permit, status="refused", finished_at=MONDAY + 28 * HOUR)
    log(late, *LATE)
    return straight, back, late


def of(version, **asked) -> heat.Heat:
    return heat.of(DEFINITION, Asked((version.pk,), **asked))


def test_every_step_tells_how_often_and_how_long(permit, three):
    found = of(permit)
    assert (found.cases, found.running) == (3, 1)
    told = {
        node: (s.visits, s.cases, s.done, s.waiting, s.called_off, s.repeated)
        for node, s in found.steps.items()
    }
    assert told == {
        "a": (4, 3, 4, 0, 0, 1),
        "b": (4, 3, 3, 1, 0, 1),
        "c": (4, 3, 3, 1, 0, 1),
        "d": (3, 3, 2, 0, 1, 0),
        "e": (1, 1, 1, 0, 0, 0),
    }
    a, b = found.steps["a"], found.steps["b"]
    assert (a.zh, a.en) == ("步骤 a", "Step a")
    assert (a.median, a.p90) == (1.5 * HOUR, 2.7 * HOUR)  # of 1, 1, 2 and 3 hours
    assert (b.oldest, a.oldest) == (MONDAY + 10 * HOUR, None)


def test_every_flow_that_the_log_tells_is_counted(permit, three):
    assert of(permit).flows == {
        "start-a": 3,
        "a-fork": 4,
        "fork-b": 4,
        "fork-c": 4,
        "b-join": 3,
        "c-join": 3,
        "join-d": 3,
        "d-x": 2,
        "back": 1,
        "x-done": 1,
        "timeout-e": 1,
        "e-late": 1,
    }


def test_a_case_that_was_withdrawn_waits_nowhere_and_reached_no_end(permit):
    gone = case(permit, status="withdrawn", finished_at=MONDAY + HOUR)
    log(gone, ("a", "start", 0), ("a", "withdraw", 1), ("b", "start", 1))
    found = of(permit)
    assert [(s.waiting, s.called_off) for s in found.steps.values()] == [(0, 1), (0, 1)]
    assert found.flows["start-a"] == 1
    assert (found.flows["x-done"], found.flows["e-late"]) == (0, 0)


def test_other_versions_earlier_months_and_other_offices_are_left_out(permit, three):
    straight = three[0]
    assert of(permit, since=MONDAY + HOUR).cases == 0
    assert of(permit, office=permit.item.office.pk).cases == 3
    assert of(permit, office=people.office("RS").pk).steps == {}
    assert heat.of(DEFINITION, Asked((permit.pk + 1,))).cases == 0
    assert of(permit, only=straight.pk).steps["d"].visits == 1


def test_cases_of_an_older_drawing_count_on_the_flows_that_are_still_there(permit, three):
    """The older one had no step d: its cases went from the join through the gateway at once."""
    older = version_before(permit)
    went = case(older, status="granted", finished_at=MONDAY + 4 * HOUR)
    log(went, *[each for each in STRAIGHT if each[0] != "d"])
    again = case(older)
    log(again, *BACK[:6], *BACK[8:])

    found = heat.of_several(
        DEFINITION, {permit.pk: DEFINITION, older.pk: EARLIER}, Asked((permit.pk, older.pk))
    )

    assert (found.cases, found.running) == (5, 2)
    alone = of(permit).flows
    assert (found.flows["back"], alone["back"]) == (2, 1)
    assert (found.flows["x-done"], alone["x-done"]) == (2, 1)
    assert (found.flows["join-d"], found.flows["d-x"]) == (3, 2)  # the older one had none of these
    assert heat.of_several(DEFINITION, {permit.pk: DEFINITION}, Asked((permit.pk,))) == of(permit)


def version_before(permit):
    ground = {"number": permit.number + 1, "status": "retired", "content_hash": "before"}
    kept = ("item", "guide", "form", "process", "decision", "made_at", "made_by")
    return ItemVersion.objects.create(**ground, **{name: getattr(permit, name) for name in kept})


def test_without_cases_every_flow_stands_at_zero(permit):
    found = of(permit)
    assert (found.cases, found.running, found.steps) == (0, 0, {})
    assert set(found.flows.values()) == {0}


def test_it_takes_one_query(permit, three, django_assert_num_queries):
    with django_assert_num_queries(1):
        of(permit)
    with django_assert_num_queries(1):
        heat.behind(Asked((permit.pk,)), "b", "visits", 10)


@pytest.mark.parametrize(
    ("what", "step", "expected"),
    [
        ("visits", "d", [("back", 4), ("straight", 2), ("late", 0)]),
        ("waiting", "b", [("back", 1)]),
        ("repeated", "a", [("back", 4)]),
        ("called_off", "d", [("late", 0)]),
        ("waiting", "a", []),
    ],
)
def test_behind_a_number_are_cases(permit, three, what, step, expected):
    names = dict(zip((one.number for one in three), ("straight", "back", "late"), strict=True))
    found = heat.behind(Asked((permit.pk,)), step, what, most=10)
    told = [(names[one.number], one.spent / HOUR) for one in found]
    if what == "called_off":
        told = [(name, 0) for name, _spent in told]
    elif what == "visits":
        told = [(name, 0 if name == "late" else spent) for name, spent in told]
        assert sorted(told) == sorted(expected)
        return
    assert told == expected


def test_who_waits_longest_comes_first_and_no_more_than_asked_for(permit):
    young, old = case(permit), case(permit)
    log(young, ("a", "start", 5))
    log(old, ("a", "start", 2))
    both = heat.behind(Asked((permit.pk,)), "a", "waiting", most=10)
    assert both == (
        CaseBehind(old.number, "running", 1, timedelta(0), MONDAY + 2 * HOUR),
        CaseBehind(young.number, "running", 1, timedelta(0), MONDAY + 5 * HOUR),
    )
    assert heat.behind(Asked((permit.pk,)), "a", "waiting", most=1) == both[:1]


def test_real_cases_of_the_permit(permit, citizen, approver):
    apply(permit, citizen())
    apply(permit, citizen("li", insured_months=3))
    asked = apply(permit, citizen("wang", insured_months=None))
    complete(asked, approver, at=MONDAY + HOUR)
    apply(permit, citizen("chen", insured_months=None), at=MONDAY + HOUR)

    found = heat.of(running.definition_of(permit), Asked((permit.pk,)))
    assert (found.cases, found.running) == (4, 1)
    review = found.steps["review"]
    assert (review.visits, review.done, review.waiting) == (2, 1, 1)
    assert (review.median, review.oldest) == (HOUR, MONDAY + HOUR)
    assert found.flows == {
        "to_collect": 4,
        "to_decide": 4,
        "to_decided": 4,
        "proven": 1,
        "contradicted": 1,
        "unknown": 2,
        "to_reviewed": 1,
        "approved": 1,
        "rejected": 0,
        "to_notify": 2,
        "to_issued": 2,
        "to_refused": 1,
    }


def share(values: list[float], part: float) -> timedelta | None:
    """Between two neighbours in proportion."""
    if not values:
        return None
    ordered, place = sorted(values), part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return timedelta(seconds=ordered[low] + (ordered[high] - ordered[low]) * (place - low))


class Slow:
    """Case by case and event by event, as the words of the query say."""

    def __init__(self, cases: list[Case]) -> None:
        self.stays: dict[str, list[tuple]] = defaultdict(list)
        self.flows = {f: 0 for path in PATHS for f in (*path.flows, *path.behind)}
        for one in cases:
            happened = list(CaseEvent.objects.filter(case=one).order_by("pk"))
            self.stay(one, happened)
            self.walk(one, happened)

    def stay(self, one: Case, happened: list[CaseEvent]) -> None:
        for step in STEPS:
            own = [each for each in happened if each.activity == step]
            begun = [each for each in own if each.transition == "start"]
            ended = [each for each in own if each.transition in ("complete", "withdraw")]
            for turn, begin in enumerate(begun):
                end = ended[turn] if turn < len(ended) else None
                over = end.transition if end else "open" if one.finished_at is None else "withdraw"
                lasted = (end.at - begin.at).total_seconds() if end else None
                self.stays[step].append((one.pk, turn, over, lasted, begin.at))

    def walk(self, one: Case, happened: list[CaseEvent]) -> None:
        taken: set[tuple] = set()
        departures = [("", "start", 0), *((e.activity, e.transition, e.pk) for e in happened)]
        for path in PATHS:
            for came, before in self.arrivals(one, happened, path.target, path.ends):
                rivals = [p for p in PATHS if same_branch(p, path)]
                last = max(
                    (
                        (pk, PATHS.index(p))
                        for p in rivals
                        for source, how, pk in departures
                        if (source, how) == (p.source, p.departure)
                        and before < pk < came
                        and not (p.ends and self.went_elsewhere(happened, p, pk, came))
                    ),
                    default=None,
                )
                if last is not None and PATHS[last[1]] == path:
                    taken |= {(flow, last[0]) for flow in path.flows}
                    taken |= {(flow, "came", came) for flow in path.behind}
        for flow, *_which in taken:
            self.flows[flow] += 1

    def arrivals(self, one, happened, target: str, ends: bool) -> list[tuple[float, float]]:
        if target == "":
            reached = one.finished_at is not None and one.status != "withdrawn"
            return [(float("inf"), -1)] if reached else []
        how = "complete" if ends else "start"
        pks = [e.pk for e in happened if (e.activity, e.transition) == (target, how)]
        return list(zip(pks, [-1, *pks], strict=False))

    def went_elsewhere(self, happened, path, went: int, came: float) -> bool:
        others = {
            p.target
            for p in PATHS
            if not p.ends and (p.source, p.departure) == (path.source, path.departure)
        }
        return any(
            each.activity in others and each.transition == "start" and went < each.pk < came
            for each in happened
        )


PATHS = footpaths.of(DEFINITION)


def same_branch(one, other) -> bool:
    return (one.target, one.ends, one.branch) == (other.target, other.ends, other.branch)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.sampled_from(("start", "start", "complete", "withdraw", "schedule")),
        st.integers(0, 3),
    ),
    max_size=18,
)
ENDS = st.sampled_from(("running", "granted", "withdrawn"))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(ENDS, EVENTS), max_size=4))
def test_any_log_gives_the_figures_of_a_slow_count(permit, logs):
    with transaction.atomic():
        cases = []
        for status, happened in logs:
            over: datetime | None = None if status == "running" else MONDAY + 99 * HOUR
            cases.append(case(permit, status=status, finished_at=over))
            log(cases[-1], *happened)
        found, slow = of(permit), Slow(cases)
        transaction.set_rollback(True)
    assert found.flows == slow.flows
    assert set(found.steps) == {step for step in STEPS if slow.stays[step]}
    for node, step in found.steps.items():
        stays = slow.stays[node]
        lasted = [seconds for *_which, over, seconds, _at in stays if over == "complete"]
        waiting = [since for *_which, over, _seconds, since in stays if over == "open"]
        assert (step.visits, step.done, step.waiting, step.called_off) == (
            len(stays),
            len(lasted),
            len(waiting),
            sum(over == "withdraw" for *_which, over, _seconds, _at in stays),
        )
        assert (step.cases, step.repeated) == (
            len({pk for pk, *_rest in stays}),
            len({pk for pk, turn, *_rest in stays if turn > 0}),
        )
        assert (step.median, step.p90) == (share(lasted, 0.5), share(lasted, 0.9))
        assert step.oldest == min(waiting, default=None)
