"""省级居住登记核验 as the province serves it, on loopback only: right, late, twice, wrongly, never.

    TONGBAN_DEMO_RESIDENCE_SECRET=… python cities/yunze/outside_api.py [--port 8090]
        [--first right,late,never] [--rates late=20,twice=10,wrong=10,never=5] [--seed 7]
        [--callback URL]

    POST   /requests             {"key", "case", "inputs"}: 202 with a receipt, 200 with the outputs
    GET    /requests/RECEIPT     202 while at work, then 200 with the outputs
    GET    /requests?since=…     everything since then, 100 a page, `after` the last key of a page
    DELETE /requests/KEY         nobody waits for it any more

How a request is dealt with is the same each time that it comes: of the first ones as `--first`
says, in the order in which they come, of the others as drawn from their key and the seed.
It knows nothing of the platform but what is agreed between the two.
"""

import argparse
import hashlib
import hmac
import json
import os
import sys
import threading
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PORT, PAGE, MONTHS_NEEDED = 8090, 100, 6
SECRET = "TONGBAN_DEMO_RESIDENCE_SECRET"
FRESH = timedelta(minutes=5)
LATE_POLLS = 2  # so often a late result is asked for in vain
DRIP, HUGE = 0.2, 1_500_000
WRONG = (
    *("not_json", "no_object", "server_error", "redirect", "missing", "mistyped", "other_key"),
    *("huge", "drip", "silent", "no_receipt", "declined", "failed", "cut"),
)
KINDS = ("right", "at_once", "late", "twice", "contradict", "forget", "never", *WRONG)


@dataclass
class Asked:
    """A request as this side knows it."""

    key: str
    receipt: str
    inputs: Mapping[str, Any]
    kind: str
    at: datetime
    polls: int = 0
    times: int = 1  # the same key came so often
    state: str = "working"

    @property
    def outputs(self) -> dict[str, Any]:
        months = self.inputs.get("months", 0)
        registered = isinstance(months, int | float) and months >= MONTHS_NEEDED
        return {"registered": registered, "since": "2025-03-01" if registered else None,
                "remark": None}  # fmt: skip

    def told(self) -> dict[str, Any]:
        done = {"outputs": self.outputs} if self.state == "done" else {}
        return {"key": self.key, "receipt": self.receipt, "state": self.state, **done}


@dataclass
class Register:
    """What the province holds; several requests come at once."""

    asked: dict[str, Asked] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def by_receipt(self, receipt: str) -> Asked | None:
        return next((one for one in self.asked.values() if one.receipt == receipt), None)


def drawn(rates: Mapping[str, int], seed: int) -> Callable[[str], str]:
    """By key; `rates` are in per cent, what is left over is right. `wrong` is one of WRONG."""

    def kind(key: str) -> str:
        lot = int.from_bytes(hashlib.sha256(f"{seed}:{key}".encode()).digest()[:4], "big")
        place, rest = lot % 100, lot // 100
        for name, share in rates.items():
            if place < share:
                return WRONG[rest % len(WRONG)] if name == "wrong" else name
            place -= share
        return "right"

    return kind


def in_turn(first: Sequence[str], then: Callable[[str], str]) -> Callable[[str], str]:
    """The first keys, in the order in which they are asked about, and then as drawn."""
    left = list(first)
    return lambda key: left.pop(0) if left else then(key)


class Province(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self,
        secret: str,
        kind: Callable[[str], str],
        *,
        port: int = PORT,
        callback: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.secret, self.kind, self.callback, self.now = secret, kind, callback, now
        self.register = Register()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who has hung up wants to hear nothing more."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def signed(self, method: str, path: str, stamp: str, body: bytes) -> str:
        head = f"{method}\n{path}\n{stamp}\n".encode()
        return hmac.new(self.secret.encode(), head + body, "sm3").hexdigest()

    def take(self, said: Mapping[str, Any]) -> Asked:
        """The same key is the same request, however often it comes."""
        key = said["key"]
        with self.register.lock:
            if key in self.register.asked:
                self.register.asked[key].times += 1
            else:
                receipt = hashlib.sha256(f"receipt:{key}".encode()).hexdigest()[:16]
                self.register.asked[key] = Asked(
                    key, receipt, said.get("inputs", {}), self.kind(key), self.now()
                )
            return self.register.asked[key]

    def page(self, since: datetime, after: str) -> dict[str, Any]:
        with self.register.lock:
            found = [one for one in self.register.asked.values() if one.at >= since]
        keys = [one.key for one in found]
        start = keys.index(after) + 1 if after in keys else 0
        shown = found[start : start + PAGE]
        more = start + PAGE < len(found)
        return {"requests": [one.told() for one in shown], "more": more}

    def callbacks(self, asked: Asked) -> list[dict[str, Any]]:
        """What this side sends by itself once it is done."""
        result = {"key": asked.key, "receipt": asked.receipt, "outputs": asked.outputs}
        other = {**result, "outputs": {**asked.outputs, "registered": None}}
        other["outputs"]["registered"] = not asked.outputs["registered"]
        return {"twice": [result, result], "contradict": [result, other]}.get(asked.kind, [result])

    def signed_callback(self, path: str, body: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
        content, stamp = json.dumps(body).encode(), self.now().isoformat()
        signature = self.signed("POST", path, stamp, content)
        headers = {"X-Outside-Time": stamp, "X-Outside-Signature": signature}
        return {**headers, "Content-Type": "application/json"}, content

    def call_back(self, asked: Asked) -> None:
        """Whether anybody listens or not, the result can be asked for."""
        asked.state = "done"
        for body in self.callbacks(asked):
            headers, content = self.signed_callback(urlsplit(self.callback).path, body)
            request = urllib.request.Request(self.callback, content, headers, method="POST")
            try:
                urllib.request.urlopen(request, timeout=5).close()
            except OSError:  # of which what urllib raises is one, too
                continue


class Handler(BaseHTTPRequestHandler):
    server: Province  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._is_theirs(body):
            return
        if self.path != "/requests":
            return self._answer(404, {"error": "POST goes to /requests"})
        asked = self.server.take(json.loads(body))
        if asked.kind == "silent":
            threading.Event().wait(DRIP * 20)
            return None
        if asked.kind in SPOILT:
            return SPOILT[asked.kind](self, asked)
        if asked.kind in ("at_once", "missing", "mistyped", "other_key"):
            return self._result(asked)
        if self.server.callback and asked.kind in ("right", "twice", "contradict"):
            threading.Thread(target=self.server.call_back, args=[asked], daemon=True).start()
        return self._answer(202, {"key": asked.key, "receipt": asked.receipt})

    def do_GET(self) -> None:
        if not self._is_theirs(b""):
            return
        address = urlsplit(self.path)
        if address.path == "/requests":
            return self._list(parse_qs(address.query))
        with self.server.register.lock:
            asked = self.server.register.by_receipt(unquote(address.path.rpartition("/")[2]))
        if asked is None:
            return self._answer(404, {"error": "no such receipt"})
        asked.polls += 1
        if asked.kind == "forget" and asked.times == 1:
            with self.server.register.lock:
                del self.server.register.asked[asked.key]
            self.server.kind = _once(self.server.kind, asked.key)
            return self._answer(404, {"error": "no such receipt"})
        if asked.kind == "never" or (asked.kind == "late" and asked.polls <= LATE_POLLS):
            return self._answer(202, {"key": asked.key, "receipt": asked.receipt})
        return self._result(asked)

    def do_DELETE(self) -> None:
        if not self._is_theirs(b""):
            return
        with self.server.register.lock:
            asked = self.server.register.asked.get(unquote(self.path.rpartition("/")[2]))
        if asked is None:
            return self._answer(404, {"error": "no such key"})
        if asked.state == "working":
            asked.state = "cancelled"
        return self._answer(200, {"key": asked.key})

    def _list(self, query: Mapping[str, list[str]]) -> None:
        since = datetime.fromisoformat(query["since"][0])
        self._answer(200, self.server.page(since, query.get("after", [""])[0]))

    def _result(self, asked: Asked) -> None:
        asked.state = "done"
        said = {"key": asked.key, "receipt": asked.receipt, "outputs": asked.outputs}
        if asked.kind == "missing":
            del said["outputs"]["registered"]
        if asked.kind == "mistyped":
            said["outputs"]["registered"] = "yes"
        if asked.kind == "other_key":
            said["key"] = "somebody-elses"
        self._answer(200, said)

    def _is_theirs(self, body: bytes) -> bool:
        """Signed by whoever shares the secret, a moment ago; else it is answered 401."""
        stamp = self.headers.get("X-Outside-Time", "")
        expected = self.server.signed(self.command, self.path, stamp, body)
        given = self.headers.get("X-Outside-Signature", "")
        try:
            is_fresh = abs(self.server.now() - datetime.fromisoformat(stamp)) <= FRESH
        except (ValueError, TypeError):
            is_fresh = False
        if is_fresh and hmac.compare_digest(expected, given):
            return True
        self._answer(401, {"error": "not signed"})
        return False

    def _answer(self, status: int, body: Mapping[str, Any], headers: Any = ()) -> None:
        self._raw(status, json.dumps(body, ensure_ascii=False).encode(), headers)

    def _raw(self, status: int, content: bytes, headers: Any = ()) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _drip(self, asked: Asked) -> None:
        """One space after the other, for as long as anybody listens."""
        self.send_response(200)
        self.send_header("Content-Length", str(HUGE))
        self.end_headers()
        pause = threading.Event()
        try:
            while not pause.wait(DRIP):
                self.wfile.write(b" ")
        except OSError:
            self.close_connection = True

    def _cut(self, asked: Asked) -> None:
        """Less than was announced."""
        self.send_response(200)
        self.send_header("Content-Length", "500")
        self.end_headers()
        self.wfile.write(b"{")
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: what is asked here is about people."""


SPOILT: Mapping[str, Callable[[Handler, Asked], None]] = {
    "not_json": lambda to, asked: to._raw(200, b"<html>busy</html>"),
    "no_object": lambda to, asked: to._raw(200, b"[1]"),
    "server_error": lambda to, asked: to._raw(503, b"{}"),
    "redirect": lambda to, asked: to._raw(302, b"", [("Location", "http://127.0.0.1:9/")]),
    "huge": lambda to, asked: to._raw(200, b" " * HUGE),
    "drip": Handler._drip,
    "cut": Handler._cut,
    "no_receipt": lambda to, asked: to._answer(202, {"key": asked.key}),
    "declined": lambda to, asked: to._answer(422, {"error": "region is not ours"}),
    "failed": lambda to, asked: to._answer(200, {"key": asked.key, "failed": "not-in-province"}),
}


def _once(kind: Callable[[str], str], key: str) -> Callable[[str], str]:
    """What was forgotten once is dealt with rightly when it comes again."""
    return lambda asked: "right" if asked == key else kind(asked)


def _rates(text: str) -> dict[str, int]:
    found = {}
    for part in filter(None, text.split(",")):
        name, _, share = part.partition("=")
        if name not in (*KINDS, "wrong") or not share.isdecimal():
            raise argparse.ArgumentTypeError(f"{part}: write it as late=20")
        found[name] = int(share)
    if sum(found.values()) > 100:
        raise argparse.ArgumentTypeError("together at most 100 per cent")
    return found


def _kinds(text: str) -> list[str]:
    found = text.split(",")
    for name in found:
        if name not in KINDS:
            raise argparse.ArgumentTypeError(f"{name}: choose of {', '.join(KINDS)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks residence registrations, now and then.")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--first", type=_kinds, default=[], metavar="late,never,…")
    parser.add_argument("--rates", type=_rates, default={}, metavar="late=20,…")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--callback", default="", metavar="URL")
    asked = parser.parse_args()
    kind = in_turn(asked.first, drawn(asked.rates, asked.seed))
    with Province(os.environ[SECRET], kind, port=asked.port, callback=asked.callback) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
