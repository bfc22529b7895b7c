"""The state between two steps, as JSON, and the values that it holds."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    end,
    extended,
    handler,
    message,
    model,
    node,
    path,
    several,
    signal,
    start,
    sub,
    tb_input,
    thrown,
    timer,
    user,
    when,
)
from tongban.engines.feel import Months, Range, Unknown
from tongban.engines.processes import State, values
from tongban.engines.processes.state import BrokenState
from tongban.engines.processes.values import NotAValue

CHINA = ZoneInfo("Asia/Shanghai")
EXAMPLES = [
    None,
    True,
    '𬭁 "quoted" {brace}',
    Decimal("1.50"),
    Decimal("1E+30"),
    date(2026, 3, 2),
    datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    datetime(2026, 3, 2, 9, 30, 0, 5, tzinfo=CHINA),
    datetime(2026, 3, 2, 9, 30),  # noqa: DTZ001
    time(9, 30),
    time(9, 30, tzinfo=timezone(timedelta(hours=8))),
    time(9, 30, tzinfo=CHINA),
    timedelta(days=-3, microseconds=7),
    Months(-14),
    Unknown(frozenset({"b", "a"})),
    [Decimal(1), [None, "x"]],
    {"number": {"number": Decimal(2)}, "": []},
    Range(Decimal(1), None, True, False),
]


@pytest.mark.parametrize("value", EXAMPLES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_from_json_as_it_was(value: object):
    written = json.loads(json.dumps(values.dump(value)))
    read = values.load(written)

    assert read == value
    assert type(read) is type(value)
    assert values.dump(read) == written


def test_a_moment_keeps_the_name_of_its_zone():
    read = values.load(values.dump(datetime(2026, 3, 2, 9, tzinfo=CHINA)))

    assert isinstance(read, datetime)
    assert read.tzinfo == CHINA


simple = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(),
    st.builds(Months, st.integers(-10_000, 10_000)),
    st.builds(Unknown, st.frozensets(st.text())),
)
nested = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner),
        st.dictionaries(st.text(), inner),
        st.builds(Range, inner, inner, st.booleans(), st.booleans()),
    ),
    max_leaves=10,
)


@settings(deadline=None, max_examples=50)
@given(nested)
def test_any_value_comes_back_from_json_as_it_was(value: object):
    assert values.load(json.loads(json.dumps(values.dump(value)))) == value
    assert values.clean("x", value) == value


def test_integers_and_tuples_become_feel_values():
    assert values.clean("x", (1, {"a": 2})) == [Decimal(1), {"a": Decimal(2)}]
    assert values.clean("x", Range(1, 5)) == Range(Decimal(1), Decimal(5))


@pytest.mark.parametrize("value", [1.5, b"x", {1, 2}, object()])
def test_what_is_no_feel_value_has_no_place_in_a_case(value: object):
    with pytest.raises(NotAValue):
        values.clean("x", value)
    with pytest.raises(NotAValue):
        values.dump(value)


def busy() -> Case:
    """A case with something of every kind in its state."""
    inside = (
        extended(tb_input("own", "offices"))
        + start("s")
        + user("b", several(tb_collection="offices", tb_element="office",
                            tb_outputCollection="votes", tb_outputElement="opinion"))
        + end("e")
        + path("s", "b", "e")
    )  # fmt: skip
    xml = model(
        start(),
        node("subProcess", "a", inside),
        node("intermediateCatchEvent", "t", timer("timeCycle", "R/P1D")).replace("R/", "R3/"),
        node("intermediateCatchEvent", "m", message("order", "number")),
        user("c", several(count="2", sequential=True)),
        end(),
        *(path("start", each, "end") for each in "atmc"),
        beside='<message id="order" name="paid"/>',
    )
    case = Case(xml, offices=["公安局", "住建局"], number="N1")
    case.do("b", opinion="同意")
    return case


def test_a_busy_state_comes_back_from_json_as_it_was():
    state = busy().state

    assert state.scopes and state.loops and state.tokens
    assert state.tasks and state.timers and state.subscriptions
    assert State.from_json(state.to_json()) == state
    assert State.from_json(state.to_json()).to_json() == state.to_json()


def everything() -> Case:
    """A case with the rows that events, calls and compensation leave in a state."""
    undoing = (
        user("a") + boundary("b_a", "a", thrown("compensate"))
        + user("undo", isForCompensation="true") + association("b_a", "undo")
    )  # fmt: skip
    listening = handler("h", signal("s") + timer("timeCycle", "R3/P1D"), user("help"), end("he"),
                        path("h_start", "help", "he"), interrupting=False)  # fmt: skip
    inside = sub(start("s1"), undoing, user("b"), end("e"), path("s1", "a", "b", "e"),
                 id="sub")  # fmt: skip
    xml = model(
        start(), inside, user("c", startQuantity="2"), listening,
        node("callActivity", "call", extended(tb_input("x", "number + 1")), calledElement="q"),
        node("intermediateCatchEvent", "w", when("number > 5")), end(),
        path("start", "sub", "end"), path("start", "c", "end"), path("start", "w", "end"),
        path("start", "call", "end"),
        beside='<signal id="s" name="alarm"/>'
        + node("process", "q", start("qs") + user("qa") + end("qe") + path("qs", "qa", "qe")),
    )  # fmt: skip
    case = Case(xml, number=1)
    case.do("a")
    case.signal("alarm")
    return case


def test_what_events_calls_and_compensation_leave_comes_back_as_it_was():
    state = everything().state

    assert state.done and any(token.held for token in state.tokens.values())
    assert {scope.kind for scope in state.scopes.values()} == {"process", "body", "call"}
    assert {each.kind for each in state.subscriptions.values()} == {"signal", "condition"}
    assert State.from_json(state.to_json()) == state
    assert State.from_json(state.to_json()).to_json() == state.to_json()


def test_a_state_that_an_earlier_version_stored_is_still_read():
    """Rows have become longer since; what is missing has the value that it had all along."""
    state = busy().state
    written = json.loads(state.to_json())
    del written["done"]
    written["counters"] = written["counters"][:5]
    for rows, length in (("scopes", 7), ("tokens", 4), ("timers", 6), ("subscriptions", 5)):
        written[rows] = [row[:length] for row in written[rows]]

    assert State.from_json(json.dumps(written)) == state


def test_a_state_is_small_plain_json():
    text = busy().state.to_json()

    assert len(text) < 1500
    assert "公安局" in text
    assert json.loads(text)["variables"]["number"] == "N1"


def test_a_new_case_is_an_empty_state():
    assert State.from_json(State().to_json()) == State()
    assert State().status == "new"


def test_a_state_cannot_be_changed_in_place():
    state = busy().state

    with pytest.raises(AttributeError):
        state.status = "finished"  # pyright: ignore
    with pytest.raises(TypeError):
        state.variables["x"] = 1  # pyright: ignore
    with pytest.raises(TypeError):
        state.tokens[1] = None  # pyright: ignore


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '"text"',
        busy().state.to_json().replace('"paid"', '"paid",7'),
        busy().state.to_json().replace('"counters":[', '"counters":[1,'),
        State().to_json().replace('"variables":{}', '"variables":{"x":{"number":"one"}}'),
        State().to_json().replace('"variables":{}', '"variables":{"x":{"speed":"1"}}'),
        State().to_json().replace('"variables":{}', '"variables":{"x":{"duration":"1"}}'),
        State().to_json().replace('"variables":{}', '"variables":{"x":5}'),
    ],
)
def test_a_broken_state_is_refused_by_name(text: str):
    with pytest.raises(BrokenState) as refused:
        State.from_json(text)

    assert refused.value.told("zh").startswith("无法读取已存储的流程状态")
