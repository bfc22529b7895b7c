"""Facts against the truth: right where the sources are usable, unknown where they are not, never
wrong."""

import tomllib

import pytest

from tests.cities.lake import CITY, CONTRACTS, Lake

FACTS = tomllib.loads((CITY / "registers/facts.toml").read_text(encoding="utf-8"))["facts"]
TRUE = [fact["key"] for fact in FACTS if fact["key"] not in ("age", "citizen_id")]
DECISION = """
    case
        when not alive or household_region = residence_region or insured_months < 6 then 'false'
        when alive and household_region <> residence_region and insured_months >= 6
            and (owns_home_here or employed_here) then 'true'
        else 'unknown'
    end
"""


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
    assert lake.value("select count(*) from truth.people where unusable is null") < subjects <= 5_000


def test_every_known_fact_names_the_row_it_comes_from(lake: Lake):
    tables = {code: f"ods.{c['resource']['table']}" for code, c in CONTRACTS.items()}
    for fact in FACTS:
        key, row = fact["key"], fact["row"]
        known = f"{fact['column']} is not null"
        if key in ("sex", "birth_date", "age", "citizen_id"):
            known += " and ga01_row is not null"  # otherwise the number itself says it
        assert lake.value(
            f"select count(*) from registers.person_facts where {known} and {row} is null"
        ) == 0, key
        for source in {fact["source"], *fact.get("also_from", [])}:
            assert lake.value(
                f"select count(*) from registers.person_facts where {row} like '{source}:%' and"
                f" cast(split_part({row}, ':', 3) as bigint) not in"
                f" (select _position from {tables[source]})"
            ) == 0, key


def test_the_decision_is_the_truth_or_unknown(lake: Lake):
    told = lake.rows(
        f"select p.b09, {DECISION}, p.unusable is null, count(*) from truth.people p"
        " join registers.person_facts using (citizen_id) group by all"
        .replace("alive", "person_facts.alive")
        .replace("household_region", "person_facts.household_region")
        .replace("residence_region", "person_facts.residence_region")
        .replace("insured_months", "person_facts.insured_months")
        .replace("owns_home_here", "person_facts.owns_home_here")
        .replace("employed_here", "person_facts.employed_here")
    )

    assert {(true, said) for true, said, usable, _ in told if usable} == {
        ("true", "true"),
        ("false", "false"),
        ("unknown", "unknown"),
    }
    assert all(said in (true, "unknown") for true, said, _, _ in told)


def test_the_three_citizens_of_the_story_exist(lake: Lake):
    accounts = tomllib.loads((CITY / "accounts.toml").read_text(encoding="utf-8"))
    lake.con.execute(
        f"create or replace temp view decided as select citizen_id, {DECISION} as said"
        " from registers.person_facts"
    )
    found = {
        citizen["outcome"]: lake.rows(
            "select min(citizen_id), (select said from decided"
            " where decided.citizen_id = min(people.citizen_id))"
            f" from truth.people where {citizen['pick']}"
        )[0]
        for citizen in accounts["citizens"]
    }

    assert len(found) == 3
    assert {outcome: said for outcome, (_, said) in found.items()} == {
        "true": "true",
        "unknown": "unknown",
        "false": "false",
    }
