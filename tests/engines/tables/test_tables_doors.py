import base64
import fcntl
import os

import duckdb
import pytest

from tests.engines.tables.made_up import FREE, PEOPLE, people
from tongban.engines.tables import ExtensionMissing, extension


@pytest.mark.parametrize(
    "statement",
    [
        "SET temp_file_encryption = false",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '64GB'",
        "SET log_query_path = '{scratch}/queries'",
        "SET allow_unsigned_extensions = true",
        "PRAGMA enable_profiling = 'json'",
        "INSTALL fts",
        "LOAD fts",
        "LOAD '{excel}'",
        "ATTACH '{outside}/x.db' AS x",
        "COPY (SELECT 1) TO '{outside}/x.parquet'",
        "SELECT * FROM read_text('{outside}/secret.txt')",
        "SELECT * FROM read_csv('{scratch}/../secret.txt')",
        "SELECT * FROM glob('{outside}/*')",
        "SELECT * FROM read_parquet('https://localhost/x.parquet')",
        "SELECT * FROM python_variable",
    ],
)
def test_no_statement_opens_a_door(engine, tmp_path, statement):
    python_variable = duckdb.sql("SELECT 1")
    (tmp_path / "secret.txt").write_text("CANARY")
    places = {"outside": tmp_path, "scratch": tmp_path / "scratch", "excel": extension("excel")}

    with pytest.raises(duckdb.Error) as refused, engine.connect() as con:
        con.execute(statement.format(**places))
    assert isinstance(refused.value, duckdb.PermissionException | duckdb.InvalidInputException
                      | duckdb.CatalogException)  # fmt: skip
    assert "CANARY" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("x")] == []
    del python_variable


def test_limits_are_those_of_the_engine(engine):
    with engine.connect() as con:
        found = dict(
            con.execute(
                "SELECT name, value FROM duckdb_settings() WHERE name IN ('threads',"
                " 'memory_limit', 'temp_file_encryption', 'autoinstall_known_extensions',"
                " 'autoload_known_extensions', 'lock_configuration')"
            ).fetchall()
        )
    assert found == {
        "threads": "2",
        "memory_limit": "476.8 MiB",
        "temp_file_encryption": "true",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "lock_configuration": "true",
    }


def test_a_key_shows_in_no_log_view_plan_or_setting(engine, lake, write, keys):
    write(people(10))
    (key,) = keys.secrets
    keys.secrets[key] = os.urandom(32)
    write(people(10), run="r2")
    with engine.connect() as con:
        con.execute("CALL enable_logging('QueryLog')")
        staged = engine.stage(con, people(3), "ods.people", PEOPLE, "r3")
        lake.commit(staged, lock=FREE)
        engine.attach(con, lake.snapshot("ods.people"), "t")
        con.execute("CALL enable_logging('QueryLog')")
        con.execute("SELECT count(*) FROM t")
        seen = [
            con.execute(query).fetchall()
            for query in (
                "SELECT message FROM duckdb_logs",
                "SELECT * FROM duckdb_views() WHERE NOT internal",
                "SELECT * FROM duckdb_settings()",
                "SELECT * FROM duckdb_variables()",
                "SELECT * FROM duckdb_secrets()",
                "EXPLAIN ANALYZE SELECT * FROM t",
            )
        ]

    text = str(seen)
    assert "COPY (SELECT" in text  # the staging was logged
    for id, secret in keys.secrets.items():
        for form in (base64.b64encode(secret).decode(), secret.hex(), repr(secret)[2:-1]):
            assert form not in text, id


def test_an_extension_that_is_not_installed_is_named():
    with pytest.raises(ExtensionMissing, match="add duckdb-extension-no-such-thing==1.5.5"):
        extension("no_such_thing")


def test_an_extension_for_another_version_of_the_engine_is_none(tmp_path, monkeypatch):
    (tmp_path / "duckdb_extension_older").mkdir()
    (tmp_path / "duckdb_extension_older" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ExtensionMissing):
        extension("older")


def test_what_lies_in_a_folder_of_sources_can_be_read(engine, tmp_path):
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "a.csv").write_text("id\n7\n")
    query = f"SELECT * FROM read_csv('{tmp_path}/city/a.csv')"

    with engine.connect([tmp_path / "city"]) as con:
        assert con.execute(query).fetchall() == [(7,)]
    with pytest.raises(duckdb.PermissionException), engine.connect() as con:
        con.execute(query)


def test_a_private_folder_goes_with_its_connection_and_others_stay(engine, tmp_path):
    scratch = tmp_path / "scratch"
    with engine.connect(), engine.connect():
        folders = list(scratch.glob("spill-*"))
        assert len(folders) == 2
        assert {oct(path.stat().st_mode & 0o777) for path in (scratch, *folders)} == {"0o700"}

    assert list(scratch.iterdir()) == []


def test_what_a_killed_process_left_is_swept(engine, tmp_path):
    scratch = tmp_path / "scratch"
    for name in ("dead", "working", "removed"):
        (scratch / f"spill-{name}").mkdir(parents=True)
    for name in ("dead", "working"):
        (scratch / f"spill-{name}" / ".lock").touch()

    with (scratch / "spill-working" / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with engine.connect():
            pass
        assert {path.name for path in scratch.iterdir()} == {"spill-working", "spill-removed"}
