"""How values of the environment are read."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from tongban import settings


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("8000", 8000), ("007", 7)])
def test_a_whole_number_is_read(text, number):
    assert settings.whole_number("PORT", text) == number


@pytest.mark.parametrize("text", ["", "0", "00", "-1", "1.5", "１", "1 ", "1\n", "eight", "0x10"])
def test_what_is_no_whole_number_is_refused_by_its_name(text):
    with pytest.raises(ImproperlyConfigured, match="^TONGBAN_PORT must be a whole number above 0"):
        settings.whole_number("PORT", text)


def test_a_key_with_a_slip_is_refused_and_not_shown():
    with pytest.raises(ImproperlyConfigured) as refused:
        settings.vault_of("c2VjcmV0")
    assert str(refused.value) == "TONGBAN_MASTER_KEY must be 32 bytes in base64."
    assert refused.value.__cause__ is None and refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        (None, "10.0.0.1"),
        ("", "10.0.0.1"),
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("evil, 1.1.1.1 ,  203.0.113.7 ", "203.0.113.7"),
    ],
)
def test_of_the_forwarded_addresses_only_the_proxys_own_is_believed(forwarded, seen):
    meta = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert settings.whom_the_proxy_saw(SimpleNamespace(META=meta)) == seen


SHOW = """
import json, sys
sys.argv[1:] = {words!r}
from tongban import settings
print(json.dumps([settings.DATABASES["default"], settings.PROCRASTINATE_AUTODISCOVER_MODULE_NAME]))
"""


def test_how_the_way_to_the_database_is_encrypted_is_kept_and_only_a_worker_loads_the_jobs(
    tmp_path,
):
    where = "postgresql://u:p%40@db.example:5433/city?sslmode=verify-full&sslrootcert=/ca.pem"
    env = {**os.environ, "TONGBAN_STATE": str(tmp_path), "DATABASE_URL": where}
    found = []
    for words in (["worker"], ["load", "worker"]):
        code = [sys.executable, "-c", SHOW.format(words=words)]
        told = subprocess.run(code, env=env, capture_output=True, text=True, check=True)
        found.append(json.loads(told.stdout))

    database = found[0][0]
    assert database["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": "/ca.pem",
        "pool": False,
    }
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "city")
    assert database["PASSWORD"] == "p@"
    assert [jobs for _, jobs in found] == ["jobs", None]
