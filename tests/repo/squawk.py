"""Holds the SQL of every migration of ours against squawk: `make check` calls this as a script.

Two kinds of migrations are judged differently. What belongs to the first installation of an app
runs on an empty database: no lock waits for anybody, no client knows the old column. What comes
after a release meets tables with data and readers, so there every rule about locks holds.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

# The last migration of each app in the newest release; whoever releases brings it up to date.
# Empty: nothing is released yet, so every migration belongs to a first installation.
RELEASED: Mapping[str, str] = {}

NEVER = {
    "prefer-text-field": "lengths are part of the contracts; making one longer rewrites nothing",
    "prefer-bigint-over-int": "keys are bigint already; the integers count days, lines, versions",
    "prefer-bigint-over-smallint": "grades run from 1 to 4",
    "require-lock-timeout": "belongs to the session that migrates, see docs/howto/deploy.md",
    "require-statement-timeout": "the same",
}
# squawk knows by itself that an index or a constraint on a table of the same file is harmless, but
# not that a column is.
ON_EMPTY_TABLES = {
    "adding-required-field": "there is no row yet that would lack it",
    "adding-foreign-key-constraint": "there is no row yet to look at",
    "disallowed-unique-constraint": "there is no row yet to look at",
    "ban-drop-constraint": "there is no row yet that it would guard",
    "ban-drop-column": "no release ever read the column",
    "ban-drop-default": "no client of a release writes the column",
    "require-concurrent-index-deletion": "nobody waits for the lock",
    "ban-drop-table": "no release ever read the table",
    "renaming-column": "no release ever read the column",
    "renaming-table": "no release ever read the table",
    "changing-column-type": "there is no row yet to rewrite",
    "adding-not-nullable-field": "there is no row yet to look at",
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
    os.environ.setdefault("TONGBAN_STATE", str(Path.cwd() / ".state" / "check"))
    import django
    from django.conf import settings

    from tongban import embedded

    django.setup()
    started = not os.environ.get("DATABASE_URL") and embedded.start(settings.STATE)
    try:
        first, later = statements()
    finally:
        from django.db import connection

        connection.close()
        if started:
            embedded.stop(settings.STATE)
    return report(first, later)


def statements() -> tuple[str, dict[str, str]]:
    """The SQL of all first installations as one, and that of each later migration by its name."""
    from django.core.management import call_command

    first: list[str] = []
    later: dict[str, str] = {}
    for app, name in ours():
        out = io.StringIO()
        call_command("sqlmigrate", app, name, stdout=out, no_color=True)
        if is_later(app, name, RELEASED):
            later[f"{app}.{name}"] = out.getvalue()
        else:
            first.append(without_transaction(out.getvalue()))
    return "\n".join(first), later


def ours() -> Iterator[tuple[str, str]]:
    """Every migration of our apps, what others stand on first."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    wanted = [key for key in loader.graph.leaf_nodes() if _is_ours(loader, key)]
    seen: set[tuple[str, str]] = set()
    for leaf in wanted:
        for key in loader.graph.forwards_plan(leaf):
            if key not in seen and _is_ours(loader, key):
                seen.add(key)
                yield key


def _is_ours(loader, key: tuple[str, str]) -> bool:
    return loader.disk_migrations[key].__module__.startswith("tongban.")


def is_later(app: str, name: str, released: Mapping[str, str]) -> bool:
    return app in released and name > released[app]


def without_transaction(sql: str) -> str:
    """One file, one transaction: only so squawk sees which tables the batch itself made."""
    return "\n".join(line for line in sql.splitlines() if line not in {"BEGIN;", "COMMIT;"})


def report(first: str, later: Mapping[str, str]) -> int:
    """1 if squawk found anything; it prints what and where."""
    codes = [lint(first, "first installation", {*NEVER, *ON_EMPTY_TABLES})]
    codes += [lint(sql, name, NEVER) for name, sql in later.items()]
    sys.stderr.write(f"squawk: first installation and {len(later)} later migrations read\n")
    return int(any(codes))


def lint(sql: str, name: str, excluded: Iterable[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name.replace(' ', '-')}.sql"
        file.write_text(sql, encoding="utf-8")
        command = [
            *(str(Path(sys.executable).parent / "squawk"), "--reporter", "gcc"),
            *("--pg-version", "18", "--assume-in-transaction"),
            *("--exclude", ",".join(sorted(excluded)), file.name),
        ]
        return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
