"""How figures are read; the benchmarks themselves are run by `make bench`."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.pairs import interleaved, percentile, table

ROOT = Path(__file__).parents[2]


def test_a_percentile_is_one_of_the_values_and_enough_do_not_exceed_it():
    values = [float(n) for n in range(100, 0, -1)]

    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([7.0], 0.95) == 7


def test_pairs_take_turns_after_a_round_that_is_not_counted():
    asked: list[str] = []

    found = interleaved(lambda: asked.append("ours"), lambda: asked.append("peer"))

    assert len(found.ours) == len(found.peer) == 7
    assert asked[:6] == ["peer", "ours", "ours", "peer", "peer", "ours"]


def test_fewer_than_seven_rounds_are_refused():
    with pytest.raises(ValueError, match="6 rounds are too few"):
        interleaved(list, list, rounds=6)


def test_a_table_is_markdown():
    assert table(["way", "s"], [["ours", "1"]]) == "| way | s |\n| --- | --: |\n| ours | 1 |\n"


def test_the_harness_knows_every_benchmark_and_refuses_others():
    asked = [sys.executable, "-m", "benchmarks", "nothing"]

    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "no benchmark nothing" in ended.stderr
    for name in ("at_rest", "decision", "person_facts"):
        assert name in ended.stderr
