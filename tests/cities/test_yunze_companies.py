"""Companies: their facts against the truth, and what two lists say against each other."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest
from stdnum.cn import uscc

from tests.cities.lake import CITY, CONTRACTS, MODELS, Lake
from tongban.data.standards import functions
from tongban.engines.sqlmodels.model import read as read_model

FACTS = tomllib.loads((CITY / "registers/enterprise_facts.toml").read_text(encoding="utf-8"))
SUBJECT = "legal_representative_subject"
KEYS = [fact["key"] for fact in FACTS["facts"] if fact["key"] != SUBJECT]
PAIRS = (
    " from truth.companies t join registers.enterprise_facts f using (uscc)"
    " left join registers.person_identity i on t.representative_number = i.citizen_id"
)


def test_a_company_has_a_valid_code_that_nobody_can_have(lake: Lake):
    codes = [code for (code,) in lake.rows("select uscc from truth.companies")]

    assert len(codes) == len(set(codes)) == 749
    assert all(uscc.calc_check_digit(code[:17]) == code[17] for code in codes)
    assert {code[2:6] for code in codes} == {"3299"}


def test_every_company_is_led_by_a_grown_up_who_lives(lake: Lake):
    leaders = lake.rows(
        "select p.alive, date_sub('year', cast(p.birth_date as date), run_date()) between 20 and 70"
        " from truth.companies t left join truth.people p on t.representative_number = p.citizen_id"
    )
    dead = [each for each in leaders if each[0] != "true"]

    assert {grown for _, grown in leaders} == {True}
    assert len(dead) <= 0.005 * len(leaders), "some die before anybody hears of it"


def test_the_employers_of_the_insured_are_registered(lake: Lake):
    strangers = lake.value(
        "select count(distinct dwuscc) from raw.cb_gr anti join truth.companies on dwuscc = uscc"
        " where dwuscc <> ''"
    )

    assert strangers == 0


@pytest.mark.parametrize("key", KEYS)
def test_a_fact_is_true_for_every_company_whose_rows_are_usable(lake: Lake, key: str):
    held = f"cast(f.{key} as varchar)"
    wrong = lake.rows(
        f"select t.uscc, t.{key}, f.{key} {PAIRS}"
        f" where t.unusable is null and t.{key} is distinct from {held}"
    )

    assert wrong == []


@pytest.mark.parametrize("key", KEYS)
def test_a_spoilt_row_makes_a_fact_of_a_company_unknown_and_never_wrong(lake: Lake, key: str):
    held = f"cast(f.{key} as varchar)"
    wrong = lake.rows(
        f"select t.uscc, t.{key}, f.{key} {PAIRS}"
        f" where f.{key} is not null and t.{key} is distinct from {held}"
    )

    assert wrong == []


def test_every_usable_company_is_one_subject_and_there_are_no_others(lake: Lake):
    subjects, ids, codes = lake.rows(
        "select count(*), count(distinct subject_id), count(distinct uscc)"
        " from registers.enterprise_facts"
    )[0]
    lost = lake.rows(
        "select t.uscc from truth.companies t anti join registers.enterprise_facts using (uscc)"
        " where not contains(coalesce(t.unusable, ''), 'code')"
    )
    strangers = lake.rows(
        "select uscc from registers.enterprise_facts anti join truth.companies using (uscc)"
    )

    assert subjects == ids == codes
    assert (lost, strangers) == ([], [])


def test_the_representative_is_the_person_of_the_other_register(lake: Lake):
    known = lake.rows(
        f"select t.unusable, f.{SUBJECT} = i.subject_id {PAIRS} where f.scj01_row is not null"
    )

    assert all(same is True for unusable, same in known if unusable is None)
    assert {same for _, same in known} == {True, None}


def test_a_person_is_told_the_companies_in_business_that_he_represents(lake: Lake):
    wrong = lake.rows(
        """
        with true_ones as (
            select representative_number as citizen_id,
                string_agg('E' || md5(uscc), '、' order by 'E' || md5(uscc)) as companies,
                count(unusable) = 0 as usable
            from truth.companies where company_in_force = 'true' group by representative_number
        )
        select citizen_id, t.companies, f.represents_companies
        from registers.person_facts f full join true_ones t using (citizen_id)
        where coalesce(t.usable, true) and t.companies is distinct from f.represents_companies
        """
    )
    several = lake.value(
        "select count(*) from registers.person_facts where contains(represents_companies, '、')"
    )

    assert wrong == []
    assert several > 0


def test_a_licence_of_a_company_that_is_gone_is_listed_to_be_withdrawn(lake: Lake):
    listed = {code for (code,) in lake.rows("select uscc from dwd.licence_of_cancelled")}
    injected = {
        code
        for (code,) in lake.rows(
            "select citizen_id from truth.defects where kind = 'cancelled_company'"
        )
    }
    facts = lake.rows(
        "select distinct company_in_force, food_licence_in_force from registers.enterprise_facts"
        " semi join dwd.licence_of_cancelled using (uscc)"
    )

    assert listed == injected != set()
    assert facts == [(False, False)]


@pytest.mark.parametrize(
    ("fact", "values"),
    [
        ("company_status", {"1", "2", "3", None}),
        ("scope_includes_catering", {True, False, None}),
        ("premises_proven", {True, None}),
        ("food_handlers_all_valid", {True, False, None}),
        ("barred_from_food", {True, False}),
        ("food_licence_in_force", {True, False, None}),
    ],
)
def test_there_is_a_company_for_every_value_that_a_decision_reads(
    lake: Lake, fact: str, values: set[object]
):
    found = lake.rows(f"select distinct {fact} from registers.enterprise_facts")

    assert {value for (value,) in found} == values


def test_premises_are_proven_by_the_company_and_by_its_representative(lake: Lake):
    own, his = (
        lake.value(
            "select count(*) from dwd.company_premises"
            f" {join} join dwd.company_property p on p._row = company_premises._row"
        )
        for join in ("semi", "anti")
    )

    assert own > 0 and his > 0


def test_a_company_that_no_longer_has_15_digits_is_unknown_but_its_licence_is_not(lake: Lake):
    known = lake.rows(
        f"select distinct f.company_in_force, f.food_licence_in_force {PAIRS}"
        " where contains(t.unusable, 'code') and t.food_licence_number is not null"
    )

    assert known and {in_force for in_force, _ in known} == {None}
    assert {licensed for _, licensed in known} <= {None, False}


def test_every_known_fact_of_a_company_names_the_row_it_comes_from(lake: Lake):
    tables = {code: contract.table for code, contract in CONTRACTS.items()}
    for fact in FACTS["facts"]:
        column, row = fact["column"], fact["row"]
        if column == "uscc":
            continue  # of a company that no list names, the code of an employer in WJ06 says it
        relation = "registers.enterprise_facts"
        assert not lake.rows(
            f"select uscc from {relation} where {column} is not null and {row} is null"
        ), column
        sources = {fact["source"], *fact.get("also_from", [])}
        for (source,) in lake.rows(
            f"select distinct split_part({row}, ':', 1) from {relation}"
            f" where {column} is not null and {row} is not null"
        ):
            assert source in sources, column
            assert not lake.rows(
                f"select {row} from {relation} where {row} like '{source}:%' and"
                f" cast(split_part({row}, ':', 3) as bigint) not in"
                f" (select _position from {tables[source]})"
            ), column


def test_facts_of_companies_are_columns_of_the_model_at_their_grade():
    model = read_model(MODELS[FACTS["relation"]], FACTS["relation"])

    assert FACTS["register"] == "enterprise"
    for fact in FACTS["facts"]:
        assert {fact["column"], fact["row"]} <= set(model.columns)
        assert fact["grade"] == model.grade(fact["column"])


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("50", Decimal("500000.00")),
        ("0.5", Decimal("5000.00")),
        ("50万元", Decimal("500000.00")),
        ("５０万人民币", Decimal("500000.00")),
        ("500000元", Decimal("500000.00")),
        ("7.14万美元", None),
        ("50万港元", None),
        ("约五十万", None),
        ("", None),
    ],
)
def test_capital_is_in_yuan_whatever_the_unit_and_unknown_in_another_currency(
    lake: Lake, written: str, yuan: Decimal | None
):
    source = MODELS["dwd.company"].replace("from ods.scztdj", "from given")
    row = {"uscc": "91329905MA0000007Y", "mc": "甲", "zczb": written, "_load": 1, "_position": 1}
    others = ("ztlx", "djzt", "zxrq", "cywz", "clrq", "zs", "hydm", "fddbr", "fddbr_zjh")
    cells = {**dict.fromkeys(others, ""), **row}
    given = ", ".join(f"'{value}' as {name}" for name, value in cells.items())

    con = lake.con.cursor()
    con.execute(f"create or replace temp view given as select {given}")
    functions.register(con, run_date=date(2026, 11, 21), successors={})
    assert con.execute(f"select capital from ({source})").fetchall() == [(yuan,)]
