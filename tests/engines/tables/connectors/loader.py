"""Loads one source in a process of its own, and waits at each stop until it is told to go on."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path

from tests.engines.tables.made_up import MemoryKeyring
from tongban.engines.tables import Column, DuckEngine, Lake, Schema
from tongban.engines.tables.connectors import open_connector
from tongban.engines.tables.doors import private_folder


def stop(at: str) -> None:
    print(at, flush=True)  # noqa: T201
    sys.stdin.readline()


def main() -> None:
    kind, options, base, state = json.loads(sys.argv[1])
    scratch = Path(state) / "scratch"
    lake = Lake(f"{state}/lake", MemoryKeyring())
    engine = DuckEngine(lake, memory_limit="60MB", threads=1, scratch=scratch)
    with private_folder(scratch) as folder, engine.connect([Path(base)]) as con:
        extract = open_connector(kind, options, Path(base)).extract(con, folder)
        stop("extracted")
        con.execute(f"CREATE TEMP TABLE scan AS FROM {extract.relation}, range(40)")
        stop("scanned")
        schema = Schema(tuple(Column(name, "string", 4) for name in extract.columns))
        names = ", ".join(extract.columns)
        staged = engine.stage(con, f"SELECT {names} FROM scan", "ods.t", schema, "r1")
        stop("staged")
        lake.commit(staged, lock=nullcontext())
        stop("committed")


main()
