"""A process of its own that writes into a lake: writer.py FOLDER NAME COUNT [die]."""

import fcntl
import hashlib
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

from tests.engines.tables.made_up import PEOPLE, people
from tongban.engines.tables import DataKey, DuckEngine, Lake


class DerivedKeyring:
    """The same key for the same run in every process."""

    def create(self, table, run):
        return DataKey(f"{table}/{run}", self.secret(f"{table}/{run}"))

    def secret(self, id):
        return hashlib.sha256(id.encode()).digest()

    def destroy(self, ids, reason):
        pass


@contextmanager
def file_lock(path):
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lake_at(folder):
    return Lake(str(folder / "lake"), DerivedKeyring())


def engine_at(folder):
    return DuckEngine(lake_at(folder), memory_limit="200MB", threads=1, scratch=folder / "scratch")


def main(folder, name, count, end="live"):
    folder, engine, lake = Path(folder), engine_at(Path(folder)), lake_at(Path(folder))
    with engine.connect() as con:
        for i in range(int(count)):
            staged = engine.stage(con, people(4), "ods.people", PEOPLE, f"{name}-{i}")
            if end == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            lake.commit(staged, mode="append", lock=file_lock(folder / "lock"))


if __name__ == "__main__":
    main(*sys.argv[1:])
