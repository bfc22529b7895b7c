"""Facts against the truth: right where the sources are usable, unknown where they are not, never
wrong."""

import tomllib
from decimal import Decimal

import pytest

from tests.cities.lake import CITY, CONTRACTS, Lake
from tongban.engines import decisions
from tongban.engines.decisions import Given
from tongban.engines.feel import Unknown, Value

FACTS = tomllib.loads((CITY / "registers/facts.toml").read_text(encoding="utf-8"))["facts"]
ELSEWHERE = ("age", "citizen_id", "represents_companies")  # each has a test of its own
TRUE = [fact["key"] for fact in FACTS if fact["key"] not in ELSEWHERE]
ELIGIBLE = decisions.load((CITY / "items/B09/decision.dmn").read_bytes()).find("eligible")


def decided(lake: Lake) -> dict[str, str]:
    """What the decision on a residence permit says of everybody, by the facts alone."""
    inputs = [name for name in ELIGIBLE.inputs if name != "residence_basis"]
    known = lake.rows(f"select citizen_id, {', '.join(inputs)} from registers.person_facts")
    said: dict[tuple[object, ...], str] = {}
    for _, *values in known:
        if tuple(values) not in said:
            given = {"residence_basis": Given(Unknown(frozenset({"residence_basis"})))}
            for name, value in zip(inputs, values, strict=True):
                given[name] = Given(_value(name, value))
            outcome = ELIGIBLE.evaluate(given).value
            said[tuple(values)] = {True: "true", False: "false"}.get(outcome, "unknown")
    return {number: said[tuple(values)] for number, *values in known}


def _value(name: str, value: object) -> Value:
    if value is None:
        return Unknown(frozenset({name}))
    return Decimal(value) if type(value) is int else value


@pytest.mark.parametrize("fact", TRUE)
def test_a_fact_is_true_for_everybody_whose_rows_are_usable(lake: Lake, fact: str):
    wrong = lake.rows(
        f"select p.citizen_id, p.{fact}, f.{fact} from truth.people p"
        " left join registers.person_facts f using (citizen_id)"
        f" where p.unusable is null and p.{fact} is distinct from cast(f.{fact} as varchar)"
    )

    assert wrong == []


@pytest.mark.parametrize("fact", TRUE)
def test_a_spoilt_row_makes_a_fact_unknown_and_never_wrong(lake: Lake, fact: str):
    wrong = lake.rows(
        f"select p.citizen_id, p.{fact}, f.{fact} from truth.people p"
        " join registers.person_facts f using (citizen_id)"
        f" where f.{fact} is not null and p.{fact} is distinct from cast(f.{fact} as varchar)"
    )

    assert wrong == []


def test_age_is_in_full_years_and_null_for_the_dead(lake: Lake):
    wrong = lake.rows(
        "select p.citizen_id, f.age from truth.people p"
        " join registers.person_facts f using (citizen_id)"
        " where p.unusable is null and f.age is distinct from case when p.alive = 'true'"
        " then date_sub('year', cast(p.birth_date as date), run_date()) end"
    )

    assert wrong == []


def test_everybody_with_one_usable_number_is_one_subject(lake: Lake):
    subjects, keys, numbers = lake.rows(
        "select count(*), count(distinct subject_id), count(distinct citizen_id)"
        " from registers.person_facts"
    )[0]
    strangers = lake.value(
        "select count(*) from registers.person_facts anti join truth.people using (citizen_id)"
    )

    assert subjects == keys == numbers
    assert strangers == 0
    assert (
        lake.value("select count(*) from truth.people where unusable is null") < subjects <= 5_000
    )


def test_every_known_fact_names_the_row_it_comes_from(lake: Lake):
    tables = {code: contract.table for code, contract in CONTRACTS.items()}
    for fact in FACTS:
        key, row = fact["key"], fact["row"]
        known = f"{fact['column']} is not null"
        if key in ("sex", "birth_date", "age", "citizen_id"):
            known += " and ga01_row is not null"  # otherwise the number itself says it
        assert (
            lake.value(
                f"select count(*) from registers.person_facts where {known} and {row} is null"
            )
            == 0
        ), key
        for source in {fact["source"], *fact.get("also_from", [])}:
            assert (
                lake.value(
                    f"select count(*) from registers.person_facts where {row} like '{source}:%' and"
                    f" cast(split_part({row}, ':', 3) as bigint) not in"
                    f" (select _position from {tables[source]})"
                )
                == 0
            ), key


def test_the_decision_is_the_truth_or_unknown(lake: Lake):
    people = lake.rows("select citizen_id, b09, unusable is null from truth.people")
    said = decided(lake)
    found = {(true, said.get(number, "unknown"), usable) for number, true, usable in people}

    assert {(true, outcome) for true, outcome, usable in found if usable} == {
        ("true", "true"),
        ("false", "false"),
        ("unknown", "unknown"),
    }
    assert all(outcome in (true, "unknown") for true, outcome, _ in found)


def test_the_three_citizens_of_the_story_exist(lake: Lake):
    accounts = tomllib.loads((CITY / "accounts.toml").read_text(encoding="utf-8"))
    said = decided(lake)
    found = {
        citizen["outcome"]: lake.value(
            f"select min(citizen_id) from truth.people where {citizen['pick']}"
        )
        for citizen in accounts["citizens"]
    }

    assert {outcome: said[number] for outcome, number in found.items()} == {
        "true": "true",
        "unknown": "unknown",
        "false": "false",
    }
