"""Writers in processes of their own."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.tables.made_up import FREE
from tests.engines.tables.writer import engine_at, lake_at
from tongban.engines.tables import NoSuchTable

ROOT = Path(__file__).parents[3]


def writer(folder, name, count, end="live"):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engines.tables.writer", str(folder), name, str(count), end],
        cwd=ROOT,
    )


def test_of_two_writers_with_25_appends_each_none_is_lost(tmp_path):
    processes = [writer(tmp_path, name, 25) for name in ("left", "right")]

    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    snapshot = lake_at(tmp_path).snapshot("ods.people")
    assert snapshot.rows == 200
    assert len(snapshot.by_key()) == 50
    assert snapshot.version == 49
    assert lake_at(tmp_path).versions("ods.people") == tuple(range(50))
    engine = engine_at(tmp_path)
    with engine.connect() as con:
        engine.attach(con, snapshot, "t")
        assert con.execute("SELECT count(*), sum(id) FROM t").fetchall() == [(200, 300)]


def test_a_writer_killed_before_its_commit_leaves_nothing_that_stays(tmp_path):
    killed = writer(tmp_path, "killed", 1, "die")
    assert killed.wait(timeout=60) == -signal.SIGKILL
    lake, scratch = lake_at(tmp_path), tmp_path / "scratch"
    with pytest.raises(NoSuchTable):
        lake.snapshot("ods.people")
    assert len(list(scratch.glob("spill-*"))) == 1

    assert writer(tmp_path, "next", 1).wait(timeout=60) == 0
    assert list(scratch.glob("spill-*")) == []
    assert lake.snapshot("ods.people").rows == 4

    vacuumed = lake.vacuum("ods.people", [], lock=FREE)
    assert vacuumed.files == ("data/killed-0/ods.people/killed-0/rows.parquet",)
    assert lake.snapshot("ods.people").rows == 4
    assert list(lake.data_files("ods.people")) == ["ods.people/next-0"]
