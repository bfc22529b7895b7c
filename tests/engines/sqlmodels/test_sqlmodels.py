"""SQL models: their header, their order, their lineage, their checks."""

import pytest

from tongban.engines import sqlmodels
from tongban.engines.sqlmodels import CyclicModels, Edge, SqlModelInvalid

PERSON = """-- model: dwd.person
-- owner: GA
-- description: 人口 | Population
-- check: not_null id
-- check: age >= 0
-- grade: id 4; name 3
WITH cleaned AS (SELECT clean_text(p.xm) AS name, p.gmsfhm AS id, 1 AS age FROM ods.rk_jbxx p)
SELECT c.id, c.name, c.age, coalesce(d.swrq, c.name) AS mixed
FROM cleaned c LEFT JOIN ods.sw_yx d ON d.sfzh = c.id
"""


def model(name: str, reads: str) -> sqlmodels.SqlModel:
    return sqlmodels.read(f"-- model: {name}\n-- owner: GA\nSELECT a FROM {reads}", f"{name}.sql")


def test_a_model_says_what_it_is_and_what_it_reads():
    person = sqlmodels.read(PERSON, "person.sql")
    assert (person.name, person.owner, person.zh, person.en) == (
        "dwd.person",
        "GA",
        "人口",
        "Population",
    )
    assert person.inputs == {"ods.rk_jbxx", "ods.sw_yx"}
    assert person.columns == ("id", "name", "age", "mixed")
    assert (person.grade("id"), person.grade("age")) == (4, 2)
    assert [str(check) for check in person.checks] == ["not_null id", "age >= 0"]


def test_lineage_goes_from_column_to_column_through_ctes_and_joins():
    edges = sqlmodels.column_lineage(
        [sqlmodels.read(PERSON, "person.sql")],
        {"ods.rk_jbxx": ["xm", "gmsfhm"], "ods.sw_yx": ["sfzh", "swrq"]},
    )
    assert edges == (
        Edge("ods.rk_jbxx", "gmsfhm", "dwd.person", "id"),
        Edge("ods.rk_jbxx", "xm", "dwd.person", "mixed"),
        Edge("ods.rk_jbxx", "xm", "dwd.person", "name"),
        Edge("ods.sw_yx", "swrq", "dwd.person", "mixed"),
    )


def test_a_model_runs_after_what_it_reads():
    models = [model("c.c", "b.b"), model("b.b", "a.a"), model("a.a", "ods.x")]
    assert [m.name for m in sqlmodels.order(models)] == ["a.a", "b.b", "c.c"]


def test_models_that_read_each_other_are_refused_by_name():
    with pytest.raises(CyclicModels, match=r"a\.a → b\.b → a\.a|b\.b → a\.a → b\.b"):
        sqlmodels.order([model("a.a", "b.b"), model("b.b", "a.a")])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT a FROM t.t", "line 1: model is missing"),
        ("-- model: a.b\nSELECT a FROM t.t", "owner is missing"),
        ("-- model: ab\n-- owner: X\nSELECT a FROM t.t", "layer.table"),
        ("-- model: a.b\n-- owner: X\n-- colour: red\nSELECT 1 AS a", "line 3: unknown key colour"),
        ("-- model: a.b\n-- owner: X\nSELECT a FROM t.t; DROP TABLE x", "exactly one SELECT"),
        ("-- model: a.b\n-- owner: X\nDELETE FROM t.t", "exactly one SELECT"),
        ("-- model: a.b\n-- owner: X\nSELECT * FROM t.t", "must name its columns"),
        ("-- model: a.b\n-- owner: X\nSELECT a FROM read_csv('/etc/passwd')", "may not read"),
        ("-- model: a.b\n-- owner: X\nSELECT a FROM '/etc/passwd'", "may not read"),
        (
            "-- model: a.b\n-- owner: X\n-- grade: z 4\nSELECT a FROM t.t",
            "grade names no column: z",
        ),
        ("-- model: a.b\n-- owner: X\n-- grade: a 9\nSELECT a FROM t.t", "is not: column grade"),
        (
            "-- model: a.b\n-- owner: X\n-- check: unique z\nSELECT a FROM t.t",
            "check names no column: z",
        ),
        ("-- model: a.b\n-- owner: X\nSELECT a FROM (", "Expecting|Required|Expected"),
    ],
)
def test_a_wrong_model_is_refused_with_its_file_and_line(text, says):
    with pytest.raises(SqlModelInvalid, match=says) as refused:
        sqlmodels.read(text, "m.sql")
    assert refused.value.facts["file"] == "m.sql"
