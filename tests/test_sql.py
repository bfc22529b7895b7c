import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.known import MONDAY
from tongban.base.jobs.models import Effect
from tongban.sql import only_row, prepared

NOTE = "INSERT INTO jobs_effect (key, at) VALUES ($1, $2) RETURNING to_json(key)"


class Answer:
    def __init__(self, row):
        self.row = row

    def fetchone(self):
        return self.row


def test_a_statement_that_always_answers_gives_its_row():
    assert only_row(Answer((1, None))) == (1, None)


def test_one_that_does_not_is_a_bug():
    with pytest.raises(AssertionError):
        only_row(Answer(None))


@pytest.mark.django_db
def test_a_prepared_statement_answers_with_one_value():
    assert prepared("SELECT json_build_array($1::text, $2::int)", "甲", "7") == ["甲", 7]


@pytest.mark.django_db
def test_one_that_finds_nothing_answers_with_nothing():
    assert prepared("SELECT to_json(id) FROM jobs_effect WHERE key = $1", "nobody") is None


@pytest.mark.django_db
def test_the_server_parses_it_once():
    for value in ("1", "2"):
        assert prepared("SELECT to_json($1::int + 40)", value) == int(value) + 40
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%+ 40)"]
        )
        assert only_row(cursor) == (1,)


@pytest.mark.django_db(transaction=True)
def test_what_it_wrote_goes_with_the_transaction_that_it_began():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert prepared(NOTE, "half", MONDAY.isoformat()) == "half"
        raise ZeroDivisionError

    assert not Effect.objects.exists()

    with transaction.atomic():
        prepared(NOTE, "whole", MONDAY.isoformat())
    assert Effect.objects.get().key == "whole"


@pytest.mark.django_db(transaction=True)
def test_after_a_new_connection_it_is_prepared_anew():
    prepared("SELECT to_json($1::int)", "1")
    connection.close()
    assert prepared("SELECT to_json($1::int)", "2") == 2


@pytest.mark.django_db
def test_its_errors_are_those_of_every_other_statement():
    prepared(NOTE, "twice", MONDAY.isoformat())
    with pytest.raises(IntegrityError, match="jobs_effect_key"), transaction.atomic():
        prepared(NOTE, "twice", MONDAY.isoformat())
    with pytest.raises(DataError, match="many"), transaction.atomic():
        prepared("SELECT to_json($1::int)", "many")

    assert Effect.objects.count() == 1
