"""Runs that meet: two that open, and two that publish, each find what the other did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.data.lake.source import BY
from tongban.data.lake import actions as lake
from tongban.data.lake import queries, store
from tongban.data.lake.models import Edition

pytestmark = pytest.mark.django_db(transaction=True)


def together(work, given):
    """The work on each of these at the same time, on a connection each."""
    start = Barrier(len(given), timeout=20)

    def one(value):
        start.wait()
        try:
            return work(value)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(one, given))


def test_runs_that_open_at_once_get_a_number_each():
    numbers = together(lambda _: lake.open_edition(**BY).number, range(6))

    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 6))


def test_of_first_editions_published_at_once_one_is_seen_and_the_others_are_told():
    drafts = [lake.open_edition(**BY) for _ in range(4)]

    def publish(draft):
        try:
            lake.publish(edition=draft, **BY)
        except lake.StaleDraft:
            return "stale"
        return draft

    answers = together(publish, drafts)

    (seen,) = [answer for answer in answers if answer != "stale"]
    assert queries.current_edition() == seen
    assert list(Edition.objects.filter(status="published")) == [seen]


def test_two_writers_of_one_table_wait_for_each_other():
    inside = []

    def write(name):
        with store.table_lock("ods.people"):
            inside.append(("in", name))
            connection.cursor().execute("SELECT 1")
            inside.append(("out", name))

    together(write, range(4))

    assert [step for step, _ in inside] == ["in", "out"] * 4
    assert [inside[n][1] for n in range(0, 8, 2)] == [inside[n][1] for n in range(1, 8, 2)]
