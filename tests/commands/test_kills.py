"""Nine processes that die inside begin, stage, commit, publish and effect; `make bench` kills 300.

They have a database of their own, made from this run's."""

import random
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from benchmarks import kills
from tests.commands.processes import address
from tests.commands.tiny import environment, places
from tests.killing.points import Place

__all__ = ["environment", "places"]
ROOT = Path(__file__).parents[2]
LEFT_BEHIND = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"  # no table of Django's
# A template must have nobody in it, not even a connection that an earlier test left open.
FORGOTTEN = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


@pytest.fixture
def tables(django_db_setup, django_db_blocker):
    """The address of a database with every table and no row."""
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        server = address("postgres")
        connection.close()
        with psycopg.connect(server, autocommit=True) as outside:
            copy, pattern = sql.Identifier(f"{name}_kills"), sql.Identifier(name)
            outside.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy))
            outside.execute(FORGOTTEN, [name])
            outside.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, pattern))
            with psycopg.connect(address(f"{name}_kills")) as inside:
                inside.execute(LEFT_BEHIND)
            yield address(f"{name}_kills")
            outside.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


@pytest.mark.django_db
def test_nothing_is_lost_and_nothing_is_done_twice_wherever_a_process_dies(
    tables, environment, tmp_path
):
    env = environment | {"DATABASE_URL": tables, "TONGBAN_STATE": str(tmp_path)}
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", "8", "--servers", "0"]

    ended = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600
    )

    assert ended.returncode == 0, ended.stderr
    (row,) = re.findall(r"\| all \| (\d+) \| (\d+) \(\d+%\) \|", ended.stdout)
    died, inside = map(int, row)
    assert died == 9  # of each act at least one
    assert inside >= 5
    assert ended.stdout.endswith("nothing lost or twice\n")


def test_each_phase_is_met_as_often_as_the_others_and_no_place_again_before_all_were_there():
    phases = ["begin"] * 2 + ["stage"] * 3 + ["commit"]
    passed = [Place(phase, False, f"{n}") for n, phase in enumerate(phases)]

    numbers = kills._spread(passed, random.Random(7))

    drawn = [next(numbers) for _ in range(9)]
    assert [phases[n] for n in drawn] == ["begin", "commit", "stage"] * 3
    assert sorted(drawn[2::3]) == [2, 3, 4]
    assert sorted(drawn[0:6:3]) == [0, 1]


def test_a_place_says_in_which_phase_it_lies_and_whether_a_transaction_was_open():
    assert str(Place("commit", True, "before COMMIT")) == "commit in a transaction, before COMMIT"
    assert str(Place("begin", False, "after SELECT")) == "begin, after SELECT"
