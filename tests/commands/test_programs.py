"""pg_dump and pg_restore are told where the database is without a word on their command line."""

import pytest
from django.db import connection

from tongban.commands.backing import programs
from tongban.commands.backing.programs import ProgramFailed, ProgramMissing


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A folder of programs, and a database elsewhere."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/tongban")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder, body: str) -> None:
    file = folder / "pg_dump"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


def test_the_password_and_the_way_of_encryption_are_in_the_environment(path, monkeypatch):
    options = {"pool": False, "sslmode": "verify-full", "sslrootcert": "/ca.pem"}
    given = {"HOST": "db.example", "PORT": 5433, "USER": "u", "PASSWORD": "p w", "NAME": "tongban"}
    for key, value in {**given, "OPTIONS": options}.items():
        monkeypatch.setitem(connection.settings_dict, key, value)
    program(
        path,
        f'echo "$@" "$PGHOST $PGPORT $PGUSER $PGPASSWORD $PGDATABASE $PGSSLMODE '
        f'$PGSSLROOTCERT" > {path}/told',
    )

    programs.run("pg_dump", "--file=x")

    assert (path / "told").read_text().strip() == (
        "--file=x db.example 5433 u p w tongban verify-full /ca.pem"
    )


def test_a_program_that_is_not_installed_is_named(path):
    with pytest.raises(ProgramMissing) as refused:
        programs.run("pg_restore")
    assert refused.value.told("en").startswith(
        "pg_restore is not on the PATH; install PostgreSQL's"
    )
    assert refused.value.told("zh").startswith("PATH 中没有 pg_restore，请安装")


def test_of_what_a_program_says_only_the_first_line_is_shown(path):
    """Those below it may quote a row."""
    program(path, "echo 'pg_dump: error: no' >&2; echo 'DETAIL: 329901199003070020' >&2; exit 3")
    with pytest.raises(ProgramFailed) as refused:
        programs.run("pg_dump")
    assert refused.value.told("en") == "pg_dump failed: pg_dump: error: no"
    assert refused.value.told("zh") == "pg_dump 执行失败：pg_dump: error: no"
