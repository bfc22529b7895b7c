"""Results that another system sends by itself: signed, taken once, contradicted never."""

import http.server
import json
import threading
from datetime import timedelta

import pytest

from tests.known import MONDAY
from tests.provinces import SECRET, kinds
from tongban import clock
from tongban.base.audit.models import Event
from tongban.business.cases import outside
from tongban.business.cases import outside_problems as problems
from tongban.business.certificates.models import Certificate

pytestmark = pytest.mark.django_db
PATH = "/api/v1/outside/residence-check/results"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def sent(province):
    """A call that the other side is at work on."""
    province.kind = "never"
    call = province.call()
    province.work(MONDAY)
    return call


@pytest.fixture
def send(client, province):
    """What the province sends, signed by it unless a test changes that."""

    def send(body, path=PATH, **changes):
        headers, content = province.server.signed_callback(path, body)
        headers |= changes
        return client.post(path, content, content_type="application/json", headers=headers)

    return send


def result(call, registered=True, **more):
    outputs = {"registered": registered, "since": "2025-03-01", "remark": None}
    return {"key": call.key, "receipt": "r1", "outputs": outputs, **more}


def test_a_signed_result_moves_the_case(send, sent):
    answer = send(result(sent))
    assert (answer.status_code, answer.json()) == (200, {"noted": True})
    sent.refresh_from_db()
    sent.case.refresh_from_db()
    assert (sent.status, sent.case.status) == ("answered", "granted")


def test_the_same_result_twice_changes_nothing_and_is_noted_once(send, sent):
    for _ in range(3):
        assert send(result(sent)).status_code == 200
    assert kinds(sent) == ["sent", "receipt", "result", "repeated"]
    assert Certificate.objects.filter(case_number=sent.case.number).count() == 1
    assert Event.objects.filter(kind="outside.answered").count() == 1


def test_another_result_is_refused_kept_aside_and_changes_nothing(send, sent):
    send(result(sent))
    for _ in range(2):
        answer = send(result(sent, registered=False))
        assert (answer.status_code, answer.json()) == (
            409,
            {
                "refusal": "Contradiction",
                "zh": f"请求 {sent.key} 此前已有不同的结果，这一结果未采用，已留待人工核对。",
                "en": f"Another result for request {sent.key} was taken before; this one was "
                "kept aside for a person.",
            },
        )
    sent.refresh_from_db()
    sent.case.refresh_from_db()
    assert (sent.status, sent.case.status) == ("answered", "granted")
    assert kinds(sent) == ["sent", "receipt", "result", "contradiction"]
    refused = Event.objects.filter(kind="request.refused", actor="outside:residence-check")
    assert refused.count() == 2


def test_that_it_cannot_be_done_is_taken_too(send, sent):
    assert send({"key": sent.key, "failed": "moved-away"}).status_code == 200
    sent.refresh_from_db()
    assert (sent.status, sent.error, sent.error_about) == ("failed", "stopped", "moved-away")


def test_a_word_that_is_none_is_not_kept(send, sent):
    send({"key": sent.key, "failed": "张三 329901199003070020"})
    sent.refresh_from_db()
    assert (sent.error, sent.error_about) == ("stopped", "—")


@pytest.mark.parametrize(
    ("change", "refusal", "code"),
    [
        ({"outputs": {}}, problems.OutputMissing("registered"), "output_missing"),
        ({"outputs": None}, problems.OutputMissing("outputs"), "output_missing"),
        ({"outputs": {"registered": 1}}, problems.OutputMistyped("registered"), "output_mistyped"),
        ({"receipt": ["r"]}, problems.NoReceipt(), "no_receipt"),
    ],
    ids=["missing", "none", "mistyped", "receipt"],
)
def test_a_wrong_result_is_refused_noted_and_uses_up_no_try(send, sent, change, refusal, code):
    answer = send({**result(sent), **change})
    assert (answer.status_code, answer.json()["zh"]) == (409, refusal.told("zh"))
    assert answer.json()["en"] == refusal.told("en")
    sent.refresh_from_db()
    assert (sent.status, sent.tries, sent.error) == ("received", 0, code)
    assert sent.case.status == "running"
    assert send(result(sent)).status_code == 200


@pytest.mark.parametrize("key", ["329900-260921-999999-1", None, 7])
def test_a_key_that_is_not_known_is_refused(send, sent, key):
    answer = send({**result(sent), "key": key})
    assert answer.json() == {
        "refusal": "UnknownKey",
        "zh": "外部服务 residence-check 没有这个请求键的请求。",
        "en": "There is no request with this key at the outside service residence-check.",
    }
    assert kinds(sent) == ["sent", "receipt"]


def test_what_is_no_json_object_is_refused(send, sent):
    assert send([1]).json()["refusal"] == "NotJson"


UNSIGNED = [
    {"X-Outside-Signature": ""},
    {"X-Outside-Signature": "0" * 64},
    {"X-Outside-Signature": "签名".encode().decode("latin-1")},
    {"X-Outside-Time": ""},
    {"X-Outside-Time": "yesterday"},
    {"X-Outside-Time": "2026-09-21T10:00:00"},
    {"X-Outside-Time": (MONDAY + MINUTE).isoformat()},
]


def test_what_is_not_signed_is_not_heard(send, sent):
    assert {send(result(sent), **changes).status_code for changes in UNSIGNED} == {401}
    assert kinds(sent) == ["sent", "receipt"]


def test_a_signature_is_good_for_minutes_in_one_place(send, sent, province, client, monkeypatch):
    headers, content = province.server.signed_callback(PATH, result(sent))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 6 * MINUTE)
    for path in (PATH, "/api/v1/outside/none/results"):
        answer = client.post(path, content, content_type="application/json", headers=headers)
        assert answer.status_code == 401
    assert kinds(sent) == ["sent", "receipt"]


def test_a_changed_body_is_not_heard(client, province, sent):
    headers, content = province.server.signed_callback(PATH, result(sent, registered=False))
    changed = content.replace(b"false", b"true")
    answer = client.post(PATH, changed, content_type="application/json", headers=headers)
    assert answer.status_code == 401


def test_without_our_secret_nobody_is_heard_and_nobody_is_told_why(send, sent, monkeypatch, caplog):
    monkeypatch.delenv(SECRET)
    answer = send(result(sent))
    assert (answer.status_code, SECRET in answer.content.decode()) == (401, False)
    assert SECRET in caplog.text


def test_a_result_before_its_receipt_is_taken(send, province):
    """They may be faster than our own note of the receipt."""
    call = province.call()
    assert send(result(call)).status_code == 200
    call.refresh_from_db()
    assert (call.status, kinds(call)) == ("answered", ["result"])
    assert outside.attempt(call.pk, MONDAY) is False


def test_the_other_side_calls_back_over_http(province, live_answers):
    """Twice the same, then another: its own way, not a form of our test."""
    province.kind = "contradict"
    province.server.callback = live_answers.url
    call = province.call()
    province.work(MONDAY)
    asked = province.server.register.asked[call.key]
    live_answers.wait(2)
    assert [json.loads(body)["outputs"]["registered"] for body in live_answers.bodies] == [
        True,
        False,
    ]
    assert asked.state == "done"


class Listener:
    """Takes what is sent, in place of the platform: a test's transaction is seen by no server."""

    def __init__(self):
        self.bodies: list[bytes] = []
        self.came = threading.Semaphore(0)
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                listener.bodies.append(self.rfile.read(size))
                self.send_response(409 if len(listener.bodies) > 1 else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                listener.came.release()

            def log_message(self, format, *args):
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}{PATH}"

    def wait(self, times):
        for _ in range(times):
            assert self.came.acquire(timeout=10)


@pytest.fixture
def live_answers():
    made = Listener()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()
