"""Running one statement in a child process that has nothing but the rows it is given."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow

from tongban.errors import Refusal

pa: Any = pyarrow  # without type stubs
CHILD = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "tongban.data.exchange.child")
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}  # all that the child's environment holds
ANSWER_OVERHEAD = 1 << 20


class SqlFailed(Refusal):
    """The query failed ({kind}). {words}"""

    zh = "查询执行失败（{kind}）。{words}"


class SqlStopped(Refusal):
    """The query was stopped: {problem_en}."""

    zh = "查询已被终止：{problem_zh}。"


@dataclass(frozen=True)
class Limits:
    memory_mb: int = 512
    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    bytes_in: int = 256 << 20
    bytes_out: int = 16 << 20


@dataclass(frozen=True)
class Answer:
    rows: Any  # an Arrow table
    truncated: bool


def run(
    query: str, tables: Mapping[str, Any], *, limit: int, limits: Limits, scratch: Path
) -> Answer:
    """The first `limit` rows of the query over these Arrow tables, named layer.table.

    Raises SqlFailed where the engine refuses the statement, SqlStopped where it took too much. No
    word of either comes from a row.
    """
    streams = {name: _stream(table) for name, table in tables.items()}
    if sum(map(len, streams.values())) > limits.bytes_in:
        raise _stopped("数据量过大，请缩小范围", "it is over too much data; ask for less of it")
    header = {
        "query": query,
        "limit": limit,
        "memory_mb": limits.memory_mb,
        "most_bytes": limits.bytes_out,
        "tables": [{"name": name, "bytes": len(stream)} for name, stream in streams.items()],
    }
    request = json.dumps(header).encode() + b"\n" + b"".join(streams.values())
    with tempfile.TemporaryDirectory(prefix="sql-", dir=scratch) as folder:
        said, code = _exchanged(request, Path(folder), limits)
    return _answer(said, code)


def _exchanged(request: bytes, folder: Path, limits: Limits) -> tuple[bytes, int]:
    """What the child said, cut off where it said too much, and how it ended."""
    # the engine's own limit speaks first; beyond twice of it the system says no
    most_memory, most_said = 2 * limits.memory_mb << 20, limits.bytes_out + ANSWER_OVERHEAD
    with _child((str(most_memory), str(limits.cpu_seconds)), folder) as process:
        late = threading.Timer(limits.wall_seconds, _kill, [process])
        writer = threading.Thread(target=_write, args=[process, request], daemon=True)
        late.start()
        writer.start()
        assert process.stdout is not None
        said = process.stdout.read(most_said)
        _kill(process)  # it has said all that may be heard
        late.cancel()
        writer.join()
    return said, process.returncode


@contextlib.contextmanager
def _child(arguments: tuple[str, ...], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*CHILD, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a crash may print what it held
        cwd=folder,
        env=ENVIRONMENT,
        start_new_session=True,
        close_fds=True,
    )
    with process:
        try:
            yield process
        finally:
            _kill(process)


def _write(process: subprocess.Popen[bytes], request: bytes) -> None:
    assert process.stdin is not None
    # a child that is gone says so by how it ended
    with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(request)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _answer(said: bytes, code: int) -> Answer:
    line, found, rows = said.partition(b"\n")
    answer = json.loads(line) if found else {}
    if not found or len(rows) < answer.get("bytes", 0):
        if code in (-signal.SIGKILL, -signal.SIGXCPU):
            raise _stopped("超过时间限制", "it took too long")
        raise _stopped("超过内存限制", "it took too much memory")
    if "failed" not in answer:
        return Answer(pa.ipc.open_stream(io.BytesIO(rows)).read_all(), answer["truncated"])
    if answer["failed"] == "OutOfMemory":
        raise _stopped("超过内存限制", "it took too much memory")
    if answer["failed"] == "TooLarge":
        raise _stopped("结果过大，请缩小范围", "its answer is too large; ask for less")
    raise SqlFailed(kind=answer["failed"], words=answer["words"])


def _stream(table: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _stopped(zh: str, en: str) -> SqlStopped:
    return SqlStopped(problem_zh=zh, problem_en=en)
