"""The wheel is whole: installed alone and far from a checkout, it serves a city."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import uv

from tests.browser import BUILT
from tests.commands.folders import CITY
from tongban.web.ui import messages

ROOT = Path(__file__).parents[2]
VISIT = """
import json, re, tongban
from django.core.management import call_command
from django.test import Client

call_command("migrate", verbosity=0)
call_command("load", {city!r})

def page(language):
    return Client().get("/", headers={{"host": "localhost", "accept-language": language}})

home = page("zh-hans").content.decode()
css = re.search(r'href="(/static/[^"]+[.]css)"', home)[1]
style = Client().get(css, headers={{"host": "localhost", "accept-encoding": "br"}})
print(json.dumps({{
    "package": tongban.__file__,
    "home": home,
    "english": page("en").content.decode(),
    "css": [css, style.status_code, style.get("Content-Encoding")],
}}))
"""

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    if not BUILT.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "The front end is not built: make assets."
        )
    messages.compile_file()
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def package(wheel) -> Path:
    """Where the wheel lies installed; its dependencies are those of this environment."""
    place = wheel.parent / "env"
    tool = uv.find_uv_bin()
    subprocess.run([tool, "venv", "--quiet", "--python", sys.executable, place], check=True)
    install = [tool, "pip", "install", "--quiet", "--no-deps", "--offline", "--python", place]
    subprocess.run([*install, wheel], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return site / "tongban"


@pytest.fixture(scope="module")
def tongban(package, tmp_path_factory) -> Command:
    """The installed command, in an empty folder and with an empty state."""
    folder = tmp_path_factory.mktemp("empty")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    program = package.parents[3] / "bin" / "tongban"

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = {**kept, "TONGBAN_STATE": str(folder.parent / "state"), "PYTHONUTF8": "1", **more}
        return subprocess.run(
            [program, *words], cwd=folder, env=env, capture_output=True, text=True
        )

    return run


def test_a_wheel_holds_what_the_package_needs_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {re.sub(r"-\d.*(?=\.dist-info)", "", top) for top in tops} == {
        "tongban",
        "tongban.dist-info",
    }
    kept = {"static", "templates", "locale", "migrations", "documents"}
    for kind in kept:
        wanted = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / "tongban").rglob(f"{kind}/**/*")
            if path.is_file() and path.suffix != ".pyc" and path.name != ".built"
        }
        assert wanted, kind
        assert wanted - set(names) == set()
    assert [name for name in names if re.search(r"(^|/)(tests?|node_modules|cities)/", name)] == []
    assert [name for name in names if name.endswith((".pyc", ".built", ".ts"))] == []


def test_an_installed_wheel_loads_and_serves_a_city_and_writes_nothing_into_itself(
    package, tongban
):
    before = written(package)
    seen = tongban("shell", "--no-imports", "-c", VISIT.format(city=str(CITY)))
    assert seen.returncode == 0, seen.stderr

    told = json.loads(seen.stdout.splitlines()[-1])
    assert Path(told["package"]).parent == package
    assert "云泽市" in told["home"]
    assert (">首页<" in told["home"], ">Home<" in told["english"]) == (True, True)
    assert re.fullmatch(r"/static/ui/dist/tongban\.[0-9a-f]{12}\.css", told["css"][0])
    assert told["css"][1:] == [200, "br"]
    assert written(package) == before


def test_an_installed_wheel_refuses_the_demo_city_by_name(tongban):
    """Before it asks for a database."""
    done = tongban("demo", "--no-serve", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert done.returncode == 1
    assert "安装包中不含演示城市" in done.stderr
    assert "Traceback" not in done.stderr


def written(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()}
