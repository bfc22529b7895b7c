"""The offices' systems and the province's: files, a database of their own, small servers."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

from tongban.errors import Refusal

CITY = settings.ROOT / "cities" / "yunze"
DATA = settings.STATE / "demo"
RS_DATABASE = "tongban_demo_rs"
DSNS = ("TONGBAN_DEMO_RS_DSN", "TONGBAN_DEMO_SCJ_DSN")  # named by the contracts RS01 and SCJ01
DEATHS_PORT = 8089  # named by the contract of WJ02
PROVINCE_PORT = 8090  # named by outside.toml, as the secret is
PROVINCE_SECRET = "TONGBAN_DEMO_RESIDENCE_SECRET"
# What becomes of the first requests, one after the other: a demo shows all of it.
PROVINCE_FIRST = (
    "at_once,right,late,twice,contradict,forget,mistyped,declined,failed,server_error,never,never"
)
# Of the later ones per cent; what is left over is right.
PROVINCE_RATES = "late=25,twice=10,contradict=5,forget=5,wrong=15,never=10"


class CityNotThere(Refusal):
    """The demo city is no part of the installed package: there is no {folder}. Run `make demo` in
    a checkout, or load a city of your own with `tongban load DIR` and serve it with `tongban up`.
    """

    zh = (
        "安装包中不含演示城市：没有 {folder}。请在源码目录运行 make demo，"
        "或用 tongban load DIR 载入自己的城市并以 tongban up 启动。"
    )


class DeathsNotServed(Refusal):
    """The health commission's interface of the demo city cannot be served on port {port} of this
    machine: another program is there. End it and run the command again."""

    zh = "演示城市卫健委的接口无法在本机 {port} 端口提供服务：端口已被其他程序占用。请结束后重试。"


def check_city() -> None:
    if not CITY.is_dir():
        raise CityNotThere(folder=CITY)


def are_written(people: int, today: date) -> bool:
    """Do the files of a city of this size lie there, whole, as its offices hold them this month?

    In an older city nobody would have paid for the latest month, and nobody could be granted much.
    """
    manifest = DATA / "manifest.json"
    if not manifest.exists():
        return False
    written = json.loads(manifest.read_text())
    return written["people"] == people and written["today"][:7] == today.isoformat()[:7]


def write(people: int, today: date) -> None:
    """Run the city's generator; it fills the offices' database too."""
    command = [sys.executable, str(CITY / "generate.py"), "--out", str(DATA)]
    command += ["--people", str(people), "--postgres", rs_dsn(), "--today", today.isoformat()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make_database() -> None:
    """The database of two offices, on the same server, and the way to it."""
    with psycopg.connect(_url("postgres"), autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [RS_DATABASE]
        ).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(RS_DATABASE)))
    os.environ.update(dict.fromkeys(DSNS, rs_dsn()))


def rs_dsn() -> str:
    return _url(RS_DATABASE)


@contextmanager
def deaths_served() -> Iterator[None]:
    """The health commission's interface answers in this block. Raises DeathsNotServed."""
    if _answers():
        raise DeathsNotServed(port=DEATHS_PORT)
    server = subprocess.Popen(deaths_server(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers():
            if server.poll() is not None:
                raise DeathsNotServed(port=DEATHS_PORT)
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait()


def _answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", DEATHS_PORT), timeout=1):
            return True
    except OSError:
        return False


def deaths_server() -> Sequence[str]:
    """The command that serves the health commission's interface."""
    return [
        *(sys.executable, str(CITY / "deaths_api.py")),
        *("--data", str(DATA / "wj02" / "sw_yx.json"), "--port", str(DEATHS_PORT)),
    ]


def share_secret() -> None:
    """What the platform and the province sign with, for the processes that are started now."""
    os.environ.setdefault(PROVINCE_SECRET, secrets.token_hex(32))


def province_server(port: int) -> Sequence[str]:
    """The command that serves the province's check; it calls back to the platform on this port."""
    return [
        *(sys.executable, str(CITY / "outside_api.py")),
        *("--port", str(PROVINCE_PORT), "--rates", PROVINCE_RATES),
        *("--first", PROVINCE_FIRST),
        *("--callback", f"http://127.0.0.1:{port}/api/v1/outside/residence-check/results"),
    ]


def simulation(cases: int) -> Sequence[str]:
    """The command that plays cases beside the serving, when nothing else wants the processor; where
    they are played already it ends at once."""
    simulate = [sys.executable, "-m", "tongban", "simulate", str(CITY)]
    return ["nice", "-n", "19", *simulate, "--cases", str(cases)]


def truth() -> Path:
    return DATA / "truth" / "people.csv"


def _url(database: str) -> str:
    server = settings.DATABASES["default"]
    options = {name: given for name, given in server["OPTIONS"].items() if name != "pool"}
    return psycopg.conninfo.make_conninfo(
        dbname=database,
        user=server["USER"],
        password=server["PASSWORD"],
        host=server["HOST"],
        port=server["PORT"] or None,
        **options,
    )
