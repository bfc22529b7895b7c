"""Live SQL models: their versions, their lineage, and how they are asked for."""

import pytest

from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.data.pipelines import actions, queries
from tongban.data.pipelines.models import LineageEdge, LiveSqlModel
from tongban.engines import sqlmodels

pytestmark = pytest.mark.django_db
TABLES = {"ods.people": ["number", "name", "_load"], "ods.firms": ["code", "name"]}


def model(name, select, source, grades="a 3"):
    return sqlmodels.read(
        f"-- model: {name}\n-- owner: SJ\n-- description: 模型 | Model\n-- grade: {grades}\n"
        f"select {select} from {source}",
        f"{name}.sql",
    )


PEOPLE = model("dwd.people", "number as a, name as b", "ods.people", "a 4; b 3")
FIRMS = model("dwd.firms", "code as a", "ods.firms")
ALL = model("topics.all", "p.a as a", "dwd.people as p inner join dwd.firms as f on p.b = f.a")


def adopt(*models):
    return actions.adopt_models(models=models, tables=TABLES, by="test", at=MONDAY)


def edges():
    found = LineageEdge.objects.order_by("target", "target_column", "source")
    return [(f"{e.source}.{e.source_column}", f"{e.target}.{e.target_column}") for e in found]


def test_models_are_live_in_the_order_they_read_each_other():
    assert adopt(ALL, FIRMS, PEOPLE) == 3

    assert [(m.name, version) for m, version in queries.live_models()] == [
        *(("dwd.firms", 1), ("dwd.people", 1), ("topics.all", 1)),
    ]
    assert edges() == [
        ("ods.firms.code", "dwd.firms.a"),
        ("ods.people.number", "dwd.people.a"),
        ("ods.people.name", "dwd.people.b"),
        ("dwd.people.a", "topics.all.a"),
    ]
    assert queries.table_graph() == [
        ("dwd.firms", ["ods.firms"]),
        ("dwd.people", ["ods.people"]),
        ("topics.all", ["dwd.people"]),
    ]


def test_only_what_differs_is_a_new_version():
    adopt(PEOPLE, FIRMS)
    changed = model("dwd.firms", "name as a", "ods.firms")

    assert adopt(PEOPLE, changed) == 1
    assert dict(LiveSqlModel.objects.values_list("name", "version")) == {
        "dwd.people": 1,
        "dwd.firms": 2,
    }
    assert ("ods.firms.name", "dwd.firms.a") in edges()
    assert ("ods.firms.code", "dwd.firms.a") not in edges()
    events = Event.objects.filter(kind="models.adopted").order_by("pk")
    assert [event.details for event in events] == [{"rows": 2}, {"rows": 1}]


def test_a_model_that_is_not_among_them_stays_live_with_its_lineage():
    adopt(PEOPLE, FIRMS)
    before = edges()

    assert adopt(PEOPLE) == 0
    assert edges() == before
    assert len(queries.live_models()) == 2


def test_models_that_read_each_other_in_a_circle_change_nothing():
    adopt(PEOPLE)
    before = edges(), list(LiveSqlModel.objects.values())
    one, other = model("dwd.a", "a", "dwd.b"), model("dwd.b", "a", "dwd.a")

    with pytest.raises(sqlmodels.CyclicModels):
        adopt(PEOPLE, one, other)
    assert (edges(), list(LiveSqlModel.objects.values())) == before


def test_a_model_is_parsed_once_however_often_it_is_asked_for(django_assert_num_queries):
    adopt(PEOPLE, FIRMS, ALL)
    first = queries.live_models()
    parsed = queries._read.cache_info().misses

    with django_assert_num_queries(1):
        again = queries.live_models()

    assert queries._read.cache_info().misses == parsed
    assert [m is n for (m, _), (n, _) in zip(first, again, strict=True)] == [True] * 3


def test_a_changed_model_is_what_is_asked_for_next():
    adopt(PEOPLE)
    queries.live_models()
    adopt(model("dwd.people", "name as a", "ods.people"))

    ((found, version),) = queries.live_models()
    assert (found.columns, version) == (("a",), 2)


def test_the_way_up_a_column_is_walked_once_even_in_a_circle():
    adopt(PEOPLE, FIRMS, ALL)
    LineageEdge.objects.create(
        source="topics.all", source_column="a", target="ods.people", target_column="number"
    )

    found = list(queries.upstream("topics.all", "a"))
    assert [(e.source, e.target) for e in found] == [
        ("dwd.people", "topics.all"),
        ("ods.people", "dwd.people"),
        ("topics.all", "ods.people"),
    ]
    assert list(queries.upstream("dwd.people", "c")) == []
