"""What can be set is documented, and nothing else is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_setting_is_documented_and_every_documented_setting_exists():
    source = (ROOT / "tongban" / "settings.py").read_text()
    read = {f"TONGBAN_{name}" for name in re.findall(r'environment\(\s*"([A-Z_]+)"', source)}
    documented = set(
        re.findall(r"^\| `(\w+)`", (ROOT / "docs/reference/settings.md").read_text(), re.MULTILINE)
    )
    assert documented == read | {"DATABASE_URL"}


# Who may name a variable that is no setting of ours, and why.
NAMED_BY_A_CONTRACT = {
    "tongban/engines/tables/connectors/postgres.py": "the address of an office's database",
    "tongban/engines/tables/connectors/json_api.py": "the token of an office's interface",
    "tongban/commands/demo/sources.py": "sets the address that the demo's contract names",
}
READ = re.compile(r"""os\.(?:environ(?:\.get\(|\.setdefault\(|\[)|getenv\()\s*([^,\])]+)""")


def test_nothing_else_reads_the_environment():
    """A variable read elsewhere would be a setting nobody can find."""
    known = {'"DATABASE_URL"', '"DJANGO_SETTINGS_MODULE"'}
    others = {
        f"{name}: {variable}"
        for path in (ROOT / "tongban").rglob("*.py")
        for variable in READ.findall(path.read_text(encoding="utf-8"))
        if (name := path.relative_to(ROOT).as_posix()) not in NAMED_BY_A_CONTRACT
        and name != "tongban/settings.py"
        and variable not in known
    }
    assert others == set()
