"""pg_dump and pg_restore, as they came with the embedded server or lie on the PATH."""

import os
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.pq import Conninfo

from tongban import embedded
from tongban.errors import Refusal


class ProgramMissing(Refusal):
    """{program} is not on the PATH; install PostgreSQL's client programs as new as the server."""

    zh = "PATH 中没有 {program}，请安装不低于服务器版本的 PostgreSQL 客户端程序。"


class ProgramFailed(Refusal):
    """{program} failed: {problem}"""

    zh = "{program} 执行失败：{problem}"


def run(program: str, *arguments: str) -> None:
    """Against the database of this deployment; the password is not on the command line."""
    found = subprocess.run(
        [str(_path(program)), *arguments],
        env={**os.environ, **_where()},
        capture_output=True,
        check=False,
    )
    if found.returncode:
        # Only the first line: those below it may quote a row.
        problem = found.stderr.decode(errors="replace").partition("\n")[0]
        raise ProgramFailed(program=program, problem=problem)


def _path(program: str) -> Path:
    if not os.environ.get("DATABASE_URL"):
        return embedded.program(settings.STATE, program)
    found = shutil.which(program)
    if found is None:
        raise ProgramMissing(program=program)
    return Path(found)


def _where() -> dict[str, str]:
    """What the connection is made of, as the variables that the programs read: how it is
    encrypted too."""
    given = connection.get_connection_params()
    variables = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar
    }
    return {variables[name]: str(given[name]) for name in variables.keys() & given.keys()}
