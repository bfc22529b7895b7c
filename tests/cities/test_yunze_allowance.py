"""D02 高龄津贴 against the truth: whoever is due is found, whoever was paid wrongly is, and nobody
else; where a row was spoilt the answer is unknown, never wrong."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cities.conftest import TODAY
from tests.cities.lake import CITY, Lake
from tongban.engines import decisions
from tongban.engines.decisions import Given
from tongban.engines.decisions.sql import Column, Relation
from tongban.engines.feel import Unknown

MODEL = decisions.load((CITY / "items/D02/decision.dmn").read_bytes())
ENTITLEMENT, WRONGLY_PAID = MODEL.find("entitlement"), MODEL.find("wrongly_paid")
FACTS: dict[str, Any] = {
    "alive": True,
    "household_region": "329904",
    "age": 84,
    "birth_date": date(1942, 1, 31),
    "allowance_paid": False,
    "allowance_amount": 100,
    "account_usable": True,
    "allowance_after_death": 0,
    "allowance_after_death_from": date(2026, 5, 1),
}
UNKNOWN = "unknown"


def asked(name: str, **facts: Any) -> Any:
    """What one case is told; a fact that is UNKNOWN is known to nobody."""
    decision = MODEL.find(name)
    outcome = decision.evaluate({key: _given(key, facts) for key in decision.inputs})
    return outcome.value


def _given(key: str, facts: Mapping[str, Any]) -> Given:
    value = facts.get(key, FACTS[key])
    if value == UNKNOWN or value is None:
        return Given(Unknown(frozenset({key})))
    return Given(Decimal(value) if type(value) is int else value)


@pytest.fixture(scope="module")
def everybody(lake: Lake) -> Lake:
    """Both decisions over all facts, as SQL, beside the truth."""
    types = {name: type_ for name, type_, *_ in lake.rows("describe registers.person_facts")}
    lake.con.execute("create temp view everybody as from registers.person_facts")
    for decision in (ENTITLEMENT, WRONGLY_PAID):
        columns = {name: Column(name, types[name], "unknown") for name in decision.inputs}
        query = decision.sql("duckdb", Relation("everybody", ("citizen_id",), columns))
        lake.con.execute(f"create temp table {decision.name} as {query}")
    return lake


PAIRS = {
    "entitled": "d02",
    "amount": "d02_amount",
    "since": "d02_from",
    "to_do": "d02_finding",
}


@pytest.mark.parametrize(("told", "true"), PAIRS.items())
def test_who_is_due_is_found_and_nobody_else(everybody: Lake, told: str, true: str):
    wrong = everybody.rows(
        f"select citizen_id, {true}, {told} from truth.people left join entitlement"
        f" using (citizen_id) where unusable is null and {true} is distinct from"
        f" cast({told} as varchar)"
    )

    assert wrong == []


@pytest.mark.parametrize(("told", "true"), PAIRS.items())
def test_what_is_told_of_somebody_with_a_spoilt_row_is_true(everybody: Lake, told: str, true: str):
    wrong = everybody.rows(
        f"select citizen_id, {true}, {told} from truth.people join entitlement using (citizen_id)"
        f" where {told} is not null and {true} is distinct from cast({told} as varchar)"
    )

    assert wrong == []


def test_the_account_is_told_of_those_who_are_due_alone(everybody: Lake):
    wrong = everybody.rows(
        "select citizen_id, account from truth.people join entitlement using (citizen_id)"
        " where unusable is null and cast(account as varchar) is distinct from"
        " case when d02 = 'true' then account_usable end"
    )

    assert wrong == []


def test_who_was_paid_wrongly_is_found_and_nobody_else(everybody: Lake):
    wrong = everybody.rows(
        "select citizen_id from truth.people left join wrongly_paid using (citizen_id)"
        " where unusable is null and (d02_wrong is distinct from reason"
        " or (d02_wrong <> 'none') is distinct from wrong"
        " or d02_wrong_from is distinct from cast(since as varchar)"
        " or d02_wrong_sum is distinct from cast(sum as varchar))"
    )

    assert wrong == []


def test_nobody_is_said_to_be_paid_wrongly_who_is_not(everybody: Lake):
    wrong = everybody.rows(
        "select citizen_id from truth.people join wrongly_paid using (citizen_id)"
        " where coalesce(d02_wrong <> reason, false)"
        " or coalesce(d02_wrong_sum <> cast(sum as varchar), false)"
        " or coalesce(d02_wrong_from <> cast(since as varchar), false)"
    )

    assert wrong == []


def test_whose_row_of_the_list_is_spoilt_stays_unknown(everybody: Lake):
    told = everybody.rows(
        "select entitled, to_do, entitlement.unknown from truth.people"
        " join entitlement using (citizen_id) where unusable = 'MZ03' and d02 = 'true'"
    )

    assert told and set(told) == {(True, None, True)}


def test_whose_registration_lies_in_quarantine_is_never_due(everybody: Lake):
    """His card may still know his number, but nobody knows where his household is."""
    told = everybody.rows(
        "select distinct entitled from entitlement join registers.person_facts as f"
        " using (citizen_id) where f.ga01_row is null"
    )

    assert set(told) <= {(None,), (False,)} and told


SITUATIONS = {
    "is paid what is due": "d02_finding = 'right'",
    "is not paid yet": "d02_finding = 'pay' and allowance_paid_until is null",
    "is 90 and paid as at 89": "d02_finding = 'change' and d02_amount = '200'"
    " and allowance_amount = '100'",
    "is a hundred": "d02_amount = '500'",
    "is dead and still paid": "d02_wrong = 'dead' and allowance_paid = 'true'",
    "is dead and was paid for some months": "d02_wrong = 'dead' and allowance_paid = 'false'",
    "is dead by the list of cremations alone": "alive = 'false' and citizen_id in"
    " (select citizen_id from dwd.cremation) and citizen_id not in"
    " (select citizen_id from dwd.death where citizen_id is not null)",
    "is dead by the certificate alone": "alive = 'false' and citizen_id in"
    " (select citizen_id from dwd.death) and citizen_id not in"
    " (select citizen_id from dwd.cremation where citizen_id is not null)",
    "is dead, was paid and stopped in time": "alive = 'false' and allowance_after_death = '0'"
    " and allowance_paid_until is not null",
    "is paid and his household is elsewhere": "d02_wrong = 'elsewhere'",
    "has no card": "d02 = 'true' and account_usable is null",
    "has a card that cannot be paid into": "d02 = 'true' and account_usable = 'false'",
    "has two cards": "citizen_id in (select citizen_id from dwd.card_two_in_use)",
    "has an account in another's name": "account_usable = 'false' and citizen_id in"
    " (select citizen_id from dwd.card where account is not null and not own_account)",
    "has a number of 15 digits on the list": "citizen_id in"
    " (select citizen_id(sfzh) from ods.gl_jt where length(sfzh) = 15)",
    "was sent what the bank returned": "citizen_id in"
    " (select citizen_id from dwd.allowance_month where not paid) and d02_finding = 'pay'",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_somebody_in_the_city(lake: Lake, situation: str):
    assert lake.value(f"select count(*) from truth.people where {SITUATIONS[situation]}") > 0


def test_one_case_is_told_what_everybody_is(everybody: Lake):
    for decision in (ENTITLEMENT, WRONGLY_PAID):
        inputs = ", ".join(f"f.{name}" for name in decision.inputs)
        rows = everybody.rows(
            f"select {inputs}, d.* from registers.person_facts f join {decision.name} d using"
            " (citizen_id) join truth.people p using (citizen_id)"
            " where p.birth_date < '1950' or p.unusable is not null"
        )
        names = [column[0] for column in everybody.con.description or ()]
        assert len(rows) > 100
        for row in rows:
            said = dict(zip(names, row, strict=True))
            alone: Any = decision.evaluate(
                {key: _given(key, said) for key in decision.inputs}
            ).value
            known = {key: None if isinstance(v, Unknown) else v for key, v in alone.items()}
            assert known == {key: said[key] for key in known}
            assert said["unknown"] == any(isinstance(v, Unknown) for v in alone.values())


@pytest.mark.parametrize(
    ("age", "amount"),
    [(0, 0), (79, 0), (80, 100), (89, 100), (90, 200), (99, 200), (100, 500), (113, 500)],
)
def test_the_amount_goes_by_age(age: int, amount: int):
    assert asked("monthly_amount", age=age) == amount
    assert asked("eligible", age=age) is (amount > 0)


@pytest.mark.parametrize(
    ("born", "age", "since"),
    [
        (date(1946, 11, 1), 80, date(2026, 12, 1)),
        (date(1946, 10, 31), 80, date(2026, 11, 1)),
        (date(1945, 12, 31), 80, date(2026, 1, 1)),
        (date(1944, 2, 29), 82, date(2024, 3, 1)),
        (date(1936, 2, 29), 90, date(2026, 3, 1)),
        (date(1934, 1, 31), 92, date(2024, 2, 1)),
        (date(1926, 8, 30), 100, date(2026, 9, 1)),
    ],
)
def test_it_is_due_from_the_month_after_the_birthday(born: date, age: int, since: date):
    assert asked("due_from", birth_date=born, age=age) == since


@pytest.mark.parametrize(
    ("facts", "to_do"),
    [
        ({}, "pay"),
        ({"allowance_amount": UNKNOWN}, "pay"),
        ({"allowance_paid": True}, "right"),
        ({"allowance_paid": True, "allowance_amount": 200}, "change"),
        ({"allowance_paid": True, "age": 90}, "change"),
        ({"alive": False, "age": UNKNOWN}, "none"),
        ({"household_region": "340000"}, "none"),
        ({"age": 79, "alive": UNKNOWN}, "none"),
    ],
)
def test_what_is_to_be_done(facts: dict[str, Any], to_do: str):
    assert asked("finding", **facts) == to_do


@pytest.mark.parametrize(
    "facts",
    [
        {"alive": UNKNOWN},
        {"age": UNKNOWN},
        {"household_region": UNKNOWN},
        {"allowance_paid": UNKNOWN},
        {"allowance_paid": True, "allowance_amount": UNKNOWN},
    ],
)
def test_what_nobody_knows_goes_to_a_person(facts: dict[str, Any]):
    assert isinstance(asked("finding", **facts), Unknown)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, (False, "none", None, None)),
        (
            {"alive": False, "allowance_after_death": 300},
            (True, "dead", date(2026, 5, 1), Decimal(300)),
        ),
        ({"alive": False, "allowance_paid": True}, (False, "none", None, None)),
        (
            {"household_region": "410000", "allowance_paid": True},
            (True, "elsewhere", None, None),
        ),
        ({"household_region": "410000"}, (False, "none", None, None)),
        (
            {"household_region": UNKNOWN, "alive": False, "allowance_after_death": 100},
            (True, "dead", date(2026, 5, 1), Decimal(100)),
        ),
    ],
)
def test_what_was_paid_wrongly(facts: dict[str, Any], told: tuple[Any, ...]):
    assert tuple(asked("wrongly_paid", **facts).values()) == told


def test_a_death_on_an_unknown_day_leaves_what_was_paid_after_it_unknown():
    told = asked("wrongly_paid", alive=False, allowance_after_death=UNKNOWN)

    assert all(isinstance(value, Unknown) for value in told.values())


KNOWN = st.fixed_dictionaries(
    {
        "alive": st.booleans(),
        "household_region": st.sampled_from(["329904", "329906", "340000", "132990"]),
        "age": st.integers(70, 105),
        "allowance_paid": st.booleans(),
        "allowance_amount": st.sampled_from([100, 200, 500]),
        "account_usable": st.booleans(),
        "allowance_after_death": st.sampled_from([0, 100, 1700]),
    }
)


@given(KNOWN)
def test_the_two_decisions_never_want_both(facts: dict[str, Any]):
    """Who is due an allowance was not paid wrongly, and every known case is decided."""
    due = asked("entitlement", **facts)
    wrong = asked("wrongly_paid", **facts)

    assert due["entitled"] is (
        facts["alive"] and facts["household_region"].startswith("3299") and facts["age"] >= 80
    )
    assert (due["amount"] > 0) is due["entitled"]
    assert not (due["entitled"] and wrong["wrong"])
    assert wrong["wrong"] is (
        facts["allowance_after_death"] > 0
        if not facts["alive"]
        else facts["allowance_paid"] and not facts["household_region"].startswith("3299")
    )


@given(KNOWN, st.sets(st.sampled_from(sorted(FACTS)), min_size=1))
def test_what_is_told_without_some_facts_is_told_with_them(facts: dict[str, Any], hidden: set[str]):
    for name in ("entitlement", "wrongly_paid"):
        whole = asked(name, **facts)
        partly = asked(name, **{**facts, **dict.fromkeys(hidden, UNKNOWN)})
        for member, value in partly.items():
            assert isinstance(value, Unknown) or value == whole[member]


def test_the_list_ends_with_the_current_month(lake: Lake):
    first, last = lake.rows("select min(month), max(month) from dwd.allowance_month")[0]

    assert (first, last) == (date(2024, 12, 1), TODAY.replace(day=1))
