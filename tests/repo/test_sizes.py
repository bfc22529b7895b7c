"""Small files, small functions.

Ruff holds each function to 40 statements; here the middle counts.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.repo import tracked

LONGEST_FILE = 600
MEDIAN_FILE = 120
MEDIAN_FUNCTION = 8  # statements
SOURCE = [
    path
    for path in tracked.files()
    if path.suffix == ".py" and path.is_relative_to(tracked.ROOT / "tongban")
]
WRITTEN = [path for path in SOURCE if "migrations" not in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Those inside its blocks and inner functions included; no expression holds any."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from statements(child)


def functions() -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for path in WRITTEN:
        for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def test_no_file_is_long():
    written = [p for p in tracked.files() if p.suffix in {".py", ".ts", ".css"}]
    assert {tracked.name(p): n for p in written if (n := lines(p)) > LONGEST_FILE} == {}


def test_half_of_the_files_and_functions_are_short(record_property):
    file = median(size for path in WRITTEN if (size := lines(path)))
    function = median(sum(1 for _ in statements(node)) for node in functions())
    record_property("median file", file)
    record_property("median function", function)
    assert (file <= MEDIAN_FILE, function <= MEDIAN_FUNCTION) == (True, True), (file, function)


def test_the_linter_is_set_to_the_sizes_that_contributors_are_told():
    lint = tomllib.loads((tracked.ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert lint["pylint"] == {"max-statements": 40, "max-args": 8}
    assert lint["mccabe"] == {"max-complexity": 10}
    assert {"PLR0913", "PLR0915", "C90", "RUF100"} <= set(lint["select"])
    switched_off = {rule for rules in lint["per-file-ignores"].values() for rule in rules}
    assert not {"PLR0913", "PLR0915", "C90", "C901"} & switched_off
