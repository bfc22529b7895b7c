"""The province of the demo city: drawn by key, signed, listed, and what its command takes."""

import argparse
import json
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import outside_api
import pytest

from tests.known import MONDAY
from tests.permits import CITY
from tests.provinces import Province
from tongban.commands.demo import sources

RATES = {"late": 20, "twice": 10, "wrong": 10, "never": 5}
KEYS = [f"329900-260921-{number:06d}-1" for number in range(2_000)]


@pytest.fixture
def served():
    with Province("held by both sides", lambda key: "right", port=0) as server:
        server.now = lambda: MONDAY
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, method, path, body=b"", stamp=None):
    """Status and body of an answer to what is signed by us."""
    stamp = stamp or MONDAY.isoformat()
    signature = server.signed(method, path, stamp, body)
    headers = {"X-Outside-Time": stamp, "X-Outside-Signature": signature}
    address = f"http://127.0.0.1:{server.server_port}{path}"
    try:
        with urlopen(Request(address, body or None, headers, method=method)) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_how_a_request_is_dealt_with_follows_from_its_key_and_the_seed():
    kind = outside_api.drawn(RATES, 7)
    assert [kind(key) for key in KEYS] == [outside_api.drawn(RATES, 7)(key) for key in KEYS]
    assert [kind(key) for key in KEYS] != [outside_api.drawn(RATES, 8)(key) for key in KEYS]


def test_the_first_are_dealt_with_in_turn_and_a_key_that_comes_again_as_before(served):
    served.kind = outside_api.in_turn(["late", "never"], outside_api.drawn({}, 7))
    said = [served.take({"key": key}).kind for key in ("k1", "k2", "k1", "k3", "k2", "k4")]
    assert said == ["late", "never", "late", "right", "never", "right"]


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(argparse.ArgumentTypeError, match="soon: choose of right, at_once, late"):
        outside_api._kinds("late,soon")


def test_the_rates_are_kept():
    drawn = Counter(map(outside_api.drawn(RATES, 7), KEYS))
    wrong = sum(drawn[kind] for kind in outside_api.WRONG)
    for count, share in ((drawn["late"], 20), (drawn["never"], 5), (wrong, 10)):
        assert abs(count / len(KEYS) - share / 100) < 0.02
    assert {kind for kind in outside_api.WRONG if drawn[kind]} == set(outside_api.WRONG)


def test_one_key_is_one_request_however_often_it_comes(served):
    body = json.dumps({"key": "k1", "case": "c", "inputs": {"months": 6}}).encode()
    answers = [ask(served, "POST", "/requests", body) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 202
    receipt = answers[0][1]["receipt"]
    assert served.register.asked["k1"].times == 3

    outputs = {"registered": True, "since": "2025-03-01", "remark": None}
    result = {"key": "k1", "receipt": receipt, "outputs": outputs}
    assert ask(served, "GET", f"/requests/{receipt}") == (200, result)


def test_whoever_has_not_lived_there_for_six_months_is_not_registered(served):
    asked = served.take({"key": "k2", "inputs": {"months": 5}})
    assert asked.outputs == {"registered": False, "since": None, "remark": None}
    assert served.take({"key": "k3", "inputs": {"months": "many"}}).outputs["registered"] is False


def test_what_is_not_theirs_is_refused(served):
    assert ask(served, "GET", "/requests/none")[0] == 404
    assert ask(served, "DELETE", "/requests/none")[0] == 404
    assert ask(served, "POST", "/elsewhere", b"{}")[0] == 404
    old = (MONDAY - timedelta(minutes=6)).isoformat()
    for stamp in (old, "yesterday", "2026-09-21T10:00:00"):
        assert ask(served, "GET", "/requests/none", stamp=stamp)[0] == 401
    served.signed = lambda *_: "0" * 64
    assert ask(served, "GET", "/requests/none")[0] == 404  # both sign with the same zeros
    with pytest.raises(HTTPError) as unsigned:
        urlopen(f"http://127.0.0.1:{served.server_port}/requests/none")
    with unsigned.value as error:
        assert error.code == 401


def test_the_list_goes_page_by_page_from_a_time_on(served, monkeypatch):
    monkeypatch.setattr(outside_api, "PAGE", 2)
    for number in range(3):
        served.take({"key": f"k{number}"})
    served.register.asked["k0"].at = MONDAY - timedelta(days=1)
    path = f"/requests?since={MONDAY:%Y-%m-%dT%H:%M:%SZ}"
    assert [row["key"] for row in ask(served, "GET", path)[1]["requests"]] == ["k1", "k2"]
    earlier = "/requests?since=2026-09-01T00:00:00Z"
    first = ask(served, "GET", earlier)[1]
    rest = ask(served, "GET", f"{earlier}&after=k1")[1]
    assert ([row["key"] for row in first["requests"]], first["more"]) == (["k0", "k1"], True)
    assert ([row["key"] for row in rest["requests"]], rest["more"]) == (["k2"], False)


def test_what_is_called_off_stays_so_and_what_is_done_stays_done(served):
    done = served.take({"key": "k1"})
    served.take({"key": "k2"})
    done.state = "done"
    for key in ("k1", "k2"):
        assert ask(served, "DELETE", f"/requests/{key}") == (200, {"key": key})
    assert [one.state for one in served.register.asked.values()] == ["done", "cancelled"]


def test_nobody_who_listens_is_no_harm(served):
    served.callback = "http://127.0.0.1:9/results"
    asked = served.take({"key": "k1"})
    served.call_back(asked)
    assert asked.state == "done"


@pytest.mark.parametrize("text", ["late", "late=x", "soon=5", "late=60,never=50"])
def test_rates_that_are_none_are_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        outside_api._rates(text)


def test_the_demo_starts_it_with_rates_that_it_takes_and_one_secret_for_both(monkeypatch):
    monkeypatch.delenv(sources.PROVINCE_SECRET, raising=False)
    monkeypatch.setattr(sources, "PROVINCE_SECRET", outside_api.SECRET)
    sources.share_secret()
    sources.share_secret()
    secret = sources.os.environ[outside_api.SECRET]
    assert len(secret) == 64
    monkeypatch.delenv(outside_api.SECRET)
    assert outside_api._rates(sources.PROVINCE_RATES)["never"] == 10
    assert len(outside_api._kinds(sources.PROVINCE_FIRST)) == 12
    command = sources.province_server(8000)
    assert command[1] == str(CITY / "outside_api.py")
    assert command[-1] == "http://127.0.0.1:8000/api/v1/outside/residence-check/results"


def test_without_a_secret_it_does_not_start():
    ran = subprocess.run(
        [sys.executable, str(CITY / "outside_api.py"), "--port", "0"],
        env={"PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, f"KeyError: '{outside_api.SECRET}'" in ran.stderr) == (1, True)
