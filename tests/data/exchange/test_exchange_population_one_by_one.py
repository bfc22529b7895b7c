"""What the gate stores of a register is what `decide` answers about each of its subjects."""

import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data import shared
from tests.data.exchange import asked, tiny
from tests.engines.decisions import dmn_models as dmn
from tongban.engines.decisions import Decision
from tongban.engines.feel import Unknown
from tongban.engines.feel.values import names_missing

TOWNS = ("329904", "329905", None)
KINDS = ("resident", "guest", None)
AGES = (0, 17, 18, 35, 59, 60, 61, 104, None)
NEEDS = ("age", "town", "alive", "kind", "reason")
NOT_TOLD = {"reason": Unknown(frozenset({"reason"}))}


def crowd() -> list[dict[str, Any]]:
    """Ninety people, each fact of whom may be unknown; the same in every run."""
    chance = random.Random(20_260_921)
    return [
        {
            **tiny.person(1),
            "number": f"N{n:03d}",
            "subject": tiny.subject(n),
            "town": chance.choice(TOWNS),
            "kind": chance.choice(KINDS),
            "age": chance.choice(AGES),
            "alive": chance.choice([True, False, None]),
        }
        for n in range(1, 91)
    ]


CROWD = crowd()


@pytest.fixture(scope="module")
def city_of_ninety(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("ninety")):
        tiny.build(CROWD)
        yield


@pytest.fixture
def ninety(city_of_ninety, db):
    asked.give(columns=["subject_id", "age", "alive", "town", "kind"])


def one_by_one(decision: Decision, given: dict[str, Any]) -> dict[str, tuple[Any, bool]]:
    """Value and whether it is unknown, by subject; an unknown value is kept as null."""
    answers = {}
    for person in CROWD:
        known = {name: _feel(name, person[name]) for name in ("age", "town", "alive", "kind")}
        value = decision.decide(known | given)
        unknown = names_missing(value) is not None
        answers[person["subject"]] = (None if unknown else value, unknown)
    return answers


def _feel(name: str, value: Any) -> Any:
    if value is None:
        return Unknown(frozenset({name}))
    return Decimal(value) if name == "age" else value


def check(decision: Decision, given: dict[str, Any]) -> None:
    expected = one_by_one(decision, given)

    edition, decided = asked.decide(decision, given=given)

    columns, rows = asked.table_of(edition)
    place = columns.index("value"), columns.index("unknown")
    assert {row[0]: tuple(row[n] for n in place) for row in rows} == expected
    told = {(answer.value, answer.unknown): count for answer, count in decided.counts}
    assert told == Counter(expected.values())
    assert sum(told.values()) == decided.rows == len(CROWD)


TESTS = {
    "age": ["-", "< 18", "[18..60)", ">= 60", "not(35)", "17, 61"],
    "town": ["-", '"329904"', 'not("329904")', '"329904", "329905"', "null"],
    "alive": ["-", "true", "false"],
    "kind": ["-", '"guest"', 'not("guest")'],
    "reason": ["-", '"work"', 'not("work")'],
}
ANSWERS = st.sampled_from(['"甲"', '"乙"', '"丙"', "null"])


@st.composite
def tables(draw) -> Decision:
    head = " | ".join(f"{name}:{asked.TYPES[name]}" for name in NEEDS)
    default = draw(st.sampled_from(["", '="无"']))
    lines = [f"{head} || class:string{default}"]
    for _ in range(draw(st.integers(1, 5))):
        cells = [draw(st.sampled_from(tests)) for tests in TESTS.values()]
        lines.append(f"{' | '.join(cells)} || {draw(ANSWERS)}")
    policy = draw(st.sampled_from(["FIRST", "UNIQUE", "ANY"]))
    return asked.model(dmn.table("\n".join(lines), policy), *NEEDS)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tables(), st.sampled_from([NOT_TOLD, {"reason": "work"}]))
def test_a_table_answers_everybody_as_it_answers_each(ninety, decision, given):
    check(decision, given)


FORMULAS = {
    "truths": "alive and age >= 18 or town = kind",
    "null beside unknown": 'if kind = "guest" then null else age > 18',
    "a choice": 'if alive then (if age < 18 then "child" else "adult") else "gone"',
    "a sum of what is told": "if age < 18 then 100 else 100 + 20",
    "what is not told": 'reason = "work" or age >= 60',
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_answers_everybody_as_it_answers_each(ninety, name):
    check(asked.formula(FORMULAS[name], *NEEDS), NOT_TOLD)


def test_the_pairs_of_a_comparison_are_those_of_each_person(ninety):
    live = asked.formula("alive and age >= 60", *NEEDS, type_="boolean")
    draft = asked.formula('alive and age >= 60 and kind = "guest"', *NEEDS, type_="boolean")
    before, after = one_by_one(live, NOT_TOLD), one_by_one(draft, NOT_TOLD)

    found = asked.compare(live, draft, given=NOT_TOLD)

    told = {
        ((c.before.value, c.before.unknown), (c.after.value, c.after.unknown)): c.rows
        for c in found.changes
    }
    assert told == Counter((before[each], after[each]) for each in before)
    assert len(told) >= 4
    assert found.rows == len(CROWD)
