"""A number is found however it is written, in SQL as in Python; a shared row keeps the others."""

import duckdb
import pytest

from tongban.data.pipelines import persons

NUMBER, OLD = "329901199003070020", "329901900307002"
OTHER = "32990119880512662X"
WRITTEN = [
    NUMBER,
    OLD,
    f"  {NUMBER}\t",
    "３２９９０１１９９００３０７００２０",
    "329901 19900307\u200b0020",
    f"身份证{NUMBER}号",
    f"{OTHER}、{OLD}",
]
NOT_HIM = ["", OTHER, "329901199003070021", f"1{OLD}", f"{OLD}9", "3.29901E+17", NUMBER[:17]]


@pytest.fixture
def con():
    with duckdb.connect() as con:
        persons.prepare(con, persons.forms([NUMBER], ["P0007"]))
        yield con


@pytest.mark.parametrize(
    ("text", "found"), [*((t, True) for t in [*WRITTEN, "P0007"]), *((t, False) for t in NOT_HIM)]
)
def test_sql_and_python_agree_on_every_way_of_writing(con, text, found):
    assert persons.names(text, persons.forms([NUMBER], ["P0007"])) is found
    assert con.execute("SELECT is_named(?)", [text]).fetchone() == (found,)


@pytest.mark.parametrize(
    "written", [NUMBER, OLD, f" {NUMBER} ", "３２９９０１１９９００３０７００２０"]
)
def test_a_number_is_the_same_however_it_is_written(written):
    assert persons.number(written) == NUMBER


@pytest.mark.parametrize(
    "written", ["", "329901199003070021", "329901199013070020", OLD[:14], "名字", "9" * 15]
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(persons.NotANumber):
        persons.number(written)


def test_an_own_row_goes_and_of_a_shared_one_his_part(con):
    con.execute(
        "CREATE TABLE t AS SELECT * FROM (VALUES"
        f" ('{OTHER}、{OLD}', '李雷、韩梅', '城关、路、1', 1), ('{OTHER}', '李雷', 'x', 2),"
        f" ('{NUMBER}', '韩梅', 'y', 3), ('{NUMBER}、{OTHER}、', '韩梅、李雷、', 'z', 4)"
        ") AS t(ids, names, address, n)"
    )
    left = con.execute(persons.remainder(["ids", "names", "address"], {"n": "n"}, "t")).fetchall()

    assert sorted(left, key=lambda row: row[3]) == [
        (OTHER, "李雷", "城关、路、1", 1),
        (OTHER, "李雷", "x", 2),
        (f"{OTHER}、", "李雷、", "z", 4),
    ]


NAMING = (
    "CREATE TABLE firms AS SELECT * FROM (VALUES"
    f" ('云海', '{OLD}', '韩梅', '{OTHER}', 1), ('清荷', '{OTHER}', '李雷', '韩梅', 2),"
    f" ('澄江', NULL, '王五', NULL, 3), ('自营', '{OTHER}', '李雷', 'x{NUMBER}', 4)"
    ") AS t(name, number, leader, note, n)"
)
TEXTS = ["name", "number", "leader", "note"]


def test_a_row_that_only_names_him_stays_without_his_name(con):
    con.execute(NAMING)
    changed = {"n": "n", "changed": "changed"}
    rest = persons.remainder(TEXTS, changed, "firms", ["number", "leader"])

    assert sorted(con.execute(rest).fetchall(), key=lambda row: row[4]) == [
        ("云海", None, None, OTHER, 1, True),
        ("清荷", OTHER, "李雷", "韩梅", 2, False),
        ("澄江", None, "王五", None, 3, False),
    ]


def test_a_cell_elsewhere_in_such_a_row_still_makes_it_his(con):
    con.execute(NAMING)
    own = persons.own_rows(TEXTS, ["number", "leader"])

    assert con.execute(f"SELECT n FROM firms WHERE {own}").fetchall() == [(4,)]
    assert con.execute(f"SELECT n FROM firms WHERE {persons.own_rows(TEXTS)}").fetchall() == [
        (1,),
        (4,),
    ]
