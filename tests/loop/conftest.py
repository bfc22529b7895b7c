"""云泽市 with 1,500 people: its offices' systems, collected, derived and published once."""

import csv
import os
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

ROOT = Path(__file__).parents[2]
CITY = ROOT / "cities" / "yunze"
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
PEOPLE = 600
RS_DATABASE = "tongban_test_rs"


@pytest.fixture(scope="module")
def yunze(django_db_setup, django_db_blocker, tmp_path_factory):
    """The published city; everything in the database is rolled back after the module."""
    from tongban.commands import city, loop

    home = tmp_path_factory.mktemp("yunze")
    data = home / "data"
    kept = settings.LAKE_URL, settings.SCRATCH, settings.AUDIT_ANCHOR
    settings.LAKE_URL, settings.SCRATCH = str(home / "lake"), home / "scratch"
    settings.AUDIT_ANCHOR = home / "anchors"
    with django_db_blocker.unblock(), _deaths(data) as serve, transaction.atomic():
        dsn = _database()
        os.environ.update(TONGBAN_DEMO_RS_DSN=dsn, TONGBAN_DEMO_SCJ_DSN=dsn)
        command = [sys.executable, str(CITY / "generate.py"), "--out", str(data)]
        command += ["--people", str(PEOPLE), "--postgres", dsn]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        folder = _folder(home, serve())
        city.adopt(city.read_checked(folder, NOW.date()), by="test", at=NOW)
        told: list[tuple[str, int]] = []
        edition, loads = loop.run(
            loop.all_sources(),
            data=data,
            by="test",
            at=NOW,
            told=lambda step, count: told.append((step, count)),
        )
        with (data / "truth" / "people.csv").open(encoding="utf-8") as file:
            truth = list(csv.DictReader(file))
        yield SimpleNamespace(edition=edition, loads=loads, data=data, truth=truth, told=told)
        transaction.set_rollback(True)
    settings.LAKE_URL, settings.SCRATCH, settings.AUDIT_ANCHOR = kept


class _deaths:
    """The health commission's server, once its file is there."""

    def __init__(self, data: Path):
        self.data = data
        self.server = None

    def __enter__(self):
        return self.serve

    def serve(self) -> int:
        """Its port."""
        sys.path.insert(0, str(CITY))
        from deaths_api import Deaths

        self.server = Deaths(self.data / "wj02" / "sw_yx.json", port=0)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]

    def __exit__(self, *_):
        if self.server:
            self.server.shutdown()
            self.server.server_close()


def _folder(home: Path, port: int) -> Path:
    """The city folder, whose contract of WJ02 names this port."""
    folder = Path(
        shutil.copytree(CITY, home / "city", ignore=shutil.ignore_patterns("__pycache__"))
    )
    contract = folder / "sources" / "WJ02.toml"
    text = contract.read_text(encoding="utf-8")
    contract.write_text(text.replace("127.0.0.1:8089", f"127.0.0.1:{port}"), encoding="utf-8")
    return folder


def _database() -> str:
    server = connection.settings_dict

    def url(name: str) -> str:
        return psycopg.conninfo.make_conninfo(
            dbname=name, user=server["USER"], password=server["PASSWORD"], host=server["HOST"]
        )

    with psycopg.connect(url("postgres"), autocommit=True) as outside:
        outside.execute(f"DROP DATABASE IF EXISTS {RS_DATABASE}")
        outside.execute(f"CREATE DATABASE {RS_DATABASE}")
    return url(RS_DATABASE)
