"""`python -m benchmarks [NAME…]`: every benchmark, or those named, each in a process of its own.

A benchmark is a module of this folder with `run() -> str`, which gives the table that is printed.
"""

import argparse
import ast
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ONE = """
import sys
from importlib import import_module
sys.stdout.write(import_module(sys.argv[1]).run())
"""


def main() -> int:
    known = {path.stem: path for path in sorted(HERE.glob("*.py")) if _runs(path)}
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    names = parser.parse_args().names or list(known)
    for name in names:
        if name not in known:
            parser.error(f"no benchmark {name}; there are {', '.join(known)}")
    failed = [name for name in names if not _run(name, known[name])]
    if failed:
        _say(f"failed: {', '.join(failed)}\n")
    return 1 if failed else 0


def _runs(path: Path) -> bool:
    """Without importing it: a benchmark may want a process that nothing else has set up."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body)


def _run(name: str, path: Path) -> bool:
    _say(f"\n## {name}: {_first_line(path)}\n{_machine()}\n\n")
    began = time.monotonic()
    command = [sys.executable, "-c", ONE, f"benchmarks.{name}"]
    ended = subprocess.run(command, cwd=HERE.parent, check=False)
    _say(f"\n{time.monotonic() - began:.0f} s; load now {os.getloadavg()[0]:.1f}\n")
    return ended.returncode == 0


def _first_line(path: Path) -> str:
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return words.partition("\n")[0]


def _machine() -> str:
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}"


def _say(text: str) -> None:
    os.write(1, text.encode())


if __name__ == "__main__":
    sys.exit(main())
