"""A database that was once migrated is the template of the next run's, as long as no migration
changes: to migrate takes longer than to load ten cities."""

import hashlib
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from tongban import embedded

KEPT = "tongban_migrated_"


def template() -> str:
    """Named after the text of all migrations, those of the libraries too."""
    text = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            text.update(f"{app.label} {file.name} ".encode() + file.read_bytes())
    return KEPT + text.hexdigest()[:16]


def use() -> None:
    """Have the next test database made from the template, where there is one."""
    with _server() as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template()])
        if found.fetchone():
            connection.settings_dict["TEST"]["TEMPLATE"] = template()


def keep() -> None:
    """Make the test database, which nobody has used yet, the template; older ones go."""
    if connection.settings_dict["TEST"].get("TEMPLATE"):
        return
    connection.close()  # a template must have nobody in it
    pattern = sql.Identifier(connection.settings_dict["NAME"])
    with _server() as server:
        older = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [KEPT]
        )
        for (name,) in older.fetchall():
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(copy.format(sql.Identifier(template()), pattern))


def _server() -> psycopg.Connection:
    return psycopg.connect(embedded.url(settings.STATE, "postgres"), autocommit=True)
