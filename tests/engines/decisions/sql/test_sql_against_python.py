"""SQL answers as `decide` does, row by row: random decisions on null, unknown and known data."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.decisions.sql import generated
from tests.engines.decisions.sql.registers import InDuckdb, InPostgres, disagreements
from tongban.engines.decisions import examine
from tongban.engines.decisions.sql import NotInSubset

ROWS = 60


@pytest.fixture(scope="module")
def duckdb():
    return InDuckdb(generated.register(ROWS))


def check(database, xml):
    """Whether the decision is within the subset; then all rows must agree."""
    decision = examine(xml)[0].find("D")  # a text that can only be null is null in SQL too
    try:
        answers = database.answers(decision)
    except NotInSubset:
        return False
    assert disagreements(decision, database.register, answers) == []
    return True


@settings(max_examples=60, deadline=None)
@given(xml=generated.literals())
def test_an_expression_means_in_duckdb_what_it_means_in_python(duckdb, xml):
    check(duckdb, xml)


@settings(max_examples=60, deadline=None)
@given(xml=generated.table_models())
def test_a_table_decides_in_duckdb_as_in_python(duckdb, xml):
    check(duckdb, xml)


@settings(max_examples=30, deadline=None)
@given(xml=generated.graphs())
def test_decisions_that_require_others_decide_in_duckdb_as_in_python(duckdb, xml):
    check(duckdb, xml)


@pytest.mark.django_db
def test_random_decisions_decide_in_postgresql_as_in_python():
    database = InPostgres(generated.register(ROWS))
    models = st.one_of(generated.literals(), generated.table_models(), generated.graphs())

    @settings(max_examples=30, deadline=None)
    @given(xml=models)
    def decide(xml):
        check(database, xml)

    decide()
