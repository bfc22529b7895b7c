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


def test_nothing_else_reads_the_environment():
    """`os.environ` elsewhere would be a setting nobody can find."""
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tongban").rglob("*.py")
        if "os.environ" in path.read_text() or "os.getenv" in path.read_text()
    }
    assert readers <= {
        "tongban/settings.py",
        "tongban/__main__.py",
        "tongban/wsgi.py",
        "tongban/commands/management/commands/up.py",
        "tongban/engines/tables/connectors/postgres.py",  # the DSN that a contract names
    }
