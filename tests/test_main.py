"""The command line before Django's: which words need a server, and what is said of a mistake."""

import os
import subprocess
import sys

import pytest

from tongban.__main__ import as_module, needs_server

WORDS = [
    ("", False),
    ("--help", False),
    ("-h", False),
    ("help", False),
    ("help up", False),
    ("--version", False),
    ("version", False),
    ("messages compile", False),
    ("load --help", False),
    ("load -h", False),
    ("load help", True),  # a folder of that name
    ("load messages", True),
    ("sql version --as a --use u", True),
    ("up", True),
    ("worker", True),
]


@pytest.mark.parametrize(("words", "needed"), WORDS)
def test_only_a_command_that_reads_or_writes_starts_a_server(words, needed, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert needs_server(words.split()) is needed


@pytest.mark.parametrize("words", ["up", "load city"])
def test_where_a_database_is_named_no_server_is_started(words, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/tongban")
    assert not needs_server(words.split())


@pytest.mark.parametrize(
    ("words", "module"),
    [
        ([], []),
        (["load-items", "a-b.csv"], ["load_items", "a-b.csv"]),
        (["--help"], ["--help"]),
        (["-h"], ["-h"]),
        (["up", "--port", "1"], ["up", "--port", "1"]),
    ],
)
def test_a_command_is_named_as_its_module_and_nothing_else_is_touched(words, module):
    assert as_module(words) == module


def tongban(tmp_path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return subprocess.run(
        [sys.executable, "-m", "tongban", *words],
        env={**kept, "TONGBAN_STATE": str(tmp_path / "state"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_the_commands_and_starts_nothing(tmp_path):
    told = tongban(tmp_path, "--help")
    assert (told.returncode, told.stderr) == (0, "")
    assert {"load", "run", "up", "backup", "erase"} <= set(told.stdout.split())
    assert not (tmp_path / "state" / "pg").exists()


SLIPS = [
    ({"TONGBAN_PORT": "http"}, "TONGBAN_PORT must be a whole number above 0, not 'http'."),
    ({"TONGBAN_ENGINE_THREADS": "0"}, "TONGBAN_ENGINE_THREADS must be a whole number above 0"),
    ({"TONGBAN_MASTER_KEY": "c2VjcmV0"}, "TONGBAN_MASTER_KEY must be 32 bytes in base64."),
    ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL must name a PostgreSQL database."),
]


@pytest.mark.parametrize(("wrong", "words"), SLIPS, ids=[next(iter(s[0])) for s in SLIPS])
def test_a_setting_with_a_slip_is_named_in_one_line(tmp_path, wrong, words):
    told = tongban(tmp_path, "up", **wrong)
    assert told.returncode == 1
    assert told.stderr.startswith(f"tongban: {words}")
    assert told.stderr.count("\n") == 1
    assert "c2VjcmV0" not in told.stderr
