"""The check of migrations finds what it is there for."""

import pytest

from tests.repo import squawk

TABLE = 'CREATE TABLE "a" ("id" bigint NOT NULL PRIMARY KEY, "day" date NOT NULL);\n'
INDEX = 'CREATE INDEX "a_day" ON "a" ("day");\n'
REQUIRED = 'ALTER TABLE "a" ADD COLUMN "by" date NOT NULL;\n'
LATER = squawk.NEVER
FIRST = {*squawk.NEVER, *squawk.ON_EMPTY_TABLES}


@pytest.mark.parametrize("statement", [INDEX, REQUIRED], ids=["index", "required column"])
def test_a_statement_that_locks_a_table_with_rows_is_found(statement):
    assert squawk.lint(statement, "later", LATER) == 1


def test_the_same_statements_are_harmless_on_a_table_just_made():
    assert squawk.lint(TABLE + INDEX + REQUIRED, "first", FIRST) == 0


def test_a_time_without_a_zone_is_found_in_a_first_installation_too():
    assert squawk.lint(TABLE.replace("date", "timestamp"), "first", FIRST) == 1


def test_only_what_follows_the_released_migration_of_an_app_is_later():
    released = {"lake": "0002_initial"}
    assert not squawk.is_later("lake", "0002_initial", released)
    assert squawk.is_later("lake", "0003_grade_of_loads", released)
    assert not squawk.is_later("offers", "0001_initial", released)


def test_the_transaction_of_a_migration_is_taken_off():
    assert squawk.without_transaction("BEGIN;\nSELECT 1;\nCOMMIT;\n") == "SELECT 1;"
