import os
from pathlib import Path

import pytest

from tongban.engines.mining import Promise, open_log

HERE = Path(__file__).parent
EVENTS = HERE.parents[3] / "shared" / "data" / "events"
NO_PROMISE = Promise()
PROMISE = Promise(planned="case:due", finished="case:done")


@pytest.fixture
def read(tmp_path):
    """Opens a log for the rest of the test."""
    opened = []

    def read(path, promise=NO_PROMISE, zone="Asia/Shanghai", encoding="utf-8"):
        log = open_log(
            path, zone=zone, scratch=tmp_path / "scratch", encoding=encoding, promise=promise
        )
        opened.append(log)
        return log.__enter__()

    yield read
    for log in reversed(opened):
        log.__exit__(None, None, None)


@pytest.fixture(scope="module")
def permits(tmp_path_factory):
    """The small log of this folder, whose figures are known by hand."""
    scratch = tmp_path_factory.mktemp("scratch")
    path = HERE / "permits.csv"
    with open_log(path, zone="Asia/Shanghai", scratch=scratch, promise=PROMISE) as log:
        yield log


@pytest.fixture
def real():
    """A public event log by its name, where this machine has it."""

    def real(name: str) -> Path:
        path = EVENTS / name
        if not path.exists():
            missing = f"the real log is not on this machine: events/{name} in ../shared/data"
            pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
        return path

    return real
