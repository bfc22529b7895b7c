"""What can be set is documented, and nothing else is; what is set together fits together."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from axes.helpers import get_client_ip_address
from django.test import Client

from tongban.business.certificates.models import Certificate
from tongban.web.ui.parts.certificates import qr

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
    "tongban/commands/demo/sources.py": "sets the address and the secret that the demo names",
    "tongban/business/cases/outside_http.py": "the secret that is shared with another system",
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


PUBLIC = "https://tongban.example"
FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"}
FORWARDED |= {"x-forwarded-for": "10.9.9.9, 203.0.113.7"}
SHOW = """
import json
from tongban import settings
print(json.dumps({name: value for name, value in vars(settings).items()
                  if name.startswith(("SECURE_", "ALLOWED_", "CSRF_", "SESSION_", "ALLAUTH_"))}))
"""


def read(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The settings of a machine where nothing else is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**kept, "TONGBAN_STATE": str(tmp_path), **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def behind_a_proxy(settings, tmp_path):
    """As with TONGBAN_PUBLIC_URL and nothing else."""
    told = json.loads(read(tmp_path, TONGBAN_PUBLIC_URL=PUBLIC).stdout)
    for name, value in told.items():
        setattr(settings, name, tuple(value) if isinstance(value, list) else value)
    settings.AXES_CLIENT_IP_CALLABLE = "tongban.settings.whom_the_proxy_saw"


def test_a_public_address_is_the_only_one_answered_to_and_the_only_one_trusted(tmp_path):
    told = json.loads(read(tmp_path, TONGBAN_PUBLIC_URL=f"{PUBLIC}/").stdout)
    assert told["ALLOWED_HOSTS"] == ["tongban.example"]
    assert told["CSRF_TRUSTED_ORIGINS"] == [PUBLIC]
    assert told["SESSION_COOKIE_SECURE"] is told["CSRF_COOKIE_SECURE"] is True


def test_further_hosts_are_answered_to_beside_the_public_one(tmp_path):
    told = read(tmp_path, TONGBAN_PUBLIC_URL=f"{PUBLIC}:8443", TONGBAN_HOSTS="10.0.0.5")
    assert json.loads(told.stdout)["ALLOWED_HOSTS"] == ["tongban.example", "10.0.0.5"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"TONGBAN_PUBLIC_URL": "http://tongban.example"},
        {"TONGBAN_PUBLIC_URL": "tongban.example"},
        {"TONGBAN_PUBLIC_URL": f"{PUBLIC}/portal"},
        {"TONGBAN_PUBLIC_URL": f"{PUBLIC},https://other.example"},
        {"TONGBAN_PUBLIC_URL": PUBLIC, "TONGBAN_DEMO": "1"},
    ],
)
def test_a_public_address_that_does_not_fit_is_refused_by_name(tmp_path, wrong):
    refused = read(tmp_path, **wrong)
    assert refused.returncode == 1
    assert re.search("ImproperlyConfigured: .*TONGBAN_PUBLIC_URL", refused.stderr)


def test_no_forwarded_header_is_believed_unless_a_setting_says_so(client, city):
    answer = client.get("/", headers=FORWARDED)
    request = answer.wsgi_request
    assert request.build_absolute_uri("/verify/x") == "http://testserver/verify/x"
    assert get_client_ip_address(request) == "127.0.0.1"
    assert "Strict-Transport-Security" not in answer


def test_behind_a_proxy_the_outside_speaks_https(client, city, behind_a_proxy):
    answer = client.get("/", headers={**FORWARDED, "host": "tongban.example"})
    request = answer.wsgi_request
    assert request.build_absolute_uri("/verify/x") == f"{PUBLIC}/verify/x"
    assert get_client_ip_address(request) == "203.0.113.7"
    assert answer["Strict-Transport-Security"] == "max-age=31536000"


def test_behind_a_proxy_another_host_is_not_answered_to(client, city, behind_a_proxy):
    assert client.get("/", headers={**FORWARDED, "host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(("origin", "status"), [(PUBLIC, 200), ("https://evil.example", 403)])
def test_behind_a_proxy_forms_come_from_the_public_address(city, behind_a_proxy, origin, status):
    browser = Client(enforce_csrf_checks=True, headers={**FORWARDED, "host": "tongban.example"})
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"].value
    words = {"login": "nobody", "password": "wrong", "csrfmiddlewaretoken": token}
    answer = browser.post("/accounts/login/", words, headers={"origin": origin})
    assert answer.status_code == status


def test_the_code_on_a_certificate_names_the_public_address(
    client, permit, citizen, behind_a_proxy
):
    client.force_login(citizen())
    through = {**FORWARDED, "host": "tongban.example"}
    case = client.post("/items/B09/apply", {"wants_card": "no"}, headers=through).url

    page = client.get(case, headers=through).content.decode()
    assert qr(f"{PUBLIC}/verify/{Certificate.objects.get().verify_code}") in page
