"""The generator: the same bytes again, nobody real, mistakes at their rates, the truth beside."""

import filecmp
import json
import os
import zipfile
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings
from stdnum.cn import uscc

from tests.cities.lake import CONTRACTS, Lake, raw, table
from tongban import embedded

FILES = ["ga01/rk_jbxx.csv", "rs01/cb_gr.csv", "zr01/bdc_qlr.xlsx", "ga02/jzz.sqlite"]
FILES += ["wj02/sw_yx.json", "sj04/dzzz_ml.xml", "truth/people.csv", "truth/defects.csv"]
FILES += ["mz03/gl_jt.csv", "mz04/hh_xx.xlsx", "rs05/sbk_xx.csv", "manifest.json"]
FILES += ["scj01/scztdj.csv", "scj02/spjy_xk.csv", "wj06/jkz.xlsx", "fg02/xyxx_sgs.xml"]
FILES += ["truth/companies.csv"]

# The numbers written into each source, one row for each that could be spoilt.
NUMBERS = {
    "GA01": "select citizen_id(gmsfhm) as number from raw.rk_jbxx",
    "RS01": "select any_value(citizen_id(sfzh)) as number from raw.cb_gr group by grbh",
    "ZR01": "select citizen_id(unnest(string_split(coalesce(qlr_zjh, ''), '、'))) as number"
    " from raw.bdc_qlr where not starts_with(coalesce(qlr_zjh, ''), '9')",
    "GA02": "select citizen_id(gmsfhm) as number from raw.jzz_xx",
    "WJ02": "select citizen_id(sfzh) as number from raw.sw_yx",
    "SJ04": "select citizen_id(holder_code) as number from raw.dzzz_ml",
    "MZ03": "select distinct citizen_id(sfzh) as number from raw.gl_jt",
    "MZ04": "select citizen_id(sz_sfzh) as number from raw.hh_xx",
    "RS05": "select distinct citizen_id(sfzh) as number from raw.sbk_xx",
    "SCJ01": "select citizen_id(fddbr_zjh) as number from ods.scztdj",
    "SCJ02": "",
    "WJ06": "select citizen_id(sfzh) as number from raw.jkz",
    "FG02": "",
}
ELIGIBLE = {
    "accounts": "select count(distinct grbh) from raw.cb_gr",
    "owners": "select count(*) from ({numbers})",
    "born before 2000": "select count(*) from ({numbers}) where substr(number, 7, 2) = '19'",
    "ids ending in X": "select count(*) from ({numbers}) where number like '%X'",
    "born since 1930": "select count(*) from truth.people where birth_date >= '1930'",
    "names with rare characters": "select count(*) from truth.people"
    " where regexp_matches(name, '[䶮𬭁㛃]')",
    "names with a dot": "select count(*) from truth.people where name like '%·%'",
    "households in 329906": "select count(*) from truth.people where household_region = '329906'",
    "residences in 329906": "select count(*) from truth.people where residence_region = '329906'",
    "dead": "select count(*) from truth.people where alive = 'false'",
    "people without a phone": "select count(*) from truth.people where phone is null",
    "insured people": "select count(*) from truth.people where insured_months is not null",
    "series of 4 months or more": "select count(*) from (select grbh from raw.cb_gr"
    " where xzlx = '110' group by grbh having count(*) >= 4)",
    "expired permits": "select count(*) from truth.people where holds_valid_permit = 'false'",
    "permits in force": "select count(*) from truth.people where holds_valid_permit = 'true'",
    "certificates without an end": "select count(*) from raw.dzzz_ml"
    " where valid_to in ('长期', '9999-12-31') or coalesce(valid_to, '') = ''",
    "recipients": "select count(distinct sfzh) from raw.gl_jt",
    "recipients who died before this month": "select count(*) from ({numbers})"
    " join truth.people on citizen_id = number where death_date < '2026-11-01'",
    "card holders": "select count(distinct sfzh) from raw.sbk_xx",
    "replaced cards": "select count(*) - count(distinct sfzh) from raw.sbk_xx",
    "rows with an account": "select count(*) from raw.sbk_xx where yhzh <> ''",
    "companies founded before October 2015": "select count(*) from truth.companies"
    " where founded_on < '2015-10-01'",
    "companies with brackets in their name": "select count(*) from truth.companies"
    " where contains(company_name, '（')",
    "companies in force": "select count(*) from truth.companies where company_status = '1'",
    "companies with an industry code that begins with 0": "select count(*) from truth.companies"
    " where starts_with(industry_code, '0')",
    "usable companies": "select count(*) from ods.scztdj",
    "representatives born before 2000": "select count(*) from ({numbers})"
    " where substr(number, 7, 2) = '19'",
    "representatives with an id ending in X": "select count(*) from ({numbers})"
    " where number like '%X'",
    "licences of known companies that are gone": "select count(*) from truth.companies"
    " where company_status <> '1' and food_licence_number is not null"
    " and not contains(coalesce(unusable, ''), 'code')",
    "rows of companies": "select count(*) from raw.xyxx_sgs where starts_with(xdr_code, '9')",
    "rows of companies with a 1 in their code": "select count(*) from raw.xyxx_sgs"
    " where starts_with(xdr_code, '9') and contains(credit_code(xdr_code), '1')",
    "rows of natural persons": "select count(*) from raw.xyxx_sgs where xdr_code not like '9%'",
    "cancelled certificates": "select count(*) from raw.dzzz_ml where coalesce(zxrq, '') <> ''",
}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path):
    from generate import generate

    for name in ("once", "again"):
        generate(tmp_path / name, people=500)
    generate(tmp_path / "other", people=500, seed=1)

    same, _, broken = filecmp.cmpfiles(tmp_path / "once", tmp_path / "again", FILES, shallow=False)
    assert (same, broken) == (FILES, [])
    assert not filecmp.cmp(tmp_path / "once" / FILES[0], tmp_path / "other" / FILES[0], False)


def test_more_rows_than_a_sheet_holds_go_on_in_the_next_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import generate
    from synthesis import property

    monkeypatch.setattr(property, "ROWS_PER_FILE", 100)
    rows = generate.generate(tmp_path, people=500)["ZR01"]
    sheets = [
        zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").count(b"<row ") - 1
        for path in sorted(tmp_path.glob("zr01/*.xlsx"))
    ]

    assert sorted(sheets, reverse=True) == [100, rows - 100]


def test_every_person_has_a_valid_number_that_nobody_can_have(lake: Lake):
    people, valid, distinct = lake.rows(
        "select count(*), count(*) filter (citizen_id(citizen_id) = citizen_id),"
        " count(distinct citizen_id) from truth.people"
    )[0]
    regions = {
        row[0] for row in lake.rows("select distinct substr(citizen_id, 1, 6) from truth.people")
    }

    assert people == valid == distinct == 5_000
    assert regions == {"329902", "329903", "329904", "329905", "329906"}


def test_whatever_was_spoilt_no_number_leaves_the_prefix(lake: Lake):
    written = lake.rows(
        "select distinct left(regexp_replace(translate(written_value, '０１２３４５６７８９',"
        " '0123456789'), '[^0-9]', '', 'g'), 4) from truth.defects"
        " where kind like 'id_%' and kind not in ('id_missing', 'id_military')"
    )

    assert written == [("3299",)]


def test_one_in_2500_is_a_hundred_or_older(lake: Lake):
    found = lake.rows(
        "select date_sub('year', cast(birth_date as date), run_date()) >= 100, count(*)"
        " from truth.people group by 1 order by 1"
    )

    assert found == [(False, 4_998), (True, 2)]


def test_some_deaths_are_so_late_that_the_list_of_cremations_alone_knows_them(lake: Lake):
    known = lake.rows(
        "select run_date() - cast(people.death_date as date), r.status, d.citizen_id is null"
        " from truth.people join dwd.person_registration r using (citizen_id)"
        " left join dwd.death d using (citizen_id)"
        " where people.death_date >= '2026-10-18'"
    )

    assert known
    assert all(5 <= days < 35 for days, _, _ in known)
    assert {(status, unheard_of) for _, status, unheard_of in known} == {("1", True)}


def test_no_account_can_be_any_banks(lake: Lake):
    starts = lake.rows(
        "select distinct left(yhzh, 4), length(yhzh) from raw.sbk_xx where yhzh <> ''"
        " union select distinct left(kh, 4), length(kh) from raw.gl_jt where kh not like '%E+%'"
    )

    assert starts == [("3299", 19)]


def test_employers_have_valid_credit_codes_of_the_city(lake: Lake):
    codes = [
        row[0] for row in lake.rows("select distinct dwuscc from raw.cb_gr where dwuscc <> ''")
    ]

    assert len(codes) >= 20
    assert all(code.startswith("913299") for code in codes)
    assert all(code[:2] == "91" and uscc.calc_check_digit(code[:17]) == code[17] for code in codes)


def test_names_hold_characters_of_four_bytes(data: Path):
    text = (data / "ga01/rk_jbxx.csv").read_bytes()

    for character in "䶮㛃𬭁":
        assert character.encode("gb18030") in text


def test_the_truth_says_what_is_written_where(lake: Lake):
    for dataset in CONTRACTS:
        columns = [column.name for column in CONTRACTS[dataset].columns]
        cell = " ".join(f"when '{name}' then coalesce({name}, '')" for name in columns)
        wrong = lake.rows(
            f'select position, kind, written_value, case "column" {cell} end as cell'
            f" from truth.defects join {raw(dataset)} on _position = cast(position as bigint)"
            f" where dataset = '{dataset}' and kind <> 'month_missing'"
            " and not contains(cell, coalesce(written_value, ''))"
        )
        assert wrong == []


@pytest.mark.parametrize("kind", table("dirt.csv"), ids=lambda k: f"{k['dataset']}-{k['kind']}")
def test_every_kind_of_dirt_occurs_at_its_rate(lake: Lake, kind: dict[str, str]):
    rows = lake.value(f"select count(*) from {raw(kind['dataset'])}")
    query = ELIGIBLE.get(kind["among"])
    eligible = lake.value(query.format(numbers=NUMBERS[kind["dataset"]])) if query else rows
    # What is spoilt of an account or a recipient stands in each of its rows.
    whole = kind["column"] == "sfzh" or kind["kind"] == "paid_after_death"
    once = "distinct citizen_id" if whole else "*"
    found = lake.value(
        f"select count({once}) from truth.defects where dataset = '{kind['dataset']}'"
        f" and kind = '{kind['kind']}' and \"column\" in ('{kind['column']}', 'xm')"
    )

    expected = eligible * float(kind["rate"])
    # Duplicates need a name that can be heard in another way, and few mistakes make room for less.
    slack = 0.7 if kind["kind"] == "duplicate" else 0.08
    assert abs(found - expected) <= 4.5 * sqrt(expected) + slack * expected + 1


def test_deaths_are_served_page_by_page(data: Path):
    from threading import Thread

    from deaths_api import Deaths

    everything = json.loads((data / "wj02/sw_yx.json").read_text(encoding="utf-8"))
    with Deaths(data / "wj02/sw_yx.json", port=0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        pages = [
            json.loads(urlopen(f"{address}/deaths?page={page}&size=20").read())
            for page in range(1, len(everything) // 20 + 3)
        ]
        refused = []
        for path in ("/deaths?page=0", "/deaths?size=many", "/deaths?size=5000", "/people"):
            with pytest.raises(HTTPError) as error:
                urlopen(address + path)
            refused.append(error.value.code)
            error.value.close()
        server.shutdown()

    assert [row for page in pages for row in page["rows"]] == everything
    assert {page["total"] for page in pages} == {len(everything)}
    assert pages[-1]["rows"] == []
    assert refused == [400, 400, 400, 404]


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a database of its own, dropped afterwards."""
    started = not os.environ.get("DATABASE_URL") and embedded.start(settings.STATE)
    server = os.environ.get("DATABASE_URL") or embedded.url(settings.STATE)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists yunze_rs with (force)")
        connection.execute("create database yunze_rs")
        yield urlsplit(server)._replace(path="/yunze_rs").geturl()
        connection.execute("drop database yunze_rs with (force)")
    if started:
        embedded.stop(settings.STATE)


def test_social_insurance_and_companies_lie_in_postgresql(data: Path, lake: Lake, database: str):
    from synthesis.postgres import load_postgres

    rows = load_postgres(database, data)
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "select count(*), max(jlh), count(*) filter (where xzlx = '110') from rs.cb_gr"
        ).fetchone()
        companies = connection.execute("select count(*), max(uscc) from scj.scztdj").fetchone()

    expected = lake.rows(
        "select count(*), max(_position), count(*) filter (xzlx = '110') from raw.cb_gr"
    )
    assert [found] == expected
    assert [companies] == lake.rows("select count(*), max(uscc) from raw.scztdj")
    assert rows == {"rs.cb_gr": expected[0][0], "scj.scztdj": companies[0]}
