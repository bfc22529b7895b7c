"""No row is in plain text on the disk while a source is loaded, nor after the load was killed.

A process of its own loads; it stops where it is told to, so that every byte can be looked at.
"""

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.tables.connectors.made_workbook import row as sheet_row
from tests.engines.tables.connectors.made_workbook import text, workbook
from tongban.engines.tables.connectors import open_connector
from tongban.engines.tables.doors import private_folder

ROOT = Path(__file__).parents[4]
ROWS = 30_000
SIGNS = ("金丝雀".encode(), "金丝雀".encode("gb18030"), b"CANARY-")
HEADER = ["id", "name", "number"]


def row(i: int) -> list[str]:
    return [str(i), f"金丝雀{i}号", f"CANARY-{i * 7919:09}"]


def rows() -> list[list[str]]:
    return [row(i) for i in range(ROWS)]


def csv_text(lines) -> str:
    return "\n".join(",".join(line) for line in [HEADER, *lines]) + "\n"


def gb18030(base: Path) -> dict[str, object]:
    (base / "t.csv").write_text(csv_text(rows()), encoding="gb18030")
    return {"path": "t.csv", "encoding": "gb18030"}


def taken_apart(base: Path) -> dict[str, object]:
    (base / "t.csv").write_text(csv_text(rows()) + '"1","金丝雀\nCANARY-",3\n')
    return {"path": "t.csv"}


def in_place(base: Path) -> dict[str, object]:
    (base / "t.csv").write_text(csv_text(rows()))
    return {"path": "t.csv"}


def xml(base: Path) -> dict[str, object]:
    cells = (zip(HEADER, line, strict=True) for line in rows())
    body = "".join(f"<r {' '.join(f'{k}={v!r}' for k, v in line)}/>" for line in cells)
    (base / "t.xml").write_text(f"<all>{body}</all>")
    return {"path": "t.xml", "row": "r"}


def sqlite(base: Path) -> dict[str, object]:
    with sqlite3.connect(base / "t.db") as file:
        file.execute("CREATE TABLE t (id, name, number)")
        file.executemany("INSERT INTO t VALUES (?, ?, ?)", rows())
    file.close()
    return {"path": "t.db", "table": "t"}


def excel(base: Path) -> dict[str, object]:
    lines = enumerate([HEADER, *rows()[:5_000]], 1)
    sheet = "".join(
        sheet_row(n, *(text(f"{letter}{n}", v) for letter, v in zip("ABC", line, strict=True)))
        for n, line in lines
    )
    workbook(base / "t.xlsx", ("one", sheet))
    return {"path": "t.xlsx"}


KINDS = {
    "csv, gb18030": ("csv", gb18030),
    "csv, taken apart": ("csv", taken_apart),
    "csv, in place": ("csv", in_place),
    "xml": ("xml", xml),
    "sqlite": ("sqlite", sqlite),
    "excel": ("excel", excel),
}


def canaries(folder: Path) -> tuple[int, int]:
    """How often a sign stands in any file below, and how many bytes were looked at."""
    found = seen = 0
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            found += sum(map(content.count, SIGNS))
            seen += len(content)
    return found, seen


@pytest.fixture
def started():
    made: list[subprocess.Popen[str]] = []

    def start(kind: str, options, base: Path, state: Path) -> subprocess.Popen[str]:
        said = json.dumps([kind, options, str(base), str(state)])
        command = [sys.executable, "-m", "tests.engines.tables.connectors.loader", said]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        made.append(subprocess.Popen(command, cwd=ROOT, **pipes))
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", KINDS)
def test_no_byte_of_the_state_shows_a_row_during_a_load_or_after_its_death(
    name, started, base, tmp_path
):
    kind, make = KINDS[name]
    state = tmp_path / "state"
    loader = started(kind, make(base), base, state)

    looks = {}
    while (stop := loader.stdout.readline().strip()) != "committed":
        looks[stop] = canaries(state)
        loader.stdin.write("go on\n")
        loader.stdin.flush()
    looks["committed"] = canaries(state)
    loader.send_signal(signal.SIGKILL)
    assert loader.wait() == -signal.SIGKILL
    looks["killed"] = canaries(state)

    assert list(looks) == ["extracted", "scanned", "staged", "committed", "killed"]
    assert {stop: found for stop, (found, _) in looks.items()} == dict.fromkeys(looks, 0)
    assert looks["scanned"][1] > 100_000  # it spills by then


def test_what_a_killed_load_left_is_swept_by_the_next(started, base, tmp_path):
    state = tmp_path / "state"
    loader = started("xml", xml(base), base, state)
    assert loader.stdout.readline() == "extracted\n"
    loader.kill()
    loader.wait()
    assert list((state / "scratch").rglob("*.parquet"))

    with private_folder(state / "scratch") as mine:
        assert list((state / "scratch").iterdir()) == [mine]


@pytest.mark.parametrize("name", [name for name in KINDS if name != "excel"])
def test_the_search_finds_them_in_the_source(name, base):
    KINDS[name][1](base)  # a workbook is compressed

    assert canaries(base)[0] >= 2 * ROWS


def test_the_search_finds_them_in_the_rows_handed_over(con, base, scratch, tmp_path):
    extract = open_connector("excel", excel(base), base).extract(con, scratch)
    con.execute(f"COPY (FROM {extract.relation}) TO '{tmp_path}/plain.parquet'")

    assert canaries(scratch)[0] == 0
    assert canaries(tmp_path)[0] > 10
