"""Where the embedded server is reached; that it starts, stops and comes back is tests/commands'."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.conf import settings

from tongban import embedded


def socket_folder(state: Path) -> Path:
    return Path(unquote(urlsplit(embedded.url(state)).hostname or ""))


def test_the_address_names_the_folder_of_the_socket_and_a_password_that_stays(tmp_path):
    first = embedded.url(tmp_path)
    assert first == embedded.url(tmp_path)
    parts = urlsplit(first)
    assert (parts.username, parts.path) == ("postgres", "/tongban")
    assert parts.password == (tmp_path / "postgres.password").read_text()
    assert len(parts.password) == 32
    assert embedded.url(tmp_path, "other").endswith("/other")


def test_two_states_have_two_passwords(tmp_path):
    urls = {urlsplit(embedded.url(tmp_path / name)).password for name in "ab"}
    assert len(urls) == 2


def test_a_path_that_is_too_long_for_a_socket_gets_a_short_one_of_its_own():
    long = Path("/tmp") / ("x" * 90)
    short, other = embedded._socket_dir(long), embedded._socket_dir(long / "y")
    assert short != other
    assert short == embedded._socket_dir(long)
    assert len(str(short / ".s.PGSQL.5432")) <= embedded.SOCKET_PATH_LIMIT


def test_the_longest_path_that_fits_is_used_itself():
    room = embedded.SOCKET_PATH_LIMIT - len("/pg/.s.PGSQL.5432")
    fits, too_long = (Path("/" + "x" * (room - 1 + more)) for more in (0, 1))
    assert embedded._socket_dir(fits) == fits / "pg"
    assert embedded._socket_dir(too_long) != too_long / "pg"


def test_an_empty_folder_has_no_server_and_looking_makes_none(tmp_path):
    assert not embedded.is_running(tmp_path / "state")
    assert not (tmp_path / "state").exists()


@pytest.fixture
def server() -> Path:
    if not embedded.is_running(settings.STATE):
        pytest.skip("DATABASE_URL names a server elsewhere")
    return settings.STATE


def test_who_knows_no_password_is_refused(server):
    parts = urlsplit(embedded.url(server))
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(parts._replace(netloc=f"postgres:x@{parts.netloc.split('@')[1]}").geturl())


def test_a_server_that_runs_is_not_started_again(server):
    assert embedded.start(server) is False
