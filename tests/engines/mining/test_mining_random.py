"""Random logs: the SQL counts what plain loops count, under filters and by groups too."""

from collections.abc import Mapping

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.engines.mining import compared, made, plainly
from tests.engines.mining.plainly import Dates, Row
from tongban.engines.mining import (
    Does,
    EndsWith,
    Follows,
    HandsOver,
    Has,
    Is,
    Promise,
    Repeats,
    StartsWith,
    Takes,
    cases_of,
    variants,
)

WITHOUT_EXPLAINING = (Phase.explicit, Phase.generate)  # each example is a database
HOUR = 3_600_000_000
START = 1_772_000_000_000_000
PROMISE = Promise(planned="case:planned", finished="case:finished", began="case:began")
few = st.integers(0, 6)
rows = st.lists(
    st.builds(
        Row,
        case=st.sampled_from("pqrs"),
        activity=st.sampled_from(["A", "B", "申请", "'; --"]),
        at=few.map(lambda hour: START + hour * HOUR),
        transition=st.sampled_from(["complete", "complete", "start", "ate_abort", "schedule"]),
        instance=st.sampled_from([None, "1"]),
        resource=st.sampled_from([None, "li", "王"]),
        office=st.sampled_from([None, "GA", "RS"]),
    ),
    min_size=1,
    max_size=40,
).filter(lambda rows: any(row.transition in plainly.ENDING for row in rows))
instants = st.none() | few.map(lambda hour: START + hour * HOUR)
promised = st.fixed_dictionaries({case: st.tuples(instants, instants, instants) for case in "pqrs"})
channels = st.fixed_dictionaries({case: st.sampled_from([None, "web", "desk"]) for case in "pqrs"})


def made_log(rows: list[Row], promises: Mapping[str, tuple], channel: Mapping[str, str | None]):
    """The log, its cases and what was promised of each."""
    cases = plainly.by_case(rows)
    columns = made.columns_of(rows)
    for number, name in enumerate(("case:began", "case:finished", "case:planned")):
        at = {case: each[number] for case, each in promises.items()}
        columns[name] = [None if at[r.case] is None else made.text_of(at[r.case]) for r in rows]
    columns["case:channel"] = [channel[row.case] for row in rows]
    dates = {}
    for case, events in cases.items():
        began, finished, planned = promises[case]
        dates[case] = Dates(events[0].at if began is None else began, finished, planned)
    return made.log(columns, PROMISE), cases, dates


@settings(max_examples=10, deadline=None, phases=WITHOUT_EXPLAINING)
@given(rows, promised, channels)
def test_every_figure_is_what_loops_count(rows, promises, channel):
    log, cases, dates = made_log(rows, promises, channel)
    group_of = {case: channel[case] for case in cases}
    assert compared.found(log, "case:channel") == compared.expected(cases, dates, group_of)

    web = {case: events for case, events in cases.items() if channel[case] == "web"}
    if web:
        found = compared.found(log, traits=[Has("case:channel", "web")])
        assert found == compared.expected(web, {case: dates[case] for case in web})
    assert set(cases_of(log, ())) == cases.keys()


@settings(max_examples=5, deadline=None, phases=WITHOUT_EXPLAINING)
@given(rows, promised, channels)
def test_the_cases_behind_a_figure_are_those_that_loops_find(rows, promises, channel):
    log, cases, dates = made_log(rows, promises, channel)
    courses = {case: plainly.course(events) for case, events in cases.items()}

    def behind(*traits) -> set[str]:
        found = cases_of(log, traits)
        assert len(set(found)) == len(found)
        return set(found)

    for activity in log.activities:
        assert behind(Does(activity)) == {c for c, way in courses.items() if activity in way}
        assert behind(StartsWith(activity)) == {
            c for c, w in courses.items() if w[:1] == (activity,)
        }
        assert behind(EndsWith(activity)) == {
            c for c, w in courses.items() if w[-1:] == (activity,)
        }
        assert behind(Repeats(activity)) == {c for c, w in courses.items() if w.count(activity) > 1}
    for source, target in plainly.edges(cases):
        followed = {
            c for c, w in courses.items() if (source, target) in zip(w, w[1:], strict=False)
        }
        assert behind(Follows(source, target)) == followed
    for source, target in plainly.handovers(cases, "resource"):
        assert behind(HandsOver("resource", source, target)) == {
            c for c in cases if (source, target) in plainly.handovers({c: cases[c]}, "resource")
        }
    for variant in variants(log):
        taken = {c for c, way in courses.items() if way == variant.activities}
        assert behind(Takes(variant.number)) == taken
    assert behind(Repeats()) == {c for c, way in courses.items() if len(set(way)) < len(way)}
    finished = {case for case in cases if dates[case].finished is not None}
    assert behind(Is("finished")) == finished
    assert behind(Is("open")) == cases.keys() - finished
    assert behind(Is("unpromised")) == {c for c in finished if dates[c].planned is None}
